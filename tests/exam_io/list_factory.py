"""Exam lists of both kinds, with the pictures they name."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import imagecodecs

from tests.dicom_factory import breast
from viewer.exam_io.records import ExamRecord, Scan
from viewer.exam_io.scan import scan

VIEWS = ("L-CC", "R-CC", "L-MLO", "R-MLO")


def picture(path: Path, laterality: str = "L") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(imagecodecs.png_encode(breast(laterality)))
    return path


def reasons(found: Scan) -> list[str]:
    """Why files of a scan cannot be used."""
    return [problem.reason for problem in found.problems]


def glam_folder(folder: Path, exams: int = 1, missing: tuple[str, ...] = (), **fields) -> Path:
    """The published layout; every entry names all masks, whether they exist or not."""
    entries = []
    for index in range(exams):
        entry: dict[str, object] = {
            "horizontal_flip": "NO",
            "cancer_label": {
                "left_benign": 0,
                "left_malignant": 1,
                "right_benign": 1,
                "right_malignant": 0,
                "unknown": 0,
            },
        }
        for view in VIEWS:
            name = f"{index}_{view}"
            entry[view] = [name]
            for finding in ("benign", "malignant"):
                entry[f"{view}_{finding}_seg"] = [f"{name}_{finding}"]
            if name not in missing:
                picture(folder / "images" / f"{name}.png", view[0])
        entries.append(entry | fields)
    path = folder / "exam_list_before_cropping.pkl"
    path.write_bytes(pickle.dumps(entries, protocol=3))
    return path


def write_json(folder: Path, *exams: dict) -> Path:
    path = folder / "exams.json"
    path.write_text(json.dumps({"exams": exams}), encoding="utf-8")
    return path


def only_exam(path: Path) -> ExamRecord:
    found = scan([path])
    assert found.problems == ()
    (exam,) = found.exams
    return exam
