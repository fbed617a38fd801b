"""A file that the system hands to the running program is opened in it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from viewer.file_opening import FileOpening


def test_a_double_clicked_file_is_opened(qapp: QApplication, tmp_path: Path) -> None:
    opened: list[Path] = []
    opening = FileOpening(opened.extend, qapp)
    path = tmp_path / "exam with spaces.dcm"
    try:
        QApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(path))))
        QApplication.sendEvent(qapp, QEvent(QEvent.Type.ApplicationPaletteChange))
    finally:
        qapp.removeEventFilter(opening)
    assert opened == [path]
