"""The demo for masses from nothing to its weights and card; goes on where it stopped.

``python -m build_scripts.demo_weights.mass [--work DIR] [--workers N] [--tests N]``
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from build_scripts.demo_weights import mass_recipe as recipe
from build_scripts.demo_weights.card import rewrite
from build_scripts.demo_weights.mass_report import ReadView, report
from build_scripts.demo_weights.measure import mammogram_of
from build_scripts.demo_weights.measured import measured_in
from build_scripts.demo_weights.weights_file import facts_of, save
from build_scripts.demo_weights.workers import do_missing
from models.agreement import dice, iou
from models.cards.mass import DEMO_MASS
from models.exam import STANDARD_VIEWS, View
from models.mass import preprocess
from models.mass.architecture import STATED
from models.mass.predictor import LoadedMass, load, predict
from models.mass.registry import build
from models.phantom.choose import plan_exam
from models.phantom.exam import PhantomView, draw_view
from models.phantom.plan import Lesion, LesionKind
from models.runtime import Placement
from models.training.ends import initialised, settle_norms
from models.training.loop import run_stage
from models.training.mass import LearnedCrop, mass_batch, mass_losses
from models.whole_file import write_whole

# What the file may weigh at most.
MOST_BYTES = 2_500_000
_FP32 = Placement("cpu", "fp32")


def prepare(work: Path, seeds: Sequence[int], workers: int | None) -> None:
    """Draw views and keep them as the network reads them."""
    jobs = {
        path: partial(write_crop, path, seed, view)
        for seed, view in learned_views(seeds)
        for path in [_crop_path(work, seed, view)]
    }
    do_missing(jobs, "drawn", workers)


def learned_views(seeds: Sequence[int]) -> list[tuple[int, View]]:
    """What is worth drawing: both views of every breast with a mass, and some others."""
    return [
        (seed, view)
        for seed in seeds
        for view in STANDARD_VIEWS
        if seed % recipe.KEEP_OTHERS == 0
        or any(
            lesion.laterality is view.laterality and is_mass(lesion)
            for lesion in plan_exam(seed).lesions
        )
    ]


def is_mass(lesion: Lesion) -> bool:
    """Whether there is more to it than calcifications."""
    return lesion.kind is not LesionKind.CALCIFICATIONS


def write_crop(path: Path, seed: int, view: View) -> None:
    """One view, shape (2, rows, columns), float16: the crop, and how much of it is mass."""
    drawn = draw_view(plan_exam(seed), view)
    mammogram = mammogram_of(drawn)
    image = preprocess.hung(mammogram)
    breast = preprocess.region_of_grey(preprocess.whole(image))
    frame = preprocess.frame_of(breast, image.shape, recipe.ARCHITECTURE.frame)
    # A phantom is stored as it hangs.
    truth = preprocess.Hung(truth_of(drawn).astype(np.float32), image.to_stored)
    pair = np.stack(
        [
            preprocess.place(each, breast, frame, recipe.ARCHITECTURE.frame)
            for each in (image, truth)
        ]
    ).astype(np.float16)
    write_whole(path, lambda file: np.save(file, pair))


def truth_of(drawn: PhantomView) -> np.ndarray:
    """Where there is a mass, bool, stored pixels; clusters of calcifications are none."""
    masses = [each.mask for each in drawn.lesions if is_mass(each.lesion)]
    return np.logical_or.reduce(masses) if masses else np.zeros(drawn.pixels.shape, np.bool_)


def read_crops(work: Path, seeds: Sequence[int]) -> list[LearnedCrop]:
    """What `prepare` left of these seeds."""
    found = []
    for seed, view in learned_views(seeds):
        image, mass = np.load(_crop_path(work, seed, view), allow_pickle=False)
        found.append(LearnedCrop(image, mass > 0.5))
    return found


def train(work: Path, crops: Sequence[LearnedCrop]) -> nn.Module:
    """The trained network; a finished training is loaded and not repeated."""
    network = initialised(
        build(recipe.ARCHITECTURE.network, recipe.ARCHITECTURE.width), recipe.SEED
    )
    network.train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    schedule = recipe.SCHEDULE
    run_stage(
        network,
        network,
        schedule,
        lambda step: mass_losses(network, *mass_batch(crops, schedule.batch, recipe.SEED, step)),
        work / "runs",
        _say,
        f"{recipe.ARCHITECTURE} {recipe.SEED} {len(crops)}",
    )
    settle_norms(
        network,
        (
            network(mass_batch(crops, schedule.batch, recipe.SEED, schedule.steps + number)[0])
            for number in range(recipe.NORM_BATCHES)
        ),
    )
    return network.eval()


def export(network: nn.Module, weights: Path, crops: int) -> None:
    """Write the weights file; raises as `weights_file.save`."""
    how = {"seed": recipe.SEED, "schedule": str(recipe.SCHEDULE)}
    facts = facts_of(DEMO_MASS, how, views=crops)
    save(network, STATED, recipe.ARCHITECTURE, weights, facts, MOST_BYTES)


def evaluate(
    work: Path, weights: Path, seeds: Sequence[int], workers: int | None
) -> list[ReadView]:
    """Let the program's own predictor read exams; what it said is kept by weights and code."""
    folder = measured_in(work, weights, "mass")
    jobs = {
        path: partial(measure, path, weights, seed, view)
        for seed in seeds
        for view in STANDARD_VIEWS
        for path in [folder / f"{seed}-{view.name}.json"]
    }
    do_missing(jobs, "read", workers)
    return [ReadView(**json.loads(path.read_text(encoding="utf-8"))) for path in jobs]


