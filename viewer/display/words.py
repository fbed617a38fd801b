"""Where the words of a pane stand: on the air side, beside the tissue and never on it.

Lines of the upper group go down from the upper edge, those of the lower group up from the lower
edge. A line is set into the air beside it, in several rows where that helps; what still has no
room is left out, last parts first, or shortened, but a part that tells a number is never cut. Only
what must not be lost (`kept`) is written over tissue rather than not at all, on a dark ground. The
lines nearest the pane's edge come first.

Lengths are in the pixels of whoever draws: logical ones in the window, those of the page in
pictures out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

BETWEEN = " · "
_ELLIPSIS = "…"
# The least of a shortened line that still tells something.
_FEWEST_LETTERS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `parts` are joined by dots, and may be parted between rows.

    Attributes
    ----------
    kept : written over tissue, on a dark ground, rather than not at all.
    """

    parts: tuple[str, ...]
    colour: str
    kept: bool = False
    large: bool = False

    @property
    def text(self) -> str:
        """All of it on one row."""
        return BETWEEN.join(self.parts)


@dataclass(frozen=True, slots=True)
class Bar:
    """A scale bar `length` pixels long, with its words above it; a place in the lower group."""

    words: str
    length: float


class Typeface(Protocol):
    """What has to be known of letters to set them."""

    def width(self, text: str, *, large: bool) -> float:
        """Of a line of text, pixels."""
        ...

    def height(self, *, large: bool) -> float:
        """From one row to the next, pixels."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """Words with a place: the left end of the upper edge, pixels from the pane's corner."""

    text: str
    colour: str
    large: bool
    y: float
    x: float
    width: float
    height: float
    on_tissue: bool


@dataclass(frozen=True, slots=True)
class PlacedBar:
    """A scale bar with a place: its left end."""

    y: float
    x: float
    length: float


@dataclass(frozen=True, slots=True)
class Placement:
    """Everything written on a pane."""

    rows: tuple[Row, ...] = ()
    bar: PlacedBar | None = None


