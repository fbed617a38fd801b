"""What authors ask of those who use their weights: agreed to once, and remembered."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

from models.catalog import ModelCard
from models.errors import TermsNotAcceptedError
from models.whole_file import write_whole

_FILE = "terms-accepted.json"


def are_accepted(card: ModelCard, folder: Path) -> bool:
    """Whether somebody has agreed to these very terms; words that changed are asked for again.

    Parameters
    ----------
    folder : the user's folder of weights.
    """
    if not card.terms:
        return True
    try:
        known = json.loads((folder / card.id / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(known, dict) and known.get("terms_sha256") == _digest(card)


def accept(card: ModelCard, folder: Path) -> None:
    """Remember that somebody has agreed; raises ExportError where that cannot be written."""
    text = {
        "terms": card.terms,
        "terms_sha256": _digest(card),
        "accepted": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    content = json.dumps(text, indent=1, ensure_ascii=False) + "\n"
    write_whole(folder / card.id / _FILE, lambda file: file.write(content.encode()))


def require_accepted(card: ModelCard, folder: Path) -> None:
    """Raise TermsNotAcceptedError, with the terms, unless somebody has agreed to them."""
    if not are_accepted(card, folder):
        raise TermsNotAcceptedError(
            card.id,
            f"The weights of {card.name} come with terms that nobody has agreed to yet. "
            f"{card.terms} The authors' own words: {card.terms_url}",
        )


def _digest(card: ModelCard) -> str:
    return hashlib.sha256(f"{card.terms}\n{card.terms_url}".encode()).hexdigest()
