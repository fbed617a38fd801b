"""Memory for decoded images: counted once, the oldest let go first."""

from __future__ import annotations

from models.exam import L_CC, R_CC
from models.geometry import Orientation
from tests.phantoms import make_exam, make_mammogram
from viewer.display.shown import ShownImage
from viewer.session.loaded import LoadedExams, bytes_of


def image(view=L_CC, **changes):
    return ShownImage.prepare(make_mammogram(view, rows=512, columns=256, **changes))


def loaded(cap_bytes, *names):
    exams = LoadedExams(cap_bytes)
    for name in names:
        exams.begin(name)
        exams[name].items.append(image())
        exams[name].exam = make_exam(name)
    return exams


def test_pixels_that_image_and_pyramid_share_are_counted_once():
    upright = image()
    assert 512 * 256 * 2 * 1.3 <= bytes_of(upright) < 512 * 256 * 2 * 2.5
    turned = image(R_CC, stored=Orientation(transpose=True))
    assert bytes_of(turned) >= bytes_of(upright) + 512 * 256 * 2, "as stored, and as hung"


def test_the_oldest_go_first_and_the_one_on_the_screen_never():
    one = bytes_of(image())
    exams = loaded(3 * one, "a", "b", "c", "d", "e")
    exams.use("b")
    exams.make_room("b")
    assert [name in exams for name in "abcde"] == [False, True, False, True, True]
    exams.cap_bytes = 0
    exams.make_room("b")
    assert [name in exams for name in "abcde"] == [False, True, False, False, False]


def test_room_is_made_for_one_more():
    one = bytes_of(image())
    exams = loaded(2 * one, "a", "b", "c")
    exams.make_room("c")
    assert [name in exams for name in "abc"] == [False, True, True]


def test_an_exam_that_is_being_read_keeps_its_place():
    exams = loaded(0, "a", "b")
    exams.begin("c")
    exams.make_room("b")
    assert [name in exams for name in "abc"] == [False, True, True]
