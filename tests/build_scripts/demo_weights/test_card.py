"""Figures replace the card's generated part and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor

from build_scripts.demo_weights import recipe
from build_scripts.demo_weights.card import marks, rewrite
from build_scripts.demo_weights.chart import draw_calibration
from models.catalog import DEMO
from models.errors import InputError
from models.exam import FindingClass
from models.training.calibration import ReliabilityBin

BEGIN, END = marks()


def test_only_what_lies_between_the_marks_is_rewritten(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text(f"By hand.\n\n{BEGIN}\nold\n{END}\n\nMore by hand.\n", encoding="utf-8")
    rewrite(card, "new – 0.95\n")
    rewrite(card, "newer – 0.96\n")
    assert card.read_text(encoding="utf-8") == (
        f"By hand.\n\n{BEGIN}\n\nnewer – 0.96\n\n{END}\n\nMore by hand.\n"
    )


@pytest.mark.parametrize("text", ["no marks", f"{BEGIN} open", f"{END} wrong way {BEGIN}"])
def test_a_card_without_its_marks_is_left_alone(tmp_path: Path, text: str) -> None:
    card = tmp_path / "card.md"
    card.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"card\.md"):
        rewrite(card, "new")
    assert card.read_text(encoding="utf-8") == text


def test_the_card_of_the_demo_has_its_marks_and_forbids_people() -> None:
    text = recipe.CARD.read_text(encoding="utf-8")
    assert text.index(BEGIN) < text.index(END)
    assert "never be used on" in text


def test_the_curve_is_drawn_where_scores_and_shares_lie(tmp_path: Path) -> None:
    path = tmp_path / "images" / "curve.png"
    low, high = ReliabilityBin(0.2, 0.3, 30, 0.25, 0.0), ReliabilityBin(0.9, 1.0, 9, 0.95, 1.0)
    draw_calibration(path, {FindingClass.BENIGN: [low, high]})
    pixels = np.asarray(Image.open(path))
    color = ImageColor.getrgb(DEMO.colors[FindingClass.BENIGN])
    rows, columns = np.nonzero((pixels == color).all(axis=2))
    plot = columns > 130  # right of the legend
    assert columns[plot][rows[plot] == rows[plot].max()].mean() == pytest.approx(154, abs=3)
    assert columns[plot][rows[plot] == rows[plot].min()].mean() == pytest.approx(406, abs=3)
    assert path.stat().st_size < 20_000
