"""All views of a phantom exam share one window, and no lesion moves it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from models.exam import L_CC, R_CC, STANDARD_VIEWS, FindingClass, View
from models.grayscale import VoiFunction
from models.phantom.exam import PhantomView
from models.phantom.plan import ExamPlan
from tests.phantom_io.factory import make_study, small_view
from viewer.phantom_io.folder import write_exams
from viewer.phantom_io.window import window_of


def healthy_view(view: View) -> PhantomView:
    """A small breast without the bright spot that it has otherwise."""
    drawn = small_view(ExamPlan(3, "c"), view)
    return replace(drawn, pixels=np.minimum(drawn.pixels, 2400))


HEALTHY = [healthy_view(view) for view in STANDARD_VIEWS]


def with_lesion(view: PhantomView) -> PhantomView:
    """A tenth of the breast as bright as can be, and stated to be a lesion."""
    pixels = view.pixels.copy()
    mask = np.zeros(pixels.shape, bool)
    mask[pixels.shape[0] // 2 :][: pixels.shape[0] // 12] = True
    mask &= pixels > 0
    pixels[mask] = 4095
    return replace(view, pixels=pixels, masks={FindingClass.MALIGNANT: mask})


def test_a_lesion_does_not_sway_the_window() -> None:
    center, width = window_of(HEALTHY)
    for ill in ([with_lesion(HEALTHY[0]), *HEALTHY[1:]], [with_lesion(one) for one in HEALTHY]):
        found = window_of(ill)
        assert found == pytest.approx((center, width), abs=0.1 * width)
    unmasked = [replace(with_lesion(one), masks={}) for one in HEALTHY]
    assert window_of(unmasked)[1] > 1.2 * width


def test_the_window_takes_in_the_healthy_breast_and_leaves_room_for_what_is_brighter() -> None:
    center, width = window_of(HEALTHY)
    tissue = np.concatenate([one.pixels[one.pixels > 0] for one in HEALTHY])
    assert center - width / 2 < np.percentile(tissue, 5)
    assert center + width / 2 > tissue.max() + 0.1 * width


@pytest.mark.parametrize("function", [VoiFunction.LINEAR, VoiFunction.SIGMOID])
def test_every_file_of_an_exam_states_the_same_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: VoiFunction
) -> None:
    def draw(_: ExamPlan, view: View) -> PhantomView:
        drawn = healthy_view(view)
        if view == R_CC:
            return replace(drawn, pixels=drawn.pixels // 2)
        return with_lesion(drawn) if view == L_CC else drawn

    monkeypatch.setattr("viewer.phantom_io.folder.draw_view", draw)
    write_exams(tmp_path / "out", [make_study(voi_function=function)])
    files = [dcmread(path) for path in sorted((tmp_path / "out").glob("*.dcm"))]
    assert len(files) == 4
    assert len({(*one.WindowCenter, *one.WindowWidth) for one in files}) == 1


def test_an_exam_of_nothing_but_air_still_has_a_window() -> None:
    empty = [replace(one, pixels=np.zeros_like(one.pixels)) for one in HEALTHY]
    assert window_of(empty)[1] >= 1
