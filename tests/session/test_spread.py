"""How a layout is spread over screens."""

from __future__ import annotations

import pytest

from models.exam import L_CC, L_MLO, R_CC, R_MLO
from viewer.display.hanging import LAYOUTS
from viewer.display.pane_key import PriorView
from viewer.session.spread import Spread, parts


def views_of(layout, spread):
    return [part.views for part in parts(LAYOUTS[layout], spread)]


def test_one_breast_per_screen_the_right_one_first():
    """Row H12."""
    assert views_of("2x2", Spread.BREAST) == [(R_CC, R_MLO), (L_CC, L_MLO)]
    first, second = parts(LAYOUTS["2x2"], Spread.BREAST)
    assert (first.rows, first.columns) == (second.rows, second.columns) == (2, 1)


def test_a_prior_stays_with_its_view():
    """Rows H12 and P1."""
    found = views_of("2x4", Spread.VIEW)
    assert found == [(view, PriorView.of(view)) for view in (R_CC, L_CC, R_MLO, L_MLO)]


@pytest.mark.parametrize("spread", Spread)
def test_every_pane_is_on_one_screen_and_no_screen_is_empty(spread):
    for layout in LAYOUTS.values():
        found = parts(layout, spread)
        assert sorted(view.name for part in found for view in part.views) == sorted(
            view.name for view in layout.views
        )
        assert all(part.slots for part in found)


def test_a_layout_of_one_breast_needs_one_screen():
    assert views_of("right", Spread.BREAST) == [(R_CC, R_MLO)]
