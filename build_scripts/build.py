"""Make the program that runs without Python: build/program/Fourview, and archives of it in dist.

``python -m build_scripts.build`` needs Python 3.11 or newer and pip, nothing else; everything
else is put into an environment of its own. build_scripts/README.md tells the rest.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from build_scripts.freeze.archive import write_archive
from build_scripts.freeze.environment import (
    make_environment,
    requirements,
    without_python_settings,
)
from build_scripts.freeze.windows_version import version_resource
from models import __version__

ROOT = Path(__file__).resolve().parents[1]
LICENCES = "THIRD_PARTY_LICENSES.txt"


def main(arguments: Sequence[str] | None = None) -> int:
    """Build; prints what each step took, and how large things are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--build", type=Path, default=ROOT / "build", help="folder to work in (build)"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "dist", help="folder for archives (dist)"
    )
    parser.add_argument("--torch", help="another build of PyTorch, such as 2.13.0+cu130")
    parser.add_argument(
        "--archive", action="store_true", help="also write the archive to download, in minutes"
    )
    options = parser.parse_args(arguments)
    program = build(options.build.resolve(), options.torch)
    print(f"{program}: {size_mb(program):.0f} MB")
    if options.archive:
        variant = f"-{options.torch.partition('+')[2]}" if options.torch else ""
        system = f"{platform.system()}-{platform.machine()}".lower()
        with timed("archive"):
            archive = write_archive(
                program, options.out, f"fourview-{__version__}-{system}{variant}"
            )
        print(f"{archive}: {size_mb(archive):.0f} MB")
    return 0


def build(folder: Path, torch: str | None = None) -> Path:
    """Freeze the program within `folder`; returns its folder, `program/Fourview`."""
    with timed("environment"):
        needed = requirements(ROOT / "pyproject.toml", torch)
        python = make_environment(folder / "environment", needed)
    environment = {
        **without_python_settings(os.environ),
        "PYTHONPATH": str(ROOT),
        "FOURVIEW_BUILD": str(folder),
        "QT_QPA_PLATFORM": "offscreen",
        # Code that is packed already would be larger in archives, and slower to start.
        "PYINSTALLER_ZLIB_COMPRESSION_LEVEL": "0",
    }

    def run(*command: str | Path) -> None:
        subprocess.run([python, *command], check=True, cwd=ROOT, env=environment)

    with timed("icons"):
        run("-m", "build_scripts.freeze.icons", folder / "icons")
    (folder / "version.txt").write_text(version_resource(__version__), encoding="utf-8")
    with timed("freeze"):
        run(
            *("-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
            *("--distpath", folder / "program", "--workpath", folder / "work"),
            ROOT / "build_scripts" / "freeze" / "fourview.spec",
        )
    program = folder / "program" / "Fourview"
    for text in (ROOT / "LICENSE", folder / LICENCES):
        shutil.copy(text, program)
    if sys.platform == "linux":
        with timed("strip"):
            strip(program)
    return program


def strip(program: Path) -> None:
    """Drop symbols from the largest libraries of PyTorch and Python.

    Those of numpy, scipy and OpenCV, rewritten when their wheels were made, would not load.
    """
    inner = program / "_internal"
    files = [
        *inner.glob("torch/lib/*.so*"),
        *inner.glob("libpython*"),
        *inner.glob("*/lib-dynload/*.so"),
    ]
    subprocess.run(["strip", "--strip-unneeded", *files], check=True)


def size_mb(path: Path) -> float:
    """Of a file, or of all files in a folder, in megabytes; a link is as small as it is."""
    files = (
        [path] if path.is_file() else [each for each in path.rglob("*") if not each.is_symlink()]
    )
    return sum(each.stat().st_size for each in files if each.is_file()) / 1e6


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print what a step took."""
    started = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
