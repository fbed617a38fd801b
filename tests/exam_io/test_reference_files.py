"""Files that nobody on this project made: real, odd and hostile ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.errors import UnsupportedFileError
from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS, Origin
from models.geometry import AS_STORED
from models.grayscale import Photometric, VoiFunction, VoiWindow
from viewer.exam_io.load import load_exam, load_image
from viewer.exam_io.records import ExamRecord, ImageRecord, Scan
from viewer.exam_io.scan import scan

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def dicom_mg(shared) -> Path:
    return shared / "data" / "dicom_mg"


def only_exam(found: Scan) -> ExamRecord:
    assert found.problems == ()
    (exam,) = found.exams
    return exam


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each file is opened by a forked process")
def test_every_malformed_file_leaves_fourview_alive_with_at_most_a_sentence(shared):
    files = sorted(path for path in (shared / "data" / "dicom_malformed").rglob("*.dcm"))
    assert len(files) > 100
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.exam_io.survivor", *map(str, files)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.stderr == ""
    assert [outcome["file"] for outcome in outcomes] == [path.name for path in files]
    assert [outcome for outcome in outcomes if outcome["exit"] != 0] == []
    for outcome in outcomes:
        assert len(outcome["said"]) <= 1, outcome
        for sentence in outcome["said"]:
            assert sentence.startswith(f"{outcome['file']}: "), outcome
            assert sentence.endswith("."), outcome
            assert "\n" not in sentence, outcome
    silent = [outcome for outcome in outcomes if not outcome["said"]]
    assert 50 < len(silent) < len(outcomes)


def test_the_files_of_dicom_mg_become_five_exams(dicom_mg):
    found = scan([dicom_mg])
    assert found.problems == ()
    assert [
        ([image.name for image in exam.images], [image.name for image in exam.set_aside])
        for exam in found.exams
    ] == [
        (["GH133"], []),
        ([], ["MG1_J2KI", "MG1_JPLY"]),
        ([], ["MG_Explicit_Little"]),
        ([], ["OutOfBoundsOverlay"]),
        ([], ["jpeg2k_3d"]),
    ]


def test_the_ge_mammogram_hangs_as_r_mlo_with_all_its_grey_scales(dicom_mg):
    record = only_exam(scan([dicom_mg / "GH133.dcm"]))
    exam = load_exam(record)
    assert (exam.title, exam.date, exam.problems) == ("0000000000", "2015-09-29", ())
    mammogram = exam.mammograms[R_MLO]
    assert (mammogram.view_origin, mammogram.shape) == (Origin.ATTRIBUTES, (3062, 2394))
    assert (mammogram.orientation, mammogram.orientation_origin) == (AS_STORED, Origin.ATTRIBUTES)
    grayscale = mammogram.grayscale
    assert grayscale.photometric is Photometric.MONOCHROME2
    assert (grayscale.presentation_inverse, grayscale.bits_stored) == (False, 12)
    assert grayscale.windows == (
        VoiWindow(2653, 900, VoiFunction.SIGMOID, "NORMAL"),
        VoiWindow(2713, 750, VoiFunction.SIGMOID, "HARDER"),
        VoiWindow(2569, 1050, VoiFunction.SIGMOID, "SOFTER"),
    )
    assert [
        (lut.data.size, lut.first_value, lut.bits, lut.explanation) for lut in grayscale.luts
    ] == [(3447, 625, 12, "NORMAL"), (3016, 1023, 12, "HARDER"), (3887, 203, 12, "SOFTER")]
    assert grayscale.padding == (0, 30)
    assert mammogram.pixel_spacing_mm == (0.09409090909091, 0.09409090909091)
    assert (mammogram.magnification, mammogram.lossy) == (1.0, False)
    assert (int(mammogram.pixels.min()), int(mammogram.pixels.max())) == (0, 3471)
    assert mammogram.description["Model"].startswith("Senographe Essential")


def test_a_lossy_secondary_capture_is_set_aside_but_readable(dicom_mg):
    record = only_exam(scan([dicom_mg / "MG1_J2KI"])).set_aside[0]
    assert (record.title, record.aside) == (
        "L MLO secondary capture",
        "it is a secondary capture",
    )
    mammogram = load_image(record)
    assert (mammogram.shape, mammogram.view) == ((4664, 3064), None)
    assert (mammogram.lossy, mammogram.pixel_spacing_mm) == (True, None)


def test_twelve_bit_jpeg_gets_a_clear_error(dicom_mg):
    record = only_exam(scan([dicom_mg / "MG1_JPLY"])).set_aside[0]
    with pytest.raises(UnsupportedFileError) as caught:
        load_image(record)
    assert str(caught.value) == (
        "MG1_JPLY: its transfer syntax, JPEG Extended (Process 2 and 4), is not supported."
    )


def test_the_spacing_chart_has_the_spacing_of_the_detector(dicom_mg):
    # Nothing tells this magnified chart from a magnified breast, so it must not hang.
    (record,) = only_exam(scan([dicom_mg / "MG_Explicit_Little.dcm"])).set_aside
    assert (record.title, record.view) == ("R CC magnification", R_CC)
    mammogram = load_image(record)
    assert (mammogram.pixel_spacing_mm, mammogram.magnification) == ((0.5, 0.5), 1.5)
    assert mammogram.pixels.dtype == np.uint16


def test_a_stereotactic_view_never_hangs(dicom_mg):
    (record,) = only_exam(scan([dicom_mg / "OutOfBoundsOverlay.dcm"])).set_aside
    assert record.title == "L CC stereo biopsy"
    assert load_image(record).shape == (788, 1318)


def test_tomosynthesis_is_recognised_with_laterality_from_its_functional_groups(dicom_mg):
    (record,) = only_exam(scan([dicom_mg / "jpeg2k_3d.dcm"])).set_aside
    assert (record.title, record.view) == ("L CC tomosynthesis", L_CC)
    assert load_image(record).grayscale.windows == (VoiWindow(512, 512),)


def test_the_published_exam_opens_with_its_truth_on_the_tissue(shared):
    found = scan([shared / "data" / "glam_exam"])
    assert found.problems == ()
    assert [len(exam.problems) for exam in found.exams] == [0, 4, 4, 4]
    exam = load_exam(found.exams[0])
    assert exam.problems == ()
    for view, name in ((R_CC, "0_R-CC"), (R_MLO, "0_R-MLO")):
        mammogram = exam.mammograms[view]
        (truth,) = mammogram.truth
        drawn = cv2.imread(
            str(shared / "data" / "glam_exam" / "segmentation" / f"{name}_benign.png"), 0
        )
        assert np.count_nonzero(truth.mask) == np.count_nonzero(drawn)
        # A lesion lies on tissue; the background of these images is 0.
        assert mammogram.pixels[truth.mask].min() > 0
    assert exam.mammograms[L_CC].truth == exam.mammograms[L_MLO].truth == ()


@pytest.mark.parametrize("folder", ["set-02", "set-05"])
def test_drawn_views_are_told_by_their_names_and_hang_as_stored(shared, folder):
    exam = load_exam(only_exam(scan([shared / "data" / "nhs_four_view" / folder])))
    assert list(exam.mammograms) == list(STANDARD_VIEWS)
    for mammogram in exam.mammograms.values():
        assert (mammogram.orientation, mammogram.orientation_origin) == (AS_STORED, Origin.PIXELS)
    assert exam.problems == ()


def test_an_exam_whose_breasts_all_face_right_is_laid_and_announced(shared):
    exam = load_exam(only_exam(scan([shared / "data" / "density_exam"])))
    assert {view for view, one in exam.mammograms.items() if one.orientation.flip_columns} == {
        R_CC,
        R_MLO,
    }
    assert sorted(problem.subject for problem in exam.problems) == ["R CC", "R MLO"]


@pytest.mark.parametrize("view", [R_CC, L_CC], ids=lambda view: view.name)
def test_mammograms_with_the_chest_wall_on_top_are_turned_and_announced(shared, view):
    files = sorted((shared / "data" / "msynth").glob("*.jpg"))
    assert files
    for path in files:
        record = ImageRecord(path, path.stem, view.label, view, Origin.FILE_NAME)
        exam = load_exam(ExamRecord("1", "x", (record,)))
        mammogram = exam.mammograms[view]
        assert mammogram.orientation.transpose
        laid = mammogram.orientation.apply(mammogram.pixels)
        inside = laid[:, -20:] if view is R_CC else laid[:, :20]
        outside = laid[:, :20] if view is R_CC else laid[:, -20:]
        assert inside.mean() > 2 * outside.mean()
        assert "it is shown turned" in exam.problems[0].reason


def test_film_without_a_view_in_its_name_gets_a_hint(shared):
    found = scan([shared / "data" / "mias_calcs"])
    assert found.exams == ()
    assert len(found.problems) == 6
    assert all("its name says no view" in problem.reason for problem in found.problems)
