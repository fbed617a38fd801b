"""Stored values of any depth keep their 256 levels."""

from __future__ import annotations

import numpy as np
import pytest

from models.microcalcification.levels import to_8_bits


def test_an_8_bit_image_is_unchanged() -> None:
    image = np.arange(256, dtype=np.uint16).reshape(16, 16)
    np.testing.assert_array_equal(to_8_bits(image), image)
    np.testing.assert_array_equal(to_8_bits(image[:1]), image[:1])


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_deeper_images_keep_256_levels_whatever_file_they_are_in(bits: int) -> None:
    image = np.arange(1 << bits, dtype=np.uint32).astype(np.uint16)
    levels = to_8_bits(image)
    np.testing.assert_array_equal(np.unique(levels), np.arange(256))
    assert (np.diff(levels.astype(int)) >= 0).all()


def test_16_bits_are_what_the_published_reader_makes_of_them() -> None:
    image = np.array([[0, 255, 256, 40_000, 65_535]], dtype=np.uint16)
    np.testing.assert_array_equal(to_8_bits(image), image >> 8)


def test_air_stays_black_and_nothing_is_no_error() -> None:
    assert to_8_bits(np.array([[0, 4095]], dtype=np.uint16)).tolist() == [[0, 255]]
    assert to_8_bits(np.zeros((3, 4), dtype=np.uint16)).tolist() == [[0] * 4] * 3
