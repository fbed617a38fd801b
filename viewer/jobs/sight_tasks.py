"""What looks for the inputs of networks in the background: plain functions, without Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import ModelError
from models.exam import Exam
from models.progress import CancelToken, Report
from models.seen import NetworkInput
from viewer.display.shown import ShownImage
from viewer.display.sight import Sight, draw_sight
from viewer.jobs.quiet_import import import_torch
from viewer.jobs.tasks import requests_of
from viewer.session.model_choice import ModelChoice

if TYPE_CHECKING:
    from models.inputs import ModelInputs

Deliver = Callable[[object], None]


@dataclass(frozen=True, slots=True, eq=False)
class InputsWanted:
    """What is asked: one model's inputs of an exam.

    Attributes
    ----------
    demos : the weights that read phantoms, by the id of their model.
    threads : processor threads to use.
    """

    exam: Exam
    model: str
    choice: ModelChoice
    demos: Mapping[str, Path]
    threads: int


def find_inputs(
    wanted: InputsWanted, report: Report, deliver: Deliver, cancel: CancelToken
) -> ModelInputs:
    """Prepare the inputs of one model as an analysis would.

    Networks that a preparation needs are loaded for it alone: those of an analysis that may be
    running are another thread's. Raises ModelError, Cancelled.
    """
    del report, deliver
    import_torch()
    from models.inputs import inputs_of
    from models.runtime import Runtime

    asked, missing = requests_of(wanted.exam, wanted.choice, wanted.demos, (wanted.model,))
    if not asked:
        raise ModelError(missing[0].reason)
    runtime = Runtime(wanted.choice.device, wanted.choice.precision, threads=wanted.threads)
    return inputs_of(wanted.exam, asked[0].open(), runtime, cancel.raise_if_cancelled)


def draw(
    seen: NetworkInput, image: ShownImage, report: Report, deliver: Deliver, cancel: CancelToken
) -> Sight:
    """`draw_sight` as a task."""
    del report, deliver
    return draw_sight(seen, image, cancel.raise_if_cancelled)
