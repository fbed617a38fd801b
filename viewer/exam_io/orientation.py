"""How a stored image is laid so that it hangs: chest wall inside, head or lateral side up.

Laid, the row and column directions point R CC P\\L, L CC A\\R, R MLO P\\F, L MLO A\\F (IHE MAMMO
hanging; Patient Orientation (0020,0020)). Without attributes the chest wall is looked for in the
pixels: it is the border along which tissue lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from models.exam import (
    L_CC,
    L_MLO,
    R_CC,
    R_MLO,
    WRONG_SIDE,
    Laterality,
    Mammogram,
    Origin,
    View,
)
from models.geometry import AS_STORED, Orientation
from models.grayscale import Grayscale
from viewer.exam_io.chest_wall import Side, find_chest_wall
from viewer.exam_io.records import ImageRecord

_HUNG: Mapping[View, tuple[str, str]] = MappingProxyType(
    # An oblique column runs down and inwards, so that either letter tells its direction.
    {R_CC: ("P", "L"), L_CC: ("A", "R"), R_MLO: ("P", "FL"), L_MLO: ("A", "FR")}
)
MIRRORED = Orientation(flip_columns=True)
_OPPOSITE = str.maketrans("APLRFH", "PARLHF")


def chest_side(laterality: Laterality) -> Side:
    """Where the chest wall lies in a hung image."""
    return Side.RIGHT if laterality is Laterality.RIGHT else Side.LEFT


def from_patient_orientation(directions: tuple[str, ...], view: View) -> Orientation | None:
    """Lay by Patient Orientation: the directions of growing columns and growing rows.

    Returns None when the two values do not describe this view.
    """
    if len(directions) != 2:
        return None
    along_row, along_column = (direction.upper() for direction in directions)
    wanted_row, wanted_column = _HUNG[view]
    transpose = not _sense(along_row, wanted_row)
    if transpose:
        along_row, along_column = along_column, along_row
    row, column = _sense(along_row, wanted_row), _sense(along_column, wanted_column)
    if not row or not column:
        return None
    return Orientation(transpose, flip_rows=column < 0, flip_columns=row < 0)


def without_attributes(
    record: ImageRecord, pixels: NDArray[Any], grayscale: Grayscale
) -> tuple[Orientation, Origin]:
    """Lay by what an exam list says, else by what the pixels show, else as stored."""
    if record.flipped is not None:
        # Without `horizontal_flip` a left breast faces right, which is how it hangs.
        return Orientation(flip_columns=record.flipped), Origin.LIST
    if record.view is not None:
        seen = from_pixels(pixels, grayscale, record.view.laterality)
        if seen is not None:
            return seen, Origin.PIXELS
    return AS_STORED, Origin.ASSUMED


def from_pixels(
    pixels: NDArray[Any], grayscale: Grayscale, laterality: Laterality
) -> Orientation | None:
    """Lay by where the chest wall is seen; None when it is not seen clearly.

    An image on its side is turned, not mirrored; one that faces the wrong way is mirrored.
    """
    seen = find_chest_wall(pixels, grayscale)
    if seen is None:
        return None
    wanted_left = chest_side(laterality) is Side.LEFT
    if seen is Side.TOP:
        return Orientation(transpose=True, flip_rows=wanted_left, flip_columns=not wanted_left)
    if seen is Side.BOTTOM:
        return Orientation(transpose=True, flip_rows=not wanted_left, flip_columns=wanted_left)
    return Orientation(flip_columns=(seen is Side.LEFT) != wanted_left)


def remark(mammogram: Mammogram) -> str:
    """One clause when the pixels speak against how the image hangs, or were the only guide."""
    if mammogram.view is None:
        return ""
    laid = mammogram.orientation
    if mammogram.orientation_origin is Origin.PIXELS:
        if laid == AS_STORED:
            return ""
        how = "turned" if laid.transpose else "mirrored"
        return f"it is shown {how}, because as stored its chest wall lies on the wrong side"
    seen = _seen_side(mammogram)
    expected = chest_side(mammogram.view.laterality)
    if seen is None:
        if mammogram.orientation_origin is Origin.ASSUMED:
            return "nothing says how it is to be laid, and its chest wall is not clearly seen"
        return ""
    if seen is expected:
        return ""
    return (
        f"it hangs as {mammogram.view.label}, with the chest wall on the {expected.value}, "
        f"but the pixels show it on the {seen.value}"
    )


def is_wrong_side(mammogram: Mammogram) -> bool:
    """Whether it may be of the other breast or projection: its file or its pixels contradict that.

    An image that the pixels themselves laid is right by that, where its file leaves no doubt; its
    caption says that it is a guess.
    """
    if mammogram.view is None:
        return False
    if mammogram.doubt:
        return True
    if mammogram.orientation_origin is Origin.PIXELS:
        return False
    return _seen_side(mammogram) not in (None, chest_side(mammogram.view.laterality))


def side_checked(mammogram: Mammogram) -> Mammogram:
    """The same image, doubted where its pixels show the chest wall on the wrong side, so that no
    model files its numbers under that breast; and no longer where they do not any more."""
    said = "" if mammogram.doubt == WRONG_SIDE else mammogram.doubt
    unchecked = replace(mammogram, doubt=said)
    return replace(unchecked, doubt=said or (WRONG_SIDE if is_wrong_side(unchecked) else ""))


def _seen_side(mammogram: Mammogram) -> Side | None:
    """Where the chest wall is seen in the image as it hangs."""
    return find_chest_wall(mammogram.orientation.apply(mammogram.pixels), mammogram.grayscale)


def _sense(direction: str, wanted: str) -> int:
    """+1 along, −1 against, 0 across: the first letter that belongs to the axis decides."""
    for letter in direction:
        if letter in wanted:
            return 1
        if letter in wanted.translate(_OPPOSITE):
            return -1
    return 0
