"""The command line: which command runs, with what arguments, and its exit code.

Neither Qt nor PyTorch nor pydicom is imported before a command needs it.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from models import RESEARCH_USE_ONLY, __version__

# One module of `viewer.commands` each, with `add_arguments(parser)` and `run(args) -> int`.
COMMANDS: Mapping[str, str] = {
    "analyze": "Run models over exams and write tables, pictures and maps.",
    "render": "Draw the page of an exam as a PNG.",
    "demo": "Show what Fourview does, on synthetic exams that it draws itself.",
    "phantom": "Make synthetic exams with known truth as DICOM files.",
    "info": "Tell versions, devices, codecs, weights and folders, for reports of errors.",
    "weights": "List, install, import, verify and remove the weights of models.",
}


OTHER_SPELLINGS: Mapping[str, str] = {"analyse": "analyze"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `fourview`; returns 0 when all was done, 1 when something could not be, 2 never.

    Bad arguments end the program with exit code 2, as argparse does. A first argument that is
    the name of a command is that command: a file of that name is `./analyze`.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = OTHER_SPELLINGS.get(given[0], given[0]) if given else ""
    if command in COMMANDS:
        return _run_command(command, given[1:])
    paths: list[Path] = _window_parser().parse_args(given).paths
    gc.disable()  # imports make objects by the thousand and no garbage; `run` enables it again
    from viewer.app import run

    return run(paths)


def _run_command(name: str, given: Sequence[str]) -> int:
    command = import_module(f"viewer.commands.{name}")
    parser = argparse.ArgumentParser(
        prog=f"fourview {name}", description=COMMANDS[name], epilog=RESEARCH_USE_ONLY
    )
    command.add_arguments(parser)
    args = parser.parse_args(given)
    print(RESEARCH_USE_ONLY, file=sys.stderr)
    try:
        code: int = command.run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is still to come goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _window_parser() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:{width}}  {what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="fourview",
        usage="fourview [-h] [--version] [PATH ...]\n       fourview COMMAND ...",
        description="Open mammograms in the window, or run a command without it.",
        epilog=(
            f"commands (fourview COMMAND --help says more):\n{commands}\n\n{RESEARCH_USE_ONLY}"
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"Fourview {__version__}\n{RESEARCH_USE_ONLY}"
    )
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="files, folders or exam lists to open"
    )
    return parser
