"""Saliency, findings, patches and ground truth over an image, each layer kept while it holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
from viewer.display.viewport import Viewport
from viewer.widgets.pane_content import PaneContent

Values = dict[FindingClass, NDArray[np.uint8]]
Place = tuple[int, int]  # (y, x) in the pane, device pixels
Layer = tuple[NDArray[np.uint8], Place]
"""Pixels, shape (rows, columns, 4), uint8, premultiplied BGRA, and where they belong."""


class PaneMarks:
    """Keeps stretched saliency, its colours and the drawn marks from one frame to the next."""

    def __init__(self) -> None:
        self._content: PaneContent | None = None
        self._values: tuple[Values, Place] | None = None
        self._tint: Layer | None = None
        self._drawn: Layer | None = None
        self._patches: Layer | None = None
        self._findings: Layer | None = None

    def layers(self, content: PaneContent) -> list[Layer]:
        """The overlays that are on, the lowest first."""
        self._forget_what_changed(content)
        marks, overlays = content.marks, content.overlays
        layers = []
        if marks is not None and marks.saliency and overlays.findings:
            if self._values is None:
                self._values = marks.values(overlays.findings, content.viewport)
            if self._tint is None:
                self._tint = _tinted(content, *self._values)
            layers.append(self._tint)
        if marks is not None and overlays.patches:
            if self._patches is None:
                self._patches = _squares(content, marks.patches)
            layers.append(self._patches)
        if marks is not None and overlays.kinds:
            if self._findings is None:
                self._findings = _found(content, marks.findings)
            layers.append(self._findings)
        if self._drawn is None:
            self._drawn = _drawn(content)
        return [*layers, self._drawn]

    def _forget_what_changed(self, content: PaneContent) -> None:
        old, self._content = self._content, content
        if old is None:
            return
        moved = (
            old.image is not content.image
            or old.marks is not content.marks
            or (old.viewport, old.mirrored) != (content.viewport, content.mirrored)
        )
        if not moved and old.overlays is content.overlays and old.ratio == content.ratio:
            return
        if moved or old.overlays.findings != content.overlays.findings:
            self._values = None
        if moved or old.ratio != content.ratio:
            self._patches = self._findings = None
        if old.overlays.kinds != content.overlays.kinds:
            self._findings = None
        if self._values is None or old.overlays != content.overlays:
            self._tint = None
        if moved or _choice(old) != _choice(content):
            self._drawn = None


def _tinted(content: PaneContent, values: Values, place: Place) -> Layer:
    """Saliency in its colours."""
    coloured = tint(values, content.overlays)
    if not content.mirrored:
        return coloured, place
    y, x = place
    mirrored = np.ascontiguousarray(coloured[:, ::-1])
    return mirrored, (y, content.viewport.width - x - coloured.shape[1])


def _choice(content: PaneContent) -> tuple[object, ...]:
    """What decides, besides place and zoom, which marks are drawn and how large."""
    return content.overlays.truth, _peaks(content), content.ratio


def _squares(content: PaneContent, patches: Patches) -> Layer:
    """The patches, below the names of findings."""
    if content.mirrored:
        patches = mirrored_patches(patches, content.image.shape[1])
    return marks_part(_viewport(content), patches=patches, size=_size(content))


def _drawn(content: PaneContent) -> Layer:
    """Contours of the truth and letters, as the exporter draws them."""
    truth: Contours = content.image.truth if content.overlays.truth else ()
    peaks = _peaks(content)
    if content.mirrored:  # but never the letters
        columns = content.image.shape[1]
        truth = mirrored_contours(truth, columns)
        peaks = mirrored_peaks(peaks, columns)
    return marks_part(_viewport(content), truth=truth, peaks=peaks, size=_size(content))


def _found(content: PaneContent, found: ShownFindings) -> Layer:
    """Clusters and masses, as the exporter draws them."""
    if content.mirrored:
        found = mirrored_findings(found, content.image.shape[1])
    return findings_part(_viewport(content), found, content.overlays.kinds, _size(content))


def _viewport(content: PaneContent) -> Viewport:
    """Where the image is looked at, as it is drawn."""
    if not content.mirrored:
        return content.viewport
    return mirrored_viewport(content.viewport, content.image.shape[1])


def _size(content: PaneContent) -> MarkSize:
    return MarkSize.for_scale(content.ratio)


def _peaks(content: PaneContent) -> Peaks:
    return content.marks.peaks(content.overlays) if content.marks else ()
