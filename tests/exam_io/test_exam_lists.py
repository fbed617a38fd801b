"""Exam lists: GLAM's pickle, our JSON and CSV, and what is refused."""

from __future__ import annotations

import os
import pickle
from datetime import date
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from models.errors import InputError, UnreadableFileError, UnsafeFileError
from models.exam import L_CC, L_MLO, R_CC, R_MLO, BreastLabels, FindingClass, Laterality, Origin
from models.geometry import AS_STORED, Orientation
from tests.dicom_factory import make_dicom
from tests.exam_io.list_factory import VIEWS, glam_folder, only_exam, picture, write_json
from viewer.exam_io.load import load_exam
from viewer.exam_io.records import MaskFrame
from viewer.exam_io.safe_pickle import read_plain_pickle
from viewer.exam_io.scan import scan


@pytest.mark.parametrize("opened", ["the list", "its folder"])
def test_glams_list_is_read_from_the_file_or_its_folder(tmp_path, opened):
    path = glam_folder(tmp_path / "sample", exams=2)
    found = scan([path if opened == "the list" else path.parent])
    assert [exam.exam_id for exam in found.exams] == ["0", "1"]
    assert [exam.title for exam in found.exams] == ["sample 0", "sample 1"]
    first = found.exams[0]
    assert [image.view for image in first.images] == [R_CC, L_CC, R_MLO, L_MLO]
    assert [image.name for image in first.images] == ["0_R-CC", "0_L-CC", "0_R-MLO", "0_L-MLO"]
    assert {image.view_origin for image in first.images} == {Origin.LIST}
    assert first.labels[Laterality.LEFT] == BreastLabels(benign=False, malignant=True)
    assert first.labels[Laterality.RIGHT] == BreastLabels(benign=True, malignant=False)
    assert found.problems == first.problems == ()


def test_images_that_a_list_names_but_that_are_missing_are_named(tmp_path):
    path = glam_folder(tmp_path, exams=2, missing=tuple(f"1_{view}" for view in VIEWS))
    whole, empty = scan([path]).exams
    assert len(whole.images) == 4
    assert empty.images == ()
    assert sorted(problem.reason for problem in empty.problems) == [
        f"1_{view}.png: the exam list names it but the file is missing." for view in sorted(VIEWS)
    ]


def test_a_mask_that_glams_list_names_but_that_is_missing_is_no_annotation(tmp_path):
    path = glam_folder(tmp_path)
    (tmp_path / "segmentation").mkdir()
    mask = tmp_path / "segmentation" / "0_R-CC_benign.png"
    mask.write_bytes(imagecodecs.png_encode(np.zeros((2944, 1920), np.uint8)))
    exam = only_exam(path)
    truths = {image.view: image.truth for image in exam.images}
    assert truths[L_CC] == ()
    ((truth,),) = [truths[R_CC]]
    assert (truth.finding, truth.frame, truth.path) == (FindingClass.BENIGN, MaskFrame.GLAM, mask)


@pytest.mark.parametrize(
    ("flip", "orientation"), [("NO", AS_STORED), ("YES", Orientation(flip_columns=True))]
)
def test_horizontal_flip_says_how_all_images_are_laid(tmp_path, flip, orientation):
    exam = load_exam(only_exam(glam_folder(tmp_path, horizontal_flip=flip)))
    for mammogram in exam.mammograms.values():
        assert mammogram.orientation == orientation
        assert mammogram.orientation_origin is Origin.LIST


def test_a_list_that_names_paths_outside_its_folder_is_not_followed(tmp_path):
    picture(tmp_path / "secret.png")
    path = glam_folder(tmp_path / "sample", **{"L-CC": ["../../secret"]})
    exam = only_exam(path)
    assert L_CC not in {image.view for image in exam.images}
    assert "outside its folder" in exam.problems[0].reason


