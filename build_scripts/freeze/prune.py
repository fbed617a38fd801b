"""Leave out shared libraries that only what was left out needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath

# As PyInstaller has it: place in the program, source, kind. The source of a link is its target.
Entry = tuple[str, str, str]
LINK = "SYMLINK"

_QT_LIBRARIES = PurePosixPath("PySide6/Qt/lib")


def without_orphans(
    entries: Sequence[Entry], imports_of: Callable[[str], Iterable[str]]
) -> list[Entry]:
    """The entries without libraries of the system and of Qt that nothing else needs.

    Parameters
    ----------
    imports_of : names of all libraries that a file needs, directly or through others.
    """
    roots = [entry for entry in entries if not _is_library(entry) and entry[2] != LINK]
    needed = {name for _, source, _ in roots for name in imports_of(source)}
    kept = [
        entry
        for entry in entries
        if entry[2] != LINK and (not _is_library(entry) or PurePosixPath(entry[0]).name in needed)
    ]
    places = {destination for destination, _, _ in kept}
    links = [entry for entry in entries if entry[2] == LINK and entry[1] in places]
    return kept + links


def _is_library(entry: Entry) -> bool:
    """Whether it came along because something was linked with it; Python's own stays."""
    place = PurePosixPath(entry[0])
    return (
        entry[2] == "BINARY"
        and place.parent in (PurePosixPath(), _QT_LIBRARIES)
        and not place.name.startswith("libpython")
    )
