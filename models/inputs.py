"""What a model's networks are given of an exam, without asking them anything of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.errors import FourviewError, WeightsError
from models.exam import Exam, View
from models.gate import Light, judge
from models.reading import Pause, Reading, never_stop
from models.runtime import Placement, Runtime
from models.seen import NetworkInput
from models.weights import WeightsIdentity


@dataclass(frozen=True, slots=True, eq=False)
class ModelInputs:
    """The inputs of one model.

    Attributes
    ----------
    model : its name, as a reader knows it.
    files : its weights, by role; placement : where its networks compute, and how precisely.
    inputs : in the order of views.
    withheld : what the gate keeps from it, and why; failed : what could not be prepared, and why;
        both by view, None for an exam that is read as a whole.
    """

    model: str
    files: Mapping[str, WeightsIdentity]
    placement: Placement
    inputs: tuple[NetworkInput, ...]
    withheld: Mapping[View | None, str]
    failed: Mapping[View | None, str]


def inputs_of(
    exam: Exam, reading: Reading, runtime: Runtime, pause: Pause = never_stop
) -> ModelInputs:
    """Prepare every image that the gate lets the model read.

    Parameters
    ----------
    pause : called between images; may raise to stop.

    Raises
    ------
    WeightsError, DeviceError : the model cannot run at all.
    """
    asked = placement = runtime.placement(reading.card.auto_precision)
    inputs: list[NetworkInput] = []
    withheld: dict[View | None, str] = {}
    failed: dict[View | None, str] = {}
    for unit in reading.units(exam):
        pause()
        verdict = judge(reading.card, unit.images, exam)
        if verdict.light is Light.RED:
            withheld[unit.view] = " ".join(verdict.reasons)
            continue
        try:
            found, placement = runtime.run(
                lambda place, unit=unit: reading.inputs(unit, place, runtime),  # type: ignore[misc]
                placement,
            )
        except WeightsError:
            raise
        except FourviewError as error:
            failed[unit.view] = str(error)
            continue
        inputs += found
    return ModelInputs(
        reading.card.name,
        reading.files,
        asked,
        tuple(inputs),
        MappingProxyType(withheld),
        MappingProxyType(failed),
    )
