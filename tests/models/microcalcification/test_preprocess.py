"""The preprocessing is the reference's, bit by bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.errors import NotApplicableError
from models.microcalcification import preprocess
from models.microcalcification.preprocess import enhanced, left_out, lies_right, prepare
from tests.models.microcalcification.conftest import Arrays

SHAPE = (867, 667)
Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@pytest.fixture(scope="module")
def goldens(deepmica: Path) -> tuple[Arrays, Mapping[str, Any]]:
    return np.load(deepmica / "preprocessing.npz"), json.loads(
        (deepmica / "preprocessing.json").read_text()
    )


def unpacked(bits: Image, shape: tuple[int, int]) -> Mask:
    return np.unpackbits(bits)[: shape[0] * shape[1]].reshape(shape).astype(np.bool_)


def white_line(image: Image) -> Image:
    image = image.copy()
    image[:, :4] = 255
    return image


CASES: Mapping[str, Callable[[Image, Mask], tuple[Image, Mask | None]]] = {
    "A_artifacts_roi_mask": lambda image, mask: (image, mask),
    "B_artifacts_image_center_nomask": lambda image, mask: (image, None),
    "C_flipped_roi_mask": lambda image, mask: (image[:, ::-1], mask[:, ::-1]),
    "D_left_white_line": lambda image, mask: (white_line(image), mask),
}


@pytest.mark.parametrize("case", CASES)
def test_every_golden_case_is_met_exactly(
    goldens: tuple[Arrays, Mapping[str, Any]], case: str
) -> None:
    arrays, traces = goldens
    trace = traces[case]
    image, mask = CASES[case](arrays["input_img8"], unpacked(arrays["input_mask"], SHAPE))
    assert lies_right(image) == trace["flipped"]
    if trace["flipped"]:
        image, mask = image[:, ::-1], None if mask is None else mask[:, ::-1]
    blackened = preprocess.blacken(image, mask)
    assert np.count_nonzero(blackened) == trace["nonzero_after_up"]
    cut = preprocess.columns_to_cut(blackened)
    assert np.count_nonzero(blackened[:, cut:]) == trace["nonzero_after_left"]

    prepared = prepare(image, mask)
    assert list(prepared.breast.shape) == trace["shape_after_left"]
    assert int(prepared.breast.sum()) == trace["blob_sum"]
    np.testing.assert_array_equal(
        prepared.breast, unpacked(arrays[f"{case}|blob"], prepared.breast.shape)
    )
    np.testing.assert_array_equal(prepared.image, arrays[f"{case}|img"])
    assert hashlib.sha256(prepared.image.tobytes()).hexdigest() == trace["clahe_sha256"]
    if mask is None:
        assert prepared.annotation is None
    else:
        expected = unpacked(arrays[f"{case}|mask"], prepared.image.shape)
        np.testing.assert_array_equal(prepared.annotation, expected)


def test_the_contrast_is_the_reference_s(goldens: tuple[Arrays, Mapping[str, Any]]) -> None:
    arrays, _ = goldens
    np.testing.assert_array_equal(enhanced(arrays["clahe_syn_in"]), arrays["clahe_syn_out"])


def breast(rows: int = 700, columns: int = 600) -> Image:
    """A half ellipse on the left, off the middle."""
    y, x = np.mgrid[:rows, :columns]
    inside = ((y - 300) / 260) ** 2 + (x / 390) ** 2 < 1
    return np.where(inside, 90 + y % 37 + x % 23, 0).astype(np.uint8)


def test_the_crop_says_where_it_lies() -> None:
    image = breast()
    image[300, 100] = 255
    prepared = prepare(image)
    row, column = prepared.corner
    height, width = prepared.image.shape
    assert (row, row + height) == (41, 560)
    assert (column, column + width) == (6, 390)
    brightest = np.unravel_index(prepared.image.argmax(), prepared.image.shape)
    assert (brightest[0] + row, brightest[1] + column) == (300, 100)


def test_what_is_written_beside_the_breast_is_gone() -> None:
    image = breast()
    image[20:60, 480:580] = 250
    np.testing.assert_array_equal(prepare(image).image, prepare(breast()).image)


def test_columns_that_are_no_tissue_are_cut_on_the_left() -> None:
    image = breast(columns=600)
    image[:, 0] = 255
    assert preprocess.columns_to_cut(image) == 6
    assert prepare(image).corner[1] == 6
    assert preprocess.columns_to_cut(image[:, :500]) == 0


def test_what_was_taken_for_surroundings_is_counted() -> None:
    image = breast()
    assert left_out(image, prepare(image)) < 0.01
    # No column of it ends above or below the middle, so nine tenths of both halves go black.
    gray_air = np.maximum(image, 5)
    prepared = prepare(gray_air)
    assert prepared.corner[0] == 315
    assert prepared.image.shape[0] == 70
    assert left_out(gray_air, prepared) > 0.8


def test_an_image_without_a_breast_is_not_applicable() -> None:
    with pytest.raises(NotApplicableError, match="No breast"):
        prepare(np.zeros((300, 300), dtype=np.uint8))
    speckled = np.zeros((300, 300), dtype=np.uint8)
    speckled[::29, ::31] = 200
    with pytest.raises(NotApplicableError, match="23 pixels"):
        prepare(speckled)


def test_an_empty_annotation_is_said_to_be_empty() -> None:
    with pytest.raises(NotApplicableError, match="annotation is empty"):
        prepare(breast(), np.zeros((700, 600), dtype=np.bool_))
