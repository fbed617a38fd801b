"""From the records of single views to the figures of the model card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from build_scripts.demo_weights.measure import FP32, Mode, ViewRecord
from models.exam import FindingClass
from models.training.metrics import THRESHOLDS, Floats, auc, bootstrap_interval
from models.training.validation import HIT_PART

SEED = 11


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, and where 95 % of it lie when the exams are drawn anew; `count` cases made it."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Breasts:
    """Breasts, each scored by the mean of its views.

    Attributes
    ----------
    scores : shape (n, 2), benign and malignant.
    truth : shape (n, 2), bool.
    exam, density, kind : of each breast; `kind` is that of its lesion, or empty.
    """

    scores: Floats
    truth: NDArray[np.bool_]
    exam: NDArray[np.int64]
    density: NDArray[np.str_]
    kind: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class DiceFigures:
    """Overlap of one class's fused map with its lesions, at one threshold for all views.

    Attributes
    ----------
    threshold : the one with the best mean on the validation exams.
    mean : of the views with such a lesion. pooled : of all their pixels together.
    marked_without : part of the views without such a lesion in which anything is marked.
    """

    threshold: float
    mean: Estimate
    pooled: float
    by_kind: tuple[tuple[str, int, float], ...]
    marked_without: float


def breasts_of(records: Sequence[ViewRecord]) -> Breasts:
    """The breasts of these views as float32 scores them, in order of exam and laterality."""
    groups: dict[tuple[int, str], list[ViewRecord]] = {}
    for record in records:
        groups.setdefault((record.seed, record.view.laterality.value), []).append(record)
    ordered = [groups[key] for key in sorted(groups)]
    return Breasts(
        scores=np.array(
            [np.mean([view.readings[FP32.key].scores for view in group], 0) for group in ordered]
        ),
        truth=np.array([group[0].truth for group in ordered]),
        exam=np.array([group[0].seed for group in ordered]),
        density=np.array([group[0].density for group in ordered]),
        kind=np.array([group[0].lesions[0][1] if group[0].lesions else "" for group in ordered]),
    )


def over_exams(
    exam: NDArray[np.int64], statistic: Callable[[NDArray[np.intp]], float], count: int
) -> Estimate:
    """A statistic of rows, with whole exams drawn anew: their views are not independent.

    Parameters
    ----------
    exam : of each row. statistic : from the indices of rows to a number.
    """
    members = [np.flatnonzero(exam == seed) for seed in np.unique(exam)]
    value = statistic(np.arange(len(exam)))
    if np.isnan(value):
        return Estimate(value, value, value, count)

    def of_exams(drawn: NDArray[np.intp]) -> float:
        return statistic(np.concatenate([members[index] for index in drawn]))

    return Estimate(value, *bootstrap_interval(of_exams, len(members), SEED), count)


def breast_auc(breasts: Breasts, finding: FindingClass) -> Estimate:
    """How well the breasts' scores tell those with such a lesion from all others."""
    channel = list(FindingClass).index(finding)
    scores, truth = breasts.scores[:, channel], breasts.truth[:, channel]
    return over_exams(breasts.exam, lambda rows: auc(scores[rows], truth[rows]), int(truth.sum()))


def auc_within(breasts: Breasts, finding: FindingClass, chosen: NDArray[np.bool_]) -> float:
    """The same for some of the breasts; NaN where one outcome is missing."""
    channel = list(FindingClass).index(finding)
    return auc(breasts.scores[chosen, channel], breasts.truth[chosen, channel])


def patch_on_lesion(records: Sequence[ViewRecord], lesion: Callable[[str, str], bool]) -> Estimate:
    """Part of the views with such a lesion whose first patch holds half of one's mask or more.

    Parameters
    ----------
    lesion : which count, by finding class and kind.
    """
    chosen = [record for record in records if any(lesion(*each) for each in record.lesions)]
    hits = np.array(
        [
            any(
                held >= HIT_PART
                for each, held in zip(record.lesions, record.readings[FP32.key].held, strict=True)
                if lesion(*each)
            )
            for record in chosen
        ]
    )
    return _mean_over_exams(chosen, hits.astype(np.float64))


def best_threshold(records: Sequence[ViewRecord], finding: FindingClass) -> int:
    """Index into `THRESHOLDS` of the best mean Dice over the views with such a lesion."""
    curves = [_dice(record, finding) for record in _with(records, finding)]
    return int(np.argmax(np.mean(curves or [np.zeros(THRESHOLDS.shape)], axis=0)))


def dice_figures(
    records: Sequence[ViewRecord], finding: FindingClass, threshold: int
) -> DiceFigures:
    """Overlap at one of `THRESHOLDS`, by its index."""
    chosen = _with(records, finding)
    values = dice_at(records, finding, threshold)
    kinds = np.array([record.lesions[0][1] for record in chosen])
    overlaps = [record.readings[FP32.key].overlaps[finding.value] for record in chosen]
    hits = sum(each.hits[threshold] for each in overlaps)
    areas = sum(each.marked[threshold] + each.truth for each in overlaps)
    channel = list(FindingClass).index(finding)
    peaks = [
        record.readings[FP32.key].peaks[channel] for record in records if not record.truth[channel]
    ]
    return DiceFigures(
        threshold=float(THRESHOLDS[threshold]),
        mean=_mean_over_exams(chosen, values),
        pooled=float(2 * hits / areas) if areas else float("nan"),
        by_kind=tuple(
            (str(kind), int((kinds == kind).sum()), float(values[kinds == kind].mean()))
            for kind in np.unique(kinds)
        ),
        marked_without=mean([peak >= THRESHOLDS[threshold] for peak in peaks]),
    )


def dice_at(
    records: Sequence[ViewRecord], finding: FindingClass, threshold: int, mode: Mode = FP32
) -> Floats:
    """Overlap of each view with such a lesion."""
    return np.array(
        [_dice(record, finding, mode)[threshold] for record in _with(records, finding)]
    )


def _with(records: Sequence[ViewRecord], finding: FindingClass) -> list[ViewRecord]:
    return [record for record in records if record.truth[list(FindingClass).index(finding)]]


def _dice(record: ViewRecord, finding: FindingClass, mode: Mode = FP32) -> Floats:
    return record.readings[mode.key].overlaps[finding.value].dice()


def _mean_over_exams(records: Sequence[ViewRecord], values: Floats) -> Estimate:
    exam = np.array([record.seed for record in records])
    return over_exams(exam, lambda rows: mean(values[rows]), len(values))


def mean(values: Sequence[float] | Floats) -> float:
    """Of all values; NaN where there is none."""
    return float(np.mean(values)) if len(values) else float("nan")
