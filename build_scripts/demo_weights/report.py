"""The figures in words and tables, as Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from build_scripts.demo_weights.figures import Estimate
from build_scripts.demo_weights.precision import (
    LEAST_EQUAL_CORNERS,
    MOST_SCORE_CHANGE,
    PrecisionRow,
)
from build_scripts.demo_weights.summary import Figures
from models.exam import FindingClass

# What the demo was to reach (issue 3).
_TARGETS = {"auc": "0.95", "patch": "0.90", "dice": "0.50"}


def report(figures: Figures, stated: Mapping[str, str], sha256: str) -> str:
    """Everything measured, as Markdown.

    Parameters
    ----------
    stated, sha256 : what the weights file says of itself, and its digest.
    """
    sections = (
        _what(figures, stated, sha256),
        _main(figures),
        _by_group(figures),
        _by_kind(figures),
        _calibration(figures),
        _precision(figures.precision),
    )
    return "\n\n".join("\n".join(section).strip() for section in sections)


def _what(figures: Figures, stated: Mapping[str, str], sha256: str) -> Iterable[str]:
    with_lesion = {name.value: each.auc.count for name, each in figures.classes.items()}
    yield f"Weights: version {stated.get('version', '?')}, SHA-256 `{sha256}`."
    yield (
        f"Trained on {stated.get('fields', '?')} small fields and {stated.get('views', '?')} "
        f"views of {stated.get('exams', '?')} exams."
    )
    yield (
        f"Measured on {figures.exams} unseen exams: {figures.views} views of {figures.breasts} "
        f"breasts, {with_lesion['benign']} with a benign and {with_lesion['malignant']} with a "
        f"malignant lesion, in float32. Thresholds and the calibration line were chosen on "
        f"{figures.validation_exams} other exams. In brackets: where 95 % of a figure lie when "
        "the exams are drawn anew (bootstrap, 2000 rounds)."
    )


def _main(figures: Figures) -> Iterable[str]:
    benign, malignant = (figures.classes[finding] for finding in FindingClass)
    yield "### Main figures"
    yield ""
    yield from _table(
        ("", "benign", "malignant", "target"),
        (
            (
                "AUC of breasts (mean of two views)",
                _estimate(benign.auc),
                _estimate(malignant.auc),
                _TARGETS["auc"],
            ),
            (
                "views whose first patch lies on such a lesion",
                _estimate(benign.patch),
                _estimate(malignant.patch),
                _TARGETS["patch"],
            ),
            (
                "Dice of the fused map, mean of views with such a lesion",
                _estimate(benign.dice.mean),
                _estimate(malignant.dice.mean),
                f"{_TARGETS['dice']} (malignant)",
            ),
            (
                "Dice of all those views' pixels together",
                _number(benign.dice.pooled),
                _number(malignant.dice.pooled),
                "",
            ),
            (
                "threshold of the map (best mean Dice on the validation exams)",
                _number(benign.dice.threshold),
                _number(malignant.dice.threshold),
                "",
            ),
            (
                "views without such a lesion where the map passes it anywhere",
                _number(benign.dice.marked_without),
                _number(malignant.dice.marked_without),
                "",
            ),
        ),
    )
    yield ""
    yield (
        f"The first patch lies on a lesion of either class in {_estimate(figures.patch_on_any)} "
        f"of the {figures.patch_on_any.count} views that show one (target {_TARGETS['patch']}); "
        "it lies on a lesion when it holds at least half of its mask."
    )


def _by_group(figures: Figures) -> Iterable[str]:
    yield "### AUC of breasts by density"
    yield ""
    rows = []
    for benign, malignant in zip(
        *(figures.classes[finding].by_density for finding in FindingClass), strict=True
    ):
        rows.append(
            (
                benign.group,
                str(benign.breasts),
                f"{_number(benign.value)} ({benign.positives} with)",
                f"{_number(malignant.value)} ({malignant.positives} with)",
            )
        )
    yield from _table(("density", "breasts", "benign", "malignant"), rows)


def _by_kind(figures: Figures) -> Iterable[str]:
    yield "### By kind of lesion"
    yield ""
    rows = []
    for finding, found in figures.classes.items():
        dice = {kind: value for kind, _, value in found.dice.by_kind}
        patches = dict(found.patch_by_kind)
        rows += [
            (
                f"{finding.value} {group.group}",
                str(group.positives),
                _number(group.value),
                _number(patches[group.group].value),
                _number(dice[group.group]),
            )
            for group in found.by_kind
        ]
    header = ("lesion", "breasts", "AUC against breasts without", "patch on it", "mean Dice")
    yield from _table(header, rows)


def _calibration(figures: Figures) -> Iterable[str]:
    yield "### Calibration of breast scores"
    yield ""
    yield "![Calibration curve](../docs/images/demo_calibration.png)"
    yield ""
    for finding, found in figures.classes.items():
        calibration = found.calibration
        yield from _table(
            (f"{finding.value} score", "breasts", "mean score", "part positive"),
            (
                (
                    f"{each.low:.1f} to {each.high:.1f}",
                    str(each.count),
                    _number(each.mean_score),
                    _number(each.share_positive),
                )
                for each in calibration.curve
            ),
        )
        yield ""
        yield (
            f"Expected calibration error {_number(calibration.error)}, Brier score "
            f"{_number(calibration.brier)}. With sigmoid({calibration.fit.slope:.2f} · "
            f"logit(score) {calibration.fit.offset:+.2f}), fitted on the validation exams and not "
            f"applied: {_number(calibration.fitted_error)} and "
            f"{_number(calibration.fitted_brier)}."
        )
        yield ""


def _precision(rows: Sequence[PrecisionRow]) -> Iterable[str]:
    yield "### Precision"
    yield ""
    yield from _table(
        (
            "",
            "greatest change of a score",
            "99th percentile",
            "same first patch",
            "Dice benign",
            "Dice malignant",
            "s a view",
        ),
        (
            (
                row.mode.words,
                f"{row.most:.5f}",
                f"{row.high:.5f}",
                f"{100 * row.equal_corners:.2f} %",
                *map(_number, row.dice),
                f"{row.seconds:.2f}",
            )
            for row in rows
        ),
    )
    yield ""
    for row in rows[1:]:
        yield (
            f"`auto` {'may' if row.is_fit else 'must not'} choose {row.mode.words} (allowed: "
            f"{MOST_SCORE_CHANGE} on a score, another patch in {1 - LEAST_EQUAL_CORNERS:.0%} of "
            f"the views); it is {rows[0].seconds / row.seconds:.2f} times as fast as float32."
        )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _estimate(estimate: Estimate) -> str:
    return f"{_number(estimate.value)} ({_number(estimate.low)}–{_number(estimate.high)})"


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"
