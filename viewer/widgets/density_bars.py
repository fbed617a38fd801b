"""Breast density of the exam: the class, and a bar for the probability of each of the four."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from models.density.results import BreastDensity, DensityResult
from viewer.display.colours import ACCENT, LINE, MUTED, TEXT

ROW_PX, LETTER_PX, NUMBER_PX = 18, 18, 36
BAR_PX = 8


class DensityBars(QWidget):
    """Nothing until a model has spoken; then its class, bars and remark, or why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._class = QLabel()
        self._class.setProperty("role", "title")
        self._class.setWordWrap(True)
        self._bars = _Bars()
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        self._words.setWordWrap(True)
        for part in (self._class, self._bars, self._words):
            column.addWidget(part)
        self._shown: DensityResult | None = None
        self.hide()

    def show_density(self, result: DensityResult | None) -> None:
        """Draw what a model said, or nothing."""
        if result is self._shown:
            return
        self._shown = result
        self.setVisible(result is not None)
        if result is None:
            return
        density = result.density
        made = result.provenance
        self._bars.setVisible(density is not None)
        if density is None:
            self.setToolTip("")
            self._class.setText("Density")
            self._words.setText(f"Not applicable: {result.withheld}")
            return
        self._class.setText(f"Density {density.value}: {density.words}")
        self._bars.show_probabilities(result.probabilities)
        self._words.setText(f"{made.model_name}, {result.kind.value} · not calibrated")
        told = (result.remark, f"{made.weights_name} {made.weights_sha256[:12]}")
        self.setToolTip("\n".join(filter(None, told)))


class _Bars(QWidget):
    """A row for each class: its letter, a bar from 0 to 1, the number."""

    def __init__(self) -> None:
        super().__init__()
        self._values: tuple[float, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_probabilities(self, values: tuple[float, ...]) -> None:
        """Draw those of a, b, c and d."""
        self._values = values
        words = (
            f"{each.value} {value:.2f}" for each, value in zip(BreastDensity, values, strict=True)
        )
        self.setAccessibleName(f"Density: {', '.join(words)}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Four rows."""
        return QSize(160, ROW_PX * len(BreastDensity))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The most probable class in the accent, bold."""
        painter = QPainter(self)
        font = painter.font()
        width = self.width() - LETTER_PX - NUMBER_PX
        for row, (density, value) in enumerate(zip(BreastDensity, self._values, strict=True)):
            best = value == max(self._values)
            font.setBold(best)
            painter.setFont(font)
            painter.setPen(QColor(TEXT if best else MUTED))
            top = row * ROW_PX
            letter = QRectF(0, top, LETTER_PX, ROW_PX)
            number = QRectF(self.width() - NUMBER_PX, top, NUMBER_PX, ROW_PX)
            painter.drawText(letter, Qt.AlignmentFlag.AlignVCenter, density.value)
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(number, right, f"{value:.2f}")
            bar = QRectF(LETTER_PX, top + (ROW_PX - BAR_PX) / 2, width, BAR_PX)
            painter.fillRect(bar, QColor(LINE))
            bar.setWidth(width * value)
            painter.fillRect(bar, QColor(ACCENT if best else MUTED))
