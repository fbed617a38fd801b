"""`fourview render` from files to a PNG, its exit codes and its one-sentence errors."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from models.exam import L_CC, L_MLO, R_MLO, STANDARD_VIEWS
from models.results import ExamResult, GlamResult
from tests.dicom_factory import make_dicom
from tests.dicom_factory import make_exam as make_dicom_exam
from tests.export.test_results_reader import MADE, make_view
from tests.phantoms import breast_pixels
from viewer.annotation_file import own_file
from viewer.cli import main
from viewer.exam_io.distinct import image_stem
from viewer.exam_io.load import load_exam
from viewer.exam_io.scan import scan
from viewer.export.maps import write_maps
from viewer.export.png import read_context
from viewer.export.tables import exam_entry, results_document, write_tables


@pytest.fixture
def folder(tmp_path):
    """Four views as 16-bit PNG, named by their views."""
    folder = tmp_path / "exam"
    folder.mkdir()
    for view in STANDARD_VIEWS:
        cv2.imwrite(str(folder / f"{view.name}.png"), breast_pixels(view))
    return folder


@pytest.fixture
def results(folder, tmp_path):
    """An analysis of that folder."""
    out = tmp_path / "results"
    exam = load_exam(scan([folder]).exams[0])
    views = {view: make_view(mammogram) for view, mammogram in exam.mammograms.items()}
    result = ExamResult(exam.exam_id, GlamResult(MADE, views))
    write_tables(out, results_document([exam_entry(exam, result)], []))
    for view, found in views.items():
        image = exam.mammograms[view]
        write_maps(out / "maps" / f"{image_stem(image.name)}.npz", found, image.image_id, MADE)
    return out


def run(*arguments):
    return main(["render", *map(str, arguments)])


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image).astype(int)


def test_a_folder_becomes_a_page_that_knows_itself(folder, tmp_path, capsys):
    out = tmp_path / "page.png"
    assert run(folder, "--out", out, "--size", "640x480") == 0
    assert pixels(out).shape == (480, 640, 3)
    context = read_context(out)
    assert context.layout == "2x2"
    assert context.paths[L_CC] == folder / "L-CC.png"
    assert context.made_on
    assert capsys.readouterr().out == ""


def test_plain_single_and_full_resolution_give_the_stored_breast(folder, tmp_path):
    out = tmp_path / "page.png"
    arguments = ("--layout", "single:L-MLO", "--full-resolution", "--plain")
    assert run(folder, "--out", out, *arguments) == 0
    page = pixels(out)
    stored = breast_pixels(L_MLO)
    assert page.shape == (*stored.shape, 3)
    assert not page[stored == 0].any()
    order = np.argsort(stored[stored > 0].astype(int), kind="stable")
    assert (np.diff(page[..., 0][stored > 0][order]) >= 0).all()


def test_results_are_laid_over_their_images(folder, results, tmp_path):
    bare, marked = tmp_path / "bare.png", tmp_path / "marked.png"
    common = ("--size", "640x480", "--plain")
    assert run(folder, "--out", bare, *common) == 0
    overlays = ("--results", results, "--overlays", "malignant,benign,patches")
    assert run(folder, "--out", marked, *common, *overlays, "--threshold", "0.9") == 0
    assert np.ptp(pixels(bare), axis=2).max() == 0
    assert np.ptp(pixels(marked), axis=2).max() > 100
    assert read_context(marked).made["glam"].files == {"": MADE}
    assert read_context(marked).overlays.threshold == 0.9


def test_missing_maps_still_give_a_page_and_exit_code_1(folder, results, tmp_path, capsys):
    (results / "maps" / "R-MLO.npz").unlink()
    out = tmp_path / "page.png"
    arguments = ("--results", results, "--overlays", "malignant")
    assert run(folder, "--out", out, *arguments) == 1
    assert out.exists()
    assert "R MLO" in capsys.readouterr().err


def test_overlays_without_results_say_what_is_missing(folder, tmp_path, capsys):
    out = tmp_path / "page.png"
    for overlay in ("patches", "calcifications", "masses"):
        assert run(folder, "--out", out, "--overlays", overlay) == 1
        assert "--results" in capsys.readouterr().err


def test_an_overlay_of_a_model_that_was_not_run_is_told(folder, results, tmp_path, capsys):
    """A page without marks would look like one of an exam where nothing was found."""
    overlays = ("--results", results, "--overlays", "patches,masses")
    assert run(folder, "--out", tmp_path / "page.png", *overlays) == 1
    said = capsys.readouterr().err
    assert "Masses: The results are of an analysis without this model." in said
    assert "GLAM" not in said


def test_an_unreadable_view_leaves_its_pane_empty_and_is_named(folder, tmp_path, capsys):
    path = folder / "R-MLO.png"
    path.write_bytes(path.read_bytes()[:3000])
    out = tmp_path / "page.png"
    assert run(folder, "--out", out, "--size", "640x480") == 1
    assert "R-MLO.png" in capsys.readouterr().err
    assert R_MLO not in read_context(out).images


def test_a_file_of_no_exam_that_cannot_be_read_gives_a_page_and_exit_code_1(
    folder, tmp_path, capsys
):
    (folder / "odd.dcm").write_bytes(b"no DICOM at all")
    out = tmp_path / "page.png"
    assert run(folder, "--out", out, "--size", "320x240") == 1
    assert out.exists()
    assert "odd.dcm" in capsys.readouterr().err


def test_a_guess_is_told_but_the_page_is_complete(tmp_path, capsys):
    folder = tmp_path / "mirrored"
    folder.mkdir()
    cv2.imwrite(str(folder / "L-MLO.png"), breast_pixels(L_MLO)[:, ::-1])
    assert run(folder, "--out", tmp_path / "page.png", "--size", "320x240") == 0
    assert "L-MLO.png" in capsys.readouterr().err


def test_an_exam_whose_images_are_all_set_aside_names_each(tmp_path, capsys):
    make_dicom_exam(tmp_path / "raw", PresentationIntentType="FOR PROCESSING")
    assert run(tmp_path / "raw", "--out", tmp_path / "page.png") == 1
    told = capsys.readouterr().err
    assert told.count("meant for processing") == 4


def test_results_of_an_analysis_are_no_exam(folder, results, tmp_path, capsys):
    (results / "visualization").mkdir()
    (results / "visualization" / "L-CC.png").write_bytes((folder / "L-CC.png").read_bytes())
    out = tmp_path / "page.png"
    assert run(results, "--out", out) == 1
    assert "no mammogram was found" in capsys.readouterr().err
    assert run(folder, results, "--out", out, "--size", "320x240") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--layout", "3x3"),
        ("--layout", "single"),
        ("--size", "big"),
        ("--size", "10x10"),
        ("--size", "99999x99999"),
        ("--overlays", "cancer"),
        ("--opacity", "2"),
        ("--threshold", "nan"),
        ("--colours", "rainbow"),
        ("--exam", "elsewhere"),
    ],
)
def test_bad_arguments_give_exit_code_2_and_no_file(folder, tmp_path, arguments, capsys):
    out = tmp_path / "page.png"
    try:
        code = run(folder, "--out", out, *arguments)
    except SystemExit as leaving:
        code = leaving.code
    assert code == 2
    assert not out.exists()
    assert capsys.readouterr().err


def test_several_exams_are_named_and_one_can_be_chosen(folder, tmp_path, capsys):
    second = tmp_path / "second"
    second.mkdir()
    for path in folder.iterdir():
        (second / path.name).write_bytes(path.read_bytes())
    out = tmp_path / "page.png"
    assert run(folder, second, "--out", out) == 2
    told = capsys.readouterr().err
    names = [record.exam_id for record in scan([folder, second]).exams]
    assert all(name in told for name in names)
    assert run(folder, second, "--out", out, "--exam", names[1]) == 0
    assert read_context(out).exam_id == names[1]


def test_nothing_to_draw_gives_exit_code_1(tmp_path, capsys):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run(empty, "--out", tmp_path / "page.png") == 1
    assert "No exam" in capsys.readouterr().err


def test_a_picture_that_cannot_be_written_gives_exit_code_1(folder, tmp_path, capsys):
    (tmp_path / "page.png").mkdir()
    assert run(folder, "--out", tmp_path / "page.png", "--size", "320x240") == 1
    assert "could not be written" in capsys.readouterr().err


def test_the_real_exam_is_drawn_with_its_truth(shared, tmp_path):
    out = tmp_path / "page.png"
    arguments = ("--size", "800x600", "--overlays", "truth", "--plain")
    assert run(shared / "data" / "glam_exam", "--out", out, *arguments) == 0
    page = pixels(out)
    amber = (page[..., 0] > page[..., 2] + 60) & (page[..., 1] > page[..., 2] + 40)
    assert amber[:, :400].any()  # the benign lesion is in the right breast
    assert not amber[:, 400:].any()


def test_a_deidentified_page_and_its_memory_name_nobody(tmp_path, capsys):
    path = make_dicom(
        tmp_path / "exam" / "Doe.dcm", PatientName="Doe^Jane", PatientID="4711", view="CC"
    )
    named, nameless = tmp_path / "named.png", tmp_path / "nameless.png"
    assert run(path.parent, "--out", named) == 0
    assert run(path.parent, "--out", nameless, "--deidentified", "--detail", "full") == 0
    assert (pixels(named) != pixels(nameless)).any()
    assert read_context(named).images
    content = nameless.read_bytes()
    for personal in (b"Doe", b"4711", b"2025", b"ROOM1"):
        assert personal not in content
    assert not read_context(nameless).images
    burned = make_dicom(tmp_path / "burned.dcm", BurnedInAnnotation="YES")
    assert run(burned, "--out", tmp_path / "burned.png", "--deidentified") == 1
    assert "burned-in annotation (0028,0301)" in capsys.readouterr().err
    assert not (tmp_path / "burned.png").exists()


def test_mixed_patients_are_told_and_end_in_exit_code_1(tmp_path, capsys):
    for name, laterality, patient in (("a", "R", "1"), ("b", "L", "2")):
        make_dicom(
            tmp_path / "exam" / f"{name}.dcm",
            laterality=laterality,
            PatientID=patient,
            StudyInstanceUID="1.2.3",
        )
    assert run(tmp_path / "exam", "--out", tmp_path / "page.png") == 1
    assert "Mixed patients" in capsys.readouterr().err
    assert (tmp_path / "page.png").exists()


def test_more_detail_says_more_and_no_detail_still_says_whose_it_is(tmp_path):
    path = make_dicom(tmp_path / "exam" / "a.dcm")
    lit = []
    for detail in ("none", "short", "full"):
        out = tmp_path / f"{detail}.png"
        assert run(path, "--out", out, "--layout", "single:L-CC", "--detail", detail) == 0
        lit.append(np.count_nonzero(pixels(out)[:1000, 1024:].max(axis=2) > 60))
    assert lit[0] < lit[1] < lit[2]
    plain = tmp_path / "plain.png"
    assert run(path, "--out", plain, "--layout", "single:L-CC", "--plain") == 0
    assert lit[0] > np.count_nonzero(pixels(plain)[:1000, 1024:].max(axis=2) > 60)


def test_unusable_templates_of_the_user_are_told_and_the_page_is_made(folder, tmp_path, capsys):
    own = own_file()
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("{}", encoding="utf-8")
    try:
        assert run(folder, "--out", tmp_path / "page.png") == 1
    finally:
        own.unlink()
    assert "annotations.json" in capsys.readouterr().err
    assert (tmp_path / "page.png").exists()


def test_the_prior_hangs_under_the_exam_from_the_command_line(tmp_path, capsys):
    """Rule 14."""
    for date, patient in (("20260618", "now"), ("20240620", "then")):
        make_dicom_exam(
            tmp_path / "in" / patient,
            StudyInstanceUID=f"1.2.{date}",
            StudyDate=date,
            PatientID="P1",
        )
    out = tmp_path / "page.png"
    arguments = (tmp_path / "in", "--exam", "1.2.20260618", "--layout", "2x4", "--out", out)
    assert run(*arguments) == 0
    page = np.asarray(Image.open(out)).astype(int)
    lower = page[page.shape[0] // 2 : -200]
    assert (lower.max(axis=2) > 100).mean() > 0.02
    context = read_context(out)
    assert context.layout == "2x4"
    assert len(context.images) == 8


def test_a_prior_of_somebody_else_stays_off_the_page_and_is_told(tmp_path, capsys):
    """Rule 14: one Patient ID, two people."""
    for date, name in (("20260618", "Doe^Jane"), ("20240620", "Jones^Mary")):
        make_dicom_exam(
            tmp_path / "in" / date,
            StudyInstanceUID=f"1.2.{date}",
            StudyDate=date,
            PatientID="P1",
            PatientName=name,
        )
    out = tmp_path / "page.png"
    arguments = (tmp_path / "in", "--exam", "1.2.20260618", "--layout", "2x4", "--out", out)
    assert run(*arguments) == 1
    said = capsys.readouterr().err
    assert "exam of 2024-06-20 (1.2.20240620) is no prior" in said
    assert "Jones" not in said
    assert len(read_context(out).images) == 4
