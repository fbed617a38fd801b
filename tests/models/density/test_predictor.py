"""The published probabilities come out to every printed digit; what cannot be read says why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from models.density.predictor import STEPS, LoadedDensity, load, predict
from models.density.preprocess import WINDOW
from models.density.results import BreastDensity, DensityEvidence, DensityKind, DensityResult
from models.errors import Cancelled, ModelError, NotApplicableError, WeightsMismatchError
from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS, Exam
from models.geometry import Box
from models.results import Provenance
from models.runtime import Placement
from tests import small_models
from tests.models.conftest import MakeExam, MakeMammogram
from viewer.exam_io.load import load_exam
from viewer.exam_io.scan import scan

FP32 = Placement("cpu", "fp32")
PUBLISHED = "data/density_exam/saved_models/BreastDensity_BaselineHistogramModel"
MADE = Provenance("density", "Density", "model.p", "0" * 64, "fp32", "cpu", "Fourview test")


def loaded(path: Path, kind: DensityKind | None = None) -> LoadedDensity:
    return LoadedDensity(load(path, FP32, kind), FP32)


def run(exam: Exam, density: LoadedDensity) -> DensityEvidence:
    return predict(exam, density, lambda step, what: None, lambda: None)


@pytest.fixture
def seeded_histogram(tmp_path: Path) -> LoadedDensity:
    return loaded(small_models.density_histogram(tmp_path))


@pytest.fixture
def small_cnn(tmp_path: Path) -> LoadedDensity:
    return loaded(small_models.density_cnn(tmp_path))


@pytest.mark.parametrize("name", ["model.p", "model.ckpt.index"])
def test_the_published_probabilities_come_out_to_every_printed_digit(
    shared: Path, name: str
) -> None:
    exam = load_exam(scan([shared / "data/density_exam/images"]).exams[0])
    evidence = run(exam, loaded(shared / PUBLISHED / name))
    printed = [f"{probability:.6g}" for probability in evidence.probabilities]
    assert printed == ["0.0819444", "0.78304", "0.133503", "0.00151265"]
    assert evidence.remark == ""
    assert set(evidence.windows.values()) == {Box(0, 0, *WINDOW)}
    assert evidence.to_result(MADE).density is BreastDensity.B


def test_seeded_weights_give_the_golden_s_probabilities(
    shared: Path, seeded_histogram: LoadedDensity
) -> None:
    exam = load_exam(scan([shared / "data/density_exam/images"]).exams[0])
    with np.load(shared / "golden/density/density_golden.npz") as golden:
        expected = golden["hist_seeded_probs"][0]
    np.testing.assert_allclose(run(exam, seeded_histogram).probabilities, expected, atol=1e-5)


def test_a_real_exam_of_another_size_is_read_and_the_placement_said_to_be_ours(
    shared: Path,
) -> None:
    exam = load_exam(scan([shared / "data/glam_exam/images"]).exams[0])
    evidence = run(exam, loaded(shared / PUBLISHED / "model.p"))
    assert sum(evidence.probabilities) == pytest.approx(1)
    assert evidence.to_result(MADE).density is BreastDensity.C
    assert evidence.remark.startswith("The window of 2600 × 2000 pixels was placed by Fourview")
    for view, window in evidence.windows.items():
        rows, columns = exam.mammograms[view].shape
        reaches_rim = window.column + window.width == columns
        assert window.column == 0 if view in (L_CC, L_MLO) else reaches_rim
        assert window.row <= rows - 2000


def test_probabilities_sum_to_1_and_change_with_the_image(
    make_exam: MakeExam, make_mammogram: MakeMammogram, small_cnn: LoadedDensity
) -> None:
    evidence = run(make_exam(*STANDARD_VIEWS), small_cnn)
    assert evidence.kind is DensityKind.CNN
    assert sum(evidence.probabilities) == pytest.approx(1)
    assert all(0 <= probability <= 1 for probability in evidence.probabilities)
    bright = make_mammogram(R_CC)
    pixels = bright.pixels.copy()
    pixels[300:400, 300:] = 4000
    other = make_exam(L_CC, make_mammogram(R_CC, pixels=pixels), L_MLO, R_MLO)
    assert run(other, small_cnn).probabilities != evidence.probabilities


def test_the_order_of_the_features_is_that_of_the_published_models(
    make_exam: MakeExam, make_mammogram: MakeMammogram, seeded_histogram: LoadedDensity
) -> None:
    network = seeded_histogram.network
    with torch.no_grad():
        network.fc1.weight[:, 50:] = 0  # only the first view is looked at
    whole = run(make_exam(*STANDARD_VIEWS), seeded_histogram).probabilities
    for changed in STANDARD_VIEWS:
        darker = make_mammogram(changed, pixels=make_mammogram(changed).pixels // 9)
        others = [view for view in STANDARD_VIEWS if view != changed]
        found = run(make_exam(darker, *others), seeded_histogram).probabilities
        assert (found != whole) is (changed == L_CC)


def test_an_exam_of_three_views_is_withheld_with_the_missing_one_named(
    make_exam: MakeExam, seeded_histogram: LoadedDensity
) -> None:
    with pytest.raises(NotApplicableError, match=r"four standard views; R MLO is missing\.$"):
        run(make_exam(L_CC, R_CC, L_MLO), seeded_histogram)
    with pytest.raises(NotApplicableError, match="R CC and R MLO are missing"):
        run(make_exam(L_CC, L_MLO), seeded_histogram)


def test_a_view_without_a_breast_is_named(
    make_exam: MakeExam, make_mammogram: MakeMammogram, seeded_histogram: LoadedDensity
) -> None:
    empty = make_mammogram(R_CC, pixels=np.zeros((700, 500), np.uint16))
    with pytest.raises(NotApplicableError, match=r"^R CC: No breast"):
        run(make_exam(L_CC, empty, L_MLO, R_MLO), seeded_histogram)


def test_a_breast_that_the_window_cuts_is_said_so(
    make_exam: MakeExam, make_mammogram: MakeMammogram, seeded_histogram: LoadedDensity
) -> None:
    y, x = np.ogrid[:3400, :2600]
    inside = ((y - 1700) / 1600) ** 2 + (x / 2500) ** 2 < 1
    large = make_mammogram(L_MLO, pixels=np.where(inside, 500 + y // 2, 0).astype(np.uint16))
    remark = run(make_exam(L_CC, R_CC, large, R_MLO), seeded_histogram).remark
    assert remark.endswith("Only 80% of the breast in L MLO lies in it.")


def test_weights_of_the_other_model_are_refused_by_name(
    tmp_path: Path, seeded_histogram: LoadedDensity
) -> None:
    with pytest.raises(WeightsMismatchError, match=r"_conv_layer_ls\.0\.cc\.weight"):
        load(tmp_path / "model.p", FP32, DensityKind.CNN)


def test_work_is_reported_step_by_step_and_can_be_stopped_within_a_view(
    make_exam: MakeExam, small_cnn: LoadedDensity
) -> None:
    said: list[tuple[int, str]] = []
    exam = make_exam(*STANDARD_VIEWS)
    predict(exam, small_cnn, lambda *what: said.append(what), lambda: None)
    assert [step for step, _ in said] == list(range(STEPS))
    assert said[0][1] == "reading L CC for its density"

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        predict(exam, small_cnn, lambda *_: None, stop)


def test_weights_that_give_no_finite_numbers_give_no_density(
    make_exam: MakeExam, small_cnn: LoadedDensity
) -> None:
    with torch.no_grad():
        small_cnn.network.fc2.bias[1] = float("nan")
    with pytest.raises(ModelError, match="no finite numbers"):
        run(make_exam(*STANDARD_VIEWS), small_cnn)


def test_half_precision_moves_the_probabilities_little(
    tmp_path: Path, make_exam: MakeExam, small_cnn: LoadedDensity
) -> None:
    placement = Placement("cpu", "bf16")
    half = LoadedDensity(load(tmp_path / "density.safetensors", placement), placement)
    exam = make_exam(*STANDARD_VIEWS)
    np.testing.assert_allclose(
        run(exam, half).probabilities, run(exam, small_cnn).probabilities, atol=0.02
    )


def test_a_withheld_result_has_a_reason_and_no_class() -> None:
    result = DensityResult.withhold(MADE, DensityKind.CNN, "R MLO is missing.")
    assert result.density is None
    assert result.probabilities == ()
    assert result.withheld == "R MLO is missing."


def test_the_classes_have_bi_rads_letters_and_words() -> None:
    assert [density.value for density in BreastDensity] == list("abcd")
    assert BreastDensity.A.words == "almost entirely fatty"
    assert BreastDensity.D.words == "extremely dense"
