"""The stages of the demo's training minimise what its recipe says."""

from __future__ import annotations

import math

import pytest
import torch

from build_scripts.demo_weights import microcalcification_recipe as recipe
from build_scripts.demo_weights.microcalcification import losses
from models.microcalcification.architecture import require_sound


def test_the_last_stage_counts_what_is_seen_in_empty_tiles_once_more() -> None:
    logits, masks = torch.zeros(2, 1, 64, 64), torch.zeros(2, 1, 64, 64)
    masks[0, 0, 3, 4] = 1
    logits[1, 0, :3, :50] = 4.0
    first, *_, last = recipe.STAGES
    assert set(losses(logits, masks, first)) == {"loss"}
    said = losses(logits, masks, last)
    assert float(said["empty"]) == pytest.approx(math.log1p(math.exp(4.0)), rel=1e-4)
    assert float(losses(logits[:1], masks[:1], last)["empty"]) == 0.0


def test_no_exam_is_in_training_and_test_and_the_network_can_be_saved() -> None:
    assert not set(recipe.TRAINING_EXAMS) & set(recipe.TEST_EXAMS)
    assert len({stage.schedule.name for stage in recipe.STAGES}) == len(recipe.STAGES)
    require_sound(recipe.ARCHITECTURE)
