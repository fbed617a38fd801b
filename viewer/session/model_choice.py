"""Which models read the exams, with which files, and how they compute."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from models.catalog import CARDS
from models.errors import WeightsNotFoundError
from models.weights import user_folder
from models.weights_choice import WeightsChoice


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """As the reader chose it.

    Attributes
    ----------
    models : ids of those that are used, in the order of the catalogue, then those from outside.
    files : weights that are used from where they lie, by key (`glam`, `mass.breast`), in place
        of those in the user's folder of weights.
    patches : that GLAM studies per view.
    """

    models: tuple[str, ...] = tuple(CARDS)
    files: Mapping[str, Path] = field(default_factory=lambda: MappingProxyType({}))
    patches: int = 1
    device: str = "auto"
    precision: str = "auto"

    def with_model(self, model: str, *, used: bool) -> ModelChoice:
        """Use a model, or no longer."""
        wanted = {*self.models, model} if used else {*self.models} - {model}
        return replace(self, models=in_order(wanted))

    def with_file(self, key: str, path: Path | None) -> ModelChoice:
        """Use a file where it lies; None for the installed one."""
        files = {each: file for each, file in self.files.items() if each != key}
        if path is not None:
            files[key] = path
        return replace(self, files=MappingProxyType(files))


def in_order(models: Collection[str]) -> tuple[str, ...]:
    """Ours as the catalogue has them, then those from outside by name."""
    ours = (each for each in CARDS if each in models)
    return (*ours, *sorted(each for each in models if each not in CARDS))


def ready(choice: ModelChoice) -> tuple[str, ...]:
    """Those of the used models whose weights are there for real exams, as far as a look tells."""
    weights = WeightsChoice(choice.files)
    found = []
    for model in choice.models:
        if model not in CARDS:
            # Its card would have to be imported, and its package may take its time.
            found += [model] if (user_folder() / model).is_dir() else []
            continue
        try:
            weights.files(CARDS[model], is_phantom=False)
        except WeightsNotFoundError:
            continue
        found.append(model)
    return tuple(found)
