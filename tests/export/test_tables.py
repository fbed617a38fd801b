"""Tables say what was found, what is known, and where the numbers come from."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from models.catalog import DEMO, GLAM
from models.errors import Problem
from models.exam import L_CC, R_CC, R_MLO, BreastLabels, Laterality
from models.results import ExamResult, GlamResult
from tests.phantoms import make_exam, make_mammogram, make_result
from viewer.exam_io.distinct import image_stem
from viewer.export.tables import (
    exam_entry,
    file_text,
    predictions_csv,
    read_document,
    results_document,
    write_tables,
)

LABELS = {
    Laterality.LEFT: BreastLabels(benign=False, malignant=True),
    Laterality.RIGHT: BreastLabels(malignant=False),
}


def test_scores_keep_their_full_precision_and_patches_their_pixels() -> None:
    exam = make_exam()
    result = make_result(exam)
    found = result.glam.views[R_CC]
    precise = dataclasses.replace(found, malignant=0.12345678901234567)
    result = dataclasses.replace(
        result, glam=dataclasses.replace(result.glam, views={R_CC: precise})
    )
    view = json.loads(json.dumps(exam_entry(exam, result)))["views"]["R-CC"]
    assert view["glam"]["malignant"] == 0.12345678901234567
    box = found.patches[0].box
    assert view["glam"]["patches"] == [
        {"row": box.row, "column": box.column, "height": box.height, "width": box.width}
    ]
    assert view["window_location"] == list(found.window_location)


def test_breast_scores_are_means_and_the_exam_s_the_higher() -> None:
    exam = make_exam()
    result = make_result(exam)
    views = {
        view: dataclasses.replace(found, malignant=score)
        for (view, found), score in zip(
            result.glam.views.items(), (0.1, 0.5, 0.2, 0.7), strict=True
        )
    }
    glam = dataclasses.replace(result.glam, views=views)
    entry = exam_entry(exam, dataclasses.replace(result, glam=glam))
    right, left = (
        sum(found.malignant for view, found in views.items() if view.laterality is side) / 2
        for side in (Laterality.RIGHT, Laterality.LEFT)
    )
    assert entry["breasts"]["R"]["glam"]["malignant"] == pytest.approx(right)
    assert entry["breasts"]["L"]["glam"]["malignant"] == pytest.approx(left)
    assert entry["exam"]["glam"]["malignant"] == pytest.approx(max(left, right))


def test_a_table_with_scores_of_the_demo_names_the_model_of_every_line() -> None:
    exam = make_exam()
    by_demo, by_glam = (exam_entry(exam, make_result(exam, card)) for card in (DEMO, GLAM))
    nothing = exam_entry(exam, ExamResult("none"))
    lines = predictions_csv([by_glam, nothing, by_demo]).splitlines()
    assert lines[0].split(",")[-1] == "model"
    assert [line.split(",")[-1] for line in lines[1:]] == ["GLAM"] * 4 + [DEMO.name] * 4
    assert "model" not in predictions_csv([by_glam, nothing]).splitlines()[0]


def test_labels_are_listed_where_known_and_empty_where_not() -> None:
    exam = make_exam(labels=LABELS)
    entry = exam_entry(exam, make_result(exam))
    assert entry["labels"]["R"] == {"benign": None, "malignant": False}
    assert predictions_csv([entry]).splitlines() == [
        "image_index,benign_pred,malignant_pred,benign_label,malignant_label",
        "phantom_L-CC,0.2500,0.7500,0,1",
        "phantom_R-CC,0.2500,0.7500,,0",
        "phantom_L-MLO,0.2500,0.7500,0,1",
        "phantom_R-MLO,0.2500,0.7500,,0",
    ]
    assert "labels" not in exam_entry(make_exam(), make_result(make_exam()))


def test_withheld_views_appear_with_their_reason_and_without_a_score() -> None:
    exam = make_exam()
    result = make_result(exam)
    glam = GlamResult(
        result.glam.provenance, {L_CC: result.glam.views[L_CC]}, {R_MLO: "No breast was found."}
    )
    entry = exam_entry(exam, dataclasses.replace(result, glam=glam))
    assert entry["views"]["R-MLO"]["withheld"] == {"glam": "No breast was found."}
    assert "glam" not in entry["views"]["R-MLO"]
    assert len(predictions_csv([entry]).splitlines()) == 2
    assert list(entry["breasts"]) == ["L"]


def test_provenance_names_model_weights_precision_device_and_software() -> None:
    exam = make_exam()
    assert exam_entry(exam, make_result(exam))["models"]["glam"] == {
        "model": "GLAM",
        "weights": "test.ckpt",
        "weights_sha256": "0" * 64,
        "patches": 1,
        "precision": "fp32",
        "device": "cpu",
        "software": "Fourview test",
        "note": "",
    }


def test_images_kept_apart_are_listed() -> None:
    spot = Problem("L CC spot", "x.dcm: it is a spot view.", Path("x.dcm"))
    exam = make_exam(set_aside=(spot,))
    entry = exam_entry(exam, make_result(exam))
    path = str(Path("x.dcm").absolute())
    assert entry["set_aside"] == [
        {"subject": "L CC spot", "reason": "x.dcm: it is a spot view.", "file": path}
    ]
    assert entry["problems"] == []
    assert "remarks" not in entry


def test_problems_are_listed_in_their_exam_and_all_together() -> None:
    exam = make_exam("7", views={L_CC: make_mammogram(L_CC)})
    gone, guess = Problem("y.png", "y.png: gone."), Problem("L CC", "shown mirrored.")
    entry = exam_entry(exam, make_result(exam), [gone], [guess])
    told = {"subject": "y.png", "reason": "y.png: gone.", "file": None}
    assert entry["problems"] == [told]
    assert entry["remarks"] == [{"subject": "L CC", "reason": "shown mirrored.", "file": None}]
    assert entry["missing"] == ["R-CC", "R-MLO", "L-MLO"]
    stray = Problem("z", "z: odd.")
    assert results_document([entry], [stray])["problems"] == [
        {"exam": None, "subject": "z", "reason": "z: odd.", "file": None},
        {"exam": "7", **told},
    ]


def test_written_tables_are_read_again(tmp_path: Path) -> None:
    exam = make_exam(labels=LABELS)
    written = results_document([exam_entry(exam, make_result(exam))], [Problem("ü", "ä.")])
    write_tables(tmp_path / "new" / "folder", written)
    assert read_document(tmp_path / "new" / "folder") == written
    assert "Research use only" in written["notice"]
    assert read_document(tmp_path) is None


def test_names_that_are_no_text_are_written_so_that_they_can_be_matched(tmp_path: Path) -> None:
    odd = Path("/data/e\udcff/L-CC\udcfe.png")
    views = {L_CC: make_mammogram(L_CC, name="L-CC\udcfe", path=odd)}
    exam = make_exam("e\udcff", views=views)
    entry = exam_entry(exam, make_result(exam), [Problem("e\udcff", "e\udcff: gone.", odd)])
    write_tables(tmp_path, results_document([entry], [Problem("\ud800", "\ud800.")]))
    read = read_document(tmp_path)
    assert read is not None
    assert read["exams"][0]["id"] == r"e\udcff"
    assert read["exams"][0]["views"]["L-CC"]["file"] == file_text(odd)
    assert file_text(odd) == r"/data/e\udcff/L-CC\udcfe.png"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("0_R-CC", "0_R-CC"),
        ("Anna Müller L-CC", "Anna Müller L-CC"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\\b:c", "a_b_c"),
        ("..", "image"),
        ("L-CC\udcff", "L-CC_udcff"),
    ],
)
def test_names_never_leave_the_output_folder(name: str, stem: str) -> None:
    assert image_stem(name) == stem


def test_long_names_become_short_and_stay_different() -> None:
    names = ["x" * 240 + end for end in ("_L-CC", "_R-CC")] + ["ü" * 150]
    stems = [image_stem(name) for name in names]
    assert len(set(stems)) == 3
    assert all(len(stem.encode()) <= 160 for stem in stems)


def test_the_name_in_the_table_is_the_name_of_the_picture() -> None:
    exam = make_exam(views={L_CC: make_mammogram(L_CC, name="a/b")})
    entry = exam_entry(exam, make_result(exam))
    assert entry["views"]["L-CC"]["image"] == "a_b"
