"""A model from outside, held so that whatever it does wrong is its own failure alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.cards.card import ModelCard
from models.errors import FourviewError, ModelError
from models.exam import Exam
from models.reading import Begin, Pause, Reading, Request, Room, Unit
from models.results import OwnResult, OwnView, Provenance
from models.runtime import Placement, Runtime
from models.seen import NetworkInput
from models.weights import WeightsIdentity


@contextmanager
def held(model: str) -> Iterator[None]:
    """Translate what code of others raises; raises ModelError, and our own errors as they are."""
    try:
        yield
    except (FourviewError, MemoryError):
        raise
    except Exception as error:
        raise ModelError(f"The model {model} failed: {type(error).__name__}: {error}.") from error


@dataclass(frozen=True, slots=True, eq=False)
class OwnRoom:
    """A room of others. As `Room`, but it raises ModelError where theirs raises anything else."""

    CARD: ModelCard
    room: Room

    def check(self, role: str, path: Path) -> None:
        """As `Room`."""
        with held(self.CARD.id):
            self.room.check(role, path)

    def request(self, files: Mapping[str, Path], options: Mapping[str, Any]) -> Request:
        """As `Room`."""
        with held(self.CARD.id):
            return _OwnRequest(self.CARD, self.room.request(files, options))


@dataclass(frozen=True, slots=True, eq=False)
class _OwnRequest:
    card: ModelCard
    request: Request

    def open(self) -> Reading:
        with held(self.card.id):
            reading = self.request.open()
            return _OwnReading(
                reading,
                reading.card,
                dict(reading.files),
                dict(reading.settings),
                reading.evidence,
                reading.steps,
            )


@dataclass(frozen=True, slots=True, eq=False)
class _OwnReading:
    reading: Reading
    card: ModelCard
    files: Mapping[str, WeightsIdentity]
    settings: Mapping[str, Any]
    evidence: type[Any]
    steps: int

    def units(self, exam: Exam) -> tuple[Unit, ...]:
        with held(self.card.id):
            return self.reading.units(exam)

    def read(
        self, unit: Unit, placement: Placement, runtime: Runtime, begin: Begin, pause: Pause
    ) -> object:
        with held(self.card.id):
            return self.reading.read(unit, placement, runtime, begin, pause)

    def inputs(
        self, unit: Unit, placement: Placement, runtime: Runtime
    ) -> tuple[NetworkInput, ...]:
        with held(self.card.id):
            given = tuple(self.reading.inputs(unit, placement, runtime))
        for each in given:
            if not isinstance(each, NetworkInput) or not _can_be_shown(each):
                raise ModelError(
                    f"The model {self.card.id} shows an input that is no image of finite numbers."
                )
        return given

    def result(
        self,
        found: Mapping[Unit, Any],
        withheld: Mapping[Unit, str],
        made: Mapping[str, Provenance],
    ) -> object:
        with held(self.card.id):
            said = self.reading.result(found, withheld, made)
        _require_own(self.card.id, said, [*found])
        return said


def _can_be_shown(given: NetworkInput) -> bool:
    values = np.asarray(given.values)
    return (
        values.ndim == 2
        and values.size > 0
        and values.dtype.kind in "fiu"
        and bool(np.isfinite(values).all())
    )


def _require_own(model: str, said: object, read: Sequence[Unit]) -> None:
    """Raises ModelError for a result in another form, or of images that it did not read."""
    if not isinstance(said, OwnResult):
        raise ModelError(f"The model {model} gave no OwnResult.")
    if not all(isinstance(each, OwnView) for each in said.views.values()):
        raise ModelError(f"The model {model} gave no OwnView of a view.")
    known = {image.view for unit in read for image in unit.images}
    for view in said.views:
        if view not in known:
            raise ModelError(f"The model {model} speaks of {view.label}, which it did not read.")
