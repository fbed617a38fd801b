"""Early numbers: how a network in training does on cut views with known truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
import torch
from torch import Tensor

from models.exam import FindingClass
from models.glam.evidence import LOCAL_CELL_PX, PATCH_PX
from models.glam.network import GlamNetwork
from models.training.batches import image_batch
from models.training.losses import global_saliency, saliency_levels, top_count, top_mean
from models.training.metrics import THRESHOLDS, Floats, auc, dice_at_thresholds
from models.training.samples import StoredSample
from models.training.sampling import Draw
from models.training.stages import Computing, chosen_corners, patch_saliency

# A patch lies on a lesion when it holds this part of its mask.
HIT_PART = 0.5


@dataclass(frozen=True, slots=True)
class EarlyNumbers:
    """What is measured while training.

    Attributes
    ----------
    auc : of breasts, by class; a breast's score is the mean of its views'.
    hit : part of the views with a lesion of the class whose patch lies on one of them.
    hit_any : the same for lesions of either class.
    dice, threshold : the best mean overlap at one threshold for all views, by class.
    """

    auc: dict[str, float]
    hit: dict[str, float]
    hit_any: float
    dice: dict[str, float]
    threshold: dict[str, float]

    def line(self) -> str:
        """The numbers in one line."""
        classes = [finding.value for finding in FindingClass]
        parts = [
            f"{name}: AUC {self.auc[name]:.3f} patch {self.hit[name]:.3f} "
            f"Dice {self.dice[name]:.3f} at {self.threshold[name]:.3f}"
            for name in classes
        ]
        return f"{' | '.join(parts)} | patch on any lesion {self.hit_any:.3f}"

    def to_json(self) -> dict[str, object]:
        """The numbers by name, for a file."""
        return asdict(self)


@dataclass(slots=True)
class _Tally:
    scores: defaultdict[str, list[Floats]] = field(default_factory=lambda: defaultdict(list))
    truth: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    hits: defaultdict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    dice: defaultdict[str, list[Floats]] = field(default_factory=lambda: defaultdict(list))

    def numbers(self) -> EarlyNumbers:
        groups = sorted(self.scores)
        scores = np.array([np.mean(self.scores[group], axis=0) for group in groups])
        truth = np.array([self.truth[group] for group in groups])
        classes = [finding.value for finding in FindingClass]
        dice, threshold = {}, {}
        for name in classes:
            curve = np.mean(self.dice[name] or [np.full(THRESHOLDS.shape, np.nan)], axis=0)
            best = int(np.argmax(np.nan_to_num(curve)))
            dice[name], threshold[name] = float(curve[best]), float(THRESHOLDS[best])
        return EarlyNumbers(
            auc={name: auc(scores[:, i], truth[:, i]) for i, name in enumerate(classes)},
            hit={name: _share(self.hits[name]) for name in classes},
            hit_any=_share(self.hits["any"]),
            dice=dice,
            threshold=threshold,
        )


def early_numbers(
    network: GlamNetwork, samples: Sequence[StoredSample], computing: Computing, *, local: bool
) -> EarlyNumbers:
    """Measure on cut views, in inference mode.

    Parameters
    ----------
    local : whether the fused maps are measured; else the global ones, while there is no more.
    """
    tally = _Tally()
    network.eval()
    with torch.inference_mode():
        for index, stored in enumerate(samples):
            _add(tally, network, stored, image_batch(samples, [Draw(index)])[0], computing, local)
    return tally.numbers()


def _add(
    tally: _Tally,
    network: GlamNetwork,
    stored: StoredSample,
    image: Tensor,
    computing: Computing,
    local: bool,
) -> None:
    image = image.to(computing.device)
    levels = saliency_levels(network.global_network, image, computing.half)
    count = top_count(network.global_network.top_fraction)
    scores = top_mean(levels, count).mean(dim=1)[0].cpu().numpy().astype(np.float64)
    (corner,) = chosen_corners(levels)
    sample = stored.sample
    tally.scores[sample.group].append(scores)
    tally.truth[sample.group] = (sample.benign, sample.malignant)
    if not sample.lesions:
        return
    saliency = global_saliency(levels)[0].cpu()
    if local:
        saliency = _fused(network, image, saliency, corner, computing)
    masks = stored.masks()
    row, column = corner
    inside = masks[:, row : row + PATCH_PX, column : column + PATCH_PX].sum(axis=(1, 2))
    hit = inside >= HIT_PART * np.maximum(1, masks.sum(axis=(1, 2)))
    tally.hits["any"].append(bool(hit.any()))
    for channel, finding in enumerate(FindingClass):
        ours = np.array([name == finding.value for name, _ in sample.lesions])
        truth = masks[ours].any(axis=0)
        if truth.any():
            tally.hits[finding.value].append(bool(hit[ours].any()))
            tally.dice[finding.value].append(dice_at_thresholds(saliency[channel].numpy(), truth))


def _fused(
    network: GlamNetwork,
    image: Tensor,
    saliency: Tensor,
    corner: tuple[int, int],
    computing: Computing,
) -> Tensor:
    """Spec 8 on cells of 4 × 4 pixels."""
    row, column = corner
    patch = image[..., row : row + PATCH_PX, column : column + PATCH_PX]
    close = patch_saliency(network.detection_network, patch, computing.half)[0].cpu()
    fused = saliency.repeat_interleave(4, dim=1).repeat_interleave(4, dim=2)
    top, left = row // LOCAL_CELL_PX, column // LOCAL_CELL_PX
    fused[:, top : top + close.shape[1], left : left + close.shape[2]] += close
    return fused / 2


def _share(found: list[bool]) -> float:
    return float(np.mean(found)) if found else float("nan")
