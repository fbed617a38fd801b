"""A real window on phantom exams."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from models.exam import Exam
from tests.phantoms import record_of
from viewer.app import Application
from viewer.display.shown import ShownImage
from viewer.session import transitions


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


@pytest.fixture
def show(application) -> Callable[[Exam], None]:
    """Put an exam on the screen without reading files."""

    def show_exam(exam: Exam) -> None:
        session = application.session
        session.apply(lambda s: transitions.opened(s, (record_of(exam),), ()))
        session.apply(lambda s: transitions.shown(s, 0))
        for mammogram in exam.mammograms.values():
            image = ShownImage.prepare(mammogram)
            session.apply(lambda s, image=image: transitions.image_ready(s, image))
        session.apply(lambda s: transitions.all_ready(s, exam))

    return show_exam
