"""The log rotates, holds our own words only, and takes the last words of a crash."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from viewer import log_file
from viewer.log_file import CRASHES, LOG, CrashLog, start_log


@pytest.fixture(autouse=True)
def _root_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    for handler in [each for each in root.handlers if each not in before]:
        root.removeHandler(handler)
        handler.close()


def test_our_own_messages_are_kept_with_their_time(tmp_path: Path) -> None:
    assert start_log(tmp_path / "log")
    logging.getLogger("viewer.jobs.runner").error("a background task failed")
    assert "ERROR viewer.jobs.runner: a background task failed" in (
        tmp_path / "log" / LOG
    ).read_text(encoding="utf-8")


def test_messages_of_libraries_are_not_kept_since_they_may_name_a_patient(tmp_path: Path) -> None:
    start_log(tmp_path)
    logging.getLogger("somelibrary").error("cannot read DOE^JANE")
    logging.getLogger("viewers").error("cannot read DOE^JANE")
    assert (tmp_path / LOG).read_text(encoding="utf-8") == ""


def test_the_log_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "_LARGEST_BYTES", 2000)
    start_log(tmp_path)
    for number in range(200):
        logging.getLogger("viewer").error("message %d of many, long enough to fill files", number)
    files = sorted(tmp_path.iterdir())
    assert [path.name for path in files] == [LOG, f"{LOG}.1", f"{LOG}.2", f"{LOG}.3"]
    assert all(path.stat().st_size <= 2000 for path in files)
    assert "message 199" in (tmp_path / LOG).read_text(encoding="utf-8")


def test_a_folder_that_takes_no_file_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")
    assert not start_log(tmp_path / "log")
    crashes = CrashLog(tmp_path / "log")
    assert crashes.take() == ""


def test_a_crash_leaves_its_last_words_for_the_next_run(tmp_path: Path) -> None:
    program = (
        "import ctypes, sys; from pathlib import Path\n"
        "from viewer.log_file import CrashLog\n"
        "log = CrashLog(Path(sys.argv[1])); log.start()\n"
        "ctypes.string_at(0)\n"
    )
    crashed = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=False, timeout=60
    )
    assert crashed.returncode != 0
    words = CrashLog(tmp_path).take()
    assert "Fatal Python error" in words
    assert "string_at" in words
    assert CrashLog(tmp_path).take() == "", "they are told once"


def test_a_run_that_ends_well_leaves_nothing(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from viewer.log_file import CrashLog\n"
        "log = CrashLog(Path(sys.argv[1])); log.start(); log.close()\n"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=True, timeout=60
    )
    assert not (tmp_path / CRASHES).exists()
