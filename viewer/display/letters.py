"""Orientation letters: which way the patient faces along the four sides of what is displayed."""

from __future__ import annotations

from dataclasses import dataclass

from models.exam import Mammogram

_OPPOSITE = str.maketrans("APLRFH", "PARLHF")


@dataclass(frozen=True, slots=True)
class Directions:
    """Where the sides of a displayed image lie in the patient: `A`, `P`, `L`, `R`, `F`, `H`, or
    several, the most important first (`FL`)."""

    left: str
    right: str
    top: str
    bottom: str


def directions(mammogram: Mammogram) -> Directions | None:
    """The sides of an image as it hangs, from its Patient Orientation (0020,0020) and how it is
    laid, so that a mirrored image has mirrored letters; None where the file does not say."""
    if mammogram.patient_orientation is None:
        return None
    along_row, along_column = (each.upper() for each in mammogram.patient_orientation)
    laid = mammogram.orientation
    if laid.transpose:
        along_row, along_column = along_column, along_row
    if laid.flip_columns:
        along_row = along_row.translate(_OPPOSITE)
    if laid.flip_rows:
        along_column = along_column.translate(_OPPOSITE)
    return Directions(
        left=along_row.translate(_OPPOSITE),
        right=along_row,
        top=along_column.translate(_OPPOSITE),
        bottom=along_column,
    )
