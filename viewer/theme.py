"""The look of the application: one base style, one style sheet, one icon."""

from __future__ import annotations

import os

from PySide6.QtCore import QDir
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from viewer.resource_files import resource_path

SCALE = "QT_SCALE_FACTOR"


def apply_scale(percent: int) -> None:
    """Words and controls in this size, of that which the system wants; before Qt starts.

    Images keep their device pixels. A factor that the user's environment sets comes first.
    """
    if percent != 100 and SCALE not in os.environ:
        os.environ[SCALE] = f"{percent / 100:g}"


def apply_theme(application: QApplication) -> None:
    """Dress the application; `resources:` in the style sheet means our own files."""
    QDir.setSearchPaths("resources", [str(resource_path("."))])
    application.setStyle("Fusion")
    application.setStyleSheet(resource_path("style.qss").read_text(encoding="utf-8"))
    application.setWindowIcon(QIcon(str(resource_path("icon.svg"))))
