"""How saliency is drawn: opacity, threshold, colours, and what they mean."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSlider, QWidget

from viewer.display.overlay import COLOUR_MAPS
from viewer.session.state import SessionState
from viewer.widgets.legend import Legend
from viewer.widgets.own_keys import KeySlider

STEPS = 100


class SaliencyPanel(QWidget):
    """Two sliders, a colour map and a legend."""

    opacity_chosen = Signal(float)
    threshold_chosen = Signal(float)
    map_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._opacity = self._slider(grid, 0, "Opacity", self.opacity_chosen)
        self._threshold = self._slider(grid, 1, "Threshold", self.threshold_chosen)
        self._map = QComboBox()
        self._map.addItems(list(COLOUR_MAPS))
        self._map.setToolTip("Colours of the saliency maps")
        self._map.textActivated.connect(self.map_chosen)
        grid.addWidget(QLabel("Colours"), 2, 0)
        grid.addWidget(self._map, 2, 1, 1, 2)
        self._legend = Legend()
        grid.addWidget(self._legend, 3, 0, 1, 3)

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
        """Sliders and map as the session has them."""
        for (slider, number), value in (
            (self._opacity, state.overlays.opacity),
            (self._threshold, state.overlays.threshold),
        ):
            if not slider.isSliderDown():
                slider.setValue(round(value * STEPS))
            number.setText(f"{value:.2f}")
        self._map.setCurrentText(state.overlays.colour_map)
        self._legend.show_overlays(state.overlays)
