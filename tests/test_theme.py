"""The style sheet is understood whole, and knows every role that a widget asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6 import QtWidgets
from PySide6.QtCore import QFile
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.plugin import QtBot

from tests.conftest import ROOT
from viewer.resource_files import resource_path
from viewer.theme import apply_theme


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in its theme; plain again afterwards."""
    apply_theme(qapp)
    yield qapp
    qapp.setStyleSheet("")
    qapp.setWindowIcon(QIcon())


@pytest.fixture
def sheet() -> str:
    return resource_path("style.qss").read_text(encoding="utf-8")


def test_qt_understands_the_style_sheet(dressed: QApplication, qtlog, qtbot: QtBot) -> None:
    button = QPushButton("Analyse")
    qtbot.addWidget(button)
    button.resize(120, 32)
    assert button.grab().toImage().pixelColor(12, 16) == QColor("#181B1F")
    assert [record.message for record in qtlog.records] == []


def test_a_role_sets_size_and_weight(dressed: QApplication, qtbot: QtBot) -> None:
    sizes = {}
    for role in ("", "muted", "headline"):
        label = QLabel("words")
        label.setProperty("role", role)
        qtbot.addWidget(label)
        label.ensurePolished()
        sizes[role] = (label.font().pixelSize(), label.font().bold())
    assert sizes == {"": (13, False), "muted": (11, False), "headline": (16, True)}


def test_pictures_named_in_the_style_sheet_are_there(dressed: QApplication, sheet: str) -> None:
    pictures = re.findall(r"url\((.*?)\)", sheet)
    assert pictures
    assert [name for name in pictures if not QFile.exists(name)] == []


def test_every_role_that_a_widget_asks_for_is_in_the_style_sheet(sheet: str) -> None:
    widgets = (ROOT / "viewer" / "widgets").glob("*.py")
    asked = {
        role
        for path in widgets
        for role in re.findall(r'(?:"role", |role_label\()"(\w+)"', path.read_text("utf-8"))
    }
    assert asked
    assert asked - set(re.findall(r'\[role="(\w+)"\]', sheet)) == set()


def test_the_application_has_its_icon(dressed: QApplication) -> None:
    small = dressed.windowIcon().pixmap(16, 16).toImage()
    assert small.pixelColor(8, 14).lightness() < small.pixelColor(4, 5).lightness()


def test_every_kind_of_widget_in_the_style_sheet_is_one_that_there_is(sheet: str) -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "viewer").rglob("*.py"))
    used = {kind for name in re.findall(r"\bQ[A-Z]\w+", code) if (kind := _kind(name))}
    # Others bring these along: Qt's file dialog and lists, hints, and pyqtgraph's view.
    used |= {QtWidgets.QSplitter, QtWidgets.QHeaderView, QtWidgets.QScrollBar}
    used |= {QtWidgets.QToolTip, QtWidgets.QGraphicsView}
    styled = set(re.findall(r"\bQ[A-Z]\w+", sheet))
    idle = {name for name in styled if not any(issubclass(each, _kind(name)) for each in used)}
    assert idle == set()


def _kind(name: str) -> type | None:
    found = getattr(QtWidgets, name, None)
    return found if isinstance(found, type) else None
