"""Our copy of the recipe gives the values that the goldens were made with."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

from tests import recipe


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        ("e1.conv.conv1.weight", (4, 1, 3, 3)),
        ("e1.conv.bn1.weight", (7,)),
        ("e1.conv.bn1.running_var", (7,)),
        ("e1.conv.bn1.running_mean", (7,)),
        ("outputs.bias", (1,)),
    ],
)
def test_torch_entries_are_the_goldens_to_the_bit(
    shared: Path, key: str, shape: tuple[int, ...]
) -> None:
    theirs = runpy.run_path(str(shared / "golden/recipe.py"))["torch_value"](key, shape, 1.5)
    np.testing.assert_array_equal(recipe.torch_value(key, shape, 1.5).numpy(), theirs)


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        ("block1_conv1/kernel", (3, 3, 3, 5)),
        ("sepconv1/depthwise_kernel", (3, 3, 6, 1)),
        ("sepconv1/pointwise_kernel", (1, 1, 6, 5)),
        ("bn/gamma", (5,)),
        ("bn/beta", (5,)),
        ("bn/moving_mean", (5,)),
        ("bn/moving_variance", (5,)),
        ("dense/bias", (5,)),
    ],
)
def test_keras_entries_are_the_goldens_to_the_bit(
    shared: Path, key: str, shape: tuple[int, ...]
) -> None:
    theirs = runpy.run_path(str(shared / "golden/recipe.py"))["keras_value"](key, shape, 1.5)
    np.testing.assert_array_equal(recipe.keras_value(key, shape, 1.5), theirs)
