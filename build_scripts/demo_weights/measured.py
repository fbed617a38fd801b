"""Where what a demo said of unseen phantoms is kept, so that judging goes on where it stopped."""

from __future__ import annotations

import hashlib
from pathlib import Path

from build_scripts.demo_weights.recipe import ROOT


def measured_in(work: Path, weights: Path, model: str) -> Path:
    """The folder for what these weights say, drawn and read by the code as it is now.

    Parameters
    ----------
    model : the folder of `models` that reads.
    """
    sha256 = hashlib.sha256(weights.read_bytes())
    for folder in ("phantom", model):
        for path in sorted((ROOT / "models" / folder).rglob("*.py")):
            sha256.update(path.read_bytes())
    return work / "measured" / sha256.hexdigest()[:16]
