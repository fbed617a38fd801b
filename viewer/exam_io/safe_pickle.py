"""Read a pickle of plain containers, texts and numbers, and nothing that could run code.

Opcodes are checked before anything is built: a pickle that names a class or function is refused
with that name, and one whose memo indices would exhaust memory is refused, too.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from pathlib import Path

from models.errors import UnreadableFileError, UnsafeFileError
from viewer.exam_io.files import read_bytes

_LIMIT = 8 << 20
_PLAIN_NAMES = """
    PROTO FRAME STOP MARK POP POP_MARK DUP NONE NEWTRUE NEWFALSE
    INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT
    STRING BINSTRING SHORT_BINSTRING UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8
    BINBYTES SHORT_BINBYTES BINBYTES8
    EMPTY_LIST LIST APPEND APPENDS EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3
    EMPTY_DICT DICT SETITEM SETITEMS EMPTY_SET ADDITEMS FROZENSET
    PUT BINPUT LONG_BINPUT MEMOIZE GET BINGET LONG_BINGET
"""
_PLAIN = frozenset(_PLAIN_NAMES.split())
_NUMBERED = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})


class _PlainUnpickler(pickle.Unpickler):
    """Builds containers, texts and numbers only, whatever slipped past the check."""

    def find_class(self, module: str, name: str) -> object:
        raise pickle.UnpicklingError(f"{module}.{name}")


def read_plain_pickle(path: Path) -> object:
    """Read the one object of a pickle file.

    Raises
    ------
    UnreadableFileError : it cannot be opened, or is no sound pickle.
    UnsafeFileError : it asks for more than plain values; the message says for what.
    """
    content = read_bytes(path, _LIMIT)
    try:
        demand = _first_demand(content)
        if demand:
            raise UnsafeFileError(path, f"it is no plain exam list but asks for {demand}")
        return _PlainUnpickler(io.BytesIO(content)).load()
    except UnsafeFileError:
        raise
    except Exception as error:  # a damaged pickle raises whatever its bytes provoke
        raise UnreadableFileError(path, "it is no sound pickle") from error


def _first_demand(content: bytes) -> str:
    """What the pickle wants beyond plain values, or ''."""
    texts: list[str] = []
    for opcode, argument, _ in pickletools.genops(content):
        if opcode.name in ("GLOBAL", "INST"):
            return ".".join(str(argument).split())
        if opcode.name == "STACK_GLOBAL":
            return ".".join(texts[-2:]) or "a class"
        if opcode.name not in _PLAIN:
            return f"the operation {opcode.name}"
        if opcode.name in _NUMBERED and int(argument or 0) > len(content):
            return "unreasonably much memory"
        if isinstance(argument, str):
            texts.append(argument)
    return ""
