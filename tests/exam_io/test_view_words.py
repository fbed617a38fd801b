"""Views in file names and descriptions."""

from __future__ import annotations

import pytest

from models.exam import L_CC, L_MLO, R_CC, R_MLO, ViewPosition
from viewer.exam_io.view_words import read_words


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("L-CC", L_CC),
        ("lcc", L_CC),
        ("R_MLO", R_MLO),
        ("0_R-MLO", R_MLO),
        ("P_00001_LEFT_CC", L_CC),
        ("A_0040_1.RIGHT_MLO", R_MLO),
        ("mlo_right", R_MLO),
        ("MLOleft", L_MLO),
        ("cc-l", L_CC),
        ("rightCC", R_CC),
        ("20586908_6c613a14b80a8591_MG_R_CC_ANON", R_CC),
        ("lmlo1", L_MLO),
    ],
)
def test_a_view_is_found_in_any_case_and_punctuation(text, view):
    assert read_words(text).view == view


@pytest.mark.parametrize(
    "text", ["flccx", "mdb209", "P100_Dhetero_L7.0_X4.08e09", "L_CC_R", "LCC_RMLO", "accl", ""]
)
def test_no_view_is_found_in_part_of_a_word_or_where_two_are_said(text):
    assert read_words(text).view is None


def test_a_lone_letter_counts_only_beside_the_view():
    assert read_words("L_case_CC").laterality is None
    assert read_words("case_L_CC").laterality is not None
    assert read_words("L_case_CC").position is ViewPosition.CC


def test_the_rest_tells_exams_of_one_folder_apart():
    assert read_words("0_L-CC").rest == read_words("0_R-MLO").rest == "0"
    assert read_words("1_L-CC").rest == "1"
    assert read_words("lcc").rest == ""


@pytest.mark.parametrize(
    "text", ["R CC ID", "lmlo-id", "Implant Displaced L CC", "L_CC implant_displaced"]
)
def test_a_displaced_implant_is_recognised_by_its_phrase_and_its_letters(text):
    assert read_words(text).special == "implant displaced"


@pytest.mark.parametrize(
    "text",
    [
        "ID 4711 L CC",
        "L_CC_id_4711",
        "patient id L CC",
        "implant L CC",
        "displaced L CC",
        "implant not displaced",
    ],
)
def test_an_identifier_or_an_implant_in_place_is_nothing_special(text):
    assert read_words(text).special == ""


def test_special_views_and_masks_are_recognised():
    assert read_words("LCC_spot_mag").special == "spot compression magnification"
    assert read_words("0_R-CC_benign").is_mask
    assert not read_words("0_R-CC").is_mask
