"""What everybody who uses a phantom relies on: where things are, and that they stay there."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from models.exam import (
    L_CC,
    L_MLO,
    R_CC,
    STANDARD_VIEWS,
    FindingClass,
    Laterality,
    View,
    ViewPosition,
)
from models.phantom.choose import plan_exam
from models.phantom.exam import STORED_SHAPE, draw_view
from models.phantom.fields import FIELD_PX, draw_fields
from models.phantom.outline import outline_of
from models.phantom.plan import DENSITIES, ExamPlan, LesionKind
from models.phantom.tissue import draw_tissue

SHA256 = "df7affeb231b7ffb9c5409a3549ffa603861a0f070dae344f220188569c337ca"


@pytest.fixture(scope="module")
def malignant():
    """The view of a left breast with a cancer."""
    plan = plan_exam(10, density="b", lesion="malignant")
    assert plan.lesions[0].laterality is Laterality.LEFT
    return plan, draw_view(plan, L_MLO)


def test_a_view_is_a_full_12_bit_detector_with_air_at_exactly_0(malignant):
    _, view = malignant
    assert view.pixels.shape == STORED_SHAPE
    assert view.pixels.dtype == np.uint16
    assert 3000 < view.pixels.max() <= 4095
    assert 0.5 < (view.pixels == 0).mean() < 0.9


def test_the_breast_is_one_piece_without_a_hole(malignant):
    _, view = malignant
    breast = view.pixels > 0
    _, pieces = ndimage.label(breast)
    _, holes = ndimage.label(~breast)
    assert pieces == 1
    assert holes <= 2  # above and below the breast


@pytest.mark.parametrize("view", STANDARD_VIEWS, ids=lambda view: view.name)
def test_the_chest_wall_lies_where_a_vendor_stores_it(view):
    tissue = draw_view(ExamPlan(4, "a"), view)
    left, right = (tissue.pixels[:, column] > 0 for column in (0, -1))
    wall, air = (left, right) if view.laterality is Laterality.LEFT else (right, left)
    assert wall.mean() > 0.4
    assert not air.any()
    row, column = tissue.nipple
    assert tissue.pixels[round(row), round(column) + (-30 if wall is left else 30)] > 0
    assert (column > 1280 / 2) if wall is left else (column < STORED_SHAPE[1] - 1280 / 2)
    # The axilla of an MLO view is at the top, never at the bottom.
    top, bottom = tissue.pixels[0] > 0, tissue.pixels[-1] > 0
    assert top.any() == (view.position is ViewPosition.MLO)
    assert not bottom.any()


def test_the_same_plan_gives_the_same_pixels_on_every_machine():
    view = draw_view(plan_exam(3, density="c", lesion="benign"), R_CC)
    assert hashlib.sha256(view.pixels.tobytes()).hexdigest() == SHA256


def test_a_lesion_is_as_deep_and_as_far_from_the_nipple_in_both_views():
    plan = plan_exam(10, density="b", lesion="malignant")
    lesion = plan.lesions[0]
    for position in ViewPosition:
        view = View(lesion.laterality, position)
        drawn = draw_view(plan, view)
        middle = np.argwhere(drawn.lesions[0].mask).mean(axis=0) * 0.07
        nipple = np.array(drawn.nipple) * 0.07
        away = np.hypot(lesion.depth_mm, lesion.offset_mm[0])  # the same in CC and MLO
        assert np.hypot(*(middle - nipple)) == pytest.approx(away, abs=3.0)
        axis = outline_of(plan.seed, view).axis
        inward = np.array([-np.sin(axis), -np.cos(axis)])
        assert (middle - nipple) @ inward == pytest.approx(lesion.depth_mm, abs=3.0)


def test_a_mass_is_brighter_than_the_tissue_around_it_and_only_there(malignant):
    plan, view = malignant
    healthy = draw_view(ExamPlan(plan.seed, plan.density), L_MLO)
    mask = view.masks[FindingClass.MALIGNANT]
    change = view.pixels.astype(int) - healthy.pixels
    core = ndimage.binary_erosion(mask[::4, ::4], iterations=6).repeat(4, 0).repeat(4, 1)
    assert change[core].mean() > 500
    near = ndimage.binary_dilation(mask[::4, ::4], iterations=60).repeat(4, 0).repeat(4, 1)
    assert not change[~near].any()


def test_only_what_was_asked_for_is_in_the_breast(malignant):
    plan, view = malignant
    assert set(view.masks) == {FindingClass.MALIGNANT}
    assert draw_view(plan, R_CC).masks == {}
    assert plan.labels[Laterality.LEFT].malignant
    assert not plan.labels[Laterality.LEFT].benign
    assert not plan.labels[Laterality.RIGHT].malignant


def test_lesions_lie_inside_the_breast_in_every_drawn_exam():
    for seed in range(60):
        for lesion in plan_exam(seed).lesions:
            for projection, position in enumerate(ViewPosition):
                outline = outline_of(seed, View(lesion.laterality, position))
                place = outline.place_mm(lesion.depth_mm, lesion.offset_mm[projection])
                assert outline.holds(place, lesion.radius_mm)


def test_denser_classes_show_more_gland():
    means = []
    for density in DENSITIES:
        tissue = draw_tissue(ExamPlan(8, density), L_CC)
        means.append(tissue.density[tissue.inside].mean())
    assert means == sorted(means)
    assert means[3] > 1.3 * means[0]


def test_a_prior_shows_the_same_breast_held_differently():
    plan = plan_exam(10, density="b", lesion="malignant")
    now, before = draw_view(plan, L_MLO), draw_view(plan.earlier(), L_MLO)
    assert before.masks == {}
    assert not np.array_equal(now.pixels, before.pixels)
    other = draw_view(ExamPlan(11, "b"), L_MLO)
    inside = (now.pixels > 0) & (before.pixels > 0) & ~now.masks[FindingClass.MALIGNANT]

    def likeness(view):
        fine = [
            ndimage.gaussian_filter(image.astype(float), 6)[inside]
            for image in (now.pixels, view.pixels)
        ]
        return np.corrcoef(*fine)[0, 1]

    assert likeness(before) > likeness(other) + 0.2


def test_a_prior_of_a_growing_lesion_has_a_smaller_one():
    plan = plan_exam(10, density="b", lesion="malignant")
    before = draw_view(plan.earlier(0.6), L_MLO)
    now = draw_view(plan, L_MLO)
    finding = FindingClass.MALIGNANT
    assert 0 < before.masks[finding].sum() < 0.7 * now.masks[finding].sum()


def test_fields_say_what_is_in_them_and_differ():
    fields = [field for seed in range(3) for field in draw_fields(seed, 4)]
    assert {field.pixels.shape for field in fields} == {(FIELD_PX, FIELD_PX)}
    assert 2 < sum(field.benign or field.malignant for field in fields) < 12
    assert len({field.pixels.tobytes() for field in fields}) == len(fields)
    assert all((field.pixels > 0).mean() > 0.3 for field in fields)


def test_names_that_nobody_knows_are_refused():
    with pytest.raises(ValueError, match="density"):
        plan_exam(1, density="e")
    with pytest.raises(ValueError, match="finding"):
        plan_exam(1, lesion="cyst")


@pytest.mark.parametrize("view", [R_CC, L_CC], ids=lambda view: view.name)
def test_every_calcification_is_marked_where_it_is_drawn(view):
    lesions = plan_exam(10, density="a", lesion="malignant").lesions
    lesion = replace(lesions[0], kind=LesionKind.CALCIFICATIONS, laterality=view.laterality)
    drawn = draw_view(ExamPlan(10, "a", (lesion,)), view)
    (cluster,) = drawn.lesions
    marked = drawn.calcifications & cluster.mask
    assert ndimage.label(marked, np.ones((3, 3)))[1] >= 8
    around = ndimage.binary_dilation(marked, iterations=8) & ~ndimage.binary_dilation(
        marked, iterations=3
    )
    assert drawn.pixels[marked].mean() > drawn.pixels[around].mean() + 500
    # Stray ones are marked, too, but nothing else is.
    assert np.count_nonzero(drawn.calcifications) < 2 * np.count_nonzero(marked)
