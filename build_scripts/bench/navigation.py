"""Frame times of finding the way: coupled panes, magnifier, mirrored lens, tied cursor and arc.

The window and the frames are those of `window`. Run on a quiet machine:
``xvfb-run -a -s "-screen 0 2560x1600x24" python -m build_scripts.bench.navigation``.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import replace

from build_scripts.bench.window import COLUMNS, ROWS, measure, opened_window
from models.exam import R_CC, STANDARD_VIEWS
from viewer.app import Application
from viewer.display.camera import Camera
from viewer.display.overlay import Overlays
from viewer.session.looking import looked_through
from viewer.session.navigation import Arc, Habits, Navigation, Pointer, pointed
from viewer.session.nipples import marked
from viewer.session.sizes import fitted
from viewer.session.state import SessionState

Step = Callable[[SessionState], SessionState]

EVERYTHING = Navigation(Habits(tied=True, arc_both=True), mirror=True, arc=Arc.CURSOR)
MODES = {
    "magnifier 1:1": Navigation(lens=True),
    "magnifier 2:1": Navigation(Habits(lens_scale=2), lens=True),
    "magnifier 1:1 inverted": Navigation(Habits(lens_negative=True), lens=True),
    "other breast mirrored": Navigation(mirror=True),
    "tied cursor": Navigation(Habits(tied=True)),
    "nipple-distance arc, both breasts": Navigation(Habits(arc_both=True), arc=Arc.CURSOR),
    "everything that follows the cursor": EVERYTHING,
}


def main() -> None:
    """Print one row for each thing that follows the cursor or moves all panes."""
    with opened_window() as (app, application):
        for view in STANDARD_VIEWS:
            column = COLUMNS * (0.2 if view.laterality is R_CC.laterality else 0.8)
            application.session.apply(
                lambda state, at=(view, ROWS * 0.5, column): marked(state, *at)
            )
        print(f"{'interaction':<52} {'wall med':>9} {'wall p95':>9} {'CPU med':>9}  ms")
        for on in (False, True):
            shown = "all overlays" if on else "no overlays"
            application.session.apply(
                lambda state, on=on: replace(state, overlays=Overlays(on, on, on, on))
            )
            for place in ("fit", "1:1"):
                application.session.apply(fitted)
                if place == "1:1":
                    application.session.apply(_at_one_to_one)
                for name, step in _steps(application).items():
                    wall, cpu, _ = measure(app, application, step)
                    p95 = sorted(wall)[int(0.95 * len(wall))]
                    print(
                        f"{f'{name}, {place}, {shown}':<52} {statistics.median(wall):9.1f}"
                        f" {p95:9.1f} {statistics.median(cpu):9.1f}"
                    )


def _at_one_to_one(state: SessionState) -> SessionState:
    middle = Camera(1.0, ROWS / 2, COLUMNS / 2)
    return replace(
        state,
        looks={state.exam_key: replace(state.look, cameras=dict.fromkeys(STANDARD_VIEWS, middle))},
    )


def _steps(application: Application) -> dict[str, Callable[[int], Step]]:
    return {
        "coupled pan": lambda frame: _coupled(application, frame, 1.0, 7.0),
        "coupled zoom": lambda frame: _coupled(application, frame, 1.02, 0.0),
        **{name: _following(mode) for name, mode in MODES.items()},
    }


def _coupled(application: Application, frame: int, factor: float, by: float) -> Step:
    """One pane zooms and pans, and the others with it."""
    back = frame % 40 >= 20
    viewport = application.window.grid.viewports()[R_CC]
    moved = viewport.scaled_to(viewport.scale * (1 / factor if back else factor), 300, 300)
    moved = moved.panned(-by if back else by, -by if back else by)
    navigation = Navigation(Habits(coupled=True))
    return lambda state: looked_through(replace(state, navigation=navigation), R_CC, moved)


def _following(mode: Navigation) -> Callable[[int], Step]:
    """The cursor moves a little over the middle of one pane."""

    def step(frame: int) -> Step:
        row, column = 0.45 * ROWS + 3.0 * (frame % 40), 0.5 * COLUMNS + 2.0 * (frame % 40)

        def follow(state: SessionState) -> SessionState:
            state = replace(state, navigation=replace(mode, pointer=state.navigation.pointer))
            return pointed(state, Pointer(R_CC, row, column))

        return follow

    return step


if __name__ == "__main__":
    main()
