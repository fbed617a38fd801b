"""Exams of small phantoms as files, and a small GLAM."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.exam import STANDARD_VIEWS, View
from tests.models.conftest import small_glam as small_glam  # noqa: PLC0414 - a fixture
from tests.phantoms import breast_pixels
from viewer import cli

WriteExam = Callable[..., Path]


@pytest.fixture
def write_exam(tmp_path: Path) -> WriteExam:
    """Write the views of a phantom exam as 16-bit PNG into a folder of that name."""

    def write(name: str, *views: View, root: str = "exams") -> Path:
        folder = tmp_path / root / name
        folder.mkdir(parents=True)
        for view in views or STANDARD_VIEWS:
            Image.fromarray(breast_pixels(view)).save(folder / f"{name}_{view.name}.png")
        return folder

    return write


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where results go; not made yet."""
    return tmp_path / "out"


def analyze(*arguments: object) -> int:
    """Run `fourview analyze`; returns its exit code."""
    return cli.main(["analyze", *map(str, arguments)])


def document(out: Path) -> dict[str, Any]:
    """What `results.json` holds."""
    found: dict[str, Any] = json.loads((out / "results.json").read_text())
    return found
