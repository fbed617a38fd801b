"""Scanned films with marked calcifications go through everything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.exam import R_MLO, Mammogram, Origin
from models.grayscale import Grayscale
from models.microcalcification.laying import lie_left
from models.microcalcification.network_classifiers import RoiClassifier
from models.microcalcification.network_unet import UNet
from models.microcalcification.predictor import LoadedDeepMiCa, network_input, predict
from tests.models.microcalcification.conftest import CPU

# (column, row from the bottom) of what is marked, by film. The mark of mdb212 lies in the air.
MARKED = {
    "mdb209": [(647, 503)],
    "mdb211": [(680, 327)],
    "mdb212": [],
    "mdb213": [(547, 520)],
    "mdb219": [(546, 756)],
    "mdb223": [(523, 482), (591, 529)],
}


@pytest.mark.parametrize("name", MARKED)
def test_a_film_is_read_and_what_is_marked_on_it_was_seen(
    shared: Path, small_unet: UNet, small_classifier: RoiClassifier, name: str
) -> None:
    with Image.open(shared / "data" / "mias_calcs" / f"{name}.pgm") as film:
        pixels = np.asarray(film).astype(np.uint16)
    mammogram = Mammogram(
        image_id=name,
        name=name,
        title=name,
        view=R_MLO,
        view_origin=Origin.FILE_NAME,
        pixels=pixels,
        grayscale=Grayscale(bits_stored=8),
        pixel_spacing_mm=(0.2, 0.2),
    )
    seen = network_input(lie_left(mammogram))
    for column, from_bottom in MARKED[name]:
        row = pixels.shape[0] - from_bottom
        inside = seen.to_source.inverse().point(row + 0.5, column + 0.5)
        assert seen.image[int(inside[0]), int(inside[1])] > 40
    loaded = LoadedDeepMiCa(small_unet, small_classifier, CPU)
    found = predict(mammogram, loaded, lambda *_: None, lambda: None)
    assert found.probability.in_source().shape == pixels.shape
    for speck in found.specks:
        assert 0 <= speck.row < pixels.shape[0]
        assert 0 <= speck.column < pixels.shape[1]
    # Where film around the breast is not black, the published preprocessing loses much of it.
    assert bool(found.remark) == (name not in ("mdb209",))
