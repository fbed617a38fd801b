"""Clusters and masses on the image: where they lie, in which shape, and what a list says."""

from __future__ import annotations

import numpy as np
import pytest

from models.exam import L_MLO, R_CC
from models.geometry import Affine, Box, Orientation
from models.mass.results import MassFinding, MassView
from models.microcalcification.results import CalcificationView, Cluster, Speck
from models.results import CellMap
from tests.phantoms import make_mammogram
from viewer.display.colours import CALCIFICATIONS, MASSES, bgr
from viewer.display.finding_marks import findings_part
from viewer.display.findings import FindingKind, findings_of
from viewer.display.hanging import hung_from_source
from viewer.display.mirrored import mirrored_findings
from viewer.display.viewport import Viewport

NOWHERE = CellMap(np.zeros((2, 2), np.float32), Affine(), (2, 2))
SPECKS = (Speck(30.5, 40.5, 4, 0.9), Speck(50.5, 44.5, 3, 0.8), Speck(40.5, 60.5, 5, 0.7))
HULL = np.array([[18.0, 30.0], [66.0, 34.0], [41.0, 90.0]])
OUTLINE = np.array([[60.5, 20.5], [60.5, 50.5], [80.5, 50.5], [80.5, 20.5]])


def calcifications(mm: float | None = 9.13, score: float | None = 0.834) -> CalcificationView:
    cluster = Cluster((0, 1, 2), HULL, 130.0, mm, 40.0, score, Box(20, 30, 40, 40))
    return CalcificationView(NOWHERE, SPECKS, (cluster,))


def masses(mm: float | None = 12.34) -> MassView:
    area = None if mm is None else 88.4
    return MassView(NOWHERE, NOWHERE, (MassFinding((OUTLINE,), 600.0, area, 36.06, mm, 0.9),))


def test_a_list_tells_count_size_and_score_in_millimetres_where_they_are_known() -> None:
    found = findings_of(calcifications(), masses(), Affine())
    assert [(each.label, each.words) for each in found.findings] == [
        ("C1", "3 specks · 9.1 mm · score 0.83"),
        ("mass 1", "12.3 mm · 88 mm²"),
    ]
    found = findings_of(calcifications(None, None), masses(None), Affine())
    assert [each.words for each in found.findings] == ["3 specks · 130 px", "36 px · 600 px²"]


@pytest.mark.parametrize("view", [R_CC, L_MLO])
@pytest.mark.parametrize(
    "orientation",
    [Orientation(t, r, c) for t in (False, True) for r in (False, True) for c in (False, True)],
)
def test_findings_lie_on_their_pixels_however_the_image_is_stored(view, orientation) -> None:
    mammogram = make_mammogram(view, rows=100, columns=70, orientation=orientation)
    to_hung = hung_from_source(mammogram)
    found = findings_of(calcifications(), masses(), to_hung)
    back = to_hung.inverse()
    for place, speck in zip(found.specks, SPECKS, strict=True):
        assert back.point(*place) == pytest.approx((speck.row, speck.column))
    hull, outline = (each.outlines[0] for each in found.findings)
    assert back.points(hull) == pytest.approx(HULL)
    assert back.points(outline) == pytest.approx(OUTLINE)


def drawn(kinds, scale: float = 1.0, found=None) -> np.ndarray:
    """BGRA of the whole pane."""
    found = found or findings_of(calcifications(), masses(), Affine())
    viewport = Viewport(200, 160, scale, 0.0, 0.0)
    part, (y, x) = findings_part(viewport, found, kinds)
    pane = np.zeros((200, 160, 4), np.uint8)
    pane[y : y + part.shape[0], x : x + part.shape[1]] = part
    return pane


def has(pane: np.ndarray, colour: str) -> np.ndarray:
    near = np.abs(pane[..., :3].astype(int) - bgr(colour)).max(axis=-1) < 30
    return near & (pane[..., 3] > 200)


def test_each_kind_has_its_own_switch_colour_and_shape() -> None:
    both = drawn(tuple(FindingKind))
    assert has(both, CALCIFICATIONS).any()
    assert has(both, MASSES).any()
    assert not has(drawn((FindingKind.MASS,)), CALCIFICATIONS).any()
    assert not has(drawn((FindingKind.CALCIFICATIONS,)), MASSES).any()
    assert not drawn(()).any()


def test_a_speck_is_ringed_and_never_covered() -> None:
    for scale in (1.0, 2.0):
        pane = drawn((FindingKind.CALCIFICATIONS,), scale)
        for speck in SPECKS:
            y, x = round(speck.row * scale), round(speck.column * scale)
            assert not pane[y - 1 : y + 1, x - 1 : x + 1].any()


def test_an_outline_lies_where_the_mass_is() -> None:
    mask = has(drawn((FindingKind.MASS,)), MASSES)[:84]  # above the label
    rows, columns = np.nonzero(mask)
    assert (rows.min(), rows.max()) == (60, 80)
    assert (columns.min(), columns.max()) == (20, 50)


def test_a_mirrored_pane_mirrors_findings_and_keeps_their_names() -> None:
    found = findings_of(calcifications(), masses(), Affine())
    mirrored = mirrored_findings(found, 70)
    assert mirrored.specks[:, 1] == pytest.approx(70 - found.specks[:, 1])
    assert mirrored.specks[:, 0] == pytest.approx(found.specks[:, 0])
    assert [each.label for each in mirrored.findings] == ["C1", "mass 1"]


def test_names_of_findings_never_stand_on_each_other() -> None:
    finding = MassFinding((OUTLINE,), 600.0, None, 36.0, None, 0.9)
    twins = MassView(NOWHERE, NOWHERE, (finding, finding))
    one = drawn((FindingKind.MASS,), found=findings_of(None, masses(), Affine()))
    two = drawn((FindingKind.MASS,), found=findings_of(None, twins, Affine()))
    rows_of_one, rows_of_two = (
        np.flatnonzero(has(each, MASSES)[84:].any(axis=1)) for each in (one, two)
    )
    assert len(rows_of_two) >= 2 * len(rows_of_one) - 1
    assert not has(two, MASSES)[:60].any(), "above an outline the truth has its words"


def test_no_outline_crosses_the_name_of_another_finding() -> None:
    """The lower edge of the mass runs through the place of `C1`."""
    alone = has(drawn((FindingKind.CALCIFICATIONS,)), CALCIFICATIONS)
    beside = has(drawn(tuple(FindingKind)), CALCIFICATIONS)
    name = np.s_[70:95, 22:46]
    assert alone[name].sum() > 10
    assert np.array_equal(beside[name], alone[name])


@pytest.mark.parametrize("columns", [(-6.0, 4.0), (156.0, 166.0)])
def test_a_finding_at_the_edge_of_its_pane_keeps_its_whole_name(columns) -> None:
    left, right = columns
    corners = np.array([[60.0, left], [60.0, right], [80.0, right], [80.0, left]])
    inside = np.array([[60.0, 75.0], [60.0, 85.0], [80.0, 85.0], [80.0, 75.0]])
    views = [
        MassView(NOWHERE, NOWHERE, (MassFinding((each,), 200.0, None, 22.0, None, 0.9),))
        for each in (corners, inside)
    ]
    edge, middle = (
        has(drawn((FindingKind.MASS,), found=findings_of(None, view, Affine())), MASSES)[84:]
        for view in views
    )
    assert abs(int(edge.sum()) - int(middle.sum())) <= 0.1 * middle.sum()
