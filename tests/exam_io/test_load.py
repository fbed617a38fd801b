"""Exams are decoded by two threads, view by view, with whatever goes wrong named."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import MappingProxyType

import imagecodecs
import numpy as np
import pytest

from models.errors import Cancelled, Problem, UnreadableFileError
from models.exam import (
    L_CC,
    R_CC,
    R_MLO,
    STANDARD_VIEWS,
    BreastLabels,
    FindingClass,
    Laterality,
    Mammogram,
    Origin,
)
from models.progress import CancelToken
from tests.dicom_factory import breast, make_dicom, make_exam
from viewer.exam_io import load
from viewer.exam_io.load import assemble, load_exam, load_image, load_images, remarks_of
from viewer.exam_io.records import ExamRecord, ImageRecord, MaskFrame, TruthFile
from viewer.exam_io.scan import scan


@pytest.fixture
def record(tmp_path) -> ExamRecord:
    make_exam(tmp_path)
    return scan([tmp_path]).exams[0]


@pytest.fixture
def gate(monkeypatch) -> threading.Event:
    """Every image waits for this before it is decoded."""
    opened = threading.Event()
    decode = load._load_pixels

    def wait_and_decode(image: ImageRecord) -> Mammogram:
        assert opened.wait(10)
        return decode(image)

    monkeypatch.setattr(load, "_load_pixels", wait_and_decode)
    return opened


def test_an_exam_holds_its_views_in_reading_order(record):
    exam = load_exam(record)
    assert list(exam.mammograms) == list(STANDARD_VIEWS)
    assert (exam.exam_id, exam.title, exam.date) == (record.exam_id, "P1", "2025-03-14")
    for view, mammogram in exam.mammograms.items():
        assert (mammogram.view, mammogram.title) == (view, view.label)
        np.testing.assert_array_equal(mammogram.pixels, breast(view.laterality.value))
    assert exam.problems == exam.set_aside == ()


def test_a_view_that_cannot_be_read_is_named_and_the_others_open(record):
    broken = record.images[1].path
    broken.write_bytes(broken.read_bytes()[:-500])
    exam = load_exam(record)
    assert set(exam.mammograms) == set(STANDARD_VIEWS) - {L_CC}
    assert exam.problems == (Problem("L CC", "L_CC.dcm: its pixel data is cut off.", broken),)


def test_a_file_that_has_gone_since_the_scan_is_named(record):
    record.images[0].path.unlink()
    exam = load_exam(record)
    assert [problem.reason for problem in exam.problems] == [
        "R_CC.dcm: no such file or directory."
    ]
    with pytest.raises(UnreadableFileError):
        load_image(record.images[0])


def test_images_set_aside_are_told_but_can_still_be_loaded(tmp_path):
    spot = [("399055006", "SCT", "Spot Compression")]
    make_dicom(tmp_path / "a.dcm", modifiers=spot)
    record = scan([tmp_path]).exams[0]
    exam = load_exam(record)
    assert exam.mammograms == {}
    (told,) = exam.set_aside
    assert (told.subject, told.reason) == (
        "L CC spot compression",
        "a.dcm: it is a spot compression view.",
    )
    image = load_image(record.set_aside[0])
    assert (image.view, image.title) == (None, "L CC spot compression")


def test_labels_and_problems_of_the_record_reach_the_exam():
    labels = MappingProxyType({Laterality.LEFT: BreastLabels(malignant=True)})
    problem = Problem("x", "x: y.")
    exam = assemble(ExamRecord("1", "t", (), labels=labels, problems=(problem,)), [problem])
    assert exam.labels == labels
    assert exam.problems == (problem, problem)


def test_the_view_asked_for_is_decoded_first(record, gate, monkeypatch):
    monkeypatch.setattr(load, "_THREADS", 1)
    gate.set()
    images = load_images(record, first=R_MLO)
    assert [image.view for image in images if isinstance(image, Mammogram)] == [
        R_MLO,
        R_CC,
        L_CC,
        STANDARD_VIEWS[3],
    ]


def test_views_come_as_they_are_ready(record):
    images = load_images(record)
    assert isinstance(next(images), Mammogram)
    assert len(list(images)) == 3


def test_closing_the_generator_leaves_no_work_behind(record):
    images = load_images(record)
    next(images)
    images.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("exam-io")]


def test_stopping_is_noticed_while_a_view_is_being_decoded(record, gate):
    cancel = CancelToken()
    cancel.cancel()
    threading.Timer(0.2, gate.set).start()
    start = time.monotonic()
    with pytest.raises(Cancelled):
        list(load_images(record, cancel))
    assert time.monotonic() - start < 5.0


def test_a_lack_of_memory_is_told_and_not_suffered(record, monkeypatch):
    def exhausted(image: ImageRecord) -> Mammogram:
        raise MemoryError

    monkeypatch.setattr(load, "_load_pixels", exhausted)
    exam = load_exam(record)
    assert [problem.reason for problem in exam.problems] == [
        f"{name}.dcm: there is not enough memory for it."
        for name in ("L_CC", "L_MLO", "R_CC", "R_MLO")
    ]


def write_mask(path: Path, mask: np.ndarray) -> TruthFile:
    path.write_bytes(imagecodecs.png_encode(mask.astype(np.uint8) * np.uint8(255)))
    return TruthFile(FindingClass.MALIGNANT, path, MaskFrame.SOURCE)


def test_a_mask_in_the_source_frame_lies_on_its_pixels(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", laterality="R")
    mask = np.zeros((96, 64), bool)
    mask[10:20, 30:33] = True
    truth = write_mask(tmp_path / "mask.png", mask)
    image = load_image(ImageRecord(path, "a", "R CC", R_CC, Origin.LIST, truth=(truth,)))
    (loaded,) = image.truth
    np.testing.assert_array_equal(loaded.mask, mask)
    assert (loaded.finding, loaded.path) == (FindingClass.MALIGNANT, truth.path)
    assert not loaded.mask.flags.writeable


def test_a_mask_that_does_not_fit_is_a_problem_and_leaves_image_and_other_masks(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", laterality="R")
    small = write_mask(tmp_path / "small.png", np.ones((5, 6), bool))
    good = write_mask(tmp_path / "good.png", np.ones((96, 64), bool))
    gone = TruthFile(FindingClass.BENIGN, tmp_path / "gone.png", MaskFrame.SOURCE)
    image = ImageRecord(path, "a", "R CC", R_CC, Origin.LIST, truth=(small, gone, good))
    exam = load_exam(ExamRecord("1", "t", (image,)))
    assert [truth.path for truth in exam.mammograms[R_CC].truth] == [good.path]
    assert [problem.reason for problem in exam.problems] == [
        "gone.png: no such file or directory.",
        "small.png: the mask has 5 × 6 pixels where 96 × 64 are needed.",
    ]


def test_what_the_pixels_say_is_told_of_one_image_as_of_an_exam(tmp_path):
    mirrored = make_dicom(tmp_path / "a.dcm", laterality="L", pixels=breast("R"))
    mammogram = load_image(scan([mirrored]).exams[0].images[0])
    said = remarks_of(mammogram)
    assert said == Problem(
        "L CC",
        "a.dcm: it hangs as L CC, with the chest wall on the left, "
        "but the pixels show it on the right.",
        mirrored,
    )
    assert assemble(ExamRecord("1", "x", ()), [mammogram]).problems == (said,)


def test_an_image_that_hangs_as_its_pixels_do_gets_no_remark(record):
    assert [remarks_of(load_image(image)) for image in record.images] == [None] * 4


def test_a_failure_that_nobody_foresaw_costs_one_image_and_not_the_exam(record, monkeypatch):
    decode = load._load_pixels

    def fail_once(image: ImageRecord) -> Mammogram:
        if image.view == L_CC:
            raise ZeroDivisionError("a secret")
        return decode(image)

    monkeypatch.setattr(load, "_load_pixels", fail_once)
    exam = load_exam(record)
    assert set(exam.mammograms) == set(STANDARD_VIEWS) - {L_CC}
    assert [problem.reason for problem in exam.problems] == [
        "L_CC.dcm: reading it failed unexpectedly (ZeroDivisionError)."
    ]
