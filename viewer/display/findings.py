"""Clusters, masses and what models of others found, laid as their image hangs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.geometry import Affine
from models.mass.results import MassView
from models.microcalcification.results import CalcificationView
from models.results import OwnView

Points = NDArray[np.float64]
NOBODY: Mapping[str, OwnView] = MappingProxyType({})


class FindingKind(Enum):
    """What a finding is; its name begins its label, so that shape and colour are never alone."""

    CALCIFICATIONS = "C"
    MASS = "mass "
    OWN = "O"


@dataclass(frozen=True, slots=True, eq=False)
class ShownFinding:
    """One cluster or mass.

    Attributes
    ----------
    number : from 1 within its kind and view.
    outlines : closed, each of shape (n, 2), hung (row, column).
    words : what a list says of it: size, count and score, as far as they are known.
    """

    kind: FindingKind
    number: int
    outlines: tuple[Points, ...]
    words: str

    @property
    def label(self) -> str:
        """`C1`, `mass 2`."""
        return f"{self.kind.value}{self.number}"

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the rectangle around it, hung (row, column)."""
        points = np.concatenate(self.outlines)
        row, column = (points.min(axis=0) + points.max(axis=0)) / 2
        return float(row), float(column)


@dataclass(frozen=True, slots=True, eq=False)
class ShownFindings:
    """All findings of one view.

    Attributes
    ----------
    specks : single calcifications, shape (n, 2), hung (row, column); those of no cluster too.
    points : single places that models from outside named, shape (n, 2), hung (row, column).
    """

    specks: Points
    findings: tuple[ShownFinding, ...]
    points: Points = field(default_factory=lambda: np.zeros((0, 2)))

    def of(self, kinds: Sequence[FindingKind]) -> tuple[ShownFinding, ...]:
        """Those of some kinds."""
        return tuple(each for each in self.findings if each.kind in kinds)


NO_FINDINGS = ShownFindings(np.zeros((0, 2)), ())


def findings_of(
    calcifications: CalcificationView | None,
    masses: MassView | None,
    to_hung: Affine,
    own: Mapping[str, OwnView] = NOBODY,
) -> ShownFindings:
    """What models found in one image.

    Parameters
    ----------
    to_hung : map from stored to hung pixels.
    own : what models from outside say of it, by their names; their outlines are counted on.
    """
    specks: Points = np.zeros((0, 2))
    found: list[ShownFinding] = []
    if calcifications is not None and calcifications.specks:
        places = np.array([(speck.row, speck.column) for speck in calcifications.specks])
        specks = to_hung.points(places)
        for number, cluster in enumerate(calcifications.clusters, start=1):
            told = (
                f"{cluster.count} specks",
                _length(cluster.extent_mm, cluster.extent_px),
                _score(cluster.score),
            )
            hull = (to_hung.points(cluster.hull),)
            words = " · ".join(filter(None, told))
            found.append(ShownFinding(FindingKind.CALCIFICATIONS, number, hull, words))
    if masses is not None:
        for number, mass in enumerate(masses.findings, start=1):
            told = (
                _length(mass.longest_diameter_mm, mass.longest_diameter_px),
                _area(mass.area_mm2, mass.area_px),
                _score(mass.score),
            )
            outlines = tuple(to_hung.points(outline) for outline in mass.outline)
            words = " · ".join(filter(None, told))
            found.append(ShownFinding(FindingKind.MASS, number, outlines, words))
    named = [(name, outline) for name, said in own.items() for outline in said.outlines]
    for number, (name, outline) in enumerate(named, start=1):
        found.append(ShownFinding(FindingKind.OWN, number, (to_hung.points(outline),), name))
    points = [np.zeros((0, 2)), *(to_hung.points(said.points) for said in own.values())]
    return ShownFindings(specks, tuple(found), np.concatenate(points))


def _length(mm: float | None, px: float) -> str:
    return f"{px:.0f} px" if mm is None else f"{mm:.1f} mm"


def _area(mm2: float | None, px: float) -> str:
    return f"{px:.0f} px²" if mm2 is None else f"{mm2:.0f} mm²"


def _score(score: float | None) -> str:
    return "" if score is None else f"score {score:.2f}"
