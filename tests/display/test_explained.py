"""Explanations hang as their image does, and their colours mean one thing."""

from __future__ import annotations

import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest

from models.exam import L_CC, R_MLO, View
from models.geometry import Affine, Orientation
from models.microcalcification.explain import explain
from models.microcalcification.network_classifiers import ResNet18Classifier
from models.microcalcification.predictor import LoadedDeepMiCa
from models.microcalcification.results import Explanation
from models.results import CellMap
from tests import recipe
from tests.models.microcalcification.conftest import dot_finder as dot_finder  # noqa: PLC0414
from tests.models.microcalcification.test_predictor import mammogram, read
from tests.phantoms import make_mammogram
from viewer.display.colours import bgr
from viewer.display.explained import (
    LOWERS,
    RAISES,
    ShownExplanation,
    cam_picture,
    panes,
    panes_size,
    region_picture,
    shap_picture,
    side_for,
    signed,
    strongest,
)
from viewer.display.hanging import hung_from_source

ORIENTATIONS = [Orientation(*each) for each in itertools.product((False, True), repeat=3)]


def made(
    view: View, orientation: Orientation, shap: np.ndarray | None = None
) -> tuple[Explanation, object]:
    """Something off every symmetry, in the frame that lies left, of a region of 60 × 30 pixels."""
    image = make_mammogram(view, rows=100, columns=70, orientation=orientation)
    net_to_hung = Affine.scaling(60 / 224, 30 / 224).then(Affine.shift(10, 20))
    if view.laterality.value == "R":
        net_to_hung = net_to_hung.then(Affine(cc=-1.0, c0=70.0))
    to_source = net_to_hung.then(hung_from_source(image).inverse())
    region = np.zeros((224, 224), np.float32)
    region[10:50, 150:200] = 1.0
    cam = np.zeros((7, 7), np.float32)
    cam[0, 5], cam[1, 5] = 1.0, 0.5
    if shap is None:
        shap = np.zeros((224, 224), np.float32)
        shap[20:60, 10:50] = 0.02
        shap[150:180, 100:140] = -0.01
    cells = CellMap(cam, Affine.scaling(32, 32).then(to_source), image.shape)
    return Explanation(region, 0.75, cells, shap, 8, to_source), image


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("view", [L_CC, R_MLO])
def test_everything_hangs_as_the_image_however_it_is_stored(view, orientation) -> None:
    explanation, image = made(view, orientation)
    shown = ShownExplanation.prepare(explanation, image)
    mirror = slice(None, None, -1 if view is R_MLO else 1)
    np.testing.assert_array_equal(shown.region, explanation.region[:, mirror])
    np.testing.assert_array_equal(shown.cam, explanation.cam.values[:, mirror])
    np.testing.assert_array_equal(shown.shap, explanation.shap[:, mirror])
    assert (shown.height, shown.width) == pytest.approx((60, 30))
    assert shown.lie == Orientation(flip_columns=view is R_MLO)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("view", [L_CC, R_MLO])
def test_the_region_that_is_shown_is_the_tissue_that_hangs_there(
    dot_finder: LoadedDeepMiCa, view: View, orientation: Orientation, monkeypatch
) -> None:
    monkeypatch.setattr("models.microcalcification.explain.BACKGROUNDS", 1)
    network = ResNet18Classifier(4, 8)
    network.load_state_dict(recipe.torch_state(network, 0.5))
    network.fold_norms()
    image = mammogram(orientation, view)
    found = read(image, replace(dot_finder, classifier=network))
    explanation = explain(image, found, 0, network, lambda done, of: None)
    shown = ShownExplanation.prepare(explanation, image)
    roi = hung_from_source(image).box(found.clusters[0].roi)
    hung = orientation.apply(image.pixels)
    tissue = hung[roi.row : roi.row + roi.height, roi.column : roi.column + roi.width]
    expected = cv2.resize(tissue.astype(np.float32), (224, 224), interpolation=cv2.INTER_LINEAR)
    assert np.corrcoef(shown.region.ravel(), expected.ravel())[0, 1] > 0.99
    for other in (expected[:, ::-1], expected[::-1], expected.T):
        assert np.corrcoef(shown.region.ravel(), other.ravel())[0, 1] < 0.9


