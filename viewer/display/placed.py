"""How a reader wants one image, against what its file says."""

from __future__ import annotations

from dataclasses import dataclass

from models.exam import View
from models.geometry import AS_STORED, Orientation


@dataclass(frozen=True, slots=True)
class Placed:
    """One image as the reader wants it.

    Attributes
    ----------
    view : the view that it is shown as, or None for what the file says.
    turned : how it is laid beside that, applied last.
    """

    view: View | None = None
    turned: Orientation = AS_STORED
