"""Work on several panes at once: the pixels of each are made apart from those of the others.

Sampling and looking up release Python's lock, so threads share the cores. The threads stay for
as long as the program runs.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

from viewer.faults import log_fault

log = logging.getLogger(__name__)

Job = Callable[[], None]

THREADS = "panes"
_HELPERS = max(min((os.cpu_count() or 1) - 1, 3), 1)


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

    begun: list[Future[None]] = []
    try:
        begun.extend(_pool().submit(work) for _ in range(min(_HELPERS, len(jobs) - 1)))
    except RuntimeError as error:  # no thread can be had; this one does it all
        log_fault(log, "panes are drawn without help", error)
    work()
    for helper in begun:
        if not helper.cancel():
            helper.result()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_HELPERS, thread_name_prefix=THREADS)
