"""The mouse over the panes of a real window, by image points."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from models.exam import View

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.MouseButton.NoButton
PLAIN = Qt.KeyboardModifier.NoModifier
STEPS = 6


class Mouse:
    """Presses, moves and releases over one `ViewGrid`."""

    def __init__(self, grid) -> None:
        self.grid = grid

    def over(self, view: View, row: float, column: float) -> QPoint:
        """The widget's pixel that shows a hung point."""
        pane = self.grid._panes[view]
        y, x = pane.viewport.to_pane(row, column)
        return QPoint(int(pane.rect.column + x), int(pane.rect.row + y))

    def send(self, kind, point: QPoint, button=NONE, held=NONE, modifiers=PLAIN) -> None:
        at = self.grid.viewport().mapToGlobal(point)
        event = QMouseEvent(kind, QPointF(point), QPointF(at), button, held, modifiers)
        QApplication.sendEvent(self.grid.viewport(), event)

    def hover(self, point: QPoint) -> None:
        self.send(QEvent.Type.MouseMove, point)

    def drag(self, *points: QPoint, modifiers=PLAIN) -> None:
        """Press at the first point, lead past the others, let go at the last."""
        self.hover(points[0])
        self.send(QEvent.Type.MouseButtonPress, points[0], LEFT, LEFT, modifiers)
        for start, end in pairwise(points):
            for step in range(1, STEPS + 1):
                between = start + (end - start) * step / STEPS
                self.send(QEvent.Type.MouseMove, between, NONE, LEFT, modifiers)
        self.send(QEvent.Type.MouseButtonRelease, points[-1], LEFT, NONE, modifiers)

    def click(self, point: QPoint) -> None:
        self.hover(point)
        self.send(QEvent.Type.MouseButtonPress, point, LEFT, LEFT)
        self.send(QEvent.Type.MouseButtonRelease, point, LEFT)

    def double_click(self, point: QPoint) -> None:
        self.click(point)
        self.send(QEvent.Type.MouseButtonDblClick, point, LEFT, LEFT)
        self.send(QEvent.Type.MouseButtonRelease, point, LEFT)
