"""The fields of the JSON documents that Fourview writes of itself, read back with suspicion.

Every reader takes a value and what to call it, and raises ValueError, naming it, when it is not
sound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from models.exam import View
from models.geometry import Orientation
from models.grayscale import LookupTable, VoiFunction, VoiWindow
from models.results import MadeBy, Provenance
from viewer.display.departures import GAMMAS, Departures
from viewer.display.nipple import Nipple
from viewer.display.overlay import COLOUR_MAPS, Overlays
from viewer.display.pane_key import key_from_name
from viewer.display.placed import Placed
from viewer.display.size import Sizing
from viewer.display.viewport import LARGEST_SCALE, SMALLEST_SCALE, Viewport
from viewer.display.voi import Voi, WindowedTable

_LARGEST_PX = 1 << 20
_LONGEST_TEXT = 4096
_MOST_PATHS = 256

T = TypeVar("T")


def window_document(voi: Voi, luts: tuple[LookupTable, ...]) -> dict[str, object]:
    """A window as its fields; a table by its place in the image's own list."""
    if isinstance(voi, VoiWindow):
        return {**asdict(voi), "function": voi.function.value}
    if isinstance(voi, WindowedTable):
        return {**window_document(voi.table, luts), **window_document(voi.window, luts)}
    for number, table in enumerate(luts):
        if table is voi:
            return {"table": number}
    # The same file read again has other objects of the same content.
    return {"table": luts.index(voi)}


def placed_document(placed: Placed) -> dict[str, object]:
    """How the reader wants one image, as its fields."""
    view = None if placed.view is None else placed.view.name
    return {"view": view, "turned": list(astuple(placed.turned))}


def refuse_constant(name: str) -> float:
    """For `json.loads`: NaN and infinities are no numbers of JSON."""
    raise ValueError(f"{name} is not a number of JSON")


def object_at(value: object, name: str) -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")
    return value


def text_at(value: object, name: str) -> str:
    """A text of at most 4096 characters."""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise ValueError(f"{name} is not a text of at most {_LONGEST_TEXT} characters")
    return value


def paths_at(value: object) -> tuple[Path, ...]:
    """A list of paths."""
    if not isinstance(value, list) or len(value) > _MOST_PATHS:
        raise ValueError(f"opened is not a list of at most {_MOST_PATHS} paths")
    return tuple(Path(text_at(path, "opened")) for path in value)


