"""Choosing grey scales: by name, by step, by preset, for one image or for all, and back."""

from __future__ import annotations

import numpy as np
import pytest

from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS
from models.grayscale import Grayscale, LookupTable, Photometric, VoiFunction, VoiWindow
from tests.phantoms import breast_pixels, make_exam, make_mammogram
from tests.screen import on_screen
from viewer.display.departures import Departures
from viewer.display.gray import contrast_key, contrast_pyramid, table_of
from viewer.display.presets import BUILT_IN, CALCIFICATIONS, MOST, Preset
from viewer.session import gray, transitions
from viewer.session.state import Look, SessionState

CURVE = LookupTable(np.arange(4096, dtype=np.uint16), 0, 12, "CURVE")
WINDOWS = (
    VoiWindow(1800, 1500, VoiFunction.SIGMOID, "NORMAL"),
    VoiWindow(2000, 1000, VoiFunction.SIGMOID, "HARDER"),
)
ONE_VENDOR = Grayscale(bits_stored=12, windows=WINDOWS, luts=(CURVE,))
# The same brightness on 15 bits, upside down, with a slope and windows of its own.
OTHER_VENDOR = Grayscale(
    Photometric.MONOCHROME1,
    15,
    rescale_slope=0.5,
    rescale_intercept=-1000.0,
    windows=(
        VoiWindow(9000, 8000, VoiFunction.LINEAR, "DEFAULT"),
        VoiWindow(9200, 6000, VoiFunction.LINEAR, "HARDER"),
    ),
)


def reading(**grayscales) -> SessionState:
    """An exam on the screen whose L MLO is another vendor's."""
    other = make_mammogram(
        L_MLO,
        pixels=(32767 - 8 * breast_pixels(L_MLO)).astype(np.uint16),
        grayscale=OTHER_VENDOR,
        image_id="other",
        truth=(),
    )
    views = {view: make_mammogram(view, grayscale=ONE_VENDOR) for view in (R_CC, L_CC, R_MLO)}
    return on_screen(make_exam(views={**views, L_MLO: other}))


STATE = reading()


def brightness(state: SessionState, view) -> float:
    """Mean grey of the tissue as it is shown."""
    image = state.images[view]
    table = table_of(image, state.voi_of(view), inverted=state.look.inverted)
    pixels = image.pyramid.levels[0]
    return float(table[pixels[pixels != image.air]].mean())


def contrast(state: SessionState, view) -> float:
    image = state.images[view]
    table = table_of(image, state.voi_of(view))
    pixels = image.pyramid.levels[0]
    return float(table[pixels[pixels != image.air]].std())


@pytest.mark.parametrize("inverted", [False, True])
def test_dragging_up_brightens_the_images_of_every_vendor_alike(inverted):
    """G6: in relative terms, whatever depth, rescale or polarity."""
    state = gray.inverted(STATE) if inverted else STATE
    up = gray.windowed(state, STANDARD_VIEWS, brighter=0.2, wider=0.0)
    down = gray.windowed(state, STANDARD_VIEWS, brighter=-0.2, wider=0.0)
    for view in (R_CC, L_MLO):
        order = [brightness(each, view) for each in (down, state, up)]
        assert order == sorted(order)
        assert order[2] - order[0] > 20


def test_dragging_narrower_raises_the_contrast_of_every_vendor_alike():
    """G6"""
    narrow = gray.windowed(STATE, STANDARD_VIEWS, brighter=0.0, wider=-1.0)
    for view in (R_CC, L_MLO):
        assert contrast(narrow, view) > 1.1 * contrast(STATE, view)


def test_rule_8_a_window_is_adjusted_on_one_image_or_on_all():
    """rule 8"""
    one = gray.windowed(STATE, [R_CC], 0.1, 0.0)
    assert set(one.look.vois) == {R_CC}
    every = gray.windowed(STATE, STANDARD_VIEWS, 0.1, 0.0)
    assert set(every.look.vois) == set(STANDARD_VIEWS)


def test_rule_8_a_choice_is_for_all_linked_images_and_for_one_alone_otherwise():
    """rule 8: other images take their own of the same name, or what stands in its place."""
    linked = gray.voi_named(STATE, R_CC, "HARDER")
    assert linked.voi_of(R_CC) is WINDOWS[1]
    assert linked.voi_of(L_CC) is WINDOWS[1]
    assert linked.voi_of(L_MLO) is OTHER_VENDOR.windows[1]
    first = gray.voi_named(linked, R_CC, "NORMAL")
    assert first.voi_of(L_MLO) is OTHER_VENDOR.windows[0]
    table = gray.voi_named(linked, R_CC, "CURVE")
    assert table.voi_of(L_CC) is CURVE
    assert table.voi_of(L_MLO) is OTHER_VENDOR.windows[1], "it has no third choice"
    alone = gray.voi_named(transitions.replace(STATE, linked=False), R_CC, "HARDER")
    assert set(alone.look.vois) == {R_CC}


