"""The document of licences names every part that is shipped, with its text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import PySide6
import pytest

from build_scripts.freeze.licences import Part, document, write_licences


def test_parts_are_named_with_version_licence_and_text(tmp_path: Path) -> None:
    pytest.importorskip("PyInstaller", reason="only the build's own environment has PyInstaller")
    shipped = [np.__file__, pydicom.__file__, PySide6.__file__]
    write_licences(shipped, tmp_path / "licences.txt")
    text = (tmp_path / "licences.txt").read_text(encoding="utf-8")
    listed = text.partition("=" * 80)[0]
    assert f"numpy {np.__version__}: BSD-3-Clause" in listed
    assert f"pydicom {pydicom.__version__}: " in listed
    assert "Python 3." in listed
    assert "pyinstaller " in listed
    assert "Noto Sans 2.004 (a subset of it): OFL-1.1" in listed
    assert "SIL OPEN FONT LICENSE" in text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in text
    assert "torch" not in listed, "what is not shipped is not named"


def test_a_text_stands_once_and_is_referred_to() -> None:
    parts = [Part("beta 1", "MIT", ("the text", "other")), Part("Alpha 2", "MIT", ("the text",))]
    text = document(parts)
    assert text.count("the text\n") == 1
    assert text.index("Alpha 2") < text.index("beta 1")
    assert "(The text is that of Alpha 2, above.)" in text
    assert "other" in text
