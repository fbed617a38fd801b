"""From an image to the grey of a pane: the one way that screen, exports and pictures take."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.geometry import Orientation
from viewer.display.departures import VENDOR_LOOK, Departures, local_contrast, sharp_sample
from viewer.display.pyramid import ImagePyramid
from viewer.display.sampling import sample
from viewer.display.shown import ShownImage
from viewer.display.viewport import Viewport
from viewer.display.voi import Voi, background_table, compile_table

ContrastKey: TypeAlias = tuple[str, Orientation]


def contrast_key(image: ShownImage) -> ContrastKey:
    """What tells the local contrast of one image, as it hangs, from all others of its exam."""
    return image.mammogram.image_id, image.mammogram.orientation


def contrast_pyramid(image: ShownImage) -> ImagePyramid:
    """The image after CLAHE; about a second for 13 megapixels, so not on the GUI thread."""
    background = background_table(image.mammogram.grayscale, image.air)
    equalised = local_contrast(image.pyramid.levels[0], background)
    return ImagePyramid.build(equalised, image.pyramid.backdrop)


def buffer_of(
    image: ShownImage,
    viewport: Viewport,
    departures: Departures = VENDOR_LOOK,
    contrast: ImagePyramid | None = None,
    *,
    inverted: bool = False,
) -> tuple[NDArray[Any], tuple[int, int]]:
    """`sampling.sample` of what is drawn: stored values, or those that departures make of them.

    Parameters
    ----------
    contrast : `contrast_pyramid`, drawn if CLAHE is on; None while it is not computed.
    inverted : what is drawn is looked up in the negative's table.
    """
    pyramid = contrast if departures.clahe and contrast is not None else image.pyramid
    if departures.sharpened:
        background = background_table(image.mammogram.grayscale, image.air)
        return sharp_sample(pyramid, viewport, background, inverted=inverted)
    return sample(pyramid, viewport, inverted=inverted)


def table_of(
    image: ShownImage, voi: Voi, *, inverted: bool = False, departures: Departures = VENDOR_LOOK
) -> NDArray[np.uint8]:
    """`compile_table` for an image."""
    return compile_table(
        image.mammogram.grayscale,
        voi,
        inverted=inverted,
        air=image.air,
        gamma=departures.gamma,
    )
