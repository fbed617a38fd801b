"""What trains, what chooses and what judges are different people, and only the recipe's train."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from build_scripts.demo_weights import recipe
from build_scripts.demo_weights.material import read_material
from models.glam.architecture import require_sound
from models.training.samples import Sample, write_stack
from viewer.phantom_io.people import demo_studies


def test_nobody_is_in_two_sets() -> None:
    sets = [
        set(recipe.FIELD_SEEDS),
        set(recipe.TRAINING_EXAMS),
        set(recipe.VALIDATION_EXAMS),
        set(recipe.TEST_EXAMS),
        {study.plan.seed for study in demo_studies()},
    ]
    assert all(sets)
    for one, other in itertools.combinations(sets, 2):
        assert not one & other


def test_figures_are_of_at_least_a_hundred_exams_and_chosen_on_others() -> None:
    assert len(recipe.TEST_EXAMS) == 100
    assert len(recipe.VALIDATION_EXAMS) >= 60
    require_sound(recipe.ARCHITECTURE)


def test_training_takes_no_exam_that_the_recipe_does_not_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "TRAINING_EXAMS", range(10, 12))
    pixels = np.zeros((1, 64, 64), np.uint16)
    for seed in (9, 10, 11, 12):
        for view in ("L-CC", "L-MLO"):
            sample = Sample(f"{seed}-L", False, False, 1.0, 1.0)
            write_stack(tmp_path / "training" / f"{seed}-{view}.npy", pixels, [sample])
    material = read_material(tmp_path)
    assert [stored.sample.group for stored in material.views] == ["10-L"] * 2 + ["11-L"] * 2
    assert material.exams == 2
    assert material.fields == ()
