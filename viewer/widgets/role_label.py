"""Words that wrap, in one of the style sheet's roles."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel


def role_label(role: str, words: str = "") -> QLabel:
    """A label of a role, such as `title` or `muted`; empty for plain words."""
    label = QLabel(words)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
