"""The picture beside the numbers: one image, its ground truth, and what GLAM saw in it.

Five parts as in the reference (GLAM spec 10): the image with truth contours, the selected
patches, benign saliency, malignant saliency, and the patches enlarged. Everything hangs as on
the screen and is drawn by the same functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from models import RESEARCH_USE_ONLY
from models.exam import BreastLabels, FindingClass, Mammogram
from models.geometry import Box, Orientation
from models.results import GlamView, Provenance
from models.whole_file import write_whole
from viewer.display.colours import ACCENT, FINDING, LETTER, MUTED, PANEL, TEXT, bgr
from viewer.display.marks import MarkSize, blend, marks_layer
from viewer.display.overlay import Overlays, colour_table, view_saliency
from viewer.display.sampling import sample, to_gray
from viewer.display.shown import ShownImage, ShownMarks
from viewer.display.text import draw_text, shortened, text_width
from viewer.display.tint import tint
from viewer.display.viewport import Align, Viewport, fit
from viewer.display.voi import compile_table
from viewer.exam_io.plain_text import printable

WIDTH = 1500
_MARGIN, _GAP = 20, 12
_HEADER, _TITLE, _FOOTER = 84, 26, 64
_PANE_WIDTH, _PATCHES_WIDTH = 294, 236
_LOWEST, _TALLEST = 400, 720
_BAR_HEIGHT, _BAR_WIDTH = 10, 140
_DIGEST_DIGITS = 12
_MARKS = MarkSize(line_px=2, text_px=14)
_SALIENCY = Overlays(benign=True, malignant=True, opacity=0.75, threshold=0.1)


def write_visualization(
    path: Path,
    mammogram: Mammogram,
    found: GlamView,
    provenance: Provenance,
    labels: BreastLabels | None = None,
) -> None:
    """Draw and save as PNG, whole or not at all; raises ExportError when that fails."""
    picture = draw_visualization(mammogram, found, provenance, labels)
    info = PngInfo()
    info.add_itxt("Software", provenance.software)
    info.add_itxt("Disclaimer", RESEARCH_USE_ONLY)
    image = Image.fromarray(picture)
    write_whole(path, lambda file: image.save(file, format="PNG", pnginfo=info))


def draw_visualization(
    mammogram: Mammogram,
    found: GlamView,
    provenance: Provenance,
    labels: BreastLabels | None = None,
) -> NDArray[np.uint8]:
    """The picture.

    Returns
    -------
    ndarray, shape (rows, 1500, 3), uint8, RGB; its height follows the shape of the breast.
    """
    scene = _Scene.of(mammogram, found)
    height = scene.viewport.height
    canvas = np.zeros((_HEADER + _TITLE + height + _FOOTER, WIDTH, 3), dtype=np.uint8)
    _draw_header(canvas, mammogram, found, provenance, labels)
    panes = (
        ("Image, ground truth dashed" if scene.image.truth else "Image", scene.with_truth()),
        ("Selected patches", scene.with_patches()),
        ("Benign saliency (B)", scene.with_saliency(FindingClass.BENIGN)),
        ("Malignant saliency (M)", scene.with_saliency(FindingClass.MALIGNANT)),
    )
    top = _HEADER + _TITLE
    for place, (title, pane) in enumerate(panes):
        left = _MARGIN + place * (_PANE_WIDTH + _GAP)
        draw_text(canvas, title, _HEADER + 2, left, 14, TEXT)
        canvas[top : top + height, left : left + _PANE_WIDTH] = pane
    for place, finding in enumerate(FindingClass, start=2):
        _draw_scale(canvas, finding, top + height + 10, _MARGIN + place * (_PANE_WIDTH + _GAP))
    left = _MARGIN + len(panes) * (_PANE_WIDTH + _GAP)
    draw_text(canvas, "Patches enlarged", _HEADER + 2, left, 14, TEXT)
    scene.draw_patches(canvas[top : top + height, left : left + _PATCHES_WIDTH])
    draw_text(canvas, RESEARCH_USE_ONLY, canvas.shape[0] - 28, _MARGIN, 13, TEXT)
    return np.asarray(cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB), dtype=np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """One image and its marks, seen through a viewport that shows the breast."""

    image: ShownImage
    marks: ShownMarks
    table: NDArray[np.uint8]
    viewport: Viewport

    @classmethod
    def of(cls, mammogram: Mammogram, found: GlamView) -> _Scene:
        image = ShownImage.prepare(mammogram)
        return cls(
            image,
            ShownMarks.prepare(found, mammogram),
            compile_table(mammogram.grayscale, image.voi, inverted=False, air=image.air),
            _viewport_on(_cropped(mammogram, found)),
        )

    def with_truth(self) -> NDArray[np.uint8]:
        pane = self._tissue(self.viewport)
        blend(pane, marks_layer(self.viewport, truth=self.image.truth, size=_MARKS))
        return pane

    def with_patches(self) -> NDArray[np.uint8]:
        pane = self._tissue(self.viewport)
        blend(pane, marks_layer(self.viewport, patches=self.marks.patches, size=_MARKS))
        return pane

    def with_saliency(self, finding: FindingClass) -> NDArray[np.uint8]:
        pane = self._tissue(self.viewport)
        layer = self.marks.saliency[finding]
        buffer, (y, x) = view_saliency(layer, self.viewport)
        blend(pane, tint({finding: buffer}, _SALIENCY), y, x)
        row, column, _ = layer.peak
        peaks = ((finding, (row, column)),)
        blend(pane, marks_layer(self.viewport, peaks=peaks, size=_MARKS))
        return pane

    def draw_patches(self, column: NDArray[np.uint8]) -> None:
        """Fill a column with the patches, as large as they fit in one or two rows."""
        height, width = column.shape[:2]
        count = len(self.marks.patches)
        size, across = max(_side(height, width, count, across) for across in (1, 2))
        for place, (rank, box) in enumerate(self.marks.patches):
            top = (place // across) * (size + _GAP)
            left = (place % across) * (size + _GAP)
            scale = size / box.height
            close = Viewport(size, size, scale, float(box.row), float(box.column))
            pane = self._tissue(close)
            blend(
                pane,
                marks_layer(close, truth=self.image.truth, size=_MARKS, letters=False),
            )
            cv2.rectangle(pane, (0, 0), (size - 1, size - 1), bgr(ACCENT), 2)
            draw_text(pane, str(rank), 4, 7, 14, ACCENT, halo=True)
            column[top : top + size, left : left + size] = pane

    def _tissue(self, viewport: Viewport) -> NDArray[np.uint8]:
        """The image without marks, shape (viewport.height, viewport.width, 3), BGR."""
        buffer, (y, x) = sample(self.image.pyramid, viewport)
        pane = np.zeros((viewport.height, viewport.width, 3), dtype=np.uint8)
        gray = to_gray(buffer, self.table)
        pane[y : y + gray.shape[0], x : x + gray.shape[1]] = gray[..., None]
        return pane


def _cropped(mammogram: Mammogram, found: GlamView) -> Box:
    """The crop to the breast in hung pixels."""
    hung = mammogram.orientation
    lying = Orientation(hung.transpose, hung.flip_rows)
    to_stored = lying.affine(mammogram.shape).inverse()
    y0, y1, x0, x1 = found.window_location
    return to_stored.then(hung.affine(mammogram.shape)).box(Box(y0, x0, y1 - y0, x1 - x0))


def _viewport_on(box: Box) -> Viewport:
    """The whole box in a pane of fixed width whose height follows the box."""
    height = round(_PANE_WIDTH * box.height / box.width)
    height = min(max(height, _LOWEST), _TALLEST)
    centred = fit((box.height, box.width), height, _PANE_WIDTH, Align.CENTER)
    return centred.placed(centred.scale, centred.row + box.row, centred.column + box.column)


def _side(height: int, width: int, count: int, across: int) -> tuple[int, int]:
    """(side of a square patch, patches in a row) when `across` share a row."""
    down = -(-count // across)
    side = min(
        (width - (across - 1) * _GAP) // across,
        (height - (down - 1) * _GAP) // down,
    )
    return side, across


def _draw_header(
    canvas: NDArray[np.uint8],
    mammogram: Mammogram,
    found: GlamView,
    provenance: Provenance,
    labels: BreastLabels | None,
) -> None:
    canvas[:_HEADER] = bgr(PANEL)
    right = WIDTH - _MARGIN
    for finding in reversed(FindingClass):
        words = f"{finding.value.capitalize()} {found.score(finding):.3f}"
        draw_text(canvas, words, 14, right, 22, FINDING[finding], anchor="r")
        right -= text_width(words, 22) + 28
    name = (
        mammogram.title
        if mammogram.title == mammogram.name
        else (f"{mammogram.name} · {mammogram.title}")
    )
    draw_text(canvas, shortened(printable(name), 22, right - _MARGIN), 14, _MARGIN, 22, TEXT)
    stated = _stated(labels)
    draw_text(canvas, stated, 50, WIDTH - _MARGIN, 13, MUTED, anchor="r")
    made = (
        f"{provenance.model_name} · weights {provenance.weights_name} "
        f"{provenance.weights_sha256[:_DIGEST_DIGITS]} · {provenance.precision} on "
        f"{provenance.device} · {provenance.software}"
    )
    room = WIDTH - 2 * _MARGIN - text_width(stated, 13) - 28
    draw_text(canvas, shortened(printable(made), 13, room), 50, _MARGIN, 13, MUTED)


def _stated(labels: BreastLabels | None) -> str:
    known = [
        f"{finding.value} {'yes' if value else 'no'}"
        for finding in FindingClass
        if labels is not None and (value := labels.of(finding)) is not None
    ]
    return " · ".join(
        ["scores not calibrated", *(["label: " + ", ".join(known)] if known else [])]
    )


def _draw_scale(canvas: NDArray[np.uint8], finding: FindingClass, top: int, left: int) -> None:
    """From the threshold to 1, as it looks on black."""
    table = colour_table(finding, _SALIENCY)[:, :3]
    first = int(np.ceil(_SALIENCY.threshold * 255))
    steps = np.linspace(first, 255, _BAR_WIDTH).astype(np.intp)
    bar_left = left + 34
    canvas[top : top + _BAR_HEIGHT, bar_left : bar_left + _BAR_WIDTH] = table[steps]
    draw_text(canvas, f"{_SALIENCY.threshold:.1f}", top - 4, left + 28, 13, MUTED, anchor="r")
    draw_text(canvas, "1.0", top - 4, bar_left + _BAR_WIDTH + 8, 13, MUTED)
    draw_text(canvas, f"{LETTER[finding]} highest", top - 4, bar_left + _BAR_WIDTH + 44, 13, MUTED)
