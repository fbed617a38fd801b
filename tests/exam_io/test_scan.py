"""Files and folders become exams, and everything else gets its reason."""

from __future__ import annotations

import logging
import os
import time
import warnings
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import generate_uid

from models.errors import Cancelled
from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS
from models.progress import CancelToken, Progress
from tests.dicom_factory import make_dicom, make_exam
from tests.exam_io.list_factory import picture, reasons
from viewer.exam_io.scan import scan


def test_four_views_of_a_study_are_an_exam_in_reading_order(tmp_path):
    make_exam(tmp_path, PatientID="4711")
    (exam,) = scan([tmp_path]).exams
    assert [image.view for image in exam.images] == [R_CC, L_CC, R_MLO, L_MLO]
    assert (exam.title, exam.patient_id, exam.date) == ("4711", "4711", "2025-03-14")
    assert exam.exam_id == pydicom.dcmread(tmp_path / "R_CC.dcm").StudyInstanceUID
    assert (exam.set_aside, exam.problems) == ((), ())


def test_files_in_any_order_and_folders_at_any_depth_make_the_same_exam(tmp_path):
    files = make_exam(tmp_path / "deep" / "er")
    by_files, by_folder = scan(files[::-1]), scan([tmp_path])
    assert by_files == by_folder
    assert scan([*files, tmp_path, files[0]]) == by_folder


def test_studies_are_told_apart(tmp_path):
    make_exam(tmp_path / "a", PatientID="1")
    make_exam(tmp_path / "b", PatientID="2")
    assert [exam.patient_id for exam in scan([tmp_path]).exams] == ["1", "2"]


def test_an_exam_without_a_patient_id_says_so(tmp_path):
    make_exam(tmp_path, PatientID="")
    assert scan([tmp_path]).exams[0].title == "no id"


def test_an_incomplete_exam_opens(tmp_path):
    make_dicom(tmp_path / "a.dcm", view="MLO", laterality="R")
    (exam,) = scan([tmp_path]).exams
    assert [image.view for image in exam.images] == [R_MLO]


def test_of_several_images_of_a_view_the_newest_hangs(tmp_path):
    make_dicom(tmp_path / "a.dcm", AcquisitionTime="110000")
    make_dicom(tmp_path / "b.dcm", AcquisitionTime="100000", InstanceNumber="9")
    make_dicom(tmp_path / "c.dcm", AcquisitionTime="110000", InstanceNumber="0")
    (exam,) = scan([tmp_path]).exams
    assert [image.name for image in exam.images] == ["a"]
    assert [image.as_problem().reason for image in exam.set_aside] == [
        "b.dcm: it is another L CC, made earlier than a.dcm.",
        "c.dcm: it is another L CC, beside a.dcm.",
    ]


def test_a_partial_view_never_replaces_a_whole_one(tmp_path):
    make_dicom(tmp_path / "a.dcm", AcquisitionTime="080000", PartialView="YES")
    make_dicom(tmp_path / "b.dcm", AcquisitionTime="100000")
    (exam,) = scan([tmp_path]).exams
    assert [image.name for image in exam.images] == ["b"]
    assert exam.set_aside[0].aside == "it is a partial L CC beside the whole one, b.dcm"


def test_a_copy_of_an_image_is_set_aside_as_that(tmp_path):
    first = make_dicom(tmp_path / "a.dcm")
    (tmp_path / "b.dcm").write_bytes(first.read_bytes())
    (exam,) = scan([tmp_path]).exams
    assert exam.set_aside[0].aside == "it is the same image as a.dcm"


def test_a_plain_view_hangs_though_a_special_one_came_first(tmp_path):
    spot = [("399055006", "SCT", "Spot Compression")]
    make_dicom(tmp_path / "a.dcm", AcquisitionTime="080000", modifiers=spot)
    make_dicom(tmp_path / "b.dcm", AcquisitionTime="100000")
    (exam,) = scan([tmp_path]).exams
    assert [image.name for image in exam.images] == ["b"]
    assert [image.title for image in exam.set_aside] == ["L CC spot compression"]


@pytest.mark.parametrize(
    "stranger", [{"PatientID": "2"}, {"PatientName": "Roe^Mary"}, {"PatientBirthDate": "19700101"}]
)
def test_an_image_of_another_patient_in_the_study_is_a_problem_and_does_not_hang(
    tmp_path, stranger
):
    study = generate_uid(entropy_srcs=["one"])
    for path in make_exam(tmp_path, StudyInstanceUID=study):
        data = pydicom.dcmread(path)
        if path.name == "L_MLO.dcm":
            for keyword, value in stranger.items():
                setattr(data, keyword, value)
        data.save_as(path)
    (exam,) = scan([tmp_path]).exams
    assert {image.view for image in exam.images} == set(STANDARD_VIEWS) - {L_MLO}
    reason = "L_MLO.dcm: it names another patient than the rest of its study."
    assert [problem.reason for problem in exam.problems] == [reason]
    assert [image.as_problem().reason for image in exam.set_aside] == [reason]


