"""What the program does without a window: everything it writes equals what source writes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
from PIL import Image

from build_scripts.smoke.program import Program, SmokeError

# The four views of this exam are stored as RLE, JPEG Lossless, JPEG-LS and JPEG 2000.
SEED = "2"
_EXACT = "exact"
_CLOSE = 1e-6


def try_headless(program: Program, reference: Program, folder: Path) -> None:
    """Versions, codecs, phantoms, analysis and pages; raises SmokeError."""
    try_facts(program)
    exams = folder / "exams"
    program.run("phantom", "--seed", SEED, "--lesion", "malignant", "--out", exams)
    pages = []
    for number, each in enumerate((program, reference)):
        results, page = folder / f"results-{number}", folder / f"page-{number}.png"
        each.run("analyze", exams, "--out", results, "--precision", "fp32", "--save-maps")
        marks = ("--overlays", "malignant,benign,patches,truth", "--results", results)
        each.run("render", exams, "--out", page, *marks)
        pages.append(page)
    _require_same_scores(*(folder / f"results-{number}" for number in range(2)))
    require_same_picture(*pages)


def try_facts(program: Program) -> None:
    """Version and codecs; raises SmokeError."""
    if not program.run("--version").startswith("Fourview "):
        raise SmokeError(f"{program.name} does not tell its version")
    facts = json.loads(program.run("info", "--json"))
    inexact = {name: words for name, words in facts["codecs"].items() if words != _EXACT}
    if inexact:
        raise SmokeError(f"{program.name} does not read {inexact}")
    if "missing" in facts["libraries"].values():
        raise SmokeError(f"{program.name} does not know its libraries: {facts['libraries']}")


def require_same_picture(first: Path, second: Path) -> None:
    """Raises SmokeError unless both show the same, pixel by pixel."""
    with Image.open(first) as one, Image.open(second) as other:
        same = np.array_equal(np.asarray(one), np.asarray(other))
    if not same:
        raise SmokeError(f"{first} and {second} differ")


def _require_same_scores(first: Path, second: Path) -> None:
    one, other = (_scores(folder / "predictions.csv") for folder in (first, second))
    if one.keys() != other.keys() or not one:
        raise SmokeError(f"{first} and {second} hold scores of different images")
    for key, score in one.items():
        if abs(score - other[key]) > _CLOSE:
            raise SmokeError(f"{key} is {score} frozen and {other[key]} from source")


def _scores(path: Path) -> dict[tuple[int, str], float]:
    """By row and column, whatever is a number."""
    found = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            for name, cell in row.items():
                try:
                    found[number, name] = float(cell)
                except ValueError:
                    continue
    return found
