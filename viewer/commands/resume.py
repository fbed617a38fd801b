"""What an earlier analysis leaves to do: which of its exams are done, and which are others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.catalog import ModelCard
from models.errors import ExportError
from models.reading import Reading
from models.runtime import Runtime
from viewer.exam_io.distinct import bare_id, distinct
from viewer.exam_io.identity import image_id_of
from viewer.exam_io.records import ExamRecord
from viewer.export.beside import (
    EXPLANATIONS,
    INPUTS,
    MAPS,
    PICTURES,
    explanations_of,
    inputs_name,
    maps_of,
    pictures_of,
)
from viewer.export.tables import Entry, file_text, is_demo


@dataclass(frozen=True, slots=True)
class Computation:
    """What one model reads the exams of one kind with.

    Attributes
    ----------
    card : of the weights. weights : digests by role, the file that names the model first.
    settings : what was asked for beside, as `results.json` has it.
    device_type : `cpu`, `cuda` or `mps`.
    """

    card: ModelCard
    weights: Mapping[str, str]
    settings: Mapping[str, Any]
    precision: str
    device_type: str

    @classmethod
    def of(cls, reading: Reading, runtime: Runtime) -> Computation:
        """As it would be made here and now; raises DeviceError."""
        placed = runtime.placement(reading.card.auto_precision)
        weights = {role: identity.sha256 for role, identity in reading.files.items()}
        return cls(reading.card, weights, reading.settings, placed.precision, placed.device_type)

    def made(self, facts: Mapping[str, Any]) -> bool:
        """Whether these are the facts of a result that it made."""
        device_type = str(facts.get("device")).partition(":")[0]
        found = (facts.get("precision"), device_type)
        return self._asks_alike(facts) and found == (self.precision, self.device_type)

    def mixes_with(self, facts: Mapping[str, Any]) -> bool:
        """Whether results with these facts may stand in one table with what it makes.

        A demo's stand beside those of the published model, each under its name, but all of one
        model must come from the same weights and settings.
        """
        return is_demo(facts) != self.card.phantoms_only or self._asks_alike(facts)

    def _asks_alike(self, facts: Mapping[str, Any]) -> bool:
        """Whether weights and settings are the same."""
        (_, first), *others = self.weights.items()
        files = facts.get("files", {})
        return (
            facts.get("weights_sha256") == first
            and {role: file.get("weights_sha256") for role, file in files.items()} == dict(others)
            and all(facts.get(name) in (None, value) for name, value in self.settings.items())
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What results must have been made with, and what must lie beside them, to be done.

    Attributes
    ----------
    folder : the `--out`.
    by_phantom : by model, what reads phantoms (True) and what reads real exams (False), where
        there are exams of that kind and weights for them.
    save_maps, save_inputs, explain : whether maps, what the networks saw, and why clusters have
        their scores must be there.
    """

    folder: Path
    by_phantom: Mapping[bool, Mapping[str, Computation]]
    save_maps: bool
    save_inputs: bool = False
    explain: bool = False

    def mixes_with(self, entry: Entry) -> bool:
        """Whether what an entry says may stand in one table with what is wanted."""
        return all(
            computations[model].mixes_with(made)
            for model, made in entry.get("models", {}).items()
            for computations in self.by_phantom.values()
            if model in computations
        )

    def is_met_by(self, entry: Entry, record: ExamRecord) -> bool:
        """Whether every image of an exam was analysed as wanted and nothing went wrong."""
        wanted = self.by_phantom.get(record.is_phantom, {})
        if not wanted or entry["problems"] or not record.images:
            return False
        made = entry.get("models", {})
        return (
            self.mixes_with(entry)
            and all(model in made and wanted[model].made(made[model]) for model in wanted)
            and all(_read_by(model, entry) == _image_ids(record) for model in wanted)
            and all(path.is_file() for path in self._files(entry))
        )

    def _files(self, entry: Entry) -> Iterator[Path]:
        for view in entry["views"].values():
            for name in pictures_of(view):
                yield self.folder / PICTURES / name
            if self.save_maps:
                for name in maps_of(view):
                    yield self.folder / MAPS / name
            if self.save_inputs:
                for model in entry["models"]:
                    yield self.folder / INPUTS / inputs_name(view["image"], model)
            if self.explain:
                for name in explanations_of(view):
                    yield self.folder / EXPLANATIONS / name


