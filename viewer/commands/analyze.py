"""`fourview analyze`: models over many exams, with tables, pictures and maps for each image."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from models.analysis import analyse
from models.cache import ResultCache
from models.catalog import CARDS, GLAM, MICROCALCIFICATION, name_of_model
from models.errors import FourviewError, Problem
from models.exam import STANDARD_VIEWS, Exam
from models.glam.room import MOST_PATCHES
from models.results import ExamResult
from models.runtime import DEVICE, PRECISIONS, Runtime
from viewer.commands.chosen import Asked, Chosen, choose, parse_models, parse_weights
from viewer.commands.explanations import UNASKED, require_classifier, write_explanations
from viewer.commands.outside import outside
from viewer.commands.progress_line import ProgressLine
from viewer.commands.resume import Computation, Wanted, plan
from viewer.commands.verdict import judged, sentence
from viewer.commands.writing import write_all_maps, write_inputs, write_pictures
from viewer.exam_io.load import load_exam
from viewer.exam_io.records import ExamRecord
from viewer.exam_io.scan import scan
from viewer.export.tables import (
    Entry,
    exam_entry,
    is_by_demo,
    is_demo,
    read_document,
    results_document,
    write_tables,
)
from viewer.resource_files import demo_weights

Finished = Callable[[Exam, ExamResult], None]


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
        type=parse_models,
        default=(Asked(GLAM.id),),
        metavar="NAME[,NAME]",
        help=f"models to run: {', '.join(CARDS)}, density:histogram or density:cnn, and those "
        f"that `weights list` names beside them (default: {GLAM.id})",
    )
    parser.add_argument(
        "--weights",
        type=parse_weights,
        action="append",
        default=[],
        metavar="NAME[.PART]=FILE",
        help="weights file of a model; without a part, as in mass.breast, the file tells which "
        "(default: those in the user's data folder, and for phantoms the demo weights that come "
        "with Fourview)",
    )
    parser.add_argument(
        "--device", type=_device, default="auto", help="auto, cpu, cuda:N or mps (default: auto)"
    )
    parser.add_argument(
        "--precision",
        choices=("auto", *PRECISIONS),
        default="auto",
        help="of the patch network, where the device offers it; auto is fp32",
    )
    parser.add_argument(
        "--patches",
        type=int,
        choices=range(1, MOST_PATCHES + 1),
        default=1,
        metavar="K",
        help=f"regions of each image to look at closely, 1 to {MOST_PATCHES} (default: 1)",
    )
    parser.add_argument(
        "--seamless",
        action="store_true",
        help="look for calcifications in overlapping tiles, instead of the published ones",
    )
    parser.add_argument(
        "--save-maps", action="store_true", help="write saliency and probabilities as maps/*.npz"
    )
    parser.add_argument(
        "--save-inputs",
        action="store_true",
        help="write what the networks saw as inputs/*.npz, and as a checkerboard over the image",
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="write why every cluster of calcifications has its score as explanations/*.png: "
        "Grad-CAM and Shapley values; needs microcalcification and its classifier",
    )
    parser.add_argument(
        "--resume", action="store_true", help="keep DIR/results.json and skip exams done there"
    )


def _ignore(exam: Exam, result: ExamResult) -> None:
    """For those who do not want to know of every exam."""


def run(args: argparse.Namespace, finished: Finished = _ignore) -> int:
    """Analyse; 0 when all was done, 1 when something could not be, 2 for arguments that do not
    go together.

    Parameters
    ----------
    finished : called with every exam that was read, and its result, when it is done.
    """
    if args.explain and MICROCALCIFICATION.id not in {asked.model for asked in args.models}:
        print(UNASKED, file=sys.stderr)
        return 2
    try:
        return _Job.begin(args, finished).run()
    except KeyboardInterrupt:
        print("\nStopped. --resume goes on with the next exam.", file=sys.stderr)
    except FourviewError as error:
        print(error, file=sys.stderr)
    return 1


@dataclass(slots=True)
class _Job:
    """One run over many exams; every finished exam is on disk before the next is opened.

    Attributes
    ----------
    chosen : what reads phantoms (True) and real exams (False), where there are any.
    settings : by model, what it was told beside images and weights.
    problems : of files that belong to no exam.
    entries : of the exams done so far, by id.
    """

    args: argparse.Namespace
    finished: Finished
    chosen: Mapping[bool, Chosen]
    runtime: Runtime
    cache: ResultCache
    todo: tuple[ExamRecord, ...]
    problems: tuple[Problem, ...]
    line: ProgressLine
    entries: dict[str, Entry]

    @classmethod
    def begin(cls, args: argparse.Namespace, finished: Finished) -> _Job:
        """Settle everything that can fail before the first image is read."""
        runtime = Runtime(args.device, args.precision)
        runtime.placement()
        found = outside(scan(args.inputs), args.out, args.inputs)
        kinds = {record.is_phantom for record in found.exams if record.images}
        settings = {
            GLAM.id: {"patches": args.patches},
            MICROCALCIFICATION.id: {"seamless": args.seamless},
        }
        chosen = choose(args.models, args.weights, settings, demo_weights(), kinds)
        if args.explain:
            require_classifier(chosen)
        todo, entries = found.exams, {}
        document = read_document(args.out) if args.resume else None
        if document is not None:
            computations = {
                kind: {
                    model: Computation.of(reading, runtime)
                    for model, reading in each.readings.items()
                }
                for kind, each in chosen.items()
            }
            wanted = Wanted(args.out, computations, args.save_maps, args.save_inputs, args.explain)
            planned = plan(document["exams"], found.exams, wanted)
            todo, entries = planned.todo, {entry["id"]: entry for entry in planned.entries}
        cache = ResultCache(platformdirs.user_cache_path("fourview", appauthor=False) / "results")
        line = ProgressLine(sys.stderr, len(todo), "exam")
        return cls(args, finished, chosen, runtime, cache, todo, found.problems, line, entries)

    def run(self) -> int:
        """Analyse what is not done yet; returns the exit code."""
        for problem in self.problems:
            self.line.say(sentence(problem))
        code = self._write()
        for number, record in enumerate(self.todo, start=1):
            self.line.begin(number)
            self._exam(record)
            code = self._write()
        entries = self.entries.values()
        done = sum(map(_analysed, entries))
        plural = "" if done == 1 else "s"
        by_demo = sum(_analysed(entry) for entry in entries if is_by_demo(entry))
        told = f", {by_demo} of them by {_demo_names(entries)}" if by_demo else ""
        self.line.say(f"{done} view{plural} analysed{told}; the results are in {self.args.out}.")
        return code

    def _exam(self, record: ExamRecord) -> None:
        exam = load_exam(record)
        problems, remarks = judged(exam)
        result = ExamResult(exam.exam_id)
        settings: Mapping[str, Mapping[str, Any]] = {}
        if exam.mammograms:
            chosen = self.chosen[record.is_phantom]
            missing = [
                Problem.from_error(error, name_of_model(model))
                for model, error in chosen.missing.items()
            ]
            result = self._analysed(exam, chosen)
            settings = {model: one.settings for model, one in chosen.readings.items()}
            problems = (*problems, *missing, *result.problems)
            problems = (*problems, *self._write_beside(exam, result, chosen))
        self._tell(exam, problems, remarks)
        self._tell_density(exam, result)
        self.entries[exam.exam_id] = exam_entry(exam, result, problems, remarks, settings)
        self.finished(exam, result)

    def _analysed(self, exam: Exam, chosen: Chosen) -> ExamResult:
        requests = tuple(chosen.requests.values())
        return analyse(exam, requests, self.runtime, self.line.report, cache=self.cache)

    def _write_beside(self, exam: Exam, result: ExamResult, chosen: Chosen) -> Sequence[Problem]:
        """Write pictures, maps, inputs and explanations; returns what could not be written."""
        problems = write_pictures(self.args.out, exam, result)
        if self.args.save_maps:
            problems += write_all_maps(self.args.out, exam, result)
        if self.args.save_inputs:
            problems += write_inputs(self.args.out, exam, chosen.readings, self.runtime)
        if self.args.explain and (reading := chosen.readings.get(MICROCALCIFICATION.id)):
            problems += write_explanations(
                self.args.out, exam, result, reading, self.runtime, self.line.report
            )
        return problems

    def _write(self) -> int:
        """Write the tables; returns the exit code that goes with them."""
        document = results_document(tuple(self.entries.values()), self.problems)
        write_tables(self.args.out, document)
        return 1 if document["problems"] else 0

    def _tell(self, exam: Exam, problems: Sequence[Problem], remarks: Sequence[Problem]) -> None:
        aside = [problem for problem in exam.set_aside if problem not in problems]
        for problem in (*problems, *remarks):
            self.line.say(f"exam {exam.exam_id}: {sentence(problem)}")
        for problem in aside:
            self.line.say(f"exam {exam.exam_id}: set aside: {sentence(problem)}")
        missing = [view.label for view in STANDARD_VIEWS if view not in exam.mammograms]
        if missing and exam.mammograms:
            self.line.say(f"exam {exam.exam_id}: nothing to analyse for {', '.join(missing)}.")

    def _tell_density(self, exam: Exam, result: ExamResult) -> None:
        """The one result that is of the exam as a whole, to the digits that its authors print."""
        found = result.density
        if found is None or found.density is None:
            return
        parts = ", ".join(
            f"{letter} {share:.6g}"
            for letter, share in zip("abcd", found.probabilities, strict=True)
        )
        name = found.provenance.model_name
        self.line.say(f"exam {exam.exam_id}: density {found.density.value} ({parts}; {name})")


def _demo_names(entries: Collection[Entry]) -> str:
    """The demos that read some of these exams."""
    models = [made for entry in entries for made in entry.get("models", {}).values()]
    return ", ".join(dict.fromkeys(made["model"] for made in models if is_demo(made)))


def _analysed(entry: Entry) -> int:
    """How many views of an exam have a result, or are part of one of the whole exam."""
    models = entry.get("models", {})
    whole = any(entry.get(model) is not None for model in models)
    return sum(whole or any(model in view for model in models) for view in entry["views"].values())


def _device(text: str) -> str:
    if not DEVICE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is none of auto, cpu, cuda:N, mps")
    return text
