"""Rule 13: no pixel lies between a chest wall and the inner edge of its pane."""

from __future__ import annotations

import pytest

from tests.phantoms import make_exam
from tests.widgets.dense import printed_at
from tests.widgets.gaps import gaps_now, widest_gap


def test_chest_walls_touch_after_load_resize_and_layout_change(application, show):
    """Rule 13."""
    show(make_exam())
    assert set(gaps_now(application.window.grid)) == {0}
    assert widest_gap(application) == 0


def test_chest_walls_touch_at_one_size(application, show):
    """Rule 13, same-size zoom."""
    show(make_exam())
    application.window.actions_by_name["same_size"].trigger()
    assert set(gaps_now(application.window.grid)) == {0}


@pytest.mark.parametrize("ratio", [1.25, 1.5, 2.0])
def test_chest_walls_touch_on_dense_screens(tmp_path, ratio):
    """Rule 13, on screens with more device pixels than logical ones."""
    assert printed_at(ratio, "gaps", str(tmp_path)) == [str(ratio), "0"]
