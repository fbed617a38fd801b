"""The icons of the window: the one set of qtawesome's that it draws from.

qtawesome's own functions read all of its twelve sets first, which is a sixth of the time until the
window is there.
"""

from __future__ import annotations

from functools import cache
from typing import Final, cast

from PySide6.QtGui import QIcon
from qtawesome.iconic_font import IconicFont

_SET: Final = (
    "mdi6",
    "materialdesignicons6-webfont-6.9.96.ttf",
    "materialdesignicons6-webfont-charmap-6.9.96.json",
)


def icon(name: str, **colours: str) -> QIcon:
    """The icon `mdi6.…`; `colours` as in `qtawesome.icon`: color, color_disabled, color_on …"""
    return cast("QIcon", _font().icon(name, **colours))


@cache
def _font() -> IconicFont:
    return IconicFont(_SET)
