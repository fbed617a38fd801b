"""The package installs the program with its menu entry, icons and manual, and goes cleanly."""

from __future__ import annotations

import configparser
import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from build_scripts.freeze.icons import write_icons
from build_scripts.linux.deb import HERE, make_deb
from build_scripts.linux.needs import outside_libraries
from models import __version__
from viewer.cli import COMMANDS

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("dpkg-deb") is None or shutil.which("readelf") is None,
    reason="needs dpkg-deb and readelf",
)


@pytest.fixture(scope="module")
def deb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of a program of one file."""
    folder = tmp_path_factory.mktemp("deb")
    program = folder / "Fourview"
    (program / "_internal").mkdir(parents=True)
    shutil.copy("/bin/true", program / "Fourview")
    (program / "_internal" / "link").symlink_to("../Fourview")
    (program / "THIRD_PARTY_LICENSES.txt").write_text("whose it is")
    write_icons(folder / "icons")
    return make_deb(program, folder / "icons", folder / "out", level=1)


@pytest.fixture
def system(deb: Path, tmp_path: Path) -> Path:
    """The root of a system that has the package and nothing else."""
    if os.geteuid() != 0:
        pytest.skip("only root installs packages")
    root = tmp_path / "root"
    state = root / "var/lib/dpkg"
    for name in ("info", "updates", "triggers"):
        (state / name).mkdir(parents=True)
    (state / "status").touch()
    dpkg(root, "--install", deb)
    return root


def dpkg(root: Path, *arguments: str | Path) -> None:
    """What the package needs is not there, and is not started either."""
    subprocess.run(
        ["dpkg", f"--root={root}", "--force-depends", "--force-script-chrootless", *arguments],
        check=True,
        capture_output=True,
    )


def test_the_package_says_what_it_is_and_needs(deb: Path) -> None:
    told = subprocess.run(
        ["dpkg-deb", "--field", deb], capture_output=True, text=True, check=True
    ).stdout
    assert "Package: fourview\n" in told
    assert f"Version: {__version__}\n" in told
    assert "Depends: libc6 (>= " in told
    assert "not a medical device" in told


def test_the_program_starts_as_a_command(system: Path) -> None:
    command = system / "usr/bin/fourview"
    assert command.resolve() == system / "opt/fourview/Fourview"
    subprocess.run([command], check=True)
    assert (system / "opt/fourview/_internal/link").is_symlink()


def test_the_menu_offers_it_for_dicom_files(system: Path) -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(system / "usr/share/applications/fourview.desktop", encoding="utf-8")
    desktop = entry["Desktop Entry"]
    assert desktop["MimeType"] == "application/dicom;"
    assert desktop["Exec"] == "fourview %F"
    icons = system / "usr/share/icons/hicolor"
    assert (icons / "scalable/apps" / f"{desktop['Icon']}.svg").is_file()
    assert (icons / "48x48/apps" / f"{desktop['Icon']}.png").is_file()


def test_the_manual_knows_every_command(system: Path) -> None:
    page = gzip.decompress((system / "usr/share/man/man1/fourview.1.gz").read_bytes()).decode()
    for name, what in COMMANDS.items():
        assert f".B {name}\n{what}\n" in page


def test_licences_come_along(system: Path) -> None:
    text = (system / "usr/share/doc/fourview/copyright").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "whose it is" in text


def test_it_goes_without_a_trace(system: Path) -> None:
    dpkg(system, "--purge", "fourview")
    left = [path for path in system.rglob("*") if path.is_file() or path.is_symlink()]
    assert [path for path in left if not path.is_relative_to(system / "var/lib/dpkg")] == []
    assert not (system / "opt/fourview").exists()


def test_everything_in_it_belongs_to_root_and_nobody_else_may_write(deb: Path) -> None:
    listed = subprocess.run(
        ["dpkg-deb", "--contents", deb], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert listed
    assert {line.split()[1] for line in listed} == {"root/root"}
    assert [line for line in listed if line[0] != "l" and "w" in line[5:10]] == []


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="not installed")
def test_the_menu_entry_is_sound() -> None:
    subprocess.run(["desktop-file-validate", HERE / "fourview.desktop"], check=True)


@pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")
def test_the_manual_page_is_sound() -> None:
    shown = subprocess.run(
        ["man", "--warnings", "-l", HERE / "fourview.1"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100"},
    )
    assert shown.stderr == ""
    assert "analyze" in shown.stdout


def test_libraries_of_the_system_are_found_by_what_needs_them(tmp_path: Path) -> None:
    shutil.copy("/bin/true", tmp_path / "program")
    assert outside_libraries(tmp_path) >= {"libc.so.6"}
    (tmp_path / "libc.so.6").write_text("brought along")
    assert "libc.so.6" not in outside_libraries(tmp_path)
