"""The calibration curve as a small picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from models.catalog import DEMO
from models.exam import FindingClass
from models.training.calibration import ReliabilityBin
from models.whole_file import write_whole

_SIZE, _LEFT, _TOP, _PLOT = (480, 460), 64, 44, 360
_INK, _GRID, _PAPER = "#30343a", "#d9dce1", "#ffffff"
_TEXT_PX = 14


def draw_calibration(path: Path, curves: Mapping[FindingClass, Sequence[ReliabilityBin]]) -> None:
    """Mean score of each interval across, part that is positive upwards; PNG."""
    image = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(_TEXT_PX)
    for tenth in range(0, 11, 2):
        value = tenth / 10
        draw.line([_at(value, 0), _at(value, 1)], _GRID)
        draw.line([_at(0, value), _at(1, value)], _GRID)
        x, y = _at(value, 0)
        draw.text((x, y + 6), f"{value:.1f}", _INK, font, "ma")
        x, y = _at(0, value)
        draw.text((x - 8, y), f"{value:.1f}", _INK, font, "rm")
    draw.line([_at(0, 0), _at(1, 1)], "#9aa0a8", 1)
    draw.text((_LEFT, 12), "part positive, by mean score of the breast", _INK, font, "la")
    for row, (finding, curve) in enumerate(curves.items()):
        color = DEMO.colors[finding]
        points = [_at(each.mean_score, each.share_positive) for each in curve]
        draw.line(points, color, 3, joint="curve")
        for (x, y), each in zip(points, curve, strict=True):
            radius = 3 + min(6.0, each.count**0.5 / 2)
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), color)
        draw.text((_LEFT + 14, _TOP + 10 + 20 * row), finding.value, color, font, "la")
    write_whole(path, lambda file: image.save(file, "PNG", optimize=True))


def _at(across: float, up: float) -> tuple[float, float]:
    return _LEFT + across * _PLOT, _TOP + (1 - up) * _PLOT