def test_a_header_that_names_fewer_things_is_no_other_patient(tmp_path):
    study = generate_uid(entropy_srcs=["one"])
    make_dicom(tmp_path / "a.dcm", laterality="R", StudyInstanceUID=study)
    make_dicom(
        tmp_path / "b.dcm",
        StudyInstanceUID=study,
        PatientID="",
        PatientName="DOE^Jane^^",
        PatientBirthDate=None,
    )
    (exam,) = scan([tmp_path]).exams
    assert len(exam.images) == 2


def test_a_broken_file_is_listed_and_the_rest_of_the_exam_opens(tmp_path):
    make_exam(tmp_path)
    (tmp_path / "broken.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\x08\0\x05\0CS\xff\xff")
    (tmp_path / "text.dcm").write_text("no DICOM", encoding="utf-8")
    found = scan([tmp_path])
    assert len(found.exams[0].images) == 4
    assert [problem.subject for problem in found.problems] == ["broken.dcm", "text.dcm"]
    assert all(reason.count(".") == 2 for reason in reasons(found))


def test_other_files_of_a_folder_are_passed_over_but_not_those_asked_for(tmp_path):
    make_exam(tmp_path)
    notes = tmp_path / "notes.txt"
    notes.write_text("hello", encoding="utf-8")
    assert scan([tmp_path]).problems == ()
    assert reasons(scan([tmp_path, notes])) == [
        "notes.txt: it is neither DICOM nor PNG, TIFF, PGM or JPEG nor an exam list."
    ]


def test_a_damaged_dicom_file_without_a_suffix_is_listed_too(tmp_path):
    (tmp_path / "IM0001").write_bytes(b"\0" * 128 + b"DICM" + b"rubbish rubbish")
    assert [problem.subject for problem in scan([tmp_path]).problems] == ["IM0001"]


def test_dicom_without_preamble_and_without_suffix_is_recognised(tmp_path):
    content = make_dicom(tmp_path / "a.dcm").read_bytes()
    (tmp_path / "a.dcm").unlink()
    (tmp_path / "IM0001").write_bytes(content[132:])
    assert [image.view for image in scan([tmp_path]).exams[0].images] == [L_CC]


def test_hidden_files_mask_folders_and_dicomdir_are_not_looked_at(tmp_path):
    picture(tmp_path / "L-CC.png")
    for name in ("segmentation/R-CC.png", "Masks/R-CC.png", ".hidden/R-CC.png", "._R-CC.png"):
        picture(tmp_path / name)
    (tmp_path / "DICOMDIR").write_bytes(b"\0" * 128 + b"DICM")
    found = scan([tmp_path])
    assert [image.view for image in found.exams[0].images] == [L_CC]
    assert found.exams[0].set_aside == found.problems == ()


def test_a_mask_folder_that_was_asked_for_says_what_it_is(tmp_path):
    picture(tmp_path / "masks" / "L-CC.png")
    assert reasons(scan([tmp_path / "masks"])) == ["masks: it is a folder of annotations."]


@pytest.mark.parametrize("name", ["nothing.dcm", "nowhere"])
def test_a_path_that_does_not_exist_says_so(tmp_path, name):
    assert reasons(scan([tmp_path / name])) == [f"{name}: no such file or directory."]


def test_an_empty_folder_says_so(tmp_path):
    (tmp_path / "empty").mkdir()
    assert reasons(scan([tmp_path / "empty"])) == ["empty: no mammogram was found in it."]


def test_a_folder_that_may_not_be_looked_into_is_named(tmp_path, monkeypatch):
    picture(tmp_path / "L-CC.png")
    closed = tmp_path / "closed"
    closed.mkdir()
    look = os.scandir

    def refuse(path):
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(closed))
        return look(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = scan([tmp_path])
    assert reasons(found) == ["closed: permission denied."]
    assert len(found.exams[0].images) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "L-CC.png")
    assert reasons(scan([tmp_path])) == ["L-CC.png: it is not an ordinary file."]


