"""A small asymmetric breast and a small GLAM, so that analyses take a fraction of a second."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.exam import L_CC, Exam, Laterality, Mammogram, Origin, View
from models.geometry import AS_STORED, Orientation
from models.grayscale import Grayscale

MakeMammogram = Callable[..., Mammogram]
MakeExam = Callable[..., Exam]


def hung_breast(laterality: Laterality, seed: int = 1) -> NDArray[np.uint16]:
    """An ellipse with a lump off every axis of symmetry, laid as it hangs, 12 bits, air 0."""
    rows, columns = 760, 540
    y, x = np.mgrid[:rows, :columns]
    tissue = ((y - 330) / 300) ** 2 + (x / 430) ** 2 < 1
    lump = (y - 420) ** 2 + (x - 210) ** 2 < 60**2
    noise = np.random.default_rng(seed).integers(0, 300, (rows, columns))
    image = np.where(tissue, 700 + 2 * y // 3 + noise, 0) + np.where(lump, 1500, 0)
    facing_right = image.astype(np.uint16)
    return facing_right if laterality is Laterality.LEFT else facing_right[:, ::-1]


@pytest.fixture
def make_mammogram() -> MakeMammogram:
    """Mammograms of the phantom; any field may be given instead."""

    def make(view: View = L_CC, orientation: Orientation = AS_STORED, **given: Any) -> Mammogram:
        stored = orientation.inverse().apply(hung_breast(view.laterality))
        fields: dict[str, Any] = {
            "image_id": f"sha256:{view.name}",
            "name": f"0_{view.name}",
            "title": view.label,
            "view": view,
            "view_origin": Origin.LIST,
            "pixels": stored,
            "grayscale": Grayscale(bits_stored=12),
            "orientation": orientation,
        }
        return Mammogram(**{**fields, **given})

    return make


@pytest.fixture
def make_exam(make_mammogram: MakeMammogram) -> MakeExam:
    """Exams of phantoms in these views, or of these mammograms."""

    def make(*images: View | Mammogram) -> Exam:
        mammograms = [
            make_mammogram(image) if isinstance(image, View) else image for image in images
        ]
        return Exam("1", "phantom", {image.view: image for image in mammograms if image.view})

    return make


@pytest.fixture
def small_glam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Weights of a GLAM with few channels, in place of the published architecture."""
    from models.glam import predictor
    from models.glam.network import GlamArchitecture
    from tests import glam_recipe

    small = dataclasses.replace(
        GlamArchitecture(),
        global_widths=(2, 2, 4, 4, 4),
        global_blocks=(1, 1, 1, 1, 1),
        local_widths=(4, 4),
        local_blocks=(1, 1),
    )
    monkeypatch.setattr(predictor, "PUBLISHED", small)
    return glam_recipe.write(tmp_path / "small.ckpt", glam_recipe.state_dict(small))


@pytest.fixture(scope="session")
def small_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights as the demo's are: small, seeded, with their architecture, for phantoms only."""
    from tests.demo_weights import write

    return write(tmp_path_factory.mktemp("demo") / "demo_glam.safetensors")
