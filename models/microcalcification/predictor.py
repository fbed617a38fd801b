"""One mammogram through DeepMiCa: prepare, mark calcifications tile by tile, score clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from models.errors import ModelError, NotApplicableError
from models.exam import Mammogram
from models.geometry import Affine
from models.microcalcification.architecture import STATED
from models.microcalcification.checkpoint import read_checkpoint
from models.microcalcification.classifier import score
from models.microcalcification.clusters import find_clusters, find_specks, ruler_of
from models.microcalcification.laying import LyingLeft, lie_left
from models.microcalcification.network_classifiers import RoiClassifier
from models.microcalcification.network_unet import UNet, UNetArchitecture
from models.microcalcification.preprocess import left_out, prepare
from models.microcalcification.regions import region_of
from models.microcalcification.results import CalcificationView, Cluster
from models.microcalcification.roi import Surroundings, surroundings_of
from models.microcalcification.tiles import SEAMLESS_STEP_PX, TILE_PX, Tiling
from models.results import CellMap
from models.runtime import Placement
from models.weights import fit_into

Begin = Callable[[int, str], None]
"""Called with the number of steps done in this view and what comes next."""
Pause = Callable[[], None]

PUBLISHED = UNetArchitecture()
STEPS = 3
_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
# What the features of the tiles that are read at once may hold.
_BATCH_BYTES = 256 << 20
# At full resolution a U-Net holds some four maps of its first width and what it computes next.
_MAPS_HELD = 6


@dataclass(frozen=True, slots=True)
class LoadedDeepMiCa:
    """Networks that `load_unet` and `load_classifier` made ready, and how they compute.

    Attributes
    ----------
    seamless : overlapping tiles instead of the published ones.
    """

    unet: UNet
    classifier: RoiClassifier | None
    placement: Placement
    seamless: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class NetworkInput:
    """Exactly what the U-Net is shown, before it is cut into tiles.

    Attributes
    ----------
    image : ndarray, shape (h, w), uint8; the network reads it divided by 255.
    to_source : map from its pixels to stored ones; invertible.
    left_out : part of the breast that is not in it, 0 … 1.
    """

    image: NDArray[np.uint8]
    to_source: Affine
    left_out: float


def load_unet(weights: Path, placement: Placement) -> UNet:
    """The U-Net of a checkpoint, folded and laid out for inference.

    A file that states no architecture is of the published one.

    Raises
    ------
    WeightsError : the file is missing, unreadable or does not fit.
    """
    with torch.device("meta"):
        network = UNet(STATED.of(weights) or PUBLISHED)
    fit_into(network, read_checkpoint(weights), weights)
    network.fold_norms()
    network.requires_grad_(False)
    dtype = _DTYPES[placement.precision]
    network.to(device=placement.device, dtype=dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def network_input(laid: LyingLeft) -> NetworkInput:
    """Preprocess a mammogram, with the image's middle where the reference takes its annotation's.

    Raises
    ------
    NotApplicableError : nothing that could be a breast is there.
    """
    prepared = prepare(laid.image)
    row, column = prepared.corner
    to_source = Affine.shift(row, column).then(laid.to_source)
    return NetworkInput(prepared.image, to_source, left_out(laid.image, prepared))


def predict(
    mammogram: Mammogram, loaded: LoadedDeepMiCa, begin: Begin, pause: Pause
) -> CalcificationView:
    """Analyse one standard view.

    Parameters
    ----------
    begin : called before every step; may raise to stop.
    pause : called several times within a step; may raise to stop.

    Raises
    ------
    NotApplicableError : no standard view, or nothing that could be a breast.
    ModelError : a network's numbers are not finite.
    """
    begin(0, "finding the breast")
    laid = lie_left(mammogram)
    seen = network_input(laid)
    begin(1, "looking for calcifications")
    probability = probabilities(seen.image, loaded, pause)
    begin(2, "measuring clusters")
    marked = find_specks(probability, seen.to_source)
    ruler = ruler_of(mammogram.pixel_spacing_mm, mammogram.magnification, laid.image.shape[0])
    clusters = []
    around = surroundings_of(laid.image)
    for cluster in find_clusters(marked, seen.to_source, ruler):
        pause()
        clusters.append(_with_region(cluster, laid, around, loaded))
    probability.flags.writeable = False
    return CalcificationView(
        CellMap(probability, seen.to_source, mammogram.shape),
        marked.specks,
        tuple(clusters),
        seen.left_out,
    )


def probabilities(
    image: NDArray[np.uint8], loaded: LoadedDeepMiCa, pause: Pause
) -> NDArray[np.float32]:
    """The probability of a calcification at each pixel, shape of the image, float32.

    Tiles without tissue all get one answer, which is computed once.

    Raises
    ------
    ModelError : the network's numbers are not finite.
    """
    network, placement = loaded.unet, loaded.placement
    tiling = Tiling(image.shape, SEAMLESS_STEP_PX if loaded.seamless else TILE_PX)
    tiles = tiling.cut(image)
    blank = ~tiles.any(axis=(1, 2))
    to_read = np.flatnonzero(~blank | (np.cumsum(blank) == 1))
    found = np.empty(tiles.shape, dtype=np.float32)
    size = tiles_at_once(network.architecture)
    with torch.inference_mode():
        for first in range(0, len(to_read), size):
            batch = to_read[first : first + size]
            grey = torch.from_numpy(tiles[batch])[:, None].to(placement.device) / 255
            logits = network(grey.to(_DTYPES[placement.precision]), pause)
            found[batch] = logits[:, 0].float().sigmoid().cpu().numpy()
    if blank.any():
        found[blank] = found[np.argmax(blank)]
    # NaN anywhere makes the sum NaN; all values lie between 0 and 1.
    if not np.isfinite(found.sum(dtype=np.float64)):
        raise ModelError(
            "The network gave no finite numbers: the weights are damaged, or the precision "
            f"{placement.precision} does not suit them."
        )
    return tiling.joined(found)


def tiles_at_once(architecture: UNetArchitecture) -> int:
    """How many tiles a network of this size reads at once, within a bound on memory."""
    tile_bytes = 4 * _MAPS_HELD * architecture.widths[0] * TILE_PX**2
    return max(1, _BATCH_BYTES // tile_bytes)


def _with_region(
    cluster: Cluster, laid: LyingLeft, around: Surroundings, loaded: LoadedDeepMiCa
) -> Cluster:
    """The cluster with the region around it, and its score where there is a classifier."""
    try:
        region, box = region_of(cluster, laid, around)
    except NotApplicableError:
        return cluster
    cluster = replace(cluster, roi=laid.to_source.box(box))
    if loaded.classifier is None:
        return cluster
    return replace(cluster, score=score(loaded.classifier, region, loaded.placement.device))
