"""What the demo for masses does on unseen phantoms, as a table of its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class ReadView:
    """What was found in one view, and what is in it.

    Attributes
    ----------
    masses : in truth. found : outlined; touching : of these, those that meet a true mass.
    dice, iou : of everything outlined with everything true, in stored pixels.
    """

    seed: int
    masses: int
    found: int
    touching: int
    dice: float
    iou: float


def report(read: Sequence[ReadView], weights: Path) -> str:
    """The figures, as Markdown.

    Raises
    ------
    ValueError : no view shows a mass, or every view does.
    """
    with_mass = [view for view in read if view.masses]
    without = [view for view in read if not view.masses]
    if not with_mass or not without:
        raise ValueError("figures need views with and without a mass")
    overlaps = np.array([view.dice for view in with_mass])
    rows = {
        "Dice, mean over the views with a mass": f"{overlaps.mean():.3f}",
        "Dice, median": f"{np.median(overlaps):.3f}",
        "IoU, mean": f"{np.mean([view.iou for view in with_mass]):.3f}",
        "views whose mass is met by an outline": (
            f"{sum(view.touching > 0 for view in with_mass)} of {len(with_mass)}"
        ),
        "outlines beside any mass, per view": (
            f"{np.mean([view.found - view.touching for view in read]):.2f}"
        ),
        "views without a mass and without an outline": (
            f"{sum(view.found == 0 for view in without)} of {len(without)}"
        ),
    }
    exams = len({view.seed for view in read})
    lines = [
        f"On {exams} exams of {len(read)} views that no training has seen, by the program's own "
        f"predictor in float32, in stored pixels; `{weights.name}` of "
        f"{weights.stat().st_size:,} bytes.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in rows.items()),
    ]
    return "\n".join(lines)
