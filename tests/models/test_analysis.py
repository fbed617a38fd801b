"""A whole exam: results on the anatomy, progress, stopping, failing views, kept results."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch

from models import runtime as runtime_module
from models.analysis import analyse
from models.cache import ResultCache
from models.errors import (
    Cancelled,
    DeviceError,
    WeightsMismatchError,
    WeightsNotFoundError,
    WeightsUnreadableError,
)
from models.exam import L_CC, R_CC, R_MLO, FindingClass
from models.geometry import Orientation
from models.glam import predictor
from models.glam.room import GlamRequest
from models.grayscale import Grayscale, VoiWindow
from models.progress import CancelToken, Progress
from models.results import GlamResult
from models.runtime import Device, Runtime
from tests import glam_recipe
from tests.models.conftest import MakeExam, MakeMammogram

EIGHT_WAYS = [Orientation(*flags) for flags in itertools.product((False, True), repeat=3)]


def glam_of(exam, weights: Path, patches: int = 1, **settings) -> GlamResult:
    result = analyse(exam, [GlamRequest(weights, patches)], Runtime("cpu"), **settings).glam
    assert result is not None
    return result


@pytest.mark.parametrize("view", [L_CC, R_MLO])
def test_however_a_breast_is_stored_scores_are_equal_and_marks_lie_on_the_same_tissue(
    make_mammogram: MakeMammogram, make_exam: MakeExam, small_glam: Path, view
) -> None:
    runtime, request = Runtime("cpu"), GlamRequest(small_glam, 2)
    reference = None
    for orientation in EIGHT_WAYS:
        mammogram = make_mammogram(view, orientation)
        found = analyse(make_exam(mammogram), [request], runtime).glam.views[view]
        hung = [orientation.apply(found.saliency.in_source(each)) for each in FindingClass]
        to_hung = orientation.affine(mammogram.shape)
        boxes = [to_hung.box(patch.box) for patch in found.patches]
        if reference is None:
            reference = (found, hung, boxes)
            assert hung[0].shape == (760, 540)
            assert not np.array_equal(hung[0], hung[0][:, ::-1])
            assert not np.array_equal(hung[0], hung[0][::-1])
            continue
        assert (found.benign, found.malignant) == (reference[0].benign, reference[0].malignant)
        assert np.array_equal(found.saliency_patches, reference[0].saliency_patches)
        assert all(map(np.array_equal, hung, reference[1]))
        assert boxes == reference[2]


def test_the_map_to_stored_pixels_leads_back(
    make_mammogram: MakeMammogram, make_exam: MakeExam, small_glam: Path
) -> None:
    points = np.random.default_rng(1).random((50, 2)) * (736, 480)
    for orientation in EIGHT_WAYS[1::3]:
        exam = make_exam(make_mammogram(R_MLO, orientation))
        to_source = glam_of(exam, small_glam).views[R_MLO].saliency.grid_to_source
        back = to_source.inverse().points(to_source.points(points))
        assert np.abs(back - points).max() < 1e-9


def test_a_left_and_a_mirrored_right_breast_get_the_same_scores(
    make_exam: MakeExam, small_glam: Path
) -> None:
    views = glam_of(make_exam(L_CC, R_CC), small_glam).views
    assert views[L_CC].malignant == views[R_CC].malignant
    assert views[L_CC].patches[0].box.column != views[R_CC].patches[0].box.column


def test_windows_and_luts_leave_every_score_unchanged(
    make_mammogram: MakeMammogram, make_exam: MakeExam, small_glam: Path
) -> None:
    plain = glam_of(make_exam(L_CC), small_glam).views[L_CC]
    windowed = make_mammogram(
        grayscale=Grayscale(
            bits_stored=12,
            windows=(VoiWindow(1.0, 2.0), VoiWindow(3000.0, 10.0)),
            rescale_slope=0.5,
            rescale_intercept=-100.0,
        )
    )
    shown_otherwise = glam_of(make_exam(windowed), small_glam).views[L_CC]
    assert (plain.benign, plain.malignant) == (shown_otherwise.benign, shown_otherwise.malignant)
    assert np.array_equal(plain.saliency.values, shown_otherwise.saliency.values)


def test_results_say_where_they_come_from(make_exam: MakeExam, small_glam: Path) -> None:
    exam = make_exam(L_CC)
    result = glam_of(exam, small_glam, patches=3)
    assert result.provenance.model_id == "glam"
    assert result.provenance.model_name == "GLAM (unknown weights)"
    assert result.provenance.weights_name == "small.ckpt"
    assert len(result.provenance.weights_sha256) == 64
    assert (result.provenance.precision, result.provenance.device) == ("fp32", "cpu")
    assert result.provenance.software.startswith("Fourview ")
    view = result.views[L_CC]
    assert [patch.rank for patch in view.patches] == [1, 2, 3]
    assert view.saliency.values.shape == (2, 736, 480)
    assert view.saliency.source_shape == exam.mammograms[L_CC].shape
    assert view.saliency_patches.shape == (3, 2, 128, 128)
    assert not view.saliency.values.flags.writeable
    assert 0 <= view.saliency.values.min() <= view.saliency.values.max() <= 1


def test_a_view_without_a_breast_is_withheld_and_the_others_go_on(
    make_mammogram: MakeMammogram, make_exam: MakeExam, small_glam: Path
) -> None:
    black = make_mammogram(R_CC, pixels=np.zeros((500, 400), np.uint16))
    result = analyse(make_exam(black, L_CC), [GlamRequest(small_glam)], Runtime("cpu"))
    assert list(result.glam.views) == [L_CC]
    assert "No breast was found" in result.glam.withheld[R_CC]
    assert [problem.subject for problem in result.problems] == ["R CC, GLAM"]


def test_progress_counts_every_step_to_the_end(make_exam: MakeExam, small_glam: Path) -> None:
    seen: list[Progress] = []
    glam_of(make_exam(L_CC, R_MLO), small_glam, patches=2, report=seen.append)
    counts = [progress.done for progress in seen]
    assert counts == sorted(counts)
    assert {progress.total for progress in seen} == {8}
    assert seen[-1].done == 8
    assert any(
        "R MLO" in progress.message and "patch 2 of 2" in progress.message for progress in seen
    )


@pytest.mark.parametrize(
    "stop_at", ["R MLO: finding", "L CC: reading", "L CC: looking closely at patch 2"]
)
def test_stopping_is_served_between_views_networks_and_patches(
    make_exam: MakeExam, small_glam: Path, stop_at: str
) -> None:
    cancel, seen = CancelToken(), []

    def report(progress: Progress) -> None:
        seen.append(progress.message)
        if progress.message.startswith(stop_at):
            cancel.cancel()

    with pytest.raises(Cancelled):
        glam_of(make_exam(L_CC, R_MLO), small_glam, patches=3, report=report, cancel=cancel)
    assert seen[-1].startswith(stop_at)


def test_stopping_is_served_within_a_network(small_glam: Path) -> None:
    from models.runtime import Placement

    network = predictor.load(small_glam, Placement("cpu", "fp32"))
    polled = []
    with torch.inference_mode():
        network.global_network(torch.zeros(1, 1, 256, 192), lambda: polled.append("global"))
        network.detection_network(torch.zeros(1, 1, 64, 64), lambda: polled.append("local"))
    assert polled == ["global"] * 5 + ["local"] * 4


def test_a_stopped_exam_can_be_run_again(make_exam: MakeExam, small_glam: Path) -> None:
    runtime, request, cancel = Runtime("cpu"), GlamRequest(small_glam), CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        analyse(make_exam(L_CC), [request], runtime, cancel=cancel)
    assert analyse(make_exam(L_CC), [request], runtime).glam.views


def test_an_unchanged_image_comes_back_from_the_cache_without_computing(
    make_exam: MakeExam, small_glam: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ResultCache(tmp_path / "kept")
    first = glam_of(make_exam(L_CC), small_glam, cache=cache).views[L_CC]
    monkeypatch.setattr(predictor, "predict", lambda *_: pytest.fail("computed again"))
    again = glam_of(make_exam(L_CC), small_glam, cache=cache).views[L_CC]
    assert (again.benign, again.malignant) == (first.benign, first.malignant)
    assert np.array_equal(again.saliency.values, first.saliency.values)
    assert again.patches == first.patches
    assert again.saliency.grid_to_source == first.saliency.grid_to_source


def test_out_of_device_memory_goes_on_on_the_cpu_and_says_so(
    make_exam: MakeExam, small_glam: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpu = Device("cuda:0", "Test GPU", ("fp32", "fp16"))
    cpu = Device("cpu", "Processor", ("fp32",))
    monkeypatch.setattr(runtime_module, "available_devices", lambda: (gpu, cpu))
    on_cpu, tried = predictor.load, []

    def load(weights: Path, placement):
        tried.append(placement.device)
        if placement.device == "cuda:0":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 90 MiB.")
        return on_cpu(weights, placement)

    monkeypatch.setattr(predictor, "load", load)
    runtime = Runtime("cuda", "fp16")
    result = analyse(make_exam(L_CC, R_CC), [GlamRequest(small_glam)], runtime).glam
    assert set(result.views) == {L_CC, R_CC}
    assert tried == ["cuda:0", "cpu"]
    assert (result.provenance.device, result.provenance.precision) == ("cpu", "fp32")
    assert "memory of cuda:0 ran out; R CC, L CC computed on the CPU" in result.provenance.note


def test_weights_that_are_missing_damaged_or_foreign_stop_the_analysis(
    make_exam: MakeExam, small_glam: Path, tmp_path: Path
) -> None:
    exam = make_exam(L_CC)
    with pytest.raises(WeightsNotFoundError, match=r"nowhere\.ckpt does not exist"):
        glam_of(exam, tmp_path / "nowhere.ckpt")
    (tmp_path / "noise.ckpt").write_bytes(b"noise" * 99)
    with pytest.raises(WeightsUnreadableError):
        glam_of(exam, tmp_path / "noise.ckpt")
    foreign = glam_recipe.write(tmp_path / "foreign.ckpt", {"fc.weight": torch.zeros(2)})
    with pytest.raises(WeightsMismatchError, match=r"fc\.weight"):
        glam_of(exam, foreign)


def test_weights_that_are_no_numbers_give_a_reason_and_no_score(
    make_exam: MakeExam, small_glam: Path
) -> None:
    weights = torch.load(small_glam, weights_only=True)
    weights["detection_network.gn_conv_last.weight"].fill_(torch.nan)
    glam_recipe.write(small_glam, weights)
    result = glam_of(make_exam(L_CC), small_glam)
    assert result.views == {}
    assert "no finite numbers" in result.withheld[L_CC]


def test_a_device_that_is_not_there_stops_the_analysis(
    make_exam: MakeExam, small_glam: Path
) -> None:
    with pytest.raises(DeviceError, match="cuda:9"):
        analyse(make_exam(L_CC), [GlamRequest(small_glam)], Runtime("cuda:9"))


def test_without_a_model_nothing_is_computed(make_exam: MakeExam) -> None:
    result = analyse(make_exam(L_CC), [], Runtime("cuda:9"))
    assert (result.glam, dict(result.others), result.problems) == (None, {}, ())


@pytest.mark.parametrize("patches", [0, 7])
def test_the_number_of_patches_is_one_to_six(patches: int) -> None:
    with pytest.raises(ValueError, match="1 to 6"):
        GlamRequest(Path("w.ckpt"), patches)
