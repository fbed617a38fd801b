"""What this program is and what it runs on, for `fourview info` and for reports of errors.

Nothing here tells of a patient, and the user's name in a path becomes `~`. What costs time or
loads PyTorch is asked for by name; the rest is known at once.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import platformdirs

from models import __version__
from models.catalog import CARDS, ModelCard
from models.errors import WeightsError, WeightsNotFoundError
from models.runtime import available_devices
from models.weights import find, identify, user_folder
from viewer.annotation_file import own_file
from viewer.display.protocols import own_folder
from viewer.log_file import log_folder

LIBRARIES = (
    "PySide6-Essentials",
    "pyqtgraph",
    "torch",
    "numpy",
    "scipy",
    "scikit-image",
    "opencv-python-headless",
    "pillow",
    "pydicom",
    "imagecodecs",
    "safetensors",
    "h5py",
    "captum",
)


def program() -> Mapping[str, str]:
    """Version, how it was installed, and the Python in it."""
    frozen = hasattr(sys, "_MEIPASS")
    return {
        "version": __version__,
        "kind": "installed program" if frozen else "from Python",
        "python": platform.python_version(),
    }


def libraries() -> Mapping[str, str]:
    """Version of each library that pictures and numbers come from, or `missing`."""
    return {name: _version(name) for name in LIBRARIES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def computer() -> Mapping[str, str]:
    """System, processor and memory."""
    facts = {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": str(os.cpu_count() or "unknown"),
    }
    memory = _memory_bytes()
    return {**facts, "memory": f"{memory / 1e9:.1f} GB"} if memory else facts


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_bytes() -> int:
    """Of the whole computer; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def resident_megabytes() -> int:
    """Memory this process holds now, in MB; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def devices() -> tuple[Mapping[str, object], ...]:
    """Id, name and precisions of whatever can compute; loads PyTorch, for a second or two.

    Raises
    ------
    DeviceError : PyTorch cannot be loaded.
    """
    return tuple(asdict(device) for device in available_devices())


def pytorch_build() -> Mapping[str, str]:
    """What PyTorch was built for; raises DeviceError where it cannot be loaded."""
    available_devices()
    import torch

    return {
        "version": str(torch.__version__),
        "cuda": torch.version.cuda or "no",
        "rocm": torch.version.hip or "no",
        "mps": "yes" if torch.backends.mps.is_built() else "no",
    }


def weights() -> Mapping[str, Mapping[str, str]]:
    """By model and role, the file, the release it is and its digest, or why there is none."""
    return {
        card.key(role.id): _weights_of(card, role.id)
        for card in CARDS.values()
        for role in card.roles
    }


def _weights_of(card: ModelCard, role: str) -> Mapping[str, str]:
    try:
        path = find(card, role=role)
    except WeightsNotFoundError:
        return {"state": "not installed"}
    file = {"file": with_home_hidden(str(path))}
    try:
        found = identify(path, card)
    except WeightsError as error:
        return {**file, "state": str(error)}
    return {**file, "state": found.variant, "sha256": found.sha256}


def paths() -> Mapping[str, str]:
    """Where the user's own files lie, there or not."""
    config = Path(platformdirs.user_config_dir("fourview", appauthor=False))
    cache = Path(platformdirs.user_cache_dir("fourview", appauthor=False))
    found = {
        "weights": user_folder(),
        "settings": config / "settings.ini",
        "annotations": own_file(),
        "protocols": own_folder(),
        "cache": cache,
        "log": log_folder(),
    }
    return {name: with_home_hidden(str(path)) for name, path in found.items()}


def with_home_hidden(text: str) -> str:
    """The user's home folder, and so mostly the user's name, as `~`."""
    return text.replace(str(Path.home()), "~")
