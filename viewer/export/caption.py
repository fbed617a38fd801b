"""What is said on a pane, in the window and in pictures out alike, and where it stands.

View and laterality come from the image's own attributes, never from its pane. Who the patient is
stands under them; templates add the rest (docs/annotations.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from models.catalog import CARDS, DEMO
from models.exam import Exam, FindingClass, Mammogram, Origin, View
from models.results import ExamResult, GlamResult
from viewer.display.air import FreeAir
from viewer.display.annotations import NO_ANNOTATIONS, Annotations, Corner, Detail
from viewer.display.colours import ACCENT, FAULT, MUTED, TEXT, WARNING
from viewer.display.gray_words import voi_words
from viewer.display.overlay import Overlays
from viewer.display.pane_key import is_current
from viewer.display.scale import ScaleBar
from viewer.display.viewport import Align, Viewport
from viewer.display.voi import Voi, WindowedTable
from viewer.display.words import Bar, Line, Placement, Typeface, place
from viewer.exam_io.records import ExamRecord

DEIDENTIFIED = "De-identified"

# What is left to say of an image without telling whose it is: nothing that a site can
# word as it likes (the meaning of a view's code, the name of a machine), no numbers, no times.
_IMPERSONAL = frozenset(
    {
        "Tube voltage",
        "Exposure",
        "Exposure time",
        "Anode",
        "Filter",
        "Compressed thickness",
        "Compression force",
        "Positioner angle",
        "Organ dose",
        "Entrance dose",
        "Relative exposure",
        "Quality control image",
        "Breast implant",
        "Partial view",
        "Magnification",
        "Stored as",
    }
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What may and must be said.

    Attributes
    ----------
    annotations : templates of what is said beside identity and state, at this `detail`.
    identified : whose image it is stands on it, whatever the detail.
    deidentified : nothing that tells whose image it is stands on it.
    """

    annotations: Annotations = NO_ANNOTATIONS
    detail: Detail = Detail.SHORT
    identified: bool = True
    deidentified: bool = False

    def words_of(self, mammogram: Mammogram) -> Mapping[str, str]:
        """What the image says of itself, as far as it may be told."""
        if not self.deidentified:
            return mammogram.description
        return MappingProxyType(
            {name: said for name, said in mammogram.description.items() if name in _IMPERSONAL}
        )

    def voi_told(self, voi: Voi) -> Voi:
        """A window or table without its explanation, which is free text, where it might tell."""
        if not self.deidentified:
            return voi
        if isinstance(voi, WindowedTable):
            return replace(voi, table=replace(voi.table, explanation=""))
        return replace(voi, explanation="")

    def title_of(self, mammogram: Mammogram) -> str:
        """View and laterality; a picture without them may be called by its file's name."""
        if self.deidentified:
            return "Image" if mammogram.view is None else mammogram.view.label
        return mammogram.title

    def identity_of(
        self, exam: Exam | ExamRecord, mammogram: Mammogram | None = None
    ) -> tuple[str, ...]:
        """Whose image it is and when it was taken, as parts of one line."""
        if self.deidentified:
            return (DEIDENTIFIED,)
        if not self.identified:
            return ()
        said = {} if mammogram is None else mammogram.description
        who = tuple(said[name] for name in ("Patient", "Patient ID") if name in said)
        when = said.get("Acquired") or exam.date
        return tuple(filter(None, (*(who or (exam.title or exam.exam_id,)), when)))


@dataclass(frozen=True, slots=True)
class Room:
    """The air beside the tissue of one pane, in the pixels of whoever draws.

    Attributes
    ----------
    ratio : device pixels, which the viewport counts, for each of those pixels.
    """

    air: FreeAir
    viewport: Viewport
    ratio: float = 1.0

    def beside(self, top: float, bottom: float, *, on_left: bool) -> float:
        """Pixels from the pane's left or right edge without tissue between two heights."""
        rows = top * self.ratio, bottom * self.ratio
        return self.air.room(self.viewport, *rows, on_left=on_left) / self.ratio


