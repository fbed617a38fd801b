"""Train the demo weights on the prepared phantoms, stage after stage; goes on where it stopped.

``python -m build_scripts.demo_weights.train [--work DIR] [--device cuda] [--until 2]``
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from build_scripts.demo_weights import recipe
from build_scripts.demo_weights.material import read_material
from models.glam.network import GlamNetwork
from models.training.batches import image_batch
from models.training.ends import settle_norms
from models.training.loop import Schedule, StepLosses, run_stage
from models.training.losses import saliency_levels
from models.training.patches import collect_patches, patch_batch
from models.training.samples import StoredSample
from models.training.sampling import Draw, balanced_draws, shuffled_draws, view_draws
from models.training.stages import (
    Computing,
    WeakTerms,
    chosen_patches,
    global_losses,
    joint_losses,
    local_losses,
    new_network,
    patch_saliency,
)
from models.training.validation import early_numbers
from models.whole_file import write_whole


class Training:
    """The stages over one work folder."""

    def __init__(self, work: Path, computing: Computing) -> None:
        self.runs = work / "runs"
        self.computing = computing
        material = read_material(work)
        self.fields = material.fields
        self.views = material.views
        self.validation = material.validation
        self.network = new_network(recipe.ARCHITECTURE, recipe.SEED, computing)

    def on_fields(self) -> None:
        """Stage 1: the global network on small fields with labels of their own."""
        terms = WeakTerms(recipe.FIELD_SPARSITY)
        schedule = recipe.FIELDS
        network = self.network

        def losses(step: int) -> Mapping[str, Tensor]:
            network.train()
            draws = balanced_draws(self.fields, schedule.batch, recipe.SEED, step)
            batch = image_batch(self.fields, draws, self.computing.device)
            return global_losses(network, *batch, terms, self.computing)

        self._run(schedule, network.global_network, losses, terms)
        if self._finish(schedule):
            draws = [
                balanced_draws(self.fields, schedule.batch, recipe.SEED + 1, step)
                for step in range(recipe.NORM_BATCHES)
            ]
            self._settle_global(self.fields, draws)
            self._close(schedule, local=False)

    def on_views(self) -> None:
        """Stage 2: the global network on whole views with the labels of their breasts."""
        terms = WeakTerms.balancing(self.views, recipe.VIEW_SPARSITY)
        schedule = recipe.VIEWS
        network = self.network

        def losses(step: int) -> Mapping[str, Tensor]:
            network.train()
            draws = view_draws(self.views, schedule.batch, recipe.SEED, step)
            batch = image_batch(self.views, draws, self.computing.device)
            return global_losses(network, *batch, terms, self.computing)

        self._run(schedule, network.global_network, losses, terms)
        if self._finish(schedule):
            self._settle_global(self.views, self._norm_draws(schedule))
            self._close(schedule, local=False)

    def on_patches(self) -> None:
        """Stage 3: the local network on the patches that the frozen global network chooses."""
        schedule = recipe.PATCHES
        network = self.network
        sources = (*self.views, *self.fields[: recipe.PATCH_FIELDS])
        terms = WeakTerms.balancing(sources, recipe.LOCAL_SPARSITY)
        if self._closed(schedule).is_file():
            self._finish(schedule)
            return
        patches, labels = collect_patches(network, sources, self.computing)

        def batch_of(step: int) -> tuple[Tensor, Tensor]:
            draws = shuffled_draws(len(patches), schedule.batch, recipe.SEED, step)
            return patch_batch(patches, labels, draws, self.computing.device)

        def losses(step: int) -> Mapping[str, Tensor]:
            network.global_network.eval()
            network.detection_network.train()
            return local_losses(network, *batch_of(step), terms, self.computing)

        self._run(schedule, network.detection_network, losses, terms)
        if self._finish(schedule):
            settle_norms(
                network.detection_network,
                (
                    patch_saliency(
                        network.detection_network, batch_of(step)[0], self.computing.half
                    )
                    for step in range(recipe.NORM_BATCHES)
                ),
            )
            self._close(schedule, local=True)

    def jointly(self) -> None:
        """Stage 4: both networks, patches chosen anew in every step."""
        terms = (
            WeakTerms.balancing(self.views, recipe.VIEW_SPARSITY),
            WeakTerms.balancing(self.views, recipe.LOCAL_SPARSITY),
        )
        schedule = recipe.JOINT
        network = self.network

        def losses(step: int) -> Mapping[str, Tensor]:
            network.train()
            draws = view_draws(self.views, schedule.batch, recipe.SEED + 2, step)
            batch = image_batch(self.views, draws, self.computing.device)
            return joint_losses(network, *batch, terms, self.computing)

        self._run(schedule, network, losses, terms)
        if self._finish(schedule):
            draws = self._norm_draws(schedule)
            self._settle_global(self.views, draws)
            settle_norms(network.detection_network, self._local_passes(draws))
            self._close(schedule, local=True)

    def _run(
        self, schedule: Schedule, trained: torch.nn.Module, losses: StepLosses, terms: object
    ) -> None:
        if self._closed(schedule).is_file():
            return
        facts = f"{recipe.ARCHITECTURE} {recipe.SEED} {terms}"
        progress = _ProgressLine()
        run_stage(self.network, trained, schedule, losses, self.runs, progress, facts)

    def _closed(self, schedule: Schedule) -> Path:
        return self.runs / f"{schedule.name}.closed.pt"

    def _finish(self, schedule: Schedule) -> bool:
        """Whether the stage is still to be closed; a closed one is loaded."""
        path = self._closed(schedule)
        if not path.is_file():
            return True
        self.network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        return False

    def _close(self, schedule: Schedule, *, local: bool) -> None:
        """Keep the network as the stage leaves it, and its early numbers."""
        state = self.network.state_dict()
        write_whole(self._closed(schedule), lambda file: torch.save(state, file))
        numbers = early_numbers(self.network, self.validation, self.computing, local=local)
        print(f"{schedule.name}: {numbers.line()}", flush=True)
        content = json.dumps(numbers.to_json(), indent=1).encode()
        write_whole(
            self.runs / f"{schedule.name}.validation.json", lambda file: file.write(content)
        )

    def _norm_draws(self, schedule: Schedule) -> list[tuple[Draw, ...]]:
        return [
            view_draws(self.views, schedule.batch, recipe.SEED + 1, step)
            for step in range(recipe.NORM_BATCHES)
        ]

    def _settle_global(
        self, samples: Sequence[StoredSample], draws: Sequence[Sequence[Draw]]
    ) -> None:
        network = self.network.global_network
        settle_norms(
            network,
            (
                saliency_levels(
                    network,
                    image_batch(samples, each, self.computing.device)[0],
                    self.computing.half,
                )
                for each in draws
            ),
        )

    def _local_passes(self, draws: Sequence[Sequence[Draw]]) -> Iterator[Tensor]:
        network = self.network
        network.global_network.eval()
        for each in draws:
            images, _ = image_batch(self.views, each, self.computing.device)
            levels = saliency_levels(network.global_network, images, self.computing.half)
            patches = chosen_patches(images, levels)
            yield patch_saliency(network.detection_network, patches, self.computing.half)


class _ProgressLine:
    """One line that says how far a stage is; losses are running means."""

    def __init__(self) -> None:
        self._started: float | None = None
        self._first = 0
        self._means: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int, losses: Mapping[str, float]) -> None:
        now = time.monotonic()
        if self._started is None:
            self._started, self._first = now, done
        for name, loss in losses.items():
            self._means[name] = 0.98 * self._means.get(name, loss) + 0.02 * loss
        if done % 10 and done != total:
            return
        pace = (now - self._started) / max(1, done - self._first)
        words = ", ".join(f"{name} {mean:.3f}" for name, mean in self._means.items())
        line = f"{stage} {done}/{total}: {words}; {pace:.2f} s/step, {pace * (total - done):.0f} s"
        print(
            f"\r{line} left   ", end="\n" if done % 100 == 0 or done == total else "", flush=True
        )


def train(work: Path, computing: Computing, until: int = 4) -> GlamNetwork:
    """Go through the stages; those that are done are taken from the work folder."""
    training = Training(work, computing)
    stages = (training.on_fields, training.on_views, training.on_patches, training.jointly)
    for stage in stages[:until]:
        stage()
    return training.network


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=recipe.WORK, help="folder of the phantoms")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--until", type=int, choices=(1, 2, 3, 4), default=4, help="last stage")
    arguments = parser.parse_args()
    train(arguments.work, Computing(arguments.device), arguments.until)


if __name__ == "__main__":
    main()
