"""Which libraries of the system the frozen program needs, and which packages bring them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

_ELF = b"\x7fELF"
_NEEDED = re.compile(r"\(NEEDED\).*\[(?P<name>[^]]+)\]")
_FOUND = re.compile(r"^\s*(?P<name>\S+) \(.*\) => (?P<path>\S+)$", re.MULTILINE)


def outside_libraries(program: Path) -> set[str]:
    """Names such as `libGL.so.1` that something in the folder needs and that are not in it."""
    files = [path for path in program.rglob("*") if _is_elf(path)]
    inside = {path.name for path in program.rglob("*")}
    return {name for path in files for name in _needed(path)} - inside


def packages(libraries: Iterable[str]) -> set[str]:
    """The Debian packages, of this system, that bring the libraries.

    Raises
    ------
    LookupError : a library is not here; without its package the program would not start.
    """
    here = _libraries_here()
    found = set()
    for name in libraries:
        if name not in here:
            raise LookupError(f"{name} is needed and not on this system.")
        found.add(_package(here[name]))
    return found


def _is_elf(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == _ELF


def _needed(path: Path) -> list[str]:
    answer = subprocess.run(
        ["readelf", "--dynamic", path], capture_output=True, text=True, check=True
    )
    return [match["name"] for match in _NEEDED.finditer(answer.stdout)]


def _libraries_here() -> Mapping[str, Path]:
    answer = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=True)
    return {match["name"]: Path(match["path"]) for match in _FOUND.finditer(answer.stdout)}


def _package(library: Path) -> str:
    # Before the merge of /lib into /usr, dpkg knew libraries by the shorter way.
    for path in (library, library.resolve(), Path("/usr") / library.relative_to("/")):
        for known in (str(path), str(path).removeprefix("/usr")):
            answer = subprocess.run(
                ["dpkg-query", "--search", known], capture_output=True, text=True, check=False
            )
            if answer.returncode == 0:
                return answer.stdout.partition(":")[0]
    raise LookupError(f"No package brings {library}.")
