"""Make the .deb of a frozen program: ``python -m build_scripts.linux.deb PROGRAM ICONS OUT``."""

from __future__ import annotations

import argparse
import gzip
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from build_scripts.linux.needs import outside_libraries, packages
from models import __version__

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
HOME = "opt/fourview"
STRONGEST = 19
_CONTROL = """\
Package: fourview
Version: {version}
Architecture: {architecture}
Maintainer: The Fourview maintainers <fourview@localhost>
Installed-Size: {kilobytes}
Depends: {depends}
Section: science
Priority: optional
Description: workstation for four-view mammograms, for research
 Fourview opens screening mammograms from DICOM files or pictures, hangs them
 as a reader expects, runs published deep-learning models on this computer, and
 shows what they say on the image and against ground truth.
 .
 It is not a medical device. It brings everything it needs, Python and PyTorch
 included, but no weights of published models.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the package and print where it is."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("program", type=Path, help="folder of the frozen program")
    parser.add_argument("icons", type=Path, help="folder of the drawn icons")
    parser.add_argument("out", type=Path, help="folder for the package")
    options = parser.parse_args(arguments)
    print(make_deb(options.program.resolve(), options.icons.resolve(), options.out.resolve()))


def make_deb(program: Path, icons: Path, out: Path, level: int = STRONGEST) -> Path:
    """Pack the folder `program`; returns the package.

    Raises
    ------
    LookupError : a library that the program needs of the system is not here.
    subprocess.CalledProcessError : dpkg-deb failed, and has said why.
    """
    out.mkdir(parents=True, exist_ok=True)
    architecture = _told("dpkg", "--print-architecture").strip()
    path = out / f"fourview_{__version__}_{architecture}.deb"
    depends = sorted(packages(outside_libraries(program)) - {"libc6"})
    with tempfile.TemporaryDirectory(dir=out, prefix=".deb-") as temporary:
        tree = Path(temporary) / "tree"
        tree.mkdir(mode=0o755)
        # Links instead of copies: the program takes most of a gigabyte.
        shutil.copytree(program, tree / HOME, symlinks=True, copy_function=_link)
        _add_files(tree, icons)
        control = _CONTROL.format(
            version=__version__,
            architecture=architecture,
            kilobytes=int(_told("du", "--summarize", "--block-size=1024", tree).split()[0]),
            # Its libraries of the system come from here, and want this C library or a newer.
            depends=", ".join([f"libc6 (>= {platform.libc_ver()[1]})", *depends]),
        )
        _write(tree / "DEBIAN/control", control)
        subprocess.run(
            [
                *("dpkg-deb", "--root-owner-group", "-Zzstd", f"-z{level}"),
                *("--build", tree, path),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return path


def _add_files(tree: Path, icons: Path) -> None:
    """Command, menu entry, icons, manual page, licences."""
    command = tree / "usr/bin/fourview"
    command.parent.mkdir(parents=True)
    command.symlink_to(f"../../{HOME}/Fourview")
    _write(
        tree / "usr/share/applications/fourview.desktop",
        (HERE / "fourview.desktop").read_text(encoding="utf-8"),
    )
    theme = tree / "usr/share/icons/hicolor"
    for icon in sorted(icons.glob("icon-*.png")):
        size = icon.stem.partition("-")[2]
        _copy(icon, theme / f"{size}x{size}" / "apps/fourview.png")
    _copy(ROOT / "resources/icon.svg", theme / "scalable/apps/fourview.svg")
    _write_gzip(tree / "usr/share/man/man1/fourview.1.gz", [HERE / "fourview.1"])
    documents = tree / "usr/share/doc/fourview"
    _write_gzip(documents / "changelog.gz", [ROOT / "CHANGELOG.md"])
    _write(
        documents / "copyright",
        (ROOT / "LICENSE").read_text(encoding="utf-8")
        + (tree / HOME / "THIRD_PARTY_LICENSES.txt").read_text(encoding="utf-8"),
    )


def _link(source: str, destination: str) -> None:
    Path(destination).hardlink_to(source)


def _copy(source: Path, destination: Path) -> None:
    destination.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, destination)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _write_gzip(path: Path, sources: Iterable[Path]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = b"".join(source.read_bytes() for source in sources)
    path.write_bytes(gzip.compress(content, mtime=0))


def _told(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
