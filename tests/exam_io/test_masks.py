"""Masks drawn in GLAM's input window come back to the tissue they were drawn on."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from models.exam import (
    STANDARD_VIEWS,
    FindingClass,
    Mammogram,
    Origin,
    View,
)
from models.geometry import AS_STORED, Orientation
from models.glam.preprocess import frame_of, place
from models.grayscale import Grayscale
from models.preparation import upright
from tests.dicom_factory import breast
from viewer.exam_io.load import load_image
from viewer.exam_io.masks import glam_mask_to_source, read_truth
from viewer.exam_io.records import ImageRecord, MaskFrame, TruthFile

LAYINGS = (
    AS_STORED,
    Orientation(flip_columns=True),
    Orientation(flip_rows=True, flip_columns=True),
    Orientation(transpose=True, flip_rows=True),
    Orientation(transpose=True),
)
MARK = 3999


def mammogram(view: View, hangs_by: Orientation, shape: tuple[int, int]) -> Mammogram:
    """A breast with one patch of a value of its own, stored so that `hangs_by` lays it."""
    hung = breast(view.laterality.value, shape)
    rows, columns = shape
    patch = np.s_[rows // 3 : rows // 3 + 40, columns // 2 - 30 : columns // 2 + 25]
    hung[patch] = MARK
    stored = np.ascontiguousarray(hangs_by.inverse().apply(hung))
    return Mammogram(
        "id", "a", view.label, view, Origin.LIST, stored, Grayscale(bits_stored=12), hangs_by
    )


@pytest.mark.parametrize("hangs_by", LAYINGS, ids=str)
@pytest.mark.parametrize("shape", [(1200, 700), (3300, 2300)], ids=["small", "large"])
@pytest.mark.parametrize("view", STANDARD_VIEWS[::3], ids=lambda view: view.name)
def test_a_mask_cut_in_glams_window_comes_back_to_the_same_pixels(view, shape, hangs_by):
    source = mammogram(view, hangs_by, shape)
    laid = upright(source)
    frame = frame_of(laid.pixels, laid.facing_right, view.position)
    in_window = place(laid.pixels, laid.facing_right, frame) == MARK
    assert in_window.any()
    np.testing.assert_array_equal(glam_mask_to_source(in_window, source), source.pixels == MARK)


def test_a_glam_mask_of_another_size_is_a_problem(tmp_path):
    source = mammogram(STANDARD_VIEWS[0], AS_STORED, (1200, 700))
    path = tmp_path / "mask.png"
    path.write_bytes(imagecodecs.png_encode(np.zeros((1200, 700), np.uint8)))
    masks, problems = read_truth((TruthFile(FindingClass.BENIGN, path, MaskFrame.GLAM),), source)
    assert masks == ()
    assert [problem.reason for problem in problems] == [
        "mask.png: the mask has 1200 × 700 pixels where 2944 × 1920 are needed."
    ]


def test_a_glam_mask_of_an_image_without_a_breast_is_a_problem(tmp_path):
    image = tmp_path / "L-CC.png"
    image.write_bytes(imagecodecs.png_encode(np.zeros((300, 200), np.uint16)))
    path = tmp_path / "mask.png"
    path.write_bytes(imagecodecs.png_encode(np.zeros((2944, 1920), np.uint8)))
    truth = TruthFile(FindingClass.BENIGN, path, MaskFrame.GLAM)
    view = STANDARD_VIEWS[0]
    black = load_image(ImageRecord(image, "a", view.label, view, Origin.LIST, flipped=False))
    masks, problems = read_truth((truth,), black)
    assert masks == ()
    assert problems[0].subject == "mask.png"
    assert "No breast was found" in problems[0].reason