def _read_by(model: str, entry: Entry) -> Mapping[str, Any]:
    """The images that a model read, by view; all of them where it read the exam as a whole."""
    whole = model in entry
    views = entry["views"].items()
    return {name: view.get("image_id") for name, view in views if whole or model in view}


@dataclass(frozen=True, slots=True)
class Plan:
    """The entries to begin with, and the exams still to do.

    An exam to do that has the id of an entry replaces it; ids and image names of all others are
    their own.
    """

    entries: tuple[Entry, ...]
    todo: tuple[ExamRecord, ...]


def plan(entries: Sequence[Entry], records: Sequence[ExamRecord], wanted: Wanted) -> Plan:
    """Find the exams of a scan among the entries of an earlier run.

    Raises
    ------
    ExportError : an entry that would stay was made with other weights, another number of patches
        or other settings.
    """
    staying = list(entries)
    again: list[ExamRecord] = []
    fresh: list[ExamRecord] = []
    done: list[Entry] = []
    for record in records:
        entry = _same_exam(record, staying)
        if entry is None:
            fresh.append(record)
            continue
        staying = [other for other in staying if other is not entry]
        if wanted.is_met_by(entry, record):
            done.append(entry)
        else:
            again.append(_named_as_before(record, entry))
    if not all(map(wanted.mixes_with, staying)):
        raise ExportError(
            f"{wanted.folder / 'results.json'} holds other exams, made with other weights or "
            "another number of patches: choose another folder or leave --resume out."
        )
    stems = [view["image"] for entry in (*staying, *done) for view in entry["views"].values()]
    redone = distinct(again, taken_stems=stems)
    stems += [image.name for record in redone for image in record.images]
    new = distinct(fresh, [entry["id"] for entry in entries], stems)
    return Plan(tuple(filter(wanted.mixes_with, entries)), (*redone, *new))


def _same_exam(record: ExamRecord, entries: Sequence[Entry]) -> Entry | None:
    """The entry of an exam: of the same id, our numbering aside, and of an image in common.

    Ids alone tell nothing: folders in different places have the same name.
    """
    named = [entry for entry in entries if bare_id(entry["id"]) == bare_id(record.exam_id)]
    if not named:
        return None
    traces = _traces_of_record(record)
    same = [entry for entry in named if traces & _traces_of_entry(entry)]
    same.sort(key=lambda entry: entry["id"] != record.exam_id)
    return same[0] if same else None


def _image_ids(record: ExamRecord) -> dict[str, str | None]:
    return {image.view.name: image_id_of(image.path) for image in record.images if image.view}


def _traces_of_record(record: ExamRecord) -> set[str]:
    """Everything in an exam's entry that could tell it from another of its name."""
    paths = [image.path for image in (*record.images, *record.set_aside)]
    files = [file_text(path) for path in (*paths, *(one.path for one in record.problems))]
    return {trace for trace in (*_image_ids(record).values(), *files) if trace is not None}


def _traces_of_entry(entry: Entry) -> set[str]:
    views = entry["views"].values()
    said = [*entry.get("set_aside", ()), *entry.get("remarks", ()), *entry["problems"]]
    traces = [view.get("image_id") for view in views]
    traces += [one.get("file") for one in (*views, *said)]
    return {trace for trace in traces if isinstance(trace, str)}


def _named_as_before(record: ExamRecord, entry: Entry) -> ExamRecord:
    """The exam under its earlier id, its images under their earlier names."""
    names = {name: view["image"] for name, view in entry["views"].items()}
    images = tuple(
        replace(image, name=names.get(image.view.name, image.name)) if image.view else image
        for image in record.images
    )
    return replace(record, exam_id=entry["id"], images=images)
