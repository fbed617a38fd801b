"""The density demo from nothing to its weights and card; goes on where it stopped.

``python -m build_scripts.demo_weights.density [--work DIR] [--workers N] [--exams N]``
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import torch

from build_scripts.demo_weights import density_recipe as recipe
from build_scripts.demo_weights.card import rewrite
from build_scripts.demo_weights.density_report import ReadExam, report
from build_scripts.demo_weights.measure import mammogram_of
from build_scripts.demo_weights.measured import measured_in
from build_scripts.demo_weights.weights_file import facts_of, save
from build_scripts.demo_weights.workers import do_missing
from models.cards.density import DEMO_DENSITY
from models.density.architecture import STATED
from models.density.network import CnnNetwork
from models.density.predictor import VIEWS, LoadedDensity, load, predict
from models.density.preprocess import network_input
from models.digests import digests_of
from models.exam import Exam
from models.phantom.choose import plan_exam
from models.phantom.exam import draw_view
from models.phantom.plan import DENSITIES, ExamPlan
from models.runtime import Placement
from models.training.density import LearnedExam, density_losses, exam_batch
from models.training.ends import initialised
from models.training.loop import run_stage
from models.whole_file import write_whole

# What the file may weigh at most.
MOST_BYTES = 1_000_000
_FP32 = Placement("cpu", "fp32")


def learned_plan(seed: int) -> ExamPlan:
    """An exam to train or validate on: the classes take turns."""
    return plan_exam(seed, density=DENSITIES[seed % len(DENSITIES)])


def prepare(work: Path, seeds: Sequence[int], workers: int | None) -> None:
    """Draw exams and keep them as the network reads them."""
    jobs = {path: partial(write_exam, path, seed) for seed, path in _kept(work, seeds).items()}
    do_missing(jobs, "drawn", workers)


def write_exam(path: Path, seed: int) -> None:
    """The four views of one exam, shape (4, rows, columns), float32."""
    exam = phantom(learned_plan(seed))
    reduction = recipe.ARCHITECTURE.reduction
    views = np.stack([network_input(exam.mammograms[view], reduction).values for view in VIEWS])
    write_whole(path, lambda file: np.save(file, views))


def phantom(plan: ExamPlan) -> Exam:
    """A drawn exam, as the program has it after reading its files."""
    drawn = {view: mammogram_of(draw_view(plan, view)) for view in VIEWS}
    return Exam(str(plan.seed), "phantom", drawn)


def read_exams(work: Path, seeds: Sequence[int]) -> list[LearnedExam]:
    """What `prepare` left of these seeds."""
    return [
        LearnedExam(np.load(path, allow_pickle=False), DENSITIES.index(learned_plan(seed).density))
        for seed, path in _kept(work, seeds).items()
    ]


def train(work: Path, exams: Sequence[LearnedExam]) -> CnnNetwork:
    """The trained network; a finished training is loaded and not repeated."""
    network = initialised(CnnNetwork(recipe.ARCHITECTURE), recipe.SEED)
    schedule = recipe.SCHEDULE
    run_stage(
        network,
        network,
        schedule,
        lambda step: density_losses(
            network, *exam_batch(exams, schedule.batch, recipe.SEED, step)
        ),
        work / "runs",
        _say,
        f"{recipe.ARCHITECTURE} {recipe.SEED} {len(exams)}",
    )
    return network


def export(network: CnnNetwork, weights: Path, exams: int) -> None:
    """Write the weights file; raises as `weights_file.save`."""
    how = {"seed": recipe.SEED, "schedule": str(recipe.SCHEDULE)}
    facts = facts_of(DEMO_DENSITY, how, exams=exams)
    save(network, STATED, recipe.ARCHITECTURE, weights, facts, MOST_BYTES)


def evaluate(
    work: Path, weights: Path, plans: Sequence[ExamPlan], workers: int | None
) -> list[ReadExam]:
    """Let the program's own predictor read exams; what it said is kept by weights and code."""
    folder = measured_in(work, weights, "density")
    jobs = {
        path: partial(measure, path, weights, plan)
        for plan in plans
        for path in [folder / f"{plan.seed}.json"]
    }
    do_missing(jobs, "read", workers)
    return [ReadExam(**json.loads(path.read_text(encoding="utf-8"))) for path in jobs]


def measure(path: Path, weights: Path, plan: ExamPlan) -> None:
    """Draw and read one exam."""
    evidence = predict(phantom(plan), _loaded(weights), lambda *_: None, lambda: None)
    found = {
        "density": DENSITIES.index(plan.density),
        "probabilities": list(evidence.probabilities),
    }
    content = json.dumps(found).encode()
    write_whole(path, lambda file: file.write(content))


@lru_cache(maxsize=1)
def _loaded(weights: Path) -> LoadedDensity:
    torch.set_num_threads(1)
    return LoadedDensity(load(weights, _FP32), _FP32)


def _kept(work: Path, seeds: Sequence[int]) -> dict[int, Path]:
    return {seed: work / "exams" / f"{seed}.npy" for seed in seeds}


def _say(stage: str, done: int, total: int, losses: Mapping[str, float]) -> None:
    if done % 100 == 0:
        print(f"{stage} {done}/{total}: {losses['cross_entropy']:.4f}", flush=True)


def main() -> None:
    """Draw, train, save, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=recipe.WORK, help="folder of the phantoms")
    parser.add_argument("--workers", type=int, help="processes that draw; every core by default")
    parser.add_argument(
        "--exams", type=int, help="a trial on so few exams of each kind, which writes no card"
    )
    arguments = parser.parse_args()
    few = slice(arguments.exams)
    trial = arguments.exams is not None
    weights = arguments.work / "trial.safetensors" if trial else recipe.WEIGHTS
    prepare(arguments.work, recipe.TRAINING_EXAMS[few], arguments.workers)
    exams = read_exams(arguments.work, recipe.TRAINING_EXAMS[few])
    export(train(arguments.work, exams), weights, len(exams))
    known = evaluate(
        arguments.work,
        weights,
        [learned_plan(seed) for seed in recipe.VALIDATION_EXAMS[few]],
        arguments.workers,
    )
    unseen = evaluate(
        arguments.work,
        weights,
        [plan_exam(seed) for seed in recipe.TEST_EXAMS[few]],
        arguments.workers,
    )
    text = report(unseen, known, len(exams), digests_of(weights).sha256)
    print(text)
    if not trial:
        rewrite(recipe.CARD, text, "density")


if __name__ == "__main__":
    main()
