"""How the demo weights for masses are made, in numbers."""

from __future__ import annotations

from build_scripts.demo_weights.recipe import ROOT
from models.mass.architecture import MassArchitecture
from models.training.loop import Schedule

WORK = ROOT / "build" / "demo_weights" / "mass"
WEIGHTS = ROOT / "resources" / "demo_mass.safetensors"
CARD = ROOT / "resources" / "demo_mass.md"

# Seeds of exams; none is in two of them, nor in what the other demos learned from.
TRAINING_EXAMS = range(8_000_000, 8_000_060)
# Of breasts without a mass, those of every fourth exam are drawn.
KEEP_OTHERS = 4
TEST_EXAMS = range(8_500_000, 8_500_100)

SEED = 23
ARCHITECTURE = MassArchitecture("unet5", 8, (256, 256))
SCHEDULE = Schedule("mass", steps=500, batch=4, peak_rate=2e-3)
# Batches over which the norms' statistics are taken at the end.
NORM_BATCHES = 40