def test_an_entry_that_is_no_exam_leaves_the_others(tmp_path):
    path = glam_folder(tmp_path)
    path.write_bytes(pickle.dumps([*pickle.loads(path.read_bytes()), "nonsense"]))
    whole, broken = scan([path]).exams
    assert len(whole.images) == 4
    assert broken.problems[0].reason == "exam_list_before_cropping.pkl: entry 1 is no exam."


class Command:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self):
        return os.mkdir, (str(self.target),)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_that_runs_code_is_refused_by_name_and_not_run(tmp_path, protocol):
    ran = tmp_path / "ran"
    path = tmp_path / "exam_list.pkl"
    path.write_bytes(pickle.dumps([Command(ran)], protocol))
    with pytest.raises(UnsafeFileError, match=rf"^exam_list.pkl: .* asks for {os.name}.mkdir\.$"):
        read_plain_pickle(path)
    assert not ran.exists()
    (problem,) = scan([tmp_path]).problems
    assert "asks for" in problem.reason


@pytest.mark.parametrize("value", [np.int64(3), date(2025, 3, 14), complex(1, 2)])
def test_a_pickle_of_anything_but_plain_values_is_refused(tmp_path, value):
    path = tmp_path / "exam_list.pkl"
    path.write_bytes(pickle.dumps([value]))
    with pytest.raises(UnsafeFileError):
        read_plain_pickle(path)


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x02]r\xff\xff\xff\x7f.",  # a memo of two thousand million places
        b"\x80\x02cos\nsystem\n(S'true'\ntR.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
        b"(S'true'\nios\nsystem\n.",
        b"\x80\x02\x82\x01.",  # an extension code
        b"\x80\x02Ppersistent\n.",
        b"\x80\x05\x96\xff\xff\xff\x7f\x00\x00\x00\x00.",
        b"\x80\x02]q\x00(",
        b"no pickle",
        b"",
    ],
)
def test_hostile_and_broken_pickles_are_refused(tmp_path, content):
    path = tmp_path / "exam_list.pkl"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_plain_pickle(path)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_values_come_back_as_they_were(tmp_path, protocol):
    value = [{"a": ("x", 1.5, None, True, -3), "b": [10**20, "é"]}]
    path = tmp_path / "exam_list.pkl"
    path.write_bytes(pickle.dumps(value, protocol))
    assert read_plain_pickle(path) == value


def test_our_json_list_says_everything(tmp_path):
    picture(tmp_path / "a17" / "rcc.png", "R")
    picture(tmp_path / "a17" / "lcc.png", "R")
    mask = picture(tmp_path / "a17" / "mask.png", "R")
    path = write_json(
        tmp_path,
        {
            "id": "A17",
            "title": "Case 17",
            "date": "2025-03-14",
            "labels": {"R": {"benign": True, "malignant": None}, "L": {"malignant": False}},
            "views": {
                "L-CC": {"image": "a17/lcc.png", "facing": "left"},
                "R-CC": {"image": "a17/rcc.png", "malignant_mask": "a17/mask.png"},
            },
        },
    )
    exam = only_exam(path)
    assert (exam.exam_id, exam.title, exam.date) == ("A17", "Case 17", "2025-03-14")
    assert exam.labels[Laterality.RIGHT] == BreastLabels(benign=True)
    assert exam.labels[Laterality.LEFT] == BreastLabels(malignant=False)
    right, left = exam.images
    assert (right.view, right.name, right.flipped) == (R_CC, "rcc", None)
    assert (left.view, left.flipped) == (L_CC, True)
    (truth,) = right.truth
    assert (truth.finding, truth.frame, truth.path) == (
        FindingClass.MALIGNANT,
        MaskFrame.SOURCE,
        mask,
    )


