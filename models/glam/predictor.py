"""One mammogram through GLAM: prepare, read the whole window, choose patches, look closely."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from models.catalog import GLAM
from models.errors import ModelError
from models.exam import Mammogram, ViewPosition
from models.geometry import Affine
from models.glam import preprocess
from models.glam.architecture import STATED
from models.glam.evidence import GLOBAL_CELL_PX, PATCH_PX, GlamEvidence
from models.glam.network import GlamArchitecture, GlamNetwork
from models.preparation import upright
from models.runtime import Placement
from models.weights import load_into

Begin = Callable[[int, str], None]
"""Called with the number of steps done in this view and what comes next."""


PUBLISHED = GlamArchitecture()
_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True, slots=True)
class LoadedGlam:
    """A network that `load` made ready, and where and how it computes.

    Attributes
    ----------
    whole : as `load` was told.
    """

    network: GlamNetwork
    placement: Placement
    whole: bool = False

    @property
    def patch_dtype(self) -> torch.dtype:
        """What the patch network computes in."""
        return _DTYPES[self.placement.precision]

    @property
    def global_dtype(self) -> torch.dtype:
        """What the global network computes in.

        Float32 unless the whole network was asked for, so that scores and the choice of patches
        never depend on the precision.
        """
        return self.patch_dtype if self.whole else torch.float32


def load(weights: Path, placement: Placement, *, whole: bool = False) -> GlamNetwork:
    """The network of a weights file, folded and laid out for inference.

    A file that states no architecture is of the published one.

    Parameters
    ----------
    whole : the precision holds for the global network too, to measure what that would cost.

    Raises
    ------
    WeightsError : the file is missing, unreadable or does not fit.
    """
    with torch.device("meta"):
        network = GlamNetwork(STATED.of(weights) or PUBLISHED)
    load_into(network, weights, GLAM)
    network.fold_norms()
    network.to(device=placement.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    (network if whole else network.detection_network).to(_DTYPES[placement.precision])
    return network


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """What the global network is given.

    Attributes
    ----------
    values : ndarray, shape (2944, 1920), float32, normalised.
    to_source : map from its pixels to stored pixels.
    """

    values: NDArray[np.float32]
    frame: preprocess.ModelFrame
    to_source: Affine


def window_of(mammogram: Mammogram) -> Window:
    """Find the breast and cut the window; raises NotApplicableError."""
    laid = upright(mammogram)
    position = mammogram.view.position if mammogram.view else ViewPosition.CC
    frame = preprocess.frame_of(laid.pixels, laid.facing_right, position)
    placed = preprocess.place(laid.pixels, laid.facing_right, frame)
    to_source = frame.to_upright.then(laid.to_stored)
    return Window(preprocess.normalise(placed), frame, to_source)


def predict(
    mammogram: Mammogram,
    loaded: LoadedGlam,
    patches: int,
    begin: Begin,
    pause: Callable[[], None],
) -> GlamEvidence:
    """Analyse one standard view.

    Parameters
    ----------
    patches : K of spec 6.
    begin : called before every step; may raise to stop.
    pause : called several times within a step; may raise to stop.

    Raises
    ------
    NotApplicableError : no standard view, or nothing that could be a breast.
    ModelError : the network's numbers are not finite.
    """
    network, device = loaded.network, loaded.placement.device
    begin(0, "finding the breast")
    seen = window_of(mammogram)
    with torch.inference_mode():
        begin(1, "reading the whole image")
        image = torch.from_numpy(seen.values)[None, None]
        found = network.global_network(image.to(device, loaded.global_dtype), pause)
        saliency = found.saliency[0].cpu()
        corners = choose_patches(saliency, patches)
        close_ups = []
        for number, (row, column) in enumerate(corners):
            begin(2 + number, f"looking closely at patch {number + 1} of {patches}")
            patch = image[..., row : row + PATCH_PX, column : column + PATCH_PX]
            close_up = network.detection_network(patch.to(device, loaded.patch_dtype), pause)
            close_ups.append(close_up[0].float().cpu())
        benign, malignant = found.scores[0].tolist()
        close_up_maps = torch.stack(close_ups)
        # NaN anywhere makes the sum NaN; all values lie between 0 and 1.
        if not math.isfinite(benign + malignant + float(close_up_maps.sum())):
            raise ModelError(
                "The network gave no finite numbers: the weights are damaged, or the precision "
                f"{loaded.placement.precision} does not suit them."
            )
    return GlamEvidence(
        scores=(benign, malignant),
        saliency_global=saliency.numpy(),
        saliency_patches=close_up_maps.numpy(),
        corners=corners,
        window_location=seen.frame.crop.window_location,
        best_center=seen.frame.best_center,
        to_source=seen.to_source,
        source_shape=mammogram.shape,
    )


def choose_patches(saliency: torch.Tensor, count: int) -> tuple[tuple[int, int], ...]:
    """The windows that hold most global saliency, one after the other (spec 6).

    Parameters
    ----------
    saliency : shape (2, 184, 120), float32, on the CPU.

    Returns
    -------
    Upper-left corners (row, column) in pixels of the model frame, multiples of 16.
    """
    lowest = saliency.amin(dim=(1, 2), keepdim=True)
    extent = saliency.amax(dim=(1, 2), keepdim=True) - lowest
    tiny = torch.finfo(saliency.dtype).tiny
    interest = ((saliency - lowest) / extent.clamp(min=tiny)).sum(dim=0)
    size = PATCH_PX // GLOBAL_CELL_PX
    corners = []
    for _ in range(count):
        means = functional.avg_pool2d(interest[None, None], size, stride=1)[0, 0]
        row, column = divmod(int(means.argmax()), means.shape[1])
        interest[row : row + size, column : column + size] = 0
        corners.append((row * GLOBAL_CELL_PX, column * GLOBAL_CELL_PX))
    return tuple(corners)
