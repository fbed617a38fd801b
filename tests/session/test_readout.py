"""What is read out under the cursor."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from models.exam import L_CC, R_CC
from models.geometry import Orientation
from models.grayscale import Grayscale, LookupTable
from tests.phantoms import COLUMNS, ROWS, make_exam, make_mammogram
from tests.screen import on_screen
from viewer.display.shown import ShownImage
from viewer.session import nipples, placing, transitions
from viewer.session.hands import TURNS
from viewer.session.readout import readout


def reading(*mammograms):
    return on_screen(make_exam(views={mammogram.view: mammogram for mammogram in mammograms}))


def number_after(words, name):
    return float(re.search(rf"{name} (?:≈ )?([\d.]+)", words)[1])


def test_the_readout_tells_pixel_millimetres_and_stored_value():
    stored = Orientation(flip_columns=True)
    mammogram = make_mammogram(L_CC, stored=stored, pixel_spacing_mm=(0.2, 0.1))
    words = readout(reading(mammogram), L_CC, 100.5, 50.5)
    assert words.startswith(f"L CC   row 100  column {COLUMNS - 51}")
    assert f"{100.5 * 0.2:.1f} × {(COLUMNS - 50.5) * 0.1:.1f} mm" in words
    assert f"stored {mammogram.pixels[100, COLUMNS - 51]}" in words
    assert "modality" not in words, "it is the same value"
    assert readout(reading(mammogram), L_CC, -1.0, 5.0) == ""


@pytest.mark.parametrize("point", [(100.0, 50.0), (100.5, 50.5), (100.0, 0.0), (0.0, 399.5)])
@pytest.mark.parametrize("rows", [False, True])
@pytest.mark.parametrize("columns", [False, True])
def test_the_value_told_is_of_the_pixel_told_even_on_the_edge_of_one(point, rows, columns):
    mammogram = make_mammogram(L_CC, stored=Orientation(flip_rows=rows, flip_columns=columns))
    numbers = np.arange(ROWS * COLUMNS, dtype=np.uint32).astype(np.uint16)
    mammogram = replace(mammogram, pixels=numbers.reshape(ROWS, COLUMNS))
    words = readout(reading(mammogram), L_CC, *point)
    told = re.search(r"row (\d+)  column (\d+).*stored (\d+)", words)
    row, column, value = map(int, told.groups())
    assert value == mammogram.pixels[row, column]


def test_no_nipple_is_suggested_where_the_side_is_in_doubt():
    state = reading(make_mammogram(R_CC))
    turned = placing.turned(state, R_CC, *TURNS["turn"])
    assert turned.images[R_CC].doubtful
    assert nipples.suggested(turned) is turned


def test_the_modality_value_is_told_where_it_differs():
    rescaled = Grayscale(bits_stored=12, rescale_slope=-2.0, rescale_intercept=4095.0)
    mammogram = make_mammogram(R_CC, grayscale=rescaled)
    words = readout(reading(mammogram), R_CC, 250.5, 390.5)
    assert f"modality {4095 - 2 * int(mammogram.pixels[250, 390])}" in words
    table = LookupTable(np.array([7, 9], np.uint16), 0, 16)
    by_table = make_mammogram(R_CC, grayscale=Grayscale(bits_stored=12, modality_lut=table))
    assert "modality 9" in readout(reading(by_table), R_CC, 250.5, 390.5)


def test_a_magnified_view_reads_out_millimetres_in_the_breast():
    mammogram = make_mammogram(L_CC, magnification=2.0)
    words = readout(reading(mammogram), L_CC, 100.5, 50.5)
    assert f"{100.5 * 0.05:.1f} × {50.5 * 0.05:.1f} mm in the breast" in words


def test_distances_come_with_the_nipple_and_go_with_it():
    state = reading(make_mammogram(R_CC), make_mammogram(L_CC))
    assert "nipple" not in readout(state, R_CC, 200.0, 200.0)
    assert "chest wall" not in readout(state, R_CC, 200.0, 200.0)
    known = nipples.marked(state, R_CC, 270.0, 60.0)
    words = readout(known, R_CC, 270.0, 260.0)
    assert number_after(words, "nipple") == pytest.approx(20.0)
    assert number_after(words, "chest wall") == pytest.approx(14.0)
    assert "guess" not in words
    assert "nipple" not in readout(known, L_CC, 200.0, 200.0), "of this image only"
    assert "nipple" not in readout(placing.undone(known), R_CC, 200.0, 200.0)
    again = placing.redone(placing.undone(known))
    assert nipples.nipple_of(again, R_CC) == nipples.nipple_of(known, R_CC)
    assert nipples.nipple_of(nipples.forgotten(known, R_CC), R_CC) is None


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
def test_turning_an_image_by_hand_never_tells_another_distance_to_the_wall(turn):
    how, words = turn
    before = reading(make_mammogram(R_CC, patient_orientation=("P", "L")))
    state = nipples.marked(before, R_CC, 270.0, 100.0)
    spot = state.images[R_CC].to_hung.inverse().point(270.5, 260.5)
    turned = placing.turned(state, R_CC, how, words)
    said = readout(turned, R_CC, *turned.images[R_CC].to_hung.point(*spot))
    assert number_after(said, "nipple") == pytest.approx(16.0)
    assert "chest wall 14 mm" in said or turned.images[R_CC].doubtful
    assert ("chest wall" in said) != turned.images[R_CC].doubtful


def test_nothing_is_told_of_a_wall_that_the_file_and_the_pixels_place_apart():
    wrong = replace(make_mammogram(L_CC), view=R_CC, patient_orientation=("P", "L"))
    image = ShownImage.prepare(wrong, doubtful=True)
    state = reading(make_mammogram(L_CC))
    state = transitions.with_read(state, R_CC, image)
    state = nipples.marked(state, R_CC, 270.0, 100.0)
    assert "chest wall" not in readout(state, R_CC, 270.0, 260.0)
    mirrored = placing.turned(state, R_CC, Orientation(flip_columns=True), "mirror")
    assert not mirrored.images[R_CC].doubtful
    assert "chest wall" not in readout(mirrored, R_CC, 270.0, 260.0), "its file is still wrong"


def test_a_suggested_nipple_is_a_guess_until_it_is_accepted():
    state = nipples.suggested(reading(make_mammogram(R_CC), make_mammogram(L_CC)))
    words = readout(state, L_CC, 270.0, 100.0)
    assert "nipple ≈ " in words
    assert "guessed" in words
    sure = nipples.accepted(state, L_CC)
    words = readout(sure, L_CC, 270.0, 100.0)
    assert "≈" not in words
    assert "guessed" not in words
    assert nipples.nipple_of(sure, R_CC).guessed, "the other one stays a guess"
    assert nipples.suggested(sure) is sure


def test_no_nipple_is_suggested_on_an_image_of_air():
    air = make_mammogram(R_CC, pixels=np.zeros((600, 400), np.uint16), truth=())
    state = reading(air)
    assert nipples.suggested(state) is state
    assert "nipple" not in readout(state, R_CC, 100.0, 100.0)


def test_a_nipple_stays_on_its_spot_when_the_image_is_mirrored():
    state = nipples.marked(reading(make_mammogram(R_CC)), R_CC, 270.0, 60.0)
    mirrored = placing.turned(state, R_CC, Orientation(flip_columns=True), "mirror")
    nipple = nipples.nipple_of(mirrored, R_CC)
    assert nipple.hung(mirrored.images[R_CC].mammogram) == (270.0, COLUMNS - 60.0)
    assert isinstance(mirrored.work.now.nipples, MappingProxyType)


def test_a_nipple_is_never_marked_in_air_and_no_guess_is_lost_to_it():
    state = nipples.suggested(reading(make_mammogram(L_CC)))
    for column in (390.0, 10_000.0, -100.0):
        after = nipples.marked(state, L_CC, 270.0, column)
        assert after.message == nipples.IN_AIR
        assert after.work is state.work
    assert nipples.marked(state, L_CC, 10.0, 30.0).work is state.work


def test_accepting_a_suggestion_is_told():
    state = nipples.suggested(reading(make_mammogram(R_CC)))
    assert "Nipple of R CC accepted" in nipples.accepted(state, R_CC).message


def test_moving_a_mark_is_one_thing_to_undo():
    state = nipples.marked(reading(make_mammogram(R_CC)), R_CC, 270.0, 60.0)
    moved = nipples.marked(state, R_CC, 280.0, 70.0)
    for column in (80.0, 90.0):
        moved = nipples.marked(moved, R_CC, 280.0, column, moving=True)
    assert nipples.nipple_of(moved, R_CC).column == 90.0
    assert nipples.nipple_of(placing.undone(moved), R_CC).column == 60.0
