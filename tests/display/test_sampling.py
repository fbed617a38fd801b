"""Device pixels: untouched at 1:1, true means below, nothing small ever lost."""

from __future__ import annotations

import numpy as np
import pytest

from models.geometry import Affine, Box
from models.grayscale import Grayscale, VoiWindow
from viewer.display.pyramid import ImagePyramid
from viewer.display.sampling import sample, to_gray, warp
from viewer.display.viewport import Align, Viewport, fit, one_to_one
from viewer.display.voi import compile_table


def make_image(shape=(700, 500), dtype=np.uint16):
    rng = np.random.default_rng(8)
    low = -3000 if dtype == np.int16 else 0
    return rng.integers(low, 4096, shape).astype(dtype)


def area_mean(image, viewport):
    """The exact mean of the image over every device pixel, by cumulative sums."""
    total = np.pad(np.cumsum(np.cumsum(image.astype(float), 0), 1), ((1, 0), (1, 0)))

    def at(edges, axis):
        return np.clip(edges, 0, image.shape[axis])

    rows = at(viewport.row + np.arange(viewport.height + 1) / viewport.scale, 0)
    columns = at(viewport.column + np.arange(viewport.width + 1) / viewport.scale, 1)

    def interpolated(values, edges):
        low = np.minimum(edges.astype(int), len(values) - 2)
        share = (edges - low).reshape(-1, *[1] * (values.ndim - 1))
        return values[low] * (1 - share) + values[low + 1] * share

    corner = interpolated(interpolated(total, rows).T, columns).T
    sums = np.diff(np.diff(corner, axis=0), axis=1)
    areas = np.diff(rows)[:, None] * np.diff(columns)[None, :]
    return sums / np.maximum(areas, 1e-9)


@pytest.mark.parametrize("dtype", [np.uint16, np.int16])
def test_one_to_one_shows_stored_pixels_bit_for_bit(dtype):
    image = make_image(dtype=dtype)
    viewport = one_to_one(fit(image.shape, 301, 403, Align.CENTER))
    buffer, (y, x) = sample(ImagePyramid.build(image), viewport)
    row, column = int(viewport.row), int(viewport.column)
    grayscale = Grayscale(bits_stored=13, signed=dtype == np.int16)
    table = compile_table(grayscale, VoiWindow(900.0, 2500.0))
    crop = image[row : row + 301, column : column + 403]
    assert (y, x) == (0, 0)
    assert np.array_equal(to_gray(buffer, table), table[crop.view(np.uint16)])
    assert np.shares_memory(buffer, image)


def test_one_to_one_beyond_the_image_keeps_every_pixel_in_its_place():
    image = make_image((50, 40))
    buffer, (y, x) = sample(ImagePyramid.build(image), Viewport(80, 90, 1.0, -10.0, 15.0))
    assert (y, x) == (10, 0)
    assert np.array_equal(buffer, image[:, 15:])


@pytest.mark.parametrize("scale", [0.9, 0.71, 0.5, 0.37, 0.26, 0.13, 0.06])
def test_below_one_to_one_smooth_anatomy_keeps_its_exact_mean(scale):
    rows, columns = np.mgrid[:1400, :1000]
    image = (2000 + 900 * np.sin(rows / 90) + 700 * np.cos(columns / 70)).astype(np.uint16)
    viewport = fit(image.shape, round(1400 * scale), round(1000 * scale), Align.LEFT)
    buffer, _ = sample(ImagePyramid.build(image), viewport)
    inside = np.s_[2:-2, 2:-2]
    difference = buffer[inside] - area_mean(image, viewport)[inside]
    assert np.abs(difference).max() < 40
    assert abs(difference.mean()) < 2


@pytest.mark.parametrize("scale", [0.97, 0.8, 0.71, 0.52, 0.4, 0.26, 0.195, 0.13])
def test_no_single_bright_pixel_vanishes_at_fit(scale):
    """A lone speck keeps a quarter of the peak and most of the light of exact averaging."""
    for offset in range(12):
        image = np.zeros((400, 300), dtype=np.uint16)
        image[200 + offset % 4, 150 + offset] = 60000
        viewport = fit(image.shape, round(400 * scale), round(300 * scale), Align.RIGHT)
        buffer, _ = sample(ImagePyramid.build(image), viewport)
        exact = area_mean(image, viewport)
        assert buffer.max() > exact.max() / 4
        assert 0.7 < buffer.sum() / exact.sum() < 1.5


def test_zooming_changes_the_picture_without_a_jump():
    """Where the pyramid changes level, neighbouring zooms still look alike."""
    image = ImagePyramid.build(make_image((1024, 1024)))
    for threshold in (0.5, 0.25):
        below, above = (
            sample(image, Viewport(200, 200, threshold + step, 100.0, 100.0))[0].astype(int)
            for step in (-1e-6, 1e-6)
        )
        assert np.abs(below - above).max() < 60


@pytest.mark.parametrize("scale", [0.13, 0.3, 0.77, 1.0, 2.5])
def test_a_landmark_appears_where_the_viewport_says(scale):
    image = np.zeros((800, 600), dtype=np.uint16)
    image[300:340, 200:260] = 4000
    viewport = Viewport(900, 650, scale, 37.0, 21.0)
    buffer, (y, x) = sample(ImagePyramid.build(image), viewport)
    rows, columns = np.indices(buffer.shape)
    weight = buffer / buffer.sum()
    found = ((rows + 0.5) * weight).sum() + y, ((columns + 0.5) * weight).sum() + x
    assert found == pytest.approx(viewport.to_pane(320, 230), abs=0.1)


