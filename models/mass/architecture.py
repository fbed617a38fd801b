"""Which networks there are, how wide, and which of them weights files may state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.weights_architecture import StatedArchitecture, whole

# Spec 1: what the networks for masses and for breasts were trained on.
MASS_FRAME = (640, 640)
BREAST_FRAME = (1024, 768)
# Every network halves at most five times, in both directions.
FRAME_STEP, LONGEST_SIDE = 32, 1024


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """One network that can be built.

    Attributes
    ----------
    title : what a reader calls it.
    widths : filters of its finest level in published files, from which all others follow; the
        first is the one to build.
    channels : of its input; 3 are the same grey three times.
    ours : its code was never published; built from the paper's description.
    """

    title: str
    widths: tuple[int, ...]
    channels: int = 3
    ours: bool = False


# Spec 4. U-Xception was trained at 8; its authors' code says 16 where nobody chooses.
SEGMENTATION: Mapping[str, NetworkFacts] = MappingProxyType(
    {
        "upp_xception": NetworkFacts("U-net++Xception", (12,)),
        "unet5": NetworkFacts("U-net5L", (16,), channels=1),
        "uxception": NetworkFacts("U-Xception", (8, 16)),
        "uvgg16": NetworkFacts("U-VGG16", (64,)),
        "uresnet50": NetworkFacts("U-ResNet50", (64,)),
        "resunet": NetworkFacts("ResUnet", (64,), channels=1),
        "deeplabv3plus": NetworkFacts("DeepLabV3+", (64,)),
        "multiresunet": NetworkFacts("MultiResUnet", (32,)),
        "attention_unet": NetworkFacts("Attention U-net", (32,)),
        "upp": NetworkFacts("U-net++ (our build)", (12,), channels=1, ours=True),
    }
)
# Spec 6.
CLASSIFIERS: Mapping[str, NetworkFacts] = MappingProxyType(
    {
        "vgg16": NetworkFacts("VGG16", (64,)),
        "resnet50v2": NetworkFacts("ResNet50V2", (64,)),
        "inceptionv3": NetworkFacts("InceptionV3", (32,)),
    }
)


@dataclass(frozen=True, slots=True)
class MassArchitecture:
    """A network that segments, and its size; the defaults are the published main network.

    Attributes
    ----------
    network : a key of `SEGMENTATION`.
    width : filters of its finest level.
    frame : (rows, columns) of its input and output.
    """

    network: str = "upp_xception"
    width: int = 12
    frame: tuple[int, int] = MASS_FRAME


def require_sound(architecture: MassArchitecture) -> None:
    """Raise ValueError, with the reason, unless the network can be built at a bounded size."""
    facts = SEGMENTATION.get(architecture.network)
    if facts is None:
        raise ValueError(f"network must be one of {', '.join(SEGMENTATION)}")
    if not 1 <= architecture.width <= max(facts.widths):
        raise ValueError(f"width must lie between 1 and {max(facts.widths)}")
    if not all(
        FRAME_STEP <= side <= LONGEST_SIDE and side % FRAME_STEP == 0
        for side in architecture.frame
    ):
        raise ValueError(
            f"frame must be multiples of {FRAME_STEP} between {FRAME_STEP} and {LONGEST_SIDE}"
        )


def _built(values: Mapping[str, Any]) -> MassArchitecture:
    network, frame = values["network"], values["frame"]
    if not isinstance(network, str):
        raise ValueError("network must be a name")
    if not (isinstance(frame, list) and len(frame) == 2 and all(type(n) is int for n in frame)):
        raise ValueError("frame must be two whole numbers")
    return MassArchitecture(network, whole(values["width"], "width"), (frame[0], frame[1]))


STATED = StatedArchitecture(MassArchitecture, "masses are found with", _built, require_sound)
