"""Find laterality and view in free words: file names and descriptions.

Words are compared whole, so that `flccx` says nothing. A lone `l` or `r` counts only beside the
view (`L-CC`, `mlo r`), since letters stand for much else; so does `id`, which means a displaced
implant only right behind the view and not as the name of a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.exam import Laterality, View, ViewPosition

_WORD = re.compile(r"[a-zA-Z]+|[0-9]+")
_SIDES = {"left": Laterality.LEFT, "right": Laterality.RIGHT}
_LETTERS = {"l": Laterality.LEFT, "r": Laterality.RIGHT}
_POSITIONS = {"cc": ViewPosition.CC, "mlo": ViewPosition.MLO}
# `lcc`, `leftmlo`, `mloright`: both in one word.
_JOINED = {
    word: (side, position)
    for letters, position in _POSITIONS.items()
    for sides in (_SIDES, _LETTERS)
    for name, side in sides.items()
    for word in ((name + letters, letters + name) if sides is _SIDES else (name + letters,))
}
_SPECIAL = {
    "spot": "spot compression",
    "mag": "magnification",
    "magnified": "magnification",
    "magnification": "magnification",
    "rolled": "rolled",
    "tangential": "tangential",
    "cleavage": "cleavage",
    "biopsy": "biopsy",
    "stereo": "stereo",
    "specimen": "specimen",
    "tomo": "tomosynthesis",
    "tomosynthesis": "tomosynthesis",
}
_DISPLACED = "implant displaced"
_MASK = frozenset({"mask", "masks", "seg", "segmentation", "roi", "benign", "malignant", "label"})


@dataclass(frozen=True, slots=True)
class ViewWords:
    """What some words say of a view.

    Attributes
    ----------
    laterality, position : None when the words do not say, or say both.
    special : what makes it more than a standard view (`spot compression`), or ''.
    is_mask : whether they speak of annotations rather than of an image.
    rest : the other words, joined by spaces: what tells one exam of a folder from another.
    """

    laterality: Laterality | None
    position: ViewPosition | None
    special: str
    is_mask: bool
    rest: str

    @property
    def view(self) -> View | None:
        """The standard view, when both its parts are said."""
        if self.laterality is None or self.position is None:
            return None
        return View(self.laterality, self.position)


def read_words(text: str) -> ViewWords:
    """Read a file's stem or a description; case, order and punctuation are of no matter."""
    written = _WORD.findall(text)
    words = [word.lower() for word in written]
    sides: set[Laterality] = set()
    positions: set[ViewPosition] = set()
    rest: list[str] = []
    special = [_special(words, index) for index in range(len(words))]
    for index, word in enumerate(words):
        if word in _JOINED:
            side, position = _JOINED[word]
            sides.add(side)
            positions.add(position)
        elif word in _POSITIONS:
            positions.add(_POSITIONS[word])
        elif word in _SIDES:
            sides.add(_SIDES[word])
        elif word in _LETTERS and _beside_position(words, index):
            sides.add(_LETTERS[word])
        elif not special[index]:
            rest.append(written[index])
    return ViewWords(
        laterality=sides.pop() if len(sides) == 1 else None,
        position=positions.pop() if len(positions) == 1 else None,
        special=" ".join(filter(None, dict.fromkeys(special))),
        is_mask=not _MASK.isdisjoint(words),
        rest=" ".join(rest),
    )


def _beside_position(words: list[str], index: int) -> bool:
    neighbours = words[max(0, index - 1) : index + 2]
    return any(word in _POSITIONS for word in neighbours)


def _special(words: list[str], index: int) -> str:
    """What a word makes of the view beyond a standard one, or ''."""
    word, before = words[index], words[index - 1] if index else ""
    after = words[index + 1] if index + 1 < len(words) else ""
    if ("implant", "displaced") in ((before, word), (word, after)):
        return _DISPLACED
    if word == "id" and (before in _POSITIONS or before in _JOINED) and not after.isdigit():
        return _DISPLACED
    return _SPECIAL.get(word, "")
