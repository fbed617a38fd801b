"""Opens the window that shows what networks saw, and keeps it at the exam on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from models.catalog import CARDS, name_of_model
from models.inputs import ModelInputs
from viewer.display.sight import Sight
from viewer.session.session import Session
from viewer.session.sights import Sights
from viewer.session.state import SessionState
from viewer.widgets.sight_window import SightWindow

_WAITING = "Its images are still coming."


class SightActions(QObject):
    """One window at most; what it shows is never of another exam than the one on the screen."""

    def __init__(self, session: Session, sights: Sights, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._sights, self._window = session, sights, window
        self._shown: SightWindow | None = None
        sights.found.connect(self._take_inputs)
        sights.drawn.connect(self._take_sight)
        sights.failed.connect(self._tell)
        session.changed.connect(self._on_changed)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What the action does."""
        return {"network_saw": self._show}

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """There is something to show once all images are there."""
        actions["network_saw"].setEnabled(state.exam is not None and bool(state.images))

    def _show(self) -> None:
        if self._shown is None:
            names = {model: name_of_model(model) for model in self._session.state.model.models}
            self._shown = SightWindow(
                names or {each: CARDS[each].name for each in CARDS}, self._window
            )
            self._shown.model_wanted.connect(self._ask)
            self._shown.input_wanted.connect(self._sights.draw)
            self._shown.destroyed.connect(self._forget)
            self._ask()
        self._shown.show()
        self._shown.raise_()
        self._shown.activateWindow()

    def _forget(self) -> None:
        self._shown = None
        self._sights.stop()

    def _on_changed(self, old: SessionState, new: SessionState) -> None:
        if self._shown is not None and (old.exam is not new.exam or old.model != new.model):
            self._ask()

    def _ask(self) -> None:
        if self._shown is None:
            return
        state = self._session.state
        title = "" if state.record is None else state.record.title
        self._sights.stop()
        if state.exam is None:
            self._shown.wait(title, _WAITING if state.record else "")
            return
        self._shown.wait(title, "Preparing what the network is given…")
        self._sights.find(self._shown.model)

    def _take_inputs(self, found: object) -> None:
        if self._shown is not None and isinstance(found, ModelInputs):
            images = self._session.state.images.items()
            spacing = {view: image.mammogram.pixel_spacing_mm for view, image in images}
            state = self._session.state
            remark = _of_other_weights(state, self._shown.model, found)
            self._shown.show_inputs(found, spacing, state.focus, remark)

    def _take_sight(self, sight: object) -> None:
        if self._shown is not None and isinstance(sight, Sight):
            self._shown.show_sight(sight)

    def _tell(self, reason: str) -> None:
        if self._shown is not None:
            self._shown.wait(self._shown.exam, reason)


def _of_other_weights(state: SessionState, model: str, found: ModelInputs) -> str:
    """What is to be said where the results on the screen were not made of these inputs; else
    empty."""
    made = None if state.result is None else state.result.made_by.get(model)
    if made is None:
        return ""
    known = {each.weights_sha256: each.weights_name for each in made.files.values()}
    if known.keys() == {each.sha256 for each in found.files.values()}:
        return ""
    names = ", ".join(known.values())
    return f"The results shown are of other weights: {names}. Those chosen now are given this."
