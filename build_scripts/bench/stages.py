"""Times of reading by stages: a step from stage to stage, and from tile to tile at 1:1.

A step is the key's handler and one synchronous repaint of panes of four images of 4096 × 3328 in
2560 × 1600. ``xvfb-run -a -s "-screen 0 2560x1600x24" python -m build_scripts.bench.stages``.
"""

from __future__ import annotations

import statistics
import time

from PySide6.QtWidgets import QApplication

from build_scripts.bench.window import opened_window
from viewer.app import Application
from viewer.session.staging import place_of

ROUNDS = 4


def main() -> None:
    """Print medians and worst cases, goals beside them."""
    with opened_window() as (app, application):
        stages, tiles = _measure(app, application)
    print(
        f"{'step':<8} {'n':>4} {'wall med':>9} {'wall max':>9} {'CPU med':>9} {'CPU max':>9}  ms"
    )
    for name, goal_ms, found in (("stage", 100, stages), ("tile", 33, tiles)):
        wall, cpu = [each[0] for each in found], [each[1] for each in found]
        print(
            f"{name:<8} {len(found):>4} {statistics.median(wall):9.1f} {max(wall):9.1f}"
            f" {statistics.median(cpu):9.1f} {max(cpu):9.1f}  goal {goal_ms}"
        )


def _measure(
    app: QApplication, application: Application
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """(wall, thread CPU) of each step to another stage, and of each to another tile; ms."""
    session, window = application.session, application.window
    step, viewport = window.actions_by_name["next_stage"], window.grid.viewport()
    stages: list[tuple[float, float]] = []
    tiles: list[tuple[float, float]] = []
    count = len(session.state.staged.protocol.stages)
    for number in range(ROUNDS):
        window.stages.go_to(0)
        app.processEvents()
        while (before := place_of(session.state)) is not None and before.stage < count - 1:
            started, cpu_started = time.perf_counter(), time.thread_time()
            step.trigger()
            viewport.repaint()
            times = (
                1000 * (time.perf_counter() - started),
                1000 * (time.thread_time() - cpu_started),
            )
            after = place_of(session.state)
            same = after is not None and after.stage == before.stage
            if number:  # the first round warms up
                (tiles if same else stages).append(times)
            app.processEvents()
    return stages, tiles


if __name__ == "__main__":
    main()
