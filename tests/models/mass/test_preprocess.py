"""What the networks see: scaled as 8 bits would be, hung, cropped to the breast, invertible."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage.transform import resize

from models.agreement import iou
from models.errors import NotApplicableError
from models.exam import L_CC, L_MLO, R_CC, R_MLO, Laterality, Mammogram, Origin
from models.geometry import Orientation
from models.grayscale import Grayscale, Photometric
from models.mass import preprocess
from models.mass.preprocess import Hung
from tests.models.conftest import MakeMammogram, hung_breast

ORIENTATIONS = [Orientation(*turns) for turns in itertools.product((False, True), repeat=3)]
DDSM = ("A_0040_1", "A_0096_1", "B_3627_1", "B_3680_1", "D_4574_1", "D_4588_1")


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("view", [L_CC, R_CC])
def test_however_stored_the_network_sees_the_image_as_it_hangs(
    make_mammogram: MakeMammogram, orientation: Orientation, view: object
) -> None:
    mammogram = make_mammogram(view, orientation)
    image = preprocess.hung(mammogram)
    assert mammogram.view is not None
    hangs = hung_breast(mammogram.view.laterality)
    np.testing.assert_allclose(image.pixels, hangs / np.float32(4095), rtol=1e-6)
    row, column = 100, 37
    stored = image.to_stored.point(row + 0.5, column + 0.5)
    found = mammogram.pixels[int(stored[0]), int(stored[1])]
    assert found == hangs[row, column]


def test_every_bit_depth_is_scaled_as_eight_bits_are(make_mammogram: MakeMammogram) -> None:
    stored = np.full((40, 30), 100, np.uint16)
    stored[3, 4] = 255

    def brightness(factor: int, bits: int) -> float:
        image = make_mammogram(
            pixels=stored * np.uint16(factor), grayscale=Grayscale(bits_stored=bits)
        )
        return float(preprocess.hung(image).pixels[0, 0])

    assert brightness(1, 8) == pytest.approx(100 / 255)
    assert brightness(16, 12) == pytest.approx(1600 / 4095)
    assert brightness(257, 16) == pytest.approx(100 / 255)
    # 16 bits say what values fit into, not how bright the brightest may be.
    assert brightness(16, 16) == pytest.approx(1600 / 4095)


def test_dark_on_bright_is_turned_round(make_mammogram: MakeMammogram) -> None:
    stored = np.full((40, 30), 4095, np.uint16)
    stored[5:9, 5:9] = 95
    grayscale = Grayscale(photometric=Photometric.MONOCHROME1, bits_stored=12)
    found = preprocess.hung(make_mammogram(pixels=stored, grayscale=grayscale)).pixels
    assert found[0, 0] == 0
    assert found[6, 6] == pytest.approx(4000 / 4095)


@pytest.mark.parametrize("shape", [(64, 48), (93, 31), (300, 40)])
def test_resizing_is_the_published_reader_s(shape: tuple[int, int]) -> None:
    image = np.random.default_rng(3).random((217, 131)).astype(np.float32)
    found = preprocess.shrink(image, shape)
    expected = resize(image.astype(np.float64), shape)
    # The published reader mirrors beyond the edge where it enlarges.
    inner = np.s_[2:-2, 2:-2]
    np.testing.assert_allclose(found[inner], expected[inner], atol=2e-5)
    assert preprocess.shrink(image, image.shape) is image


def test_the_crop_is_the_breast_and_maps_back_exactly() -> None:
    breast = np.zeros((1024, 768), np.bool_)
    breast[100:612, 32:400] = True
    frame = preprocess.frame_of(breast, (2048, 1152), (640, 640))
    assert (frame.crop.row, frame.crop.column) == (200, 48)
    assert (frame.crop.height, frame.crop.width) == (1024, 552)
    assert frame.to_hung.point(0, 0) == (200, 48)
    assert frame.to_hung.point(640, 640) == pytest.approx((1224, 600))
    there = frame.to_hung.point(123.4, 567.8)
    assert frame.to_hung.inverse().point(*there) == pytest.approx((123.4, 567.8))


def test_what_is_not_breast_is_black_and_what_is_lies_where_the_map_says() -> None:
    pixels = np.full((1024, 768), 0.5, np.float32)
    pixels[300:340, 200:260] = 1.0
    breast = np.zeros((1024, 768), np.bool_)
    breast[100:740, 50:690] = True
    breast[100:200, 50:150] = False
    image = Hung(pixels, preprocess.grid_over((1, 1), (1, 1)))
    frame = preprocess.frame_of(breast, image.shape, (640, 640))
    placed = preprocess.place(image, breast, frame, (640, 640))
    assert placed[50, 50] == 0
    assert placed[150, 150] == 0.5
    rows, columns = np.nonzero(placed == 1.0)
    assert frame.to_hung.point(rows.min(), columns.min()) == (300, 200)
    assert frame.to_hung.point(rows.max() + 1, columns.max() + 1) == (340, 260)


def test_an_image_without_a_breast_is_refused() -> None:
    black = np.zeros((1024, 768), np.float32)
    with pytest.raises(NotApplicableError, match="No breast"):
        preprocess.frame_of(preprocess.region_of_grey(black), (100, 100), (640, 640))
    with pytest.raises(NotApplicableError, match="No breast"):
        preprocess.frame_of(preprocess.region_of_probability(black), (100, 100), (640, 640))


def test_the_breast_of_a_map_is_its_largest_part_without_holes() -> None:
    probability = np.zeros((1024, 768), np.float32)
    probability[200:600, 100:500] = 0.9
    probability[300:310, 200:210] = 0.1
    probability[900:950, 600:700] = 0.9
    probability[700, 100] = 127.4 / 255
    region = preprocess.region_of_probability(probability)
    assert region.sum() == 400 * 400
    assert region[305, 205]


@pytest.mark.parametrize("air", [0.0, 0.08, 0.2, 0.3])
def test_dark_fat_beside_a_bright_muscle_is_breast_over_black_and_over_grey_air(
    air: float,
) -> None:
    y, x = np.mgrid[:1024, :768]
    breast = ((y - 300) / 560) ** 2 + (x / 470) ** 2 < 1
    muscle = breast & (x < 240 - y / 3)
    # Open to the upper edge, as the fat of an axilla is, so that nothing fills it afterwards.
    dark = (np.abs(x - 320) < 60) & (y < 400)
    noise = np.random.default_rng(5).normal(0.0, 0.004, breast.shape)
    tissue = np.select([muscle, dark], [0.85, 0.11], 0.17)
    cells = (air + (1 - air) * np.where(breast, tissue, 0.0) + noise).clip(0.0, 1.0)
    region = preprocess.region_of_grey(cells.astype(np.float32))
    assert iou(region, breast) >= 0.98
    assert region[dark & breast].mean() >= 0.99


@pytest.mark.parametrize("fat", [0.1, 0.15, 0.25])
@pytest.mark.parametrize("radius", [0.3, 0.5, 0.7, 0.85])
def test_a_bright_gland_is_not_taken_for_the_breast(radius: float, fat: float) -> None:
    y, x = np.mgrid[:1024, :768]
    away = np.hypot((y - 500) / 480, x / 500)
    tissue = np.select([away < radius, away < 1], [0.9, fat], 0.0).astype(np.float32)
    cells = cv2.GaussianBlur(tissue, (0, 0), 4.0)
    assert iou(preprocess.region_of_grey(cells), away < 1) >= 0.97


def test_no_fat_is_cut_out_of_a_digital_breast(shared: Path) -> None:
    with Image.open(shared / "data/density_exam/images/L-MLO.png") as png:
        pixels = np.asarray(png).astype(np.uint16)
    mammogram = Mammogram("1", "1", "L MLO", L_MLO, Origin.LIST, pixels, Grayscale(bits_stored=8))
    whole = preprocess.whole(preprocess.hung(mammogram))
    region = preprocess.region_of_grey(whole)
    # The axilla, from the muscle to well within the skin; air is exactly 0 in this image.
    assert whole[2:440, 150:390].min() > 0
    assert region[2:440, 150:390].all()
    # Smoothing reaches a few cells past the skin.
    assert region[whole == 0].mean() < 0.02


@pytest.mark.parametrize("name", DDSM)
def test_the_breast_by_grey_values_is_that_of_the_labels(shared: Path, name: str) -> None:
    folder = shared / "data/ddsm_tissue"
    with Image.open(folder / f"images/{name}.RIGHT_MLO.png") as png:
        pixels = np.asarray(png).astype(np.uint16)
    with Image.open(folder / f"labels/{name}.RIGHT_MLO_LI.png") as png:
        labels = np.asarray(png) > 64  # 64 is background
    mammogram = Mammogram(
        name, name, "R MLO", R_MLO, Origin.LIST, pixels, Grayscale(bits_stored=8)
    )
    image = preprocess.hung(mammogram)
    assert mammogram.view is not None
    assert mammogram.view.laterality is Laterality.RIGHT
    region = preprocess.region_of_grey(preprocess.whole(image))
    in_image = preprocess.resample_nearest(
        region, preprocess.grid_over(image.shape, region.shape), image.shape
    )
    assert iou(in_image, labels) >= 0.93
