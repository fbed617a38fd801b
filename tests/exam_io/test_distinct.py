"""No two exams of a run share an id, no two images a file name."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from models.exam import L_CC, Origin
from tests.dicom_factory import make_dicom
from tests.phantoms import breast_pixels
from viewer.exam_io.distinct import distinct, image_stem
from viewer.exam_io.identity import image_id_of
from viewer.exam_io.load import load_exam
from viewer.exam_io.records import ExamRecord, ImageRecord
from viewer.exam_io.scan import scan


def record(exam_id, name, folder="folder"):
    image = ImageRecord(Path(folder) / f"{name}.png", name, "L CC", L_CC, Origin.FILE_NAME)
    return ExamRecord(exam_id, exam_id, (image,))


def names(exams):
    return [(exam.exam_id, exam.images[0].name) for exam in exams]


def test_ids_and_names_that_are_taken_are_not_given_again():
    exams = distinct([record("case", "L-CC", "new")], ["Case"], ["l-cc"])
    assert names(exams) == [("case (2)", "new_L-CC")]
    assert names(distinct([record("case", "L-CC")])) == [("case", "L-CC")]


def test_names_that_differ_only_in_what_no_file_name_holds_are_told_apart():
    exams = distinct([record("1", "a*_L-CC", "x"), record("2", "a?_L-CC", "x")])
    stems = [image_stem(exam.images[0].name) for exam in exams]
    assert len(set(stems)) == 2


def test_ids_and_names_become_text():
    (exam,) = distinct([record("e\udcff", "L-CC\ud800")])
    (exam.exam_id + exam.title + exam.images[0].name).encode()
    assert exam.exam_id == r"e\udcff"


def test_the_identity_of_a_file_is_that_of_its_image(tmp_path):
    picture = tmp_path / "L-CC.png"
    Image.fromarray(breast_pixels(L_CC)).save(picture)
    for path in (make_dicom(tmp_path / "d" / "a.dcm"), picture):
        (image,) = load_exam(scan([path]).exams[0]).mammograms.values()
        assert image_id_of(path) == image.image_id
    assert image_id_of(tmp_path / "gone.png") is None
