"""Pages of the phantom exam against pictures that were looked at and found right.

After a wanted change, run `python -m tests.export.test_golden` and look at the new pictures.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.exam import L_MLO, R_CC, R_MLO, STANDARD_VIEWS, FindingClass, Origin, TruthMask
from models.geometry import Orientation
from models.grayscale import VoiFunction, VoiWindow
from tests.phantoms import BRIGHT, make_exam, make_mammogram, make_result
from viewer.display.overlay import Overlays
from viewer.display.viewport import Viewport
from viewer.export import banner
from viewer.export.page import PageSpec
from viewer.export.render import render_page

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "pages"
VOIS = dict.fromkeys(STANDARD_VIEWS, VoiWindow(1800.0, 2600.0, VoiFunction.SIGMOID))
SPEC = PageSpec("2x2", 420, 560, vois=VOIS, made_on="2026-01-02")
ALL_ON = Overlays(True, True, True, True, opacity=0.7)
ZOOMED = {R_MLO: Viewport(340, 420, 2.0, 150.0, 130.0)}

PAGES = {
    "four_views_and_all_overlays": replace(SPEC, overlays=ALL_ON),
    "mlo_pair_with_one_view_missing": replace(SPEC, layout="mlo", width=480, height=360),
    "one_view_zoomed": replace(
        SPEC, layout="single:R-MLO", width=420, overlays=ALL_ON, viewports=ZOOMED
    ),
    "right_breast_inverted_and_plain": replace(
        SPEC, layout="right", height=240, width=360, inverted=True, plain=True
    ),
}


def phantom(name):
    """Four views stored in four ways, truth of both classes on the right, one guess."""
    views = {}
    for number, view in enumerate(STANDARD_VIEWS):
        stored = Orientation(number == 1, number in (1, 2), number in (2, 3))
        views[view] = make_mammogram(view, stored=stored)
    bright = views[R_MLO].pixels == BRIGHT
    views[R_MLO] = replace(
        views[R_MLO],
        orientation_origin=Origin.PIXELS,
        truth=(TruthMask(FindingClass.BENIGN, np.roll(bright, 60, axis=0)),),
    )
    views[R_CC] = replace(views[R_CC], view_origin=Origin.FILE_NAME, lossy=True)
    if "missing" in name:
        del views[L_MLO]
    return make_exam("1.2.840.99.7", views=views, date="2025-12-31")


def render(name, monkeypatch):
    """The page, as if made by version 0.0.0, so that releases change no picture."""
    monkeypatch.setattr(banner, "__version__", "0.0.0")
    exam = phantom(name)
    return render_page(exam, make_result(exam), PAGES[name])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did_when_it_was_approved(name, monkeypatch):
    page = render(name, monkeypatch).astype(int)
    with Image.open(GOLDEN / f"{name}.png") as image:
        approved = np.asarray(image).astype(int)
    assert page.shape == approved.shape
    difference = np.abs(page - approved).max(axis=2)
    # Rasterising of letters and lines may differ a little between builds of FreeType and OpenCV.
    assert np.count_nonzero(difference > 24) < 0.002 * difference.size
    assert difference.mean() < 0.2


def test_the_comparison_notices_a_mirrored_pane(monkeypatch):
    name = "right_breast_inverted_and_plain"
    page = render(name, monkeypatch).astype(int)
    mirrored = page.copy()
    mirrored[:, :180] = page[:, :180][:, ::-1]
    assert np.count_nonzero(np.abs(page - mirrored).max(axis=2) > 24) > 0.05 * page[..., 0].size


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        for each in PAGES:
            Image.fromarray(render(each, patch)).save(GOLDEN / f"{each}.png", optimize=True)
