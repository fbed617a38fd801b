"""Which keys do what: those of the table of actions, changed by the reader's own file.

docs/keys.md describes the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from PySide6.QtGui import QKeySequence

from models.errors import ExportError, InputError, UnsupportedFileError
from models.whole_file import write_whole
from viewer.display.json_fields import read_document, require_object, require_only

FORMAT, VERSION = "fourview-keys", 1
PORTABLE = QKeySequence.SequenceFormat.PortableText

_MOST_KEYS = 4


@dataclass(frozen=True, slots=True)
class Bound:
    """An action that keys can be bound to: its name, words, and the keys it comes with."""

    name: str
    words: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys that a reader changed.

    Attributes
    ----------
    changed : by an action's name, its keys in Qt's portable text; all others keep theirs.
    """

    changed: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def keys_of(self, bound: Bound) -> tuple[str, ...]:
        """The keys of an action, in Qt's portable text."""
        return self.changed.get(bound.name, tuple(portable(key) for key in bound.keys))

    def owner_of(self, key: str, actions: Iterable[Bound]) -> Bound | None:
        """The action that a key belongs to."""
        wanted = portable(key)
        return next((bound for bound in actions if wanted in self.keys_of(bound)), None)

    def with_keys(self, name: str, keys: Sequence[str], actions: Sequence[Bound]) -> Keymap:
        """An action gets these keys instead of its own.

        Raises
        ------
        ValueError : one of them belongs to another action, or is no key; says which.
        """
        found = tuple(portable(key) for key in keys)
        if "" in found:
            raise ValueError("That is no key.")
        for key in found:
            owner = self.owner_of(key, actions)
            if owner is not None and owner.name != name:
                raise ValueError(
                    f"{shown(key)} is the key of “{owner.words}”: give that one another first."
                )
        ours = {bound.name: self._ours(bound) for bound in actions}
        others = {each: value for each, value in self.changed.items() if each != name}
        if found != ours.get(name):
            others[name] = found
        return Keymap(MappingProxyType(others))

    def without(self, name: str, actions: Sequence[Bound]) -> Keymap:
        """An action has the keys again that it comes with; raises ValueError as `with_keys`."""
        bound = next(each for each in actions if each.name == name)
        return self.with_keys(name, bound.keys, actions)

    @staticmethod
    def _ours(bound: Bound) -> tuple[str, ...]:
        return tuple(portable(key) for key in bound.keys)


def portable(key: str) -> str:
    """A key as Qt writes it on every system (`Ctrl+Shift+Z`); empty for what is none, and for
    several keys one after the other."""
    sequence = QKeySequence(key, PORTABLE)
    return sequence.toString(PORTABLE) if sequence.count() == 1 else ""


def shown(key: str) -> str:
    """A key as it is written on this system's keyboards."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def read_keymap(path: Path, actions: Sequence[Bound]) -> Keymap:
    """The reader's own keys; none where there is no file.

    Raises
    ------
    InputError : the file cannot be used, and why; one key for two actions is such a reason.
    """
    if not path.exists():
        return Keymap()
    document = read_document(path, "a file of keys")
    try:
        return _keymap(document, actions)
    except ValueError as error:
        raise UnsupportedFileError(path, str(error).rstrip(".")) from error


def write_keymap(path: Path, keymap: Keymap) -> None:
    """Write what a reader changed, whole or not at all; raises ExportError."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "keys": {name: list(keys) for name, keys in sorted(keymap.changed.items())},
    }
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    write_whole(path, lambda file: file.write(text.encode("utf-8")))


def put_aside(path: Path, actions: Sequence[Bound]) -> None:
    """Before another file takes its place: a file of keys that cannot be used is kept beside, as
    `keys.unusable.json`, since a reader wrote it; raises ExportError."""
    try:
        read_keymap(path, actions)
    except InputError:
        try:
            path.replace(path.with_name(f"{path.stem}.unusable{path.suffix}"))
        except OSError as error:
            why = error.strerror or error
            raise ExportError(f"{path} could not be put aside: {why}.") from error


def _keymap(document: object, actions: Sequence[Bound]) -> Keymap:
    """Raises ValueError with a clause about the file."""
    fields = require_object(document, "it")
    if (fields.get("format"), fields.get("version")) != (FORMAT, VERSION):
        raise ValueError(f"it is no {FORMAT} of version {VERSION}")
    require_only(fields, {"format", "version", "keys"}, "it")
    known = {bound.name for bound in actions}
    changed: dict[str, tuple[str, ...]] = {}
    for name, keys in require_object(fields.get("keys"), "its keys").items():
        if name not in known:
            raise ValueError(f"it binds keys to {name!r}, which is no action")
        if not isinstance(keys, list) or len(keys) > _MOST_KEYS:
            raise ValueError(f"the keys of {name!r} are no list of at most {_MOST_KEYS}")
        changed[name] = tuple(portable(str(key)) for key in keys)
        if "" in changed[name]:
            raise ValueError(f"{name!r} has a key that is none")
    keymap = Keymap(MappingProxyType(changed))
    owners: dict[str, str] = {}
    for bound in actions:
        for key in keymap.keys_of(bound):
            if key in owners:
                raise ValueError(f"it gives {key} to “{owners[key]}” and to “{bound.words}”")
            owners[key] = bound.words
    return keymap
