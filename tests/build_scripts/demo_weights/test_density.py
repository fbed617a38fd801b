"""The density demo is what its recipe makes: the program's own input, file and reading."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from build_scripts.demo_weights import density as demo
from build_scripts.demo_weights import density_recipe as recipe
from build_scripts.demo_weights.card import marks
from build_scripts.demo_weights.density_report import ReadExam, report
from build_scripts.demo_weights.measured import measured_in
from models.cards.density import DEMO_DENSITY, DENSITY
from models.density.architecture import STATED
from models.density.network import CnnNetwork
from models.density.predictor import load
from models.phantom.plan import DENSITIES
from models.runtime import Placement
from models.training.density import LearnedExam
from models.training.ends import initialised
from models.weights import identify, stated

SEEDS = [recipe.TRAINING_EXAMS, recipe.VALIDATION_EXAMS, recipe.TEST_EXAMS]


def test_no_exam_is_both_learned_and_judged() -> None:
    seeds = [seed for each in SEEDS for seed in each]
    assert len(seeds) == len(set(seeds))


def test_exams_to_learn_from_have_the_classes_equally_often() -> None:
    drawn = [demo.learned_plan(seed).density for seed in recipe.TRAINING_EXAMS]
    assert all(drawn.count(density) * 4 == len(drawn) for density in DENSITIES)


def test_the_file_is_the_network_and_marked_as_for_phantoms(tmp_path: Path) -> None:
    network = initialised(CnnNetwork(recipe.ARCHITECTURE), 5)
    files = [tmp_path / f"{number}.safetensors" for number in range(3)]
    for file in files:
        demo.export(network, file, 160)
    assert len({file.read_bytes() for file in files}) == 1
    assert STATED.of(files[0]) == recipe.ARCHITECTURE
    assert stated(files[0])["exams"] == "160"
    assert identify(files[0], DENSITY).card is DEMO_DENSITY
    found = load(files[0], Placement("cpu", "fp32"))
    for key, tensor in network.state_dict().items():
        assert torch.equal(found.state_dict()[key].float(), tensor), key


def test_a_finished_training_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    rows, columns = recipe.ARCHITECTURE.input_shape((2600, 2000))
    exams = [
        LearnedExam(rng.normal(size=(4, rows, columns)).astype(np.float32), density)
        for density in range(4)
    ]
    short = recipe.Schedule("density", steps=2, batch=4, peak_rate=1e-3)
    monkeypatch.setattr(recipe, "SCHEDULE", short)
    whole = demo.train(tmp_path, exams).state_dict()
    monkeypatch.setattr(demo, "exam_batch", lambda *_: pytest.fail("trained again"))
    again = demo.train(tmp_path, exams).state_dict()
    assert (tmp_path / "runs" / "density.csv").read_text().count("\n") == 3
    for key, tensor in whole.items():
        assert torch.equal(tensor, again[key])


def test_the_report_counts_classes_and_names_the_weights() -> None:
    exams = [ReadExam(0, (0.7, 0.1, 0.1, 0.1)), ReadExam(1, (0.1, 0.1, 0.7, 0.1))]
    text = report(exams, exams, 160, "abc")
    assert "SHA-256 `abc`" in text
    assert "Trained on 160 exams. Measured on 2 unseen exams" in text
    assert "| class as drawn | 0.50 (0.00–1.00) | 0.50 |" in text
    assert "| off by one class at most | 1.00 (1.00–1.00) | 1.00 |" in text
    assert "| b | 0 | 0 | 1 | 0 |" in text


def test_what_was_said_of_an_exam_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "measure", lambda *_: pytest.fail("read again"))
    weights = tmp_path / "weights"
    weights.write_bytes(b"weights")
    plan = demo.plan_exam(7)
    folder = measured_in(tmp_path, weights, "density")
    folder.mkdir(parents=True)
    kept = {"density": 2, "probabilities": [0.1, 0.2, 0.3, 0.4]}
    (folder / "7.json").write_text(json.dumps(kept))
    assert demo.evaluate(tmp_path, weights, [plan], workers=1)[0].said == 3


def test_the_density_weights_that_come_with_fourview_are_those_that_their_card_judges() -> None:
    assert recipe.WEIGHTS.stat().st_size < demo.MOST_BYTES
    assert STATED.of(recipe.WEIGHTS) == recipe.ARCHITECTURE
    assert identify(recipe.WEIGHTS, DENSITY).card is DEMO_DENSITY
    card = recipe.CARD.read_text(encoding="utf-8")
    opening, closing = marks("density")
    assert card.index(opening) < card.index(closing)
    assert f"`{hashlib.sha256(recipe.WEIGHTS.read_bytes()).hexdigest()}`" in card
    assert f"Trained on {len(recipe.TRAINING_EXAMS)} exams. Measured on 100 unseen exams" in card
    assert "never be used on" in card


@pytest.mark.slow
def test_exams_are_kept_as_the_program_reads_them(tmp_path: Path) -> None:
    seed = recipe.TRAINING_EXAMS[1]
    demo.prepare(tmp_path, [seed], workers=1)
    (exam,) = demo.read_exams(tmp_path, [seed])
    assert exam.views.shape == (4, 325, 250)
    assert exam.density == DENSITIES.index(demo.learned_plan(seed).density)
    np.testing.assert_allclose(exam.views.mean(axis=(1, 2)), 0, atol=1e-4)
