"""A bar on terminals, plain lines elsewhere."""

from __future__ import annotations

import io

import pytest

from models.progress import Progress
from viewer.commands.progress_line import ProgressLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_there_is_one_line_an_item() -> None:
    stream = io.StringIO()
    line = ProgressLine(stream, 2, "exam")
    for item in (1, 2):
        line.begin(item)
        line.report(Progress(1, 3, "L CC"))
    line.say("A sentence.")
    line.clear()
    assert stream.getvalue() == "exam 1 of 2\nexam 2 of 2\nA sentence.\n"


def test_on_a_terminal_the_bar_says_how_far_all_items_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    stream = Terminal()
    line = ProgressLine(stream, 4, "exam")
    line.begin(2)
    line.report(Progress(1, 2, "L CC: reading"))
    last = stream.getvalue().rpartition("\r")[2]
    assert " 38%  exam 2 of 4 · L CC: reading" in last
    assert last.count("#") == 9
    line.report(Progress(2, 2, "x" * 200))
    assert len(stream.getvalue().rpartition("\r")[2].removeprefix("\x1b[K")) < 100
    line.say("A sentence.")
    assert stream.getvalue().endswith("\r\x1b[KA sentence.\n")
