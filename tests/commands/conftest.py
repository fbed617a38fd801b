"""Exams of small phantoms as files, and a small GLAM."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from models.exam import STANDARD_VIEWS, View
from tests.models.conftest import small_glam as small_glam  # noqa: PLC0414 - a fixture
from tests.phantoms import breast_pixels

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
