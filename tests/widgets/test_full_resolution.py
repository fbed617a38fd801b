"""One stored pixel is one device pixel, on every kind of screen."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize(("scale", "layout"), [("1", "2x2"), ("2", "cc"), ("1.5", "1x4")])
def test_one_to_one_is_the_table_of_the_stored_pixels_bit_for_bit(scale, layout):
    """Rule 20: no interpolation, also on HiDPI screens of whole and fractional scale."""
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.widgets.hidpi", layout],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.split() == [str(float(scale)), "[]"], done.stdout + done.stderr
