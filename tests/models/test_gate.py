"""No number where it would be about something else, or filed under the wrong breast."""

from __future__ import annotations

import dataclasses

import pytest

from models.analysis import analyse
from models.catalog import CARDS, DEMO, DENSITY, GLAM, MASS
from models.exam import L_CC, R_CC, STANDARD_VIEWS
from models.gate import Light, judge
from models.glam.room import GlamRequest
from models.grayscale import Grayscale
from models.runtime import Runtime

SPACED = {"pixel_spacing_mm": (0.07, 0.07)}


@pytest.fixture
def judged(make_mammogram, make_exam):
    """The verdict of a card on one image with these facts."""

    def judge_one(card, **facts):
        image = dataclasses.replace(make_mammogram(L_CC, **SPACED), **facts)
        return judge(card, (image,), make_exam(L_CC))

    return judge_one


@pytest.mark.parametrize("card", [GLAM, MASS], ids=lambda card: card.id)
def test_a_sound_standard_view_is_green(judged, card) -> None:
    verdict = judged(card)
    assert (verdict.light, verdict.reasons) == (Light.GREEN, ())


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"view": None}, "none of the four standard views"),
        ({"aside": "it is meant for processing, not for reading"}, "meant for processing"),
        ({"aside": "it is a spot compression view"}, "spot compression"),
        ({"magnification": 1.8}, "magnified 1.8 times"),
        ({"implant": True}, "implant"),
        ({"doubt": "CHECK THE SIDE: as stored it looks like a right breast"}, "CHECK THE SIDE"),
    ],
)
def test_red_says_why_there_is_no_number(judged, facts, words) -> None:
    for card in CARDS.values():
        verdict = judged(card, **facts)
        assert verdict.light is Light.RED
        assert words in " ".join(verdict.reasons)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"partial": True}, "part of the breast"),
        ({"grayscale": Grayscale(bits_stored=12, measured_inverse=True)}, "contradicts itself"),
        ({"grayscale": Grayscale(bits_stored=8)}, "8 bits of grey"),
        ({"pixel_spacing_mm": (0.2, 0.2)}, "0.2 × 0.2 mm"),
        ({"doubt": "CHECK THE VIEW: two names"}, "CHECK THE VIEW"),
    ],
)
def test_amber_lets_the_number_stand_with_a_caution(judged, facts, words) -> None:
    verdict = judged(GLAM, **facts)
    assert verdict.light is Light.AMBER
    assert words in " ".join(verdict.reasons)


def test_sizes_without_a_spacing_are_said_to_be_in_pixels_by_models_that_measure(judged) -> None:
    assert "in pixels" in judged(MASS, pixel_spacing_mm=None).reasons[0]
    assert judged(GLAM, pixel_spacing_mm=None).light is Light.GREEN


def test_the_worst_light_wins_and_its_reason_comes_first(judged) -> None:
    verdict = judged(GLAM, partial=True, implant=True)
    assert verdict.light is Light.RED
    assert "implant" in verdict.reasons[0]
    assert "part of" in verdict.reasons[1]


def test_density_needs_all_four_views_whole_and_of_one_person(make_mammogram, make_exam) -> None:
    def verdict(*views, alarm: str = "", **facts):
        images = tuple(make_mammogram(view, **{**SPACED, **facts}) for view in views)
        exam = dataclasses.replace(make_exam(*images), alarm=alarm)
        return judge(DENSITY, images, exam)

    assert verdict(*STANDARD_VIEWS).light is Light.GREEN
    three = verdict(*STANDARD_VIEWS[:3])
    assert three.light is Light.RED
    assert "L MLO is missing" in three.reasons[0]
    part = verdict(*STANDARD_VIEWS, partial=True)
    assert part.light is Light.RED
    assert part.reasons[0].startswith("R CC: ")
    assert verdict(*STANDARD_VIEWS, alarm="Two patients.").light is Light.RED


def test_demo_weights_never_read_a_real_image(judged) -> None:
    assert judged(DEMO, is_phantom=True).light is Light.GREEN
    verdict = judged(DEMO)
    assert verdict.light is Light.RED
    assert "choose weights of GLAM" in verdict.reasons[0]


def test_the_gate_stands_before_every_run(make_mammogram, make_exam, small_glam) -> None:
    exam = make_exam(
        make_mammogram(R_CC, implant=True, **SPACED), make_mammogram(L_CC, partial=True, **SPACED)
    )
    result = analyse(exam, [GlamRequest(small_glam)], Runtime("cpu"))
    assert list(result.glam.views) == [L_CC]
    assert "implant" in result.glam.withheld[R_CC]
    assert [problem.subject for problem in result.problems] == ["R CC, GLAM"]
    lights = {view: verdict.light for view, verdict in result.verdicts["glam"].items()}
    assert lights == {R_CC: Light.RED, L_CC: Light.AMBER}
