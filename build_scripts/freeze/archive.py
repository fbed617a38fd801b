"""The program as one file to download: .tar.zst on Linux, .zip on Windows, .tar.gz elsewhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

# 19 is the strongest that everybody can unpack without options; it takes minutes.
STRONGEST = 19


def write_archive(program: Path, folder: Path, name: str, level: int = STRONGEST) -> Path:
    """Pack the folder `program` as a whole; returns the archive.

    Raises
    ------
    FileNotFoundError : tar or zstd is not there.
    subprocess.CalledProcessError : packing failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if sys.platform != "linux":
        kind = "zip" if sys.platform == "win32" else "gztar"
        return Path(shutil.make_archive(str(folder / name), kind, program.parent, program.name))
    path = folder / f"{name}.tar.zst"
    subprocess.run(
        [
            *("tar", "--create", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"),
            f"--use-compress-program=zstd -{level} -T0 --long=27 --quiet --force",
            *("--file", path, "--directory", program.parent, program.name),
        ],
        check=True,
    )
    return path