def flag_at(value: object, name: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")
    return value


def number_at(value: object, name: str, low: float, high: float) -> float:
    """A number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is not a number")
    if not low <= value <= high:  # nor is NaN
        raise ValueError(f"{name} is not between {low:g} and {high:g}")
    return float(value)


def pixels_at(value: object, name: str) -> int:
    """A whole number of pixels."""
    if not isinstance(value, int):
        raise ValueError(f"{name} is not a whole number")
    return int(number_at(value, name, 1, _LARGEST_PX))


def by_view(
    fields: dict[str, Any], name: str, read: Callable[[object, str], T]
) -> Mapping[View, T]:
    """A field that is an object with a value for each of some panes."""
    return MappingProxyType(
        {
            key_from_name(view): read(value, f"{name}.{view}")
            for view, value in object_at(fields.get(name), name).items()
        }
    )


def window_at(value: object, name: str) -> VoiWindow | tuple[int, VoiWindow | None]:
    """A window, or the place of a table in the image's list and the window over its output."""
    fields = object_at(value, name)
    if "table" not in fields:
        return _voi_window(fields, name)
    number = fields["table"]
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(f"{name}.table is not a place in a list")
    return number, _voi_window(fields, name) if "center" in fields else None


def _voi_window(fields: dict[str, Any], name: str) -> VoiWindow:
    return VoiWindow(
        number_at(fields.get("center"), f"{name}.center", -1e9, 1e9),
        number_at(fields.get("width"), f"{name}.width", 1e-9, 1e9),
        VoiFunction(fields.get("function")),
        text_at(fields.get("explanation"), f"{name}.explanation"),
    )


def departures_at(value: object) -> Departures:
    """Departures from the vendor's look."""
    fields = object_at(value, "departures")
    return Departures(
        clahe=flag_at(fields.get("clahe"), "departures.clahe"),
        sharpened=flag_at(fields.get("sharpened"), "departures.sharpened"),
        gamma=number_at(fields.get("gamma"), "departures.gamma", GAMMAS[0], GAMMAS[-1]),
    )


def sizing_at(value: object) -> Sizing:
    """How panes share their size; a page has no life size."""
    sizing = Sizing(value)
    if sizing is Sizing.TRUE:
        raise ValueError("a page has no life size")
    return sizing


def nipple_at(value: object, name: str) -> Nipple:
    """A nipple in stored pixels."""
    fields = object_at(value, name)
    return Nipple(
        number_at(fields.get("row"), f"{name}.row", 0.0, _LARGEST_PX),
        number_at(fields.get("column"), f"{name}.column", 0.0, _LARGEST_PX),
        flag_at(fields.get("guessed"), f"{name}.guessed"),
    )


def viewport_at(value: object, name: str) -> Viewport:
    """A pane's viewport."""
    fields = object_at(value, name)
    return Viewport(
        pixels_at(fields.get("height"), f"{name}.height"),
        pixels_at(fields.get("width"), f"{name}.width"),
        number_at(fields.get("scale"), f"{name}.scale", SMALLEST_SCALE, LARGEST_SCALE),
        number_at(fields.get("row"), f"{name}.row", -_LARGEST_PX, _LARGEST_PX),
        number_at(fields.get("column"), f"{name}.column", -_LARGEST_PX, _LARGEST_PX),
    )


def placed_at(value: object, name: str) -> Placed:
    """How the reader wants one image."""
    fields = object_at(value, name)
    view, turned = fields.get("view"), fields.get("turned")
    if not isinstance(turned, list) or len(turned) != 3:
        raise ValueError(f"{name}.turned is no list of three")
    flags = [flag_at(flag, f"{name}.turned") for flag in turned]
    wanted = None if view is None else View.from_name(text_at(view, f"{name}.view"))
    return Placed(wanted, Orientation(*flags))


def overlays_at(fields: dict[str, Any]) -> Overlays:
    """Which overlays are on, and how they look."""
    colour_map = text_at(fields.get("colour_map"), "overlays.colour_map")
    if colour_map not in COLOUR_MAPS:
        raise ValueError(f"no colour map is called {colour_map}")
    return Overlays(
        **{
            name: flag_at(fields.get(name), f"overlays.{name}")
            for name in ("malignant", "benign", "patches", "truth")
        },
        # Documents of earlier versions know nothing of these.
        **{
            name: flag_at(fields.get(name, False), f"overlays.{name}")
            for name in ("calcifications", "masses", "own")
        },
        opacity=number_at(fields.get("opacity"), "overlays.opacity", 0.0, 1.0),
        threshold=number_at(fields.get("threshold"), "overlays.threshold", 0.0, 1.0),
        colour_map=colour_map,
    )


def made_document(made: Mapping[str, MadeBy]) -> dict[str, object]:
    """By model, the files of weights by role, and the settings."""
    return {
        model: {
            "files": {role: asdict(each) for role, each in one.files.items()},
            "settings": dict(one.settings),
        }
        for model, one in made.items()
    }


def made_at(value: object) -> Mapping[str, MadeBy]:
    """What `made_document` wrote."""
    return MappingProxyType(
        {
            model: _made_by(one, f"models.{model}")
            for model, one in object_at(value, "models").items()
        }
    )


def _made_by(value: object, name: str) -> MadeBy:
    fields = object_at(value, name)
    files = object_at(fields.get("files"), f"{name}.files")
    settings = object_at(fields.get("settings"), f"{name}.settings")
    if not all(isinstance(each, bool | int | float | str) for each in settings.values()):
        raise ValueError(f"{name}.settings are no numbers and texts")
    return MadeBy(
        MappingProxyType({role: _provenance(each, name) for role, each in files.items()}),
        MappingProxyType(settings),
    )


def _provenance(value: object, name: str) -> Provenance:
    fields = object_at(value, name)
    return Provenance(
        **{
            each: text_at(fields.get(each), f"{name}.{each}")
            for each in Provenance.__dataclass_fields__
        }
    )
