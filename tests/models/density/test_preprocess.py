"""The window lies on the breast, whichever way the image is stored, and leads back to it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from models.density.preprocess import WINDOW, NetworkInput, network_input
from models.density.whitening import whitened
from models.errors import NotApplicableError
from models.exam import L_CC, L_MLO, R_CC, Laterality, Mammogram, Origin, View
from models.geometry import Affine, Box, Orientation
from models.grayscale import Grayscale, Photometric

ORIENTATIONS = [Orientation(*flags) for flags in itertools.product((False, True), repeat=3)]
BRIGHT = 4000


def facing_right(
    rows: int = 900, columns: int = 700, top: int = 200, left: int = 0, height: int = 500
) -> np.ndarray:
    """A breast of 400 columns from `left`, brighter downwards, with a bright corner square."""
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    down = (y - top) / height
    inside = (x >= left) & ((down - 0.5) ** 2 * 4 + ((x - left) / 400) ** 2 < 1)
    values = np.where(inside, 500 + 1500 * down + x, 0)
    values[top + 200 : top + 260, left + 100 : left + 130] = BRIGHT
    return values.astype(np.uint16)


def mammogram(
    pixels: np.ndarray, view: View = L_CC, stored: Orientation | None = None, **given: object
) -> Mammogram:
    """Stored so that `pixels`, which face right, hang as the view must."""
    hung = pixels if view.laterality is Laterality.LEFT else pixels[:, ::-1]
    orientation = stored or Orientation()
    fields: dict[str, object] = {
        "image_id": "1",
        "name": "1",
        "title": view.label,
        "view": view,
        "view_origin": Origin.LIST,
        "pixels": np.ascontiguousarray(orientation.inverse().apply(hung)),
        "grayscale": Grayscale(bits_stored=12),
        "orientation": orientation,
    }
    return Mammogram(**{**fields, **given})  # type: ignore[arg-type]


def square(seen: NetworkInput) -> Box:
    """Where the bright square is in the input."""
    rows, columns = np.nonzero(seen.values == seen.values.max())
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    return Box(int(rows.min()), int(columns.min()), int(height), int(width))


@pytest.mark.parametrize("stored", ORIENTATIONS)
@pytest.mark.parametrize("view", [L_CC, R_CC])
def test_the_same_breast_gives_the_same_input_however_it_is_stored(
    view: View, stored: Orientation
) -> None:
    image = mammogram(facing_right(left=30), view, stored)
    seen = network_input(image)
    expected = network_input(mammogram(facing_right(left=30)))
    np.testing.assert_array_equal(seen.values, expected.values)
    # The map leads from the input to the very pixels that it was made of.
    rows, columns = np.nonzero(image.pixels == BRIGHT)
    there = Box(
        int(rows.min()), int(columns.min()), int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
    )
    assert seen.to_source.box(square(seen)) == there
    assert seen.to_source.inverse().box(there) == square(seen)


def test_the_chest_wall_is_at_column_0_and_the_breast_in_the_middle_of_the_rows() -> None:
    seen = network_input(mammogram(facing_right(rows=4000, columns=3000, top=1700, left=90)))
    breast = seen.values > seen.values[0, -1]
    rows, columns = np.flatnonzero(breast.any(axis=1)), np.flatnonzero(breast.any(axis=0))
    assert seen.values.shape == WINDOW
    assert columns[0] == 0
    assert abs((rows[0] + rows[-1] + 1) / 2 - WINDOW[0] / 2) <= 1
    assert seen.placed
    assert seen.held == 1.0


def test_the_window_never_leaves_a_tall_image_above_or_below() -> None:
    high = network_input(mammogram(facing_right(rows=3328, columns=2560, top=10)))
    assert high.window == Box(0, 0, *WINDOW)
    low = network_input(mammogram(facing_right(rows=3328, columns=2560, top=2800)))
    assert low.window == Box(3328 - 2600, 0, *WINDOW)


def test_a_small_image_lies_in_the_window_whole_with_zeros_around() -> None:
    pixels = facing_right(rows=800, columns=600, top=280)
    seen = network_input(mammogram(pixels))
    box = seen.window
    assert -1800 <= box.row <= 0
    assert box.column == 0
    window = np.zeros(WINDOW, np.float32)
    window[-box.row : 800 - box.row, :600] = pixels
    np.testing.assert_array_equal(seen.values, whitened(window))


def test_a_breast_taller_than_the_window_is_cut_where_most_of_it_remains() -> None:
    pixels = np.zeros((3300, 900), np.uint16)
    pixels[:, :100] = 300
    pixels[600:3300, :700] = 1000
    seen = network_input(mammogram(pixels, L_MLO))
    assert seen.window.row in (600, 700)
    assert 0.5 < seen.held < 1.0


def test_letters_and_a_bright_rim_do_not_move_the_window() -> None:
    plain = facing_right(rows=3000, columns=2400, top=900, left=120)
    marked = plain.copy()
    marked[40:70, 2100:2380] = BRIGHT - 1
    marked[2900:2930, 2100:2380] = BRIGHT - 1
    marked[:, :12] = 900
    assert network_input(mammogram(marked)).window == network_input(mammogram(plain)).window


@pytest.mark.parametrize("view", [L_CC, R_CC])
def test_an_image_of_the_model_s_own_size_is_read_as_it_is(view: View) -> None:
    pixels = facing_right(*WINDOW, top=30, left=50)
    seen = network_input(mammogram(pixels, view))
    assert not seen.placed
    assert seen.window == Box(0, 0, *WINDOW)
    np.testing.assert_array_equal(seen.values, whitened(pixels.astype(np.float32)))


def test_monochrome1_is_inverted_and_signed_values_are_shifted() -> None:
    pixels = facing_right()
    expected = network_input(mammogram(pixels)).values
    inverted = Grayscale(photometric=Photometric.MONOCHROME1, bits_stored=12)
    seen = network_input(mammogram(4095 - pixels, grayscale=inverted))
    np.testing.assert_array_equal(seen.values, expected)
    signed = Grayscale(bits_stored=13, signed=True)
    seen = network_input(mammogram(pixels.astype(np.int16) - 4096, grayscale=signed))
    np.testing.assert_array_equal(seen.values, expected)


def test_a_reduced_input_holds_means_of_squares_and_maps_back_by_its_side() -> None:
    pixels = facing_right(*WINDOW)
    seen = network_input(mammogram(pixels, R_CC), reduction=4)
    assert seen.values.shape == (650, 500)
    assert seen.window == Box(0, 0, *WINDOW)
    assert seen.to_source == Affine(rr=4.0, cc=-4.0, c0=2000.0)
    means = pixels.astype(np.float64).reshape(650, 4, 500, 4).mean(axis=(1, 3))
    np.testing.assert_allclose(seen.values, (means - means.mean()) / means.std(), atol=1e-4)


def test_an_image_without_a_breast_is_refused() -> None:
    empty = np.zeros((900, 700), np.uint16)
    empty[100:130, 100:600] = 2000
    with pytest.raises(NotApplicableError, match="No breast was found"):
        network_input(mammogram(empty))
