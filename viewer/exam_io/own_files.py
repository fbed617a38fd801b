"""What Fourview itself wrote, so that none of it is taken for a mammogram again."""

from __future__ import annotations

import os
import re
import struct
from pathlib import Path

OWN_PICTURE = "it is a picture that Fourview made, not a mammogram"
"""Why such a picture is refused."""

_PNG_START = b"\x89PNG\r\n\x1a\n"
# Text chunks (PNG 11.3.3): a page carries its context, every picture may name its software.
_OWN_TEXT = re.compile(rb"fourview\0|Software\0(?:\0\0[^\0]*\0[^\0]*\0)?Fourview")
_TEXT_CHUNKS = (b"iTXt", b"tEXt")
_TEXT_HEAD = 96
_MOST_CHUNKS = 256
_RESULTS = "results.json"
_OWN_RESULTS = re.compile(rb'\s*\{\s*"software":\s*"Fourview ')
_RESULT_FOLDERS = frozenset({"visualization", "maps", "inputs", "explanations"})


def is_own_picture(path: Path) -> bool:
    """Whether a PNG says before its pixels that Fourview wrote it; False where it cannot be read.

    Reads heads of chunks only.
    """
    try:
        with path.open("rb") as stream:
            if stream.read(len(_PNG_START)) != _PNG_START:
                return False
            for _ in range(_MOST_CHUNKS):
                head = stream.read(8)
                if len(head) < 8 or head[4:] in (b"IDAT", b"IEND"):
                    return False
                length = struct.unpack(">I", head[:4])[0]
                text = stream.read(min(length, _TEXT_HEAD)) if head[4:] in _TEXT_CHUNKS else b""
                if _OWN_TEXT.match(text):
                    return True
                stream.seek(length - len(text) + 4, os.SEEK_CUR)
    except OSError:
        pass
    return False


def result_folders(place: Path) -> frozenset[str]:
    """The names of the folders in which results lie, where our `results.json` is beside them."""
    return _RESULT_FOLDERS if _holds_results(place / _RESULTS) else frozenset()


def _holds_results(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return _OWN_RESULTS.match(stream.read(_TEXT_HEAD)) is not None
    except OSError:
        return False
