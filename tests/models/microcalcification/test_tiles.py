"""Tiles hold every pixel once, or, overlapping, leave no seams."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.microcalcification.network_unet import UNet, UNetArchitecture
from models.microcalcification.predictor import LoadedDeepMiCa, probabilities, tiles_at_once
from models.microcalcification.tiles import SEAMLESS_STEP_PX, TILE_PX, Tiling
from tests.models.microcalcification.conftest import CPU


def an_image(shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(5).integers(1, 256, shape).astype(np.uint8)


@pytest.mark.parametrize(
    ("shape", "grid"), [((1, 1), (1, 1)), ((256, 512), (1, 2)), ((257, 700), (2, 3))]
)
def test_tiles_lie_row_by_row_on_zeros_below_and_right(
    shape: tuple[int, int], grid: tuple[int, int]
) -> None:
    image, tiling = an_image(shape), Tiling(shape)
    tiles = tiling.cut(image)
    assert tiling.grid == grid
    assert tiles.shape == (grid[0] * grid[1], TILE_PX, TILE_PX)
    laid = tiles.reshape(*grid, TILE_PX, TILE_PX).swapaxes(1, 2)
    whole = laid.reshape(grid[0] * TILE_PX, grid[1] * TILE_PX)
    np.testing.assert_array_equal(whole[: shape[0], : shape[1]], image)
    assert not whole[shape[0] :].any()
    assert not whole[:, shape[1] :].any()


@pytest.mark.parametrize("step", [TILE_PX, SEAMLESS_STEP_PX])
@pytest.mark.parametrize("shape", [(100, 90), (256, 256), (257, 449), (1000, 613)])
def test_what_is_cut_is_joined_to_the_same_image(step: int, shape: tuple[int, int]) -> None:
    image, tiling = an_image(shape), Tiling(shape, step)
    joined = tiling.joined(tiling.cut(image).astype(np.float32))
    np.testing.assert_allclose(joined, image, rtol=1e-6)


def test_overlapping_tiles_leave_no_seams() -> None:
    """A network sees nothing beyond its tile; the option is there to hide that."""
    network = UNet(UNetArchitecture((4, 4, 4)))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.full_like(parameter, 0.1))
    network.fold_norms()
    image = np.full((700, 700), 120, dtype=np.uint8)

    def steepest(seamless: bool) -> float:
        found = probabilities(image, LoadedDeepMiCa(network, None, CPU, seamless), lambda: None)
        inner = found[64:-64, 64:-64]
        return float(max(np.abs(np.diff(inner, axis=axis)).max() for axis in (0, 1)))

    assert steepest(seamless=True) < 0.2 * steepest(seamless=False)


def test_tiles_are_read_together_within_a_bound_on_memory() -> None:
    assert 1 <= tiles_at_once(UNetArchitecture()) <= 4
    assert tiles_at_once(UNetArchitecture((4, 8))) > 10 * tiles_at_once(UNetArchitecture())


def test_tiles_without_tissue_are_read_once(small_unet: UNet) -> None:
    image = np.zeros((600, 800), dtype=np.uint8)
    image[300:420, 270:300] = an_image((120, 30))
    read = []
    original = small_unet.forward

    class Counting(UNet):
        def forward(self, tiles: torch.Tensor, pause: object = None) -> torch.Tensor:
            read.append(len(tiles))
            return original(tiles)

    counting = Counting(UNetArchitecture((4, 6, 8)))
    found = probabilities(image, LoadedDeepMiCa(counting, None, CPU), lambda: None)
    assert sum(read) == 2
    with torch.inference_mode():
        tiles = Tiling(image.shape).cut(image)
        logits = original(torch.from_numpy(tiles)[:, None].float() / 255)
    each = Tiling(image.shape).joined(logits[:, 0].sigmoid().numpy())
    np.testing.assert_allclose(found, each, atol=1e-6)
