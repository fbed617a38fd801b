"""Everything from nothing to the demo weights and their card; goes on where it stopped.

``python -m build_scripts.demo_weights [--work DIR] [--device cuda]``
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from build_scripts.demo_weights import recipe
from build_scripts.demo_weights.evaluate import evaluate, publish
from build_scripts.demo_weights.export import export
from build_scripts.demo_weights.prepare import prepare
from build_scripts.demo_weights.train import train
from models.training.stages import Computing


def main() -> None:
    """Draw, train, save, judge."""
    parser = argparse.ArgumentParser(prog="build_scripts.demo_weights", description=__doc__)
    parser.add_argument("--work", type=Path, default=recipe.WORK, help="folder of the phantoms")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    prepare(arguments.work)
    train(arguments.work, Computing(arguments.device))
    export(arguments.work, recipe.WEIGHTS)
    figures = evaluate(arguments.work, recipe.WEIGHTS)
    publish(figures, recipe.WEIGHTS, recipe.CARD, recipe.CHART)


if __name__ == "__main__":
    main()
