"""GLAM's exam list: a pickled list beside the folders `images` and `segmentation` (spec 10)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import MappingProxyType

from models.errors import Problem, UnreadableFileError, name_of
from models.exam import STANDARD_VIEWS, BreastLabels, FindingClass, Laterality, View
from viewer.exam_io.exam_list import ListedExam, ListedImage
from viewer.exam_io.files import is_text
from viewer.exam_io.records import MaskFrame, TruthFile
from viewer.exam_io.safe_pickle import read_plain_pickle

_SIDES = {Laterality.LEFT: "left", Laterality.RIGHT: "right"}
_FLIPPED = {"YES": True, "NO": False}


def read_glam_list(path: Path) -> tuple[ListedExam, ...]:
    """Read the list.

    Raises
    ------
    UnreadableFileError : it is no pickle, or not a list of exams.
    UnsafeFileError : it asks for more than plain containers, texts and numbers.
    """
    entries = read_plain_pickle(path)
    if not isinstance(entries, list | tuple):
        raise UnreadableFileError(path, "it holds no list of exams")
    return tuple(_exam(path, index, entry) for index, entry in enumerate(entries))


def _exam(path: Path, index: int, entry: object) -> ListedExam:
    title = f"{path.parent.name} {index}".strip()
    if not isinstance(entry, Mapping):
        reason = f"{name_of(path)}: entry {index} is no exam."
        return ListedExam(str(index), title, (), problems=(Problem(title, reason, path),))
    images: list[ListedImage] = []
    problems: list[Problem] = []
    flipped = _FLIPPED.get(str(entry.get("horizontal_flip")).upper())
    for view in STANDARD_VIEWS:
        for name in _names(entry.get(view.name)):
            if not _is_plain(name):
                reason = f"{name_of(path)}: entry {index} names an image outside its folder."
                problems.append(Problem(view.label, reason, path))
                continue
            images.append(
                ListedImage(
                    view=view,
                    path=path.parent / "images" / f"{name}.png",
                    name=name,
                    flipped=flipped,
                    truth=_truth(path, entry, view),
                    # A missing mask means that nothing of its kind was annotated.
                    truth_is_expected=False,
                )
            )
    return ListedExam(
        str(index), title, tuple(images), labels=_labels(entry), problems=tuple(problems)
    )


def _names(value: object) -> list[str]:
    listed = value if isinstance(value, list | tuple) else [value]
    return [name for name in listed if isinstance(name, str) and name]


def _is_plain(name: str) -> bool:
    return is_text(name) and PurePosixPath(name).name == name == PureWindowsPath(name).name


def _truth(path: Path, entry: Mapping[object, object], view: View) -> tuple[TruthFile, ...]:
    return tuple(
        TruthFile(finding, path.parent / "segmentation" / f"{name}.png", MaskFrame.GLAM)
        for finding in FindingClass
        for name in _names(entry.get(f"{view.name}_{finding.value}_seg"))
        if _is_plain(name)
    )


def _labels(entry: Mapping[object, object]) -> Mapping[Laterality, BreastLabels]:
    stated = entry.get("cancer_label")
    if not isinstance(stated, Mapping):
        return MappingProxyType({})

    def label(side: str, finding: FindingClass) -> bool | None:
        value = stated.get(f"{side}_{finding.value}")
        return bool(value) if isinstance(value, int | float) else None

    return MappingProxyType(
        {
            laterality: BreastLabels(*(label(side, finding) for finding in FindingClass))
            for laterality, side in _SIDES.items()
        }
    )
