"""What is prepared for training comes back from disk as it was, and half a stack never counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.training.samples import Sample, is_complete, read_samples, write_stack


def test_a_view_and_its_truth_come_back_as_they_were(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    pixels = chance.integers(0, 4096, (1, 24, 16)).astype(np.uint16)
    masks = chance.random((2, 24, 16)) < 0.3
    lesions = (("malignant", "mass"), ("benign", "calcifications"))
    sample = Sample("7-R", True, True, 812.5, 640.25, (64, 128), lesions)
    write_stack(tmp_path / "7-R-CC.npy", pixels, [sample], masks)
    (stored,) = read_samples(tmp_path)
    assert stored.sample == sample
    assert stored.shape == (24, 16)
    assert np.array_equal(stored.pixels(), pixels[0])
    assert np.array_equal(stored.masks(), masks)
    assert np.allclose(stored.normalised(), (pixels[0] - 812.5) / 640.25, atol=1e-5)


def test_every_image_of_a_stack_is_a_sample(tmp_path: Path) -> None:
    pixels = np.arange(3 * 4 * 8, dtype=np.uint16).reshape(3, 4, 8)
    samples = [Sample(f"5-{number}", number == 1, False, 1.0, 1.0) for number in range(3)]
    write_stack(tmp_path / "5.npy", pixels, samples)
    found = read_samples(tmp_path)
    assert [stored.sample for stored in found] == samples
    assert np.array_equal(found[2].pixels(), pixels[2])
    assert found[0].masks().shape == (0, 4, 8)


def test_a_stack_that_was_not_written_to_its_end_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "5.npy"
    write_stack(path, np.zeros((1, 4, 8), np.uint16), [Sample("5-L", False, False, 1.0, 1.0)])
    assert is_complete(path)
    path.with_suffix(".json").unlink()
    assert not is_complete(path)
    assert read_samples(tmp_path) == ()
