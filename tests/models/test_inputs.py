"""What a model is given of an exam, as far as the gate lets it read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.errors import Cancelled, NotApplicableError
from models.exam import L_CC, R_CC
from models.glam.room import GlamReading, GlamRequest
from models.inputs import inputs_of
from models.runtime import Runtime
from tests.models.conftest import MakeExam, MakeMammogram


def test_every_view_is_told_with_the_very_array_the_network_is_given(
    make_exam: MakeExam, small_glam: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.glam.network import GlobalNetwork

    given: list[np.ndarray] = []
    forward = GlobalNetwork.forward

    def watched(self, image, *rest):  # type: ignore[no-untyped-def]
        given.append(image.numpy().copy())
        return forward(self, image, *rest)

    monkeypatch.setattr(GlobalNetwork, "forward", watched)
    exam, runtime = make_exam(R_CC), Runtime("cpu")
    reading = GlamRequest(small_glam).open()
    (unit,) = reading.units(exam)
    (seen,) = inputs_of(exam, reading, runtime).inputs
    assert given == [], "nothing is asked of a network"
    reading.read(unit, runtime.placement(), runtime, lambda *_: None, lambda: None)
    assert given[0].shape == seen.tensor_shape
    assert np.array_equal(given[0][0, 0], seen.values)


def test_what_the_gate_keeps_from_a_model_is_told_with_its_reason(
    make_exam: MakeExam, make_mammogram: MakeMammogram, small_glam: Path
) -> None:
    exam = make_exam(make_mammogram(R_CC, implant=True), L_CC)
    found = inputs_of(exam, GlamRequest(small_glam).open(), Runtime("cpu"))
    assert [seen.view for seen in found.inputs] == [L_CC]
    assert "implant" in found.withheld[R_CC]
    assert found.failed == {}


def test_a_view_that_cannot_be_prepared_fails_for_itself(
    make_exam: MakeExam, small_glam: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = GlamReading.inputs

    def inputs(self, unit, placement, runtime):  # type: ignore[no-untyped-def]
        if unit.view == R_CC:
            raise NotApplicableError("No breast was found.")
        return whole(self, unit, placement, runtime)

    monkeypatch.setattr(GlamReading, "inputs", inputs)
    found = inputs_of(make_exam(R_CC, L_CC), GlamRequest(small_glam).open(), Runtime("cpu"))
    assert [seen.view for seen in found.inputs] == [L_CC]
    assert found.failed == {R_CC: "No breast was found."}


def test_looking_stops_between_images(make_exam: MakeExam, small_glam: Path) -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        inputs_of(make_exam(R_CC), GlamRequest(small_glam).open(), Runtime("cpu"), stop)


def test_the_shape_is_told_as_the_network_counts(make_exam: MakeExam, small_glam: Path) -> None:
    (seen,) = inputs_of(make_exam(R_CC), GlamRequest(small_glam).open(), Runtime("cpu")).inputs
    assert seen.tensor_shape == (1, 1, 2944, 1920)