def test_the_edge_of_the_image_does_not_fade():
    image = np.full((501, 301), 3000, dtype=np.uint16)
    for align in (Align.LEFT, Align.RIGHT):
        buffer, _ = sample(ImagePyramid.build(image), fit(image.shape, 160, 170, align))
        assert (buffer == 3000).all()


def test_an_image_out_of_sight_gives_an_empty_buffer():
    buffer, _ = sample(ImagePyramid.build(make_image()), Viewport(50, 60, 0.5, 5000.0, 0.0))
    assert buffer.size == 0
    assert to_gray(buffer, compile_table(Grayscale(), VoiWindow(1, 2))).size == 0


@pytest.mark.parametrize("dtype", [np.uint16, np.int16])
@pytest.mark.parametrize("align", list(Align))
@pytest.mark.parametrize("scale", [0.0517, 0.187012, 0.25, 0.31, 0.5, 0.748, 1.7, 3.0])
def test_what_is_drawn_is_interpolated_between_the_nearest_pixels(scale, align, dtype):
    """Both ways of resampling, at the rim of the image and far inside it, against the formula."""
    image = make_image((1301, 1103), dtype)
    pyramid = ImagePyramid.build(image)
    whole = fit(image.shape, 241, 307, align, scale)
    for viewport in (whole, whole.centered_on(700.3, 611.7), whole.centered_on(30.2, 20.9)):
        for shown in (viewport, viewport.drawn):
            buffer, (y, x) = sample(pyramid, shown)
            expected = interpolated(pyramid, shown, *buffer.shape, y, x)
            steepest = np.abs(np.diff(image.astype(int), axis=0)).max()
            # Places are kept to 1/64 of a device pixel, each axis and either way.
            reach = 2 * steepest / 64 / min(scale, 1.0) + 1
            assert np.abs(buffer - expected).max() <= reach
            assert np.abs((buffer - expected).mean()) < 2


@pytest.mark.parametrize("shape", [(129, 127), (65, 64), (30, 49), (3, 1), (1, 1)])
@pytest.mark.parametrize("scale", [0.99, 1.004, 0.2501, 1 / 64, 0.017, 31.7])
def test_small_images_and_zooms_near_a_level_are_drawn_true_as_well(scale, shape):
    """Where `cv2.resize` would copy, or refuse."""
    image = make_image(shape)
    pyramid = ImagePyramid.build(image)
    for align in Align:
        shown = fit(image.shape, 60, 50, align, scale)
        for viewport in (shown, shown.drawn):
            buffer, (y, x) = sample(pyramid, viewport)
            expected = interpolated(pyramid, viewport, *buffer.shape, y, x)
            reach = 2 * 4096 / 64 / min(scale, 1.0) + 1
            assert np.abs(buffer - expected).max(initial=0) <= reach


def test_beyond_the_image_its_nearest_edge_is_repeated():
    ramp = np.arange(400, dtype=np.uint16)[:, None] * np.ones((1, 300), dtype=np.uint16)
    pyramid = ImagePyramid.build(ramp)
    half = Affine.scaling(0.5, 0.5)
    assert warp(pyramid, half, Box(-10, 5, 3, 3)).max() < 5
    assert warp(pyramid, half, Box(240, 5, 3, 3)).min() > 394
    assert np.ptp(warp(pyramid, half, Box(20, -9, 1, 3))) == 0


def interpolated(pyramid, viewport, height, width, y, x):
    """Linear between pixel centres, levels blended by the zoom's logarithm."""
    depth = max(-np.log2(viewport.scale), 0.0)
    level = min(int(depth), len(pyramid.levels) - 1)
    share = depth - level
    last = level + 1 == len(pyramid.levels)
    fine = of_level(pyramid.levels[level], level, viewport, height, width, y, x)
    if share < 0.04 or last:
        return fine
    coarse = of_level(pyramid.levels[level + 1], level + 1, viewport, height, width, y, x)
    return (1 - share) * fine + share * coarse


def of_level(image, level, viewport, height, width, y, x):
    rows = (viewport.row + (y + np.arange(height) + 0.5) / viewport.scale) / 2**level - 0.5
    columns = (viewport.column + (x + np.arange(width) + 0.5) / viewport.scale) / 2**level - 0.5
    first = between(image.astype(float), rows)
    return between(first.T, columns).T


def between(values, places):
    places = np.clip(places, 0, len(values) - 1)
    low = places.astype(int)
    share = (places - low)[:, None]
    return values[low] * (1 - share) + values[np.minimum(low + 1, len(values) - 1)] * share


def test_warping_follows_mirrored_and_exchanged_axes():
    image = make_image((40, 30))
    mirrored = warp(ImagePyramid.build(image), Affine(cc=-1.0, c0=30.0), Box(0, 0, 40, 30))
    assert np.array_equal(mirrored, image[:, ::-1])
    exchanged = Affine(rr=0.0, rc=1.0, cr=1.0, cc=0.0)
    assert np.array_equal(warp(ImagePyramid.build(image), exchanged, Box(0, 0, 30, 40)), image.T)
