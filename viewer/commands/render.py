"""`fourview render`: the page of one exam as a PNG, the picture that the window shows."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from models.catalog import CARDS
from models.errors import FourviewError, Problem
from models.exam import Exam, View
from models.results import ExamResult
from viewer.annotation_file import read_annotations
from viewer.commands.verdict import judged, sentence
from viewer.display.annotations import Detail
from viewer.display.hanging import LAYOUTS, layout_named
from viewer.display.overlay import COLOUR_MAPS, Overlays
from viewer.display.pane_key import PriorView
from viewer.exam_io.load import load_exam
from viewer.exam_io.plain_text import printable
from viewer.exam_io.priors import prior_of, prior_words, refused_priors
from viewer.exam_io.records import ExamRecord
from viewer.exam_io.scan import scan
from viewer.export.caption import Wording
from viewer.export.context import page_context
from viewer.export.page import Beside, PageSpec
from viewer.export.png import write_png
from viewer.export.render import full_resolution_spec, render_page
from viewer.export.results_reader import read_results

SWITCHES = ("malignant", "benign", "patches", "calcifications", "masses", "own", "truth")
_SMALLEST_PX, _LARGEST_PX = 64, 16384


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    single = "single:VIEW"
    parser.add_argument(
        "input", nargs="+", type=Path, metavar="INPUT", help="files, folders or exam lists"
    )
    parser.add_argument("--out", required=True, type=_png, metavar="FILE", help="the PNG to write")
    parser.add_argument("--exam", metavar="ID", help="which exam, where INPUT holds several")
    parser.add_argument(
        "--layout",
        type=_layout,
        default="2x2",
        help=f"{', '.join(name for name in LAYOUTS if name != 'single')} or {single} (2x2)",
    )
    parser.add_argument(
        "--size", type=_size, default=(2048, 1600), metavar="WxH", help="in pixels (2048x1600)"
    )
    parser.add_argument(
        "--full-resolution",
        action="store_true",
        help="every image pixel on a pixel of its own, whatever --size says",
    )
    parser.add_argument(
        "--overlays",
        type=_switches,
        default=(),
        metavar="LIST",
        help=f"{','.join(SWITCHES)}, some of them, or none (none)",
    )
    parser.add_argument("--opacity", type=_share, default=Overlays().opacity, metavar="0…1")
    parser.add_argument(
        "--threshold",
        type=_share,
        default=Overlays().threshold,
        metavar="0…1",
        help="saliency below it is not shown",
    )
    parser.add_argument("--colours", choices=COLOUR_MAPS, default="class")
    parser.add_argument(
        "--results", type=Path, metavar="DIR", help="what `fourview analyze` wrote"
    )
    parser.add_argument("--invert", action="store_true", help="the negative; air stays black")
    parser.add_argument(
        "--plain", action="store_true", help="image pixels only, no words and no banner"
    )
    parser.add_argument(
        "--detail",
        choices=[detail.value for detail in Detail],
        default=Detail.SHORT.value,
        help="how much is written on the images; whose they are always is (short)",
    )
    parser.add_argument(
        "--deidentified",
        action="store_true",
        help="without anything that tells whose images they are; such a picture cannot reopen",
    )


def run(args: argparse.Namespace) -> int:
    """Draw the page; 0 all done, 1 something could not be done, 2 bad arguments."""
    if args.results is not None and not (args.results / "results.json").is_file():
        return _refuse(f"{args.results} holds no results.json: name a folder of fourview analyze.")
    found = scan(args.input)
    _tell(found.problems)
    record = _chosen(found.exams, args.exam)
    if isinstance(record, str):
        if any(each.images for each in found.exams):
            return _refuse(record)
        for each in found.exams:
            _tell(each.problems)
            _tell([image.as_problem() for image in each.set_aside])
        return _fail(record)
    try:
        code = _render(record, found.exams, args)
    except FourviewError as error:
        return _fail(str(error))
    return 1 if found.problems else code


def _render(record: ExamRecord, records: Sequence[ExamRecord], args: argparse.Namespace) -> int:
    exam = load_exam(record)
    problems, remarks = judged(exam)
    _tell((*problems, *exam.set_aside, *remarks))
    if not exam.mammograms:
        return _fail(f"No image of exam {exam.exam_id} could be read.")
    overlays = Overlays(
        **dict.fromkeys(args.overlays, True),
        opacity=args.opacity,
        threshold=args.threshold,
        colour_map=args.colours,
    )
    result, unread = _results(args.results, exam, overlays)
    _tell(unread)
    annotations, unusable = read_annotations()
    _tell(unusable)
    width, height = args.size
    beside, unread_prior = _priors(args.layout, record, records)
    _tell(unread_prior)
    spec = PageSpec(
        layout=args.layout,
        height=height,
        width=width,
        overlays=overlays,
        inverted=args.invert,
        plain=args.plain,
        wording=Wording(annotations, Detail(args.detail), deidentified=args.deidentified),
        made_on=dt.datetime.now().astimezone().date().isoformat(),
        beside=beside,
    )
    if args.full_resolution:
        spec = full_resolution_spec(exam, result, spec)
    context = page_context(exam, result, spec, args.input)
    write_png(args.out, render_page(exam, result, spec), context)
    return 1 if problems or unread or unusable or unread_prior else 0


def _priors(
    layout: str, record: ExamRecord, records: Sequence[ExamRecord]
) -> tuple[Mapping[View, Beside], tuple[Problem, ...]]:
    """The images of the prior where the layout shows any, and what of them could not be read."""
    if not layout_named(layout).has_priors:
        return {}, ()
    refused = refused_priors(record, records)
    prior = prior_of(record, records)
    if prior is None:
        return {}, refused
    exam = load_exam(prior)
    notice = prior_words(prior.date, record.date)
    problems, _ = judged(exam)
    beside: dict[View, Beside] = {
        PriorView.of(view): Beside(mammogram, notice, prior.alarm)
        for view, mammogram in exam.mammograms.items()
    }
    return beside, (*refused, *problems)


def _chosen(records: Sequence[ExamRecord], wanted: str | None) -> ExamRecord | str:
    """The exam to draw, or why there is no telling which."""
    with_images = [record for record in records if record.images]
    if wanted is not None:
        named = [record for record in with_images if wanted in (record.exam_id, record.title)]
        return named[0] if named else f"There is no exam {wanted} with images here."
    if len(with_images) == 1:
        return with_images[0]
    if not with_images:
        return "No exam with images was found."
    names = ", ".join(record.exam_id for record in with_images)
    return f"There are several exams: choose one with --exam ({names})."


def _results(
    folder: Path | None, exam: Exam, overlays: Overlays
) -> tuple[ExamResult | None, tuple[Problem, ...]]:
    """Results to draw, and what of them, or of the overlays asked for, is not there."""
    if folder is not None:
        result, problems = read_results(folder, exam, with_maps=bool(overlays.findings))
        return result, (*problems, *_unanswered(overlays, result))
    if overlays.of_models:
        reason = "What models found comes from an analysis: add --results."
        return None, (Problem("--overlays", reason),)
    return None, ()


def _unanswered(overlays: Overlays, result: ExamResult) -> Iterator[Problem]:
    """Overlays of models that were not run: without them a page would look like one of an exam
    where nothing was found."""
    asked = {
        "glam": bool(overlays.findings) or overlays.patches,
        "microcalcification": overlays.calcifications,
        "mass": overlays.masses,
    }
    if overlays.own and not result.others:
        reason = "The results are of an analysis without any."
        yield Problem("Models of your own", reason)
    for model, is_wanted in asked.items():
        if is_wanted and model not in result.made:
            reason = "The results are of an analysis without this model."
            yield Problem(CARDS[model].name, reason)


def _png(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{text} does not end in .png")
    return path


def _layout(text: str) -> str:
    try:
        layout_named(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no layout") from error
    if text == "single":
        raise argparse.ArgumentTypeError("say which view, as in single:R-CC")
    return text


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})[xX×](\d{1,6})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text} is no size such as 2048x1600")
    width, height = int(found[1]), int(found[2])
    if not (_SMALLEST_PX <= width <= _LARGEST_PX and _SMALLEST_PX <= height <= _LARGEST_PX):
        raise argparse.ArgumentTypeError(
            f"a side has {_SMALLEST_PX} to {_LARGEST_PX} pixels, not {text}"
        )
    return width, height


def _switches(text: str) -> tuple[str, ...]:
    names = () if text == "none" else tuple(text.split(","))
    for name in names:
        if name not in SWITCHES:
            raise argparse.ArgumentTypeError(f"no overlay is called {name!r}")
    return names


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no number") from error
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 1")
    return value


def _tell(problems: Sequence[Problem]) -> None:
    for problem in problems:
        sys.stderr.write(f"{sentence(problem)}\n")


def _fail(reason: str) -> int:
    sys.stderr.write(f"{printable(reason)}\n")
    return 1


def _refuse(reason: str) -> int:
    sys.stderr.write(f"{printable(reason)}\n")
    return 2
