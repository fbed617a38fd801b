"""How well the demo of microcalcifications finds clusters on phantoms that it has never seen.

``python -m build_scripts.demo_weights.microcalcification_report [--work DIR] [--exams N]
[--workers N]`` goes on where it stopped and writes the figures of what is there into the card.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from build_scripts.demo_weights import microcalcification_recipe as recipe
from build_scripts.demo_weights.card import rewrite
from build_scripts.demo_weights.measure import mammogram_of
from build_scripts.demo_weights.measured import measured_in
from build_scripts.demo_weights.workers import do_missing
from models.exam import STANDARD_VIEWS, View
from models.microcalcification.clusters import FEWEST_SPECKS
from models.microcalcification.predictor import LoadedDeepMiCa, load_unet, predict
from models.microcalcification.results import CalcificationView
from models.phantom.choose import plan_exam
from models.phantom.detector import PIXEL_SPACING_MM
from models.phantom.exam import LesionMask, PhantomView, draw_view
from models.phantom.plan import LesionKind
from models.runtime import Placement
from models.whole_file import write_whole

# A speck found this near to a drawn one is that one; a cluster this near to a lesion is its.
_NEAR_PX = 2
_AROUND_LESION_MM = 5.0
_FP32 = Placement("cpu", "fp32")


@dataclass(frozen=True, slots=True)
class ViewFigures:
    """What was found in one view.

    Attributes
    ----------
    clusters : for each drawn cluster, whether it was found.
    false_clusters : clusters of which fewer than three specks are drawn calcifications.
    specks, true_specks : found in all, and of those on drawn calcifications.
    """

    seed: int
    density: str
    clusters: tuple[bool, ...]
    false_clusters: int
    specks: int
    true_specks: int


def measure_view(path: Path, weights: Path, seed: int, view: View) -> None:
    """Draw a view, read it as the program does, and leave its figures at `path`."""
    plan = plan_exam(seed)
    drawn = draw_view(plan, view)
    found = predict(mammogram_of(drawn), _loaded(weights), lambda *_: None, lambda: None)
    figures = compare(seed, plan.density, drawn, found)
    content = json.dumps(asdict(figures)).encode()
    write_whole(path, lambda file: file.write(content))


def compare(seed: int, density: str, drawn: PhantomView, found: CalcificationView) -> ViewFigures:
    """Hold what was found against what was drawn, in stored pixels."""
    near = cv2.dilate(
        drawn.calcifications.view(np.uint8), np.ones((2 * _NEAR_PX + 1,) * 2, np.uint8)
    )
    places = np.array([(speck.row, speck.column) for speck in found.specks]).reshape(-1, 2)
    rows, columns = np.floor(places).astype(int).T
    true = near[rows, columns].astype(np.bool_)
    members = [np.array(cluster.specks) for cluster in found.clusters]
    return ViewFigures(
        seed=seed,
        density=density,
        clusters=tuple(
            any(
                int((true[own] & _around(lesion, places[own])).sum()) >= FEWEST_SPECKS
                for own in members
            )
            for lesion in drawn.lesions
            if lesion.lesion.kind is not LesionKind.MASS
        ),
        false_clusters=sum(int(true[own].sum()) < FEWEST_SPECKS for own in members),
        specks=len(true),
        true_specks=int(true.sum()),
    )


def figures_of(views: Sequence[ViewFigures]) -> str:
    """The table of the card."""
    exams = len({view.seed for view in views})
    hits = [hit for view in views for hit in view.clusters]
    false = sum(view.false_clusters for view in views)
    specks = sum(view.specks for view in views)
    rows = {
        "clusters found": _part(sum(hits), len(hits)),
        "false clusters": f"{false} in {len(views)} images, {false / len(views):.3f} an image",
        "specks that are calcifications": _part(sum(view.true_specks for view in views), specks),
    }
    for density in "abcd":
        own = [hit for view in views if view.density == density for hit in view.clusters]
        rows[f"clusters found in density {density}"] = _part(sum(own), len(own))
    return "\n".join(
        (
            f"Measured on {exams} unseen exams, {len(views)} views, {len(hits)} drawn clusters.",
            "",
            "| figure | value |",
            "|---|---|",
            *(f"| {name} | {value} |" for name, value in rows.items()),
        )
    )


def evaluate(work: Path, weights: Path, exams: int, workers: int | None = None) -> str:
    """Measure what is not measured yet of the first exams; the figures of those."""
    folder = measured_in(work, weights, "microcalcification")
    jobs = {
        path: partial(measure_view, path, weights, seed, view)
        for seed in recipe.TEST_EXAMS[:exams]
        for view in STANDARD_VIEWS
        for path in [folder / f"{seed}-{view.name}.json"]
    }
    do_missing(jobs, "measured", workers)
    return figures_of([_read(path) for path in jobs])


@lru_cache(maxsize=1)
def _loaded(weights: Path) -> LoadedDeepMiCa:
    return LoadedDeepMiCa(load_unet(weights, _FP32), None, _FP32)


def _around(lesion: LesionMask, places: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which places lie in the box around a lesion."""
    margin = _AROUND_LESION_MM / PIXEL_SPACING_MM
    lies = np.ones(len(places), dtype=np.bool_)
    for axis in (0, 1):
        extent = np.flatnonzero(lesion.mask.any(axis=1 - axis))
        lies &= (places[:, axis] >= extent[0] - margin) & (places[:, axis] <= extent[-1] + margin)
    return lies


def _read(path: Path) -> ViewFigures:
    kept = json.loads(path.read_text(encoding="utf-8"))
    return ViewFigures(**{**kept, "clusters": tuple(kept["clusters"])})


def _part(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.3f})" if whole else "none of none"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=recipe.WORK, help="folder of the phantoms")
    parser.add_argument("--exams", type=int, default=len(recipe.TEST_EXAMS), help="only the first")
    parser.add_argument("--workers", type=int, help="processes")
    arguments = parser.parse_args()
    figures = evaluate(arguments.work, recipe.WEIGHTS, arguments.exams, arguments.workers)
    rewrite(recipe.CARD, figures)
    print(figures)


if __name__ == "__main__":
    main()
