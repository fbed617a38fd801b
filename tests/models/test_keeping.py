"""Values come back from arrays as they were, as the type that is asked for, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from models.exam import L_CC, R_MLO, FindingClass, View
from models.geometry import Affine, Box
from models.keeping import from_arrays, to_arrays


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    name: str
    score: float | None
    count: int
    finding: FindingClass
    hulls: tuple[NDArray[np.float64], ...]
    corners: tuple[tuple[int, int], ...]
    pair: tuple[int, float]
    by_view: Mapping[View, Box]
    to_source: Affine
    certain: bool = True


FOUND = Found(
    "ä",
    None,
    3,
    FindingClass.MALIGNANT,
    (np.array([[0.25, 1.5]]), np.zeros((0, 2))),
    ((1, 2), (3, 4)),
    (1, 2.0),
    {L_CC: Box(1, 2, 3, 4), R_MLO: Box(5, 6, 7, 8)},
    Affine(r0=-0.1),
)


def test_every_kind_of_value_comes_back_equal_and_read_only() -> None:
    again = from_arrays(Found, to_arrays(FOUND))
    assert (again.name, again.score, again.count, again.certain) == ("ä", None, 3, True)
    assert again.finding is FindingClass.MALIGNANT
    assert (again.corners, again.pair) == (((1, 2), (3, 4)), (1, 2.0))
    assert again.by_view == FOUND.by_view
    assert again.to_source == FOUND.to_source
    assert all(map(np.array_equal, again.hulls, FOUND.hulls))
    assert again.hulls[0].dtype == np.float64
    assert not again.hulls[0].flags.writeable


@pytest.mark.parametrize(
    ("field", "value"),
    [("count", '"3"'), ("count", "true"), ("finding", '"odd"'), ("pair", "[1]"), ("hulls", "7")],
)
def test_a_value_of_another_kind_is_refused(field: str, value: str) -> None:
    arrays = to_arrays(FOUND)
    tree = arrays["tree"].tobytes().decode()
    start = tree.index(f'"{field}": ') + len(field) + 4
    spoilt = tree[:start] + value + ', "x": ' + tree[start:]
    arrays["tree"] = np.frombuffer(spoilt.encode(), np.uint8)
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_arrays(Found, arrays)


def test_missing_parts_are_refused() -> None:
    arrays = to_arrays(FOUND)
    for name in ("tree", "array0"):
        with pytest.raises(KeyError):
            from_arrays(Found, {key: one for key, one in arrays.items() if key != name})


def test_what_cannot_be_kept_says_so_at_once() -> None:
    with pytest.raises(TypeError, match="set cannot be kept"):
        to_arrays({1: {2}})
