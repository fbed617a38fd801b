"""What a compressed frame says of itself, read before a decoder allocates for it."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_JPEG_START = b"\xff\xd8"
_JPEG_END = b"\xff\xd9"
# Start-of-frame markers of JPEG (T.81 B.1.1.3; not DHT, JPG, DAC) and JPEG-LS (T.87 C.1.1).
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
_J2K_START = b"\xff\x4f\xff\x51"


@dataclass(frozen=True, slots=True)
class FrameSize:
    """Rows, columns and components of a compressed frame."""

    rows: int
    columns: int
    components: int


def frame_size(frame: bytes) -> FrameSize | None:
    """Read the frame header of a JPEG, JPEG-LS or JPEG 2000 stream; None when there is none."""
    start = frame.find(_J2K_START, 0, 512)  # a JP2 wrapper may come first
    if start >= 0:
        return _jpeg2000_size(frame[start + len(_J2K_START) :])
    return _jpeg_size(frame) if frame.startswith(_JPEG_START) else None


def has_jpeg_end(frame: bytes) -> bool:
    """Whether a JPEG stream reaches its end marker, which decoders do not insist on."""
    return frame.rfind(_JPEG_END, max(0, len(frame) - 64)) >= 0


def _jpeg_size(frame: bytes) -> FrameSize | None:
    at = 2
    while at + 4 <= len(frame) and frame[at] == 0xFF:
        marker = frame[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _BARE_MARKERS:
            at += 2
        elif marker in _FRAME_MARKERS:
            if at + 10 > len(frame):
                return None
            rows, columns, components = struct.unpack_from(">HHB", frame, at + 5)
            return FrameSize(rows, columns, components)
        else:
            at += 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
    return None


def _jpeg2000_size(segment: bytes) -> FrameSize | None:
    """The SIZ marker segment (T.800 A.5.1)."""
    if len(segment) < 38:
        return None
    right, bottom, left, top = struct.unpack_from(">4I", segment, 4)
    (components,) = struct.unpack_from(">H", segment, 36)
    return FrameSize(bottom - top, right - left, components)
