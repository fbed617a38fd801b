"""One mammogram through the mass networks: find the breast, outline masses, score them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.errors import ModelError
from models.exam import Mammogram, read_only
from models.geometry import Affine
from models.mass import preprocess
from models.mass.checkpoint import (
    Segmenter,
    load_breast,
    load_classifier,
    load_segmentation,
)
from models.mass.findings import finding_of, objects_in, scored_image, spacing_of
from models.mass.network.layers import fold_norms
from models.mass.results import MassFinding, MassView
from models.reading import Begin, Pause
from models.results import CellMap
from models.runtime import Placement

N = TypeVar("N", bound=nn.Module)

_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
# Images of 224 × 224 that a classifier gets at once: some 200 MB of features.
_SCORED_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class LoadedMass:
    """Networks that `load` and its like made ready, and where and how they compute.

    Attributes
    ----------
    segmentation : outlines masses.
    breast : outlines the breast; None leaves that to grey values.
    classifier : scores outlines; None leaves them without a score.
    """

    segmentation: Segmenter
    placement: Placement
    breast: Segmenter | None = None
    classifier: nn.Module | None = None


def load(path: Path, placement: Placement) -> Segmenter:
    """The network for masses of a weights file, folded and laid out for inference.

    Raises
    ------
    WeightsError : the file is missing, unreadable or does not fit.
    """
    return _ready(load_segmentation(path), placement)


def load_for_breast(path: Path, placement: Placement) -> Segmenter:
    """The network for breasts; otherwise as `load`."""
    return _ready(load_breast(path), placement)


def load_for_scores(path: Path, placement: Placement) -> nn.Module:
    """The classifier; otherwise as `load`."""
    return _ready(load_classifier(path), placement)


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A mammogram as the networks see it, and where that lies in the stored image.

    Attributes
    ----------
    whole : the breast network's input, shape (1024, 768), float32, 0 … 1.
    breast : what was found in it, of that shape, bool.
    crop : the input of the network for masses, of its frame's shape, float32, 0 … 1.
    whole_to_source, crop_to_source : maps to stored pixels; invertible.
    """

    whole: NDArray[np.float32]
    breast: NDArray[np.bool_]
    crop: NDArray[np.float32]
    whole_to_source: Affine
    crop_to_source: Affine


def lay(mammogram: Mammogram, loaded: LoadedMass, pause: Pause) -> Laid:
    """Find the breast and cut it out.

    Raises
    ------
    NotApplicableError, ModelError : as `predict` does.
    """
    image = preprocess.hung(mammogram)
    whole = preprocess.whole(image)
    if loaded.breast is None:
        breast = preprocess.region_of_grey(whole)
    else:
        probability = _probability(loaded.breast, whole, loaded.placement, pause)
        breast = preprocess.region_of_probability(probability)
    shape = loaded.segmentation.architecture.frame
    frame = preprocess.frame_of(breast, image.shape, shape)
    return Laid(
        whole,
        breast,
        preprocess.place(image, breast, frame, shape),
        preprocess.grid_over(image.shape, breast.shape).then(image.to_stored),
        frame.to_hung.then(image.to_stored),
    )


def predict(mammogram: Mammogram, loaded: LoadedMass, begin: Begin, pause: Pause) -> MassView:
    """Outline, measure and score the masses of one standard view.

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
    laid = lay(mammogram, loaded, pause)
    begin(1, "outlining masses")
    probability = _probability(loaded.segmentation, laid.crop, loaded.placement, pause)
    objects = objects_in(probability)
    scores: list[float | None] = [None] * (len(objects) + 1)
    if loaded.classifier is not None:
        begin(2, "scoring outlines")
        if objects:
            together = np.logical_or.reduce(objects)
            scores[:] = _scores(loaded.classifier, (*objects, together), loaded.placement, pause)
    spacing = spacing_of(mammogram)
    findings: list[MassFinding] = []
    for cells, score in zip(objects, scores, strict=False):
        pause()
        findings.append(finding_of(cells, probability, laid.crop_to_source, spacing, score))
    return MassView(
        probability=_cell_map(probability, laid.crop_to_source, mammogram),
        breast=_cell_map(laid.breast.astype(np.float32), laid.whole_to_source, mammogram),
        findings=tuple(findings),
        score=scores[-1],
    )


def _ready(network: N, placement: Placement) -> N:
    fold_norms(network)
    network.to(device=placement.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    network.to(_DTYPES[placement.precision])
    return network


def _probability(
    segmenter: Segmenter, image: NDArray[np.float32], placement: Placement, pause: Pause
) -> NDArray[np.float32]:
    """The map of one image, float32 on the CPU, of the image's shape."""
    with _pausing(segmenter, pause):
        grey = torch.from_numpy(image)[None, None]
        found = segmenter(grey.to(placement.device, _DTYPES[placement.precision]))[0, 0]
    return _finite(found, placement)


def _scores(
    classifier: nn.Module,
    masks: tuple[NDArray[np.bool_], ...],
    placement: Placement,
    pause: Pause,
) -> list[float]:
    scores: list[float] = []
    for start in range(0, len(masks), _SCORED_AT_ONCE):
        images = [scored_image(mask) for mask in masks[start : start + _SCORED_AT_ONCE]]
        with _pausing(classifier, pause):
            grey = torch.from_numpy(np.stack(images))[:, None].expand(-1, 3, -1, -1)
            found = classifier(grey.to(placement.device, _DTYPES[placement.precision]))
        scores += _finite(found, placement).tolist()
    return scores


@contextmanager
def _pausing(network: nn.Module, pause: Pause) -> Iterator[None]:
    """Inference that asks before every convolution whether to go on."""

    def ask(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:  # noqa: ARG001 - a hook's
        pause()

    hooks = [
        module.register_forward_pre_hook(ask)
        for module in network.modules()
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d)
    ]
    try:
        with torch.inference_mode():
            yield
    finally:
        for hook in hooks:
            hook.remove()


def _finite(found: Tensor, placement: Placement) -> NDArray[np.float32]:
    values: NDArray[np.float32] = found.float().cpu().numpy()
    if not np.isfinite(values).all():
        raise ModelError(
            "The network gave no finite numbers: the weights are damaged, or the precision "
            f"{placement.precision} does not suit them."
        )
    return values


def _cell_map(values: NDArray[np.float32], to_source: Affine, mammogram: Mammogram) -> CellMap:
    return CellMap(read_only(values), to_source, mammogram.shape)  # type: ignore[arg-type] # read_only keeps the dtype
