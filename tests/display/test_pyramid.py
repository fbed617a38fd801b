"""Levels hold exact means, and their geometry stays exact for odd sizes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from viewer.display.pyramid import ImagePyramid


def make_image(shape=(333, 501), dtype=np.uint16):
    rng = np.random.default_rng(5)
    low = -2000 if dtype == np.int16 else 0
    return rng.integers(low, 250 if dtype == np.uint8 else 4096, shape).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16])
@pytest.mark.parametrize("shape", [(333, 501), (512, 300), (1, 700), (257, 65)])
def test_each_level_holds_the_mean_of_its_2_by_2_pixels(dtype, shape):
    levels = ImagePyramid.build(make_image(shape, dtype)).levels
    for fine, coarse in pairwise(levels):
        rows, columns = fine.shape
        padded = np.pad(fine.astype(np.int64), ((0, rows % 2), (0, columns % 2)), mode="edge")
        mean = (
            padded[::2, ::2] + padded[1::2, ::2] + padded[::2, 1::2] + padded[1::2, 1::2]
        ) / 4.0
        assert coarse.shape == ((rows + 1) // 2, (columns + 1) // 2)
        assert np.abs(coarse - mean).max() <= 0.5


def test_levels_end_small_and_start_with_the_image_itself():
    image = make_image((1000, 700))
    pyramid = ImagePyramid.build(image)
    assert np.shares_memory(pyramid.levels[0], image)
    assert max(pyramid.levels[-1].shape) <= 64 < max(pyramid.levels[-2].shape)
    assert pyramid.shape == (1000, 700)


def test_nobody_can_write_into_a_pyramid():
    for level in ImagePyramid.build(make_image()).levels:
        with pytest.raises(ValueError, match="read-only"):
            level[0, 0] = 1
