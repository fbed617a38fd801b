"""`fourview phantom`: synthetic exams with known truth, for teaching and tests."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from models.errors import FourviewError
from models.phantom.choose import FINDINGS, plan_exam
from models.phantom.plan import DENSITIES
from viewer.commands.drawing import draw_exams
from viewer.phantom_io.encode import SYNTAXES
from viewer.phantom_io.people import PRIOR_SCALE, drawn_study
from viewer.phantom_io.study import PhantomStudy

_MIXED = "mixed"
_LARGEST_SEED = (1 << 32) - 1
_MOST_EXAMS = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `run`."""
    parser.add_argument(
        "--seed", required=True, type=_seed, metavar="N", help="the same seed gives the same exam"
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="a folder that is new or empty"
    )
    parser.add_argument(
        "--density", choices=tuple(DENSITIES), help="of the breasts (default: by chance)"
    )
    parser.add_argument(
        "--lesion",
        choices=FINDINGS,
        help="in one of the breasts (default: by chance in each of them)",
    )
    parser.add_argument(
        "--count",
        type=_count,
        default=1,
        metavar="N",
        help="exams to write, with successive seeds (default: 1)",
    )
    parser.add_argument(
        "--prior", action="store_true", help="write what each person's exam was two years before"
    )
    parser.add_argument(
        "--transfer-syntax",
        choices=(_MIXED, *SYNTAXES),
        default=_MIXED,
        help="how pixels are stored, without loss (default: another one in each view)",
    )


def run(args: argparse.Namespace) -> int:
    """Draw and write; 0 when all was done, 1 when nothing could be, 2 when seeds run out."""
    if args.seed + args.count - 1 > _LARGEST_SEED:
        print(
            f"--count {args.count} from --seed {args.seed} goes beyond {_LARGEST_SEED}, "
            "the last seed there is.",
            file=sys.stderr,
        )
        return 2
    try:
        draw_exams(args.out, _studies(args))
    except KeyboardInterrupt:
        print("\nStopped; nothing was written.", file=sys.stderr)
        return 1
    except FourviewError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _studies(args: argparse.Namespace) -> list[PhantomStudy]:
    studies = []
    for seed in range(args.seed, args.seed + args.count):
        plan = plan_exam(seed, args.density, args.lesion)
        study = drawn_study(plan, _syntaxes(args.transfer_syntax, seed))
        studies += [study, study.prior(PRIOR_SCALE)] if args.prior else [study]
    return studies


def _syntaxes(name: str, seed: int) -> tuple[str, ...]:
    """One for all views, or all of them, beginning with another one in each exam."""
    if name != _MIXED:
        return (name,)
    first = seed % len(SYNTAXES)
    return (*SYNTAXES,)[first:] + (*SYNTAXES,)[:first]


def _seed(text: str) -> int:
    return _whole(text, 0, _LARGEST_SEED)


def _count(text: str) -> int:
    return _whole(text, 1, _MOST_EXAMS)


def _whole(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from {least} to {most}")
    return int(text)