def test_our_csv_list_says_the_same(tmp_path):
    picture(tmp_path / "rcc.png", "R")
    picture(tmp_path / "rmlo.png", "R")
    picture(tmp_path / "mask.png", "R")
    (tmp_path / "exams.csv").write_text(
        "exam,title,date,view,image,facing,benign,malignant,benign_mask,mask_frame\n"
        "A17,Case 17,2025-03-14,R-CC,rcc.png,left,1,,mask.png,source\n"
        "A17,,,r-mlo,rmlo.png,right,yes,no,,\n",
        encoding="utf-8",
    )
    exam = only_exam(tmp_path)
    assert (exam.exam_id, exam.title, exam.date) == ("A17", "Case 17", "2025-03-14")
    assert exam.labels == {Laterality.RIGHT: BreastLabels(benign=True, malignant=False)}
    assert [(image.view, image.flipped) for image in exam.images] == [(R_CC, False), (R_MLO, True)]
    assert len(exam.images[0].truth) == 1


def test_semicolons_and_a_byte_order_mark_are_understood(tmp_path):
    picture(tmp_path / "rcc.png", "R")
    (tmp_path / "exams.csv").write_text("exam;view;image\n1;R-CC;rcc.png\n", encoding="utf-8-sig")
    assert [image.view for image in only_exam(tmp_path).images] == [R_CC]


def test_a_listed_dicom_file_keeps_its_own_reasons_to_stay_aside(tmp_path):
    make_dicom(tmp_path / "good.dcm", view="CC", laterality="R")
    make_dicom(tmp_path / "raw.dcm", laterality="L", PresentationIntentType="FOR PROCESSING")
    path = write_json(tmp_path, {"id": "1", "views": {"R-CC": "good.dcm", "L-CC": "raw.dcm"}})
    exam = only_exam(path)
    assert [(image.view, image.view_origin) for image in exam.images] == [(R_CC, Origin.LIST)]
    assert [image.title for image in exam.set_aside] == ["L CC for processing"]


def test_a_listed_dicom_file_that_says_no_view_gets_the_lists(tmp_path):
    silent = {"laterality": "", "ViewPosition": None, "ViewCodeSequence": None}
    make_dicom(tmp_path / "a.dcm", **silent)
    make_dicom(tmp_path / "b.dcm", PresentationIntentType="FOR PROCESSING", **silent)
    views = {"R-MLO": "a.dcm", "L-MLO": "b.dcm"}
    exam = only_exam(write_json(tmp_path, {"id": "1", "views": views}))
    assert [(image.view, image.title) for image in exam.images] == [(R_MLO, "R MLO")]
    assert [image.title for image in exam.set_aside] == ["L MLO for processing"]


def test_patient_and_date_come_from_the_dicom_files_of_a_list_that_is_silent(tmp_path):
    for view in ("R-CC", "L-CC"):
        make_dicom(tmp_path / f"{view}.dcm", laterality=view[0], PatientID="P7")
    make_dicom(tmp_path / "nameless.dcm", view="MLO", laterality="L", PatientID=None)
    views = {"R-CC": "R-CC.dcm", "L-CC": "L-CC.dcm", "L-MLO": "nameless.dcm"}
    silent = only_exam(write_json(tmp_path, {"id": "1", "views": views}))
    assert (silent.patient_id, silent.date, silent.title) == ("P7", "2025-03-14", "1")
    stated = only_exam(write_json(tmp_path, {"id": "1", "date": "2020-01-02", "views": views}))
    assert (stated.patient_id, stated.date) == ("P7", "2020-01-02")


def test_no_patient_is_named_where_the_dicom_files_of_a_list_name_two(tmp_path):
    for view in ("R-CC", "L-CC"):
        make_dicom(tmp_path / f"{view}.dcm", laterality=view[0], PatientID=f"P-{view}")
    views = {"R-CC": "R-CC.dcm", "L-CC": "L-CC.dcm"}
    assert only_exam(write_json(tmp_path, {"id": "1", "views": views})).patient_id == ""


def test_a_listed_dicom_file_of_another_view_is_not_hung(tmp_path):
    make_dicom(tmp_path / "a.dcm", view="CC", laterality="R")
    exam = only_exam(write_json(tmp_path, {"id": "1", "views": {"L-CC": "a.dcm"}}))
    assert exam.images == ()
    assert exam.problems[0].reason == ("a.dcm: the exam list calls it L CC but its header R CC.")


