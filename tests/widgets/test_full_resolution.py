"""One stored pixel is one device pixel, on every kind of screen."""

from __future__ import annotations

import pytest

from tests.widgets.dense import printed_at


@pytest.mark.parametrize(("scale", "layout"), [(1.0, "2x2"), (2.0, "cc"), (1.5, "1x4")])
def test_one_to_one_is_the_table_of_the_stored_pixels_bit_for_bit(scale, layout):
    """Rule 20: no interpolation, also on HiDPI screens of whole and fractional scale."""
    assert printed_at(scale, "hidpi", layout) == [str(scale), "[]"]
