"""Words stand beside tissue: rule 27 of IHE Mammography Image."""

from __future__ import annotations

from itertools import pairwise

import pytest

from viewer.display.words import Bar, Line, place

LETTER, ROW = 6.0, 10.0
SIZE = (200.0, 300.0)


class Typewriter:
    def width(self, text, *, large):
        return len(text) * LETTER * (1 + large)

    def height(self, *, large):
        return ROW * (1 + large)


def nothing_there(top, bottom):
    return SIZE[1]


def placed(top=(), bottom=(), room=nothing_there, on_left=True, size=SIZE):
    return place(top, bottom, size, on_left=on_left, margin=12.0, room=room, typeface=Typewriter())


def line(*parts, **changes):
    return Line(parts, "#FFFFFF", **changes)


@pytest.mark.parametrize("on_left", [True, False])
def test_rule_27_no_word_lies_on_tissue(on_left):
    """IHE MAMMO rule 27: words go round a breast that bulges in the middle."""

    def bulge(top, bottom):
        worst = min(abs(y - 100.0) for y in (top, bottom, min(max(100.0, top), bottom)))
        return 40.0 + 2.0 * worst

    lines = [line("R CC", large=True, kept=True)]
    lines += [line("first part", "second part", "third") for _ in range(12)]
    found = placed(lines, [line("26 %", "C 2000 W 900", kept=True)], bulge, on_left)
    assert len(found.rows) > 5
    for row in found.rows:
        far = row.x + row.width if on_left else SIZE[1] - row.x
        assert far <= bulge(row.y, row.y + row.height)
        assert not row.on_tissue
        assert row.y + row.height <= SIZE[0]


def test_no_two_rows_overlap_and_the_lines_nearest_the_edges_stay():
    top = [line(f"top {n}") for n in range(30)]
    bottom = [line(f"bottom {n}") for n in range(30)]
    found = placed(top, [*bottom, line("zoom", kept=True)])
    rows = sorted(found.rows, key=lambda row: row.y)
    assert all(a.y + a.height <= b.y for a, b in pairwise(rows))
    words = [row.text for row in rows]
    assert words[0] == "top 0"
    assert words[-1] == "zoom"


def test_a_line_too_long_for_the_air_goes_on_in_the_next_row():
    found = placed([line("abcdef", "ghijkl")], room=lambda *_: 80.0)
    assert [row.text for row in found.rows] == ["abcdef", "ghijkl"]


def test_a_warning_is_parted_between_words_rather_than_written_over_tissue():
    warning = line("Orientation guessed: pixels", kept=True)
    found = placed([warning], room=lambda *_: 100.0)
    assert [row.text for row in found.rows] == ["Orientation", "guessed:", "pixels"]
    assert not any(row.on_tissue for row in found.rows)


def test_over_tissue_only_what_must_not_be_lost_is_written_and_on_a_dark_ground():
    top = [line("R CC", large=True, kept=True), line("Doe", "12", kept=True), line("29 kV")]
    found = placed(top, [line("110 N"), line("1:1", kept=True)], room=lambda *_: 0.0)
    assert [row.text for row in found.rows] == ["R CC", "Doe · 12", "1:1"]
    assert all(row.on_tissue for row in found.rows)


def test_less_important_parts_go_first_and_long_words_are_shortened():
    found = placed([line("29 kV", "80 mAs")], room=lambda top, _: 60.0 if top < 10 else 0.0)
    assert [row.text for row in found.rows] == ["29 kV"]
    found = placed([line("a long institution")], room=lambda top, _: 100.0)
    (row,) = found.rows
    assert row.text.endswith("…")
    assert row.width <= 100.0 - 12.0


def test_a_number_is_told_whole_or_not_at_all():
    """`organ dose 1.3…` would tell another dose than 1.39 mGy."""
    dose = line("organ dose 1.39 mGy", "29 kV")
    for width in range(20, 200, 5):
        found = placed([], [dose], room=lambda *_, width=width: float(width))
        words = " · ".join(row.text for row in found.rows)
        assert words in ("", "29 kV", "organ dose 1.39 mGy", "organ dose 1.39 mGy · 29 kV")
    assert words.endswith("29 kV"), "all of it where there is room"


def test_no_letter_is_left_alone():
    born = line("born 1959-05-04", "67 y", "F")
    told = set()
    for width in range(20, 300, 5):
        found = placed([], [born], room=lambda *_, width=width: float(width))
        told.add(" · ".join(row.text for row in found.rows))
    assert "F" not in told
    assert told >= {"", "67 y · F", "born 1959-05-04 · 67 y · F"}


def test_whose_image_it_is_goes_on_in_the_next_rows():
    born = line("born 1977-03-02", "49 y", "F")
    found = placed([born], room=lambda *_: 90.0)
    assert [row.text for row in found.rows] == ["born", "1977-03-02"]
    who = line("Rosalind Franklin", "1.2.840.113564.99.1", "2026-06-18", kept=True)
    found = placed([who], room=lambda *_: 0.0, size=(200.0, 84.0))
    rows = [row.text for row in found.rows]
    assert "".join(rows).replace(" ", "") == who.text.replace(" ", ""), "nothing of it is lost"
    assert all(row.width <= 60.0 for row in found.rows)
    low = placed([who], room=lambda *_: 0.0, size=(38.0, 84.0))
    assert [row.text for row in low.rows] == ["Rosalind", "Franklin"]


def test_a_warning_of_several_parts_is_parted_between_them_first():
    found = placed([line("PHANTOM", "QC IMAGE", kept=True)], room=lambda *_: 70.0)
    assert [row.text for row in found.rows] == ["PHANTOM", "QC IMAGE"]
    found = placed([line("PHANTOM", "QUALITY CONTROL", kept=True)], room=lambda *_: 75.0)
    assert [row.text for row in found.rows] == ["PHANTOM ·", "QUALITY", "CONTROL"]


def test_a_scale_bar_stands_above_the_last_line_with_its_words_above_it():
    found = placed([], [line("size"), Bar("50 mm", 90.0), line("zoom", kept=True)], on_left=False)
    words = {row.text: row for row in found.rows}
    assert words["size"].y < words["50 mm"].y < found.bar.y < words["zoom"].y
    assert found.bar.x + found.bar.length == SIZE[1] - 12.0


def test_in_a_low_pane_the_name_comes_first():
    found = placed([line("R CC", kept=True)], [line("zoom", kept=True)], size=(28.0, 300.0))
    assert [row.text for row in found.rows] == ["R CC"]
