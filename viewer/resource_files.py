"""Where the files of the `resources` package lie, installed or frozen into a program."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

_DEMO = "demo_"
LICENCES = "THIRD_PARTY_LICENSES.txt"


def demo_weights() -> Mapping[str, Path]:
    """The weights that read phantoms, by the id of their model, as far as they are there."""
    paths = sorted(_root().glob(f"{_DEMO}*.safetensors"))
    return {path.stem.removeprefix(_DEMO): path for path in paths}


def licences_file() -> Path | None:
    """The licences of all that is in the installed program; None where Python runs it."""
    unpacked = getattr(sys, "_MEIPASS", None)
    return Path(unpacked) / LICENCES if unpacked else None


def resource_path(name: str) -> Path:
    """The file or folder of a resource, such as ``resource_path("icon.svg")``.

    Parameters
    ----------
    name : path inside `resources`, with forward slashes.

    Raises
    ------
    FileNotFoundError
        There is none of that name: the installation is damaged, or the name is our mistake.
    """
    path = _root() / name
    if not path.exists():
        raise FileNotFoundError(f"Fourview's own file resources/{name} is missing.")
    return path


def _root() -> Path:
    unpacked = getattr(sys, "_MEIPASS", None)  # set by PyInstaller's boot loader
    return Path(unpacked) / "resources" if unpacked else Path(str(files("resources")))
