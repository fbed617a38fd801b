"""Missing system libraries are installed where that is allowed, and named where it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCRIPT = ROOT / "build_scripts" / "system_libraries.py"

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="installs as root only"
)


def run(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(autouse=True)
def with_welcome_programs(tmp_path: Path) -> None:
    """They are welcome, not needed: tests that are not about them have them."""
    for name in ("dciodvfy", "objdump", "xdotool"):
        add_program(tmp_path, name)


def add_program(path: Path, name: str, body: str = "") -> None:
    (path / name).write_text(f"#!/bin/sh\n{body}\n")
    (path / name).chmod(0o755)


def test_nothing_is_said_or_done_when_everything_is_there(tmp_path: Path) -> None:
    add_program(tmp_path, "Xvfb")
    add_program(tmp_path, "apt-get", "echo must not run >&2")
    done = run(tmp_path, "--tests")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_window_alone_does_not_ask_for_the_virtual_screen(tmp_path: Path) -> None:
    assert run(tmp_path).returncode == 0
    assert run(tmp_path, "--tests").returncode == 1


@as_root
def test_what_is_missing_is_installed_from_fresh_package_lists(tmp_path: Path) -> None:
    script = f'echo "$@" >> {tmp_path}/log; [ "$1" = update ] || : > {tmp_path}/Xvfb'
    add_program(tmp_path, "apt-get", f"{script}\n/bin/chmod 755 {tmp_path}/Xvfb 2>/dev/null")
    assert run(tmp_path, "--tests").returncode == 0
    update, install = (tmp_path / "log").read_text().splitlines()
    assert update.startswith("update")
    assert install.startswith("install")
    assert install.endswith(" xvfb")


@as_root
def test_what_could_not_be_installed_is_named_in_one_sentence(tmp_path: Path) -> None:
    add_program(tmp_path, "apt-get", "exit 100")
    done = run(tmp_path, "--tests")
    assert done.returncode == 1
    assert done.stderr == "Please run 'sudo apt-get install xvfb', then retry.\n"


def test_without_apt_the_missing_parts_themselves_are_named(tmp_path: Path) -> None:
    done = run(tmp_path, "--tests")
    assert done.returncode == 1
    assert done.stderr == "Please install what brings Xvfb on your system, then retry.\n"


@as_root
def test_what_is_merely_welcome_is_installed_but_never_asked_for(tmp_path: Path) -> None:
    add_program(tmp_path, "Xvfb")
    add_program(tmp_path, "apt-get", f'echo "$@" >> {tmp_path}/log; exit 100')
    (tmp_path / "dciodvfy").unlink()
    done = run(tmp_path)
    assert (done.returncode, (tmp_path / "log").exists()) == (0, False)
    done = run(tmp_path, "--tests")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "log").read_text().splitlines()[-1].endswith(" dicom3tools")
