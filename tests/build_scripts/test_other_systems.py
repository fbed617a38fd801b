"""What cannot be built here is at least sound: descriptions parse, and name what there is."""

from __future__ import annotations

import ast
import plistlib
import re
import shutil
import subprocess

import pytest
import yaml

from build_scripts.freeze.windows_version import version_resource
from models import __version__
from tests.conftest import ROOT

SCRIPTS = ROOT / "build_scripts"


def test_the_workflow_builds_and_tries_the_program_on_three_systems() -> None:
    text = (ROOT / ".github/workflows/program.yml").read_text(encoding="utf-8")
    job = yaml.safe_load(text)["jobs"]["build"]
    systems = {each["system"] for each in job["strategy"]["matrix"]["include"]}
    assert systems == {"linux", "windows", "macos"}
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert sum("build_scripts.smoke_test" in each for each in commands) == len(systems)
    for name in re.findall(r"-m (build_scripts[\w.]+)", "\n".join(commands)):
        assert (ROOT / f"{name.replace('.', '/')}.py").is_file(), name


def test_the_entitlements_of_macos_are_a_property_list() -> None:
    rights = plistlib.loads((SCRIPTS / "macos/entitlements.plist").read_bytes())
    assert all(rights.values())


@pytest.mark.parametrize("script", ["macos/make_dmg.sh"])
def test_shell_scripts_parse(script: str) -> None:
    if shutil.which("sh") is None:
        pytest.skip("no shell")
    subprocess.run(["sh", "-n", SCRIPTS / script], check=True)


def test_the_installer_of_windows_names_files_that_are_there() -> None:
    text = (SCRIPTS / "windows/fourview.iss").read_text(encoding="utf-8")
    sections = re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)
    assert {"Setup", "Files", "Icons", "Registry"} <= set(sections)
    assert len(sections) == len(set(sections))
    licence = re.search(r"^LicenseFile=(.*)$", text, re.MULTILINE)
    assert licence is not None
    assert (SCRIPTS / "windows" / licence[1].replace("\\", "/")).is_file()
    for line in text.splitlines():
        assert line.count('"') % 2 == 0, line


def test_windows_is_told_the_version() -> None:
    text = version_resource("1.2.3")
    assert "filevers=(1, 2, 3, 0)" in text
    assert 'StringStruct("ProductVersion", "1.2.3")' in text
    ast.parse(version_resource(__version__), mode="eval")
