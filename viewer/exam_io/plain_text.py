"""File names that are no text, made text: they must never stop whoever prints or writes them."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""The text with every lone surrogate (a byte of a name that is no UTF-8) spelt `\udcff`.

    Equal names stay equal, so that what was written can be looked for again.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
