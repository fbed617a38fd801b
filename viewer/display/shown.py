"""One image made ready to be shown: laid as it hangs, with its pyramid, window and truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.exam import FindingClass, Mammogram
from models.geometry import Affine
from viewer.display.hanging import hung, hung_from_source
from viewer.display.overlay import contours
from viewer.display.pyramid import ImagePyramid
from viewer.display.voi import Voi, start_voi


@dataclass(frozen=True, slots=True, eq=False)
class ShownImage:
    """What a pane needs of one image, computed once when the image is read.

    Attributes
    ----------
    pyramid : the hung pixels and their halvings.
    voi : the window or table the image starts with.
    to_hung : map from stored to hung pixels.
    truth : per class, contours as arrays of shape (n, 2) in hung (row, column).
    """

    mammogram: Mammogram
    pyramid: ImagePyramid
    voi: Voi
    to_hung: Affine
    truth: tuple[tuple[FindingClass, tuple[NDArray[np.float64], ...]], ...]

    @classmethod
    def prepare(cls, mammogram: Mammogram) -> ShownImage:
        """Lay, halve and outline; about 50 ms for 13 megapixels, so not on the GUI thread."""
        return cls(
            mammogram=mammogram,
            pyramid=ImagePyramid.build(hung(mammogram)),
            voi=start_voi(mammogram.grayscale, mammogram.pixels),
            to_hung=hung_from_source(mammogram),
            truth=tuple(
                (truth.finding, tuple(contours(mammogram.orientation.apply(truth.mask))))
                for truth in mammogram.truth
            ),
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) as hung."""
        return self.pyramid.shape
