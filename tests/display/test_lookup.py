"""Looking up is indexing, whatever OpenCV is installed."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.display import lookup
from viewer.display.lookup import look_up


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("table_type", [np.uint8, np.int32])
@pytest.mark.parametrize("index_type", [np.uint8, np.uint16])
def test_looking_up_is_indexing(index_type, table_type, fast, monkeypatch):
    monkeypatch.setattr(lookup, "_LUT_TAKES_16_BIT", fast and lookup._LUT_TAKES_16_BIT)
    rng = np.random.default_rng(4)
    entries, least = np.iinfo(index_type).max + 1, np.iinfo(table_type).min
    table = rng.integers(least, np.iinfo(table_type).max, entries).astype(table_type)
    table.flags.writeable = False
    index = rng.integers(0, entries, (301, 203)).astype(index_type)
    index[0, :2] = 0, entries - 1
    found = look_up(index[:, 5:], table)
    assert found.dtype == table_type
    assert np.array_equal(found, table[index[:, 5:]])
    assert look_up(index[:0], table).shape == (0, 203)


def test_the_pinned_opencv_is_the_fast_one():
    assert lookup._LUT_TAKES_16_BIT
