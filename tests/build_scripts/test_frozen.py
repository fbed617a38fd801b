"""The frozen program, tried where there is no Python; where somebody asks for it.

FOURVIEW_PROGRAM names the folder of a program that is there; FOURVIEW_BUILD=1 builds one anew.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from build_scripts.build import build, size_mb
from build_scripts.linux.deb import make_deb
from build_scripts.smoke.headless import try_headless
from build_scripts.smoke.program import Program, from_source, frozen
from build_scripts.smoke.window import try_window
from build_scripts.smoke_test import has_desktop
from tests.build_scripts.linux.test_deb import dpkg

LARGEST_MB = 1050

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or not shutil.which("objdump"),
        reason="needs Linux and binutils",
    ),
    pytest.mark.skipif(
        not os.environ.get("FOURVIEW_PROGRAM") and os.environ.get("FOURVIEW_BUILD") != "1",
        reason="takes long: set FOURVIEW_PROGRAM to the program's folder, or FOURVIEW_BUILD=1",
    ),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the program."""
    given = os.environ.get("FOURVIEW_PROGRAM")
    if given:
        yield Path(given).resolve()
        return
    folder = tmp_path_factory.mktemp("build")
    program = build(folder)
    for finished in ("environment", "work"):
        shutil.rmtree(folder / finished)
    yield program
    shutil.rmtree(folder)


@pytest.fixture
def programs(built: Path, tmp_path: Path) -> tuple[Program, Program]:
    """The frozen one, and the one from source, each with a new home."""
    return (
        frozen(built / "Fourview", tmp_path / "home"),
        from_source(tmp_path / "home-source"),
    )


def test_the_program_is_no_larger_than_it_must_be(built: Path) -> None:
    assert size_mb(built) < LARGEST_MB
    assert not list(built.rglob("matplotlib*"))
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (built / "THIRD_PARTY_LICENSES.txt").read_text(
        encoding="utf-8"
    )


def test_without_a_window_it_computes_and_draws_what_source_does(
    programs: tuple[Program, Program], tmp_path: Path
) -> None:
    try_headless(*programs, tmp_path)


@pytest.mark.skipif(not has_desktop(), reason="needs a display and xdotool")
def test_its_window_is_used_by_keys_exports_what_source_does_and_survives_a_crash(
    programs: tuple[Program, Program], tmp_path: Path
) -> None:
    try_window(*programs, tmp_path)


@pytest.mark.skipif(
    not shutil.which("dpkg-deb") or os.geteuid() != 0, reason="needs dpkg-deb and root"
)
def test_its_package_installs_starts_and_goes(built: Path, tmp_path: Path) -> None:
    icons = tmp_path / "icons"
    icons.mkdir()
    deb = make_deb(built, icons, tmp_path / "out", level=1)
    root = tmp_path / "root"
    for name in ("info", "updates", "triggers"):
        (root / "var/lib/dpkg" / name).mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    dpkg(root, "--install", deb)
    installed = frozen(root / "usr/bin/fourview", tmp_path / "home")
    assert installed.run("--version").startswith("Fourview ")
    dpkg(root, "--purge", "fourview")
    assert not (root / "opt/fourview").exists()
