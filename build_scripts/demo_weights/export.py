"""Save what training left as the weights file that comes with Fourview.

``python -m build_scripts.demo_weights.export [--work DIR] [--stage 4] [--weights FILE]``
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch

from build_scripts.demo_weights import recipe
from build_scripts.demo_weights.material import Material, read_material
from build_scripts.demo_weights.weights_file import facts_of, save
from models.catalog import DEMO
from models.errors import ModelError
from models.glam.architecture import STATED
from models.glam.network import GlamNetwork
from models.training.loop import Schedule

STAGES = (recipe.FIELDS, recipe.VIEWS, recipe.PATCHES, recipe.JOINT)
# What the file may weigh at most.
MOST_BYTES = 4_000_000


def export(work: Path, weights: Path, last: Schedule = recipe.JOINT) -> None:
    """Write the network that a closed stage left, the same bytes for the same network.

    Raises
    ------
    ModelError : the stage is not closed, or the file becomes too large.
    ExportError : the file cannot be written.
    """
    closed = work / "runs" / f"{last.name}.closed.pt"
    if not closed.is_file():
        raise ModelError(f"{closed} is not there: train to the end of this stage first.")
    network = GlamNetwork(recipe.ARCHITECTURE)
    network.load_state_dict(torch.load(closed, map_location="cpu", weights_only=True))
    facts = metadata(read_material(work), last)
    save(network, STATED, recipe.ARCHITECTURE, weights, facts, MOST_BYTES)


def metadata(material: Material, last: Schedule) -> Mapping[str, str]:
    """What the file says of itself, beside its architecture."""
    stages = [asdict(stage) for stage in STAGES[: STAGES.index(last) + 1]]
    sparsity = {
        "fields": recipe.FIELD_SPARSITY,
        "views": recipe.VIEW_SPARSITY,
        "patches": recipe.LOCAL_SPARSITY,
    }
    return facts_of(
        DEMO,
        {"seed": recipe.SEED, "sparsity": sparsity, "stages": stages},
        fields=len(material.fields),
        views=len(material.views),
        exams=material.exams,
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=recipe.WORK, help="folder of the phantoms")
    parser.add_argument("--weights", type=Path, default=recipe.WEIGHTS, help="file to write")
    parser.add_argument("--stage", type=int, choices=(1, 2, 3, 4), default=4, help="to take")
    arguments = parser.parse_args()
    export(arguments.work, arguments.weights, STAGES[arguments.stage - 1])
    print(f"{arguments.weights}: {arguments.weights.stat().st_size} bytes")


if __name__ == "__main__":
    main()
