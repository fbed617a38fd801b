"""`fourview` finds the right command, is quick to answer, and exits as scripts expect."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from models import RESEARCH_USE_ONLY, __version__
from tests.conftest import ROOT
from viewer import cli


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[list[Path]]:
    """Paths that the window was asked to open, without a window."""
    calls: list[list[Path]] = []
    app = ModuleType("viewer.app")
    app.run = lambda paths: calls.append(list(paths)) or 7
    monkeypatch.setitem(sys.modules, "viewer.app", app)
    return calls


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Arguments that `analyze` was run with, without running it."""
    calls: list[str] = []
    command = ModuleType("viewer.commands.analyze")
    command.add_arguments = lambda parser: parser.add_argument("rest", nargs="*")
    command.run = lambda args: calls.extend(args.rest) or 3
    monkeypatch.setitem(sys.modules, "viewer.commands.analyze", command)
    return calls


def test_without_a_command_the_window_opens(opened: list[list[Path]]) -> None:
    assert cli.main([]) == 7
    assert cli.main(["a.dcm", "folder"]) == 7
    assert opened == [[], [Path("a.dcm"), Path("folder")]]


def test_the_name_of_a_command_is_the_command(opened: list[list[Path]], ran: list[str]) -> None:
    assert cli.main(["analyze", "one", "two"]) == 3
    assert ran == ["one", "two"]
    assert opened == []


def test_a_file_called_like_a_command_opens_by_its_path(
    opened: list[list[Path]], ran: list[str]
) -> None:
    cli.main(["./analyze"])
    cli.main(["other", "analyze"])
    assert opened == [[Path("analyze")], [Path("other"), Path("analyze")]]
    assert ran == []


def test_the_version_comes_with_the_notice(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert f"Fourview {__version__}" in printed
    assert RESEARCH_USE_ONLY in printed


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in cli.COMMANDS)
    assert RESEARCH_USE_ONLY in printed


@pytest.mark.parametrize("arguments", [["--no-such-option"], ["analyze"], ["render"]])
def test_bad_arguments_exit_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2


def test_the_module_runs_and_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nsys.argv = ['fourview', '--help']\nimport runpy\n"
        "try:\n    runpy.run_module('viewer', run_name='__main__')\n"
        "except SystemExit as ended:\n    print('code', ended.code)\n"
        "print(sorted({'numpy', 'torch', 'PySide6', 'pydicom'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert answer.stdout.splitlines()[-2:] == ["code 0", "[]"]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_of_the_output_may_stop_reading() -> None:
    command = [sys.executable, "-u", "-m", "viewer", "weights", "list"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as told:
        assert told.stdout is not None
        assert told.stderr is not None
        told.stdout.close()
        errors = told.stderr.read()
        assert told.wait(timeout=60) == 1
    assert b"Traceback" not in errors
