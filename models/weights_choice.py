"""Which weights read which exam: phantoms the demo's, everything else the published ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.catalog import CARDS, ModelCard, demo_for, name_of_model
from models.errors import ModelError, Problem, WeightsNotFoundError
from models.reading import Request
from models.rooms import card_of_model, room_of
from models.weights import find

NO_FILES: Mapping[str, Path] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class WeightsChoice:
    """The files to choose from, for one exam after the other.

    Attributes
    ----------
    named : files that somebody asked for, by key (`glam`, `mass.breast`), for every exam. That
        they are fit for the exam is seen to when they are used: demo weights never read a real
        image.
    folder : where installed weights lie; the user's folder of weights when None.
    demos : the demo weights that come with Fourview, by the id of the model.
    """

    named: Mapping[str, Path] = field(default_factory=lambda: NO_FILES)
    folder: Path | None = None
    demos: Mapping[str, Path] = field(default_factory=lambda: NO_FILES)

    def files(
        self, card: ModelCard, *, is_phantom: bool, role: str | None = None
    ) -> Mapping[str, Path]:
        """The files of a model, by role, for an exam that is a phantom or is none.

        Parameters
        ----------
        role : the only one that is wanted of a model that works with one of several.

        Raises
        ------
        WeightsNotFoundError : one that it cannot work without is not there; the message says
            what to do.
        """
        keys = {each.id: card.key(each.id) for each in card.roles}
        found = {
            each: find(card, self.named[key]) for each, key in keys.items() if key in self.named
        }
        if is_phantom and not found and card.id in CARDS:
            return self._demo(card)
        missing: WeightsNotFoundError | None = None
        for each in card.roles:
            if each.id in found or role not in (None, each.id) or (card.one_role and found):
                continue
            try:
                found[each.id] = find(card, folder=self.folder, role=each.id)
            except WeightsNotFoundError as error:
                if each.needed and not card.one_role:
                    raise
                missing = missing or error
        if not found and missing is not None:
            raise missing
        return found

    def requests(
        self, models: Sequence[str], options: Mapping[str, Any], *, is_phantom: bool
    ) -> tuple[list[Request], list[Problem]]:
        """Those of some models that can run, and why the others cannot.

        Parameters
        ----------
        models : their ids, `density:cnn` for one of the files that it can work with.
        options : for all; each model takes those it knows.
        """
        requests, missing = [], []
        for asked in models:
            model, _, role = asked.partition(":")
            try:
                card = card_of_model(model)
                files = self.files(card, is_phantom=is_phantom, role=role or None)
                requests.append(room_of(model).request(files, options))
            except ModelError as error:
                missing.append(Problem.from_error(error, name_of_model(model)))
        return requests, missing

    def _demo(self, card: ModelCard) -> Mapping[str, Path]:
        demo = demo_for(card.id)
        if demo is None or card.id not in self.demos:
            name = card.name if demo is None else demo.name
            raise WeightsNotFoundError(
                f"The weights of {name} are missing: install Fourview again."
            )
        return {demo.roles[0].id: find(demo, self.demos[card.id])}
