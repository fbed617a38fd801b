"""What an earlier analysis leaves to do: which of its exams are done, and which are others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.catalog import GLAM
from models.errors import ExportError
from models.weights import WeightsIdentity
from viewer.exam_io.distinct import bare_id, distinct
from viewer.exam_io.identity import image_id_of
from viewer.exam_io.records import ExamRecord
from viewer.export.tables import Entry, file_text, is_by_demo


@dataclass(frozen=True, slots=True)
class Computation:
    """What reads the exams of one kind; `device_type` is `cpu`, `cuda` or `mps`."""

    weights: WeightsIdentity
    precision: str
    device_type: str

    def made(self, facts: Mapping[str, Any]) -> bool:
        """Whether these are the facts of a result that it made."""
        device_type = str(facts.get("device")).partition(":")[0]
        return (facts.get("weights_sha256"), facts.get("precision"), device_type) == (
            self.weights.sha256,
            self.precision,
            self.device_type,
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What results must have been made with, and what must lie beside them, to be done.

    Attributes
    ----------
    folder : the `--out`; patches : K.
    by_phantom : what reads phantoms (True) and what reads real exams (False), where there are
        exams of that kind and weights for them.
    """

    folder: Path
    by_phantom: Mapping[bool, Computation]
    patches: int
    save_maps: bool

    def mixes_with(self, entry: Entry) -> bool:
        """Whether the scores in an entry may stand in one table with those wanted.

        Scores of the demo stand beside those of the published model, each under its name, but
        all of one model must come from the same weights.
        """
        made = _made(entry)
        if made is None:
            return True
        wanted = [each.weights for each in self.by_phantom.values()]
        return made.get("patches") in (None, self.patches) and all(
            made.get("weights_sha256") == weights.sha256
            for weights in wanted
            if weights.card.phantoms_only == is_by_demo(entry)
        )

    def is_met_by(self, entry: Entry, record: ExamRecord) -> bool:
        """Whether every image of an exam was analysed as wanted and nothing went wrong."""
        made = _made(entry)
        reader = self.by_phantom.get(record.is_phantom)
        if made is None or entry["problems"] or not record.images:
            return False
        views = entry["views"].items()
        analysed = {name: view.get("image_id") for name, view in views if "glam" in view}
        return (
            self.mixes_with(entry)
            and reader is not None
            and reader.made(made)
            and analysed == _image_ids(record)
            and all(path.is_file() for _, view in views for path in self._files(view))
        )

    def _files(self, view: Mapping[str, Any]) -> tuple[Path, ...]:
        picture = self.folder / "visualization" / f"{view['image']}.png"
        maps = self.folder / "maps" / f"{view['image']}.npz"
        return (picture, maps) if self.save_maps else (picture,)


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
    ExportError : an entry that would stay was made with other weights or another number of
        patches.
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


def _made(entry: Entry) -> Mapping[str, Any] | None:
    made: Mapping[str, Any] | None = entry.get("models", {}).get(GLAM.id)
    return made
