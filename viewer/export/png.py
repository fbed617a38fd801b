"""PNG files that carry the context of their page in one iTXt chunk, keyword `fourview`."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from models.errors import UnreadableFileError
from models.whole_file import write_whole
from viewer.export.context import PageContext, parse_context

KEYWORD = "fourview"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LARGEST_TEXT_BYTES = 1 << 20


def write_png(path: Path, rgb: NDArray[np.uint8], context: Mapping[str, object]) -> None:
    """Write a page, whole or not at all.

    Parameters
    ----------
    rgb : ndarray, shape (rows, columns, 3), uint8.
    context : document of `page_context`.

    Raises
    ------
    ExportError : the file cannot be written.
    """
    info = PngInfo()
    info.add_itxt(KEYWORD, json.dumps(context, allow_nan=False))
    write_whole(path, lambda file: Image.fromarray(rgb).save(file, format="PNG", pnginfo=info))


def read_context(path: Path) -> PageContext | None:
    """The context of a page that Fourview wrote, or None for any other sound PNG.

    Raises
    ------
    UnreadableFileError : the file is missing, no PNG, damaged, or its context is not sound.
    """
    try:
        with path.open("rb") as file:
            text = _find_text(file)
        return None if text is None else parse_context(text)
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or "cannot be read") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(path, f"does not reopen a page, since {error}") from error


def _find_text(file: BinaryIO) -> str | None:
    """The text of our chunk, which lies before the pixels; raises ValueError on damage."""
    if file.read(len(_SIGNATURE)) != _SIGNATURE:
        raise ValueError("it is not a PNG")
    while True:
        head = file.read(8)
        if len(head) < 8:
            raise ValueError("it ends too early")
        (length,), kind = struct.unpack(">I", head[:4]), head[4:]
        if kind in (b"IDAT", b"IEND"):
            return None
        if kind == b"iTXt" and length <= _LARGEST_TEXT_BYTES:
            body = file.read(length)
            (checksum,) = struct.unpack(">I", file.read(4).ljust(4, b"\0"))
            if zlib.crc32(kind + body) != checksum:
                raise ValueError("a checksum does not match")
            if body.startswith(KEYWORD.encode() + b"\0"):
                return _text(body)
        else:
            file.seek(length + 4, os.SEEK_CUR)


def _text(body: bytes) -> str:
    """The text of an iTXt chunk (PNG specification, 11.3.3.4)."""
    flags, rest = body[len(KEYWORD) + 1 : len(KEYWORD) + 3], body[len(KEYWORD) + 3 :]
    _language, _, rest = rest.partition(b"\0")
    _translated, found, data = rest.partition(b"\0")
    if len(flags) < 2 or not found:
        raise ValueError("its text chunk is cut short")
    if flags[0]:
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(data, _LARGEST_TEXT_BYTES)
        except zlib.error as error:
            raise ValueError("its text chunk cannot be unpacked") from error
    return data.decode("utf-8")
