"""The Image Pixel Module of a DICOM header (PS3.3 C.7.6.3), believed only where it makes sense."""

from __future__ import annotations

from dataclasses import dataclass

from models.errors import UnreadableFileError, UnsafeFileError, UnsupportedFileError
from viewer.exam_io.dicom_file import DicomFile
from viewer.exam_io.grey import MAX_PIXELS

LAYOUT_KEYWORDS = (
    "Rows",
    "Columns",
    "SamplesPerPixel",
    "PlanarConfiguration",
    "PhotometricInterpretation",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "NumberOfFrames",
)
_GREY = ("MONOCHROME1", "MONOCHROME2")
_COLOUR = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_RCT", "YBR_ICT")


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """How the pixels of a frame lie in their bytes.

    Attributes
    ----------
    samples : 1, or 3 for colours.
    planar : whether colours come plane after plane.
    photometric : Photometric Interpretation (0028,0004).
    bits_allocated : 8 or 16.
    frames : at least 1.
    """

    rows: int
    columns: int
    samples: int
    planar: bool
    photometric: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    frames: int

    @property
    def frame_bytes(self) -> int:
        """Length of one uncompressed frame."""
        return self.rows * self.columns * self.samples * (self.bits_allocated // 8)


def read_layout(file: DicomFile) -> PixelLayout:
    """Read and check the Image Pixel Module.

    Raises
    ------
    UnreadableFileError : a value is missing or contradicts another.
    UnsupportedFileError : palettes, packed bits or more than 16 bits.
    UnsafeFileError : more pixels than any mammogram has.
    """
    path, attributes = file.path, file.attributes
    rows, columns = attributes.integer("Rows"), attributes.integer("Columns")
    if rows is None or columns is None or rows < 1 or columns < 1:
        raise UnreadableFileError(path, "Rows (0028,0010) or Columns (0028,0011) is missing or 0")
    if rows * columns > MAX_PIXELS:
        raise UnsafeFileError(path, f"it claims {rows} × {columns} pixels")
    samples = attributes.integer("SamplesPerPixel") or 1
    photometric = attributes.text("PhotometricInterpretation").upper()[:16]
    if (samples, photometric) not in {(1, name) for name in _GREY} | {(3, n) for n in _COLOUR}:
        raise UnsupportedFileError(
            path,
            f"Photometric Interpretation (0028,0004) is {photometric or 'empty'} "
            f"with {samples} samples per pixel",
        )
    allocated = attributes.integer("BitsAllocated") or 0
    if allocated not in (8, 16):
        raise UnsupportedFileError(path, f"Bits Allocated (0028,0100) is {allocated}")
    stored = attributes.integer("BitsStored")
    stored = allocated if stored is None else stored
    high_bit = attributes.integer("HighBit")
    high_bit = stored - 1 if high_bit is None else high_bit
    if not 1 <= stored <= allocated or not stored - 1 <= high_bit < allocated:
        raise UnreadableFileError(
            path,
            f"Bits Stored (0028,0101) is {stored} and High Bit (0028,0102) {high_bit} "
            f"of {allocated} bits",
        )
    return PixelLayout(
        rows=rows,
        columns=columns,
        samples=samples,
        planar=attributes.integer("PlanarConfiguration") == 1,
        photometric=photometric,
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=high_bit,
        signed=attributes.integer("PixelRepresentation") == 1,
        frames=max(1, attributes.integer("NumberOfFrames") or 1),
    )
