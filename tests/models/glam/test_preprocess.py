"""The crop, centre and window of GLAM equal the published preprocessing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from models.errors import NotApplicableError
from models.exam import ViewPosition
from models.geometry import Box
from models.glam import preprocess

VIEWS = ("L-CC", "R-CC", "L-MLO", "R-MLO")


def synthetic_breast(seed: int, height: int, width: int, facing_right: bool) -> NDArray[np.uint16]:
    """The golden's asymmetric ellipse, bar and block (spec 11)."""
    y = np.arange(height, dtype=np.int64)[:, None]
    c = np.arange(width, dtype=np.int64)[None, :]
    if not facing_right:
        c = c[:, ::-1]
    cy, ry, rx = int(height * (0.45 + 0.02 * (seed % 5))), int(0.44 * height), int(0.90 * width)
    inside = (y - cy) ** 2 * rx**2 + c**2 * ry**2 < ry**2 * rx**2
    texture = (3 * y**2 + 5 * c**2 + 7 * y * c + 977 * seed) // 64 + 13 * y + 29 * c
    image = np.where(inside, 600 + texture % 3000, 0)
    image[5:9] = 900
    image[height - 60 : height - 20, width // 2 - 30 : width // 2 + 30] = 1200
    return image.astype(np.uint16)


def assert_crop(crop: preprocess.CropFacts, expected: dict[str, Any]) -> None:
    rows, column = expected["rightmost_points"]
    row, columns = expected["bottommost_points"]
    assert crop == preprocess.CropFacts(
        tuple(expected["window_location"]),
        (tuple(rows), column),
        (row, tuple(columns)),
        expected["distance_from_starting_side"],
    )


@pytest.mark.parametrize("case", range(32))
def test_synthetic_images_are_cropped_placed_and_normalised_as_published(
    shared: Path, case: int
) -> None:
    cases = json.loads((shared / "golden/glam/preprocess_synthetic.json").read_text())
    assert len(cases) == 32
    expected = cases[case]
    facing_right = expected["facing"] == "right"
    image = synthetic_breast(expected["seed"], expected["height"], expected["width"], facing_right)
    assert int(image.sum(dtype=np.int64)) == expected["image_sum"]

    position = ViewPosition(expected["view"][2:])
    frame = preprocess.frame_of(image, facing_right, position)
    assert_crop(frame.crop, expected)
    assert frame.best_center == tuple(expected["best_center"])

    window = preprocess.normalise(preprocess.place(image, facing_right, frame))
    assert window.dtype == np.float32
    assert window.min() == pytest.approx(expected["input_min"], abs=1e-5)
    assert window.max() == pytest.approx(expected["input_max"], abs=1e-5)
    np.testing.assert_allclose(window[::368, ::320].ravel(), expected["input_probe"], atol=1e-5)


@pytest.mark.parametrize("view", VIEWS)
def test_real_images_are_cropped_placed_and_normalised_as_published(
    shared: Path, view: str
) -> None:
    expected = json.loads((shared / "golden/glam/expected.json").read_text())[view]
    with Image.open(shared / f"data/glam_exam/images/0_{view}.png") as png:
        image = np.asarray(png).astype(np.uint16)
    assert image.shape == tuple(expected["image_shape"])
    facing_right = view.startswith("L")
    frame = preprocess.frame_of(image, facing_right, ViewPosition(view[2:]))
    assert_crop(frame.crop, expected)
    assert frame.best_center == tuple(expected["best_center"])

    window = preprocess.normalise(preprocess.place(image, facing_right, frame))
    assert float(window.mean()) == pytest.approx(expected["input_mean"], abs=1e-6)
    assert float(window.std()) == pytest.approx(expected["input_std"], abs=1e-5)
    assert window.min() == pytest.approx(expected["input_min"], abs=1e-5)
    assert window.max() == pytest.approx(expected["input_max"], abs=1e-5)
    with np.load(shared / f"golden/glam/0_{view}.npz") as golden:
        np.testing.assert_allclose(window[::16, ::16], golden["input_stride16"], atol=1e-5)


@pytest.mark.parametrize("position", list(ViewPosition))
@pytest.mark.parametrize("facing_right", [True, False])
@pytest.mark.parametrize(("height", "width"), [(900, 700), (3200, 2500)])
def test_every_window_pixel_is_found_again_through_the_map(
    position: ViewPosition, facing_right: bool, height: int, width: int
) -> None:
    image = synthetic_breast(3, height, width, facing_right)
    frame = preprocess.frame_of(image, facing_right, position)
    window = preprocess.place(image, facing_right, frame)
    rng = np.random.default_rng(7)
    rows, columns = np.nonzero(window)
    for pick in rng.integers(0, rows.size, 200):
        row, column = frame.to_upright.point(rows[pick] + 0.5, columns[pick] + 0.5)
        assert image[int(row), int(column)] == window[rows[pick], columns[pick]]
    y0, y1, x0, x1 = frame.crop.window_location
    corner = frame.to_upright.inverse().box(Box(y0, x0, y1 - y0, x1 - x0))
    assert frame.to_upright.box(corner) == Box(y0, x0, y1 - y0, x1 - x0)


def test_opening_equals_a_hundred_erosions_and_dilations_by_the_cross() -> None:
    image = np.zeros((640, 520), np.uint16)
    image[10:230, 0:230] = 7
    image[200:580, 180:500] = 9
    image[20:26, 60:66] = 0
    image[560:566, 300:320] = 0
    image[600:620, 40:400] = 5
    cross = ndimage.generate_binary_structure(2, 1)
    eroded = ndimage.binary_erosion(image > 0, cross, iterations=100)
    labels, count = ndimage.label(eroded, cross)
    assert count > 1
    largest = labels == 1 + np.argmax(np.bincount(labels.ravel())[1:])
    opened = ndimage.binary_dilation(largest, cross, iterations=100)

    rows, columns = np.nonzero(opened)
    x0, x1 = columns.min(), columns.max() + 1
    y0, y1 = rows.min(), rows.max() + 1
    crop = preprocess.frame_of(image, True, ViewPosition.CC).crop
    assert crop.window_location == (
        max(0, y0 - 50),
        min(640, y1 + 50),
        x0,
        min(520, x1 + 50),
    )
    bottom = np.flatnonzero(opened[y1 - 1]) - x0
    assert crop.bottommost_points[1] == (bottom[0], bottom[-1])


def test_the_first_of_two_equal_regions_is_kept() -> None:
    image = np.zeros((900, 400), np.uint16)
    image[100:400, 0:300] = 1
    image[500:800, 50:350] = 1
    crop = preprocess.frame_of(image, True, ViewPosition.CC).crop
    assert crop.window_location[:2] == (50, 450)


def test_an_image_without_a_breast_is_refused_with_a_sentence() -> None:
    specks = np.zeros((700, 600), np.uint16)
    specks[50:200, 50:200] = 1000
    with pytest.raises(NotApplicableError, match="No breast was found"):
        preprocess.frame_of(specks, True, ViewPosition.CC)


def test_a_uniform_window_is_normalised_without_division_by_zero() -> None:
    assert not preprocess.normalise(np.full((8, 4), 3, np.float32)).any()
