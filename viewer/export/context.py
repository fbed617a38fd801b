"""What a picture out knows of itself: enough to open the same exam in the same way again.

The document is JSON: `format` "fourview-page", `version` 1, and the fields that `PageContext`
has. Windows are written out; a VOI LUT is named by its place in the image's VOI LUT Sequence,
beside the window over its output where there is one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from models import RESEARCH_USE_ONLY, __version__
from models.exam import Exam, View
from models.geometry import Orientation
from models.grayscale import LookupTable, VoiFunction, VoiWindow
from models.results import ExamResult, Provenance
from viewer.display.annotations import Detail
from viewer.display.departures import GAMMAS, VENDOR_LOOK, Departures
from viewer.display.hanging import layout_named
from viewer.display.nipple import Nipple
from viewer.display.overlay import COLOUR_MAPS, Overlays
from viewer.display.pane_key import key_from_name
from viewer.display.placed import Placed
from viewer.display.size import Sizing
from viewer.display.viewport import LARGEST_SCALE, SMALLEST_SCALE, Viewport
from viewer.display.voi import Voi, WindowedTable, start_voi
from viewer.export.caption import Wording
from viewer.export.page import PageSpec, mammograms_on

FORMAT, VERSION = "fourview-page", 1

_LARGEST_PX = 1 << 20
_LONGEST_TEXT = 4096
_MOST_PATHS = 256
_NOBODY: dict[str, object] = {"exam_id": "", "images": {}, "paths": {}, "opened": []}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class PageContext:
    """A page as its picture remembers it.

    Attributes
    ----------
    images : image ids (SOP Instance UID or digest) by view; paths : their files, where known.
    opened : the files and folders that were opened to find the exam.
    windows : by view, the window, or the number of the table in the image's own list and the
        window over its output, or None.
    placed : what the reader said of images against their files.
    sizing : how fitted panes share their size; nipples : where they are, by view.
    detail : how much was said on the images; deidentified : nothing tells whose they are.
    model : what made the scores and maps on the page, or None.
    """

    exam_id: str
    images: Mapping[View, str]
    paths: Mapping[View, Path]
    opened: tuple[Path, ...]
    layout: str
    height: int
    width: int
    overlays: Overlays
    windows: Mapping[View, VoiWindow | tuple[int, VoiWindow | None]]
    viewports: Mapping[View, Viewport]
    inverted: bool
    departures: Departures
    plain: bool
    detail: Detail
    deidentified: bool
    made_on: str
    model: Provenance | None
    placed: Mapping[View, Placed]
    sizing: Sizing
    nipples: Mapping[View, Nipple]

    def spec(self, exam: Exam) -> PageSpec:
        """The page of `exam` that looks as this one did.

        A table that the exam's image no longer has is left to the image's own start.
        """
        vois: dict[View, Voi] = {}
        for view, window in self.windows.items():
            if isinstance(window, VoiWindow):
                vois[view] = window
            elif view in exam.mammograms:
                number, over = window
                for table in exam.mammograms[view].grayscale.luts[number : number + 1]:
                    vois[view] = table if over is None else WindowedTable(table, over)
        return PageSpec(
            layout=self.layout,
            height=self.height,
            width=self.width,
            overlays=self.overlays,
            vois=MappingProxyType(vois),
            viewports=self.viewports,
            inverted=self.inverted,
            departures=self.departures,
            plain=self.plain,
            wording=Wording(detail=self.detail, deidentified=self.deidentified),
            made_on=self.made_on,
            placed=self.placed,
            sizing=self.sizing,
            nipples=self.nipples,
        )


def page_context(
    exam: Exam, result: ExamResult | None, spec: PageSpec, opened: Sequence[Path] = ()
) -> dict[str, object]:
    """The document of a page, ready for JSON; `opened` is what was opened to find the exam.

    That of a de-identified page names neither exam nor images nor files, so it cannot reopen.
    """
    there = mammograms_on(exam, spec)
    views = [view for view in layout_named(spec.layout).views if view in there]
    mammograms = {view: there[view] for view in views}
    glam = None if result is None else result.glam
    document: dict[str, object] = {
        "format": FORMAT,
        "version": VERSION,
        "software": f"Fourview {__version__}",
        "notice": RESEARCH_USE_ONLY,
        "exam_id": exam.exam_id,
        "images": {view.name: mammogram.image_id for view, mammogram in mammograms.items()},
        "paths": {
            view.name: str(mammogram.path.resolve())
            for view, mammogram in mammograms.items()
            if mammogram.path is not None
        },
        "opened": [str(path.resolve()) for path in opened],
        "layout": spec.layout,
        "height": spec.height,
        "width": spec.width,
        "overlays": asdict(spec.overlays),
        "windows": {
            view.name: _window_document(
                spec.vois.get(view) or start_voi(mammogram.grayscale, mammogram.pixels),
                mammogram.grayscale.luts,
            )
            for view, mammogram in mammograms.items()
        },
        "viewports": {
            view.name: asdict(spec.viewports[view]) for view in views if view in spec.viewports
        },
        "inverted": spec.inverted,
        "departures": asdict(spec.departures),
        "plain": spec.plain,
        "detail": spec.wording.detail.value,
        "deidentified": spec.wording.deidentified,
        "made_on": spec.made_on,
        "placed": {
            key.name: {
                "view": None if placed.view is None else placed.view.name,
                "turned": list(astuple(placed.turned)),
            }
            for key, placed in spec.placed.items()
        },
        "sizing": spec.sizing.value,
        "nipples": {
            view.name: asdict(spec.nipples[view]) for view in views if view in spec.nipples
        },
        "model": None if glam is None else asdict(glam.provenance),
    }
    return {**document, **_NOBODY, "windows": {}} if spec.wording.deidentified else document


def parse_context(text: str) -> PageContext:
    """Read a document back; raises ValueError, naming the field, when it is not sound."""
    document = json.loads(text, parse_constant=_no_constant)
    fields = _object(document, "document")
    if fields.get("format") != FORMAT:
        raise ValueError("format is not fourview-page")
    if fields.get("version") != VERSION:
        raise ValueError(f"version {fields.get('version')} is not known to this Fourview")
    layout = _text(fields.get("layout"), "layout")
    layout_named(layout)
    return PageContext(
        exam_id=_text(fields.get("exam_id"), "exam_id"),
        images=_by_view(fields, "images", _text),
        paths=_by_view(fields, "paths", lambda value, name: Path(_text(value, name))),
        opened=_opened(fields.get("opened", [])),
        layout=layout,
        height=_pixels(fields.get("height"), "height"),
        width=_pixels(fields.get("width"), "width"),
        overlays=_overlays(_object(fields.get("overlays"), "overlays")),
        windows=_by_view(fields, "windows", _window),
        viewports=_by_view(fields, "viewports", _viewport),
        inverted=_flag(fields.get("inverted"), "inverted"),
        departures=_departures(fields.get("departures", asdict(VENDOR_LOOK))),
        plain=_flag(fields.get("plain"), "plain"),
        detail=Detail(fields.get("detail", Detail.SHORT.value)),
        deidentified=_flag(fields.get("deidentified", False), "deidentified"),
        made_on=_text(fields.get("made_on"), "made_on"),
        model=None if fields.get("model") is None else _provenance(fields["model"]),
        # Pictures made before images could be placed by hand have none of it.
        placed=_by_view({"placed": {}, **fields}, "placed", _placed),
        sizing=_sizing(fields.get("sizing", Sizing.SAME.value)),
        nipples=_by_view({"nipples": {}, **fields}, "nipples", _nipple),
    )


def _window_document(voi: Voi, luts: tuple[LookupTable, ...]) -> dict[str, object]:
    if isinstance(voi, VoiWindow):
        return {**asdict(voi), "function": voi.function.value}
    if isinstance(voi, WindowedTable):
        return {**_window_document(voi.table, luts), **_window_document(voi.window, luts)}
    for number, table in enumerate(luts):
        if table is voi:
            return {"table": number}
    # The same file read again has other objects of the same content.
    return {"table": luts.index(voi)}


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number of JSON")


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise ValueError(f"{name} is not a text of at most {_LONGEST_TEXT} characters")
    return value


def _opened(value: object) -> tuple[Path, ...]:
    if not isinstance(value, list) or len(value) > _MOST_PATHS:
        raise ValueError(f"opened is not a list of at most {_MOST_PATHS} paths")
    return tuple(Path(_text(path, "opened")) for path in value)


def _flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")
    return value


def _number(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is not a number")
    if not low <= value <= high:  # nor is NaN
        raise ValueError(f"{name} is not between {low:g} and {high:g}")
    return float(value)


def _pixels(value: object, name: str) -> int:
    if not isinstance(value, int):
        raise ValueError(f"{name} is not a whole number")
    return int(_number(value, name, 1, _LARGEST_PX))


def _by_view(
    fields: dict[str, Any], name: str, read: Callable[[object, str], T]
) -> Mapping[View, T]:
    return MappingProxyType(
        {
            key_from_name(view): read(value, f"{name}.{view}")
            for view, value in _object(fields.get(name), name).items()
        }
    )


def _window(value: object, name: str) -> VoiWindow | tuple[int, VoiWindow | None]:
    fields = _object(value, name)
    if "table" not in fields:
        return _voi_window(fields, name)
    number = fields["table"]
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(f"{name}.table is not a place in a list")
    return number, _voi_window(fields, name) if "center" in fields else None


def _voi_window(fields: dict[str, Any], name: str) -> VoiWindow:
    return VoiWindow(
        _number(fields.get("center"), f"{name}.center", -1e9, 1e9),
        _number(fields.get("width"), f"{name}.width", 1e-9, 1e9),
        VoiFunction(fields.get("function")),
        _text(fields.get("explanation"), f"{name}.explanation"),
    )


def _departures(value: object) -> Departures:
    fields = _object(value, "departures")
    return Departures(
        clahe=_flag(fields.get("clahe"), "departures.clahe"),
        sharpened=_flag(fields.get("sharpened"), "departures.sharpened"),
        gamma=_number(fields.get("gamma"), "departures.gamma", GAMMAS[0], GAMMAS[-1]),
    )


def _sizing(value: object) -> Sizing:
    sizing = Sizing(value)
    if sizing is Sizing.TRUE:
        raise ValueError("a page has no life size")
    return sizing


def _nipple(value: object, name: str) -> Nipple:
    fields = _object(value, name)
    return Nipple(
        _number(fields.get("row"), f"{name}.row", 0.0, _LARGEST_PX),
        _number(fields.get("column"), f"{name}.column", 0.0, _LARGEST_PX),
        _flag(fields.get("guessed"), f"{name}.guessed"),
    )


def _viewport(value: object, name: str) -> Viewport:
    fields = _object(value, name)
    return Viewport(
        _pixels(fields.get("height"), f"{name}.height"),
        _pixels(fields.get("width"), f"{name}.width"),
        _number(fields.get("scale"), f"{name}.scale", SMALLEST_SCALE, LARGEST_SCALE),
        _number(fields.get("row"), f"{name}.row", -_LARGEST_PX, _LARGEST_PX),
        _number(fields.get("column"), f"{name}.column", -_LARGEST_PX, _LARGEST_PX),
    )


def _placed(value: object, name: str) -> Placed:
    fields = _object(value, name)
    view, turned = fields.get("view"), fields.get("turned")
    if not isinstance(turned, list) or len(turned) != 3:
        raise ValueError(f"{name}.turned is no list of three")
    flags = [_flag(flag, f"{name}.turned") for flag in turned]
    return Placed(
        None if view is None else View.from_name(_text(view, f"{name}.view")), Orientation(*flags)
    )


def _overlays(fields: dict[str, Any]) -> Overlays:
    colour_map = _text(fields.get("colour_map"), "overlays.colour_map")
    if colour_map not in COLOUR_MAPS:
        raise ValueError(f"no colour map is called {colour_map}")
    return Overlays(
        **{
            name: _flag(fields.get(name), f"overlays.{name}")
            for name in ("malignant", "benign", "patches", "truth")
        },
        opacity=_number(fields.get("opacity"), "overlays.opacity", 0.0, 1.0),
        threshold=_number(fields.get("threshold"), "overlays.threshold", 0.0, 1.0),
        colour_map=colour_map,
    )


def _provenance(value: object) -> Provenance:
    fields = _object(value, "model")
    return Provenance(
        **{
            name: _text(fields.get(name), f"model.{name}")
            for name in Provenance.__dataclass_fields__
        }
    )
