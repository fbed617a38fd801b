"""One mammogram through DeepMiCa comes back on the anatomy, however it is stored."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from models.errors import Cancelled, ModelError, NotApplicableError
from models.exam import L_CC, R_MLO, Mammogram, Origin, View
from models.geometry import AS_STORED, Affine, Orientation
from models.grayscale import Grayscale
from models.keeping import from_arrays, to_arrays
from models.microcalcification.classifier import score
from models.microcalcification.explain import explain
from models.microcalcification.laying import lie_left
from models.microcalcification.network_classifiers import RoiClassifier
from models.microcalcification.network_unet import UNet, UNetArchitecture
from models.microcalcification.predictor import (
    STEPS,
    LoadedDeepMiCa,
    network_input,
    predict,
    probabilities,
)
from models.microcalcification.preprocess import prepare
from models.microcalcification.regions import region_of
from models.microcalcification.results import CalcificationView
from models.microcalcification.roi import surroundings_of
from tests.models.microcalcification.conftest import CPU

ORIENTATIONS = [Orientation(*each) for each in itertools.product((False, True), repeat=3)]
# (row, column) of the dots in the breast as it hangs facing right, off every symmetry.
DOTS = ((300, 140), (330, 180), (310, 215), (350, 160))
STRAY = (520, 90)


def hung(view: View = L_CC) -> NDArray[np.uint16]:
    """A breast of 12 bits as it hangs, with a cluster of four dots and one far from it."""
    rows, columns = 760, 601
    y, x = np.mgrid[:rows, :columns]
    inside = ((y - 330) / 300) ** 2 + (x / 430) ** 2 < 1
    image = np.where(inside, 1200 + y % 31 + x % 17, 0).astype(np.uint16)
    for row, column in (*DOTS, STRAY):
        image[row : row + 3, column : column + 4] = 4000
    return image if view.laterality.value == "L" else image[:, ::-1]


def mammogram(orientation: Orientation = AS_STORED, view: View = L_CC, **given: Any) -> Mammogram:
    fields: dict[str, Any] = {
        "image_id": "sha256:1",
        "name": "0_L-CC",
        "title": view.label,
        "view": view,
        "view_origin": Origin.LIST,
        "pixels": np.ascontiguousarray(orientation.inverse().apply(hung(view))),
        "grayscale": Grayscale(bits_stored=12),
        "orientation": orientation,
        "pixel_spacing_mm": (0.1, 0.1),
    }
    return Mammogram(**{**fields, **given})


def read(image: Mammogram, loaded: LoadedDeepMiCa) -> CalcificationView:
    return predict(image, loaded, lambda step, what: None, lambda: None)


def stored_place(row: float, column: float, image: Mammogram) -> tuple[float, float]:
    """Where a point of the breast as it hangs facing right lies in the stored image."""
    if image.view and image.view.laterality.value == "R":
        column = 601 - column
    back = image.orientation.affine(image.shape).inverse()
    return back.point(row, column)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("view", [L_CC, R_MLO])
def test_calcifications_lie_on_the_anatomy_in_all_eight_orientations(
    dot_finder: LoadedDeepMiCa, orientation: Orientation, view: View
) -> None:
    image = mammogram(orientation, view)
    found = read(image, dot_finder)
    expected = {stored_place(row + 1.5, column + 2, image) for row, column in (*DOTS, STRAY)}
    assert {(speck.row, speck.column) for speck in found.specks} == expected
    assert {speck.area_px for speck in found.specks} == {12}

    (cluster,) = found.clusters
    members = {(found.specks[each].row, found.specks[each].column) for each in cluster.specks}
    assert members == expected - {stored_place(STRAY[0] + 1.5, STRAY[1] + 2, image)}
    corner = stored_place(353, 160, image)
    assert corner in {tuple(each) for each in cluster.hull.tolist()}
    assert cluster.extent_px == pytest.approx(math.hypot(13, 79))
    assert cluster.extent_mm == pytest.approx(0.1 * math.hypot(13, 79))

    painted = found.probability.in_source()
    assert painted.shape == image.shape
    np.testing.assert_array_equal(painted >= 0.5, image.pixels == 4000)
    assert found.mask.sum() == 5 * 12


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_unequal_spacing_follows_the_stored_image(
    dot_finder: LoadedDeepMiCa, orientation: Orientation
) -> None:
    hung_spacing = (0.05, 0.2)
    stored = hung_spacing[::-1] if orientation.transpose else hung_spacing
    found = read(mammogram(orientation, pixel_spacing_mm=stored), dot_finder)
    (cluster,) = found.clusters
    assert cluster.extent_mm == pytest.approx(math.hypot(13 * 0.05, 79 * 0.2))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_regions_and_scores_do_not_depend_on_the_orientation(
    dot_finder: LoadedDeepMiCa, small_classifier: RoiClassifier, orientation: Orientation
) -> None:
    loaded = replace(dot_finder, classifier=small_classifier)
    image, plain = mammogram(orientation), mammogram()
    (cluster,), (expected,) = read(image, loaded).clusters, read(plain, loaded).clusters
    assert cluster.score == expected.score
    assert cluster.score is not None
    assert 0 < cluster.score < 1
    assert cluster.roi is not None
    assert expected.roi is not None
    to_stored = orientation.affine(image.shape).inverse()
    assert cluster.roi == to_stored.box(expected.roi)
    # All of the cluster but its last row and column, which the reference leaves out.
    for row, column in cluster.hull:
        assert -1 <= row - cluster.roi.row <= cluster.roi.height + 1
        assert -1 <= column - cluster.roi.column <= cluster.roi.width + 1


def test_the_score_is_that_of_the_region_around_the_cluster(
    dot_finder: LoadedDeepMiCa, small_classifier: RoiClassifier
) -> None:
    image = mammogram()
    found = read(image, replace(dot_finder, classifier=small_classifier))
    laid = lie_left(image)
    region, box = region_of(found.clusters[0], laid, surroundings_of(laid.image))
    assert found.clusters[0].score == score(small_classifier, region)
    assert found.score == found.clusters[0].score
    # First to last pixel of the cluster: rows 300 … 352, columns 140 … 218.
    assert (box.height, box.width) == (78, 78)
    without = read(image, dot_finder)
    assert without.score is None
    assert without.clusters[0].roi == found.clusters[0].roi


def test_what_the_network_saw_maps_back_to_the_very_pixels() -> None:
    for orientation in ORIENTATIONS:
        image = mammogram(orientation)
        laid = lie_left(image)
        seen = network_input(laid)
        expected = prepare(lie_left(mammogram()).image).image
        np.testing.assert_array_equal(seen.image, expected)
        for row, column in DOTS:
            inside = seen.to_source.inverse().point(*stored_place(row + 1, column + 1, image))
            assert seen.image[int(inside[0]), int(inside[1])] > 200


def test_an_image_of_8_bits_and_the_same_of_12_find_the_same(dot_finder: LoadedDeepMiCa) -> None:
    deep = mammogram()
    shallow = mammogram(pixels=deep.pixels >> 4, grayscale=Grayscale(bits_stored=8))
    np.testing.assert_array_equal(
        read(deep, dot_finder).probability.values, read(shallow, dot_finder).probability.values
    )


def test_an_inverted_image_is_read_alike(dot_finder: LoadedDeepMiCa) -> None:
    plain = mammogram()
    inverted = mammogram(
        pixels=4095 - plain.pixels,
        grayscale=Grayscale(bits_stored=12, presentation_inverse=True),
    )
    assert read(inverted, dot_finder).specks == read(plain, dot_finder).specks


def test_without_spacing_sizes_are_in_pixels_and_said_to_be(dot_finder: LoadedDeepMiCa) -> None:
    found = read(mammogram(pixel_spacing_mm=None), dot_finder)
    assert found.clusters == ()  # 31 pixels are near in an image of 760 rows
    with_spacing = read(mammogram(), dot_finder)
    assert with_spacing.clusters[0].extent_mm is not None


def test_seamless_tiles_find_the_same_dots(dot_finder: LoadedDeepMiCa) -> None:
    seamless = replace(dot_finder, seamless=True)
    assert {(speck.row, speck.column) for speck in read(mammogram(), seamless).specks} == {
        (speck.row, speck.column) for speck in read(mammogram(), dot_finder).specks
    }


def test_steps_are_begun_in_order_and_any_of_them_can_stop(dot_finder: LoadedDeepMiCa) -> None:
    begun: list[int] = []
    predict(mammogram(), dot_finder, lambda step, what: begun.append(step), lambda: None)
    assert begun == list(range(STEPS))
    for last in range(STEPS):

        def stop_at(step: int, what: str, last: int = last) -> None:
            if step == last:
                raise Cancelled

        with pytest.raises(Cancelled):
            predict(mammogram(), dot_finder, stop_at, lambda: None)


def test_stopping_reaches_into_the_network(small_unet: UNet) -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        probabilities(
            np.full((300, 300), 9, np.uint8), LoadedDeepMiCa(small_unet, None, CPU), stop
        )


class Broken(UNet):
    def forward(self, tiles: torch.Tensor, pause: object = None) -> torch.Tensor:
        return tiles * float("nan")


def test_a_part_of_the_breast_that_was_never_read_is_said(dot_finder: LoadedDeepMiCa) -> None:
    assert read(mammogram(), dot_finder).remark == ""
    y, _ = np.mgrid[:760, :601]
    uneven_air = np.maximum(hung(), 50 + y).astype(np.uint16)
    found = read(mammogram(pixels=uneven_air), dot_finder)
    assert found.left_out > 0.5
    assert f"{found.left_out:.0%} of the breast" in found.remark


def test_numbers_that_are_not_finite_are_an_error() -> None:
    with pytest.raises(ModelError, match="no finite numbers"):
        read(mammogram(), LoadedDeepMiCa(Broken(UNetArchitecture((2, 2))), None, CPU))


def test_images_that_do_not_suit_are_refused_with_the_reason(dot_finder: LoadedDeepMiCa) -> None:
    with pytest.raises(NotApplicableError, match="none of the four standard views"):
        read(mammogram(view=L_CC, title="L CC spot"), dot_finder) if False else read(
            replace(mammogram(), view=None), dot_finder
        )
    with pytest.raises(NotApplicableError, match="No breast"):
        read(mammogram(pixels=np.zeros((300, 200), dtype=np.uint16)), dot_finder)


def test_findings_survive_being_kept_on_disk(
    dot_finder: LoadedDeepMiCa, small_classifier: RoiClassifier
) -> None:
    found = read(mammogram(), replace(dot_finder, classifier=small_classifier))
    again = from_arrays(CalcificationView, to_arrays(found))
    assert again.specks == found.specks
    assert again.clusters[0].score == found.clusters[0].score
    assert again.probability.grid_to_source == found.probability.grid_to_source
    np.testing.assert_array_equal(again.clusters[0].hull, found.clusters[0].hull)
    np.testing.assert_array_equal(again.probability.values, found.probability.values)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_explanations_lie_on_the_region_in_all_eight_orientations(
    monkeypatch: pytest.MonkeyPatch,
    dot_finder: LoadedDeepMiCa,
    small_classifier: RoiClassifier,
    orientation: Orientation,
) -> None:
    monkeypatch.setattr("models.microcalcification.explain.BACKGROUNDS", 1)
    loaded = replace(dot_finder, classifier=small_classifier)
    image = mammogram(orientation)
    found = read(image, loaded)
    said = explain(image, found, 0, small_classifier, lambda done, of: None)
    roi = found.clusters[0].roi
    assert roi is not None
    corners = [(0.0, 0.0), (7.0, 7.0)]
    rows, columns = zip(*(said.cam.grid_to_source.point(*each) for each in corners), strict=True)
    assert sorted(rows) == pytest.approx([roi.row, roi.row + roi.height])
    assert sorted(columns) == pytest.approx([roi.column, roi.column + roi.width])
    # The corner that lies up and at the chest wall when the breast hangs.
    upper, chest = stored_place(*_upper_left(found, image), image)
    assert said.cam.grid_to_source.point(0, 0) == pytest.approx((upper, chest))
    assert said.shap_to_source.point(224, 224) == pytest.approx(
        said.cam.grid_to_source.point(7, 7)
    )


def _upper_left(found: CalcificationView, image: Mammogram) -> tuple[float, float]:
    roi = found.clusters[0].roi
    assert roi is not None
    box = image.orientation.affine(image.shape).box(roi)
    return box.row, box.column


def test_the_map_of_what_was_seen_is_invertible() -> None:
    seen = network_input(lie_left(mammogram(ORIENTATIONS[5])))
    there_and_back = seen.to_source.then(seen.to_source.inverse())
    assert there_and_back == Affine()
