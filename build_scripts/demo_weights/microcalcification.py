"""The demo of microcalcifications, from nothing to its weights; goes on where it stopped.

``python -m build_scripts.demo_weights.microcalcification [--work DIR] [--workers N]``
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

import torch

from build_scripts.demo_weights import microcalcification_recipe as recipe
from build_scripts.demo_weights.measure import mammogram_of
from build_scripts.demo_weights.microcalcification_recipe import Stage
from build_scripts.demo_weights.weights_file import facts_of, save
from build_scripts.demo_weights.workers import do_missing
from models.catalog import DEMOS
from models.exam import STANDARD_VIEWS, View
from models.microcalcification.architecture import STATED
from models.microcalcification.network_unet import UNet
from models.phantom.choose import plan_exam
from models.phantom.exam import draw_view
from models.phantom.noise import generator
from models.training.ends import settle_norms
from models.training.loop import run_stage
from models.training.microcalcification import (
    cut_tiles,
    plan_with_calcifications,
    read_tiles,
    tile_batch,
    view_seed,
    write_tiles,
)
from models.training.microcalcification_loss import hardest_cross_entropy

DEMO = DEMOS["demo-microcalcification"]


def prepare(work: Path, workers: int | None = None) -> None:
    """Draw the training views and cut them into tiles."""
    jobs = {
        path: partial(write_view, path, seed, view)
        for seed in recipe.TRAINING_EXAMS
        for view in STANDARD_VIEWS
        for path in [path_of(work, seed, view)]
    }
    do_missing(jobs, "drawn", workers)


def path_of(work: Path, seed: int, view: View) -> Path:
    """Where the tiles of a view are."""
    return work / "tiles" / f"{seed}-{view.name}.npz"


def write_view(path: Path, seed: int, view: View) -> None:
    """The tiles of one view of an exam."""
    drawn = draw_view(plan_with_calcifications(plan_exam(seed)), view)
    rng = generator(seed, 21, view_seed(view))
    write_tiles(path, cut_tiles(mammogram_of(drawn), drawn.calcifications, rng))


def train(work: Path) -> UNet:
    """The trained network, its norms' statistics taken anew."""
    tiles = read_tiles(
        [path_of(work, seed, view) for seed in recipe.TRAINING_EXAMS for view in STANDARD_VIEWS]
    )
    torch.manual_seed(recipe.SEED)
    network: UNet = UNet(recipe.ARCHITECTURE).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    written = json.dumps({"seed": recipe.SEED, "widths": recipe.ARCHITECTURE.widths})
    network.train()
    for number, stage in enumerate(recipe.STAGES):

        def losses_of(
            step: int, seed: int = recipe.SEED + number, stage: Stage = stage
        ) -> Mapping[str, torch.Tensor]:
            images, masks = tile_batch(tiles, seed, step, stage.schedule.batch)
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(images)
            return losses(logits.float(), masks, stage)

        run_stage(network, network, stage.schedule, losses_of, work / "runs", _tell, written)
        print()
    settle_norms(
        network,
        (
            network(tile_batch(tiles, recipe.NORM_SEED, batch, recipe.NORM_TILES)[0])
            for batch in range(recipe.NORM_BATCHES)
        ),
    )
    network.eval()
    return network


def losses(logits: torch.Tensor, masks: torch.Tensor, stage: Stage) -> Mapping[str, torch.Tensor]:
    """What a stage minimises: over all tiles, and over those without calcifications."""
    empty = ~masks.flatten(start_dim=1).any(dim=1)
    found = {"loss": hardest_cross_entropy(logits, masks, stage.least_negatives)}
    if stage.hardest_of_empty:
        found["empty"] = (
            hardest_cross_entropy(logits[empty], masks[empty], stage.hardest_of_empty)
            if empty.any()
            else logits.new_zeros(())
        )
    return found


def export(network: UNet, exams: int, weights: Path) -> None:
    """Write the weights file; raises as `weights_file.save`."""
    how = {"seed": recipe.SEED, "stages": [asdict(stage) for stage in recipe.STAGES]}
    facts = facts_of(DEMO, how, exams=exams)
    save(network, STATED, recipe.ARCHITECTURE, weights, facts, recipe.MOST_BYTES)


def _tell(stage: str, done: int, steps: int, losses: Mapping[str, float]) -> None:
    if done % 20 == 0 or done == steps:
        print(f"\r{stage}: {done} of {steps}, loss {losses['loss']:.4f} ", end="", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=recipe.WORK, help="folder of the phantoms")
    parser.add_argument("--workers", type=int, help="processes that draw")
    parser.add_argument("--weights", type=Path, default=recipe.WEIGHTS, help="file to write")
    arguments = parser.parse_args()
    prepare(arguments.work, arguments.workers)
    export(train(arguments.work), len(recipe.TRAINING_EXAMS), arguments.weights)
    print(f"{arguments.weights}: {arguments.weights.stat().st_size} bytes")


if __name__ == "__main__":
    main()
