"""The picture of shapes beside the numbers: one image, its calcifications, and its masses.

Everything hangs as on the screen and is drawn by the same functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from models import RESEARCH_USE_ONLY
from models.exam import Mammogram, View
from models.geometry import Box
from models.results import ExamResult, Provenance
from models.whole_file import write_whole
from viewer.display.colours import MUTED, PANEL, TEXT, WARNING, bgr
from viewer.display.finding_marks import findings_part
from viewer.display.findings import FindingKind, ShownFindings, findings_of
from viewer.display.marks import MarkSize, blend, marks_layer
from viewer.display.sampling import sample, to_gray
from viewer.display.shown import ShownImage, breast_part
from viewer.display.text import draw_text, shortened
from viewer.display.viewport import Align, Viewport, fit
from viewer.display.voi import compile_table
from viewer.exam_io.plain_text import printable

_PANE_WIDTH, _LOWEST, _TALLEST = 480, 480, 900
_MARGIN, _GAP = 20, 12
_LINE, _TITLE, _FOOTER = 20, 30, 40
_NAME_PX, _TEXT_PX = 22, 13
_MARKS = MarkSize(line_px=2, text_px=14)
_DIGEST_DIGITS = 12
_LISTED = 12


@dataclass(frozen=True, slots=True, eq=False)
class _Pane:
    """One of the panes: its heading, the kind of its marks, none where truth is drawn."""

    title: str
    kinds: tuple[FindingKind, ...] = ()


def write_findings(path: Path, mammogram: Mammogram, view: View, result: ExamResult) -> None:
    """Draw and save as PNG, whole or not at all; raises ExportError when that fails."""
    picture = draw_findings(mammogram, view, result)
    info = PngInfo()
    info.add_itxt("Disclaimer", RESEARCH_USE_ONLY)
    image = Image.fromarray(picture)
    write_whole(path, lambda file: image.save(file, format="PNG", pnginfo=info))


def draw_findings(mammogram: Mammogram, view: View, result: ExamResult) -> NDArray[np.uint8]:
    """The picture.

    Returns
    -------
    ndarray, shape (rows, columns, 3), uint8, RGB; a pane for the image and for each model whose
    marks are shapes, its height following the shape of the breast.
    """
    image = ShownImage.prepare(mammogram)
    viewport = _viewport_on(breast_part(image, view))
    panes, found = _panes(image, view, result)
    lines = [*_header(view, result), *_listed(found)]
    top = 2 * _MARGIN + _NAME_PX + len(lines) * _LINE + _TITLE
    width = 2 * _MARGIN + len(panes) * (_PANE_WIDTH + _GAP) - _GAP
    canvas = np.zeros((top + viewport.height + _FOOTER, width, 3), dtype=np.uint8)
    canvas[: top - _TITLE] = bgr(PANEL)
    name = (
        mammogram.name
        if mammogram.title == mammogram.name
        else (f"{mammogram.name} · {mammogram.title}")
    )
    room = width - 2 * _MARGIN
    draw_text(canvas, shortened(printable(name), _NAME_PX, room), 14, _MARGIN, _NAME_PX, TEXT)
    for number, (words, colour) in enumerate(lines):
        y = 2 * _MARGIN + _NAME_PX + number * _LINE - 6
        draw_text(
            canvas, shortened(printable(words), _TEXT_PX, room), y, _MARGIN, _TEXT_PX, colour
        )
    for place, pane in enumerate(panes):
        left = _MARGIN + place * (_PANE_WIDTH + _GAP)
        draw_text(canvas, pane.title, top - _TITLE + 6, left, 14, TEXT)
        canvas[top : top + viewport.height, left : left + _PANE_WIDTH] = _drawn(
            image, viewport, pane, found
        )
    draw_text(canvas, RESEARCH_USE_ONLY, canvas.shape[0] - 28, _MARGIN, _TEXT_PX, TEXT)
    return np.asarray(cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _panes(
    image: ShownImage, view: View, result: ExamResult
) -> tuple[Sequence[_Pane], ShownFindings]:
    """What is drawn side by side, and everything that was found."""
    panes = [_Pane("Image, ground truth dashed" if image.truth else "Image")]
    calcifications, masses = result.microcalcification, result.mass
    specks = None if calcifications is None else calcifications.views.get(view)
    outlines = None if masses is None else masses.views.get(view)
    if specks is not None:
        count = f"{len(specks.specks)}, clusters {len(specks.clusters)}"
        panes.append(_Pane(f"Calcifications: {count}", (FindingKind.CALCIFICATIONS,)))
    if outlines is not None:
        panes.append(_Pane(f"Masses: {len(outlines.findings)}", (FindingKind.MASS,)))
    own = {
        each.provenance.model_name: each.views[view]
        for each in result.others.values()
        if view in each.views
    }
    if own:
        panes.append(_Pane(f"Models of your own: {', '.join(own)}", (FindingKind.OWN,)))
    return panes, findings_of(specks, outlines, image.to_hung, own)


def _listed(found: ShownFindings) -> list[tuple[str, str]]:
    """A line for each finding, called as on the image; the first of very many."""
    lines = [(f"{each.label}: {each.words}", TEXT) for each in found.findings[:_LISTED]]
    more = len(found.findings) - len(lines)
    return [*lines, (f"and {more} more", TEXT)] if more else lines


def _drawn(
    image: ShownImage, viewport: Viewport, pane: _Pane, found: ShownFindings
) -> NDArray[np.uint8]:
    """One pane, shape (viewport.height, viewport.width, 3), BGR."""
    table = compile_table(image.mammogram.grayscale, image.voi, inverted=False, air=image.air)
    buffer, (y, x) = sample(image.pyramid, viewport)
    canvas = np.zeros((viewport.height, viewport.width, 3), dtype=np.uint8)
    gray = to_gray(buffer, table)
    canvas[y : y + gray.shape[0], x : x + gray.shape[1]] = gray[..., None]
    if not pane.kinds:
        blend(canvas, marks_layer(viewport, truth=image.truth, size=_MARKS))
    else:
        part, (y, x) = findings_part(viewport, found, pane.kinds, _MARKS)
        blend(canvas, part, y, x)
    return canvas


def _viewport_on(box: Box) -> Viewport:
    """The whole box in a pane of fixed width whose height follows the box."""
    height = round(_PANE_WIDTH * box.height / box.width)
    height = min(max(height, _LOWEST), _TALLEST)
    centred = fit((box.height, box.width), height, _PANE_WIDTH, Align.CENTER)
    return centred.placed(centred.scale, centred.row + box.row, centred.column + box.column)


def _header(view: View, result: ExamResult) -> list[tuple[str, str]]:
    """Lines with their colours: density, which computations, and what the gate said."""
    lines: list[tuple[str, str]] = []
    density = result.density
    if density is not None and density.density is not None:
        parts = " ".join(
            f"{letter} {share:.2f}"
            for letter, share in zip("abcd", density.probabilities, strict=True)
        )
        kind = density.provenance.model_name
        lines.append((f"Density of the exam: {density.density.value} ({parts}) · {kind}", TEXT))
    spoke = [
        model
        for model, found in (
            ("microcalcification", result.microcalcification),
            ("mass", result.mass),
        )
        if found is not None and view in found.views
    ]
    spoke += [model for model, own in result.others.items() if view in own.views]
    lines += [(made_words(each), MUTED) for model in spoke for each in result.made[model]]
    for model in ("microcalcification", "mass", *result.others):
        verdict = result.verdicts.get(model, {}).get(view)
        if verdict is not None:
            lines += [(reason, WARNING) for reason in verdict.reasons]
    return list(dict.fromkeys(lines))


def made_words(made: Provenance) -> str:
    """Which computation: model, weights, digest, precision, device."""
    return (
        f"{made.model_name} · weights {made.weights_name} "
        f"{made.weights_sha256[:_DIGEST_DIGITS]} · {made.precision} on {made.device} · "
        f"{made.software} · scores not calibrated"
    )
