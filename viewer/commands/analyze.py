"""`fourview analyze`: models over many exams, with tables, pictures and maps for each image."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from models.analysis import MOST_PATCHES, GlamRequest, analyse
from models.cache import ResultCache
from models.catalog import CARDS, GLAM
from models.errors import ExportError, FourviewError, Problem
from models.exam import Exam
from models.results import ExamResult
from models.runtime import Runtime
from models.weights import find, identify
from viewer.commands.progress_line import ProgressLine
from viewer.exam_io.load import load_exam
from viewer.exam_io.records import ExamRecord, Scan
from viewer.exam_io.scan import scan
from viewer.export.maps import write_maps
from viewer.export.tables import (
    Entry,
    exam_entry,
    image_stem,
    problem_entry,
    read_document,
    results_document,
    write_tables,
)
from viewer.export.visualization import write_visualization

_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `run`."""
    parser.add_argument(
        "inputs", nargs="+", type=Path, metavar="INPUT", help="files, folders or exam lists"
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="folder for the results"
    )
    parser.add_argument(
        "--models",
        type=_models,
        default=(GLAM.id,),
        metavar="NAME[,NAME]",
        help=f"models to run: {', '.join(CARDS)} (default: {GLAM.id})",
    )
    parser.add_argument(
        "--weights",
        type=_weights,
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="weights file of a model (default: the one in the user's data folder)",
    )
    parser.add_argument(
        "--device", type=_device, default="auto", help="auto, cpu, cuda:N or mps (default: auto)"
    )
    parser.add_argument(
        "--precision",
        choices=("auto", "fp32", "bf16"),
        default="auto",
        help="of the patch network; auto is fp32",
    )
    parser.add_argument(
        "--patches",
        type=int,
        choices=range(1, MOST_PATCHES + 1),
        default=1,
        metavar="K",
        help=f"regions of each image to look at closely, 1 to {MOST_PATCHES} (default: 1)",
    )
    parser.add_argument("--save-maps", action="store_true", help="write saliency as maps/*.npz")
    parser.add_argument(
        "--resume", action="store_true", help="skip exams that are in DIR/results.json already"
    )


def run(args: argparse.Namespace) -> int:
    """Analyse; 0 when all was done, 1 when something could not be."""
    try:
        return _Job.begin(args).run()
    except KeyboardInterrupt:
        print("\nStopped. --resume goes on with the next exam.", file=sys.stderr)
    except FourviewError as error:
        print(error, file=sys.stderr)
    return 1


@dataclass(slots=True)
class _Job:
    """One run over many exams; every finished exam is on disk before the next is opened."""

    args: argparse.Namespace
    weights: Path
    runtime: Runtime
    cache: ResultCache
    scan: Scan
    line: ProgressLine
    exams: list[Entry] = field(default_factory=list)
    problems: list[Entry] = field(default_factory=list)

    @classmethod
    def begin(cls, args: argparse.Namespace) -> _Job:
        """Settle everything that can fail before the first image is read."""
        weights = find(GLAM, dict(args.weights).get(GLAM.id))
        digest = identify(weights, GLAM).sha256
        runtime = Runtime(args.device, args.precision)
        runtime.placement()
        found = scan(args.inputs)
        cache = ResultCache(platformdirs.user_cache_path("fourview", appauthor=False) / "results")
        line = ProgressLine(sys.stderr, len(found.exams), "exam")
        job = cls(args, weights, runtime, cache, found, line)
        if args.resume:
            job._take_over(read_document(args.out), digest)
        return job

    def run(self) -> int:
        """Analyse what is not done yet; returns the exit code."""
        for problem in self.scan.problems:
            self._note(problem, None)
        done = {entry["id"] for entry in self.exams}
        self._write()
        for number, record in enumerate(self.scan.exams, start=1):
            if record.exam_id not in done:
                self.line.begin(number)
                self._exam(record)
                self._write()
        self.line.clear()
        return 1 if self.problems else 0

    def _exam(self, record: ExamRecord) -> None:
        exam = load_exam(record)
        for problem in exam.problems:
            self._note(problem, exam.exam_id)
        if not exam.mammograms:
            return
        request = GlamRequest(self.weights, self.args.patches)
        result = analyse(exam, request, self.runtime, self.line.report, cache=self.cache)
        for problem in result.problems:
            self._note(problem, exam.exam_id)
        self._write_images(exam, result)
        self.exams.append(exam_entry(exam, result))

    def _write_images(self, exam: Exam, result: ExamResult) -> None:
        if result.glam is None:
            return
        for view, found in result.glam.views.items():
            mammogram = exam.mammograms[view]
            stem = image_stem(mammogram.name)
            write_visualization(
                self.args.out / "visualization" / f"{stem}.png",
                mammogram,
                found,
                result.glam.provenance,
                exam.labels.get(view.laterality),
            )
            if self.args.save_maps:
                write_maps(self.args.out / "maps" / f"{stem}.npz", found)

    def _write(self) -> None:
        write_tables(self.args.out, results_document(self.exams, self.problems))

    def _note(self, problem: Problem, exam_id: str | None) -> None:
        self.problems.append(problem_entry(problem, exam_id))
        where = "" if exam_id is None else f"exam {exam_id}: "
        told = problem.reason.startswith(problem.subject)
        self.line.say(f"{where}{'' if told else f'{problem.subject}: '}{problem.reason}")

    def _take_over(self, document: Mapping[str, Any] | None, weights_sha256: str) -> None:
        """Keep the exams of an earlier run, and what was said of them."""
        if document is None:
            return
        for entry in document["exams"]:
            made = entry["models"].get(GLAM.id, {})
            same_weights = made.get("weights_sha256") == weights_sha256
            # An exam without a single analysed view has no number of patches.
            if not same_weights or made.get("patches") not in (None, self.args.patches):
                raise ExportError(
                    f"{self.args.out / 'results.json'} was made with other weights or another "
                    "number of patches: choose another folder or leave --resume out."
                )
        self.exams = list(document["exams"])
        done = {entry["id"] for entry in self.exams}
        self.problems = [entry for entry in document["problems"] if entry["exam"] in done]


def _models(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    for name in names:
        if name not in CARDS:
            raise argparse.ArgumentTypeError(f"no model is called {name!r}")
    return names


def _weights(text: str) -> tuple[str, Path]:
    name, separator, path = text.partition("=")
    if name not in CARDS or not separator or not path:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FILE ({', '.join(CARDS)}=FILE)")
    return name, Path(path).expanduser()


def _device(text: str) -> str:
    if not _DEVICE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is none of auto, cpu, cuda:N, mps")
    return text