@dataclass(frozen=True, slots=True)
class Caption:
    """Everything said on one pane.

    Attributes
    ----------
    title : view and laterality; identity : whose image, and when, in parts.
    lines : (words, colour) below; warnings among them are never left out.
    top, bottom : lines of the templates, each in parts.
    size : (words, colour) of how large and how true the image is shown.
    corner : how its grey values are shown; bar : lengths in the pixels of whoever draws.
    missing : the words in the middle of a pane without an image.
    room : where there is no tissue; None where there is no image.
    """

    title: str
    align: Align
    identity: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    top: tuple[tuple[str, ...], ...] = ()
    bottom: tuple[tuple[str, ...], ...] = ()
    size: tuple[tuple[str, str], ...] = ()
    corner: str = ""
    bar: ScaleBar | None = None
    missing: str = ""
    room: Room | None = None
    focused: bool = False

    @property
    def on_left(self) -> bool:
        """Whether the air is on the left."""
        return self.align is not Align.LEFT

    def placed(self, size: tuple[float, float], margin: float, typeface: Typeface) -> Placement:
        """Where everything stands on a pane of (height, width)."""
        top = [Line((self.title,), ACCENT if self.focused else TEXT, kept=True, large=True)]
        if self.identity:
            top.append(Line(self.identity, TEXT, kept=True))
        top.extend(
            Line(tuple(words.split(" · ")), colour, kept=colour in (WARNING, FAULT))
            for words, colour in sorted(self.lines, key=lambda line: line[1] != FAULT)
        )
        top.extend(Line(parts, MUTED) for parts in self.top)
        bottom: list[Line | Bar] = [Line(parts, MUTED) for parts in self.bottom]
        bottom.extend(
            Line(tuple(words.split(" · ")), colour, kept=True) for words, colour in self.size
        )
        if self.bar is not None:
            bottom.append(Bar(self.bar.words, self.bar.pixels))
        if self.corner:
            bottom.append(Line(tuple(self.corner.split(" · ")), MUTED, kept=True))
        return place(
            top,
            bottom,
            size,
            on_left=self.on_left,
            margin=margin,
            room=lambda top, bottom: self._free(top, bottom, size[1]),
            typeface=typeface,
        )

    def _free(self, top: float, bottom: float, width: float) -> float:
        if self.room is None:
            return width
        return self.room.beside(top, bottom, on_left=self.on_left)


def with_templates(caption: Caption, mammogram: Mammogram, wording: Wording) -> Caption:
    """The caption with the lines of the templates."""
    words, filled = wording.words_of(mammogram), wording.annotations.filled
    return replace(
        caption,
        top=filled(Corner.TOP, wording.detail, words),
        bottom=filled(Corner.BOTTOM, wording.detail, words),
    )


def alarm_lines(exam: Exam | ExamRecord | None) -> list[tuple[str, str]]:
    """What is wrong with a whole exam, on every pane of it."""
    return [] if exam is None or not exam.alarm else [("MIXED PATIENTS IN THIS EXAM", FAULT)]


def unmarked_lines(
    view: View, result: ExamResult | None, overlays: Overlays
) -> list[tuple[str, str]]:
    """Where marks of a model are on that has read other images and not this one, which must not
    look like one where nothing was found."""
    if result is None or not is_current(view):
        return []
    asked = (
        (overlays.calcifications, "microcalcification", result.microcalcification),
        (overlays.masses, "mass", result.mass),
    )
    lines = [
        (f"{CARDS[model].name}: {'not run' if found is None else 'withheld'}", WARNING)
        for is_on, model, found in asked
        if is_on and (found is None or view not in found.views)
    ]
    if overlays.own:
        lines += [
            (f"{own.provenance.model_name}: withheld", WARNING)
            for own in result.others.values()
            if view not in own.views
        ]
        if not result.others:
            lines.append(("Models of your own: not run", WARNING))
    return lines


def caption_lines(
    view: View, mammogram: Mammogram, glam: GlamResult | None
) -> list[tuple[str, str]]:
    """What is said of an image and its scores, as (words, colour)."""
    said = mammogram.description
    lines = []
    if mammogram.is_phantom:
        lines.append(("PHANTOM · QC IMAGE", WARNING))
    elif "Quality control image" in said:
        lines.append(("QC IMAGE", WARNING))
    if "Breast implant" in said:
        lines.append(("Implant present", WARNING))
    if "Partial view" in said:
        of = f": {said['Partial view of']}" if "Partial view of" in said else ""
        lines.append((f"Partial view{of}", WARNING))
    if "Burned-in annotation" in said:
        lines.append(("Burned-in annotation", WARNING))
    if glam is not None and view in glam.views:
        found = glam.views[view]
        for finding in reversed(FindingClass):
            lines.append((f"{finding.value.capitalize()} {found.score(finding):.2f}", TEXT))
        if glam.provenance.model_id == DEMO.id:
            lines.append((glam.provenance.model_name, WARNING))
    elif glam is not None:
        reason = glam.withheld.get(view, "not run on this view")
        lines.append((f"{glam.provenance.model_name}: {reason}", WARNING))
    if mammogram.view_origin.is_guess:
        lines.append((f"View guessed: {mammogram.view_origin.value}", WARNING))
    if mammogram.view_origin is Origin.BY_HAND:
        lines.append((f"Shown as {view.label} by hand", WARNING))
    if mammogram.orientation_origin is Origin.BY_HAND:
        lines.append(("Mirrored or turned by hand", WARNING))
    if mammogram.orientation_origin.is_guess:
        lines.append((f"Orientation guessed: {mammogram.orientation_origin.value}", WARNING))
    return lines


def corner_words(viewport: Viewport, voi: Voi, *, inverted: bool = False) -> str:
    """How the image is shown, as `1:1 · C 2653 W 900 sigmoid · inverted`.

    `size_words` tell a zoom below 1:1.
    """
    zoom = ""
    if viewport.scale >= 1.0:
        zoom = "1:1 · " if viewport.scale == 1.0 else f"{100 * viewport.scale:.0f} % · "
    return f"{zoom}{voi_words(voi)}{' · inverted' if inverted else ''}"
