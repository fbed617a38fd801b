"""A real window on phantom exams."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from shiboken6 import delete

from models.exam import Exam
from tests import screen
from viewer.app import Application


@pytest.fixture
def application(qtbot, tmp_path: Path):
    """The whole application with settings and caches of its own, shown at 1280 × 800."""
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    application = Application(store, tmp_path / "cache")
    application.window.resize(1280, 800)
    application.show(())
    with qtbot.waitActive(application.window):  # keys reach an active window only
        application.window.activateWindow()
    yield application
    application.window.close()
    delete(application.window)  # with all that Qt keeps for it, images and results among it


@pytest.fixture
def show(application) -> Callable[[Exam], None]:
    """Put an exam on the screen without reading files."""

    def show_exam(exam: Exam) -> None:
        screen.show(application.session, exam)

    return show_exam