def test_colours_say_what_raises_and_what_lowers_and_signs_say_it_again() -> None:
    shown = ShownExplanation.prepare(*made(L_CC, Orientation()))
    side = 448
    plain, drawn = region_picture(shown, side), shap_picture(shown, side, 8)
    assert plain.shape == drawn.shape == (448, 224, 3)
    raised, lowered = drawn[50, 30].astype(int), drawn[354, 136].astype(int)
    assert raised[2] > raised[0] + 60, "orange"
    assert lowered[0] > lowered[2] + 30, "blue"
    elsewhere = drawn[420, 200]
    assert (elsewhere == elsewhere[0]).all()
    luma = np.array([0.114, 0.587, 0.299])
    assert raised @ luma > lowered @ luma + 40, "told apart in grey print, too"
    assert [sign for sign, _, _ in strongest(shown.shap)] == ["+", "–"]
    places = [(row, column) for _, row, column in strongest(shown.shap)]
    np.testing.assert_allclose(places, [(40, 30), (165, 120)], atol=2)


def test_grad_cam_colours_the_cells_that_speak_for_a_higher_score_and_lines_them() -> None:
    shown = ShownExplanation.prepare(*made(L_CC, Orientation()))
    drawn = cam_picture(shown, 448).astype(int)
    orange = drawn[..., 2] - drawn[..., 0]
    assert orange[20, 180] > 60
    assert abs(orange[200:]).max() == 0
    assert (np.abs(drawn - bgr(RAISES)).max(axis=2) < 30).any(), "the line at a half"
    nothing = replace(shown, cam=np.zeros((7, 7), np.float32))
    np.testing.assert_array_equal(cam_picture(nothing, 448), region_picture(nothing, 448))


def test_without_regions_to_compare_with_there_are_words_and_no_colours() -> None:
    explanation, image = made(L_CC, Orientation())
    shown = ShownExplanation.prepare(replace(explanation, shap=None, compared=0), image)
    assert shown.sum is None
    drawn = shap_picture(shown, 448, 13).astype(int)
    assert abs(drawn[..., 2] - drawn[..., 0]).max() < 20
    assert panes(shown, 300, 13).any()


def test_sums_keep_their_sign_and_the_digits_that_count() -> None:
    shown = ShownExplanation.prepare(*made(L_CC, Orientation()))
    assert shown.sum == pytest.approx(0.02 * 1600 - 0.01 * 1200)
    assert [signed(each) for each in (1.234, -0.0004, 20.0)] == ["+1.2", "–0.0004", "+20"]
    assert LOWERS != RAISES


@pytest.mark.parametrize(("height", "width"), [(340, 720), (600, 1148), (1800, 900)])
def test_pictures_fill_the_room_that_there_is(height: int, width: int) -> None:
    shown = ShownExplanation.prepare(*made(L_CC, Orientation()))
    side = side_for(shown, height, width, 13)
    rows, columns = panes_size(shown, side, 13)
    assert panes(shown, side, 13).shape == (rows, columns, 3)
    assert rows <= height
    assert columns <= width
    assert (
        panes_size(shown, side + 3, 13) > (height, width)
        or rows + 6 > height
        or (columns + 9 > width)
    )


def test_a_region_whose_rows_run_along_the_columns_is_turned_with_its_proportions() -> None:
    explanation, image = made(L_CC, Orientation())
    turned = Affine(rr=0.0, rc=-0.25, r0=80.0, cr=0.125, cc=0.0, c0=5.0)
    shown = ShownExplanation.prepare(replace(explanation, shap_to_source=turned), image)
    np.testing.assert_array_equal(shown.shap, explanation.shap.T[::-1])
    np.testing.assert_array_equal(shown.cam, explanation.cam.values.T[::-1])
    assert (shown.height, shown.width) == (56.0, 28.0)
    assert panes(shown, 300, 13).any()
