"""The demo for masses: what counts as a mass, what is drawn, and the figures of its card."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from build_scripts.demo_weights import mass_recipe as recipe
from build_scripts.demo_weights.mass import is_mass, learned_views, truth_of, write_crop
from build_scripts.demo_weights.mass_report import ReadView, report
from build_scripts.demo_weights.recipe import ROOT
from models.cards.mass import DEMO_MASS, MASS
from models.exam import STANDARD_VIEWS
from models.mass.architecture import STATED
from models.phantom.choose import plan_exam
from models.phantom.exam import draw_view
from models.phantom.plan import LesionKind
from models.weights import identify


def test_both_views_of_every_breast_with_a_mass_are_learned_from() -> None:
    seeds = recipe.TRAINING_EXAMS[:12]
    views = set(learned_views(seeds))
    for seed in seeds:
        for view in STANDARD_VIEWS:
            masses = [
                lesion
                for lesion in plan_exam(seed).lesions
                if lesion.laterality is view.laterality
                and lesion.kind is not LesionKind.CALCIFICATIONS
            ]
            assert ((seed, view) in views) == (bool(masses) or seed % recipe.KEEP_OTHERS == 0)


def test_a_kept_crop_has_its_truth_where_the_mass_is(tmp_path: Path) -> None:
    seed, view = next(
        (seed, view)
        for seed, view in learned_views(recipe.TRAINING_EXAMS)
        if any(
            is_mass(lesion) and lesion.laterality is view.laterality
            for lesion in plan_exam(seed).lesions
        )
    )
    path = tmp_path / "crop.npy"
    write_crop(path, seed, view)
    image, mass = np.load(path).astype(np.float32)
    assert image.shape == mass.shape == recipe.ARCHITECTURE.frame
    truth = truth_of(draw_view(plan_exam(seed), view))
    assert truth.any()
    inside, outside = mass > 0.5, (mass == 0) & (image > 0)
    assert 0 < inside.sum() < 0.2 * inside.size
    # Masses are brighter than what surrounds them.
    assert image[inside].mean() > image[outside].mean()


def view(masses: int, found: int, touching: int, dice: float, seed: int = 1) -> ReadView:
    return ReadView(seed, masses, found, touching, dice, dice / (2 - dice))


def test_figures_are_those_of_views_with_and_without_a_mass(tmp_path: Path) -> None:
    weights = tmp_path / "w.safetensors"
    weights.write_bytes(b"12345")
    text = report(
        [view(1, 2, 1, 0.8), view(1, 0, 0, 0.0), view(0, 1, 0, 0.0, 2), view(0, 0, 0, 1.0, 2)],
        weights,
    )
    assert "On 2 exams of 4 views" in text
    assert "mean over the views with a mass | 0.400 |" in text
    assert "met by an outline | 1 of 2 |" in text
    assert "beside any mass, per view | 0.50 |" in text
    assert "without an outline | 1 of 2 |" in text
    with pytest.raises(ValueError, match="with and without"):
        report([view(1, 1, 1, 1.0)], weights)


def test_the_seeds_are_of_nobody_else() -> None:
    assert not set(recipe.TRAINING_EXAMS) & set(recipe.TEST_EXAMS)


def test_the_weights_in_the_project_are_the_recipe_s_and_for_phantoms_only() -> None:
    assert recipe.WEIGHTS.stat().st_size <= 2_500_000
    assert STATED.of(recipe.WEIGHTS) == recipe.ARCHITECTURE
    assert identify(recipe.WEIGHTS, MASS).card is DEMO_MASS
    assert recipe.WEIGHTS.parent == ROOT / "resources"
