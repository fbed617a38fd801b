"""One view is read as the program reads its DICOM file, and its record says what came of it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmwrite

from build_scripts.demo_weights import evaluate, measure, workers
from build_scripts.demo_weights.measure import (
    ALL_BF16,
    FP32,
    MODES,
    PATCH_BF16,
    Mode,
    loaded,
    mammogram_of,
    measure_view,
    read,
    read_record,
)
from models.exam import L_CC, R_MLO, FindingClass, View
from models.phantom.plan import ExamPlan
from models.training.metrics import THRESHOLDS
from tests.demo_weights import write
from tests.phantom_io.factory import LESION, make_study, small_view
from viewer.exam_io.load import load_image
from viewer.exam_io.scan import scan
from viewer.phantom_io.dataset import to_dataset
from viewer.phantom_io.window import window_of


@pytest.fixture(scope="module")
def small_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights as the demo's are: small, seeded, with their architecture."""
    return write(tmp_path_factory.mktemp("demo") / "demo_glam.safetensors")


@pytest.fixture(autouse=True)
def small_phantoms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Views of 600 × 400 pixels, with a malignant lesion on the left."""
    monkeypatch.setattr(measure, "plan_exam", lambda seed: ExamPlan(seed, "c", (LESION,)))
    monkeypatch.setattr(measure, "draw_view", small_view)


@pytest.mark.parametrize("view", [L_CC, R_MLO], ids=lambda view: view.name)
def test_a_phantom_is_judged_as_its_file_is_read(
    tmp_path: Path, view: View, small_demo: Path
) -> None:
    study = make_study()
    drawn = small_view(study.plan, view)
    file = io.BytesIO()
    dcmwrite(file, to_dataset(study, drawn, window_of([drawn])), enforce_file_format=True)
    (tmp_path / "image.dcm").write_bytes(file.getvalue())
    from_file = load_image(scan([tmp_path / "image.dcm"]).exams[0].images[0])
    judged = mammogram_of(drawn)
    assert np.array_equal(judged.pixels, from_file.pixels)
    assert judged.orientation == from_file.orientation
    assert judged.is_phantom
    said, would_say = (read(one, loaded(small_demo, FP32)) for one in (judged, from_file))
    assert (said.benign, said.malignant) == (would_say.benign, would_say.malignant)
    assert said.patches == would_say.patches


def test_a_record_holds_what_was_said_and_what_is_true(tmp_path: Path, small_demo: Path) -> None:
    path = tmp_path / "7-L-CC.json"
    measure_view(path, small_demo, 7, L_CC, MODES)
    record = read_record(path)
    assert (record.seed, record.view, record.density) == (7, L_CC, "c")
    assert record.truth == (False, True)
    assert record.lesions == (("malignant", "mass"),)
    drawn = small_view(ExamPlan(7, "c", (LESION,)), L_CC)
    said = read(mammogram_of(drawn), loaded(small_demo, FP32))
    kept = record.readings[FP32.key]
    assert kept.scores == (said.benign, said.malignant)
    assert kept.corner == said.patches[0].upper_left
    mask = drawn.masks[FindingClass.MALIGNANT]
    box = said.patches[0].box
    rows, columns = np.nonzero(mask)
    inside = (rows >= box.row) & (rows < box.row + box.height)
    inside &= (columns >= box.column) & (columns < box.column + box.width)
    assert kept.held == (inside.mean(),)
    assert set(kept.overlaps) == {"malignant"}
    # The overlap is that of the map on stored pixels, as a reader sees it.
    saliency = said.saliency.in_source(FindingClass.MALIGNANT)
    index = int(np.searchsorted(THRESHOLDS, np.median(saliency[mask])))
    shown = saliency >= THRESHOLDS[index]
    expected = 2 * (shown & mask).sum() / (shown.sum() + mask.sum())
    assert kept.overlaps["malignant"].dice()[index] == pytest.approx(expected)
    assert 0 < expected < 1
    assert kept.peaks[1] == said.saliency.channel(FindingClass.MALIGNANT).max()


def test_a_breast_without_a_lesion_has_no_overlap(tmp_path: Path, small_demo: Path) -> None:
    path = tmp_path / "7-R-MLO.json"
    measure_view(path, small_demo, 7, R_MLO, (FP32,))
    record = read_record(path)
    assert record.truth == (False, False)
    assert record.readings[FP32.key].held == ()
    assert record.readings[FP32.key].overlaps == {}


def test_half_precision_reaches_the_scores_only_if_the_whole_network_has_it(
    small_demo: Path,
) -> None:
    mammogram = mammogram_of(small_view(ExamPlan(7, "c", (LESION,)), L_CC))
    exact, patch, whole = (read(mammogram, loaded(small_demo, mode)) for mode in MODES)
    assert (patch.benign, patch.malignant) == (exact.benign, exact.malignant)
    assert np.array_equal(patch.saliency_global, exact.saliency_global)
    assert not np.array_equal(patch.saliency_patches, exact.saliency_patches)
    assert (whole.benign, whole.malignant) != (exact.benign, exact.malignant)
    assert (whole.benign, whole.malignant) == pytest.approx(
        (exact.benign, exact.malignant), abs=0.02
    )
    assert [mode.whole for mode in (FP32, PATCH_BF16, ALL_BF16)] == [False, False, True]


def test_what_was_read_once_is_not_read_again(
    tmp_path: Path, small_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "do_all", lambda jobs, *_: [job() for job in jobs])
    monkeypatch.setattr(evaluate, "seconds_a_view", lambda *_: {mode.key: 1.0 for mode in MODES})
    asked: list[tuple[str, ...]] = []

    def measure_and_count(
        path: Path, weights: Path, seed: int, view: View, modes: tuple[Mode, ...]
    ) -> None:
        asked.append((path.stem, *(mode.key for mode in modes)))
        measure_view(path, weights, seed, view, modes)

    monkeypatch.setattr(evaluate, "measure_view", measure_and_count)
    first = evaluate.evaluate(tmp_path, small_demo, test=[1], validation=[2])
    assert len(asked) == 8
    assert ("1-L-CC", "fp32", "patch_bf16", "all_bf16") in asked
    assert ("2-L-CC", "fp32") in asked
    again = evaluate.evaluate(tmp_path, small_demo, test=[1], validation=[2])
    assert repr(again) == repr(first)  # some figures are NaN, which equals nothing
    assert len(asked) == 8