def test_images_of_a_list_are_not_opened_a_second_time(tmp_path):
    for name in ("R_CC", "L_CC"):
        make_dicom(tmp_path / f"{name}.dcm", laterality=name[0])
    write_json(tmp_path, {"id": "1", "views": {"R-CC": "R_CC.dcm", "L-CC": "L_CC.dcm"}})
    assert [exam.exam_id for exam in scan([tmp_path]).exams] == ["1"]


def test_missing_files_of_our_lists_are_named(tmp_path):
    picture(tmp_path / "rcc.png", "R")
    views = {"R-CC": {"image": "rcc.png", "benign_mask": "mask.png"}, "L-CC": "lcc.png"}
    exam = only_exam(write_json(tmp_path, {"id": "1", "views": views}))
    assert [image.view for image in exam.images] == [R_CC]
    assert {problem.reason for problem in exam.problems} == {
        "mask.png: the exam list names it as a mask but the file is missing.",
        "lcc.png: the exam list names it but the file is missing.",
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,LCC,a.png,,", "line 2: view is LCC, which is none of R-CC, L-CC, R-MLO, L-MLO"),
        ("1,L-CC,,,", "line 2: no image is named"),
        (",L-CC,a.png,,", "line 2: no exam is named"),
        ("1,L-CC,a.png,up,", "line 2: facing is up, which is none of right, left"),
        ("1,L-CC,a.png,,perhaps", "line 2: benign is perhaps, which is none of"),
    ],
)
def test_a_cell_that_makes_no_sense_is_named_with_its_line(tmp_path, row, reason):
    picture(tmp_path / "a.png")
    content = f"exam,view,image,facing,benign\n{row}\n1,R-CC,a.png,,\n"
    (tmp_path / "exams.csv").write_text(content, encoding="utf-8")
    exams = scan([tmp_path]).exams
    (problem,) = [problem for exam in exams for problem in exam.problems]
    assert problem.reason.startswith(f"exams.csv: {reason}")
    assert R_CC in [image.view for exam in exams for image in exam.images]


def test_labels_of_one_breast_must_agree(tmp_path):
    picture(tmp_path / "a.png")
    content = "exam,view,image,benign\n1,L-CC,a.png,1\n1,L-MLO,a.png,0\n"
    (tmp_path / "exams.csv").write_text(content, encoding="utf-8")
    exam = only_exam(tmp_path)
    assert "line 3: benign contradicts another row" in exam.problems[0].reason
    assert exam.labels[Laterality.LEFT].benign is True


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("exams.csv", "exam,image\n1,a.png\n", "the column view is missing"),
        ("exams.csv", "exam,view,image,colour\n", "the column colour is unknown"),
        ("exams.csv", 'exam,view,image\n"1,L-CC', "it is no table"),
        ("exams.json", "{", "it is no JSON"),
        ("exams.json", "[" * 100_000, "it is no JSON"),
        ("exams.json", "[]", 'it has no list called "exams"'),
        ("exams.json", '{"exams": [{}]}', 'exam 1 has no "id"'),
        ("exams.json", '{"exams": [{"id": 5}]}', 'exam 5 has no "views"'),
        ("exams.json", '{"exams": [{"id": 5, "lables": 1}]}', 'exam 5 has "lables", which'),
        ("exams.json", b"\xff\xfe", "it is no UTF-8 text"),
    ],
)
def test_a_list_that_cannot_be_understood_says_why(tmp_path, name, content, reason):
    raw = content if isinstance(content, bytes) else content.encode()
    (tmp_path / name).write_bytes(raw)
    found = scan([tmp_path])
    assert found.exams == ()
    (problem,) = found.problems
    assert problem.reason.startswith(f"{name}: {reason}")
    assert problem.reason.endswith(".")


def test_a_missing_list_is_named(tmp_path):
    with pytest.raises(UnreadableFileError):
        read_plain_pickle(tmp_path / "exam_list.pkl")
