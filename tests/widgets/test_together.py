"""Work on several panes at once."""

from __future__ import annotations

import threading
import time
from functools import partial

from viewer.widgets import together
from viewer.widgets.together import do_together


def test_every_job_is_done_once_before_it_returns():
    done: list[int] = []

    def job(number: int) -> None:
        time.sleep(0.002)
        done.append(number)

    for count in (0, 1, 2, 9):
        done.clear()
        do_together([partial(job, number) for number in range(count)])
        assert sorted(done) == list(range(count))


def test_nothing_waits_for_a_helper_that_is_busy_elsewhere():
    """Two grids on two screens, and one of them is slow."""
    held, begun = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        held.wait(20)

    others = [threading.Thread(target=do_together, args=([slow] * 8,)) for _ in range(4)]
    for each in others:
        each.start()
    assert begun.wait(20)
    done: list[int] = []
    do_together([partial(done.append, number) for number in range(4)])
    held.set()
    for each in others:
        each.join()
    assert sorted(done) == [0, 1, 2, 3]


def test_without_threads_the_caller_does_it_all(monkeypatch):
    class NoThreads:
        def submit(self, _: object) -> None:
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(together, "_pool", NoThreads)
    done: list[int] = []
    do_together([partial(done.append, number) for number in range(4)])
    assert done == [0, 1, 2, 3]