def measure(path: Path, weights: Path, seed: int, view: View) -> None:
    """Draw and read one view."""
    drawn = draw_view(plan_exam(seed), view)
    found = predict(mammogram_of(drawn), _loaded(weights), lambda *_: None, lambda: None)
    truth, mask = truth_of(drawn), found.mask_in_source()
    read = {
        "seed": seed,
        "masses": sum(is_mass(each.lesion) for each in drawn.lesions),
        "found": len(found.findings),
        "touching": sum(
            bool(truth[tuple(np.clip(points.astype(int), 0, np.array(truth.shape) - 1).T)].any())
            for points in (mass.outline[0] for mass in found.findings)
        ),
        "dice": dice(mask, truth),
        "iou": iou(mask, truth),
    }
    content = json.dumps(read).encode()
    write_whole(path, lambda file: file.write(content))


@lru_cache(maxsize=1)
def _loaded(weights: Path) -> LoadedMass:
    torch.set_num_threads(1)
    return LoadedMass(load(weights, _FP32), _FP32)


def _crop_path(work: Path, seed: int, view: View) -> Path:
    return work / "crops" / f"{seed}-{view.name}.npy"


def _say(stage: str, done: int, total: int, losses: Mapping[str, float]) -> None:
    if done % 25 == 0:
        said = ", ".join(f"{name} {loss:.4f}" for name, loss in losses.items())
        print(f"{stage} {done}/{total}: {said}", flush=True)


def main() -> None:
    """Draw, train, save, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=recipe.WORK, help="folder of the phantoms")
    parser.add_argument("--workers", type=int, help="processes that draw; every core by default")
    parser.add_argument("--tests", type=int, help="judge on so few of the test exams")
    arguments = parser.parse_args()
    prepare(arguments.work, recipe.TRAINING_EXAMS, arguments.workers)
    crops = read_crops(arguments.work, recipe.TRAINING_EXAMS)
    network = train(arguments.work, crops)
    export(network, recipe.WEIGHTS, len(crops))
    tests = recipe.TEST_EXAMS[: arguments.tests]
    read = evaluate(arguments.work, recipe.WEIGHTS, tests, arguments.workers)
    rewrite(recipe.CARD, report(read, recipe.WEIGHTS))


if __name__ == "__main__":
    main()
