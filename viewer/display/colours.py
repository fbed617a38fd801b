"""The colours of marks and words on images, the same on the screen and in pictures out."""

from __future__ import annotations

from typing import Final

from models.exam import FindingClass

TEXT: Final = "#C9CED6"
MUTED: Final = "#7D8590"
LINE: Final = "#2A2E33"
PANEL: Final = "#101214"
ACCENT: Final = "#4C9BE8"
TRUTH: Final = "#F2C14E"
CALCIFICATIONS: Final = "#B58CFF"
MASSES: Final = "#FF9F43"
WARNING: Final = "#F2C14E"
OWN_MARKS: Final = "#FF7AC6"
FAULT: Final = "#FF6B5E"
ALARM: Final = "#B3261E"
ON_ALARM: Final = "#FFFFFF"

FINDING: Final = {FindingClass.BENIGN: "#39B27A", FindingClass.MALIGNANT: "#E5534B"}
LETTER: Final = {FindingClass.BENIGN: "B", FindingClass.MALIGNANT: "M"}


def bgr(colour: str) -> tuple[int, int, int]:
    """`#RRGGBB` → (blue, green, red), each 0 … 255, as OpenCV counts."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return blue, green, red
