"""`fourview demo`: synthetic exams, read by the demo weights, in the window or in a folder."""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from models import __version__
from models.catalog import CARDS, GLAM
from models.errors import ExportError, FourviewError
from models.exam import Exam, FindingClass, Laterality
from models.results import ExamResult
from viewer.commands import analyze
from viewer.commands.drawing import draw_exams
from viewer.commands.told import tell
from viewer.display.overlay import Overlays
from viewer.export.context import page_context
from viewer.export.page import PageSpec
from viewer.export.png import write_png
from viewer.export.render import render_page
from viewer.phantom_io.folder import holds_exams
from viewer.phantom_io.people import demo_studies
from viewer.phantom_io.study import PhantomStudy
from viewer.phantom_io.whole import PART
from viewer.resource_files import demo_weights

EXAMS, RESULTS, PAGES = "exams", "results", "pages"

_FOLDER = Path("fourview-demo")
# A day: nobody draws five exams for longer, whatever the computer.
_LONGEST_DRAWING_S = 86_400
_PAGE_WIDTH_PX, _PAGE_HEIGHT_PX = 2048, 1600
_ALL_MARKS = Overlays(
    malignant=True, benign=True, patches=True, truth=True, calcifications=True, masses=True
)
_HEADINGS = ("exam", "breast", "truth", "density", "found", "benign", "malignant")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `run`."""
    parser.add_argument(
        "--no-window",
        action="store_true",
        help="analyse the exams and write tables and pictures instead; so it is without a display",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for the exams and, without a window, for all else "
        f"(default: the user's cache; without a window {_FOLDER})",
    )


def run(args: argparse.Namespace) -> int:
    """Show the demo; 0 when all was done, 1 when something could not be."""
    studies = demo_studies()
    try:
        if args.no_window or not has_display():
            return _without_window(args.out or _FOLDER, studies)
        folder = _provide(args.out / EXAMS, studies) if args.out else _kept(studies)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 1
    except FourviewError as error:
        print(error, file=sys.stderr)
        return 1
    from viewer.app import run as open_window

    return open_window([folder], analyses_opened=True)


def has_display() -> bool:
    """Whether a window can be opened; only Linux may be without a screen."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _kept(studies: Sequence[PhantomStudy]) -> Path:
    """The folder of the exams in the user's cache, with them in it; raises ExportError."""
    digest = hashlib.sha256("".join(study.study_uid for study in studies).encode()).hexdigest()
    demos = platformdirs.user_cache_path("fourview", appauthor=False) / "demo"
    folder = demos / f"{__version__}-{digest[:12]}"
    if folder.exists() and not holds_exams(folder, studies):
        shutil.rmtree(folder, ignore_errors=True)
    _provide(folder, studies)
    _remove_others(folder)
    return folder


def _remove_others(kept: Path) -> None:
    """Remove the exams of other versions, which would be kept for ever.

    Exams still being drawn, by another demo, are left alone.
    """
    for folder in kept.parent.iterdir():
        if folder != kept and (folder.suffix != PART or _is_abandoned(folder)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(part: Path) -> bool:
    try:
        return time.time() - part.stat().st_mtime > _LONGEST_DRAWING_S
    except FileNotFoundError:  # finished this very moment
        return False


def _provide(folder: Path, studies: Sequence[PhantomStudy]) -> Path:
    """Make sure that the exams are in a folder, and return it; raises ExportError."""
    if holds_exams(folder, studies):
        print(f"The demo's exams are there already: {folder.resolve()}", file=sys.stderr)
        return folder
    try:
        draw_exams(folder, studies)
    except ExportError:
        # Another demo may have drawn the same at the same time, and been the first to finish.
        if not holds_exams(folder, studies):
            raise
    return folder


def _without_window(out: Path, studies: Sequence[PhantomStudy]) -> int:
    """Write, analyse, draw and tell; the exit code is that of the analysis."""
    exams, results, pages = (out / name for name in (EXAMS, RESULTS, PAGES))
    _provide(exams, studies)
    rows: list[Sequence[str]] = [_HEADINGS]

    def finished(exam: Exam, result: ExamResult) -> None:
        rows.extend(_rows(exam, result))
        _write_page(pages / f"{exam.exam_id}.png", exam, result, exams)

    parser = argparse.ArgumentParser()
    analyze.add_arguments(parser)
    models = ",".join(model for model in CARDS if model in demo_weights()) or GLAM.id
    given = [str(exams), "--out", str(results), "--models", models]
    code = analyze.run(parser.parse_args(given), finished)
    if len(rows) > 1:
        tell(_table(rows))
        tell(f"{exams}  the exams, as DICOM files with masks")
        tell(f"{results}  predictions.csv, results.json, visualization")
        tell(f"{pages}  a picture of every exam with all marks and the truth")
    return code


def _rows(exam: Exam, result: ExamResult) -> list[Sequence[str]]:
    """A line of the table for each breast."""
    return [
        (
            exam.title,
            side.value,
            ", ".join(finding.value for finding in FindingClass if labels.of(finding)) or "normal",
            _density(result),
            _found(result, side),
            *(_score(result, side, finding) for finding in FindingClass),
        )
        for side, labels in exam.labels.items()
    ]


def _density(result: ExamResult) -> str:
    density = None if result.density is None else result.density.density
    return "–" if density is None else density.value


def _found(result: ExamResult, side: Laterality) -> str:
    """How many clusters and masses the models outlined in the views of a breast."""
    specks = result.microcalcification
    clusters = sum(
        len(found.clusters)
        for view, found in (specks.views if specks else {}).items()
        if view.laterality is side
    )
    masses = sum(
        len(found.findings)
        for view, found in (result.mass.views if result.mass else {}).items()
        if view.laterality is side
    )
    counts = ((clusters, "cluster", "clusters"), (masses, "mass", "masses"))
    words = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
    return ", ".join(words) or "–"


def _score(result: ExamResult, side: Laterality, finding: FindingClass) -> str:
    score = None if result.glam is None else result.glam.breast_score(side, finding)
    return "–" if score is None else f"{score:.3f}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need to be, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    texts = len(_HEADINGS) - len(FindingClass)
    return "\n".join(
        "  ".join(
            cell.ljust(width) if number < texts else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _write_page(path: Path, exam: Exam, result: ExamResult, opened: Path) -> None:
    """The page that `fourview render` makes, with everything on it; raises ExportError."""
    spec = PageSpec(
        layout="2x2",
        height=_PAGE_HEIGHT_PX,
        width=_PAGE_WIDTH_PX,
        overlays=_ALL_MARKS,
        made_on=dt.datetime.now().astimezone().date().isoformat(),
    )
    write_png(path, render_page(exam, result, spec), page_context(exam, result, spec, [opened]))
