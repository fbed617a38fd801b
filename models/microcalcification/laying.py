"""A mammogram as DeepMiCa reads it: 8 bits, the breast on the left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.exam import Mammogram
from models.geometry import Affine
from models.microcalcification.levels import to_8_bits
from models.microcalcification.preprocess import lies_right
from models.preparation import upright


@dataclass(frozen=True, slots=True, eq=False)
class LyingLeft:
    """An image with its breast on the left.

    Attributes
    ----------
    image : ndarray, shape (rows, columns), uint8, bright on dark, air 0; may be a view.
    to_source : map from its pixels to stored ones; invertible.
    """

    image: NDArray[np.uint8]
    to_source: Affine


def lie_left(mammogram: Mammogram) -> LyingLeft:
    """Lay a standard view upright, and its breast on the left, however it is stored.

    The reference cuts the classifiers' regions from images as they are stored. Here they too are
    cut from what lies left, so that a score does not depend on how a file happens to be mirrored.

    Raises
    ------
    NotApplicableError : the image is none of the four standard views.
    """
    laid = upright(mammogram)
    image = to_8_bits(laid.pixels)
    if not lies_right(image):
        return LyingLeft(image, laid.to_stored)
    mirror = Affine(cc=-1.0, c0=float(image.shape[1]))
    return LyingLeft(image[:, ::-1], mirror.then(laid.to_stored))
