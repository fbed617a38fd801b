"""Nothing is lost when Fourview ends without being asked: the real program, killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import platformdirs
import pytest

from tests.conftest import ROOT
from tests.dicom_factory import make_views, of_size
from viewer.session.kept.keeper import ENDED_UNASKED

Start = Callable[..., subprocess.Popen]


@pytest.fixture
def start(user_home: Path) -> Iterator[Start]:
    """Starts the program; whatever still runs is killed after the test."""
    running = []

    def run(*given: object) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.session.kept.reader", *map(str, given)]
        running.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()
    for path in sessions():
        path.unlink()


def sessions() -> list[Path]:
    folder = Path(platformdirs.user_state_dir("fourview", appauthor=False)) / "sessions"
    return sorted(folder.glob("*"))


def kill(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def exams(folder: Path) -> Path:
    for patient in ("P1", "P2", "P3"):
        make_views(folder, of_size(1400, 1100), prefix=f"{patient}-", PatientID=patient)
    return folder


def test_after_kill_9_everything_is_as_it_was(start: Start, tmp_path: Path) -> None:
    (tmp_path / "exams").mkdir()
    process = start("--keys", exams(tmp_path / "exams"))
    before = json.loads(process.stdout.readline())
    assert before["place"][0] == 3
    assert before["inverted"]
    assert len(before["windows"]) == 4
    assert len(before["nipples"]) == 2
    assert all(before[name] for name in ("placed", "cameras", "measurements", "coverage", "map"))
    kill(process)
    for path in sessions():
        assert path.stat().st_size < 100_000, "small"

    process = start()  # no path: what was open comes back by itself
    after = json.loads(process.stdout.readline())
    assert after.pop("message") == ENDED_UNASKED
    before.pop("message")
    assert after == before
