"""Whether somebody who sits before the screen can see, and is looking at, a widget."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget


def is_in_sight(widget: QWidget, windows: Collection[QWidget]) -> bool:
    """Whether a widget is shown, one of `windows` is in use, and none of the dialogs and menus
    that belong to them lies over it."""
    handle = widget.window().windowHandle()
    if handle is None or not handle.isExposed() or not widget.isVisible():
        return False
    if widget.window().isMinimized() or QApplication.activePopupWidget() is not None:
        return False
    if QApplication.activeWindow() not in windows:
        return False
    place = QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
    return not any(
        place.intersects(other.frameGeometry())
        for other in QApplication.topLevelWidgets()
        if other not in windows and other.isVisible() and _belongs(other, windows)
    )


def _belongs(other: QWidget, windows: Collection[QWidget]) -> bool:
    """To one of the windows; tooltips are small, and gone as soon as the mouse moves."""
    owner = other.parentWidget()
    while owner is not None and owner not in windows:
        owner = owner.parentWidget()
    return owner is not None and other.windowType() is not Qt.WindowType.ToolTip
