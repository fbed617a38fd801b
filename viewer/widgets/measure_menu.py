"""What the right button offers for a measurement."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu

from viewer.session import measurements
from viewer.session.session import Session


def fill_measure_menu(menu: QMenu, session: Session) -> None:
    """Write beside the measurement under the cursor, or the selected one, and delete it."""
    measuring = session.state.measuring
    held = measuring.hovered or measuring.selected
    one = measurements.measurement_of(session.state, held)
    if one is None:
        return
    menu.addSeparator()
    menu.addAction(f"Words of this {one.kind.value}…").triggered.connect(
        lambda: session.apply(lambda state: measurements.writing(state, held))
    )
    menu.addAction(f"Delete this {one.kind.value}").triggered.connect(
        lambda: session.apply(lambda state: measurements.deleted(state, held))
    )