def test_every_image_and_exam_of_a_scan_has_a_name_of_its_own(tmp_path):
    for folder in ("a/x", "b/x", "b/y"):
        for view in STANDARD_VIEWS:
            picture(tmp_path / folder / f"{view.name}.png")
    exams = scan([tmp_path]).exams
    assert [exam.exam_id for exam in exams] == ["x", "x (2)", "y"]
    names = [image.name for exam in exams for image in exam.images]
    assert len(set(names)) == 12
    assert {"x_L-CC", "x_L-CC_2", "y_L-CC"} <= set(names)


def test_progress_names_the_files_and_ends_before_the_last(tmp_path):
    make_exam(tmp_path)
    steps: list[Progress] = []
    scan([tmp_path], steps.append)
    assert [step.done for step in steps] == [0, 1, 2, 3]
    assert {step.total for step in steps} == {4}
    assert "R_CC.dcm" in " ".join(step.message for step in steps)


def test_scanning_stops_when_asked_to(tmp_path):
    make_exam(tmp_path)
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        scan([tmp_path], lambda progress: progress.done == 1 and cancel.cancel(), cancel)


def test_a_careless_header_neither_warns_nor_logs(tmp_path, caplog):
    path = make_dicom(tmp_path / "a.dcm", PatientName="Secret^Name")
    content = (
        path.read_bytes().replace(b"20250314", b"2025XX14").replace(b"ISO_IR 192", b"ISO_IR 999")
    )
    path.write_bytes(content.replace(b"LO\x04\x00Acme", b"LO\x04\x00\xff\xfe\x80\x81"))
    with caplog.at_level(logging.DEBUG), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (exam,) = scan([tmp_path]).exams
    assert len(exam.images) == 1
    assert exam.date == ""
    assert caught == []
    assert caplog.text == ""


def test_sequences_nested_without_end_are_refused(tmp_path):
    head = make_dicom(tmp_path / "a.dcm", PixelData=None).read_bytes()
    sequence, item = b"\x08\0\x40\x11SQ\0\0" + b"\xff" * 4, b"\xfe\xff\0\xe0" + b"\xff" * 4
    (tmp_path / "a.dcm").write_bytes(head + (sequence + item) * 50_000)
    start = time.monotonic()
    found = scan([tmp_path])
    assert time.monotonic() - start < 5.0
    assert reasons(found) == ["a.dcm: its DICOM header is damaged."]


def test_a_header_of_endless_elements_is_given_up(tmp_path):
    head = make_dicom(tmp_path / "a.dcm", PixelData=None).read_bytes()
    (tmp_path / "a.dcm").write_bytes(head + b"\x09\x80\x01\0LO\0\0" * (1 << 20))
    assert reasons(scan([tmp_path])) == ["a.dcm: its DICOM header is unreasonably long."]


def test_a_header_takes_a_few_milliseconds(tmp_path):
    files = [make_dicom(tmp_path / f"{number}.dcm") for number in range(50)]
    start = time.thread_time()
    scan(files)
    assert (time.thread_time() - start) / len(files) < 0.02


def test_a_dataset_with_hostile_names_stays_plain_text(tmp_path):
    make_dicom(tmp_path / "a.dcm", PatientID="x\x07\ny" + "z" * 500, SeriesDescription="\x1b[31m")
    (exam,) = scan([tmp_path]).exams
    assert exam.patient_id.isprintable()
    assert len(exam.patient_id) <= 200


@pytest.mark.skipif(os.name == "nt", reason="names are always text there")
@pytest.mark.parametrize("name", [b"L-CC\xff", b"L-CC\n2"])
def test_a_file_name_that_is_no_text_is_spelt_out(tmp_path, name):
    good = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name + b".png"))
    picture(good)
    broken = good.with_suffix(".dcm")
    broken.write_bytes(b"\0" * 128 + b"DICM" + b"rubbish rubbish")
    found = scan([tmp_path])
    (problem,) = found.problems
    assert f"{problem.subject}{problem.reason}".isprintable()
    spelt = name.decode("utf-8", "backslashreplace").replace("\\xff", "\\udcff")
    assert problem.subject == f"{spelt}.dcm".replace("\n", "\\n")
    (exam,) = found.exams
    assert len(exam.images) == 1
    exam.images[0].name.encode()
    found = scan([good.rename(good.with_name(good.name.replace("L-CC", "x")))])
    assert all(reason.isprintable() for reason in reasons(found))


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_a_link_that_leads_in_a_circle_is_named_and_the_rest_opens(tmp_path):
    picture(tmp_path / "L-CC.png")
    (tmp_path / "R-CC.png").symlink_to(tmp_path / "R-CC.png")
    found = scan([tmp_path])
    assert [problem.subject for problem in found.problems] == ["R-CC.png"]
    assert len(found.exams[0].images) == 1
