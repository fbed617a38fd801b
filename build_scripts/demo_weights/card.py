"""The model card: words by hand, and a part between two marks that the evaluation rewrites."""

from __future__ import annotations

from pathlib import Path

from models.errors import InputError
from models.whole_file import write_whole

_EVALUATION = "evaluate"


def marks(writer: str = _EVALUATION) -> tuple[str, str]:
    """Where the part that a module of this folder writes begins and ends."""
    what = f"Written by build_scripts.demo_weights.{writer}"
    return f"<!-- {what}: begin -->", f"<!-- {what}: end -->"


def rewrite(card: Path, figures: str, writer: str = _EVALUATION) -> None:
    """Put the figures between the card's marks.

    Parameters
    ----------
    writer : module that the marks name.

    Raises
    ------
    InputError : the marks are not there, once and in order.
    ExportError : the card cannot be written.
    """
    opening, closing = marks(writer)
    text = card.read_text(encoding="utf-8")
    before, begin, rest = text.partition(opening)
    _, end, after = rest.partition(closing)
    if not (begin and end):
        raise InputError(card, "the marks around its figures are missing")
    content = f"{before}{opening}\n\n{figures.strip()}\n\n{closing}{after}".encode()
    write_whole(card, lambda file: file.write(content))
