"""DeepMiCa on this machine: ours against eager execution, preparation, a whole view, memory.

Seeded weights of the published sizes, a view of a phantom of 3328 × 2560 pixels, variants
interleaved: ``python -m build_scripts.bench.microcalcification [THREADS]`` (every core when none
is given).
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from build_scripts.bench.timing import median_seconds, seconds_of
from build_scripts.demo_weights.measure import mammogram_of
from models.exam import L_MLO
from models.microcalcification.classifier import load_classifier, region_input
from models.microcalcification.laying import lie_left
from models.microcalcification.network_classifiers import ResNet18Classifier, Vgg16Classifier
from models.microcalcification.network_unet import UNet, UNetArchitecture
from models.microcalcification.predictor import (
    LoadedDeepMiCa,
    load_unet,
    network_input,
    predict,
    tiles_at_once,
)
from models.microcalcification.tiles import SEAMLESS_STEP_PX, TILE_PX, Tiling
from models.phantom.choose import plan_exam
from models.phantom.exam import draw_view
from models.runtime import Placement, available_devices
from tests.recipe import torch_state

ROUNDS = 5
FP32 = Placement("cpu", "fp32")


def main() -> None:
    """Print seconds, ratios to eager execution, and memory."""
    if len(sys.argv) > 1:
        torch.set_num_threads(int(sys.argv[1]))
    print(f"{torch.get_num_threads()} threads")
    with tempfile.TemporaryDirectory() as folder:
        unet = _weights(Path(folder), UNet(UNetArchitecture()), 1.5)
        _tiles(unet)
        _classifiers(Path(folder))
        _view(unet)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"peak of this process: {peak:.0f} MB")


def _weights(folder: Path, network: torch.nn.Module, gain: float) -> Path:
    path = folder / f"{type(network).__name__}.pt"
    torch.save(dict(torch_state(network, gain)), path)
    return path


def _tiles(weights: Path) -> None:
    eager = UNet(UNetArchitecture())
    eager.load_state_dict(torch.load(weights, weights_only=True))
    eager.eval()
    size = tiles_at_once(UNetArchitecture())
    grey = torch.rand(size, 1, TILE_PX, TILE_PX)
    runs = {f"eager NCHW fp32, {size} tiles": _forward(eager, grey)}
    runs["eager NCHW fp32, one by one"] = lambda: [_forward(eager, each[None])() for each in grey]
    for precision in available_devices()[-1].precisions:
        network = load_unet(weights, Placement("cpu", precision))
        dtype = torch.float32 if precision == "fp32" else torch.bfloat16
        runs[f"ours {precision}, {size} tiles"] = _forward(network, grey.to(dtype))
    medians = median_seconds(runs, ROUNDS)
    base = medians["eager NCHW fp32, one by one"]
    for name, seconds in medians.items():
        print(f"{name:<30} {seconds / size:6.3f} s a tile   {base / seconds:5.2f} × as published")


def _classifiers(folder: Path) -> None:
    region = region_input(np.random.default_rng(1).integers(0, 256, (90, 120)).astype(np.uint8))
    for network in (ResNet18Classifier(), Vgg16Classifier()):
        weights = _weights(folder, network, 1.25)
        network.load_state_dict(torch.load(weights, weights_only=True))
        network.eval()
        ours = load_classifier(weights, FP32)
        medians = median_seconds(
            {"eager": _forward(network, region), "ours": _forward(ours, region)}, ROUNDS
        )
        ratio = medians["eager"] / medians["ours"]
        print(
            f"{type(network).__name__:<30} {medians['ours']:6.3f} s a region {ratio:5.2f} × eager"
        )


def _view(weights: Path) -> None:
    mammogram = mammogram_of(draw_view(plan_exam(1), L_MLO))
    seen = network_input(lie_left(mammogram))
    preparing = median_seconds({"": lambda: network_input(lie_left(mammogram))}, ROUNDS)[""]
    for step in (TILE_PX, SEAMLESS_STEP_PX):
        rows, columns = Tiling(seen.image.shape, step).grid
        print(f"step {step}: {rows} × {columns} tiles of {seen.image.shape}")
    print(f"preparing a view: {preparing:.3f} s")
    loaded = LoadedDeepMiCa(load_unet(weights, FP32), None, FP32)
    took = seconds_of(lambda: predict(mammogram, loaded, lambda *_: None, lambda: None))
    print(f"a whole view: {took:.1f} s")


def _forward(network: torch.nn.Module, given: torch.Tensor) -> Callable[[], object]:
    def run() -> object:
        with torch.inference_mode():
            return network(given)

    return run


if __name__ == "__main__":
    main()
