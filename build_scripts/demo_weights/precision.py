"""What half precision changes, and what it saves: the table that decides what `auto` means."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from build_scripts.demo_weights.figures import dice_at, mean
from build_scripts.demo_weights.measure import (
    FP32,
    Mode,
    ViewRecord,
    loaded,
    mammogram_of,
    read,
)
from models.exam import STANDARD_VIEWS, FindingClass
from models.phantom.choose import plan_exam
from models.phantom.exam import draw_view

# The conditions for `auto` to mean half precision.
MOST_SCORE_CHANGE = 0.005
LEAST_EQUAL_CORNERS = 0.99
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class PrecisionRow:
    """One mode beside float32, over the same views.

    Attributes
    ----------
    most, high : greatest and 99th percentile of |Δ score|, both classes of every view.
    equal_corners : part of the views whose first patch is the same.
    dice : mean overlap, (benign, malignant).
    seconds : a view, median.
    """

    mode: Mode
    most: float
    high: float
    equal_corners: float
    dice: tuple[float, float]
    seconds: float

    @property
    def is_fit(self) -> bool:
        """Whether `auto` may choose it."""
        return self.most <= MOST_SCORE_CHANGE and self.equal_corners >= LEAST_EQUAL_CORNERS


def compare(
    records: Sequence[ViewRecord], mode: Mode, thresholds: Sequence[int], seconds: float
) -> PrecisionRow:
    """A mode against float32; thresholds of the Dice by class, as indices."""
    exact = [record.readings[FP32.key] for record in records]
    ours = [record.readings[mode.key] for record in records]
    change = np.abs(np.subtract([one.scores for one in exact], [one.scores for one in ours]))
    benign, malignant = (
        mean(dice_at(records, finding, threshold, mode))
        for finding, threshold in zip(FindingClass, thresholds, strict=True)
    )
    equal = [one.corner == other.corner for one, other in zip(exact, ours, strict=True)]
    return PrecisionRow(
        mode=mode,
        most=float(change.max()),
        high=float(np.percentile(change, 99)),
        equal_corners=mean(equal),
        dice=(benign, malignant),
        seconds=seconds,
    )


def seconds_a_view(seed: int, weights: Path, modes: Sequence[Mode]) -> dict[str, float]:
    """Median time of reading a view of one exam by mode, on every core, the modes taking turns."""
    torch.set_num_threads(os.cpu_count() or 1)
    plan = plan_exam(seed)
    images = [mammogram_of(draw_view(plan, view)) for view in STANDARD_VIEWS]
    for mode in modes:
        read(images[0], loaded(weights, mode))
    took: dict[str, list[float]] = {mode.key: [] for mode in modes}
    for _ in range(_ROUNDS):
        for image in images:
            for mode in modes:
                started = time.perf_counter()
                read(image, loaded(weights, mode))
                took[mode.key].append(time.perf_counter() - started)
    return {key: statistics.median(times) for key, times in took.items()}
