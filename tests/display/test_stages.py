"""Staged protocols: ours is sound, the user's own takes its place, bad ones are told."""

from __future__ import annotations

import json

import pytest

from models.exam import L_CC, R_CC, STANDARD_VIEWS
from viewer.display import protocols, stages

PROTOCOL = {
    "format": "fourview-stages",
    "version": 1,
    "name": "mine",
    "title": "Mine",
    "stages": [
        {"title": "All", "layout": "1x4"},
        {"title": "Near", "tiled": ["L-CC", "R-CC"], "marks": True},
    ],
}


@pytest.fixture
def write(user_home):
    """Put files into the user's folder of protocols, gone after the test."""
    folder = protocols.own_folder()
    folder.mkdir(parents=True, exist_ok=True)

    def write_stages(file="a.json", **changes):
        (folder / file).write_text(json.dumps({**PROTOCOL, **changes}))
        for cached in (protocols.own, stages.own):
            cached.cache_clear()

    yield write_stages
    for path in folder.glob("*.json"):
        path.unlink()
    for cached in (protocols.own, stages.own):
        cached.cache_clear()


def test_screening_goes_from_the_overview_through_every_view_at_full_size_to_overlays():
    ours = stages.in_force()
    assert [stage.layout for stage in ours.stages] == ["2x2", "cc", "mlo", "", "2x2"]
    assert ours.stages[3].tiled == STANDARD_VIEWS
    assert [stage.marks for stage in ours.stages] == [False, False, False, False, True]


def test_the_users_own_stages_take_the_place_of_ours_and_are_no_layout(write):
    write("b.json", name="second")
    write("a.json")
    own = stages.in_force()
    assert own.name == "mine"
    assert own.stages[1] == stages.Stage("Near", "", (L_CC, R_CC), marks=True)
    assert protocols.own().layouts == ()
    assert protocols.own().problems == ()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"version": 2}, "it is no fourview-stages of version 1"),
        ({"stages": []}, "its stages are no list of 1 to 16"),
        ({"stages": [{"title": "A"}]}, "its stage 1 has not one of layout and tiled"),
        ({"stages": [{"title": "A", "layout": "nine"}]}, "its stage 1 names no layout"),
        ({"stages": [{"title": "A", "layout": "single"}]}, "its stage 1 names no layout"),
        ({"stages": [{"title": "A", "layout": ["2x2"]}]}, "its stage 1 names no layout"),
        (
            {"stages": [{"title": "A", "tiled": ["R-CC", "R-CC"]}]},
            "its stage 1 tiles no list of different views such as R-CC",
        ),
        (
            {"stages": [{"title": "A", "tiled": "R-CC"}]},
            "its stage 1 tiles no list of different views such as R-CC",
        ),
        (
            {"stages": [{"title": "A", "layout": "2x2", "marks": 1}]},
            "its stage 1 has marks that are neither true nor false",
        ),
        ({"stages": [{"title": 3, "layout": "2x2"}]}, "its stage 1: title is no text"),
        ({"speed": 1}, "it has an unknown field 'speed'"),
    ],
)
def test_stages_that_cannot_be_used_are_told_once_and_ours_stay(write, changes, why):
    write(**changes)
    own, told = stages.own()
    assert own is None
    assert [why in problem.reason for problem in told] == [True]
    assert protocols.own().problems == ()
    assert stages.in_force().name == "screening"


def test_a_file_that_is_no_json_is_told_once(write):
    write()
    (protocols.own_folder() / "a.json").write_text("{")
    for cached in (protocols.own, stages.own):
        cached.cache_clear()
    assert len(protocols.own().problems) + len(stages.own()[1]) == 1
