"""How the demo of microcalcifications is made, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from build_scripts.demo_weights.recipe import ROOT
from models.microcalcification.network_unet import UNetArchitecture
from models.training.loop import Schedule

WORK = ROOT / "build" / "demo_weights" / "microcalcification"
WEIGHTS = ROOT / "resources" / "demo_microcalcification.safetensors"
CARD = ROOT / "resources" / "demo_microcalcification.md"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of training.

    Attributes
    ----------
    least_negatives : pixels of each tile that count at least though they are no calcification.
    hardest_of_empty : pixels of each tile without calcifications whose loss counts once more.
    """

    schedule: Schedule
    least_negatives: int
    hardest_of_empty: int = 0


# Seeds of what is drawn; no exam is in two of them, nor in those of the other demos.
TRAINING_EXAMS = range(6_000_000, 6_000_038)
TEST_EXAMS = range(6_150_000, 6_150_100)

SEED = 21
ARCHITECTURE = UNetArchitecture((8, 16, 32, 64))
STAGES = (
    # As published, the few hardest pixels that are no calcification: so that any are found.
    Stage(Schedule("unet", steps=500, batch=12, peak_rate=4e-3), least_negatives=100),
    # So many of them that a pixel is called one about as often as it is.
    Stage(Schedule("calm", steps=600, batch=12, peak_rate=3e-3), least_negatives=4000),
    # And what is still seen in tiles without any, which only a few pixels tell.
    Stage(
        Schedule("quiet", steps=900, batch=12, peak_rate=3e-3),
        least_negatives=2000,
        hardest_of_empty=150,
    ),
)
# Batches over which the norms' statistics are taken at the end.
NORM_SEED, NORM_BATCHES, NORM_TILES = 30, 40, 12
MOST_BYTES = 2_500_000
