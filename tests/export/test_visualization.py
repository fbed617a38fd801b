"""The picture of an analysed image shows the right tissue, marks and words."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from models.exam import L_CC, R_MLO, BreastLabels, FindingClass, Mammogram, TruthMask
from models.geometry import Box, Orientation
from models.results import GlamView, Provenance
from tests.phantoms import BRIGHT, make_exam, make_mammogram, make_result
from viewer.export.visualization import draw_visualization, write_visualization

MADE = Provenance("glam", "GLAM", "w.ckpt", "abcdef" * 10, "fp32", "cpu", "Fourview 0")
PANE_LEFT = [20 + place * 306 for place in range(4)]
HEADER = 110


def found_in(mammogram: Mammogram) -> GlamView:
    """The phantom's result; its crop, in the upright image, is the whole image."""
    found = make_result(make_exam(views={mammogram.view: mammogram})).glam.views[mammogram.view]
    rows, columns = mammogram.orientation.shape(mammogram.shape)
    return dataclasses.replace(found, window_location=(0, rows, 0, columns))


def picture(mammogram: Mammogram, labels: BreastLabels | None = None) -> NDArray[np.uint8]:
    return draw_visualization(mammogram, found_in(mammogram), MADE, labels)


def pane(drawn: NDArray[np.uint8], place: int) -> NDArray[np.int32]:
    left = PANE_LEFT[place]
    return drawn[HEADER:-64, left : left + 294].astype(np.int32)


def reddish(image: NDArray[np.int32]) -> NDArray[np.bool_]:
    return (image[..., 0] > image[..., 1] + 60) & (image[..., 0] > image[..., 2] + 60)


def blueish(image: NDArray[np.int32]) -> NDArray[np.bool_]:
    return (image[..., 2] > image[..., 0] + 60) & (image[..., 2] > 120)


def amber(image: NDArray[np.int32]) -> NDArray[np.bool_]:
    return (image[..., 0] > image[..., 2] + 40) & (image[..., 1] > image[..., 2] + 25)


def middle(mask: NDArray[np.bool_]) -> tuple[float, float]:
    row, column = np.argwhere(mask).mean(axis=0)
    return float(row), float(column)


def test_truth_patch_and_saliency_lie_on_the_same_lesion() -> None:
    drawn = picture(make_mammogram(R_MLO))
    assert drawn.shape[1] == 1500
    bright = pane(drawn, 1).min(axis=2) > 240
    lesion = middle(bright)
    outline = np.argwhere(amber(pane(drawn, 0)))  # and its letters, above it
    assert outline[:, 0].max() == pytest.approx(np.argwhere(bright)[:, 0].max(), abs=4)
    assert outline[:, 1].mean() == pytest.approx(lesion[1], abs=4)
    assert middle(blueish(pane(drawn, 1))) == pytest.approx(lesion, abs=8)
    assert middle(reddish(pane(drawn, 3))) == pytest.approx(lesion, abs=4)
    assert not reddish(pane(drawn, 2)).any()


def test_the_picture_is_the_same_however_the_image_is_stored() -> None:
    ways = [Orientation(*flags) for flags in itertools.product((False, True), repeat=3)]
    reference = picture(make_mammogram(L_CC))
    for stored in ways[1:]:
        mammogram = make_mammogram(L_CC, stored=stored)
        difference = np.abs(picture(mammogram)[:, :600].astype(int) - reference[:, :600])
        assert np.mean(difference > 8) < 0.002, stored


def test_benign_and_malignant_truth_are_amber_and_differ_in_letter() -> None:
    plain = make_mammogram(L_CC)
    mask = plain.pixels == BRIGHT
    drawn = {
        finding: pane(picture(make_mammogram(L_CC, truth=(TruthMask(finding, mask),))), 0)
        for finding in FindingClass
    }
    assert all(amber(image).any() for image in drawn.values())
    assert not any(reddish(image).any() for image in drawn.values())
    grey = {finding: image.max(axis=2) for finding, image in drawn.items()}
    assert np.any(grey[FindingClass.BENIGN] != grey[FindingClass.MALIGNANT])


def test_without_truth_the_image_stays_bare() -> None:
    bare = pane(picture(make_mammogram(L_CC, truth=())), 0)
    assert np.array_equal(bare[..., 0], bare[..., 1])
    assert np.array_equal(bare[..., 0], bare[..., 2])


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_every_patch_is_enlarged_and_none_is_cut(count: int) -> None:
    mammogram = make_mammogram(L_CC)
    found = found_in(mammogram)
    patches = tuple(
        dataclasses.replace(found.patches[0], rank=rank, box=Box(60 * rank, 90, 64, 64))
        for rank in range(1, count + 1)
    )
    drawn = draw_visualization(mammogram, dataclasses.replace(found, patches=patches), MADE)
    outlines = blueish(drawn[HEADER:-64, 20 + 4 * 306 :].astype(np.int32)).view(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(outlines)
    squares = [(int(w), int(h)) for _, _, w, h, _ in stats[1:] if w > 40]
    assert len(squares) == count
    assert len(set(squares)) == 1
    assert squares[0][0] == squares[0][1] >= 80


def test_labels_scores_and_provenance_change_the_words() -> None:
    mammogram = make_mammogram(L_CC)
    without = picture(mammogram)
    with_labels = picture(mammogram, BreastLabels(benign=True, malignant=False))
    assert np.any(without[:84] != with_labels[:84])
    assert np.array_equal(without[84:], with_labels[84:])
    assert without[-30:, 20:300].any(), "the research notice"


def test_the_file_is_a_png_that_says_what_it_is(tmp_path: Path) -> None:
    mammogram = make_mammogram(L_CC)
    found = found_in(mammogram)
    path = tmp_path / "visualization" / "x.png"
    write_visualization(path, mammogram, found, MADE)
    with Image.open(path) as image:
        image.load()
        assert image.mode == "RGB"
        assert image.text["Disclaimer"] == "Not a medical device. Research use only."
        assert image.text["Software"] == "Fourview 0"
    assert [each.name for each in path.parent.iterdir()] == ["x.png"]
