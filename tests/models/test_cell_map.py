"""A map of cells lands on the anatomy, however its grid lies in the stored image."""

from __future__ import annotations

import numpy as np

from models.geometry import Affine
from models.results import CellMap


def test_a_map_of_cells_is_painted_where_its_grid_lies_and_nowhere_else() -> None:
    cells = np.array([[0.25, 0.5, 0.75]], dtype=np.float32)
    mirrored = Affine.scaling(2, 1).then(Affine(r0=1.0, cc=-1.0, c0=4.0))
    painted = CellMap(cells, mirrored, (4, 5)).in_source()
    expected = np.zeros((4, 5), dtype=np.float32)
    expected[1:3, 1:4] = [0.75, 0.5, 0.25]
    np.testing.assert_array_equal(painted, expected)