@pytest.mark.parametrize("preset", BUILT_IN)
def test_rule_8_a_preset_is_applied_to_all_linked_images_in_terms_of_their_own_start(preset):
    """rule 8, G12"""
    state = gray.preset_applied(STATE, R_CC, preset)
    for view in STANDARD_VIEWS:
        image = STATE.images[view]
        assert state.voi_of(view) == preset.applied(image.voi, image.mammogram.grayscale)
    again = gray.preset_applied(state, R_CC, preset)
    assert again.voi_of(L_MLO) == state.voi_of(L_MLO), "from the start, not from what is shown"


def test_steps_go_round_all_choices_both_ways():
    """rule 5 by key"""
    assert STATE.voi_of(R_CC) is CURVE
    state, seen = STATE, []
    for _ in range(3):
        state = gray.voi_stepped(state, R_CC, 1)
        seen.append(state.voi_of(R_CC))
    assert seen == [WINDOWS[0], WINDOWS[1], CURVE]
    assert gray.voi_stepped(STATE, R_CC, -1).voi_of(R_CC) is WINDOWS[1]
    dragged = gray.windowed(state, STANDARD_VIEWS, 0.3, 0.3)
    assert gray.voi_stepped(dragged, R_CC, 1).voi_of(R_CC) is CURVE, "first back to the start"


def test_rule_9_the_modalitys_own_contrast_is_the_start_and_reset_returns_to_it_exactly():
    """rule 9: whatever was dragged, chosen, inverted or departed from before."""
    before = {view: table_of(STATE.images[view], STATE.voi_of(view)) for view in STANDARD_VIEWS}
    state = gray.windowed(STATE, STANDARD_VIEWS, 0.3, -0.6)
    state = gray.voi_named(state, R_CC, "HARDER")
    state = gray.windowed(state, STANDARD_VIEWS, 0.3, -0.6)
    state = gray.preset_applied(gray.inverted(state), R_CC, CALCIFICATIONS)
    state = gray.departed(state, Departures(clahe=True, sharpened=True, gamma=2.0))
    state = transitions.look_reset(state)
    assert state.look.departures == Look().departures == Departures()
    for view in STANDARD_VIEWS:
        shown = table_of(state.images[view], state.voi_of(view), inverted=state.look.inverted)
        np.testing.assert_array_equal(shown, before[view])


def test_going_back_to_the_modalitys_window_alone_leaves_the_rest():
    state = gray.inverted(gray.preset_applied(STATE, R_CC, CALCIFICATIONS))
    state = gray.voi_restored(state, R_CC)
    assert state.voi_of(L_MLO) == STATE.voi_of(L_MLO)
    assert state.look.inverted


def test_own_presets_are_kept_by_name_and_removed():
    state = gray.windowed(STATE, STANDARD_VIEWS, 0.2, -0.5)
    state = gray.preset_kept(state, R_CC, "mine")
    assert [preset.name for preset in state.presets] == ["mine"]
    other = gray.preset_applied(transitions.look_reset(state), L_MLO, state.presets[0])
    assert other.voi_of(R_CC).window.explanation == "mine"
    assert other.voi_of(L_MLO).width == pytest.approx(8000 * 2**-0.5)
    replaced = gray.preset_kept(transitions.look_reset(state), R_CC, "mine")
    assert [(each.name, each.wider) for each in replaced.presets] == [("mine", 0.0)]
    assert gray.preset_removed(replaced, "mine").presets == ()


def test_what_cannot_be_a_preset_is_said():
    state = gray.preset_kept(gray.voi_named(STATE, R_CC, "HARDER"), R_CC, "mine")
    assert state.presets == ()
    assert "start" in state.message
    full = tuple(Preset(f"p{number}", 0.0, 0.0) for number in range(MOST))
    state = gray.preset_kept(transitions.replace(STATE, presets=full), R_CC, "one more")
    assert len(state.presets) == MOST
    assert "remove" in state.message


def test_images_await_clahe_until_it_is_computed_and_let_it_go_with_the_exam():
    assert gray.contrasts_awaited(STATE) == ()
    state = gray.departed(transitions.focused(STATE, L_MLO), Departures(clahe=True))
    awaited = gray.contrasts_awaited(state)
    assert awaited[0].mammogram.view == L_MLO
    assert len(awaited) == 4
    image = awaited[0]
    state = gray.contrast_ready(state, contrast_key(image), contrast_pyramid(image))
    assert len(gray.contrasts_awaited(state)) == 3
    assert gray.contrasts_let_go(state) is state
    left = gray.contrasts_let_go(transitions.shown(state, 0))
    assert dict(left.contrasts) == {}
