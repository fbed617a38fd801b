"""Measuring a screen: a line dragged until a ruler says 100 mm, or the screen's diagonal."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from viewer.display.colours import ACCENT, TEXT
from viewer.display.screen import (
    LINE_MM,
    diagonal_inches,
    pixel_mm_of_diagonal,
    pixel_mm_of_line,
)

USUAL_MM = 0.2
MARGIN = 16.0
TICK = 12.0
KNOB = 6.0


@dataclass(frozen=True, slots=True)
class ScreenFacts:
    """The screen to be measured.

    Attributes
    ----------
    key : what it is remembered by; name : what the reader calls it.
    size_px : (height, width) in device pixels; ratio : device pixels per logical pixel.
    pixel_mm : width of a device pixel as measured before, or None.
    """

    key: str
    name: str
    size_px: tuple[int, int]
    ratio: float
    pixel_mm: float | None = None


class LengthLine(QWidget):
    """A line whose right end is dragged, or moved by the arrow keys; `changed` gives its length.

    Lengths are in logical pixels.
    """

    changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(720, 72)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName("Line to be measured")
        self.length = 100.0

    def show_length(self, length: float) -> None:
        """Draw the line so long; no signal."""
        self.length = length
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The end of the line comes to the cursor."""
        self._end_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The end of the line follows the cursor."""
        self._end_at(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """One device pixel longer or shorter."""
        step = 1.0 / self.devicePixelRatioF()
        if event.key() == Qt.Key.Key_Right:
            self._end_at(MARGIN + self.length + step)
        elif event.key() == Qt.Key.Key_Left:
            self._end_at(MARGIN + self.length - step)
        else:
            super().keyPressEvent(event)

    def _end_at(self, x: float) -> None:
        self.length = min(max(x - MARGIN, 20.0), self.width() - 2 * MARGIN)
        self.update()
        self.changed.emit(self.length)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it with ends that a ruler can be laid to."""
        painter = QPainter(self)
        y, end = self.height() / 2.0, MARGIN + self.length
        painter.setPen(QPen(QColor(TEXT), 1))
        painter.drawLine(QPointF(MARGIN, y), QPointF(end, y))
        painter.drawLine(QPointF(MARGIN, y - TICK), QPointF(MARGIN, y + TICK))
        painter.setPen(QPen(QColor(ACCENT), 1))
        painter.drawLine(QPointF(end, y - TICK), QPointF(end, y + TICK))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(ACCENT))
        painter.drawEllipse(QPointF(end, y), KNOB, KNOB)
        painter.end()


class CalibrationDialog(QDialog):
    """Emits `measured(key, mm)`, the width of a device pixel, and closes."""

    measured = Signal(str, float)

    def __init__(self, screen: ScreenFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Measure this screen")
        self._screen = screen
        self.pixel_mm = screen.pixel_mm or USUAL_MM
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for role, words in (
            ("title", f"Hold a ruler to the line and drag its end until it is {LINE_MM:.0f} mm."),
            ("muted", _state(screen)),
        ):
            label = QLabel(words)
            label.setProperty("role", role)
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        self.line = LengthLine()
        self.line.changed.connect(self._drawn)
        column.addWidget(self.line)
        column.addLayout(self._diagonal_row())
        column.addLayout(self._buttons())
        self._show()

    def _diagonal_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(QLabel("Or the diagonal of its picture"))
        self.diagonal = QDoubleSpinBox()
        self.diagonal.setRange(4.0, 120.0)
        self.diagonal.setDecimals(2)
        self.diagonal.setSingleStep(0.1)
        self.diagonal.setSuffix(" inch")
        self.diagonal.setAccessibleName("Diagonal of the screen, inches")
        self.diagonal.valueChanged.connect(self._given)
        row.addWidget(self.diagonal)
        self._found = QLabel()
        self._found.setProperty("role", "number")
        row.addStretch(1)
        row.addWidget(self._found)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = QPushButton("Cancel")
        cancel.setDefault(True)
        cancel.clicked.connect(self.reject)
        self.use = QPushButton("Remember for this screen")
        self.use.setEnabled(False)  # what the dialog opens with is no measurement
        self.use.clicked.connect(self._remember)
        row.addWidget(cancel)
        row.addWidget(self.use)
        return row

    def _remember(self) -> None:
        """This is how wide its pixels are."""
        self.measured.emit(self._screen.key, self.pixel_mm)
        self.accept()

    def _drawn(self, length: float) -> None:
        self.pixel_mm = pixel_mm_of_line(length * self._screen.ratio)
        self._show(line=False)
        self._offer()

    def _given(self, inches: float) -> None:
        self.pixel_mm = pixel_mm_of_diagonal(inches, self._screen.size_px)
        self._show(diagonal=False)
        self._offer()

    def _offer(self) -> None:
        """The reader measured; Enter keeps it from now on."""
        self.use.setEnabled(True)
        self.use.setDefault(True)

    def _show(self, *, line: bool = True, diagonal: bool = True) -> None:
        if line:
            self.line.show_length(LINE_MM / self.pixel_mm / self._screen.ratio)
        if diagonal:
            self.diagonal.blockSignals(True)
            self.diagonal.setValue(diagonal_inches(self.pixel_mm, self._screen.size_px))
            self.diagonal.blockSignals(False)
        self._found.setText(f"{self.pixel_mm:.4f} mm a pixel")


def _state(screen: ScreenFacts) -> str:
    height, width = screen.size_px
    known = (
        "not measured yet, so its images have no life size"
        if screen.pixel_mm is None
        else f"measured: {screen.pixel_mm:.4f} mm a pixel"
    )
    return f"{screen.name or 'This screen'}, {width} × {height} pixels: {known}"
