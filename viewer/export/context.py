"""What a picture out knows of itself: enough to open the same exam in the same way again.

The document is JSON: `format` "fourview-page", `version` 1, and the fields that `PageContext`
has. Windows are written out; a VOI LUT is named by its place in the image's VOI LUT Sequence,
beside the window over its output where there is one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from models import RESEARCH_USE_ONLY, __version__
from models.exam import Exam, View
from models.grayscale import VoiWindow
from models.results import ExamResult, MadeBy
from viewer.display.annotations import Detail
from viewer.display.departures import VENDOR_LOOK, Departures
from viewer.display.hanging import layout_named
from viewer.display.measurement import Measurement
from viewer.display.nipple import Nipple
from viewer.display.overlay import Overlays
from viewer.display.placed import Placed
from viewer.display.size import Sizing
from viewer.display.viewport import Viewport
from viewer.display.voi import Voi, WindowedTable, start_voi
from viewer.export.caption import Wording
from viewer.export.fields import (
    by_view,
    departures_at,
    flag_at,
    made_at,
    made_document,
    nipple_at,
    object_at,
    overlays_at,
    paths_at,
    pixels_at,
    placed_at,
    placed_document,
    refuse_constant,
    sizing_at,
    text_at,
    viewport_at,
    window_at,
    window_document,
)
from viewer.export.measurement_document import measurement_documents, measurements_at
from viewer.export.page import PageSpec, mammograms_on

FORMAT, VERSION = "fourview-page", 1

_NOBODY: dict[str, object] = {
    "exam_id": "",
    "images": {},
    "paths": {},
    "opened": [],
    "measurements": {},
}


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
    measurements : what was measured, by view.
    detail : how much was said on the images; deidentified : nothing tells whose they are.
    made : by model, what made the scores, marks and maps on the page.
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
    made: Mapping[str, MadeBy]
    placed: Mapping[View, Placed]
    sizing: Sizing
    nipples: Mapping[View, Nipple]
    measurements: Mapping[View, tuple[Measurement, ...]]

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
            measurements=self.measurements,
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
            view.name: window_document(
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
        "placed": {key.name: placed_document(placed) for key, placed in spec.placed.items()},
        "sizing": spec.sizing.value,
        "nipples": {
            view.name: asdict(spec.nipples[view]) for view in views if view in spec.nipples
        },
        "measurements": {
            view.name: measurement_documents(spec.measurements[view])
            for view in views
            if view in spec.measurements
        },
        "models": {} if result is None else made_document(result.made_by),
    }
    return {**document, **_NOBODY, "windows": {}} if spec.wording.deidentified else document


def parse_context(text: str) -> PageContext:
    """Read a document back; raises ValueError, naming the field, when it is not sound."""
    document = json.loads(text, parse_constant=refuse_constant)
    fields = object_at(document, "document")
    if fields.get("format") != FORMAT:
        raise ValueError("format is not fourview-page")
    if fields.get("version") != VERSION:
        raise ValueError(f"version {fields.get('version')} is not known to this Fourview")
    layout = text_at(fields.get("layout"), "layout")
    layout_named(layout)
    return PageContext(
        exam_id=text_at(fields.get("exam_id"), "exam_id"),
        images=by_view(fields, "images", text_at),
        paths=by_view(fields, "paths", lambda value, name: Path(text_at(value, name))),
        opened=paths_at(fields.get("opened", [])),
        layout=layout,
        height=pixels_at(fields.get("height"), "height"),
        width=pixels_at(fields.get("width"), "width"),
        overlays=overlays_at(object_at(fields.get("overlays"), "overlays")),
        windows=by_view(fields, "windows", window_at),
        viewports=by_view(fields, "viewports", viewport_at),
        inverted=flag_at(fields.get("inverted"), "inverted"),
        departures=departures_at(fields.get("departures", asdict(VENDOR_LOOK))),
        plain=flag_at(fields.get("plain"), "plain"),
        detail=Detail(fields.get("detail", Detail.SHORT.value)),
        deidentified=flag_at(fields.get("deidentified", False), "deidentified"),
        made_on=text_at(fields.get("made_on"), "made_on"),
        made=made_at(fields.get("models", {})),
        # Pictures made before images could be placed by hand have none of it.
        placed=by_view({"placed": {}, **fields}, "placed", placed_at),
        sizing=sizing_at(fields.get("sizing", Sizing.SAME.value)),
        nipples=by_view({"nipples": {}, **fields}, "nipples", nipple_at),
        measurements=by_view({"measurements": {}, **fields}, "measurements", measurements_at),
    )
