"""The README says what is true."""

from __future__ import annotations

from pathlib import Path

from viewer.widgets.action_table import ACTIONS

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
NAMES = {"Left": "←", "Right": "→", "Escape": "Esc", "Return": "Enter"}


def test_every_key_of_the_window_is_in_the_readme():
    for spec in ACTIONS:
        if spec.keys:
            keys = ", ".join(f"`{NAMES.get(key, key)}`" for key in spec.keys)
            assert f"| {keys} | {spec.text.rstrip('…')} |" in README
