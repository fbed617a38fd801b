"""Density on this machine: ours against eager execution, preparation, both models whole, memory.

Seeded weights of the published sizes, one exam of four views of 3328 × 2560 pixels, variants
interleaved: ``python -m build_scripts.bench.density [THREADS]`` (every core when none is given).
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch

from build_scripts.bench.timing import median_seconds
from models.density.network import CnnArchitecture, CnnNetwork, HistogramNetwork
from models.density.predictor import VIEWS, LoadedDensity, load, predict
from models.density.preprocess import WINDOW, network_input
from models.exam import L_MLO
from models.runtime import Placement, available_devices
from tests.phantoms import make_exam, make_mammogram
from tests.recipe import torch_state

ROUNDS = 5


def main() -> None:
    """Print seconds an exam, and ratios to eager execution."""
    if len(sys.argv) > 1:
        torch.set_num_threads(int(sys.argv[1]))
    print(f"{torch.get_num_threads()} threads")
    with tempfile.TemporaryDirectory() as folder:
        _convolutions(_weights(Path(folder), CnnNetwork(CnnArchitecture())))
        _whole(Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"peak of this process: {peak:.0f} MB")


def _weights(folder: Path, network: torch.nn.Module) -> Path:
    path = folder / f"{type(network).__name__}.p"
    torch.save(dict(torch_state(network)), path)
    return path


def _convolutions(weights: Path) -> None:
    eager = CnnNetwork(CnnArchitecture())
    eager.load_state_dict(torch.load(weights, weights_only=True))
    image = torch.randn(1, 1, *WINDOW)
    runs = {"eager NCHW fp32": _four(eager, image)}
    for precision in available_devices()[-1].precisions:
        network = load(weights, Placement("cpu", precision))
        dtype = torch.float32 if precision == "fp32" else torch.bfloat16
        runs[f"ours {precision}"] = _four(network, image.to(dtype))
    medians = median_seconds(runs, ROUNDS)
    for name, seconds in medians.items():
        ratio = medians["eager NCHW fp32"] / seconds
        print(f"{name:<20} {seconds:6.2f} s an exam   {ratio:5.2f} × eager")


def _four(network: torch.nn.Module, image: torch.Tensor) -> Callable[[], object]:
    def run() -> object:
        with torch.inference_mode():
            return [network.features(image, view.position.value.lower()) for view in VIEWS]

    return run


def _whole(folder: Path) -> None:
    """What the program does with an exam, from stored pixels to probabilities."""
    exam = make_exam(views={view: make_mammogram(view, rows=3328, columns=2560) for view in VIEWS})
    placement = Placement("cpu", "fp32")
    runs: dict[str, Callable[[], object]] = {
        "one input prepared": lambda: network_input(exam.mammograms[L_MLO])
    }
    for network in (HistogramNetwork(), CnnNetwork(CnnArchitecture())):
        density = LoadedDensity(load(_weights(folder, network), placement), placement)
        runs[f"{density.kind} whole exam"] = lambda density=density: predict(
            exam, density, lambda *_: None, lambda: None
        )
    for name, seconds in median_seconds(runs, ROUNDS).items():
        print(f"{name:<20} {seconds:6.2f} s")


if __name__ == "__main__":
    main()
