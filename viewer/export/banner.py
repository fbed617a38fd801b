"""The strip under a page that says what is seen: exam, model, weights, overlays, purpose.

It has a height of its own, so that no word ever lies on tissue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from models import RESEARCH_USE_ONLY, __version__
from models.catalog import name_of_model
from models.exam import Exam, FindingClass
from models.results import ExamResult, Provenance
from viewer.display.colours import (
    ACCENT,
    ALARM,
    CALCIFICATIONS,
    LETTER,
    LINE,
    MASSES,
    MUTED,
    ON_ALARM,
    OWN_MARKS,
    PANEL,
    TEXT,
    TRUTH,
    WARNING,
    bgr,
)
from viewer.display.gate_words import reasons_told
from viewer.display.gray_words import departure_words
from viewer.display.overlay import Overlays, colour_table
from viewer.display.text import draw_text, line_height, shortened, text_width
from viewer.export.caption import DEIDENTIFIED
from viewer.export.page import PageSpec

_WEIGHTS_DIGITS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A few words, with the colours they explain in front of them where there are any.

    Attributes
    ----------
    swatch : ndarray, shape (n, 3), BGR, painted from left to right, or None.
    ground : the colour of the whole line that it stands in, or empty.
    """

    words: str
    colour: str = TEXT
    swatch: NDArray[np.uint8] | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Banner:
    """The strip, set into lines for one width of page."""

    lines: tuple[tuple[Item, ...], ...]
    size_px: int

    @property
    def height(self) -> int:
        """Pixels it takes at the foot of the page."""
        return line_height(self.size_px) * len(self.lines) + 2 * self._margin

    @property
    def _margin(self) -> int:
        return self.size_px * 3 // 4

    def draw(self, canvas: NDArray[np.uint8]) -> None:
        """Paint onto `canvas`, shape (height, page width, 3), BGR."""
        canvas[:] = bgr(PANEL)
        canvas[0] = bgr(LINE)
        for number, line in enumerate(self.lines):
            x, y = self._margin, self._margin + number * line_height(self.size_px)
            for item in line:
                if item.ground:
                    canvas[y : y + line_height(self.size_px)] = bgr(item.ground)
                if item.swatch is not None:
                    _draw_swatch(canvas, item.swatch, y, x, self.size_px)
                    x += _swatch_width(self.size_px)
                draw_text(canvas, item.words, y, x, self.size_px, item.colour)
                x += text_width(item.words, self.size_px) + _space(self.size_px)


