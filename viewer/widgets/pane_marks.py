"""Paints saliency, patches and ground truth over an image, each layer kept while it holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from models.exam import FindingClass
from viewer.display.finding_marks import findings_part
from viewer.display.findings import ShownFindings
from viewer.display.marks import Contours, MarkSize, Patches, Peaks, marks_part
from viewer.display.mirrored import (
    mirrored_contours,
    mirrored_findings,
    mirrored_patches,
    mirrored_peaks,
    mirrored_viewport,
)
from viewer.display.tint import tint
from viewer.widgets.pane_content import PaneContent

Values = dict[FindingClass, NDArray[np.uint8]]
Place = tuple[int, int]  # (y, x) in the pane, device pixels
COLOURED = QImage.Format.Format_ARGB32_Premultiplied


class MarksPainter:
    """Keeps stretched saliency, its colours and the drawn marks between repaints."""

    def __init__(self) -> None:
        self._content: PaneContent | None = None
        self._values: tuple[Values, Place] | None = None
        self._tint: NDArray[np.uint8] | None = None
        self._drawn: tuple[NDArray[np.uint8], Place] | None = None
        self._findings: tuple[NDArray[np.uint8], Place] | None = None

    def paint(self, painter: QPainter, content: PaneContent) -> None:
        """Paint the overlays that are on; the painter is in logical pixels of the widget."""
        self._forget_what_changed(content)
        marks, overlays = content.marks, content.overlays
        if marks is not None and marks.saliency and overlays.findings:
            if self._values is None:
                self._values = marks.values(overlays.findings, content.viewport)
            values, place = self._values
            if self._tint is None:
                coloured = tint(values, overlays)
                self._tint = (
                    np.ascontiguousarray(coloured[:, ::-1]) if content.mirrored else coloured
                )
            if content.mirrored:
                place = place[0], content.viewport.width - place[1] - self._tint.shape[1]
            _draw(painter, content, self._tint, place)
        if marks is not None and overlays.kinds:
            if self._findings is None:
                self._findings = _found(content, marks.findings)
            _draw(painter, content, *self._findings)
        if self._drawn is None:
            self._drawn = _drawn(content)
        _draw(painter, content, *self._drawn)

    def _forget_what_changed(self, content: PaneContent) -> None:
        old, self._content = self._content, content
        if old is None:
            return
        moved = (
            old.image is not content.image
            or old.marks is not content.marks
            or (old.viewport, old.mirrored) != (content.viewport, content.mirrored)
        )
        if moved or old.overlays.findings != content.overlays.findings:
            self._values = None
        if moved or old.ratio != content.ratio or old.overlays.kinds != content.overlays.kinds:
            self._findings = None
        if self._values is None or old.overlays != content.overlays:
            self._tint = None
        if moved or _choice(old) != _choice(content):
            self._drawn = None


def _choice(content: PaneContent) -> tuple[object, ...]:
    """What decides, besides place and zoom, which marks are drawn and how large."""
    overlays = content.overlays
    return overlays.truth, overlays.patches, _peaks(content), content.ratio


def _drawn(content: PaneContent) -> tuple[NDArray[np.uint8], Place]:
    """Contours, squares and letters, as the exporter draws them."""
    overlays, viewport = content.overlays, content.viewport
    truth: Contours = content.image.truth if overlays.truth else ()
    patches: Patches = content.marks.patches if content.marks and overlays.patches else ()
    peaks = _peaks(content)
    if content.mirrored:  # but never the letters
        columns = content.image.shape[1]
        viewport = mirrored_viewport(viewport, columns)
        truth = mirrored_contours(truth, columns)
        patches = mirrored_patches(patches, columns)
        peaks = mirrored_peaks(peaks, columns)
    size = MarkSize.for_scale(content.ratio)
    return marks_part(viewport, truth=truth, patches=patches, peaks=peaks, size=size)


def _found(content: PaneContent, found: ShownFindings) -> tuple[NDArray[np.uint8], Place]:
    """Clusters and masses, as the exporter draws them."""
    viewport = content.viewport
    if content.mirrored:
        columns = content.image.shape[1]
        viewport = mirrored_viewport(viewport, columns)
        found = mirrored_findings(found, columns)
    size = MarkSize.for_scale(content.ratio)
    return findings_part(viewport, found, content.overlays.kinds, size)


def _peaks(content: PaneContent) -> Peaks:
    return content.marks.peaks(content.overlays) if content.marks else ()


def _draw(
    painter: QPainter, content: PaneContent, pixels: NDArray[np.uint8], place: Place
) -> None:
    """Draw premultiplied BGRA with the upper-left corner on a pixel of the pane."""
    height, width = pixels.shape[:2]
    if height == 0 or width == 0:
        return
    image = QImage(pixels.data, width, height, pixels.strides[0], COLOURED)
    image.setDevicePixelRatio(content.ratio)
    y, x = place
    at = QPointF((content.left + x) / content.ratio, (content.top + y) / content.ratio)
    painter.drawImage(at, image)
