"""Draw the phantoms and keep them as the network reads them; goes on where it stopped.

``python -m build_scripts.demo_weights.prepare [--work DIR] [--exams N]``
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np

from build_scripts.demo_weights import recipe
from build_scripts.demo_weights.workers import do_all
from models.exam import STANDARD_VIEWS, Laterality, View
from models.phantom.choose import plan_exam
from models.phantom.exam import draw_view
from models.phantom.fields import draw_fields
from models.training.cut import cut_mask, cut_view
from models.training.samples import Sample, is_complete, write_stack


def prepare(work: Path, exams: int | None = None, workers: int | None = None) -> None:
    """Fill `fields`, `validation` and `training` of the work folder, in this order.

    Parameters
    ----------
    exams : of the training exams only the first; all when None.
    """
    jobs = [
        partial(write_fields, work / "fields" / f"{seed}.npy", seed) for seed in recipe.FIELD_SEEDS
    ]
    for folder, seeds in (
        ("validation", recipe.VALIDATION_EXAMS),
        ("training", recipe.TRAINING_EXAMS[:exams]),
    ):
        jobs += [
            partial(write_view, work / folder / f"{seed}-{view.name}.npy", seed, view)
            for seed in seeds
            for view in STANDARD_VIEWS
        ]
    do_all([job for job in jobs if not is_complete(job.args[0])], "drawn", workers)


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


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=recipe.WORK, help="folder of the phantoms")
    parser.add_argument(
        "--exams",
        type=int,
        help="of the training exams only the first; training takes what it finds",
    )
    arguments = parser.parse_args()
    prepare(arguments.work, arguments.exams)


if __name__ == "__main__":
    main()
