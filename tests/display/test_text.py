"""Words fit where they are put."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.display.colours import TEXT, bgr
from viewer.display.text import (
    UNWRITTEN,
    draw_text,
    line_height,
    shortened,
    text_width,
    wrapped,
    writable,
)


def columns_of(canvas):
    return np.flatnonzero(canvas.any(axis=(0, 2)))


@pytest.mark.parametrize(("anchor", "x"), [("l", 20), ("m", 100), ("r", 180)])
def test_words_stand_on_their_anchor_and_within_their_line(anchor, x):
    canvas = np.zeros((60, 200, 3), dtype=np.uint8)
    draw_text(canvas, "R CC", 10, x, 18, TEXT, anchor=anchor)
    found, width = columns_of(canvas), text_width("R CC", 18)
    start = x - {"l": 0, "m": width / 2, "r": width}[anchor]
    assert found.min() >= start - 1
    assert found.max() <= start + width + 1
    rows = np.flatnonzero(canvas.any(axis=(1, 2)))
    assert rows.min() >= 10
    assert rows.max() < 10 + line_height(18)
    assert tuple(canvas.reshape(-1, 3).max(axis=0)) == bgr(TEXT)


def test_words_beyond_the_edge_are_clipped():
    canvas = np.zeros((20, 30, 4), dtype=np.uint8)
    for y, x in ((-8, -10), (15, 25), (500, 500), (-500, 0)):
        draw_text(canvas, "clipped", y, x, 14, TEXT, halo=True)
    assert (canvas[..., :3] <= canvas[..., 3:]).all()


def test_long_words_are_shortened_to_their_room():
    text = "1.2.840.113619.2.66.2158408118.16050010109105933"
    short = shortened(text, 13, 120)
    assert short.endswith("…")
    assert text.startswith(short[:-1])
    assert text_width(short, 13) <= 120
    assert shortened("R CC", 13, 120) == "R CC"


@pytest.mark.parametrize("text", ["two\nlines", "nul\0", "lone \udcff surrogate", "乳房撮影", ""])
def test_no_exams_name_can_stop_a_page(text):
    canvas = np.zeros((40, 200, 3), dtype=np.uint8)
    draw_text(canvas, shortened(text, 14, 150), 5, 5, 14, TEXT, halo=True)
    assert canvas.any() == bool(text)
    assert not canvas[30:].any()


def test_words_are_wrapped_into_rows_of_their_room_and_none_is_lost():
    text = "No prior: no earlier exam of this patient is open"
    rows = wrapped(text, 13, 120)
    assert len(rows) > 1
    assert " ".join(rows) == text
    assert all(text_width(row, 13) <= 120 for row in rows)
    assert wrapped(text, 13, 1000) == [text]


NAMES = ["Müller", "Łukasz Wałęsa", "Nováková Žaneta", "Şahin İpek", "Nguyễn Thị Hạnh", "Ǻse Øst"]
OTHERS = ["Достоевский Фёдор", "Παπαδόπουλος Γιώργος", "Ђорђе Љиљана", "12 mm² 3 × 4 µm 5° – 6…"]


@pytest.mark.parametrize("name", NAMES + OTHERS)
def test_names_in_latin_greek_and_cyrillic_writing_are_written_as_they_are(name):
    assert writable(name) == name
    canvas = np.zeros((40, 500, 3), dtype=np.uint8)
    boxes = canvas.copy()
    draw_text(canvas, name, 5, 5, 16, TEXT)
    draw_text(boxes, UNWRITTEN * len(name), 5, 5, 16, TEXT)
    assert canvas.any()
    assert not np.array_equal(canvas, boxes)


def test_every_letter_of_a_name_looks_like_itself():
    pictures = set()
    letters = "uüúůűaáàâäãåąăcčćçeéèêëęěnñńňoóòôöõőøsśšşzźžżlłЖжФфЯяΩωΨψ"
    for letter in letters:
        canvas = np.zeros((40, 40, 3), dtype=np.uint8)
        draw_text(canvas, letter, 5, 5, 20, TEXT)
        pictures.add(canvas.tobytes())
    assert len(pictures) == len(letters)


def test_a_letter_and_its_mark_are_the_letter_with_the_mark():
    assert writable("Mu\u0308ller") == "Müller"
    assert text_width("Mu\u0308ller", 13) == text_width("Müller", 13)


def test_what_cannot_be_written_is_seen_to_be_missing():
    assert writable("山田^A") == f"{UNWRITTEN * 2}^A"
    assert writable("a\u00a0b\u2009c") == "a b c"
    assert text_width("山田", 16) == 2 * text_width(UNWRITTEN, 16) > 0


def test_words_lie_alike_wherever_a_picture_begins():
    whole = np.zeros((60, 200, 3), dtype=np.uint8)
    draw_text(whole, "R CC 12", 10.5, 100.5, 14, TEXT, anchor="m", halo=True)
    for top, left in ((0, 1), (3, 0), (1, 31)):
        part = np.zeros((60 - top, 200 - left, 3), dtype=np.uint8)
        draw_text(part, "R CC 12", 10.5 - top, 100.5 - left, 14, TEXT, anchor="m", halo=True)
        assert np.array_equal(part, whole[top:, left:])
