"""The icon as each system wants it, drawn from `resources/icon.svg`.

``python -m build_scripts.freeze.icons FOLDER`` writes icon-SIZE.png, Fourview.ico, Fourview.icns.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SVG = Path(__file__).resolve().parents[2] / "resources" / "icon.svg"
SIZES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_PX = (16, 24, 32, 48, 64, 128, 256)
ICNS_PX = 1024


def drawn(size_px: int) -> Image.Image:
    """The icon, `size_px` wide and high, RGBA."""
    image = QImage(size_px, size_px, QImage.Format.Format_RGBA8888)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return Image.frombytes("RGBA", (size_px, size_px), bytes(image.constBits()))


def write_icons(folder: Path) -> None:
    """Write all of them; each size is drawn by itself rather than scaled."""
    folder.mkdir(parents=True, exist_ok=True)
    for size_px in SIZES_PX:
        drawn(size_px).save(folder / f"icon-{size_px}.png")
    ico = [drawn(size_px) for size_px in ICO_PX]
    ico[-1].save(
        folder / "Fourview.ico",
        sizes=[(size_px, size_px) for size_px in ICO_PX],
        append_images=ico[:-1],
    )
    drawn(ICNS_PX).save(
        folder / "Fourview.icns",
        append_images=[drawn(size_px) for size_px in (32, 64, 128, 256, 512)],
    )


if __name__ == "__main__":
    write_icons(Path(sys.argv[1]))
