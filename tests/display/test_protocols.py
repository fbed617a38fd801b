"""Hanging protocols: ours are sound, the user's own are read, bad ones are told."""

from __future__ import annotations

import json

import pytest

from models.errors import UnreadableFileError, UnsupportedFileError
from models.exam import L_CC, R_CC
from viewer.display import protocols
from viewer.display.hanging import LAYOUTS, all_layouts, layout_named
from viewer.display.pane_key import PriorView
from viewer.display.protocols import read_folder, read_protocol

PROTOCOL = {
    "format": "fourview-hanging",
    "version": 1,
    "name": "mine",
    "title": "Mine",
    "rows": 1,
    "columns": 2,
    "tiles": [
        {"view": "L-CC", "exam": "prior", "row": 1, "column": 2},
        {"view": "L-CC", "row": 1, "column": 1},
    ],
}


@pytest.fixture
def write(user_home):
    """Put protocols into the user's folder, gone after the test."""
    folder = protocols.own_folder()
    folder.mkdir(parents=True, exist_ok=True)

    def write_protocol(file="a.json", **changes):
        path = folder / file
        path.write_text(json.dumps({**PROTOCOL, **changes}))
        protocols.own.cache_clear()
        return path

    yield write_protocol
    for path in folder.glob("*.json"):
        path.unlink()
    protocols.own.cache_clear()


def test_the_layouts_of_the_issue_are_there_by_their_keys():
    keys = {layout.key: name for name, layout in LAYOUTS.items()}
    assert [keys[key] for key in "12345678"] == [
        *("2x2", "1x4", "cc", "mlo", "right", "left"),
        *("single", "2x4"),
    ]


def test_currents_hang_over_priors_of_the_same_view():
    """Rule 14."""
    layout = LAYOUTS["2x4"]
    places = {slot.view: (slot.row, slot.column) for slot in layout.slots}
    for view in layout.views[:4]:
        row, column = places[view]
        assert places[PriorView.of(view)] == (row + 1, column)


def test_a_protocol_of_the_users_own_is_a_layout(write):
    write(key="")
    layout = layout_named("mine")
    assert layout.views == (L_CC, PriorView.of(L_CC))
    assert layout.title == "Mine"
    assert list(all_layouts())[-1] == "mine"
    assert R_CC not in layout.views


def test_a_name_or_a_key_of_ours_is_not_taken_away(write):
    write("a.json", key="1")
    write("b.json", name="2x2")
    found = protocols.own()
    assert [(layout.name, layout.key) for layout in found.layouts] == [("mine", "")]
    assert [problem.reason for problem in found.problems] == [
        "Hanging protocol mine: key 1 is taken already; the menu has it without a key.",
        "Hanging protocol 2x2: another one has this name already.",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": 2}, "version 1"),
        ({"name": "../x"}, "name"),
        ({"title": ""}, "title"),
        ({"key": "A"}, "key"),
        ({"key": ["1"]}, "key"),
        ({"rows": 0}, "rows"),
        ({"columns": True}, "columns"),
        ({"tiles": []}, "no tiles"),
        ({"tiles": [{"view": "X-CC", "row": 1, "column": 1}]}, "tile 1"),
        ({"tiles": [{"view": "R-CC", "row": 2, "column": 1}]}, "row from 1 to 1"),
        ({"tiles": [{"view": "R-CC", "exam": "next", "row": 1, "column": 1}]}, "prior"),
        ({"tiles": [{"view": "R-CC", "row": 1, "column": 1}] * 2}, "same view"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_in_a_protocol_is_said_in_one_sentence(tmp_path, changes, said):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({**PROTOCOL, **changes}))
    with pytest.raises(UnsupportedFileError, match=said) as caught:
        read_protocol(path)
    assert str(caught.value).startswith("mine.json: ")
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000, b"x" * 70_000])
def test_a_file_that_is_no_protocol_is_told_and_the_others_are_read(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    (tmp_path / "b.json").write_text(json.dumps(PROTOCOL))
    found = read_folder(tmp_path)
    assert [layout.name for layout in found.layouts] == ["mine"]
    assert [problem.path.name for problem in found.problems] == ["a.json"]


def test_a_protocol_that_is_a_folder_is_told(tmp_path):
    (tmp_path / "a.json").mkdir()
    with pytest.raises(UnreadableFileError):
        read_protocol(tmp_path / "a.json")


def test_no_folder_is_no_problem(tmp_path):
    assert read_folder(tmp_path / "none") == protocols.Protocols()
