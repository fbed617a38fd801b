"""Why a score is what it is, as pictures: the region, Grad-CAM over it, Shapley values over it.

Everything is laid as the image hangs, so that left is left on the screen, too. What speaks for a
higher score is orange, what speaks against it blue, which the colour-blind tell apart; blue is
much darker, so that grey print does, too; and the signs + and – stand where most of it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.exam import Mammogram
from models.geometry import Affine, Orientation
from models.microcalcification.results import Explanation
from viewer.display.colours import MUTED, TEXT, bgr
from viewer.display.hanging import hung_from_source
from viewer.display.overlay import contours, quantised
from viewer.display.text import draw_text, line_height, shortened, wrapped

Grid = NDArray[np.float32]
Canvas = NDArray[np.uint8]

RAISES, LOWERS = "#FFA23A", "#2F62F0"
TITLES = ("The region as the classifier reads it", "Grad-CAM", "Shapley values")
NO_COMPARISON = "This breast has no region without specks to compare with."
_NOTHING = "No cell speaks for a higher score: the map is empty."
_OF_CAM, _OF_SHAP = 0.65, 0.9  # how strong the strongest colour is: cells cover tissue, pixels not
_DIM = 0.5  # how bright the region is below Shapley values, which are small
# Colours end where all but a thousandth of the pixels are below, as in the reference.
_HIGHEST_SHARE = 99.9
_BLUR_CELLS = 8.0  # about a thirtieth of the region: single pixels say little
_HALF = 0.5
_BAR_SHARE = 0.45
# Lines of words above and below the pictures; between them, in the size of words.
_ABOVE, _BELOW, _GAP = 1.5, 4.5, 2
_LEAST_PX = 64
_SIGN = "#FFFFFF"
_GROUND = 110  # between both colours in grey print


@dataclass(frozen=True, slots=True, eq=False)
class ShownExplanation:
    """An explanation, its grids laid as the image hangs.

    Attributes
    ----------
    region : ndarray, shape (224, 224), float32, 0 … 1.
    cam : ndarray, shape (7, 7), float32, 0 … 1.
    shap : ndarray, shape (224, 224), float32, in the unit of the logit; None without comparisons.
    height, width : what they cover, hung pixels.
    lie : how what the classifier reads was laid to hang.
    compared : with how many regions.
    score : what the classifier says, 0 … 1.
    """

    region: Grid
    cam: Grid
    shap: Grid | None
    height: float
    width: float
    lie: Orientation
    compared: int
    score: float

    @classmethod
    def prepare(cls, explanation: Explanation, mammogram: Mammogram) -> ShownExplanation:
        """Lay the grids."""
        to_hung = explanation.shap_to_source.then(hung_from_source(mammogram))
        lie, (rows, columns) = _lie(to_hung), explanation.region.shape
        (top, left), (bottom, right) = to_hung.point(0, 0), to_hung.point(rows, columns)
        shap = explanation.shap
        return cls(
            region=np.ascontiguousarray(lie.apply(explanation.region)),
            cam=np.ascontiguousarray(lie.apply(explanation.cam.values)),
            shap=None if shap is None else np.ascontiguousarray(lie.apply(shap)),
            height=abs(bottom - top),
            width=abs(right - left),
            lie=lie,
            compared=explanation.compared,
            score=explanation.score,
        )

    @property
    def limit(self) -> float:
        """Where the colours of Shapley values end, on both sides of 0; 0 without any."""
        if self.shap is None:
            return 0.0
        return float(np.percentile(np.abs(self.shap), _HIGHEST_SHARE))

    @property
    def sum(self) -> float | None:
        """What all pixels together add to the logit, against the regions compared with."""
        return None if self.shap is None else float(self.shap.sum(dtype=np.float64))


def region_picture(shown: ShownExplanation, side_px: int) -> Canvas:
    """The region alone; its longer side is `side_px`.

    Returns
    -------
    ndarray, shape (h, w, 3), uint8, BGR.
    """
    gray = cv2.resize(quantised(shown.region), _size(shown, side_px)[::-1], interpolation=_GRAIN)
    return np.ascontiguousarray(np.repeat(np.asarray(gray, dtype=np.uint8)[..., None], 3, axis=2))


def cam_picture(shown: ShownExplanation, side_px: int) -> Canvas:
    """Grad-CAM over the region, with a line around what reaches half of its highest cell."""
    canvas = region_picture(shown, side_px)
    height, width = canvas.shape[:2]
    cam = np.asarray(
        cv2.resize(shown.cam, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32
    )
    _blend(canvas, cam, RAISES, _OF_CAM)
    lines = [np.rint(each[:, ::-1] - 0.5).astype(np.int32) for each in contours(cam >= _HALF)]
    thickness = max(1, side_px // 300)
    cv2.polylines(canvas, lines, True, (0, 0, 0), thickness + 2, cv2.LINE_AA)
    cv2.polylines(canvas, lines, True, bgr(RAISES), thickness, cv2.LINE_AA)
    return canvas


def shap_picture(shown: ShownExplanation, side_px: int, text_px: int) -> Canvas:
    """Shapley values over the darkened region, signed where most of them is."""
    canvas = np.asarray(region_picture(shown, side_px) * _DIM, dtype=np.uint8)
    height, width = canvas.shape[:2]
    if shown.shap is None:
        for number, line in enumerate(wrapped(NO_COMPARISON, text_px, width - 2 * text_px)):
            y = height / 2 + (number - 1) * line_height(text_px)
            draw_text(canvas, line, y, width / 2, text_px, TEXT, anchor="m", halo=True)
        return canvas
    if shown.limit == 0.0:
        return canvas
    part = np.asarray(
        cv2.resize(shown.shap / shown.limit, (width, height), interpolation=_GRAIN),
        dtype=np.float32,
    )
    _blend(canvas, np.clip(part, 0.0, 1.0), RAISES, _OF_SHAP)
    _blend(canvas, np.clip(-part, 0.0, 1.0), LOWERS, _OF_SHAP)
    for sign, row, column in strongest(shown.shap):
        half = line_height(2 * text_px) / 2  # of the sign, which is whole at the edges, too
        y = min(max(row * height / shown.shap.shape[0], half), height - half) - half
        x = min(max(column * width / shown.shap.shape[1], half), width - half)
        draw_text(canvas, sign, y, x, 2 * text_px, _SIGN, anchor="m", halo=True)
    return canvas


def strongest(shap: Grid) -> tuple[tuple[str, float, float], ...]:
    """Where most speaks for a higher score, and against it: sign, row and column in its cells."""
    smooth = np.asarray(cv2.GaussianBlur(shap, (0, 0), _BLUR_CELLS))
    found = []
    for sign, values in (("+", smooth), ("–", -smooth)):
        row, column = divmod(int(np.argmax(values)), values.shape[1])
        if values[row, column] > 0:
            found.append((sign, row + 0.5, column + 0.5))
    return tuple(found)


def panes(shown: ShownExplanation, side_px: int, text_px: int) -> Canvas:
    """The three pictures side by side, each with its title and its legend.

    Returns
    -------
    ndarray, shape (h, 3 · side_px + gaps, 3), uint8, BGR, black around.
    """
    row, gap = line_height(text_px), text_px * _GAP
    height, width = _size(shown, side_px)
    above = round(_ABOVE * row)
    canvas = np.zeros((*panes_size(shown, side_px, text_px), 3), dtype=np.uint8)
    pictures = (
        region_picture(shown, side_px),
        cam_picture(shown, side_px),
        shap_picture(shown, side_px, text_px),
    )
    for place, (title, picture) in enumerate(zip(TITLES, pictures, strict=True)):
        left = place * (side_px + gap)
        draw_text(canvas, shortened(title, text_px, side_px), 0, left, text_px, TEXT)
        start = left + (side_px - width) // 2
        canvas[above : above + height, start : start + width] = picture
        foot = canvas[above + height + row // 2 :, left : left + side_px]
        _LEGENDS[place](foot, shown, text_px)
    return canvas


def panes_size(shown: ShownExplanation, side_px: int, text_px: int) -> tuple[int, int]:
    """(height, width) of what `panes` draws."""
    words = round(_ABOVE * line_height(text_px)) + round(_BELOW * line_height(text_px))
    return _size(shown, side_px)[0] + words, 3 * side_px + 2 * text_px * _GAP


def side_for(shown: ShownExplanation, height: int, width: int, text_px: int) -> int:
    """The largest side of pictures with which `panes` fit into so many pixels."""
    words, gaps = panes_size(shown, 0, text_px)
    tall = (height - words) * max(shown.height, shown.width) / shown.height
    return max(_LEAST_PX, int(min(tall, (width - gaps) / 3)))


def _legend_of_region(foot: Canvas, shown: ShownExplanation, text_px: int) -> None:
    rows, columns = shown.region.shape
    words = f"{rows} × {columns} pixels, laid as the image hangs; the classifier reads it "
    _write(foot, 0, f"{words}{_READ[shown.lie]}.", text_px)


def _legend_of_cam(foot: Canvas, shown: ShownExplanation, text_px: int) -> None:
    if not shown.cam.any():
        _write(foot, 0, _NOTHING, text_px)
        return
    _bar(foot, np.linspace(0.0, 1.0, 256), ("0", "1"), _OF_CAM, text_px)
    rows, columns = shown.cam.shape
    words = f"Speaks for a higher score: {rows} × {columns} cells, the highest 1; line at a half."
    _write(foot, 1, words, text_px)


def _legend_of_shap(foot: Canvas, shown: ShownExplanation, text_px: int) -> None:
    if shown.shap is None or shown.sum is None:
        return
    ends = (signed(-shown.limit), signed(shown.limit))
    _bar(foot, np.linspace(-1.0, 1.0, 256), ends, _OF_SHAP, text_px)
    plural = "" if shown.compared == 1 else "s"
    words = (
        f"– lowers, + raises the score: logit by pixel, {signed(shown.sum)} in all, compared with "
        f"{shown.compared} region{plural} of this breast without specks."
    )
    _write(foot, 1, words, text_px)


_READ = {
    Orientation(): "just so",
    Orientation(flip_columns=True): "mirrored left to right",
    Orientation(flip_rows=True): "mirrored top to bottom",
    Orientation(flip_rows=True, flip_columns=True): "turned by 180°",
    Orientation(transpose=True): "with rows and columns exchanged",
    Orientation(True, True, True): "with rows and columns exchanged, turned by 180°",
    Orientation(True, flip_rows=True): "turned by 90°",
    Orientation(True, flip_columns=True): "turned by 90°",
}
_LEGENDS = (_legend_of_region, _legend_of_cam, _legend_of_shap)
_GRAIN = cv2.INTER_NEAREST  # its pixels, and nothing between them


def signed(value: float) -> str:
    """`+1.2`, `–0.0004`: two digits that count."""
    return f"{'–' if value < 0 else '+'}{abs(value):.2g}"


def _write(foot: Canvas, first: int, words: str, text_px: int) -> None:
    for number, line in enumerate(wrapped(words, text_px, foot.shape[1]), start=first):
        draw_text(foot, line, number * line_height(text_px), 0, text_px, MUTED)


def _bar(
    foot: Canvas,
    values: NDArray[np.float64],
    ends: tuple[str, str],
    opacity: float,
    text_px: int,
) -> None:
    """The colours from one end to the other as they look on a region's mean grey."""
    width, side = round(foot.shape[1] * _BAR_SHARE), text_px * 3 // 4
    scale = values[np.arange(width) * len(values) // width].astype(np.float32)
    bar = np.full((side, width, 3), _GROUND, dtype=np.uint8)
    _blend(bar, np.clip(scale, 0.0, 1.0)[None], RAISES, opacity)
    _blend(bar, np.clip(-scale, 0.0, 1.0)[None], LOWERS, opacity)
    left, top = (foot.shape[1] - width) // 2, text_px // 3
    foot[top : top + side, left : left + width] = bar
    draw_text(foot, ends[0], 0, left - text_px // 2, text_px, TEXT, anchor="r")
    draw_text(foot, ends[1], 0, left + width + text_px // 2, text_px, TEXT)


def _blend(canvas: Canvas, strength: Grid, colour: str, opacity: float) -> None:
    """Lay a colour over `canvas`, as strongly as `strength`, 0 … 1, says; `opacity` at most."""
    share = opacity * strength[..., None]
    ink = np.array(bgr(colour), dtype=np.float32)
    canvas[:] = np.rint(canvas * (1.0 - share) + ink * share)


def _size(shown: ShownExplanation, side_px: int) -> tuple[int, int]:
    """(height, width) in pixels."""
    scale = side_px / max(shown.height, shown.width)
    return max(1, round(shown.height * scale)), max(1, round(shown.width * scale))


def _lie(to_hung: Affine) -> Orientation:
    """How a grid has to be laid so that its rows and columns run as the hung image's."""
    exchanged = to_hung.rr == 0.0
    row, column = (to_hung.rc, to_hung.cr) if exchanged else (to_hung.rr, to_hung.cc)
    return Orientation(exchanged, row < 0, column < 0)
