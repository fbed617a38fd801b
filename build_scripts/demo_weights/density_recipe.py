"""How the density demo is made, in numbers: data, network, schedule."""

from __future__ import annotations

from build_scripts.demo_weights import recipe
from models.density.network import CnnArchitecture
from models.training.loop import Schedule

WORK = recipe.ROOT / "build" / "demo_density"
WEIGHTS = recipe.ROOT / "resources" / "demo_density.safetensors"
CARD = recipe.ROOT / "resources" / "demo_density.md"

# Seeds of exams; none is in two of these. Training and validation have every class equally often,
# the test exams, which judge the GLAM demo too, as often as phantoms have them.
TRAINING_EXAMS = range(5_000_000, 5_000_160)
VALIDATION_EXAMS = range(6_000_000, 6_000_020)
TEST_EXAMS = recipe.TEST_EXAMS

SEED = 20
ARCHITECTURE = CnnArchitecture(widths=(12, 24, 32), depths=(1, 2, 2), hidden=48, reduction=8)
SCHEDULE = Schedule("density", steps=600, batch=16, peak_rate=2e-3)
