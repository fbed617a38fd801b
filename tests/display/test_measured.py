"""Measured values against geometry worked out by hand, and rule 21 on true DICOM files."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.exam import L_CC, R_CC, Origin
from models.geometry import Orientation
from models.grayscale import Grayscale
from tests.dicom_factory import breast, make_dicom
from tests.phantoms import make_mammogram
from viewer.display.measured import detail_words, label_words, quantities, ruler_of, value_words
from viewer.display.measurement import Kind, Measurement
from viewer.display.region import pixels_inside, statistics
from viewer.display.shown import ShownImage
from viewer.exam_io.load import load_image
from viewer.exam_io.records import ImageRecord
from viewer.exam_io.scan import scan


def shown(**changes) -> ShownImage:
    return ShownImage.prepare(make_mammogram(R_CC, **changes))


def measured(kind: Kind, *points, image: ShownImage):
    return quantities(Measurement(kind, points), image)


def test_rule_21_the_chart_measures_what_it_says_at_the_object(shared):
    """The chart's own words: 200 pixels, 100 mm at the detector, 67 mm magnified 1.5 times, and
    neither 50 mm (Pixel Spacing) nor 25 mm (Detector Element Spacing)."""
    found = scan([shared / "data" / "dicom_mg" / "MG_Explicit_Little.dcm"]).exams[0]
    image = ShownImage.prepare(load_image(found.set_aside[0]))
    bright = image.mammogram.pixels[380:440] > 100
    row = int(bright.sum(axis=1).argmax())
    columns = np.flatnonzero(bright[row])
    assert len(columns) == 201, "the bar, from the middle of its first tick to that of its last"
    row += 380
    one = Measurement(Kind.LENGTH, ((row + 0.5, columns[0] + 0.5), (row + 0.5, columns[-1] + 0.5)))
    found = quantities(one, image)
    assert found.length == pytest.approx(200 * 0.5 / 1.5)
    assert label_words(one, found) == ("66.7 mm", "at the object, ERMF 1.5")


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        (
            {"ImagerPixelSpacing": [0.1, 0.1], "EstimatedRadiographicMagnificationFactor": None},
            ("2.0 mm", "at the detector"),
        ),
        (
            {"ImagerPixelSpacing": [0.1, 0.1], "EstimatedRadiographicMagnificationFactor": 1.0},
            ("2.0 mm", "at the object, ERMF 1"),
        ),
        (
            {"ImagerPixelSpacing": [0.1, 0.1], "EstimatedRadiographicMagnificationFactor": 1.6},
            ("1.2 mm", "at the object, ERMF 1.6"),
        ),
        (
            {
                "ImagerPixelSpacing": None,
                "PixelSpacing": [0.2, 0.2],
                "PixelSpacingCalibrationType": "FIDUCIAL",
            },
            ("20.0 px", "pixel size unknown"),
        ),
    ],
)
def test_rule_21_lengths_are_in_millimetres_of_a_named_plane_or_in_pixels(
    tmp_path, attributes, words
):
    path = tmp_path / "a.dcm"
    make_dicom(path, pixels=breast(), **attributes)
    image = ShownImage.prepare(load_image(ImageRecord(path, "a", "L CC", L_CC, Origin.ATTRIBUTES)))
    one = Measurement(Kind.LENGTH, ((10.0, 10.0), (10.0, 30.0)))
    assert label_words(one, quantities(one, image)) == words


def test_rows_and_columns_are_measured_with_their_own_spacing():
    image = shown(pixel_spacing_mm=(0.3, 0.1))
    assert measured(Kind.LENGTH, (0, 0), (10, 0), image=image).length == pytest.approx(3.0)
    assert measured(Kind.LENGTH, (0, 0), (0, 10), image=image).length == pytest.approx(1.0)
    assert measured(Kind.LENGTH, (0, 0), (10, 40), image=image).length == pytest.approx(5.0)
    box = measured(Kind.BOX, (5, 7), (15, 27), image=image)
    assert box.sides == pytest.approx((3.0, 2.0))
    assert box.area == pytest.approx(6.0)
    oval = measured(Kind.ELLIPSE, (5, 7), (15, 27), image=image)
    assert oval.area == pytest.approx(math.pi * 6.0 / 4)
    triangle = measured(Kind.POLYGON, (0, 0), (0, 30), (20, 0), image=image)
    assert triangle.area == pytest.approx(3.0 * 6.0 / 2)


def test_an_angle_is_that_of_the_breast_and_not_of_the_pixels():
    image = shown(pixel_spacing_mm=(0.3, 0.1))
    found = measured(Kind.ANGLE, (0, 30), (0, 0), (10, 0), image=image)
    assert found.angle == pytest.approx(90.0)
    found = measured(Kind.ANGLE, (0, 30), (0, 0), (10, 30), image=image)
    assert found.angle == pytest.approx(45.0), "30 columns are as long as 10 rows"


def test_millimetres_are_divided_by_a_stated_magnification_only():
    stated = shown(magnification=2.0, magnification_stated=True)
    assert measured(Kind.LENGTH, (0, 0), (0, 40), image=stated).length == pytest.approx(2.0)
    assert ruler_of(make_mammogram(R_CC)).plane == "at the detector"
    assert ruler_of(make_mammogram(R_CC, pixel_spacing_mm=None)).unit == "px"


def test_pixels_count_by_their_centres():
    square, corner = pixels_inside(np.array([[2.4, 1], [2.4, 4], [5.6, 4], [5.6, 1]]), (8, 8))
    assert corner == (2, 1)
    assert square.tolist() == [[True] * 3] * 4
    square, _ = pixels_inside(np.array([[2.6, 1], [2.6, 4], [5.4, 4], [5.4, 1]]), (8, 8))
    assert square.sum() == 6, "half a pixel is in or out by its middle"
    beyond, corner = pixels_inside(np.array([[-5, -5], [-5, 3], [3, 3], [3, -5]]), (8, 8))
    assert (corner, beyond.sum()) == ((0, 0), 9)


def test_an_outline_with_a_bay_leaves_the_bay_out():
    bay = np.array([[0, 0], [0, 9], [9, 9], [9, 6], [3, 6], [3, 3], [9, 3], [9, 0]], float)
    inside, _ = pixels_inside(bay, (20, 20))
    assert inside.sum() == 81 - 6 * 3
    assert not inside[5, 4]
    assert inside[5, 7]


def test_values_inside_are_modality_values_without_air():
    """Compared with the pixels themselves, stored turned so that no axis is mistaken."""
    stored = Orientation(transpose=True, flip_rows=True)
    gray = Grayscale(bits_stored=12, rescale_slope=2.0, rescale_intercept=-100.0, padding=(0, 0))
    image = shown(stored=stored, grayscale=gray)
    pixels = image.mammogram.pixels
    rows = pixels.shape[0]
    one = Measurement(Kind.BOX, ((10.0, 200.0), (rows - 20.0, 380.0)))
    part = pixels[10 : rows - 20, 200:380].astype(float)
    tissue = part[part > 0] * 2.0 - 100.0
    assert 0 < tissue.size < part.size, "the box holds both"
    found = statistics(one.outline(), image)
    assert (found.pixels, found.air) == (tissue.size, part.size - tissue.size)
    assert found.mean == pytest.approx(tissue.mean())
    assert found.deviation == pytest.approx(tissue.std())
    assert (found.lowest, found.highest) == (tissue.min(), tissue.max())
    assert any("air left out" in words for words in detail_words(quantities(one, image)))


def test_signed_values_are_measured_as_such():
    pixels = (make_mammogram(R_CC).pixels.astype(np.int32) - 2000).astype(np.int16)
    image = shown(pixels=pixels, grayscale=Grayscale(bits_stored=12, signed=True))
    found = statistics(np.array([[250, 300], [250, 310], [260, 310], [260, 300]], float), image)
    assert found.mean == pytest.approx(pixels[250:260, 300:310].mean())
    assert found.lowest < 0


def test_a_region_of_air_says_so_instead_of_inventing_values():
    image = shown(grayscale=Grayscale(bits_stored=12, padding=(0, 0)))
    found = measured(Kind.BOX, (0, 0), (10, 10), image=image)
    assert detail_words(found) == ["1.0 × 1.0 mm", "only air inside"]


@pytest.mark.parametrize(
    ("millimetres", "words"),
    [(0.35, "0.35 mm"), (1.26, "1.3 mm"), (99.96, "100 mm"), (123.4, "123 mm")],
)
def test_digits_are_no_finer_than_pixels(millimetres, words):
    image = shown(pixel_spacing_mm=(1.0, 1.0))
    one = Measurement(Kind.LENGTH, ((0.0, 0.0), (0.0, millimetres)))
    assert value_words(one, quantities(one, image)) == words


def test_what_is_not_whole_measures_nothing():
    image = shown()
    for kind, points in (
        (Kind.LENGTH, ((5, 5), (5, 5))),
        (Kind.ANGLE, ((1, 1), (2, 2), (2, 2))),
        (Kind.BOX, ((1, 1), (1, 9))),
        (Kind.POLYGON, ((1, 1), (2, 2))),
        (Kind.TEXT, ((1, 1),)),
    ):
        one = Measurement(kind, points)
        assert not one.is_whole
        assert label_words(one, quantities(one, image)) == ()
