"""A run that did not end well is known by what it left; one that did leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from viewer.last_run import LastRun
from viewer.log_file import CRASHES


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """(state, log), both there."""
    for name in ("state", "log"):
        (tmp_path / name).mkdir()
    return tmp_path / "state", tmp_path / "log"


def test_nothing_is_left_by_a_run_that_ended_well(folders) -> None:
    run = LastRun(*folders)
    assert run.words() == ""
    run.start()
    run.close()
    again = LastRun(*folders)
    assert again.is_first
    assert again.words() == ""
    again.close()
    assert [path for folder in folders for path in folder.iterdir()] == []


def test_last_words_are_found_once(folders) -> None:
    state, log = folders
    (log / CRASHES).write_text("Fatal Python error: Segmentation fault")
    run = LastRun(state, log)
    assert "Segmentation fault" in run.words()
    assert run.words() == ""
    run.close()


def test_a_second_window_at_the_same_time_takes_nothing_from_the_first(folders) -> None:
    state, log = folders
    first = LastRun(state, log)
    first.start()
    second = LastRun(state, log)
    assert not second.is_first
    assert second.words() == ""
    second.start()
    second.close()
    assert (log / CRASHES).exists()
    first.close()


def test_a_folder_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = LastRun(tmp_path / "file" / "state", tmp_path / "file" / "log")
    assert not run.is_first
    assert run.words() == ""
    run.start()
    run.close()
