"""Templates of corner text: which lines stand in which corner, at which level of detail.

The document is JSON, described in docs/annotations.md. A line is a list of parts; a part names
what it shows in braces (`born {Birth date}`) and is left out where the image is silent about it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

FORMAT, VERSION = "fourview-annotations", 1

_FIELD = re.compile(r"\{([^{}]+)\}")
_LONGEST_PART, _MOST_PARTS, _MOST_LINES = 200, 12, 40


class Detail(Enum):
    """How much is written on images."""

    NONE = "none"
    SHORT = "short"
    FULL = "full"

    @property
    def next(self) -> Detail:
        """What the key for it leads to: none, short, full, none."""
        levels = list(Detail)
        return levels[(levels.index(self) + 1) % len(levels)]

    def shows(self, asked: Detail) -> bool:
        """Whether a line for the level `asked` is written at this one."""
        return _LEVELS[self] >= _LEVELS[asked]


_LEVELS = {level: place for place, level in enumerate(Detail)}


class Corner(Enum):
    """Where a line stands: on the air side of the breast, above or below."""

    TOP = "top"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class Template:
    """One line; written at `detail` and above."""

    corner: Corner
    detail: Detail
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Annotations:
    """The lines of all corners, in the order in which they stand."""

    lines: tuple[Template, ...] = ()

    def filled(
        self, corner: Corner, detail: Detail, words: Mapping[str, str]
    ) -> tuple[tuple[str, ...], ...]:
        """The lines of one corner, each as the parts about which `words` are not silent."""
        lines = (
            tuple(filter(None, (_filled(part, words) for part in line.parts)))
            for line in self.lines
            if line.corner is corner and detail.shows(line.detail)
        )
        return tuple(line for line in lines if line)


NO_ANNOTATIONS = Annotations()


def parse_annotations(text: str) -> Annotations:
    """Read a document; raises ValueError, naming what is wrong, when it is not sound."""
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f'"format" is not {FORMAT}')
    if document.get("version") != VERSION:
        raise ValueError(f'"version" is not {VERSION}')
    lines = document.get("lines")
    if not isinstance(lines, list) or len(lines) > _MOST_LINES:
        raise ValueError(f'"lines" is not a list of at most {_MOST_LINES} lines')
    return Annotations(tuple(_template(line, place) for place, line in enumerate(lines, 1)))


def _template(line: object, place: int) -> Template:
    if not isinstance(line, dict) or set(line) != {"corner", "detail", "parts"}:
        raise ValueError(f'line {place} has not exactly "corner", "detail" and "parts"')
    corners = [corner.value for corner in Corner]
    levels = [Detail.SHORT.value, Detail.FULL.value]
    if line["corner"] not in corners:
        raise ValueError(f'the "corner" of line {place} is none of {", ".join(corners)}')
    if line["detail"] not in levels:
        raise ValueError(f'the "detail" of line {place} is none of {", ".join(levels)}')
    parts = line["parts"]
    if not isinstance(parts, list) or not 1 <= len(parts) <= _MOST_PARTS:
        raise ValueError(f'"parts" of line {place} is not a list of 1 to {_MOST_PARTS} texts')
    for part in parts:
        if not isinstance(part, str) or not part.isprintable() or len(part) > _LONGEST_PART:
            raise ValueError(
                f"a part of line {place} is no text of at most {_LONGEST_PART} characters"
            )
        if "{" in _FIELD.sub("", part) or "}" in _FIELD.sub("", part):
            raise ValueError(f"the braces of a part of line {place} do not match")
    return Template(Corner(line["corner"]), Detail(line["detail"]), tuple(parts))


def _filled(part: str, words: Mapping[str, str]) -> str:
    """A part with its words in place, or nothing where one of them is missing."""
    wanted = _wanted(part)
    if not all(words.get(name) for name in wanted):
        return ""
    return _FIELD.sub(lambda found: words[found[1]], part) if wanted else part


@lru_cache(maxsize=_MOST_PARTS * _MOST_LINES)
def _wanted(part: str) -> list[str]:
    """The names in the braces of a part; asked for in every frame of a drag."""
    return _FIELD.findall(part)