def banner_for(
    exam: Exam, result: ExamResult | None, spec: PageSpec, width: int, factor: float
) -> Banner:
    """The strip of a page `width` pixels wide, its words `factor` times the usual size."""
    size_px = round(13 * factor)
    room = width - 2 * (size_px * 3 // 4)
    groups = (
        _alarm_items(exam.alarm),
        _alarm_items(spec.prior_alarm and f"Prior: {spec.prior_alarm}"),
        (*_exam_items(exam, spec), *_model_items(result, held=spec.held)),
        *((item,) for item in _gate_items(result)),
        _overlay_items(spec.overlays),
        _purpose_items(spec),
    )
    lines = [line for group in groups for line in _set_in_lines(group, size_px, room)]
    return Banner(tuple(lines), size_px)


def _alarm_items(alarm: str) -> tuple[Item, ...]:
    return (Item(alarm, ON_ALARM, ground=ALARM),) if alarm else ()


def _exam_items(exam: Exam, spec: PageSpec) -> tuple[Item, ...]:
    if spec.wording.deidentified:
        return (Item(DEIDENTIFIED),)
    dated = (Item(exam.date),) if exam.date else ()
    return (Item(f"Exam {exam.title or exam.exam_id}"), *dated)


def _model_items(result: ExamResult | None, *, held: bool) -> tuple[Item, ...]:
    """Every model that had a part in the results, by the digest of its weights.

    What several in a row have in common is said once.
    """
    made = () if result is None else tuple(chain.from_iterable(result.made.values()))
    if held:
        return (Item("What models say is held back until the first read is locked", MUTED),)
    if not made:
        return (Item("Models not run", MUTED),)
    items: list[Item] = []
    for place, each in enumerate(made):
        before, after = made[:place][-1:], made[place + 1 :][:1]
        if all(each.model_name != other.model_name for other in before):
            items.append(Item(f"{each.model_name}, scores not calibrated"))
        items.append(Item(f"weights {each.weights_name} {each.weights_sha256[:_WEIGHTS_DIGITS]}"))
        if all(_placed(each) != _placed(other) for other in after):
            items.append(Item(_placed(each)))
    items += [Item(note, MUTED) for note in dict.fromkeys(each.note for each in made) if note]
    return tuple(items)


def _gate_items(result: ExamResult | None) -> tuple[Item, ...]:
    """Why a number stands on less than usual, or is not there; each on a line of its own."""
    verdicts = {} if result is None else result.verdicts
    made = {} if result is None else result.made
    return tuple(
        Item(f"{_name(model, made)}: {reason}", WARNING)
        for model, by_view in verdicts.items()
        for reason in reasons_told(by_view)
    )


def _name(model: str, made: Mapping[str, Sequence[Provenance]]) -> str:
    if model in made:
        return made[model][0].model_name
    return name_of_model(model)


def _placed(made: Provenance) -> str:
    return f"{made.precision} on {made.device}"


def _overlay_items(overlays: Overlays) -> tuple[Item, ...]:
    items = [
        Item(
            f"{LETTER[finding]} {finding.value} saliency",
            TEXT,
            _saliency_swatch(finding, overlays),
        )
        for finding in FindingClass
        if overlays.shows(finding)
    ]
    if items:
        items.append(
            Item(f"threshold {overlays.threshold:.2f}, opacity {overlays.opacity:.2f}", MUTED)
        )
    if overlays.patches:
        items.append(Item("1, 2 … selected patches", TEXT, _flat_swatch(ACCENT)))
    if overlays.calcifications:
        items.append(Item("C1, C2 … calcifications", TEXT, _flat_swatch(CALCIFICATIONS)))
    if overlays.masses:
        items.append(Item("mass 1, 2 …", TEXT, _flat_swatch(MASSES)))
    if overlays.own:
        words = "O1, O2 … marks of your own models"
        items.append(Item(words, TEXT, _flat_swatch(OWN_MARKS)))
    if overlays.truth:
        words = "T B, T M ground truth, dashed"
        items.append(Item(words, TRUTH, _dashed_swatch()))
    return tuple(items)


def _purpose_items(spec: PageSpec) -> tuple[Item, ...]:
    dated = (Item(f"made {spec.made_on}", MUTED),) if spec.made_on else ()
    words = departure_words(spec.departures)
    departed = (Item(words, WARNING),) if words else ()
    if spec.inverted:
        departed = (Item("Shown as the negative", WARNING), *departed)
    return (*departed, Item(RESEARCH_USE_ONLY), Item(f"Fourview {__version__}", MUTED), *dated)


def _set_in_lines(items: Sequence[Item], size_px: int, room: int) -> list[tuple[Item, ...]]:
    """Break items into lines; an item too long for a line of its own is shortened."""
    lines: list[tuple[Item, ...]] = []
    used = 0
    for item in items:
        swatch_px = 0 if item.swatch is None else _swatch_width(size_px)
        words = shortened(item.words, size_px, room - swatch_px)
        width = swatch_px + text_width(words, size_px)
        set_item = replace(item, words=words)
        if lines and used + _space(size_px) + width <= room:
            lines[-1] = (*lines[-1], set_item)
            used += _space(size_px) + width
        else:
            lines.append((set_item,))
            used = width
    return lines


def _space(size_px: int) -> int:
    return size_px * 5 // 4


def _swatch_width(size_px: int) -> int:
    return size_px * 3 + size_px // 2


def _draw_swatch(
    canvas: NDArray[np.uint8], swatch: NDArray[np.uint8], y: int, x: int, size_px: int
) -> None:
    width = size_px * 3
    colours = swatch[np.arange(width) * len(swatch) // width]
    top = y + size_px // 4
    canvas[top : top + size_px * 3 // 4, x : x + width] = colours


def _saliency_swatch(finding: FindingClass, overlays: Overlays) -> NDArray[np.uint8]:
    """The colours from the threshold to 1 as they look on black."""
    return np.ascontiguousarray(colour_table(finding, overlays)[:, :3])


def _flat_swatch(colour: str) -> NDArray[np.uint8]:
    return np.array([bgr(colour)], dtype=np.uint8)


def _dashed_swatch() -> NDArray[np.uint8]:
    """Dashes as they go round the truth."""
    dash, gap = bgr(TRUTH), bgr(PANEL)
    stripes = [dash, dash, gap] * 4
    return np.array(stripes[:-1], dtype=np.uint8)
