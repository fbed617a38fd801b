"""The patches on which the local network first learns: those that the global network chooses."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from models.glam.evidence import PATCH_PX
from models.glam.network import GlamNetwork
from models.training.batches import image_batch, labels_of
from models.training.losses import saliency_levels
from models.training.samples import StoredSample
from models.training.sampling import Draw
from models.training.stages import Computing, chosen_patches


def collect_patches(
    network: GlamNetwork, samples: Sequence[StoredSample], computing: Computing
) -> tuple[Tensor, Tensor]:
    """The first patch of every image and the image's labels, which need no truth.

    Returns
    -------
    Patches, shape (n, 1, 512, 512), float16; labels, shape (n, 2), float32.
    """
    patches = torch.empty((len(samples), 1, PATCH_PX, PATCH_PX), dtype=torch.float16)
    network.eval()
    with torch.inference_mode():
        for index in range(len(samples)):
            images, _ = image_batch(samples, [Draw(index)], computing.device)
            levels = saliency_levels(network.global_network, images, computing.half)
            patches[index] = chosen_patches(images, levels)[0].cpu()
    return patches, labels_of(samples)


def patch_batch(
    patches: Tensor, labels: Tensor, draws: Sequence[Draw], device: str = "cpu"
) -> tuple[Tensor, Tensor]:
    """Patches and labels of a step, mirrored as drawn, float32, channels last."""
    chosen = []
    for draw in draws:
        mirrored = [axis for axis, flip in ((1, draw.flip_rows), (2, draw.flip_columns)) if flip]
        chosen.append(patches[draw.index].flip(mirrored))
    images = torch.stack(chosen).to(device, torch.float32)
    indices = [draw.index for draw in draws]
    return images.contiguous(memory_format=torch.channels_last), labels[indices].to(device)
