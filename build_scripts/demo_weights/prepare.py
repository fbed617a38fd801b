"""Draw the phantoms and keep them as the network reads them; goes on where it stopped."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from build_scripts.demo_weights import recipe
from models.exam import STANDARD_VIEWS, Laterality, View
from models.phantom.choose import plan_exam
from models.phantom.exam import draw_view
from models.phantom.fields import draw_fields
from models.training.cut import cut_mask, cut_view
from models.training.samples import Sample, is_complete, write_stack

Job = Callable[[], None]


def prepare(work: Path, workers: int | None = None) -> None:
    """Fill `fields`, `validation` and `training` of the work folder, in this order."""
    jobs: list[Job] = [
        partial(write_fields, work / "fields" / f"{seed}.npy", seed) for seed in recipe.FIELD_SEEDS
    ]
    for folder, seeds in (
        ("validation", recipe.VALIDATION_EXAMS),
        ("training", recipe.TRAINING_EXAMS),
    ):
        jobs += [
            partial(write_view, work / folder / f"{seed}-{view.name}.npy", seed, view)
            for seed in seeds
            for view in STANDARD_VIEWS
        ]
    _run([job for job in jobs if not is_complete(job.args[0])], workers or os.cpu_count() or 1)


def write_fields(path: Path, seed: int) -> None:
    """The small fields of one breast."""
    fields = draw_fields(seed, recipe.FIELDS_PER_SEED)
    samples = [
        Sample(f"{seed}-{number}", field.benign, field.malignant, field.mean, field.std)
        for number, field in enumerate(fields)
    ]
    write_stack(path, np.stack([field.pixels for field in fields]), samples)


def write_view(path: Path, seed: int, view: View) -> None:
    """One view of an exam, cut to the breast, and its truth."""
    plan = plan_exam(seed)
    drawn = draw_view(plan, view)
    labels = plan.labels[view.laterality]
    facing_right = view.laterality is Laterality.LEFT
    cut = cut_view(drawn.pixels, facing_right, view.position)
    masks = [cut_mask(each.mask, facing_right, cut) for each in drawn.lesions]
    lesions = tuple((each.lesion.finding.value, each.lesion.kind.value) for each in drawn.lesions)
    sample = Sample(
        group=f"{seed}-{view.laterality.value}",
        benign=bool(labels.benign),
        malignant=bool(labels.malignant),
        mean=cut.mean,
        std=cut.std,
        corner=(cut.box.row, cut.box.column),
        lesions=lesions,
    )
    write_stack(path, cut.pixels[None], [sample], np.stack(masks) if masks else None)


def _run(jobs: Sequence[Job], workers: int) -> None:
    """Do the jobs in processes of one thread each, and say how far they are."""
    started = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(workers, _single_threaded) as pool:
        for done, _ in enumerate(pool.imap(_call, jobs), start=1):
            if done % 20 == 0 or done == len(jobs):
                left = (time.monotonic() - started) / done * (len(jobs) - done)
                print(f"\rdrawn {done} of {len(jobs)}, {left:.0f} s left ", end="", flush=True)
    if jobs:
        print(file=sys.stdout)


def _call(job: Job) -> None:
    job()


def _single_threaded() -> None:
    cv2.setNumThreads(1)


def limit_threads() -> None:
    """One thread for each process started from here on; call before numpy does any work."""
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"


if __name__ == "__main__":
    limit_threads()
    prepare(recipe.WORK)
