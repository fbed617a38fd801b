"""Judge the demo weights on phantoms that nobody trained on, and write the model card's figures.

``python -m build_scripts.demo_weights.evaluate [--weights FILE] [--exams N]``

Thresholds are chosen on the validation exams, figures are of the test exams, all of them drawn
whole and read by the program's own predictor. What was said of each view is kept under the digest
of the weights and of the code that draws and reads, so that a second run goes on where the first
one stopped, and figures are made again at once.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from build_scripts.demo_weights import recipe
from build_scripts.demo_weights.card import rewrite
from build_scripts.demo_weights.chart import draw_calibration
from build_scripts.demo_weights.measure import (
    FP32,
    MODES,
    Mode,
    ViewRecord,
    measure_view,
    read_record,
)
from build_scripts.demo_weights.measured import measured_in
from build_scripts.demo_weights.precision import seconds_a_view
from build_scripts.demo_weights.report import report
from build_scripts.demo_weights.summary import Figures, figures_of
from build_scripts.demo_weights.workers import do_missing
from models.digests import digests_of
from models.exam import STANDARD_VIEWS, FindingClass
from models.weights import stated
from models.whole_file import write_whole


def evaluate(
    work: Path,
    weights: Path,
    test: Sequence[int] = recipe.TEST_EXAMS,
    validation: Sequence[int] = recipe.VALIDATION_EXAMS,
    workers: int | None = None,
) -> Figures:
    """Draw, read and measure what is not yet there.

    Parameters
    ----------
    test, validation : seeds of exams.
    """
    folder = measured_in(work, weights, "glam")
    known = _records(folder, weights, validation, (FP32,), workers)
    unseen = _records(folder, weights, test, MODES, workers)
    return figures_of(unseen, known, _seconds(folder, weights, test[0]))


def _records(
    folder: Path,
    weights: Path,
    seeds: Sequence[int],
    modes: Sequence[Mode],
    workers: int | None,
) -> list[ViewRecord]:
    jobs = {
        path: partial(measure_view, path, weights, seed, view, modes)
        for seed in seeds
        for view in STANDARD_VIEWS
        for path in [folder / f"{seed}-{view.name}.json"]
    }
    do_missing(jobs, "read", workers)
    return [read_record(path) for path in jobs]


def _seconds(folder: Path, weights: Path, seed: int) -> dict[str, float]:
    """Times by mode, measured once: the file is to be removed if the computer was busy."""
    path = folder / "seconds.json"
    if not path.is_file():
        content = json.dumps(seconds_a_view(seed, weights, MODES)).encode()
        write_whole(path, lambda file: file.write(content))
    seconds: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return seconds


def publish(figures: Figures, weights: Path, card: Path, chart: Path) -> None:
    """Write the card's figures and the calibration curve."""
    rewrite(card, report(figures, stated(weights), digests_of(weights).sha256))
    curves = {finding: figures.classes[finding].calibration.curve for finding in FindingClass}
    draw_calibration(chart, curves)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=recipe.WORK, help="folder of the phantoms")
    parser.add_argument("--weights", type=Path, default=recipe.WEIGHTS, help="file to judge")
    parser.add_argument(
        "--exams", type=int, help="a trial on so few exams of either kind, which writes no card"
    )
    arguments = parser.parse_args()
    few = slice(arguments.exams)
    figures = evaluate(
        arguments.work,
        arguments.weights,
        recipe.TEST_EXAMS[few],
        recipe.VALIDATION_EXAMS[few],
    )
    print(report(figures, stated(arguments.weights), digests_of(arguments.weights).sha256))
    if arguments.exams is None:
        publish(figures, arguments.weights, recipe.CARD, recipe.CHART)


if __name__ == "__main__":
    main()
