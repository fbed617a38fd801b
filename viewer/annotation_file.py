"""The templates of corner text: the user's own file, else the one that comes with Fourview."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from models.errors import Problem
from viewer.display.annotations import Annotations, parse_annotations
from viewer.exam_io.files import reason_of
from viewer.resource_files import resource_path

FILE_NAME = "annotations.json"
_LARGEST_BYTES = 1 << 20


def own_file() -> Path:
    """Where the user's own templates are looked for."""
    return platformdirs.user_data_path("fourview", appauthor=False) / FILE_NAME


def read_annotations() -> tuple[Annotations, tuple[Problem, ...]]:
    """The templates in force, and why the user's own could not be used, if they could not."""
    own = own_file()
    problems: tuple[Problem, ...] = ()
    try:
        with own.open("rb") as file:
            return parse_annotations(file.read(_LARGEST_BYTES).decode("utf-8-sig")), ()
    except FileNotFoundError:
        pass
    except OSError as error:
        problems = (_unusable(own, reason_of(error)),)
    except ValueError as error:
        problems = (_unusable(own, str(error)),)
    ours = resource_path(FILE_NAME).read_text(encoding="utf-8")
    return parse_annotations(ours), problems


def _unusable(path: Path, reason: str) -> Problem:
    sentence = f"{FILE_NAME}: {reason}; Fourview's own corner text is shown."
    return Problem(FILE_NAME, sentence, path)
