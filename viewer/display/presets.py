"""Windows for a purpose, in terms of the window an image starts with, so that they fit any vendor.

Kept as JSON: a list of objects with `name`, `brighter` and `wider`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from models.grayscale import Grayscale, LookupTable, VoiWindow
from viewer.display.voi import Voi, WindowedTable, brightened

LONGEST_NAME = 24
MOST = 20
_FURTHEST = 10.0


@dataclass(frozen=True, slots=True)
class Preset:
    """A window relative to an image's own; `brighter` and `wider` are those of `brightened`."""

    name: str
    brighter: float
    wider: float

    def applied(self, start: Voi, grayscale: Grayscale) -> VoiWindow | WindowedTable:
        """The preset on an image that starts with `start`."""
        return brightened(start, grayscale, self.brighter, self.wider, self.name)


CALCIFICATIONS = Preset("Calcifications", -0.1, -1.0)  # narrow and high: specks on dense tissue
MASSES = Preset("Masses", 0.05, -0.4)
SKIN_LINE = Preset("Skin line", 0.3, -0.3)  # low: subcutaneous fat and skin come out of the dark
BUILT_IN = (CALCIFICATIONS, MASSES, SKIN_LINE)


def preset_of(name: str, voi: Voi, start: Voi, grayscale: Grayscale) -> Preset | None:
    """The preset that makes `voi` of `start`; None where no moving and widening does."""
    now, then = _window_of(voi, start), _window_of(start, start)
    if now is None or then is None:
        return None
    shift = (now.center - then.center) / then.width
    return Preset(
        name,
        brighter=shift if grayscale.bright_is_low else -shift,
        wider=math.log2(now.width / then.width),
    )


def _window_of(voi: Voi, start: Voi) -> VoiWindow | None:
    """The window that moves: over the table's output where the image starts with a table."""
    if isinstance(start, VoiWindow):
        return voi if isinstance(voi, VoiWindow) and voi.function is start.function else None
    table = start if isinstance(start, LookupTable) else start.table
    if isinstance(voi, LookupTable):
        voi = WindowedTable.whole(voi)
    return voi.window if isinstance(voi, WindowedTable) and voi.table == table else None


def to_json(presets: Sequence[Preset]) -> str:
    """The user's presets, ready to be kept."""
    return json.dumps([asdict(preset) for preset in presets], ensure_ascii=False)


def from_json(text: str) -> tuple[Preset, ...]:
    """Whatever of a text is a preset, each name once."""
    try:
        documents = json.loads(text)
    except ValueError:
        return ()
    found: dict[str, Preset] = {}
    for document in documents if isinstance(documents, list) else ():
        preset = _preset(document)
        if preset is not None:
            found[preset.name] = preset
    return tuple(found.values())[:MOST]


def _preset(document: object) -> Preset | None:
    if not isinstance(document, dict):
        return None
    name = document.get("name")
    brighter, wider = (_number(document.get(key)) for key in ("brighter", "wider"))
    if not isinstance(name, str) or brighter is None or wider is None:
        return None
    name = clean_name(name)
    return Preset(name, brighter, wider) if name else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= _FURTHEST else None  # nor is NaN


def clean_name(name: str) -> str:
    """What a user typed, as a name: printable, short, single spaces; empty for nothing."""
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printable.split())[:LONGEST_NAME].strip()
