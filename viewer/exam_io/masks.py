"""Ground-truth masks, brought to the pixels of the image as stored."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from models.errors import (
    FourviewError,
    NotApplicableError,
    Problem,
    UnreadableFileError,
    name_of,
)
from models.exam import Mammogram, TruthMask, read_only
from models.geometry import resample_nearest
from models.glam.preprocess import WINDOW_COLUMNS, WINDOW_ROWS, frame_of
from models.preparation import upright
from viewer.exam_io.raster import read_grey
from viewer.exam_io.records import MaskFrame, TruthFile


def read_truth(
    truth: tuple[TruthFile, ...], mammogram: Mammogram
) -> tuple[tuple[TruthMask, ...], tuple[Problem, ...]]:
    """Read the masks of an image; what is wrong with one leaves the others."""
    masks: list[TruthMask] = []
    problems: list[Problem] = []
    for file in truth:
        try:
            masks.append(TruthMask(file.finding, _in_source(file, mammogram), file.path))
        except FourviewError as error:
            problems.append(Problem.from_error(error, name_of(file.path)))
    return tuple(masks), tuple(problems)


def glam_mask_to_source(mask: NDArray[np.bool_], mammogram: Mammogram) -> NDArray[np.bool_]:
    """Bring a mask from GLAM's input window back to the image it was cut from (spec glam 4).

    Parameters
    ----------
    mask : ndarray, shape (2944, 1920), bool, facing right.

    Returns
    -------
    ndarray, shape (rows, columns) of the stored image, bool.

    Raises
    ------
    NotApplicableError : the window cannot be placed, since no breast is found.
    """
    if mammogram.view is None:
        raise NotApplicableError(f"{mammogram.title} is none of the four standard views.")
    laid = upright(mammogram)
    frame = frame_of(laid.pixels, laid.facing_right, mammogram.view.position)
    to_source = frame.to_upright.then(laid.to_stored)
    return resample_nearest(mask, to_source, mammogram.shape)


def _in_source(file: TruthFile, mammogram: Mammogram) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = read_grey(file.path) > 0
    in_glam = file.frame is MaskFrame.GLAM
    expected = (WINDOW_ROWS, WINDOW_COLUMNS) if in_glam else mammogram.shape
    if mask.shape != expected:
        raise UnreadableFileError(
            file.path,
            f"the mask has {mask.shape[0]} × {mask.shape[1]} pixels "
            f"where {expected[0]} × {expected[1]} are needed",
        )
    if in_glam:
        mask = glam_mask_to_source(mask, mammogram)
    return cast("NDArray[np.bool_]", read_only(mask))
