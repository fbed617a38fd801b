"""A clean Python environment to build from: the pinned requirements and PyInstaller, no more."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

_STAMP = ".requirements"


def requirements(project: Path, torch: str | None = None) -> list[str]:
    """What the program needs and what builds it, pinned.

    Parameters
    ----------
    project : pyproject.toml.
    torch : another build of PyTorch, such as `2.13.0+cu130`.
    """
    settings = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    needed = [*settings["dependencies"], *settings["optional-dependencies"]["build"]]
    if torch is None:
        return needed
    return [f"torch=={torch}" if each.startswith("torch==") else each for each in needed]


def make_environment(folder: Path, needed: Sequence[str]) -> Path:
    """Its interpreter; an environment that holds the same already is used again.

    Raises
    ------
    subprocess.CalledProcessError : pip could not install, and has said why.
    """
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = hashlib.sha256("\n".join([sys.version, *needed]).encode()).hexdigest()
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*install, "--no-input", "--no-compile", *needed],
        check=True,
        stdin=subprocess.DEVNULL,
        env=without_python_settings(os.environ),
    )
    stamp.write_text(wanted, encoding="ascii")
    return python


def without_python_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what points Python at other packages."""
    return {
        name: value
        for name, value in environment.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
