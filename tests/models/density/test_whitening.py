"""Whitening and histograms have the bits that the published figures were made with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.density.whitening import histogram, whitened
from models.errors import NotApplicableError

ORDER = ("L-CC", "R-CC", "L-MLO", "R-MLO")


def sample(shared: Path, view: str) -> np.ndarray:
    with Image.open(shared / f"data/density_exam/images/{view}.png") as png:
        return np.asarray(png).astype(np.float32)


@pytest.mark.parametrize(("number", "view"), list(enumerate(ORDER)))
def test_levels_and_counts_of_the_sample_exam_are_the_published_ones(
    shared: Path, number: int, view: str
) -> None:
    pixels = sample(shared, view)
    white = whitened(pixels)
    with np.load(shared / "golden/density/density_golden.npz") as golden:
        levels, counts = (
            golden["legacy_level_values"][number],
            golden["legacy_hist_counts"][number],
        )
        features = golden["legacy_hist_features"][0, 50 * number : 50 * (number + 1)]
    np.testing.assert_array_equal(white, levels[pixels.astype(np.intp)])
    np.testing.assert_array_equal(histogram(white, 50), features)
    np.testing.assert_array_equal(np.rint(histogram(white, 50) * pixels.size), counts)


def test_whitened_values_have_zero_mean_and_unit_population_deviation() -> None:
    pixels = np.random.default_rng(1).integers(0, 4096, (131, 257)).astype(np.float32)
    pixels[:, :100] = 0
    white = whitened(pixels)
    assert white.dtype == np.float32
    exact = (pixels.astype(np.float64) - pixels.mean(dtype=np.float64)) / pixels.std(
        dtype=np.float64
    )
    np.testing.assert_allclose(white, exact, atol=1e-5)


def test_12_bit_images_differ_from_a_modern_numpy_s_in_few_pixels(shared: Path) -> None:
    """The golden of the synthetic images was made with the sums and edges of NumPy 2.4."""
    y, x = np.mgrid[:650, :500].astype(np.int64)
    features = []
    for k in range(4):
        pixels = (y * y * (3 + k) + x * x * (5 + 2 * k) + 7 * y * x + 977 * k) % 4096
        features.append(histogram(whitened(pixels.astype(np.float32)), 50))
    with np.load(shared / "golden/density/density_golden.npz") as golden:
        modern = golden["synth_hist_features"][0]
    differing = np.abs(np.concatenate(features) - modern)
    assert differing.max() < 3e-4
    assert np.count_nonzero(differing) < 10


def test_the_last_bin_holds_the_highest_value_too() -> None:
    parts = histogram(np.array([[0.0, 0.5, 1.0, 1.0]], np.float32), 2)
    np.testing.assert_array_equal(parts, [0.25, 0.75])


def test_an_image_of_one_grey_is_refused() -> None:
    with pytest.raises(NotApplicableError, match="equal"):
        whitened(np.full((20, 20), 7, np.float32))
