"""How the demo of microcalcifications is made, in numbers."""

from __future__ import annotations

from pathlib import Path

from models.microcalcification.network_unet import UNetArchitecture
from models.training.loop import Schedule

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "demo_weights" / "microcalcification"
WEIGHTS = ROOT / "resources" / "demo_microcalcification.safetensors"
CARD = ROOT / "resources" / "demo_microcalcification.md"

# Seeds of what is drawn; no exam is in two of them, nor in those of the other demos.
TRAINING_EXAMS = range(6_000_000, 6_000_050)
TEST_EXAMS = range(6_100_000, 6_100_100)

SEED = 21
ARCHITECTURE = UNetArchitecture((8, 16, 32, 64))
SCHEDULE = Schedule("unet", steps=1000, batch=16, peak_rate=3e-3)
# Of each tile, also where it shows no calcification.
LEAST_NEGATIVES = 100
# Batches over which the norms' statistics are taken at the end.
NORM_BATCHES = 40
MOST_BYTES = 2_500_000
