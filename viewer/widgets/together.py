"""Work on several panes at once: the pixels of each are made apart from those of the others.

Sampling and looking up release Python's lock, so threads share the cores. The threads stay for
as long as the program runs.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

Job = Callable[[], None]

THREADS = "panes"
_MOST_HELPERS = 3


def do_together(jobs: Sequence[Job]) -> None:
    """Do all of `jobs`, which touch nothing that another one does and raise nothing.

    The calling thread does its share, so nothing waits for a helper that has not begun.
    """
    waiting = deque(jobs)

    def work() -> None:
        while waiting:
            try:
                job = waiting.popleft()
            except IndexError:  # another took the last
                return
            job()

    helpers = min(_helpers(), len(jobs) - 1)
    begun = [_pool().submit(work) for _ in range(helpers)]
    work()
    for helper in begun:
        if not helper.cancel():
            helper.result()


def _helpers() -> int:
    return min((os.cpu_count() or 1) - 1, _MOST_HELPERS)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_MOST_HELPERS, thread_name_prefix=THREADS)
