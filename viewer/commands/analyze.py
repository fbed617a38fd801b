"""`fourview analyze`: models over many exams, with tables, pictures and maps for each image."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from models.analysis import analyse
from models.cache import ResultCache
from models.catalog import DEMO, GLAM
from models.errors import ExportError, FourviewError, Problem, WeightsNotFoundError
from models.exam import STANDARD_VIEWS, Exam, View
from models.glam.room import MOST_PATCHES, GlamRequest
from models.results import ExamResult, GlamView, Provenance
from models.runtime import PRECISIONS, Runtime
from models.weights import WeightsIdentity, find, identify
from models.weights_choice import WeightsChoice
from viewer.commands.outside import outside
from viewer.commands.progress_line import ProgressLine
from viewer.commands.resume import Computation, Wanted, plan
from viewer.commands.verdict import judged, sentence
from viewer.exam_io.distinct import image_stem
from viewer.exam_io.load import load_exam
from viewer.exam_io.records import ExamRecord
from viewer.exam_io.scan import scan
from viewer.export.maps import write_maps
from viewer.export.tables import (
    Entry,
    exam_entry,
    is_by_demo,
    read_document,
    results_document,
    write_tables,
)
from viewer.export.visualization import write_visualization
from viewer.resource_files import demo_weights

Finished = Callable[[Exam, ExamResult], None]

_MODELS = (GLAM.id,)
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
        help=f"models to run: {', '.join(_MODELS)} (default: {GLAM.id})",
    )
    parser.add_argument(
        "--weights",
        type=_weights,
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="weights file of a model (default: the one in the user's data folder, and for "
        "phantoms the demo weights that come with Fourview)",
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
    parser.add_argument("--save-maps", action="store_true", help="write saliency as maps/*.npz")
    parser.add_argument(
        "--resume", action="store_true", help="keep DIR/results.json and skip exams done there"
    )


def _ignore(exam: Exam, result: ExamResult) -> None:
    """For those who do not want to know of every exam."""


def run(args: argparse.Namespace, finished: Finished = _ignore) -> int:
    """Analyse; 0 when all was done, 1 when something could not be.

    Parameters
    ----------
    finished : called with every exam that was read, and its result, when it is done.
    """
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
    weights : for phantoms (True) and for real exams (False), where there are any.
    missing : why there are none for exams of the other kind, where weights are missing.
    problems : of files that belong to no exam.
    entries : of the exams done so far, by id.
    """

    args: argparse.Namespace
    finished: Finished
    weights: Mapping[bool, WeightsIdentity]
    missing: WeightsNotFoundError | None
    runtime: Runtime
    cache: ResultCache
    todo: tuple[ExamRecord, ...]
    problems: tuple[Problem, ...]
    line: ProgressLine
    entries: dict[str, Entry]

    @classmethod
    def begin(cls, args: argparse.Namespace, finished: Finished) -> _Job:
        """Settle everything that can fail before the first image is read."""
        named = dict(args.weights).get(GLAM.id)
        choice = WeightsChoice({GLAM.id: find(GLAM, named)} if named else {}, demos=demo_weights())
        runtime = Runtime(args.device, args.precision)
        runtime.placement()
        found = outside(scan(args.inputs), args.out, args.inputs)
        weights, missing = _chosen(choice, found.exams)
        todo, entries = found.exams, {}
        document = read_document(args.out) if args.resume else None
        if document is not None:
            computations = {kind: _computation(weights[kind], runtime) for kind in weights}
            wanted = Wanted(args.out, computations, args.patches, args.save_maps)
            planned = plan(document["exams"], found.exams, wanted)
            todo, entries = planned.todo, {entry["id"]: entry for entry in planned.entries}
        cache = ResultCache(platformdirs.user_cache_path("fourview", appauthor=False) / "results")
        line = ProgressLine(sys.stderr, len(todo), "exam")
        return cls(
            args, finished, weights, missing, runtime, cache, todo, found.problems, line, entries
        )

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
        told = f", {by_demo} of them by {DEMO.name}" if by_demo else ""
        self.line.say(f"{done} view{plural} analysed{told}; the results are in {self.args.out}.")
        return code

    def _exam(self, record: ExamRecord) -> None:
        exam = load_exam(record)
        problems, remarks = judged(exam)
        result = ExamResult(exam.exam_id)
        if exam.mammograms and self.missing and record.is_phantom not in self.weights:
            problems = (*problems, Problem.from_error(self.missing, exam.title))
        elif exam.mammograms:
            request = GlamRequest(self.weights[record.is_phantom].path, self.args.patches)
            result = analyse(exam, [request], self.runtime, self.line.report, cache=self.cache)
        problems = (*problems, *result.problems, *self._write_images(exam, result))
        self._tell(exam, problems, remarks)
        self.entries[exam.exam_id] = exam_entry(exam, result, problems, remarks)
        self.finished(exam, result)

    def _write_images(self, exam: Exam, result: ExamResult) -> list[Problem]:
        """Write pictures and maps; returns what could not be written."""
        problems: list[Problem] = []
        if result.glam is None:
            return problems
        for view, found in result.glam.views.items():
            try:
                self._write_image(exam, view, found, result.glam.provenance)
            except ExportError as error:
                problems.append(Problem.from_error(error, view.label))
        return problems

    def _write_image(self, exam: Exam, view: View, found: GlamView, made: Provenance) -> None:
        mammogram = exam.mammograms[view]
        stem = image_stem(mammogram.name)
        picture = self.args.out / "visualization" / f"{stem}.png"
        labels = exam.labels.get(view.laterality)
        write_visualization(picture, mammogram, found, made, labels)
        if self.args.save_maps:
            maps = self.args.out / "maps" / f"{stem}.npz"
            write_maps(maps, found, mammogram.image_id, made)

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


def _chosen(
    choice: WeightsChoice, records: Sequence[ExamRecord]
) -> tuple[dict[bool, WeightsIdentity], WeightsNotFoundError | None]:
    """Weights for phantoms and for real exams, as far as there are such exams.

    Where weights are missing for one kind only, exams of the other kind need not wait: the error
    is returned. It is raised where there is nothing else to do.
    """
    weights: dict[bool, WeightsIdentity] = {}
    missing: WeightsNotFoundError | None = None
    for kind in {record.is_phantom for record in records if record.images}:
        try:
            weights[kind] = identify(choice.files(GLAM, is_phantom=kind)[""], GLAM)
        except WeightsNotFoundError as error:
            missing = error
    if missing is not None and not weights:
        raise missing
    return weights, missing


def _computation(weights: WeightsIdentity, runtime: Runtime) -> Computation:
    placed = runtime.placement(weights.card.auto_precision)
    return Computation(weights, placed.precision, placed.device_type)


def _analysed(entry: Entry) -> int:
    """How many views of an exam have a result."""
    return sum(GLAM.id in view for view in entry["views"].values())


def _models(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    for name in names:
        if name not in _MODELS:
            raise argparse.ArgumentTypeError(f"no model is called {name!r}")
    return names


def _weights(text: str) -> tuple[str, Path]:
    name, separator, path = text.partition("=")
    if name not in _MODELS or not separator or not path:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FILE ({', '.join(_MODELS)}=FILE)")
    return name, Path(path).expanduser()


def _device(text: str) -> str:
    if not _DEVICE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is none of auto, cpu, cuda:N, mps")
    return text
