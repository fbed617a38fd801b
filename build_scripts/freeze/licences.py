"""THIRD_PARTY_LICENSES.txt: what the program is made of, whose it is, and on what terms.

Written from what was collected: the libraries whose files are in it, Python, the start of the
program, and on Debian and its kin the system's packages.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

TEXTS = Path(__file__).resolve().parent / "licences"

_LICENCE_FILE = re.compile(r"(licen[sc]e|copying|copyright|notice)[^/]*$", re.IGNORECASE)
_CODE = (".py", ".pyc", ".pyi", ".so", ".pyd", ".dll")
# Without texts in their wheels: Qt and its bindings, which we use under the LGPL.
_LGPL = ("pyside6-essentials", "shiboken6")
_QT = (
    "Used under the GNU Lesser General Public License, version 3. Its libraries are files of\n"
    "their own in this program, which you may replace by others of the same version. Their\n"
    "source is offered by the Qt project under the same version number. The texts of both\n"
    "licences that apply:"
)
_INTRODUCTION = """\
What Fourview is made of

Fourview itself: Apache License 2.0, see LICENSE. It was put together with the following, each of
which belongs to its authors and comes under its own terms.
"""
_RULE = "=" * 80


@dataclass(frozen=True, slots=True)
class Part:
    """One library: its name with its version, its licence in a word, and the texts."""

    name: str
    licence: str
    texts: tuple[str, ...]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace").strip()


TYPEFACE = Part(
    "Noto Sans 2.004 (a subset of it)",
    "OFL-1.1",
    (_text(Path(__file__).resolve().parents[2] / "resources" / "typeface" / "OFL.txt"),),
)


def write_licences(sources: Iterable[str], path: Path) -> None:
    """Write the document for a program collected from the files `sources`."""
    collected = [Path(source) for source in sources]
    parts = [_python(), TYPEFACE, *_libraries(collected), *_packages(collected)]
    path.write_text(document(parts), encoding="utf-8")


def document(parts: Iterable[Part]) -> str:
    """The texts of all parts; one that stood before is referred to."""
    ordered = sorted(parts, key=lambda part: part.name.lower())
    listed = "\n".join(f"  {part.name}: {part.licence}" for part in ordered)
    sections = [f"{_INTRODUCTION}\n{listed}\n"]
    seen: dict[str, str] = {}
    for part in ordered:
        texts = []
        for text in part.texts:
            digest = hashlib.sha256(text.encode()).hexdigest()
            first = seen.setdefault(digest, part.name)
            texts.append(text if first == part.name else f"(The text is that of {first}, above.)")
        sections.append("\n\n".join((_RULE, f"{part.name}\n{part.licence}", *texts)))
    return "\n\n".join(sections) + "\n"


def _python() -> Part:
    folders = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))
    texts = [
        _text(path) for folder in folders for path in [folder / "LICENSE.txt"] if path.is_file()
    ]
    if not texts:
        raise FileNotFoundError("Python's own LICENSE.txt is not where it belongs.")
    version = ".".join(map(str, sys.version_info[:3]))
    return Part(f"Python {version}", "PSF-2.0", tuple(texts[:1]))


def _libraries(collected: Iterable[Path]) -> list[Part]:
    """The installed distributions that own any of the files, and what starts the program."""
    owners = {
        Path(str(found.locate_file(file))).resolve(): found
        for found in distributions()
        for file in found.files or ()
    }
    shipped = {
        owner.metadata["Name"]: owner
        for owner in (owners.get(path.resolve()) for path in collected)
        if owner is not None
    }
    return [_library(found) for found in (*shipped.values(), distribution("pyinstaller"))]


def _library(found: Distribution) -> Part:
    name = found.metadata["Name"]
    texts = tuple(
        _text(Path(str(found.locate_file(file))))
        for file in sorted(found.files or (), key=str)
        if _LICENCE_FILE.search(str(file)) and file.suffix not in _CODE
    )
    if name.lower().replace("_", "-") in _LGPL:
        texts = (_QT, _text(TEXTS / "LGPL-3.0.txt"), _text(TEXTS / "GPL-3.0.txt"))
    return Part(f"{name} {found.version}", _licence_of(found), texts)


def _licence_of(found: Distribution) -> str:
    """One line: the expression, else a short statement, else what the classifiers say."""
    meta = found.metadata
    stated = meta.get("License-Expression") or (meta.get("License") or "").strip()
    if stated and "\n" not in stated:
        return stated
    classified = [
        each.rpartition(" :: ")[2]
        for each in meta.get_all("Classifier") or ()
        if each.startswith("License")
    ]
    return ", ".join(classified) or "see the text"


def _packages(collected: Iterable[Path]) -> list[Part]:
    """The Debian packages that own any of the files; elsewhere nothing of the system is taken."""
    if shutil.which("dpkg-query") is None:
        return []
    names: set[str] = set()
    for path in collected:
        if path.is_relative_to(sys.prefix) or path.is_relative_to(sys.base_prefix):
            continue
        names.update(_package_of(path))
    return [_package(name) for name in sorted(names)]


def _package_of(path: Path) -> set[str]:
    # Before the merge of /lib into /usr, dpkg knew libraries by the shorter way.
    resolved = path.resolve()
    for known in (str(resolved), str(resolved).removeprefix("/usr")):
        answer = subprocess.run(
            ["dpkg-query", "--search", known], capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            return {line.partition(":")[0] for line in answer.stdout.splitlines()}
    return set()


def _package(name: str) -> Part:
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Version}\n", name],
        capture_output=True,
        text=True,
        check=True,
    )
    version = answer.stdout.splitlines()[0]
    return Part(
        f"{name} {version} (Debian)",
        "see the text",
        (_text(Path("/usr/share/doc") / name / "copyright"),),
    )
