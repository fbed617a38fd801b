"""How the demo weights are made, in numbers: data, network, stages. Everything else follows."""

from __future__ import annotations

from pathlib import Path

from models.glam.network import GlamArchitecture
from models.training.loop import Schedule

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "demo_weights"
WEIGHTS = ROOT / "resources" / "demo_glam.safetensors"
CARD = ROOT / "resources" / "demo_glam.md"
CHART = ROOT / "docs" / "images" / "demo_calibration.png"

# Seeds of what is drawn; no exam is in two of them.
FIELD_SEEDS = range(1_000_000, 1_000_300)
FIELDS_PER_SEED = 16
TRAINING_EXAMS = range(2_000_000, 2_000_120)
VALIDATION_EXAMS = range(3_000_000, 3_000_060)
TEST_EXAMS = range(4_000_000, 4_000_100)

SEED = 20
ARCHITECTURE = GlamArchitecture(
    global_widths=(8, 16, 32, 64, 96),
    global_blocks=(1, 1, 2, 2, 2),
    local_widths=(8, 16, 16, 32),
    local_blocks=(3, 4, 6, 3),
    top_fraction=0.005,
)

FIELDS = Schedule("1_fields", steps=1500, batch=32, peak_rate=2e-3)
VIEWS = Schedule("2_views", steps=1200, batch=4, peak_rate=1.5e-3)
PATCHES = Schedule("3_patches", steps=2400, batch=8, peak_rate=1e-3)
JOINT = Schedule("4_joint", steps=420, batch=4, peak_rate=5e-4)

FIELD_SPARSITY = 0.05
VIEW_SPARSITY = 0.1
LOCAL_SPARSITY = 0.1
# Fields whose patches the local network learns from, beside those of the training views.
PATCH_FIELDS = 2400
# Batches over which the norms' statistics are taken at the end of a stage.
NORM_BATCHES = 40
