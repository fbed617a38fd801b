"""What training minimises: image-level cross-entropy of every map's score, and sparsity.

Liu et al. (MIDL 2021), eq. 5 and 6: the score of a map is the mean of its highest cells, and
its mean holds down what no label asks for.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from models.glam.network import GlobalNetwork

# Cells of 16 × 16 pixels in the whole model window (spec 5).
WINDOW_CELLS = 184 * 120
LEVEL_WEIGHTS = (0.2, 0.6, 0.2)


def top_count(top_fraction: float) -> int:
    """How many cells make a score: the same for small fields, cut views and whole windows."""
    return max(1, round(top_fraction * WINDOW_CELLS))


def saliency_levels(network: GlobalNetwork, images: Tensor, half: bool) -> Tensor:
    """S0, S1 and S2 of spec 5 as float32, whatever precision the layers compute in.

    Sigmoids of bfloat16 reach exactly 1, where no gradient is left; so they are taken here.

    Parameters
    ----------
    images : normalised, shape (n, 1, rows, columns), both multiples of 64.
    half : whether convolutions compute in bfloat16.

    Returns
    -------
    Shape (n, 3, 2, rows / 16, columns / 16), 0 … 1.
    """
    module = network.postprocess_module
    heads = (module.gn_conv_1, module.gn_conv_2, module.gn_conv_last)
    with torch.autocast(images.device.type, torch.bfloat16, enabled=half):
        maps = network.downsampling_branch(images, lambda: None)
        logits = [head(features) for head, features in zip(heads, maps, strict=True)]
    size = maps[0].shape[2:]
    levels = [functional.interpolate(logit.float(), size, mode="nearest") for logit in logits]
    return torch.stack(levels, dim=1).sigmoid()


def global_saliency(levels: Tensor) -> Tensor:
    """Levels, shape (n, 3, 2, h, w) → the weighted map of spec 5, shape (n, 2, h, w)."""
    weights = torch.tensor(LEVEL_WEIGHTS, dtype=levels.dtype, device=levels.device)
    return torch.einsum("l,nlchw->nchw", weights, levels)


def top_mean(maps: Tensor, count: int) -> Tensor:
    """Mean of the `count` highest cells: shape (..., h, w) → (...)."""
    cells = maps.flatten(start_dim=-2)
    return cells.topk(min(count, cells.shape[-1]), dim=-1).values.mean(dim=-1)


def weak_loss(
    maps: Tensor, labels: Tensor, count: int, sparsity: float, positive_weight: Tensor
) -> Tensor:
    """Cross-entropy of the maps' scores plus `sparsity` times the maps' means.

    Parameters
    ----------
    maps : shape (n, levels, 2, h, w), float32, 0 … 1; levels are summed, the rest averaged.
    labels : shape (n, 2), 0 or 1, benign and malignant.
    count : cells that make a score.
    positive_weight : shape (2,), how much a positive image counts for each class.
    """
    scores = top_mean(maps, count)
    targets = labels[:, None].expand_as(scores)
    weights = 1 + (positive_weight - 1) * targets
    entropy = functional.binary_cross_entropy(scores, targets, weights, reduction="none")
    per_level: Tensor = entropy + sparsity * maps.mean(dim=(-2, -1))
    return per_level.mean(dim=(0, 2)).sum()


def positive_weights(labels: Tensor) -> Tensor:
    """sqrt((1 − p) / p) for each class of labels, shape (n, 2); 1 where all are alike."""
    share = labels.float().mean(dim=0)
    weights = ((1 - share) / share).sqrt()
    return torch.where((share > 0) & (share < 1), weights, torch.ones_like(share))
