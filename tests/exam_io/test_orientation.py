"""However an image is stored, it hangs the same, or somebody is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.exam import L_CC, R_CC, STANDARD_VIEWS, Laterality, Mammogram, Origin, View
from models.geometry import AS_STORED, Orientation
from models.grayscale import Grayscale, Photometric
from tests.dicom_factory import ORIENTATIONS, breast, make_dicom
from viewer.exam_io.chest_wall import Side, find_chest_wall
from viewer.exam_io.load import assemble, load_image
from viewer.exam_io.orientation import from_pixels, is_wrong_side, remark
from viewer.exam_io.records import ExamRecord, ImageRecord

EIGHT = [
    Orientation(transpose, rows, columns)
    for transpose in (False, True)
    for rows in (False, True)
    for columns in (False, True)
]
OPPOSITE = str.maketrans("APLRFH", "PARLHF")


def record_of(path: Path, view: View, **fields) -> ImageRecord:
    return ImageRecord(path, "a", view.label, view, Origin.ATTRIBUTES, **fields)


def stored_directions(hangs_by: Orientation, along_row: str, along_column: str) -> list[str]:
    """Patient Orientation of a file that hangs when laid by `hangs_by`.

    Worked out from where a step along a stored row or column leads in the hung image.
    """
    to_hung = hangs_by.affine((100, 100))

    def direction(down: float, right: float) -> str:
        letters = along_row if right else along_column
        return letters if down + right > 0 else letters.translate(OPPOSITE)

    return [direction(to_hung.rc, to_hung.cc), direction(to_hung.rr, to_hung.cr)]


def load_stored(
    tmp_path: Path, view: View, hangs_by: Orientation, **attributes
) -> tuple[Mammogram, np.ndarray]:
    hung = breast(view.laterality.value)
    stored = np.ascontiguousarray(hangs_by.inverse().apply(hung))
    path = make_dicom(
        tmp_path / "a.dcm",
        view=view.position.value,
        laterality=view.laterality.value,
        pixels=stored,
        **attributes,
    )
    return load_image(record_of(path, view)), hung


@pytest.mark.parametrize("hangs_by", EIGHT, ids=str)
@pytest.mark.parametrize("view", STANDARD_VIEWS, ids=lambda view: view.name)
def test_all_eight_ways_to_store_a_view_hang_the_same(tmp_path, view, hangs_by):
    directions = ORIENTATIONS[view.laterality.value, view.position.value]
    stated = stored_directions(hangs_by, *directions)
    mammogram, hung = load_stored(tmp_path, view, hangs_by, PatientOrientation=stated)
    np.testing.assert_array_equal(mammogram.orientation.apply(mammogram.pixels), hung)
    assert mammogram.orientation_origin is Origin.ATTRIBUTES
    assert remark(mammogram) == ""


@pytest.mark.parametrize(
    ("view", "stated"),
    [
        (R_CC, ["P", "L"]),
        (L_CC, ["AR", "RF"]),
        (View.from_name("R-MLO"), ["P", "F"]),
        (View.from_name("R-MLO"), ["PF", "LF"]),
        (View.from_name("L-MLO"), ["AF", "R"]),
    ],
)
def test_oblique_directions_are_read_by_the_letters_that_matter(tmp_path, view, stated):
    mammogram, _ = load_stored(tmp_path, view, AS_STORED, PatientOrientation=stated)
    assert mammogram.orientation == AS_STORED
    assert mammogram.orientation_origin is Origin.ATTRIBUTES


@pytest.mark.parametrize("stated", [None, ["P"], ["X", "Y"], ["P", "A"]])
def test_without_a_usable_patient_orientation_the_chest_wall_is_looked_for(tmp_path, stated):
    mirrored = Orientation(flip_columns=True)
    mammogram, hung = load_stored(tmp_path, R_CC, mirrored, PatientOrientation=stated)
    np.testing.assert_array_equal(mammogram.orientation.apply(mammogram.pixels), hung)
    assert mammogram.orientation_origin is Origin.PIXELS
    assert mammogram.orientation_origin.is_guess


def test_an_image_that_was_mirrored_by_its_pixels_is_announced(tmp_path):
    mammogram, _ = load_stored(
        tmp_path, R_CC, Orientation(flip_columns=True), PatientOrientation=None
    )
    exam = assemble(ExamRecord("1", "x", ()), [mammogram])
    assert [problem.reason for problem in exam.problems] == [
        "a.dcm: it is shown mirrored, because as stored its chest wall lies on the wrong side."
    ]


def test_an_image_that_hangs_as_stored_needs_no_announcement(tmp_path):
    mammogram, _ = load_stored(tmp_path, R_CC, AS_STORED, PatientOrientation=None)
    assert mammogram.orientation_origin is Origin.PIXELS
    assert assemble(ExamRecord("1", "x", ()), [mammogram]).problems == ()


@pytest.mark.parametrize("laterality", list(Laterality))
@pytest.mark.parametrize("quarter_turns", [1, 3])
def test_an_image_on_its_side_is_turned_and_never_mirrored(laterality, quarter_turns):
    hung = breast(laterality.value)
    stored = np.rot90(hung, quarter_turns)
    laid = from_pixels(stored, Grayscale(), laterality)
    assert laid is not None
    np.testing.assert_array_equal(laid.apply(stored), hung)


def test_attributes_that_the_pixels_contradict_are_a_problem(tmp_path):
    # The header says that it hangs as stored; the breast lies the other way round.
    path = make_dicom(tmp_path / "a.dcm", laterality="L", pixels=breast("R"))
    mammogram = load_image(record_of(path, L_CC))
    assert mammogram.orientation_origin is Origin.ATTRIBUTES
    (problem,) = assemble(ExamRecord("1", "x", ()), [mammogram]).problems
    assert problem.reason == (
        "a.dcm: it hangs as L CC, with the chest wall on the left, "
        "but the pixels show it on the right."
    )


def test_an_exam_list_decides_before_the_pixels(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", PatientOrientation=None)
    as_listed = load_image(record_of(path, L_CC, flipped=False))
    assert (as_listed.orientation, as_listed.orientation_origin) == (AS_STORED, Origin.LIST)
    mirrored = load_image(record_of(path, L_CC, flipped=True))
    assert mirrored.orientation == Orientation(flip_columns=True)
    assert "but the pixels show it on the right" in remark(mirrored)


def test_an_image_without_a_clear_chest_wall_stays_as_stored_and_says_so(tmp_path):
    noise = np.random.default_rng(3).integers(0, 4000, (96, 64)).astype(np.uint16)
    path = make_dicom(tmp_path / "a.dcm", pixels=noise, PatientOrientation=None)
    mammogram = load_image(record_of(path, L_CC))
    assert (mammogram.orientation, mammogram.orientation_origin) == (AS_STORED, Origin.ASSUMED)
    assert "nothing says how it is to be laid" in remark(mammogram)


def test_the_chest_wall_is_found_in_inverted_images_too():
    stored = 4095 - breast("R")
    inverted = Grayscale(photometric=Photometric.MONOCHROME1, bits_stored=12)
    assert find_chest_wall(stored, inverted) is Side.RIGHT


def test_the_chest_wall_is_found_beneath_a_falling_modality_transform():
    falling = Grayscale(bits_stored=12, rescale_slope=-1.0, rescale_intercept=4095.0)
    assert find_chest_wall(4095 - breast("R"), falling) is Side.RIGHT


def test_labels_and_empty_film_do_not_hide_the_chest_wall():
    film = np.full((200, 220), 40, np.uint16)
    film[10:190, 30:150] = 40 + breast("L", (180, 120))
    film[20:40, 190:210] = 4000  # a lead marker on the air side
    film[0] = 4000  # a scratch
    assert find_chest_wall(film, Grayscale()) is Side.LEFT


@pytest.mark.parametrize("stated", [["A", "R"], None], ids=["stated", "silent"])
@pytest.mark.parametrize("inverted", [False, True])
def test_bright_padding_is_no_tissue(tmp_path, stated, inverted):
    """Pixel Padding Value (0028,0120) may be the brightest there is, all around the breast."""
    inside = breast("L")
    tissue = 4000 - inside if inverted else inside
    padding = 0 if inverted else 4095
    stored = np.where(inside == 0, padding, tissue).astype(np.uint16)
    odd = {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"}
    path = make_dicom(
        tmp_path / "a.dcm",
        pixels=stored,
        PixelPaddingValue=padding,
        PatientOrientation=stated,
        **(odd if inverted else {}),
    )
    mammogram = load_image(record_of(path, L_CC))
    assert mammogram.orientation == AS_STORED
    assert find_chest_wall(stored, mammogram.grayscale) is Side.LEFT
    assert remark(mammogram) == ""
    assert not is_wrong_side(mammogram)


def test_an_image_of_padding_alone_has_no_chest_wall():
    padded = np.full((50, 40), 4095, np.uint16)
    assert find_chest_wall(padded, Grayscale(padding=(4095, 4095))) is None


@pytest.mark.parametrize("level", [0, 1000])
def test_an_even_image_has_no_chest_wall(level):
    assert find_chest_wall(np.full((50, 40), level, np.uint16), Grayscale()) is None


def test_a_tiny_image_has_no_chest_wall_and_does_no_harm():
    assert find_chest_wall(np.ones((1, 1), np.uint16), Grayscale()) is None
