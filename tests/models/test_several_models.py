"""Several models in one analysis: each for itself, in one result, under its own name."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from models.analysis import analyse
from models.cache import ResultCache
from models.catalog import GLAM
from models.errors import DeviceError, NotApplicableError, WeightsNotFoundError
from models.exam import L_CC, R_CC
from models.glam.room import GlamRequest
from models.progress import Progress
from models.reading import Unit, identified
from models.results import OwnResult
from models.runtime import Runtime

BRIGHTNESS = dataclasses.replace(GLAM, id="brightness", name="Brightness", weights=())


@dataclass(frozen=True, slots=True)
class Mean:
    value: float


@dataclass
class Brightness:
    """A model that reads a whole exam: the mean of its pixels. It may be told to fail."""

    weights: Path
    fails: bool = False
    reads: int = 0

    card = BRIGHTNESS
    evidence = Mean
    steps = 1
    settings = MappingProxyType({"power": 1})

    def open(self):
        return self

    @property
    def files(self):
        return identified(BRIGHTNESS, {"": self.weights})

    def units(self, exam):
        return (Unit("the exam", tuple(exam.mammograms.values())),)

    def read(self, unit, placement, runtime, begin, pause):
        begin(0, "adding up")
        self.reads += 1
        if self.fails:
            raise NotApplicableError("It is too dark.")
        return Mean(float(np.mean([image.pixels.mean() for image in unit.images])))

    def result(self, found, withheld, made):
        if withheld:
            return OwnResult(made[""], withheld={None: " ".join(withheld.values())})
        (mean,) = found.values()
        return OwnResult(made[""], scores={"mean": mean.value})


@pytest.fixture
def brightness(tmp_path: Path) -> Brightness:
    path = tmp_path / "power.ckpt"
    path.write_bytes(b"1")
    return Brightness(path)


def test_every_model_has_its_place_in_one_result(make_exam, small_glam, brightness) -> None:
    seen: list[Progress] = []
    requests = [GlamRequest(small_glam), brightness]
    result = analyse(make_exam(L_CC, R_CC), requests, Runtime("cpu"), seen.append)
    assert set(result.glam.views) == {L_CC, R_CC}
    found = result.others["brightness"]
    assert found.scores["mean"] > 100
    assert found.provenance.model_name == "Brightness"
    assert set(result.verdicts) == {"glam", "brightness"}
    assert set(result.verdicts["brightness"]) == {None}
    shares = [progress.done / progress.total for progress in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert any("L CC: reading the whole image · GLAM" in each.message for each in seen)


def test_a_model_that_fails_leaves_the_results_of_the_others(
    make_exam, small_glam, brightness, tmp_path
) -> None:
    brightness.fails = True
    missing = Brightness(tmp_path / "gone.ckpt")
    requests = [missing, GlamRequest(small_glam), brightness]
    result = analyse(make_exam(L_CC), requests, Runtime("cpu"))
    assert set(result.glam.views) == {L_CC}
    assert result.others["brightness"].withheld == {None: "It is too dark."}
    gone, dark = result.problems
    assert (dark.subject, dark.reason) == ("Brightness", "It is too dark.")
    assert gone.subject == "Brightness"
    assert "gone.ckpt does not exist" in gone.reason


def test_where_no_model_can_run_the_first_reason_is_raised(make_exam, tmp_path) -> None:
    requests = [Brightness(tmp_path / "gone.ckpt"), GlamRequest(tmp_path / "away.ckpt")]
    with pytest.raises(WeightsNotFoundError, match="gone"):
        analyse(make_exam(L_CC), requests, Runtime("cpu"))


def test_a_device_that_is_missing_is_missing_for_all(make_exam, brightness, small_glam) -> None:
    with pytest.raises(DeviceError, match="cuda:9"):
        analyse(make_exam(L_CC), [brightness, GlamRequest(small_glam)], Runtime("cuda:9"))


def test_every_model_is_kept_by_all_its_images_and_settings(
    make_exam, make_mammogram, brightness, tmp_path
) -> None:
    cache = ResultCache(tmp_path / "kept")
    runtime = Runtime("cpu")
    first = analyse(make_exam(L_CC, R_CC), [brightness], runtime, cache=cache)
    again = analyse(make_exam(L_CC, R_CC), [brightness], runtime, cache=cache)
    assert again.others["brightness"].scores == first.others["brightness"].scores
    assert brightness.reads == 1
    other = np.array(make_mammogram(R_CC).pixels)
    other[300, 300] += 1
    changed = make_exam(make_mammogram(L_CC), make_mammogram(R_CC, pixels=other))
    analyse(changed, [brightness], runtime, cache=cache)
    assert brightness.reads == 2
    brightness.settings = {"power": 2}
    analyse(changed, [brightness], runtime, cache=cache)
    assert brightness.reads == 3


def test_a_problem_names_view_model_and_file(
    make_exam, make_mammogram, small_glam, brightness, tmp_path
) -> None:
    image = make_mammogram(L_CC, implant=True, path=tmp_path / "left.dcm")
    result = analyse(make_exam(image), [GlamRequest(small_glam), brightness], Runtime("cpu"))
    of_view, of_exam = result.problems
    assert (of_view.subject, of_view.path) == ("L CC, GLAM", tmp_path / "left.dcm")
    assert "implant" in of_view.reason
    assert of_exam.subject == "Brightness"
