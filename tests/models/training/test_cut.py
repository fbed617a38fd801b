"""Views are cut so that training sees what the product would, in fewer pixels."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.exam import L_CC, R_MLO, Laterality, View
from models.geometry import Box
from models.glam import preprocess
from models.training.cut import breast_box, cut_mask, cut_to, cut_view
from models.training.losses import saliency_levels
from models.training.samples import Sample, StoredSample, write_stack
from models.training.stages import Computing, new_network
from tests.models.training.small import ARCHITECTURE
from tests.phantoms import breast_pixels


@pytest.mark.parametrize("view", [L_CC, R_MLO], ids=lambda view: view.name)
def test_a_cut_view_is_the_product_s_window_around_the_breast(view: View, tmp_path) -> None:
    pixels = breast_pixels(view, 1700, 1100)
    right = view.laterality is Laterality.LEFT
    cut = cut_view(pixels, right, view.position)
    frame = preprocess.frame_of(pixels, right, view.position)
    window = preprocess.place(pixels, right, frame)

    assert all(value % 64 == 0 for value in (cut.box.row, cut.box.column, *cut.pixels.shape))
    assert min(cut.pixels.shape) >= 512
    assert cut.pixels.shape[0] * cut.pixels.shape[1] < 0.6 * window.size
    assert np.count_nonzero(cut.pixels) == np.count_nonzero(window)
    # Normalised by the whole window, padding included.
    sample = Sample("0-L", False, False, cut.mean, cut.std)
    write_stack(tmp_path / "0.npy", cut.pixels[None], [sample])
    stored = StoredSample(sample, tmp_path / "0.npy", 0, cut.pixels.shape)
    expected = cut_to(preprocess.normalise(window), cut.box)
    assert np.allclose(stored.normalised(), expected, atol=1e-4)

    lesion = pixels == pixels.max()
    assert np.array_equal(cut_mask(lesion, right, cut), cut.pixels == pixels.max())


def test_the_box_holds_at_least_a_patch_and_stays_in_the_window() -> None:
    window = np.zeros((2944, 1920), np.float32)
    window[2900:2910, 1900:1911] = 1
    assert breast_box(window) == Box(2432, 1408, 512, 512)
    window[700, 130] = 1
    assert breast_box(window) == Box(640, 128, 2304, 1792)


def test_a_cut_gives_the_cells_of_the_whole_window_where_its_rim_is_far() -> None:
    network = new_network(ARCHITECTURE, 3, Computing(half=False)).eval()
    heads = network.global_network.postprocess_module
    for head in (heads.gn_conv_1, heads.gn_conv_2, heads.gn_conv_last):
        head.weight.data *= 100  # maps that differ from cell to cell
    window = torch.full((1, 1, 1088, 960), -0.7)
    box = Box(128, 64, 832, 768)
    window[..., 128:960, 64:832] = torch.randn(
        832, 768, generator=torch.Generator().manual_seed(2)
    )
    with torch.inference_mode():
        whole = saliency_levels(network.global_network, window, half=False)
        cut = saliency_levels(
            network.global_network, window[..., 128:960, 64:832].contiguous(), half=False
        )
    top, left = box.row // 16, box.column // 16
    same = whole[..., top : top + 52, left : left + 48]
    assert cut.shape == same.shape
    far = (..., slice(20, -20), slice(20, -20))
    assert torch.allclose(cut[far], same[far], atol=1e-5)
    assert cut[far].std() > 1e-3
    assert not torch.allclose(cut, same, atol=1e-3)
