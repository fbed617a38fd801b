"""The stages of GLAM's training, in the paper's order: what each step minimises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.glam.evidence import PATCH_PX
from models.glam.network import DetectionNetwork, GlamArchitecture, GlamNetwork
from models.glam.predictor import choose_patches
from models.training.batches import labels_of
from models.training.losses import (
    global_saliency,
    positive_weights,
    saliency_levels,
    top_count,
    weak_loss,
)
from models.training.samples import StoredSample

# The heads start near 0, so that every map starts near one half with hardly any structure.
_HEAD_STD = 0.05
# Cells of a patch map that make its score, as a fraction.
LOCAL_TOP_FRACTION = 0.10
_PATCH_CELLS = (PATCH_PX // 4) ** 2


@dataclass(frozen=True, slots=True)
class Computing:
    """Where training computes, and whether layers compute in bfloat16."""

    device: str = "cpu"
    half: bool = True


@dataclass(frozen=True, slots=True)
class WeakTerms:
    """What the image-level loss weighs.

    Attributes
    ----------
    sparsity : weight of the maps' means.
    positive_weight : (benign, malignant), how much a positive image counts.
    """

    sparsity: float
    positive_weight: tuple[float, float] = (1.0, 1.0)

    @classmethod
    def balancing(cls, samples: Sequence[StoredSample], sparsity: float) -> WeakTerms:
        """Weights that make up for few positives, sqrt((1 − p) / p)."""
        benign, malignant = positive_weights(labels_of(samples)).tolist()
        return cls(sparsity, (benign, malignant))

    def loss(self, maps: Tensor, labels: Tensor, count: int) -> Tensor:
        """`weak_loss` of maps, shape (n, levels, 2, h, w)."""
        weight = torch.tensor(self.positive_weight, device=maps.device)
        return weak_loss(maps, labels, count, self.sparsity, weight)


def new_network(architecture: GlamArchitecture, seed: int, computing: Computing) -> GlamNetwork:
    """An untrained network, the same for the same seed, laid out for training."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = GlamNetwork(architecture)
        module = network.global_network.postprocess_module
        heads = (module.gn_conv_1, module.gn_conv_2, module.gn_conv_last)
        for head in (*heads, network.detection_network.gn_conv_last):
            nn.init.normal_(head.weight, std=_HEAD_STD)
    # Training convolutions that lie channel by channel is seven times slower on a CPU.
    return network.to(device=computing.device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def global_losses(
    network: GlamNetwork, images: Tensor, labels: Tensor, terms: WeakTerms, computing: Computing
) -> Mapping[str, Tensor]:
    """Stages 1 and 2: the global network on whole images."""
    levels = saliency_levels(network.global_network, images, computing.half)
    count = top_count(network.global_network.top_fraction)
    return {"global": terms.loss(levels, labels, count)}


def local_losses(
    network: GlamNetwork, patches: Tensor, labels: Tensor, terms: WeakTerms, computing: Computing
) -> Mapping[str, Tensor]:
    """Stage 3: the local network on patches, shape (n, 1, 512, 512)."""
    maps = patch_saliency(network.detection_network, patches, computing.half)
    count = round(LOCAL_TOP_FRACTION * _PATCH_CELLS)
    return {"local": terms.loss(maps[:, None], labels, count)}


def joint_losses(
    network: GlamNetwork,
    images: Tensor,
    labels: Tensor,
    terms: tuple[WeakTerms, WeakTerms],
    computing: Computing,
) -> Mapping[str, Tensor]:
    """Stage 4: both at once; patches are chosen anew by what the global network says now."""
    levels = saliency_levels(network.global_network, images, computing.half)
    count = top_count(network.global_network.top_fraction)
    patches = chosen_patches(images, levels.detach())
    local = local_losses(network, patches, labels, terms[1], computing)
    return {"global": terms[0].loss(levels, labels, count), **local}


def patch_saliency(network: DetectionNetwork, patches: Tensor, half: bool) -> Tensor:
    """Patches, shape (n, 1, h, w) → saliency, shape (n, 2, h / 4, w / 4), float32, 0 … 1."""
    with torch.autocast(patches.device.type, torch.bfloat16, enabled=half):
        features = network.dn_resnet(patches, lambda: None)
        logits = network.gn_conv_last(features)
    saliency: Tensor = logits.float().sigmoid()
    return saliency


def chosen_corners(levels: Tensor) -> list[tuple[int, int]]:
    """The first patch of each image (spec 6), in pixels; levels of shape (n, 3, 2, h, w)."""
    return [choose_patches(each, 1)[0] for each in global_saliency(levels).cpu()]


def chosen_patches(images: Tensor, levels: Tensor) -> Tensor:
    """The first patch of each image, shape (n, 1, 512, 512)."""
    cut = [
        image[:, row : row + PATCH_PX, column : column + PATCH_PX]
        for image, (row, column) in zip(images, chosen_corners(levels), strict=True)
    ]
    return torch.stack(cut).contiguous(memory_format=torch.channels_last)
