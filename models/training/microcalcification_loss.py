"""What DeepMiCa's U-Net minimises: cross-entropy of the calcifications and the hardest others."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

# Published: so many negatives for each positive pixel of an image.
NEGATIVES = 3


def hardest_cross_entropy(logits: Tensor, targets: Tensor, least_negatives: int = 0) -> Tensor:
    """Mean cross-entropy over all positive pixels and the negatives of highest loss.

    Of each image the published loss takes three times as many negatives as it has positives, and
    nothing of an image without positives.

    Parameters
    ----------
    logits : shape (n, 1, h, w), float32.
    targets : the same shape, 0 or 1.
    least_negatives : how many negatives an image gives even if it has few positives or none; the
        published loss has no such number.

    Returns
    -------
    One number; NaN where nothing at all is taken, as published.
    """
    losses = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    taken = []
    for loss, target in zip(
        losses.flatten(start_dim=1), targets.flatten(start_dim=1), strict=True
    ):
        positive = target > 0.5
        negatives = loss[~positive]
        wanted = max(NEGATIVES * int(positive.sum()), least_negatives)
        taken += [loss[positive], negatives.topk(min(wanted, len(negatives))).values]
    return torch.cat(taken).mean()
