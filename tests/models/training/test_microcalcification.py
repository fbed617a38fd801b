"""Training sees calcifications where they are, and minimises what was published."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from models.exam import L_CC, R_CC, Laterality, Mammogram, Origin, View
from models.grayscale import Grayscale
from models.phantom.choose import plan_exam
from models.phantom.plan import LesionKind
from models.training.microcalcification import (
    LEARNED_PX,
    cut_tiles,
    plan_with_calcifications,
    read_tiles,
    tile_batch,
    write_tiles,
)
from models.training.microcalcification_loss import hardest_cross_entropy
from tests import recipe


def test_the_loss_is_the_published_one(shared: Path) -> None:
    golden = json.loads((shared / "golden/deepmica/networks.json").read_text())
    logits = torch.from_numpy(recipe.draw("topk_input", (2, 1, 64, 64)).astype(np.float32))
    targets = torch.zeros_like(logits)
    targets[0, 0, 10:14, 20:25] = 1
    targets[1, 0, 40:42, 3:9] = 1
    loss = float(hardest_cross_entropy(logits, targets))
    assert loss == pytest.approx(golden["topk_CE_loss"], abs=1e-6)


def test_tiles_without_calcifications_teach_only_where_asked_for() -> None:
    logits, targets = torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 8, 8)
    assert math.isnan(float(hardest_cross_entropy(logits, targets)))
    assert float(hardest_cross_entropy(logits, targets, 5)) == pytest.approx(math.log(2))
    assert math.isfinite(float(hardest_cross_entropy(logits, torch.ones(1, 1, 8, 8), 500)))


def test_training_sees_more_calcifications_than_people_have() -> None:
    kinds = [
        lesion.kind
        for seed in range(30)
        for lesion in plan_with_calcifications(plan_exam(seed)).lesions
    ]
    specked = sum(kind is not LesionKind.MASS for kind in kinds)
    assert specked > 0.6 * len(kinds) > 25
    assert plan_with_calcifications(plan_exam(3)) == plan_with_calcifications(plan_exam(3))


def breast_with_specks(view: View) -> tuple[Mammogram, np.ndarray]:
    y, x = np.mgrid[:700, :500]
    inside = ((y - 300) / 260) ** 2 + (x / 390) ** 2 < 1
    image = np.where(inside, 1200 + y % 31, 0).astype(np.uint16)
    specks = np.zeros(image.shape, dtype=np.bool_)
    for row, column in ((150, 100), (170, 130), (420, 250)):
        specks[row : row + 4, column : column + 6] = True
    image[specks] = 4000
    if view.laterality is Laterality.RIGHT:
        image, specks = image[:, ::-1], specks[:, ::-1]
    mammogram = Mammogram(
        "1", "1", view.label, view, Origin.LIST, image, Grayscale(bits_stored=12)
    )
    return mammogram, specks


@pytest.mark.parametrize("view", [L_CC, R_CC], ids=lambda view: view.name)
def test_tiles_show_calcifications_where_the_masks_say(view: View) -> None:
    mammogram, specks = breast_with_specks(view)
    tiles = cut_tiles(mammogram, specks, np.random.default_rng(1))
    assert tiles.images.shape == tiles.masks.shape == (24, LEARNED_PX, LEARNED_PX)
    assert tiles.masks[:16].any(axis=(1, 2)).all()
    assert (tiles.images > 0).any(axis=(1, 2)).all()
    assert tiles.images[tiles.masks].min() > np.median(
        tiles.images[~tiles.masks & (tiles.images > 0)]
    )
    # Calcifications are all that is as bright.
    assert tiles.masks[tiles.images > 230].all()


def test_tiles_come_back_from_their_file(tmp_path: Path) -> None:
    mammogram, specks = breast_with_specks(L_CC)
    tiles = cut_tiles(mammogram, specks, np.random.default_rng(1))
    write_tiles(tmp_path / "one.npz", tiles)
    again = read_tiles([tmp_path / "one.npz", tmp_path / "one.npz"])
    np.testing.assert_array_equal(again.images, np.concatenate((tiles.images, tiles.images)))
    np.testing.assert_array_equal(again.masks, np.concatenate((tiles.masks, tiles.masks)))


def test_a_batch_is_a_function_of_seed_and_step_and_turns_both_alike() -> None:
    mammogram, specks = breast_with_specks(L_CC)
    tiles = cut_tiles(mammogram, specks, np.random.default_rng(1))
    same = dataclasses.replace(tiles, images=tiles.masks.astype(np.uint8) * 255)
    images, masks = tile_batch(same, 3, 7, 16)
    assert images.shape == (16, 1, LEARNED_PX, LEARNED_PX)
    assert torch.equal(images, masks)
    assert torch.equal(tile_batch(same, 3, 7, 16)[0], images)
    assert not torch.equal(tile_batch(same, 3, 8, 16)[0], images)
    # All eight ways of laying one tile occur.
    one = dataclasses.replace(same, images=same.images[:1], masks=same.masks[:1])
    laid = {
        each.numpy().tobytes() for step in range(5) for each in tile_batch(one, 3, step, 16)[0]
    }
    assert len(laid) == 8
