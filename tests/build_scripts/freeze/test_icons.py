"""The icon is drawn in every size that a system wants."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from build_scripts.freeze.icons import ICO_PX, SIZES_PX, drawn, write_icons


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("icons")
    write_icons(folder)
    return folder


@pytest.mark.parametrize("size_px", SIZES_PX)
def test_every_size_shows_the_breasts_the_patch_and_round_corners(
    icons: Path, size_px: int
) -> None:
    with Image.open(icons / f"icon-{size_px}.png") as image:
        pixels = np.asarray(image).astype(int)
    assert pixels.shape == (size_px, size_px, 4)
    assert pixels[0, 0, 3] < 128, "the corner is clear"
    assert pixels[size_px // 3, size_px // 3, :3].min() > 150, "a breast is bright"
    row, column = round(size_px * 20 / 64), round(size_px * 44 / 64)
    red, _green, blue = pixels[row, column, :3]
    assert blue > red + 60, "the patch is blue, and on the left breast, at the right"


def test_windows_gets_every_size_in_one_file(icons: Path) -> None:
    with Image.open(icons / "Fourview.ico") as image:
        assert image.info["sizes"] == {(size, size) for size in ICO_PX}


def test_macos_gets_the_largest(icons: Path) -> None:
    with Image.open(icons / "Fourview.icns") as image:
        assert image.size == (1024, 1024)
        assert np.abs(np.asarray(image.convert("RGBA")).astype(int) - drawn(1024)).max() == 0
