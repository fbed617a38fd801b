"""A strip says what matters first, however narrow its pane is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.exam import R_CC, WRONG_SIDE
from tests.phantoms import make_mammogram
from viewer.display.pane_key import AsideView, PriorView
from viewer.display.shown import ShownImage
from viewer.display.strip import strip_of
from viewer.export.strip import draw_strip

PRIOR = "PRIOR 2024-06-20, 2 y before"
CHECK = WRONG_SIDE.partition(":")[0]
TRAY = "SET ASIDE: it is a spot compression."


def strip(view=R_CC, **changes):
    return strip_of(view, replace(ShownImage.prepare(make_mammogram(R_CC)), **changes))


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        (30, PRIOR),
        (25, "PRIOR 2024-06-20 · 2 y"),
        (20, "PRIOR 2024-06-20"),
        (10, "PRIOR"),
    ],
)
def test_a_narrow_prior_keeps_its_date_whole_or_leaves_it_out(letters, words):
    assert strip(PriorView.of(R_CC), notice=PRIOR).fitting(len, letters) == words


def test_the_call_to_check_the_side_is_never_cut():
    assert strip(doubtful=True).fitting(len, 100) == WRONG_SIDE
    assert strip(doubtful=True).fitting(len, 60) == CHECK
    both = strip(PriorView.of(R_CC), doubtful=True, notice=PRIOR)
    assert both.fitting(len, 200) == f"{WRONG_SIDE} · {PRIOR}"
    assert both.fitting(len, 50) == f"{CHECK} · {PRIOR}"
    assert both.fitting(len, 34) == f"{CHECK} · PRIOR 2024-06-20"
    assert both.fitting(len, 14) == CHECK


def test_a_file_that_contradicts_itself_says_how_while_there_is_room():
    mammogram = replace(make_mammogram(R_CC), doubt="CHECK THE VIEW: it says CC and MLO")
    image = ShownImage.prepare(mammogram, doubtful=True)
    found = strip_of(R_CC, image)
    assert found.fitting(len, 100) == "CHECK THE VIEW: it says CC and MLO"
    assert found.fitting(len, 20) == "CHECK THE VIEW"


def test_a_tray_image_without_room_for_its_reason_is_still_set_aside():
    assert strip(AsideView.at(0), notice=TRAY).fitting(len, 20) == "SET ASIDE"
    assert strip(AsideView.at(0), notice=TRAY).words == TRAY
    assert strip() is None


def test_pages_say_the_form_that_fits():
    """The same pixels as if the short form were all there is to say."""
    doubt = strip(doubtful=True)
    narrow, short = np.zeros((2, 24, 150, 3), np.uint8)
    draw_strip(narrow, doubt)
    draw_strip(short, replace(doubt, forms=(CHECK,)))
    assert np.array_equal(narrow, short)
    assert len(np.unique(narrow)) > 2
