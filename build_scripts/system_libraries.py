"""Find the system libraries that Qt needs on Linux, and install them where that is allowed.

Run by the Makefile before there is a virtual environment, so it keeps to the standard library.
Only Debian and Ubuntu name packages; elsewhere the libraries themselves are named.
"""

import argparse
import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

WINDOW_LIBRARIES = {  # soname: Debian package; their dependencies bring everything else
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
TEST_PROGRAMS = {"Xvfb": "xvfb"}
# Installed where that is allowed and never asked for: the tests that need them are skipped.
WELCOME_TEST_PROGRAMS = {
    "dciodvfy": "dicom3tools",
    "objdump": "binutils",
    "xdotool": "xdotool",
}
PYTHON_MODULES = {"ensurepip": "python3-venv"}  # Debian splits it from Python


def has_library(soname: str) -> bool:
    """Whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_programs(programs: Mapping[str, str]) -> dict[str, str]:
    """Those that are not on the PATH, with the Debian package that brings each."""
    return {name: deb for name, deb in programs.items() if shutil.which(name) is None}


def missing(programs: Mapping[str, str]) -> dict[str, str]:
    """What is not there, with the Debian package that brings it."""
    return {
        **{name: deb for name, deb in WINDOW_LIBRARIES.items() if not has_library(name)},
        **missing_programs(programs),
        **{
            name: deb
            for name, deb in PYTHON_MODULES.items()
            if importlib.util.find_spec(name) is None
        },
    }


def may_install() -> bool:
    """Whether this is root on a system with apt-get."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> None:
    """Install Debian packages without asking; what fails shows in the next look."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["update", "-q"],
        ["install", "-q", "-y", "--no-install-recommends", *packages],
    ):
        subprocess.run(["apt-get", *arguments], env=quiet, stdin=subprocess.DEVNULL, check=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when nothing is missing (any more); else name it on stderr and return 1."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tests", action="store_true", help="also what only the tests need")
    options = parser.parse_args(arguments)
    if not sys.platform.startswith("linux"):
        return 0

    programs = TEST_PROGRAMS if options.tests else {}
    lacking = missing(programs)
    if lacking and may_install():
        apt_install(sorted(set(lacking.values())))
        lacking = missing(programs)
    welcome = missing_programs(WELCOME_TEST_PROGRAMS) if options.tests else {}
    if welcome and may_install():
        apt_install(sorted(set(welcome.values())))
    if not lacking:
        return 0
    if shutil.which("apt-get") is None:
        sentence = f"Please install what brings {', '.join(lacking)} on your system, then retry."
    else:
        packages = " ".join(sorted(set(lacking.values())))
        sentence = f"Please run 'sudo apt-get install {packages}', then retry."
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
