"""The weights file says what it is, is the same every time, and loads as the product loads it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from build_scripts.demo_weights import recipe
from build_scripts.demo_weights.export import MOST_BYTES, export
from build_scripts.demo_weights.weights_file import facts_of, save
from models.catalog import DEMO, GLAM
from models.errors import ModelError
from models.glam.architecture import STATED
from models.glam.predictor import load
from models.runtime import Placement
from models.training.samples import Sample, write_stack
from models.training.stages import Computing, new_network
from models.weights import identify, stated


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A work folder whose last stage is closed, with one exam and two fields."""
    network = new_network(recipe.ARCHITECTURE, 5, Computing())
    (tmp_path / "runs").mkdir()
    torch.save(network.state_dict(), tmp_path / "runs" / f"{recipe.JOINT.name}.closed.pt")
    seed = recipe.TRAINING_EXAMS[0]
    view, field = (Sample(f"{seed}-L", False, False, 1.0, 1.0) for _ in range(2))
    for name in ("L-CC", "L-MLO"):
        path = tmp_path / "training" / f"{seed}-{name}.npy"
        write_stack(path, np.zeros((1, 64, 64), np.uint16), [view])
    path = tmp_path / "fields" / f"{recipe.FIELD_SEEDS[0]}.npy"
    write_stack(path, np.zeros((2, 64, 64), np.uint16), [field, field])
    return tmp_path


def test_the_file_is_the_trained_network_and_says_what_it_was_trained_on(trained: Path) -> None:
    path = trained / "demo.safetensors"
    export(trained, path)
    facts = stated(path)
    assert facts["name"] == "Demo (phantoms only)"
    assert (facts["fields"], facts["views"], facts["exams"]) == ("2", "2", "1")
    stages = json.loads(facts["recipe"])["stages"]
    assert [stage["name"] for stage in stages] == ["1_fields", "2_views", "3_patches", "4_joint"]
    assert STATED.of(path) == recipe.ARCHITECTURE
    assert identify(path, GLAM).card is DEMO
    assert path.stat().st_size < MOST_BYTES
    expected = new_network(recipe.ARCHITECTURE, 5, Computing()).eval()
    window = torch.randn(1, 1, 256, 192, generator=torch.Generator().manual_seed(5))
    with torch.inference_mode():
        found = load(path, Placement("cpu", "fp32")).global_network(window).scores
        assert torch.allclose(found, expected.global_network(window).scores, atol=1e-5)


def test_the_same_network_gives_the_same_bytes(trained: Path) -> None:
    # The library writes metadata in another order each time.
    files = [trained / f"{number}.safetensors" for number in range(5)]
    for file in files:
        export(trained, file)
    assert len({file.read_bytes() for file in files}) == 1


def test_nothing_is_saved_before_the_stage_is_closed(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="4_joint"):
        export(tmp_path, tmp_path / "demo.safetensors")
    assert not (tmp_path / "demo.safetensors").exists()


def test_the_weights_that_come_with_fourview_are_those_that_its_card_judges() -> None:
    assert recipe.WEIGHTS.stat().st_size < MOST_BYTES
    assert STATED.of(recipe.WEIGHTS) == recipe.ARCHITECTURE
    assert identify(recipe.WEIGHTS, GLAM).card is DEMO
    load(recipe.WEIGHTS, Placement("cpu", "fp32"))
    card = recipe.CARD.read_text(encoding="utf-8")
    assert f"`{hashlib.sha256(recipe.WEIGHTS.read_bytes()).hexdigest()}`" in card
    assert "Measured on 100 unseen exams" in card
    assert f"views of {len(recipe.TRAINING_EXAMS)} exams" in card
    assert recipe.CHART.is_file()


def test_a_file_that_is_larger_than_it_may_be_is_not_taken_for_done(tmp_path: Path) -> None:
    network = new_network(recipe.ARCHITECTURE, 5, Computing())
    facts = facts_of(DEMO, {"seed": 5}, exams=3)
    with pytest.raises(ModelError, match="weighs more than 1000 bytes"):
        save(network, STATED, recipe.ARCHITECTURE, tmp_path / "w.safetensors", facts, 1000)
