"""Exam lists whose text is none, or leads elsewhere, do no harm."""

from __future__ import annotations

import pytest

from models.exam import L_MLO, R_CC, R_MLO
from tests.exam_io.list_factory import glam_folder, only_exam, picture, write_json
from viewer.exam_io.scan import scan


@pytest.mark.parametrize("bad", ["\ud800", "a\0b", "x\udcff.png"])
@pytest.mark.parametrize("field", ["id", "title", "image", "benign_mask", "view", "key"])
def test_text_that_is_none_refuses_the_list_in_one_sentence(tmp_path, field, bad):
    picture(tmp_path / "L-CC.png")
    view = {"image": "L-CC.png"}
    entry: dict[str, object] = {"id": "1", "views": {"L-CC": view}}
    if field in ("id", "title"):
        entry[field] = bad
    elif field == "view":
        entry["views"] = {bad: view}
    elif field == "key":
        entry[bad] = 1
    else:
        view[field] = bad
    found = scan([write_json(tmp_path, entry)])
    assert found.exams == ()
    assert [problem.reason for problem in found.problems] == [
        "exams.json: it holds a NUL or half a character, which is no text."
    ]


def test_a_table_with_a_nul_is_refused_too(tmp_path):
    (tmp_path / "exams.csv").write_bytes(b"exam,view,image\n1,L-CC,a\0b.png\n")
    (problem,) = scan([tmp_path / "exams.csv"]).problems
    assert problem.reason.startswith("exams.csv: it ")


def test_a_pickled_list_with_a_name_that_is_no_text_does_no_harm(tmp_path):
    path = glam_folder(tmp_path, **{"L-CC": ["a\0b"], "L-CC_benign_seg": ["\ud800"]})
    (exam,) = scan([path]).exams
    assert {image.view for image in exam.images} == {R_CC, R_MLO, L_MLO}
    assert all(problem.reason.isprintable() for problem in exam.problems)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a.png",
        "file:///a.png",
        "\\\\server\\a.png",
        "//server/a.png",
        "\\/s/a",
    ],
)
@pytest.mark.parametrize("field", ["image", "malignant_mask"])
def test_addresses_and_paths_of_other_computers_are_refused(tmp_path, field, address):
    picture(tmp_path / "L-CC.png")
    picture(tmp_path / "R-CC.png", "R")
    views = {"L-CC": {"image": "L-CC.png", field: address}, "R-CC": "R-CC.png"}
    (exam,) = scan([write_json(tmp_path, {"id": "1", "views": views})]).exams
    assert [image.view for image in exam.images] == [R_CC]
    assert [problem.reason for problem in exam.problems] == [
        f"exams.json: exam 1, view L-CC: {field} is an address, "
        "and only files of this computer are read."
    ]


def test_a_list_may_name_absolute_paths_and_folders_beside_its_own(tmp_path):
    absolute = picture(tmp_path / "far" / "one.png")
    picture(tmp_path / "near" / "two.png", "R")
    (tmp_path / "list").mkdir()
    views = {"L-CC": str(absolute), "R-CC": "../near/two.png"}
    exam = only_exam(write_json(tmp_path / "list", {"id": "1", "views": views}))
    assert [image.name for image in exam.images] == ["two", "one"]
    assert exam.problems == ()
