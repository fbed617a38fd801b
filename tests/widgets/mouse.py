"""The mouse over the panes of a real window, by image points."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from models.exam import View

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.MouseButton.NoButton
PLAIN = Qt.KeyboardModifier.NoModifier
STEPS = 6


def turn_wheel(widget: QWidget, point: QPoint, steps: int, modifiers=PLAIN) -> None:
    """Turn the wheel over any widget."""
    event = QWheelEvent(
        QPointF(point),
        QPointF(widget.mapToGlobal(point)),
        QPoint(),
        QPoint(0, 120 * steps),
        NONE,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


class Mouse:
    """Presses, moves and releases over one `ViewGrid`."""

    def __init__(self, grid) -> None:
        self.grid = grid

    def over(self, view: View, row: float, column: float) -> QPoint:
        """The widget's pixel that shows a hung point."""
        pane = self.grid._panes[view]
        y, x = pane.viewport.to_pane(row, column)
        return QPoint(round(pane.rect.column + x), round(pane.rect.row + y))

    def middle(self, view: View) -> QPoint:
        """The widget's pixel in the middle of a pane."""
        rect = self.grid._panes[view].rect
        return QPoint(rect.column + rect.width // 2, rect.row + rect.height // 2)

    def send(self, kind, point: QPoint, button=NONE, held=NONE, modifiers=PLAIN) -> None:
        at = self.grid.viewport().mapToGlobal(point)
        event = QMouseEvent(kind, QPointF(point), QPointF(at), button, held, modifiers)
        QApplication.sendEvent(self.grid.viewport(), event)

    def hover(self, point: QPoint) -> None:
        self.send(QEvent.Type.MouseMove, point)

    def lead(self, point: QPoint, button=LEFT, modifiers=PLAIN) -> None:
        """Move with a button held, which QtTest cannot do with modifiers."""
        self.send(QEvent.Type.MouseMove, point, NONE, button, modifiers)

    def wheel(self, point: QPoint, steps: int, modifiers=PLAIN) -> None:
        """Turn the wheel away from the hand, or towards it where `steps` is negative."""
        turn_wheel(self.grid.viewport(), point, steps, modifiers)

    def drag(self, *points: QPoint, modifiers=PLAIN) -> None:
        """Press at the first point, lead past the others, let go at the last."""
        self.hover(points[0])
        self.send(QEvent.Type.MouseButtonPress, points[0], LEFT, LEFT, modifiers)
        for start, end in pairwise(points):
            for step in range(1, STEPS + 1):
                between = start + (end - start) * step / STEPS
                self.lead(between, LEFT, modifiers)
        self.send(QEvent.Type.MouseButtonRelease, points[-1], LEFT, NONE, modifiers)

    def click(self, point: QPoint) -> None:
        self.hover(point)
        self.send(QEvent.Type.MouseButtonPress, point, LEFT, LEFT)
        self.send(QEvent.Type.MouseButtonRelease, point, LEFT)

    def double_click(self, point: QPoint) -> None:
        self.click(point)
        self.send(QEvent.Type.MouseButtonDblClick, point, LEFT, LEFT)
        self.send(QEvent.Type.MouseButtonRelease, point, LEFT)
