"""Plans drawn by chance: who is ill, with what, and where."""

from __future__ import annotations

import numpy as np

from models.exam import FindingClass, Laterality, View, ViewPosition
from models.phantom.noise import generator
from models.phantom.outline import outline_of
from models.phantom.plan import DENSITIES, ExamPlan, Lesion, LesionKind

FINDINGS = ("none", "benign", "malignant")
# Parts of 1, in the order of `FINDINGS`, `DENSITIES` and `_KINDS`.
_HOW_OFTEN = (0.5, 0.25, 0.25)
_DENSITY_OFTEN = (0.12, 0.40, 0.38, 0.10)
_KINDS = tuple(LesionKind)
_KIND_OFTEN = {FindingClass.BENIGN: (0.75, 0.25, 0.0), FindingClass.MALIGNANT: (0.45, 0.2, 0.35)}
_TRIES = 400


def plan_exam(seed: int, density: str | None = None, lesion: str | None = None) -> ExamPlan:
    """A person drawn from `seed`.

    Parameters
    ----------
    density : `a` to `d`; drawn by chance when None.
    lesion : `none`, `benign` or `malignant` in one of the breasts; None leaves it to chance in
        each: half are normal, a quarter benign, a quarter malignant.

    Raises
    ------
    ValueError : neither a density nor a finding of these names.
    """
    rng = generator(seed, 8)
    drawn_density = DENSITIES[int(rng.choice(4, p=_DENSITY_OFTEN))]
    if density is not None and density not in tuple(DENSITIES):
        raise ValueError(f"no breast density is called {density!r}")
    if lesion is not None and lesion not in FINDINGS:
        raise ValueError(f"no finding is called {lesion!r}")
    chosen = density or drawn_density
    found = {side: FINDINGS[int(rng.choice(3, p=_HOW_OFTEN))] for side in Laterality}
    if lesion is not None:
        ill = (Laterality.RIGHT, Laterality.LEFT)[int(rng.integers(2))]
        found = {side: lesion if side is ill else "none" for side in Laterality}
    lesions = tuple(
        place_lesion(rng, seed, side, FindingClass(finding))
        for side, finding in found.items()
        if finding != "none"
    )
    return ExamPlan(seed, chosen, lesions)


def draw_lesion(
    rng: np.random.Generator, finding: FindingClass, side: Laterality = Laterality.LEFT
) -> Lesion:
    """A lesion of chance size and make, at the nipple until it is placed."""
    kind = _KINDS[int(rng.choice(3, p=_KIND_OFTEN[finding]))]
    malignant = finding is FindingClass.MALIGNANT
    if kind is LesionKind.CALCIFICATIONS:
        radius = rng.uniform(6.5, 10.0)
    else:
        radius = rng.uniform(5.5, 8.5) if malignant else rng.uniform(6.0, 10.0)
    contrast = rng.uniform(0.34, 0.46) if malignant else rng.uniform(0.32, 0.42)
    return Lesion(
        side, finding, kind, 0.0, (0.0, 0.0), radius, contrast, int(rng.integers(1 << 31))
    )


def place_lesion(
    rng: np.random.Generator, seed: int, side: Laterality, finding: FindingClass
) -> Lesion:
    """A lesion that lies well inside the breast in both views, equally far from the nipple."""
    lesion = draw_lesion(rng, finding, side)
    outlines = [outline_of(seed, View(side, position)) for position in ViewPosition]
    deepest = min(outline.depth_mm for outline in outlines)
    for attempt in range(_TRIES):
        depth = rng.uniform(0.16, 0.78) * deepest
        offset = rng.uniform(0, 0.5) * deepest
        signs = rng.choice((-1.0, 1.0), size=2)
        offsets = (float(offset * signs[0]), float(offset * signs[1]))
        margin = lesion.radius_mm * 1.2 + max(1.0, 7.0 * (1 - attempt / _TRIES))
        if all(
            outline.holds(outline.place_mm(depth, off), margin)
            for outline, off in zip(outlines, offsets, strict=True)
        ):
            return Lesion(
                side,
                finding,
                lesion.kind,
                float(depth),
                offsets,
                lesion.radius_mm,
                lesion.contrast,
                lesion.seed,
            )
    raise RuntimeError("no breast is too small for its lesion")
