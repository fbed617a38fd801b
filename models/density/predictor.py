"""One exam through a density model: prepare and read view after view, then weigh all four."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from models.density.architecture import STATED
from models.density.checkpoint import kind_of, read_weights
from models.density.network import BINS, CnnArchitecture, CnnNetwork, HistogramNetwork
from models.density.preprocess import NetworkInput, network_input
from models.density.results import DensityEvidence, DensityKind
from models.density.whitening import histogram
from models.errors import ModelError, NotApplicableError
from models.exam import L_CC, L_MLO, R_CC, R_MLO, Exam, Mammogram
from models.runtime import Placement
from models.weights import fit_into

Begin = Callable[[int, str], None]
"""Called with the number of steps done in this exam and what comes next."""

# The order of the features (spec 2, 3).
VIEWS = (L_CC, R_CC, L_MLO, R_MLO)
STEPS = len(VIEWS) + 1
PUBLISHED = CnnArchitecture()
# Below this part of a breast in the window, a reader is told.
_HELD_ENOUGH = 0.95
_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}

Network = HistogramNetwork | CnnNetwork


@dataclass(frozen=True, slots=True)
class LoadedDensity:
    """A network that `load` made ready, and where and how it computes."""

    network: Network
    placement: Placement

    @property
    def kind(self) -> DensityKind:
        """Which model it is."""
        is_cnn = isinstance(self.network, CnnNetwork)
        return DensityKind.CNN if is_cnn else DensityKind.HISTOGRAM

    @property
    def reduction(self) -> int:
        """As `network_input` takes it."""
        network = self.network
        return network.architecture.reduction if isinstance(network, CnnNetwork) else 1


def load(weights: Path, placement: Placement, kind: DensityKind | None = None) -> Network:
    """The network of a weights file, laid out for inference.

    Parameters
    ----------
    weights : as `read_weights` takes it.
    kind : which model is wanted; None for the one that the file is of.

    Raises
    ------
    WeightsError : the file is missing, unreadable or does not fit.
    """
    state = read_weights(weights)
    with torch.device("meta"):
        network: Network
        if (kind or kind_of(state)) is DensityKind.CNN:
            network = CnnNetwork(STATED.of(weights) or PUBLISHED)
        else:
            network = HistogramNetwork()
    fit_into(network, state, weights)
    # The few sums of the last layers are always float64: the published digits then come out alike
    # on every processor, and from weights that are laid out in memory in another way.
    network.eval().double()
    if isinstance(network, CnnNetwork):
        network.convolutions_to(placement.device, _DTYPES[placement.precision])
    return network


def predict(
    exam: Exam, loaded: LoadedDensity, begin: Begin, pause: Callable[[], None]
) -> DensityEvidence:
    """Read the four standard views of one exam.

    Fewer are not enough: the models were made for four, and a copy of another view in place of a
    missing one, as their authors suggest (spec 6), would count one breast twice.

    Parameters
    ----------
    begin : called before every one of `STEPS` steps; may raise to stop.
    pause : called several times within a step; may raise to stop.

    Raises
    ------
    NotApplicableError : a view is missing, or cannot be read.
    ModelError : the network's numbers are not finite.
    """
    missing = [view.label for view in VIEWS if view not in exam.mammograms]
    if missing:
        raise NotApplicableError(
            f"Density needs all four standard views; {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing."
        )
    features, prepared = [], {}
    for step, view in enumerate(VIEWS):
        begin(step, f"reading {view.label} for its density")
        seen = _input_of(exam.mammograms[view], loaded.reduction)
        pause()
        features.append(_features(seen, view.position.value.lower(), loaded, pause))
        prepared[view] = seen
    begin(len(VIEWS), "weighing the four views")
    with torch.inference_mode():
        logits = loaded.network(torch.cat(features, dim=1).double())
        a, b, c, d = logits.softmax(dim=1)[0].tolist()
    # NaN anywhere makes the sum NaN.
    if not 0.5 < a + b + c + d < 1.5:
        raise ModelError(
            "The density network gave no finite numbers: the weights are damaged, or the "
            f"precision {loaded.placement.precision} does not suit them."
        )
    windows = {view: seen.window for view, seen in prepared.items()}
    remark = _remark({view.label: seen for view, seen in prepared.items()})
    return DensityEvidence(loaded.kind, (a, b, c, d), windows, remark)


def _input_of(mammogram: Mammogram, reduction: int) -> NetworkInput:
    try:
        return network_input(mammogram, reduction)
    except NotApplicableError as error:
        raise NotApplicableError(f"{mammogram.title}: {error}") from error


def _features(
    seen: NetworkInput, projection: str, loaded: LoadedDensity, pause: Callable[[], None]
) -> Tensor:
    """What one view contributes, shape (1, n), float32, on the CPU."""
    network = loaded.network
    if isinstance(network, HistogramNetwork):
        parts = histogram(seen.values, BINS)
        return torch.from_numpy(parts).to(torch.float32)[None]
    image = torch.from_numpy(seen.values)[None, None]
    dtype = _DTYPES[loaded.placement.precision]
    with torch.inference_mode():
        return network.features(image.to(loaded.placement.device, dtype), projection, pause).cpu()


def _remark(prepared: dict[str, NetworkInput]) -> str:
    placed = [label for label, seen in prepared.items() if seen.placed]
    if not placed:
        return ""
    sentences = [
        "The window of 2600 × 2000 pixels was placed by Fourview: how the model's authors placed "
        "theirs is not published."
    ]
    sentences += [
        f"Only {seen.held:.0%} of the breast in {label} lies in it."
        for label, seen in prepared.items()
        if seen.held < _HELD_ENOUGH
    ]
    return " ".join(sentences)
