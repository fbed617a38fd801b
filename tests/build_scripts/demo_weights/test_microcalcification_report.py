"""The figures of the card say what was found, what was missed and what was made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from build_scripts.demo_weights.microcalcification_report import (
    ViewFigures,
    compare,
    figures_of,
)
from models.exam import L_CC, FindingClass, Laterality
from models.geometry import Affine
from models.microcalcification.clusters import Ruler, find_clusters, find_specks
from models.microcalcification.results import CalcificationView
from models.phantom.exam import LesionMask, PhantomView
from models.phantom.plan import Lesion, LesionKind
from models.results import CellMap

SHAPE = (900, 700)
CLUSTER = ((300, 200), (310, 230), (330, 215), (340, 240))
ELSEWHERE = ((700, 500), (710, 530), (730, 515))
STRAY = (100, 600)
LESION = Lesion(
    Laterality.LEFT,
    FindingClass.MALIGNANT,
    LesionKind.CALCIFICATIONS,
    depth_mm=20.0,
    offset_mm=(0.0, 0.0),
    radius_mm=7.0,
    contrast=0.4,
    seed=1,
)


def drawn(kind: LesionKind = LesionKind.CALCIFICATIONS) -> PhantomView:
    specks = np.zeros(SHAPE, dtype=np.bool_)
    for row, column in (*CLUSTER, STRAY):
        specks[row : row + 4, column : column + 4] = True
    mask = np.zeros(SHAPE, dtype=np.bool_)
    mask[290:350, 190:250] = True
    lesion = LesionMask(replace(LESION, kind=kind), mask)
    return PhantomView(L_CC, np.zeros(SHAPE, np.uint16), {}, (lesion,), (0.0, 0.0), specks)


def found(*places: tuple[int, int]) -> CalcificationView:
    probability = np.zeros(SHAPE, dtype=np.float32)
    for row, column in places:
        probability[row : row + 2, column : column + 2] = 0.9
    marked = find_specks(probability, Affine())
    clusters = find_clusters(marked, Affine(), Ruler((1.0, 1.0), 60.0, in_mm=False))
    return CalcificationView(CellMap(probability, Affine(), SHAPE), marked.specks, clusters)


def test_a_cluster_counts_as_found_by_three_of_its_specks() -> None:
    assert compare(1, "b", drawn(), found(*CLUSTER[:3])).clusters == (True,)
    assert compare(1, "b", drawn(), found(*CLUSTER[:2])).clusters == (False,)
    assert compare(1, "b", drawn(), found()).clusters == (False,)
    assert compare(1, "b", drawn(LesionKind.MASS), found(*CLUSTER)).clusters == ()


def test_a_cluster_elsewhere_is_false_and_no_hit() -> None:
    said = compare(1, "b", drawn(), found(*ELSEWHERE, STRAY))
    assert said.clusters == (False,)
    assert said.false_clusters == 1
    assert (said.specks, said.true_specks) == (4, 1)
    both = compare(1, "b", drawn(), found(*ELSEWHERE, *CLUSTER))
    assert (both.clusters, both.false_clusters) == ((True,), 1)


def test_a_speck_beside_a_drawn_one_is_not_that_one() -> None:
    near = [(row + 4, column) for row, column in CLUSTER]
    far = [(row + 9, column) for row, column in CLUSTER]
    assert compare(1, "b", drawn(), found(*near)).true_specks == 4
    assert compare(1, "b", drawn(), found(*far)).true_specks == 0


def test_the_table_adds_up() -> None:
    one = ViewFigures(1, "a", (True, False), 1, 10, 8)
    text = figures_of([one, replace(one, seed=2, density="d", clusters=(True,))])
    assert "2 unseen exams, 2 views, 3 drawn clusters" in text
    assert "| clusters found | 2 of 3 (0.667) |" in text
    assert "| false clusters | 2 in 2 images, 1.000 an image |" in text
    assert "| specks that are calcifications | 16 of 20 (0.800) |" in text
    assert "| clusters found in density c | none of none |" in text
