"""What a line of words on an image costs: one never written before, and one written again.

Run on a quiet machine: ``python -m build_scripts.bench.words``.
"""

from __future__ import annotations

import statistics

import numpy as np

from build_scripts.bench.timing import seconds_of
from viewer.display.text import draw_text

LINES, SIZE_PX = 400, 13


def main() -> None:
    """Print microseconds, with the halo that words on tissue have."""
    canvas = np.zeros((100, 800, 3), dtype=np.uint8)

    def draw(words: str) -> None:
        draw_text(canvas, words, 10, 10, SIZE_PX, "#ffffff", halo=True)

    draw("Müller · R MLO 0123456789 1:1 · C W sigmoid")
    new = [
        seconds_of(lambda n=n: draw(f"Müller · 1:1 · C {n} W 900 sigmoid")) for n in range(LINES)
    ]
    again = [seconds_of(lambda: draw("Müller · 1:1 · C 2653 W 900 sigmoid")) for _ in range(LINES)]
    for name, took in (("new", new), ("again", again)):
        print(f"{name:<8} {1e6 * statistics.median(took):8.0f} µs")


if __name__ == "__main__":
    main()
