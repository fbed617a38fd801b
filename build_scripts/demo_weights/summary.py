"""All figures of the model card, made from the records of test and validation views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from build_scripts.demo_weights.figures import (
    Breasts,
    DiceFigures,
    Estimate,
    auc_within,
    best_threshold,
    breast_auc,
    breasts_of,
    dice_figures,
    patch_on_lesion,
)
from build_scripts.demo_weights.measure import MODES, ViewRecord
from build_scripts.demo_weights.precision import PrecisionRow, compare
from models.exam import FindingClass
from models.phantom.plan import DENSITIES, LesionKind
from models.training.calibration import (
    PlattFit,
    ReliabilityBin,
    brier_score,
    calibration_error,
    fit_platt,
    reliability,
)


@dataclass(frozen=True, slots=True)
class GroupAuc:
    """Ranking within some of the breasts; `positives` of `breasts` have such a lesion."""

    group: str
    positives: int
    breasts: int
    value: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether one class's scores are probabilities.

    Attributes
    ----------
    error, brier : of the scores as they are.
    fit : the line that suits the validation exams best; reported, never applied.
    fitted_error, fitted_brier : of the test exams' scores on that line.
    """

    curve: tuple[ReliabilityBin, ...]
    error: float
    brier: float
    fit: PlattFit
    fitted_error: float
    fitted_brier: float


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """What concerns one finding class."""

    auc: Estimate
    by_kind: tuple[GroupAuc, ...]
    by_density: tuple[GroupAuc, ...]
    patch: Estimate
    patch_by_kind: tuple[tuple[str, Estimate], ...]
    dice: DiceFigures
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that was measured; counts are of the test exams, but for `validation_exams`."""

    exams: int
    validation_exams: int
    views: int
    breasts: int
    classes: Mapping[FindingClass, ClassFigures]
    patch_on_any: Estimate
    precision: tuple[PrecisionRow, ...]


def figures_of(
    test: Sequence[ViewRecord], validation: Sequence[ViewRecord], seconds: Mapping[str, float]
) -> Figures:
    """Every figure; thresholds and lines are chosen on the validation views.

    Parameters
    ----------
    seconds : of a view, by mode.
    """
    breasts, known = breasts_of(test), breasts_of(validation)
    thresholds = [best_threshold(validation, finding) for finding in FindingClass]
    return Figures(
        exams=len({record.seed for record in test}),
        validation_exams=len({record.seed for record in validation}),
        views=len(test),
        breasts=len(breasts.exam),
        classes={
            finding: _of_class(test, breasts, known, finding, threshold)
            for finding, threshold in zip(FindingClass, thresholds, strict=True)
        },
        patch_on_any=patch_on_lesion(test, lambda *_: True),
        precision=tuple(compare(test, mode, thresholds, seconds[mode.key]) for mode in MODES),
    )


def _of_class(
    test: Sequence[ViewRecord],
    breasts: Breasts,
    known: Breasts,
    finding: FindingClass,
    threshold: int,
) -> ClassFigures:
    truth = breasts.truth[:, list(FindingClass).index(finding)]
    kinds = [kind.value for kind in LesionKind if (truth & (breasts.kind == kind.value)).any()]
    return ClassFigures(
        auc=breast_auc(breasts, finding),
        by_kind=tuple(
            _group(breasts, finding, kind, ~truth | (breasts.kind == kind)) for kind in kinds
        ),
        by_density=tuple(
            _group(breasts, finding, density, breasts.density == density) for density in DENSITIES
        ),
        patch=patch_on_lesion(test, lambda of, _: of == finding.value),
        patch_by_kind=tuple(
            (kind, patch_on_lesion(test, partial(_is, finding.value, kind))) for kind in kinds
        ),
        dice=dice_figures(test, finding, threshold),
        calibration=_calibration(breasts, known, finding),
    )


def _is(finding: str, kind: str, of: str, made: str) -> bool:
    return (finding, kind) == (of, made)


def _group(breasts: Breasts, finding: FindingClass, name: str, chosen: np.ndarray) -> GroupAuc:
    truth = breasts.truth[chosen, list(FindingClass).index(finding)]
    return GroupAuc(name, int(truth.sum()), len(truth), auc_within(breasts, finding, chosen))


def _calibration(breasts: Breasts, known: Breasts, finding: FindingClass) -> Calibration:
    channel = list(FindingClass).index(finding)
    scores, truth = breasts.scores[:, channel], breasts.truth[:, channel]
    curve = reliability(scores, truth)
    fit = fit_platt(known.scores[:, channel], known.truth[:, channel])
    fitted = fit.of(scores)
    return Calibration(
        curve=curve,
        error=calibration_error(curve),
        brier=brier_score(scores, truth),
        fit=fit,
        fitted_error=calibration_error(reliability(fitted, truth)),
        fitted_brier=brier_score(fitted, truth),
    )
