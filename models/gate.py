"""Whether a model may speak of an image at all: green, amber with a caution, red with no number.

Asked before every run, of what the file says and what was measured while reading it; nothing is
computed. Red means that the number would be about something else than the model learned, or would
be filed under the wrong breast. Amber means that it stands, and that a reader must know why it
may be less than usual.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from models.cards.card import ModelCard
from models.exam import STANDARD_VIEWS, Exam, Mammogram

# Contact views lie below 1.2, a stand makes 1.5 to 2; between them there is nothing.
MAGNIFIED = 1.3
# Screening detectors have pixels of 0.05 to 0.1 mm; film is scanned at 0.05 or coarser.
_FINEST_MM, _COARSEST_MM = 0.04, 0.13


class Light(Enum):
    """How a model may speak."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A light and why it is not green, in whole sentences; red reasons come first."""

    light: Light = Light.GREEN
    reasons: tuple[str, ...] = ()


def judge(card: ModelCard, images: tuple[Mammogram, ...], exam: Exam) -> Verdict:
    """May this model speak of these images?

    Parameters
    ----------
    images : what it reads in one go: one image, or those of the whole exam.
    exam : that they belong to.
    """
    said = [*_of_exam(card, images, exam)]
    for image in images:
        who = f"{image.title}: " if len(images) > 1 else ""
        said += [(light, f"{who}{reason}") for light, reason in _of_image(card, image)]
    red = tuple(reason for light, reason in said if light is Light.RED)
    amber = tuple(reason for light, reason in said if light is Light.AMBER)
    if red:
        return Verdict(Light.RED, (*red, *amber))
    return Verdict(Light.AMBER, amber) if amber else Verdict()


Said = Iterator[tuple[Light, str]]


def _of_exam(card: ModelCard, images: tuple[Mammogram, ...], exam: Exam) -> Said:
    if card.whole_exam:
        missing = [view.label for view in STANDARD_VIEWS if view not in exam.mammograms]
        if missing:
            yield Light.RED, f"{card.name} needs all four views; {', '.join(missing)} is missing."
    if exam.alarm:
        yield (Light.RED if len(images) > 1 else Light.AMBER), exam.alarm


def _of_image(card: ModelCard, image: Mammogram) -> Said:
    if image.view is None:
        yield Light.RED, f"{image.title} is none of the four standard views."
    if card.phantoms_only and not image.is_phantom:
        yield (
            Light.RED,
            f"{card.name} has seen nothing but phantoms and must not read a real image: "
            f"choose weights of {card.stands_in_for}.",
        )
    if image.aside:
        yield Light.RED, f"Its file does not suit {card.name}: {image.aside}."
    elif image.magnification >= MAGNIFIED:
        yield Light.RED, f"It is magnified {image.magnification:g} times."
    if image.implant:
        yield Light.RED, f"It shows an implant, which {card.name} has not learned."
    if image.doubt:
        side = image.doubt.startswith("CHECK THE SIDE")
        yield (Light.RED if side else Light.AMBER), f"{image.doubt}."
    yield from _of_quality(card, image)


def _of_quality(card: ModelCard, image: Mammogram) -> Said:
    """What makes a number doubtful rather than wrong."""
    if image.partial:
        light = Light.RED if card.whole_exam else Light.AMBER
        yield light, "It shows only a part of the breast."
    if image.grayscale.measured_inverse is not None:
        yield (
            Light.AMBER,
            "Its header contradicts itself about what is bright, which was measured instead.",
        )
    bits = image.grayscale.bits_stored
    if bits < card.least_bits:
        yield (
            Light.AMBER,
            f"It has {bits} bits of grey; {card.name} learned from {card.least_bits} or more.",
        )
    spacing = image.pixel_spacing_mm
    if spacing is None:
        if card.measures:
            yield Light.AMBER, "Its file states no pixel spacing, so sizes are in pixels."
    elif not all(_FINEST_MM <= mm / image.magnification <= _COARSEST_MM for mm in spacing):
        yield (
            Light.AMBER,
            f"Its pixels of {spacing[0]:g} × {spacing[1]:g} mm are not those of a screening "
            "mammogram.",
        )
