"""A page of panes as pixels, drawn by the same functions that draw the screen, without Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import ExportError
from models.exam import Exam, Mammogram, View
from models.geometry import Box
from models.results import ExamResult
from viewer.display.annotations import Detail
from viewer.display.colours import LINE, WARNING, bgr
from viewer.display.finding_marks import findings_part
from viewer.display.gray import buffer_of, contrast_pyramid, table_of
from viewer.display.gray_words import departure_words
from viewer.display.hanging import align_of, column_gaps, layout_named, pane_rects
from viewer.display.marks import MarkSize, blend, marks_layer
from viewer.display.pane_key import PriorView
from viewer.display.sampling import to_gray
from viewer.display.scale import scale_bar
from viewer.display.shown import ShownImage, ShownMarks, fitted_or_placed, marks_of
from viewer.display.signs import Sign, boxes_of, sign_pixels, signs_on
from viewer.display.size import size_words
from viewer.display.strip import parted
from viewer.display.tint import tint
from viewer.display.viewport import Viewport, fit
from viewer.exam_io.orientation import is_wrong_side
from viewer.export.banner import banner_for
from viewer.export.caption import (
    Caption,
    Room,
    alarm_lines,
    caption_lines,
    corner_words,
    unmarked_lines,
    with_templates,
)
from viewer.export.caption_paint import draw_caption
from viewer.export.measurement_paint import draw_measurements
from viewer.export.page import PageSpec, mammograms_on
from viewer.export.strip import STRIP_PX, draw_strip

_SMALLEST_PANE_PX = 32
_LONGEST_BAR = 1 / 3
_ROOM_FOR_STRIP = 1.5


def render_page(exam: Exam, result: ExamResult | None, spec: PageSpec) -> NDArray[np.uint8]:
    """Draw a page.

    Parameters
    ----------
    result : what the models said, or None; overlays of what is not there stay empty.

    Returns
    -------
    ndarray, shape (spec.height, spec.width, 3), uint8, RGB.

    Raises
    ------
    ExportError : the page is too small for its panes, or is to be de-identified although the
        pixels of an image may name the patient.
    """
    if spec.wording.deidentified:
        _refuse_burned_in(mammograms_on(exam, spec).values())
    page = np.zeros((spec.height, spec.width, 3), dtype=np.uint8)
    body = page
    if not spec.plain:
        banner = banner_for(exam, result, spec, spec.width, spec.text_factor)
        if banner.height < spec.height:
            banner.draw(page[spec.height - banner.height :])
        body = page[: max(spec.height - banner.height, 0)]
    layout = layout_named(spec.layout)
    rects = pane_rects(layout, body.shape[0], body.shape[1], gap_of(spec))
    if min(min(rect.height, rect.width) for rect in rects.values()) < _SMALLEST_PANE_PX:
        raise ExportError(
            f"A page of {spec.width}×{spec.height} pixels has no room for its images."
        )
    if not spec.plain:
        body[:] = bgr(LINE)  # shows between the panes only
    images = _images(exam, spec, layout.views)
    if not spec.plain:
        strip_px = round(STRIP_PX * spec.text_factor)
        rects, strips = parted(rects, images, strip_px)
        for box, strip in strips.values():
            draw_strip(_part(body, box), strip)
    shown = _viewports(spec, images, rects)
    for view, rect in rects.items():
        pane = _part(body, rect)
        pane[:] = 0
        if view in images:
            _draw_pane(pane, view, images[view], exam, result, shown[view], spec)
        elif not spec.plain:
            draw_caption(pane, _missing(exam, view, spec), spec.text_factor)
    return np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _missing(exam: Exam, view: View, spec: PageSpec) -> Caption:
    """Which view is not there, so that an empty pane is never a shifted grid."""
    whose = _exam_of(exam, view, spec)
    aside = any(problem.subject.startswith(view.label) for problem in exam.set_aside)
    return Caption(
        view.label,
        align_of(view),
        identity=spec.wording.identity_of(whose),
        lines=tuple(alarm_lines(whose)),
        missing=f"{view.label} is set aside" if aside else f"No {view.label} in this exam",
    )


def _exam_of(exam: Exam, view: View, spec: PageSpec) -> Exam:
    """The exam whose alarm and date a pane tells; a prior has its own alarm, and never the date
    of the exam that it is the prior of."""
    return replace(exam, date="", alarm=spec.prior_alarm) if isinstance(view, PriorView) else exam


def _refuse_burned_in(images: Iterable[Mammogram]) -> None:
    """Burned In Annotation (0028,0301): no words of ours can take out what the pixels say."""
    for image in images:
        if "Burned-in annotation" in image.description:
            raise ExportError(
                f"{image.title} says that its pixels hold burned-in annotation (0028,0301), "
                "which may name the patient, so it is not exported as de-identified."
            )


def _notice(spec: PageSpec, view: View) -> str:
    """What is said over an image; no dates and no words of its file where nobody may be named."""
    if view not in spec.beside:
        return ""
    if spec.wording.deidentified:
        return "PRIOR" if isinstance(view, PriorView) else "Set aside"
    return spec.beside[view].notice


def full_resolution_spec(exam: Exam, result: ExamResult | None, spec: PageSpec) -> PageSpec:
    """`spec` at the size that gives every image pixel a pixel of its own, the banner below them.

    Raises ExportError when the exam has no view of the layout.
    """
    layout = layout_named(spec.layout)
    shapes = {
        view: mammogram.orientation.shape(mammogram.shape)
        for view, mammogram in mammograms_on(exam, spec).items()
        if view in layout.views
    }
    if not shapes:
        missing = " or ".join(view.label for view in layout.views)
        raise ExportError(f"Exam {exam.exam_id} has no {missing}.")
    gap_px = gap_of(spec)
    pane = max(rows for rows, _ in shapes.values()), max(columns for _, columns in shapes.values())
    untouched = {view: fit(shape, *pane, align_of(view), 1.0) for view, shape in shapes.items()}
    body = replace(
        spec,
        height=layout.rows * (pane[0] + gap_px) - gap_px,
        width=layout.columns * pane[1] + sum(column_gaps(layout, gap_px)),
        viewports=MappingProxyType(untouched),
    )
    if spec.plain:
        return body
    found = mammograms_on(exam, spec)
    if any(view in spec.beside or is_wrong_side(found[view]) for view in shapes):
        # Room for strips, and some to spare: they grow with the page, which a banner lengthens.
        strip_px = round(_ROOM_FOR_STRIP * STRIP_PX * body.text_factor)
        body = replace(body, height=body.height + layout.rows * strip_px)
    return replace(body, height=_with_banner(exam, result, body))


def with_banner_below(exam: Exam, result: ExamResult | None, spec: PageSpec) -> PageSpec:
    """`spec` grown by its banner, so that the panes keep the height and zoom they have."""
    return spec if spec.plain else replace(spec, height=_with_banner(exam, result, spec))


def _images(exam: Exam, spec: PageSpec, views: Sequence[View]) -> dict[View, ShownImage]:
    """What the panes show; whose side is in doubt says so, as on the screen."""
    found = mammograms_on(exam, spec)
    return {
        view: ShownImage.prepare(
            found[view],
            doubtful=is_wrong_side(found[view]),
            notice=_notice(spec, view),
        )
        for view in views
        if view in found
    }


def _part(body: NDArray[np.uint8], rect: Box) -> NDArray[np.uint8]:
    return body[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width]


def gap_of(spec: PageSpec) -> int:
    """Pixels between neighbouring panes: a hairline, or nothing on a plain page."""
    return 0 if spec.plain else 1


def _with_banner(exam: Exam, result: ExamResult | None, spec: PageSpec) -> int:
    """Height of the page whose body is as high as `spec`."""
    height = spec.height
    while True:
        page = replace(spec, height=height)
        banner = banner_for(exam, result, page, page.width, page.text_factor)
        if height >= spec.height + banner.height:
            return spec.height + banner.height
        height = spec.height + banner.height


def _viewports(
    spec: PageSpec, images: Mapping[View, ShownImage], rects: Mapping[View, Box]
) -> dict[View, Viewport]:
    """Where each pane looks: as asked for, else fitted at one scale with the other panes."""
    found = fitted_or_placed({}, images, rects, spec.sizing)
    for view, asked in spec.viewports.items():
        if view in found:
            rect = rects[view]
            found[view] = asked.refitted(rect.height, rect.width, align_of(view))
    return found


def _draw_pane(
    pane: NDArray[np.uint8],
    view: View,
    image: ShownImage,
    exam: Exam,
    result: ExamResult | None,
    viewport: Viewport,
    spec: PageSpec,
) -> None:
    mammogram = image.mammogram
    voi = spec.vois.get(view, image.voi)
    contrast = contrast_pyramid(image) if spec.departures.clahe else None
    buffer, (y, x) = buffer_of(image, viewport, spec.departures, contrast, inverted=spec.inverted)
    table = table_of(image, voi, inverted=spec.inverted, departures=spec.departures)
    gray = to_gray(buffer, table)
    pane[y : y + gray.shape[0], x : x + gray.shape[1]] = gray[..., None]
    glam = None if result is None else result.glam
    marks = None if result is None else marks_of(result, view, mammogram)
    _draw_overlays(pane, image, marks, viewport, spec)
    if spec.plain:
        draw_measurements(pane, view, image, viewport, spec)
    else:
        words = departure_words(spec.departures)
        departed = [(words, WARNING)] if words else []
        told = replace(mammogram, description=spec.wording.words_of(mammogram))
        whose = _exam_of(exam, view, spec)
        caption = Caption(
            spec.wording.title_of(mammogram),
            align_of(view),
            identity=spec.wording.identity_of(whose, mammogram),
            lines=(
                *alarm_lines(whose),
                *departed,
                *unmarked_lines(view, result, spec.overlays),
                *caption_lines(view, told, glam),
            ),
            corner=corner_words(viewport, spec.wording.voi_told(voi), inverted=spec.inverted),
            bar=scale_bar(mammogram, viewport, pane.shape[1] * _LONGEST_BAR),
            size=tuple(size_words(mammogram, viewport)),
            room=Room(image.free, viewport),
        )
        caption = with_templates(caption, mammogram, spec.wording)
        placement = draw_caption(pane, caption, spec.text_factor)
        written = None if spec.wording.detail is Detail.NONE else placement
        nipple = spec.nipples.get(view)
        signs = signs_on(image, nipple, viewport, spec.text_factor, words=written)
        _draw_signs(pane, signs)
        taken = () if written is None else boxes_of(written)
        draw_measurements(pane, view, image, viewport, spec, taken)


def _draw_signs(pane: NDArray[np.uint8], signs: Sequence[Sign]) -> None:
    for sign in signs:
        pixels = sign_pixels(sign.kind, sign.size_px)
        y, x = max(sign.y, 0), max(sign.x, 0)
        bottom, right = pane.shape[0] - sign.y, pane.shape[1] - sign.x
        blend(pane, pixels[y - sign.y : bottom, x - sign.x : right], y, x)


def _draw_overlays(
    pane: NDArray[np.uint8],
    image: ShownImage,
    marks: ShownMarks | None,
    viewport: Viewport,
    spec: PageSpec,
) -> None:
    overlays = spec.overlays
    if marks is not None and marks.saliency and overlays.findings:
        values, (y, x) = marks.values(overlays.findings, viewport)
        blend(pane, tint(values, overlays), y, x)
    size, letters = MarkSize.for_scale(spec.text_factor), not spec.plain
    if marks is not None and overlays.patches:  # below the names of findings
        blend(pane, marks_layer(viewport, patches=marks.patches, size=size, letters=letters))
    if marks is not None and overlays.kinds:
        found = marks.findings
        part, (y, x) = findings_part(viewport, found, overlays.kinds, size, letters=letters)
        blend(pane, part, y, x)
    drawn = marks_layer(
        viewport,
        truth=image.truth if overlays.truth else (),
        peaks=marks.peaks(overlays) if marks is not None else (),
        size=size,
        letters=letters,
    )
    blend(pane, drawn)
