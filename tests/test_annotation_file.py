"""The user's own templates win, and a broken file of theirs stops nothing."""

from __future__ import annotations

import json

import pytest

from viewer.annotation_file import own_file, read_annotations
from viewer.display.annotations import Corner, Detail


@pytest.fixture
def own():
    path = own_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    yield path
    path.unlink(missing_ok=True)


def test_without_a_file_of_the_user_fourviews_own_words_are_shown():
    annotations, problems = read_annotations()
    assert not problems
    assert annotations.filled(Corner.TOP, Detail.SHORT, {"Institution": "St Anna"})


def test_the_users_own_file_wins(own):
    line = {"corner": "bottom", "detail": "short", "parts": ["dose {Organ dose}"]}
    document = {"format": "fourview-annotations", "version": 1, "lines": [line]}
    own.write_text(json.dumps(document), encoding="utf-8")
    annotations, problems = read_annotations()
    assert not problems
    said = {"Organ dose": "1.5 mGy", "Institution": "St Anna"}
    assert annotations.filled(Corner.BOTTOM, Detail.FULL, said) == (("dose 1.5 mGy",),)
    assert annotations.filled(Corner.TOP, Detail.FULL, said) == ()


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"format": "x"}', b"[" * 100_000])
def test_a_broken_file_is_a_problem_and_our_own_words_stand_in(own, content):
    own.write_bytes(content)
    annotations, (problem,) = read_annotations()
    assert annotations.lines
    assert problem.reason.startswith("annotations.json: ")
    assert problem.reason.endswith("Fourview's own corner text is shown.")
