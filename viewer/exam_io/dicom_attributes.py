"""DICOM attributes as plain values that forgive a damaged or misplaced one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, Union

Value: TypeAlias = Union[str, int, float, bytes, "Attributes"]

_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Attributes:
    """Attributes by keyword; a value that is missing or of no use is simply absent.

    Attributes
    ----------
    values : keyword to values; words of undecided sign and width as little-endian bytes, with
        the VR that an explicit transfer syntax states for them.
    """

    values: Mapping[str, tuple[Value, ...]]

    def texts(self, keyword: str) -> tuple[str, ...]:
        """All values as text, without control characters and outer spaces."""
        return tuple(_text(value) for value in self.values.get(keyword, ()))

    def text(self, keyword: str) -> str:
        """The first value as text, or ''."""
        return next(iter(self.texts(keyword)), "")

    def numbers(self, keyword: str) -> tuple[float | None, ...]:
        """All values as numbers; None in place of one that is none."""
        return tuple(_number(value) for value in self.values.get(keyword, ()))

    def number(self, keyword: str) -> float | None:
        """The first value as a finite number."""
        return next(iter(self.numbers(keyword)), None)

    def integer(self, keyword: str) -> int | None:
        """The first value as a whole number."""
        number = self.number(keyword)
        return int(number) if number is not None and number == int(number) else None

    def words(self, keyword: str) -> bytes:
        """The raw value, 16-bit words in little-endian order, or b''."""
        values = self.values.get(keyword, ())
        return values[0] if values and isinstance(values[0], bytes) else b""

    def says_signed(self, keyword: str) -> bool:
        """Whether the file itself states that such words are signed (VR SS)."""
        return self.values.get(keyword, ())[1:] == ("SS",)

    def items(self, keyword: str) -> tuple[Attributes, ...]:
        """The items of a sequence."""
        return tuple(item for item in self.values.get(keyword, ()) if isinstance(item, Attributes))


def _text(value: Value) -> str:
    if isinstance(value, Attributes):
        return ""
    decoded = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    printable = "".join(letter if letter.isprintable() else " " for letter in decoded)
    return printable.strip()[:_LONGEST_TEXT]


def _number(value: Value) -> float | None:
    try:
        number = float(_text(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
