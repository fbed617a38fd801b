"""Rule 13: no pixel lies between a chest wall and the inner edge of its pane."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.widgets.gaps import gaps_now, show, widest_gap


def test_chest_walls_touch_after_load_resize_and_layout_change(application):
    """Rule 13."""
    show(application)
    assert set(gaps_now(application.window.grid)) == {0}
    assert widest_gap(application) == 0


def test_chest_walls_touch_at_one_size(application, qtbot):
    """Rule 13, same-size zoom."""
    show(application)
    application.window.actions_by_name["same_size"].trigger()
    assert set(gaps_now(application.window.grid)) == {0}


@pytest.mark.parametrize("ratio", [1.25, 1.5, 2.0])
def test_chest_walls_touch_on_dense_screens(tmp_path, ratio):
    """Rule 13, on screens with more device pixels than logical ones."""
    program = [sys.executable, "-m", "tests.widgets.gaps", str(tmp_path)]
    environment = {**os.environ, "QT_SCALE_FACTOR": str(ratio), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(ratio), "0"]
