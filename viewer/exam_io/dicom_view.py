"""Which breast and projection a DICOM header speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from models.exam import Laterality, Origin, View, ViewPosition
from viewer.exam_io.dicom_attributes import Attributes
from viewer.exam_io.dicom_codes import MODIFIERS, VIEWS
from viewer.exam_io.view_words import ViewWords, read_words

VIEW_KEYWORDS = (
    "ImageLaterality",
    "Laterality",
    "SharedFunctionalGroupsSequence",
    "ViewCodeSequence",
    "ViewModifierCodeSequence",
    "ViewPosition",
    "SeriesDescription",
    "ProtocolName",
)


@dataclass(frozen=True, slots=True)
class Projection:
    """One breast in one direction, or as much of that as the header says.

    Attributes
    ----------
    laterality : None when nothing says, or the image shows both breasts.
    position : `CC`, `MLO`, another abbreviation or name (`XCCL`), or '' when nothing says.
    modifiers : words such as `spot compression`.
    origin : the least certain source of the two.
    """

    laterality: Laterality | None
    position: str
    modifiers: tuple[str, ...]
    origin: Origin

    @property
    def view(self) -> View | None:
        """The standard view it would be without its modifiers."""
        if self.laterality is None or self.position not in ViewPosition.__members__:
            return None
        return View(self.laterality, ViewPosition(self.position))

    @property
    def label(self) -> str:
        """`L CC`, `R XCCL`, or as much of it as is known."""
        side = self.laterality.value if self.laterality else ""
        return f"{side} {self.position}".strip()


def read_projection(attributes: Attributes, stem: str) -> Projection:
    """Attributes first, then descriptions, then the file's name; what is guessed says so."""
    hints = (
        (Origin.DESCRIPTION, read_words(attributes.text("SeriesDescription"))),
        (Origin.DESCRIPTION, read_words(attributes.text("ProtocolName"))),
        (Origin.FILE_NAME, read_words(stem)),
    )
    laterality, laterality_origin = _laterality(attributes, hints)
    position, position_origin = _position(attributes, hints)
    return Projection(
        laterality=laterality,
        position=position,
        modifiers=_modifiers(attributes),
        origin=max(laterality_origin, position_origin, key=list(Origin).index),
    )


Hints = tuple[tuple[Origin, ViewWords], ...]


def _laterality(attributes: Attributes, hints: Hints) -> tuple[Laterality | None, Origin]:
    for text in stated_lateralities(attributes):
        # B is both breasts and U unpaired: stated, and neither left nor right.
        return (Laterality(text) if text in ("L", "R") else None), Origin.ATTRIBUTES
    for origin, words in hints:
        if words.laterality is not None:
            return words.laterality, origin
    return None, Origin.ASSUMED


def stated_lateralities(attributes: Attributes) -> list[str]:
    """Image Laterality, Laterality and Frame Laterality (PS3.3 C.7.6.16.2.8), as far as stated."""
    texts = [attributes.text("ImageLaterality"), attributes.text("Laterality")]
    for group in attributes.items("SharedFunctionalGroupsSequence"):
        texts += [item.text("FrameLaterality") for item in group.items("FrameAnatomySequence")]
    return [text.upper()[:1] for text in texts if text]


def _position(attributes: Attributes, hints: Hints) -> tuple[str, Origin]:
    coded = coded_position(attributes)
    if coded:
        return coded, Origin.ATTRIBUTES
    text = attributes.text("ViewPosition")
    if text:
        known = read_words(text).position
        return (known.value if known else text.upper()), Origin.ATTRIBUTES
    for origin, words in hints:
        if words.position is not None:
            return words.position.value, origin
    return "", Origin.ASSUMED


def coded_position(attributes: Attributes) -> str:
    """The projection that View Code Sequence (0054,0220) names, or ''."""
    for item in attributes.items("ViewCodeSequence"):
        value = item.text("CodeValue")
        return VIEWS.get(value) or item.text("CodeMeaning") or value
    return ""


def _modifiers(attributes: Attributes) -> tuple[str, ...]:
    """View Modifier Code Sequence (0054,0222), inside the view's item or, misplaced, beside it."""
    items = list(attributes.items("ViewModifierCodeSequence"))
    for view in attributes.items("ViewCodeSequence"):
        items += view.items("ViewModifierCodeSequence")
    words = (
        MODIFIERS.get(item.text("CodeValue"))
        or item.text("CodeMeaning").lower()
        or item.text("CodeValue")
        for item in items
    )
    return tuple(dict.fromkeys(word for word in words if word))
