"""The test pattern over a whole screen, one drawn value to one device pixel."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from viewer.display.test_pattern import monitor_words, pattern_pixels


class PatternPage(QWidget):
    """Black on no edge, bright on every pixel it says; Esc, or a click, closes it."""

    def __init__(self, parent: QWidget | None = None, *, pitch_mm: float | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setWindowTitle("Test pattern")
        self.setAccessibleName("Test pattern")
        self.setCursor(Qt.CursorShape.BlankCursor)
        self._pitch_mm = pitch_mm
        self._image: QImage | None = None

    def size_px(self) -> tuple[int, int]:
        """(height, width) in device pixels."""
        ratio = self.devicePixelRatioF()
        return round(self.height() * ratio), round(self.width() * ratio)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the pattern made for these very pixels."""
        del event
        height, width = self.size_px()
        image = self._image
        if image is None or (image.height(), image.width()) != (height, width):
            screen = self.screen()
            words = monitor_words(
                f"{screen.manufacturer()} {screen.model()}".strip() or screen.name(),
                (height, width),
                screen.depth(),
                self.devicePixelRatioF(),
                self._pitch_mm,
            )
            drawn = pattern_pixels(height, width, words)
            # A copy, since QImage does not keep the array alive.
            image = QImage(
                drawn.data, width, height, width, QImage.Format.Format_Grayscale8
            ).copy()
            self._image = image
        image.setDevicePixelRatio(self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawImage(QPointF(0, 0), image)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """So does a click, where there is no keyboard at hand."""
        del event
        self.close()


def show_pattern(window: QWidget, pitch_mm: float | None = None) -> PatternPage:
    """Cover the screen that `window` is on."""
    page = PatternPage(window, pitch_mm=pitch_mm)
    page.setScreen(window.screen())
    page.setGeometry(window.screen().geometry())
    page.showFullScreen()
    page.setFocus()
    return page
