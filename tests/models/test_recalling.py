"""Results of every model come back as they were, for the same images and weights or not at all."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from models.analysis import analyse
from models.cache import ResultCache
from models.exam import L_CC, R_CC, STANDARD_VIEWS, Exam
from models.gate import Light
from models.glam.room import GlamRequest
from models.keeping import to_arrays
from models.microcalcification.room import CalcificationRequest
from models.recalling import recall
from models.results import ExamResult, MadeBy
from models.rooms import room_of
from models.runtime import Runtime
from tests import small_models
from tests.models.conftest import MakeExam, MakeMammogram


@pytest.fixture
def requests(small_glam, tmp_path):
    files = {
        "glam": {"": small_glam},
        "density": {"histogram": small_models.density_histogram(tmp_path)},
        "microcalcification": small_models.calcifications(tmp_path),
        "mass": small_models.masses(tmp_path),
    }
    return [room_of(model).request(each, {"patches": 2}) for model, each in files.items()]


@pytest.fixture
def cache(tmp_path) -> ResultCache:
    return ResultCache(tmp_path / "kept")


@pytest.fixture
def exam(make_exam: MakeExam) -> Exam:
    return make_exam(*STANDARD_VIEWS)


def assert_same(one: ExamResult, other: ExamResult) -> None:
    for model in ("glam", "microcalcification", "mass"):
        before, after = (getattr(each, model) for each in (one, other))
        assert before.withheld == after.withheld
        assert set(before.views) == set(after.views)
        for view, found in before.views.items():
            arrays, again = to_arrays(found), to_arrays(after.views[view])
            assert arrays.keys() == again.keys()
            assert all(np.array_equal(arrays[key], again[key]) for key in arrays)
    assert one.density == other.density or (
        (one.density.probabilities, one.density.withheld)
        == (other.density.probabilities, other.density.withheld)
    )
    assert one.made_by == other.made_by
    assert dict(one.verdicts) == dict(other.verdicts)
    assert one.problems == other.problems


def test_all_models_say_again_what_they_said(exam, requests, cache) -> None:
    before = analyse(exam, requests, Runtime("cpu"), cache=cache)
    assert set(before.made_by) == {"glam", "density", "microcalcification", "mass"}
    assert before.settings["glam"] == {"patches": 2}
    assert before.settings["microcalcification"] == {"seamless": False}
    assert_same(before, recall(exam, before.made_by, cache))


def test_what_the_gate_said_comes_back_with_the_results(
    make_exam: MakeExam, make_mammogram: MakeMammogram, requests, cache
) -> None:
    images = [make_mammogram(view) for view in STANDARD_VIEWS]
    images[0] = replace(images[0], implant=True)
    images[1] = replace(images[1], partial=True)
    exam = make_exam(*images)
    before = analyse(exam, requests, Runtime("cpu"), cache=cache)
    again = recall(exam, before.made_by, cache)
    assert_same(before, again)
    lights = {view: verdict.light for view, verdict in again.verdicts["glam"].items()}
    assert lights[images[0].view] is Light.RED
    assert lights[images[1].view] is Light.AMBER
    assert images[0].view not in again.glam.views
    assert again.density.density is None


def test_what_the_gate_keeps_from_a_model_now_stays_away(exam, requests, cache) -> None:
    """The reader may have said since that an image is of the other side."""
    before = analyse(exam, requests, Runtime("cpu"), cache=cache)
    doubtful = replace(exam.mammograms[R_CC], doubt="CHECK THE SIDE: by hand")
    mammograms = MappingProxyType({**exam.mammograms, R_CC: doubtful})
    again = recall(replace(exam, mammograms=mammograms), before.made_by, cache)
    for found in (again.glam, again.mass, again.microcalcification):
        assert R_CC not in found.views
        assert "CHECK THE SIDE" in found.withheld[R_CC]
    assert L_CC in again.glam.views
    assert again.density.withheld


@pytest.mark.parametrize("model", ["glam", "density", "microcalcification", "mass"])
@pytest.mark.parametrize("part", ["weights", "precision", "role", "id", "settings"])
def test_nothing_of_another_computation_comes_back(exam, requests, cache, model, part) -> None:
    made = analyse(exam, requests, Runtime("cpu"), cache=cache).made_by
    one = made[model]
    role, first = next(iter(one.files.items()))
    changed = {
        "weights": MadeBy({**one.files, role: replace(first, weights_sha256="f" * 64)}),
        "precision": MadeBy({**one.files, role: replace(first, precision="bf16")}),
        "role": MadeBy({**one.files, "another": first}),
        "id": MadeBy({**one.files, role: replace(first, model_id="nobody")}),
        "settings": MadeBy(one.files, {"patches": 1, "seamless": True}),
    }[part]
    if part != "settings":
        changed = replace(changed, settings=one.settings)
    elif model in ("density", "mass"):
        pytest.skip("has no settings")
    assert recall(exam, {**made, model: changed}, cache) is None


def test_all_or_nothing_comes_back(exam, requests, cache, tmp_path) -> None:
    made = analyse(exam, requests, Runtime("cpu"), cache=cache).made_by
    assert recall(exam, {**made, "brightest": made["glam"]}, cache) is None
    next(path for path in (tmp_path / "kept").rglob("*") if path.is_file()).unlink()
    assert recall(exam, made, cache) is None


def test_nothing_of_another_image_comes_back(
    exam, make_exam: MakeExam, make_mammogram: MakeMammogram, requests, cache
) -> None:
    made = analyse(exam, requests, Runtime("cpu"), cache=cache).made_by
    pixels = exam.mammograms[R_CC].pixels.copy()
    pixels[400, 100] += 1
    images = [make_mammogram(view) for view in STANDARD_VIEWS if view != R_CC]
    other = make_exam(*images, make_mammogram(R_CC, pixels=pixels))
    assert recall(other, made, cache) is None


def test_tiles_with_and_without_seams_are_told_apart(make_exam: MakeExam, cache, tmp_path) -> None:
    exam, files = make_exam(R_CC), small_models.calcifications(tmp_path)
    both = [CalcificationRequest(files, seamless) for seamless in (False, True)]
    plain, seamless = (analyse(exam, [each], Runtime("cpu"), cache=cache) for each in both)
    for each in (plain, seamless):
        again = recall(exam, each.made_by, cache).microcalcification.views[R_CC]
        kept = each.microcalcification.views[R_CC]
        assert np.array_equal(again.probability.values, kept.probability.values)
    assert plain.made_by != seamless.made_by


def test_weights_that_are_gone_are_not_needed(make_exam: MakeExam, small_glam, cache) -> None:
    exam = make_exam(R_CC)
    before = analyse(exam, [GlamRequest(small_glam)], Runtime("cpu"), cache=cache)
    small_glam.unlink()
    again = recall(exam, before.made_by, cache)
    assert again.glam.views[R_CC].malignant == before.glam.views[R_CC].malignant
    assert again.glam.provenance == before.glam.provenance
