"""The look of the application: one base style, one style sheet, one icon."""

from __future__ import annotations

from PySide6.QtCore import QDir
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from viewer.resource_files import resource_path


def apply_theme(application: QApplication) -> None:
    """Dress the application; `resources:` in the style sheet means our own files."""
    QDir.setSearchPaths("resources", [str(resource_path("."))])
    application.setStyle("Fusion")
    application.setStyleSheet(resource_path("style.qss").read_text(encoding="utf-8"))
    application.setWindowIcon(QIcon(str(resource_path("icon.svg"))))
