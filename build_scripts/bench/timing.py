"""Times of work that is done a few times."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Work = Callable[[], object]


def seconds_of(work: Work) -> float:
    """How long it takes once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_seconds(runs: Mapping[str, Work], rounds: int) -> Mapping[str, float]:
    """Median seconds of each, taking turns, after one round that is not counted."""
    took: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            each = seconds_of(run)
            if number:
                took[name].append(each)
    return {name: statistics.median(each) for name, each in took.items()}
