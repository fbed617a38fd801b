"""Batches of images as tensors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from models.training.samples import LEAST_STD, StoredSample
from models.training.sampling import Draw


def image_batch(
    samples: Sequence[StoredSample], draws: Sequence[Draw], device: str = "cpu"
) -> tuple[Tensor, Tensor]:
    """Images and labels of a step.

    Smaller images are padded at the bottom and on the right with what air is after
    normalisation, as in the model window.

    Returns
    -------
    Images, shape (n, 1, rows, columns), float32, channels last; labels, shape (n, 2), float32,
    benign and malignant.
    """
    chosen = [samples[draw.index] for draw in draws]
    rows = max(stored.shape[0] for stored in chosen)
    columns = max(stored.shape[1] for stored in chosen)
    images = np.empty((len(chosen), 1, rows, columns), dtype=np.float32)
    for image, stored, draw in zip(images[:, 0], chosen, draws, strict=True):
        image.fill(-stored.sample.mean / max(stored.sample.std, LEAST_STD))
        laid = stored.normalised()[:: -1 if draw.flip_rows else 1]
        height, width = stored.shape
        image[:height, :width] = laid[:, :: -1 if draw.flip_columns else 1]
    tensor = torch.from_numpy(images).to(device, memory_format=torch.channels_last)
    return tensor, labels_of(chosen).to(device)


def labels_of(samples: Sequence[StoredSample]) -> Tensor:
    """Shape (n, 2), float32: benign, malignant."""
    found = [(stored.sample.benign, stored.sample.malignant) for stored in samples]
    return torch.tensor(found, dtype=torch.float32)