@dataclass(slots=True)
class _Side:
    """The air side of one pane, being written on."""

    height: float
    width: float
    on_left: bool
    margin: float
    room: Callable[[float, float], float]
    typeface: Typeface
    rows: list[Row] = field(default_factory=list)
    frees: dict[tuple[float, float], float] = field(default_factory=dict)

    @property
    def widest(self) -> float:
        return self.width - 2.0 * self.margin

    def free(self, y: float, height: float) -> float:
        """Pixels beside the tissue that a row may take; looked for once for each row."""
        found = self.frees.get((y, height))
        if found is None:
            gap = self.margin / 2.0
            room = self.room(y, y + height)
            found = min(room - self.margin - (gap if room < self.width else 0.0), self.widest)
            self.frees[y, height] = found
        return found

    def write(self, text: str, line: Line, y: float) -> None:
        height = self.typeface.height(large=line.large)
        width = self.typeface.width(text, large=line.large)
        x = self.margin if self.on_left else self.width - self.margin - width
        on_tissue = width > self.free(y, height) + 0.5
        self.rows.append(Row(text, line.colour, line.large, y, x, width, height, on_tissue))

    def set_line(self, line: Line, edge: float, limit: float, *, down: bool) -> float:
        """Write a line from `edge` on, but not past `limit`; returns where the next begins."""
        height = self.typeface.height(large=line.large)
        most = int(abs(limit - edge) / height + 1e-6) if (limit > edge) == down else 0
        for count in range(len(line.parts), 0, -1):
            rows = self._beside(line.parts[:count], line.large, edge, most, BETWEEN, down=down)
            if rows is None and line.kept:
                rows = self._beside(_words(line), line.large, edge, most, " ", down=down)
            if rows is not None:
                return self._write_all(rows, line, edge, height, down=down)
            if line.kept:
                break
        if most < 1:
            return edge
        if line.kept:
            return self._write_all(self._over(line, most), line, edge, height, down=down)
        return self._set_first(line, edge, limit, most, down=down)

    def _set_first(self, line: Line, edge: float, limit: float, most: int, *, down: bool) -> float:
        """Write as much of a line's first part as tells the truth: a number is never cut."""
        first, height = line.parts[0], self.typeface.height(large=line.large)
        if not _holds_digits(first):
            top = _tops(edge, height, 1, down=down)[0]
            short = self._shortened(first, line.large, self.free(top, height))
            rows = [short] if len(short) > _FEWEST_LETTERS else None
        elif down:  # whom an image is of stands above
            rows = self._beside(first.split(), line.large, edge, most, " ", down=down)
        else:
            rows = None
        if rows is not None:
            return self._write_all(rows, line, edge, height, down=down)
        rest = line.parts[1:]
        told = "".join(rest)
        if len(told) < _FEWEST_LETTERS and not _holds_digits(told):
            return edge  # a letter left alone tells nothing: an F could be a foot or a sex
        return self.set_line(replace(line, parts=rest), edge, limit, down=down)

    def _beside(
        self,
        parts: Sequence[str],
        large: bool,
        edge: float,
        most: int,
        between: str,
        *,
        down: bool,
    ) -> list[str] | None:
        """The parts in as few rows as have room beside the tissue, or None."""
        height = self.typeface.height(large=large)
        for number in range(1, min(len(parts), most) + 1):
            tops = _tops(edge, height, number, down=down)
            frees = [self.free(top, height) for top in tops]
            rows = self._wrapped(parts, large, frees, between)
            if rows is not None:
                return rows
        return None

    def _write_all(
        self, rows: Sequence[str], line: Line, edge: float, height: float, *, down: bool
    ) -> float:
        tops = _tops(edge, height, len(rows), down=down)
        for text, top in zip(rows, tops, strict=True):
            self.write(text, line, top)
        return edge + len(rows) * height * (1.0 if down else -1.0)

    def _wrapped(
        self, parts: Sequence[str], large: bool, frees: Sequence[float], between: str = BETWEEN
    ) -> list[str] | None:
        """The parts in exactly as many rows as there are widths, or None."""
        rows: list[str] = []
        for part in parts:
            longer = f"{rows[-1]}{between}{part}" if rows else part
            if rows and self.typeface.width(longer, large=large) <= frees[len(rows) - 1]:
                rows[-1] = longer
            elif (
                len(rows) < len(frees)
                and self.typeface.width(part, large=large) <= frees[len(rows)]
            ):
                rows.append(part)
            else:
                return None
        return rows if len(rows) == len(frees) else None

    def _over(self, line: Line, most: int) -> list[str]:
        """The rows of a line that is written whatever lies under it; where the pane is too low
        for all of it, its last parts are left out."""
        for number in range(1, min(len(line.parts), most) + 1):
            rows = self._wrapped(line.parts, line.large, [self.widest] * number)
            if rows is not None:
                return rows
        for count in range(len(line.parts), 0, -1):
            words = _words(replace(line, parts=line.parts[:count]))
            pieces = [piece for word in words for piece in self._pieces(word, line.large)]
            for number in range(1, min(len(pieces), most) + 1):
                rows = self._wrapped(pieces, line.large, [self.widest] * number, " ")
                if rows is not None:
                    return rows
        first = line.parts[0]
        return [] if _holds_digits(first) else [self._shortened(first, line.large, self.widest)]

    def _pieces(self, word: str, large: bool) -> list[str]:
        """A word, parted between letters where no row of the pane is wide enough for it."""
        pieces = [""]
        for letter in word:
            longer = pieces[-1] + letter
            if pieces[-1] and self.typeface.width(longer, large=large) > self.widest:
                pieces.append(letter)
            else:
                pieces[-1] = longer
        return pieces

    def _shortened(self, text: str, large: bool, width: float) -> str:
        if self.typeface.width(text, large=large) <= width:
            return text
        while text and self.typeface.width(text + _ELLIPSIS, large=large) > width:
            text = text[:-1]
        return text.rstrip() + _ELLIPSIS

    def set_bar(self, bar: Bar, edge: float, limit: float) -> tuple[PlacedBar | None, float]:
        """Draw a bar above `edge`, its words above it."""
        height = self.typeface.height(large=False)
        y = edge - height * 0.5
        top = y - height * 0.4 - height
        if top < limit:
            return None, edge
        x = self.margin if self.on_left else self.width - self.margin - bar.length
        self.write(bar.words, Line((bar.words,), _BAR_COLOUR), top)
        return PlacedBar(y, x, bar.length), top


_BAR_COLOUR = "#C9CED6"


def place(
    top: Sequence[Line],
    bottom: Sequence[Line | Bar],
    size: tuple[float, float],
    *,
    on_left: bool,
    margin: float,
    room: Callable[[float, float], float],
    typeface: Typeface,
) -> Placement:
    """Find room for the words of a pane.

    Parameters
    ----------
    top, bottom : in reading order, the last of `bottom` at the lower edge.
    size : (height, width) of the pane.
    on_left : whether the air is on the left.
    margin : between words and the pane's edges.
    room : pixels from the air side's edge that hold no tissue between two heights of the pane.
    """
    height, width = size
    side = _Side(height, width, on_left, margin, room, typeface)
    edge, foot = margin * 0.67, height - margin * 0.67
    body = typeface.height(large=False)
    kept = [item for item in bottom if isinstance(item, Line) and item.kept]
    reserved = foot - body * len(kept)
    for line in top:
        edge = side.set_line(line, edge, foot if line.kept else reserved, down=True)
    bar = None
    for item in reversed(bottom):
        if isinstance(item, Bar):
            bar, foot = side.set_bar(item, foot, edge)
        else:
            foot = side.set_line(item, foot, edge, down=False)
    return Placement(tuple(side.rows), bar)


def _words(line: Line) -> list[str]:
    """The words of a line; a dot stays with the part before it."""
    words: list[str] = []
    for part in line.parts:
        if words:
            words[-1] += BETWEEN.rstrip()
        words += part.split()
    return words


def _holds_digits(part: str) -> bool:
    return any(sign.isdigit() for sign in part)


def _tops(edge: float, height: float, number: int, *, down: bool) -> list[float]:
    """Upper edges of rows that go down, or end, at `edge`; from the uppermost on."""
    first = edge if down else edge - number * height
    return [first + index * height for index in range(number)]
