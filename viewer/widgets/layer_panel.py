"""Switches, opacity, threshold and colour map of the overlays."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSlider, QToolButton, QWidget

from models.catalog import CARDS
from models.exam import FindingClass
from viewer.display.colours import ACCENT, CALCIFICATIONS, FINDING, MASSES, OWN_MARKS, TRUTH
from viewer.display.overlay import COLOUR_MAPS
from viewer.session.state import SessionState
from viewer.widgets.legend import Legend
from viewer.widgets.own_keys import KeySlider

LAYERS = (
    ("overlay_malignant", FINDING[FindingClass.MALIGNANT], "M", Qt.PenStyle.SolidLine),
    ("overlay_benign", FINDING[FindingClass.BENIGN], "B", Qt.PenStyle.SolidLine),
    ("overlay_patches", ACCENT, "1", Qt.PenStyle.SolidLine),
    ("overlay_calcifications", CALCIFICATIONS, "C", Qt.PenStyle.SolidLine),
    ("overlay_masses", MASSES, "m", Qt.PenStyle.SolidLine),
    ("overlay_own", OWN_MARKS, "O", Qt.PenStyle.SolidLine),
    ("overlay_truth", TRUTH, "T", Qt.PenStyle.DashLine),
)
STEPS = 100


class LayerPanel(QWidget):
    """One switch an overlay; two sliders and a colour map for the saliency."""

    opacity_chosen = Signal(float)
    threshold_chosen = Signal(float)
    map_chosen = Signal(str)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (name, colour, letter, line) in enumerate(LAYERS):
            actions[name].setIcon(_swatch(colour, letter, line))
            button = QToolButton()
            button.setDefaultAction(actions[name])
            button.setIconSize(QSize(26, 20))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setProperty("role", "layer")
            button.setSizePolicy(
                button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed
            )
            grid.addWidget(button, row, 0, 1, 3)
            if name == "overlay_own":
                self._own = button
        self._opacity = self._slider(grid, len(LAYERS), "Opacity", self.opacity_chosen)
        self._threshold = self._slider(grid, len(LAYERS) + 1, "Threshold", self.threshold_chosen)
        self._map = QComboBox()
        self._map.addItems(list(COLOUR_MAPS))
        self._map.setToolTip("Colours of the saliency maps")
        self._map.textActivated.connect(self.map_chosen)
        grid.addWidget(QLabel("Colours"), len(LAYERS) + 2, 0)
        grid.addWidget(self._map, len(LAYERS) + 2, 1, 1, 2)
        self._legend = Legend()
        grid.addWidget(self._legend, len(LAYERS) + 3, 0, 1, 3)

    def _slider(
        self, grid: QGridLayout, row: int, words: str, chosen: object
    ) -> tuple[QSlider, QLabel]:
        slider = KeySlider(Qt.Orientation.Horizontal)
        slider.setRange(0, STEPS)
        slider.setAccessibleName(words)
        number = QLabel()
        number.setMinimumWidth(36)
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(QLabel(words), row, 0)
        grid.addWidget(slider, row, 1)
        grid.addWidget(number, row, 2)
        slider.sliderMoved.connect(lambda value: chosen.emit(value / STEPS))  # type: ignore[attr-defined]
        slider.actionTriggered.connect(
            lambda _: chosen.emit(slider.sliderPosition() / STEPS)  # type: ignore[attr-defined]
        )
        return slider, number

    def show_state(self, state: SessionState) -> None:
        """Sliders and map as the session has them; a switch for models from outside where one is
        used or has spoken."""
        asked = any(model not in CARDS for model in state.model.models)
        self._own.setVisible(asked or bool(state.result and state.result.others))
        for (slider, number), value in (
            (self._opacity, state.overlays.opacity),
            (self._threshold, state.overlays.threshold),
        ):
            if not slider.isSliderDown():
                slider.setValue(round(value * STEPS))
            number.setText(f"{value:.2f}")
        self._map.setCurrentText(state.overlays.colour_map)
        self._legend.show_overlays(state.overlays)


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
