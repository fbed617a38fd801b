"""Made-up records of views, so that figures can be worked out by hand."""

from __future__ import annotations

import numpy as np

from build_scripts.demo_weights.measure import MODES, Reading, ViewRecord
from models.exam import Laterality, View, ViewPosition
from models.training.metrics import THRESHOLDS, Overlap

SIDES = {"L": Laterality.LEFT, "R": Laterality.RIGHT}


def overlap_of(dice: float, best: float = 0.4) -> Overlap:
    """A map whose Dice is `dice` at thresholds up to `best` and 0 above."""
    hits = np.where(best >= THRESHOLDS, 50 * dice, 0.0)
    return Overlap(hits, np.full(THRESHOLDS.shape, 60.0), 40)


def reading(
    scores: tuple[float, float],
    *,
    held: tuple[float, ...] = (),
    corner: tuple[int, int] = (0, 0),
    dice: float = 0.0,
    finding: str = "",
    peaks: tuple[float, float] = (0.1, 0.1),
) -> Reading:
    overlaps = {finding: overlap_of(dice)} if finding else {}
    return Reading(scores, corner, held, peaks, overlaps)


def breast(
    seed: int,
    side: str,
    scores: tuple[float, float],
    *,
    finding: str = "",
    kind: str = "mass",
    held: tuple[float, float] = (1.0, 1.0),
    dice: tuple[float, float] = (0.5, 0.5),
    density: str = "b",
) -> list[ViewRecord]:
    """Both views of a breast; the scores of CC are 0.02 higher than the mean, of MLO lower."""
    records = []
    for number, position in enumerate(ViewPosition):
        shift = 0.02 * (1 - 2 * number)
        said = reading(
            (scores[0] + shift, scores[1] + shift),
            held=(held[number],) if finding else (),
            dice=dice[number],
            finding=finding,
        )
        records.append(
            ViewRecord(
                seed=seed,
                view=View(SIDES[side], position),
                density=density,
                benign=finding == "benign",
                malignant=finding == "malignant",
                lesions=((finding, kind),) if finding else (),
                readings={mode.key: said for mode in MODES},
            )
        )
    return records
