"""The picture that says why a cluster has its score, for the folder of results and the window."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from models import RESEARCH_USE_ONLY, __version__
from models.exam import Mammogram
from models.microcalcification.explaining import ScoredCluster
from models.results import ExamResult
from models.whole_file import write_whole
from viewer.display.colours import MUTED, PANEL, TEXT, WARNING, bgr
from viewer.display.explained import ShownExplanation, panes
from viewer.display.findings import findings_of
from viewer.display.hanging import hung_from_source
from viewer.display.text import draw_text, shortened
from viewer.exam_io.plain_text import printable
from viewer.export.findings_picture import made_words

MEANING = "What moved the score; no proof of disease."
_SIDE_PX, _MARGIN, _LINE, _FOOTER = 448, 20, 20, 44
_NAME_PX, _TEXT_PX = 22, 13


def write_explanation(path: Path, picture: NDArray[np.uint8]) -> None:
    """Save what `draw_explanation` drew as PNG, whole or not at all; raises ExportError."""
    info = PngInfo()
    info.add_itxt("Software", f"Fourview {__version__}")
    info.add_itxt("Disclaimer", RESEARCH_USE_ONLY)
    image = Image.fromarray(picture)
    write_whole(path, lambda file: image.save(file, format="PNG", pnginfo=info))


def draw_explanation(
    mammogram: Mammogram, result: ExamResult, cluster: ScoredCluster, shown: ShownExplanation
) -> NDArray[np.uint8]:
    """The region, Grad-CAM and Shapley values side by side, under whose they are.

    Parameters
    ----------
    result : with the cluster, of the exam of the mammogram.

    Returns
    -------
    ndarray, shape (rows, columns, 3), uint8, RGB.
    """
    body = panes(shown, _SIDE_PX, _TEXT_PX)
    lines = _header(mammogram, result, cluster)
    top = 2 * _MARGIN + _NAME_PX + len(lines) * _LINE
    width = body.shape[1] + 2 * _MARGIN
    canvas = np.zeros((top + _MARGIN + body.shape[0] + _FOOTER, width, 3), dtype=np.uint8)
    canvas[:top] = bgr(PANEL)
    room = width - 2 * _MARGIN
    name = f"{mammogram.name} · {cluster.view.label} · {cluster.label}"
    draw_text(canvas, shortened(printable(name), _NAME_PX, room), 14, _MARGIN, _NAME_PX, TEXT)
    for number, (words, colour) in enumerate(lines):
        y = 2 * _MARGIN + _NAME_PX + number * _LINE - 6
        draw_text(
            canvas, shortened(printable(words), _TEXT_PX, room), y, _MARGIN, _TEXT_PX, colour
        )
    canvas[top + _MARGIN : top + _MARGIN + body.shape[0], _MARGIN : _MARGIN + body.shape[1]] = body
    foot = canvas.shape[0] - _FOOTER + 8
    draw_text(canvas, f"{MEANING} {RESEARCH_USE_ONLY}", foot, _MARGIN, _TEXT_PX, TEXT)
    return np.asarray(cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def words_of(mammogram: Mammogram, result: ExamResult, cluster: ScoredCluster) -> str:
    """What a list says of a cluster: `5 specks · 6.4 mm · score 0.83`."""
    view = None if result.microcalcification is None else result.microcalcification.views
    if view is None or cluster.view not in view:
        return ""
    found = findings_of(view[cluster.view], None, hung_from_source(mammogram)).findings
    return found[cluster.place].words


def _header(
    mammogram: Mammogram, result: ExamResult, cluster: ScoredCluster
) -> list[tuple[str, str]]:
    """Lines with their colours: the score, what made it, and what the gate said of the image."""
    lines = [(f"{words_of(mammogram, result, cluster)}, not calibrated", TEXT)]
    lines += [(made_words(made), MUTED) for made in result.made["microcalcification"]]
    verdict = result.verdicts.get("microcalcification", {}).get(cluster.view)
    return lines + [(reason, WARNING) for reason in (verdict.reasons if verdict else ())]
