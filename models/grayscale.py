"""What a file says about how its stored values become grey: the part of DICOM PS3.3 C.11.

These values describe; `viewer.display.voi` computes. Analysis reads polarity and padding only,
so that no window can ever change a score.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray


class Photometric(Enum):
    """Photometric Interpretation (0028,0004) of a one-channel image."""

    MONOCHROME1 = "MONOCHROME1"
    MONOCHROME2 = "MONOCHROME2"


class VoiFunction(Enum):
    """VOI LUT Function (0028,1056), PS3.3 C.11.2.1.2 and C.11.2.1.3."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class VoiWindow:
    """Window Center (0028,1050) and Width (0028,1051) in modality values, and its explanation."""

    center: float
    width: float
    function: VoiFunction = VoiFunction.LINEAR
    explanation: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LookupTable:
    """A LUT Sequence item, PS3.3 C.11.1.1.1 and C.11.2.1.1.

    Attributes
    ----------
    data : ndarray, shape (entries,), uint16, read-only
    first_value : the input value that the first entry belongs to (signed where the input is).
    bits : bits per entry, 8 to 16: the output ranges over 0 … 2**bits − 1.
    """

    data: NDArray[np.uint16]
    first_value: int
    bits: int
    explanation: str = ""

    def __eq__(self, other: object) -> bool:
        """By content, so that a file read again brings equal tables."""
        if self is other:
            return True
        if not isinstance(other, LookupTable):
            return NotImplemented
        mine = (self.first_value, self.bits, self.explanation)
        return mine == (other.first_value, other.bits, other.explanation) and np.array_equal(
            self.data, other.data
        )

    def __hash__(self) -> int:
        """Of what is cheap to look at."""
        return hash((self.first_value, self.bits, self.explanation, len(self.data)))


@dataclass(frozen=True, slots=True)
class Grayscale:
    """How the stored values of one image are to be understood.

    Attributes
    ----------
    bits_stored : significant bits of a stored value.
    signed : whether stored values are two's complement (then pixels are int16).
    presentation_inverse : Presentation LUT Shape (2050,0020) is INVERSE; None when silent.
    rescale_slope, rescale_intercept : the linear modality LUT; ignored beside `modality_lut`.
    windows, luts : VOI choices in file order; the first LUT, else the first window, starts.
    padding : (lowest, highest) stored value that marks padding, both inclusive, or None:
        Pixel Padding Value (0028,0120) and Range Limit (0028,0121).
    measured_inverse : what the pixels show where `photometric` and `presentation_inverse`
        contradict each other; None where they agree or the pixels do not tell.
    """

    photometric: Photometric = Photometric.MONOCHROME2
    bits_stored: int = 16
    signed: bool = False
    presentation_inverse: bool | None = None
    rescale_slope: float = 1.0
    rescale_intercept: float = 0.0
    modality_lut: LookupTable | None = None
    windows: tuple[VoiWindow, ...] = field(default=())
    luts: tuple[LookupTable, ...] = field(default=())
    padding: tuple[int, int] | None = None
    measured_inverse: bool | None = None

    @property
    def stored_range(self) -> tuple[int, int]:
        """(lowest, highest) value that `bits_stored` and `signed` allow."""
        if self.signed:
            return -(1 << (self.bits_stored - 1)), (1 << (self.bits_stored - 1)) - 1
        return 0, (1 << self.bits_stored) - 1

    @property
    def modality_range(self) -> tuple[float, float]:
        """(lowest, highest) value that can leave the modality LUT, PS3.3 C.11.1."""
        if self.modality_lut is not None:
            entries = self.modality_lut.data
            return float(entries.min()), float(entries.max())
        low, high = sorted(
            value * self.rescale_slope + self.rescale_intercept for value in self.stored_range
        )
        return low, high

    @property
    def bright_is_low(self) -> bool:
        """Whether the smallest values that leave the VOI LUT are to be shown brightest.

        Presentation LUT Shape decides where it is present, since a MONOCHROME1 image of the DX
        and MG modules carries INVERSE for that same single inversion (PS3.3 C.8.11.3); else
        MONOCHROME1 does (PS3.3 C.7.6.3.1.2). Where the two contradict each other, what was
        measured comes first.
        """
        if self.measured_inverse is not None:
            return self.measured_inverse
        if self.presentation_inverse is not None:
            return self.presentation_inverse
        return self.photometric is Photometric.MONOCHROME1

    @property
    def dark_is_high(self) -> bool:
        """Whether the largest stored values are meant to be shown darkest.

        The inversion of the presentation and a modality transform that falls (PS3.3 C.11.1) undo
        each other.
        """
        if self.modality_lut is not None:
            entries = self.modality_lut.data
            falls = bool(entries[0] > entries[-1])
        else:
            falls = self.rescale_slope < 0.0
        return self.bright_is_low != falls
