"""Networks of another build than the published: how their weights file states it.

It lies in the metadata of a safetensors file under `architecture`, as a JSON object with exactly
the fields of a model's own architecture. A file without it holds the published networks. Whoever
wrote the file, no more memory is asked for than a model's bounds allow.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from models.errors import WeightsUnreadableError, name_of
from models.weights import ARCHITECTURE_KEY, stated
from models.weights_saving import save_network

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from torch import nn

A = TypeVar("A", bound="DataclassInstance")

_LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class StatedArchitecture(Generic[A]):
    """The architectures of one model, as its weights files state them.

    Attributes
    ----------
    kind : the frozen dataclass that holds one.
    owner : what an architecture is refused for, after "no architecture that".
    built : an architecture from the object's values by field; raises ValueError, with the reason,
        for values of other types.
    require_sound : raises ValueError, with the reason, for one that is out of bounds.
    """

    kind: type[A]
    owner: str
    built: Callable[[Mapping[str, Any]], A]
    require_sound: Callable[[A], None]

    def of(self, path: Path) -> A | None:
        """The architecture that a weights file states, or None where it states none.

        Raises
        ------
        WeightsError : the file is missing or damaged, or what it states cannot be built.
        """
        text = stated(path).get(ARCHITECTURE_KEY)
        if text is None:
            return None
        try:
            return self.from_json(text)
        except ValueError as error:
            raise WeightsUnreadableError(
                f"{name_of(path)} states no architecture that {self.owner}: {error}."
            ) from error

    def from_json(self, text: str) -> A:
        """Read what `to_json` wrote; raises ValueError, with the reason, for anything else."""
        if len(text) > _LONGEST_TEXT:
            raise ValueError("its description is too long")
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError("its description is no JSON") from error
        names = {field.name for field in fields(self.kind)}
        if not isinstance(found, dict) or found.keys() != names:
            raise ValueError(f"its description must have exactly {', '.join(sorted(names))}")
        architecture = self.built(found)
        self.require_sound(architecture)
        return architecture

    def save(
        self, network: nn.Module, architecture: A, path: Path, metadata: Mapping[str, str]
    ) -> None:
        """Write a network, its norms not folded, as safetensors; whole or not at all.

        The same network and metadata give the same bytes.

        Parameters
        ----------
        metadata : what else the file says of itself, as in `models.weights`.

        Raises
        ------
        ValueError : the architecture is none that `of` would take.
        ExportError : the file cannot be written.
        """
        self.require_sound(architecture)
        save_network(network, path, {**metadata, ARCHITECTURE_KEY: to_json(architecture)})


def to_json(architecture: DataclassInstance) -> str:
    """The text that `StatedArchitecture.from_json` reads."""
    return json.dumps(asdict(architecture))


def whole(value: object, name: str) -> int:
    """The value of the field `name`; raises ValueError unless it is a whole number."""
    if type(value) is not int:  # True is none
        raise ValueError(f"{name} must be a whole number")
    return value


def whole_numbers(value: object, name: str) -> tuple[int, ...]:
    """The values of the field `name`; raises ValueError unless they are whole numbers."""
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        raise ValueError(f"{name} must be a list of whole numbers")
    return tuple(value)
