"""Masses on this machine: ours against eager execution, one image whole, memory.

Seeded weights of the published sizes, variants interleaved, medians:
``python -m build_scripts.bench.mass [THREADS] [NETWORK]…`` (every core when none is given; only
U-net++Xception, the breast network and VGG16 when no network is named; `all` for all).
"""

from __future__ import annotations

import copy
import resource
import sys
from collections.abc import Callable

import torch
from torch import Tensor, nn

from build_scripts.bench.timing import median_seconds
from models.exam import L_MLO
from models.mass.architecture import (
    BREAST_FRAME,
    CLASSIFIERS,
    MASS_FRAME,
    SEGMENTATION,
    MassArchitecture,
)
from models.mass.checkpoint import Segmenter
from models.mass.findings import SCORED_FRAME
from models.mass.network.layers import fold_norms
from models.mass.predictor import LoadedMass, predict
from models.mass.preprocess import hung
from models.mass.registry import build
from models.runtime import Placement
from tests.phantoms import make_mammogram
from tests.recipe import torch_state

ROUNDS = 3
MAIN, BREAST, SCORES = "upp_xception", "unet5", "vgg16"


def main() -> None:
    """Print seconds, ratios to eager execution and the largest difference to it."""
    names = sys.argv[1:]
    if names and names[0].isdigit():
        torch.set_num_threads(int(names.pop(0)))
    print(f"{torch.get_num_threads()} threads")
    if names == ["all"]:
        names = [*SEGMENTATION, *CLASSIFIERS]
    for name in names or (MAIN, SCORES):
        facts = SEGMENTATION.get(name) or CLASSIFIERS[name]
        frame = MASS_FRAME if name in SEGMENTATION else SCORED_FRAME
        _against_eager(facts.title, seeded(name), torch.rand(1, facts.channels, *frame))
    _against_eager("breast U-net5L", seeded(BREAST), torch.rand(1, 1, *BREAST_FRAME))
    _whole()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"peak of this process: {peak:.0f} MB")


def seeded(name: str) -> nn.Module:
    """A network at its published width, its norms not folded."""
    facts = SEGMENTATION.get(name) or CLASSIFIERS[name]
    with torch.device("meta"):
        network = build(name, facts.widths[0])
    network.load_state_dict(torch_state(network, gain=1.0), assign=True)
    return network.eval()


def laid_out(network: nn.Module) -> nn.Module:
    """As the predictor makes it ready."""
    ours = copy.deepcopy(network)
    fold_norms(ours)
    return ours.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def _against_eager(title: str, eager: nn.Module, images: Tensor) -> None:
    ours = laid_out(eager)

    def runner(network: nn.Module) -> Callable[[], Tensor]:
        def run() -> Tensor:
            with torch.inference_mode():
                out: Tensor = network(images)
            return out

        return run

    runs = {"eager": runner(eager), "ours": runner(ours)}
    apart = float((runs["eager"]() - runs["ours"]()).abs().max())
    seconds = median_seconds(runs, ROUNDS)
    ratio = seconds["eager"] / seconds["ours"]
    print(
        f"{title:<20} eager NCHW {seconds['eager']:6.2f} s   ours {seconds['ours']:6.2f} s   "
        f"{ratio:5.2f} × eager   apart {apart:.1e}",
        flush=True,
    )


def _whole() -> None:
    """What the program does with an image, from stored pixels to outlines."""
    mammogram = make_mammogram(L_MLO, rows=3328, columns=2560)
    breast = seeded(BREAST)
    # Seeded weights find no breast; so all of the image is one.
    nn.init.constant_(breast.get_submodule("head").bias, 10.0)  # type: ignore[arg-type]
    loaded = LoadedMass(
        Segmenter(laid_out(seeded(MAIN)), MassArchitecture()),
        Placement("cpu", "fp32"),
        Segmenter(laid_out(breast), MassArchitecture(BREAST, 16, BREAST_FRAME)),
    )
    seconds = median_seconds(
        {
            "laid as it hangs": lambda: hung(mammogram),
            "one image whole": lambda: predict(mammogram, loaded, lambda *_: None, lambda: None),
        },
        ROUNDS,
    )
    for name, each in seconds.items():
        print(f"{name:<20} {each:6.2f} s")


if __name__ == "__main__":
    main()
