"""Where a header contradicts itself about the breast or the projection that it shows."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from models.exam import Laterality, View, ViewPosition
from viewer.exam_io.dicom_attributes import Attributes
from viewer.exam_io.dicom_view import coded_position, stated_lateralities
from viewer.exam_io.view_words import read_words

DOUBT_KEYWORDS = ("PatientOrientation",)

# Down an oblique view is down and inwards, up is up and outwards (PS3.3 C.7.6.1.1.1).
_OBLIQUE = MappingProxyType(
    {
        Laterality.RIGHT: (frozenset("FL"), frozenset("HR")),
        Laterality.LEFT: (frozenset("FR"), frozenset("HL")),
    }
)
_WORDS = MappingProxyType({Laterality.RIGHT: "right", Laterality.LEFT: "left"})


@dataclass(frozen=True, slots=True)
class Doubt:
    """A contradiction: what it concerns, `SIDE` or `VIEW`, and one clause of an image."""

    concerns: str
    clause: str

    @property
    def words(self) -> str:
        """What is said over the image."""
        return f"CHECK THE {self.concerns}: {self.clause}"


def side_stored(laterality: Laterality) -> Doubt:
    """Of an image whose chest wall lies as in the other breast, where nothing explains that."""
    other = Laterality.LEFT if laterality is Laterality.RIGHT else Laterality.RIGHT
    return Doubt("SIDE", f"as stored it looks like a {_WORDS[other]} breast")


def header_doubt(attributes: Attributes, view: View | None) -> Doubt | None:
    """What makes a header doubtful, or None.

    Parameters
    ----------
    view : what the image is taken for.
    """
    stated = sorted(set(stated_lateralities(attributes)))
    if len(stated) > 1:
        names = " and ".join(stated)
        return Doubt("SIDE", f"its attributes name both {names} as laterality")
    coded = coded_position(attributes)
    spoken = read_words(attributes.text("ViewPosition")).position
    if spoken is not None and coded in ViewPosition.__members__ and coded != spoken.value:
        clause = f"View Code Sequence says {coded} and View Position (0018,5101) {spoken.value}"
        return Doubt("VIEW", clause)
    directions = attributes.texts("PatientOrientation")
    shown = _breast_of(directions) if view and view.position is ViewPosition.MLO else None
    if view is not None and shown not in (None, view.laterality):
        side, orientation = _WORDS[shown], "\\".join(directions)
        return Doubt("SIDE", f"its Patient Orientation {orientation} is that of a {side} breast")
    return None


def _breast_of(directions: tuple[str, ...]) -> Laterality | None:
    """The breast in whose oblique views a direction runs, where one says both letters."""
    for direction in directions:
        for laterality, ways in _OBLIQUE.items():
            if any(way <= set(direction.upper()) for way in ways):
                return laterality
    return None
