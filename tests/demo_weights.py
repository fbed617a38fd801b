"""Seeded weights that stand in for the demo's: as small, stored alike, of no diagnostic use."""

from __future__ import annotations

from pathlib import Path

import torch

from models.catalog import DEMO
from models.glam.architecture import STATED
from models.glam.network import GlamArchitecture, GlamNetwork
from models.weights import MODEL_KEY

ARCHITECTURE = GlamArchitecture(
    global_widths=(4, 8, 16, 32, 64),
    global_blocks=(1, 1, 1, 1, 1),
    local_widths=(8, 8, 8, 8),
    local_blocks=(1, 1, 1, 1),
    top_fraction=0.02,
)


def write(path: Path, seed: int = 7) -> Path:
    """Save them to `path`."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = GlamNetwork(ARCHITECTURE)
    STATED.save(network, ARCHITECTURE, path, {MODEL_KEY: DEMO.id})
    return path
