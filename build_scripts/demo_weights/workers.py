"""Many like jobs in processes of one thread each, with a line that says how far they are."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2

Job = Callable[[], None]
_REPORT_EVERY = 20
_THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def do_all(jobs: Sequence[Job], what: str, workers: int | None = None) -> None:
    """Do the jobs, which must be picklable, in any order.

    Parameters
    ----------
    what : is done, for the line: `drawn`.
    workers : processes; every core has one when None.
    """
    if not jobs:
        return
    started = time.monotonic()
    # The processes read this when they load their libraries; this one has loaded its own.
    os.environ.update(dict.fromkeys(_THREAD_LIMITS, "1"))
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers or os.cpu_count() or 1, _single_threaded) as pool:
        for done, _ in enumerate(pool.imap_unordered(_call, jobs), start=1):
            if done % _REPORT_EVERY == 0 or done == len(jobs):
                left = (time.monotonic() - started) / done * (len(jobs) - done)
                print(f"\r{what} {done} of {len(jobs)}, {left:.0f} s left ", end="", flush=True)
    print()


def do_missing(jobs: Mapping[Path, Job], what: str, workers: int | None = None) -> None:
    """Do the jobs whose file is not there yet; as `do_all`."""
    do_all([job for path, job in jobs.items() if not path.is_file()], what, workers)


def _call(job: Job) -> None:
    job()


def _single_threaded() -> None:
    cv2.setNumThreads(1)
