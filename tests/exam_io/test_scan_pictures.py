"""Pictures become exams by their names, and what Fourview made itself is never one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from models.exam import STANDARD_VIEWS, Origin
from tests.exam_io.list_factory import picture, reasons
from viewer.exam_io.scan import scan
from viewer.export.png import write_png
from viewer.export.tables import results_document, write_tables


def test_four_pictures_of_a_folder_are_an_exam(tmp_path):
    for name in ("lcc", "R_CC", "LEFT_MLO", "mlo_right"):
        picture(tmp_path / "set-02" / f"{name}.png")
    for name in ("lcc", "rcc", "lmlo", "rmlo"):
        picture(tmp_path / "set-05" / f"{name}.png")
    second = scan([tmp_path]).exams[1]
    assert (second.exam_id, second.title) == ("set-05", "set-05")
    assert [image.view for image in second.images] == list(STANDARD_VIEWS)
    assert {image.view_origin for image in second.images} == {Origin.FILE_NAME}


def test_the_folder_images_gives_way_to_the_one_around_it(tmp_path):
    picture(tmp_path / "case 7" / "images" / "L-CC.png")
    assert scan([tmp_path]).exams[0].title == "case 7"


def test_exams_of_one_folder_are_told_apart_by_the_rest_of_the_name(tmp_path):
    for index in (0, 1):
        for view in STANDARD_VIEWS:
            picture(tmp_path / "set" / f"{index}_{view.name}.png")
    picture(tmp_path / "set" / "2_L-CC.png")
    found = scan([tmp_path])
    assert [(exam.title, len(exam.images)) for exam in found.exams] == [
        ("set 0", 4),
        ("set 1", 4),
        ("set 2", 1),
    ]
    assert found.exams[1].images[0].name == "1_R-CC"
    assert all(exam.problems == () for exam in found.exams)


def test_four_views_with_nothing_else_in_common_are_an_exam_that_says_so(tmp_path):
    for number, view in enumerate(STANDARD_VIEWS):
        picture(tmp_path / "set" / f"{1000 + number}_{view.name}.png")
    (exam,) = scan([tmp_path]).exams
    assert len(exam.images) == 4
    assert exam.problems[0].reason == (
        "set: apart from the view the names differ; they may be different people."
    )


def test_two_views_of_different_names_are_never_put_together(tmp_path):
    picture(tmp_path / "set" / "anna_L-CC.png")
    picture(tmp_path / "set" / "berta_R-CC.png")
    assert [len(exam.images) for exam in scan([tmp_path]).exams] == [1, 1]


def test_pictures_whose_name_says_no_view_get_a_hint(tmp_path):
    picture(tmp_path / "mdb209.png")
    found = scan([tmp_path])
    assert found.exams == ()
    assert reasons(found) == [
        "mdb209.png: its name says no view; names such as L-CC or right_mlo do."
    ]


def test_pictures_without_a_view_beside_an_exam_are_set_aside(tmp_path):
    for view in STANDARD_VIEWS:
        picture(tmp_path / f"{view.name}.png")
    for name in ("overview", "L-CC_spot", "L-CC_mask"):
        picture(tmp_path / f"{name}.png")
    picture(tmp_path / "L-CC.tif")
    (exam,) = scan([tmp_path]).exams
    assert len(exam.images) == 4
    assert {image.path.name: image.aside for image in exam.set_aside} == {
        "overview.png": "its name says no view; names such as L-CC or right_mlo do",
        "L-CC_spot.png": "its name speaks of spot compression",
        "L-CC_mask.png": "its name says that it shows annotations",
        "L-CC.tif": "it is another L CC beside L-CC.png",
    }


def test_a_name_that_two_pictures_share_is_never_put_together_with_another(tmp_path):
    for name in ("anna_L-CC", "anna_R-CC", "berta_L-MLO", "berta_R-MLO"):
        picture(tmp_path / "two" / f"{name}.png")
    for name in ("anna_L-CC", "anna_R-CC", "berta_L-MLO", "carla_R-MLO"):
        picture(tmp_path / "three" / f"{name}.png")
    exams = scan([tmp_path]).exams
    assert [(exam.title, len(exam.images)) for exam in exams] == [
        ("three anna", 2),
        ("three berta", 1),
        ("three carla", 1),
        ("two anna", 2),
        ("two berta", 2),
    ]


def own_pictures(folder: Path) -> list[Path]:
    """What Fourview writes: a page, and pictures of each form that name their software."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = [folder / f"{view.name}.png" for view in STANDARD_VIEWS]
    write_png(pages[0], np.zeros((40, 30, 3), np.uint8), {"format": "fourview-page"})
    itxt, text, split = PngInfo(), PngInfo(), PngInfo()
    itxt.add_itxt("Software", "Fourview 1.0")
    text.add_text("Software", "Fourview 1.0")
    split.add_text("Title", "x" * 5000)
    split.add_itxt("Software", "Fourview 1.0", "en", "Programm")
    for path, info in zip(pages[1:], (itxt, text, split), strict=True):
        Image.new("L", (30, 40)).save(path, pnginfo=info)
    return pages


def test_pictures_that_fourview_made_are_passed_over_in_a_folder(tmp_path):
    own_pictures(tmp_path / "out")
    picture(tmp_path / "case" / "L-CC.png")
    found = scan([tmp_path])
    assert [exam.title for exam in found.exams] == ["case"]
    assert found.problems == ()


def test_a_picture_that_fourview_made_is_refused_by_name(tmp_path):
    for path in own_pictures(tmp_path):
        assert reasons(scan([path])) == [
            f"{path.name}: it is a picture that Fourview made, not a mammogram."
        ]
    path.with_name("exams.csv").write_text(f"exam,view,image\n1,{path.stem},{path.name}\n")
    (exam,) = scan([tmp_path]).exams
    assert exam.images == ()
    assert "a picture that Fourview made" in exam.problems[0].reason


def test_pictures_that_name_another_program_are_mammograms(tmp_path):
    for view, words in zip(STANDARD_VIEWS, ("GIMP", "Made for Fourview", "", "four"), strict=True):
        info = PngInfo()
        info.add_itxt("Software", words)
        info.add_text("Comment", "fourview\0 Fourview 1.0")
        Image.new("L", (30, 40)).save(tmp_path / f"{view.name}.png", pnginfo=info)
    assert len(scan([tmp_path]).exams[0].images) == 4


def test_the_results_of_an_analysis_are_not_searched_but_what_lies_beside_them_is(tmp_path):
    picture(tmp_path / "out" / "L-CC.png")
    picture(tmp_path / "out" / "visualization" / "R-CC.png")
    picture(tmp_path / "maps" / "R-CC.png")
    write_tables(tmp_path / "out", results_document([], []))
    found = scan([tmp_path])
    assert [(exam.title, len(exam.images)) for exam in found.exams] == [("maps", 1), ("out", 1)]


def test_somebody_elses_results_hide_nothing(tmp_path):
    picture(tmp_path / "visualization" / "R-CC.png")
    (tmp_path / "results.json").write_text('{"software": "Threeview"}', encoding="utf-8")
    assert len(scan([tmp_path]).exams) == 1
