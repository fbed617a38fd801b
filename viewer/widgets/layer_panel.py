"""Switches of the overlays: all of them at a glance, each by colour, line and letter."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from models.catalog import CARDS
from models.exam import FindingClass
from viewer.display.colours import ACCENT, CALCIFICATIONS, FINDING, MASSES, OWN_MARKS, TRUTH
from viewer.session.state import SessionState

_SOLID, _DASHED = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine
# Two beside each other; what models say of cancer on top, the truth last.
LAYERS = (
    ("overlay_malignant", "Malignant", FINDING[FindingClass.MALIGNANT], "M", _SOLID),
    ("overlay_benign", "Benign", FINDING[FindingClass.BENIGN], "B", _SOLID),
    ("overlay_calcifications", "Calcifications", CALCIFICATIONS, "C", _SOLID),
    ("overlay_masses", "Masses", MASSES, "m", _SOLID),
    ("overlay_patches", "Patches", ACCENT, "1", _SOLID),
    ("overlay_truth", "Ground truth", TRUTH, "T", _DASHED),
    ("overlay_own", "Own models", OWN_MARKS, "O", _SOLID),
)
COLUMNS = 2


class LayerPanel(QWidget):
    """One switch an overlay."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for place, (name, words, colour, letter, line) in enumerate(LAYERS):
            actions[name].setIcon(_swatch(colour, letter, line))
            actions[name].setIconText(words)  # on buttons; menus have room for more
            button = QToolButton()
            button.setDefaultAction(actions[name])
            button.setIconSize(QSize(26, 20))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setProperty("role", "layer")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            grid.addWidget(button, *divmod(place, COLUMNS))
            if name == "overlay_own":
                self.own = button
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)

    def show_state(self, state: SessionState) -> None:
        """A switch for models from outside, where one is used or has spoken."""
        asked = any(model not in CARDS for model in state.model.models)
        self.own.setVisible(asked or bool(state.result and state.result.others))


def _swatch(colour: str, letter: str, line: Qt.PenStyle) -> QIcon:
    """The overlay's colour, line style and letter, so that colour is never alone."""
    icon = QIcon()
    for on in (False, True):
        pixmap = QPixmap(52, 40)  # with room before the words
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colour), 4, line)
        painter.setPen(pen)
        if on:
            fill = QColor(colour)
            fill.setAlphaF(0.35)
            painter.setBrush(fill)
        painter.drawRoundedRect(4, 4, 32, 32, 6, 6)
        painter.setPen(QColor(colour) if not on else QColor("#FFFFFF"))
        font = painter.font()
        font.setPixelSize(20)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(QRect(0, 0, 40, 40), Qt.AlignmentFlag.AlignCenter, letter)
        painter.end()
        pixmap.setDevicePixelRatio(2.0)
        icon.addPixmap(pixmap, QIcon.Mode.Normal, QIcon.State.On if on else QIcon.State.Off)
    return icon
