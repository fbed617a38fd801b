"""The model card: words by hand, and a part between two marks that the evaluation rewrites."""

from __future__ import annotations

from pathlib import Path

from models.errors import InputError
from models.training.storage import write_whole

BEGIN = "<!-- Written by build_scripts.demo_weights.evaluate: begin -->"
END = "<!-- Written by build_scripts.demo_weights.evaluate: end -->"


def rewrite(card: Path, figures: str) -> None:
    """Put the figures between the card's marks.

    Raises
    ------
    InputError : the marks are not there, once and in order.
    ExportError : the card cannot be written.
    """
    text = card.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise InputError(card, "the marks around its figures are missing")
    content = f"{before}{BEGIN}\n\n{figures.strip()}\n\n{END}{after}".encode()
    write_whole(card, lambda file: file.write(content))
