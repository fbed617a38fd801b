"""Departures from the vendor's look change tissue only, and leave black what is black."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.exam import L_CC, L_MLO, R_CC
from models.grayscale import Grayscale, LookupTable, Photometric, VoiFunction, VoiWindow
from tests.phantoms import breast_pixels, make_mammogram
from viewer.display.departures import GAMMAS, VENDOR_LOOK, Departures, local_contrast
from viewer.display.gray import buffer_of, contrast_pyramid, table_of
from viewer.display.gray_words import departure_words
from viewer.display.sampling import sample, to_gray
from viewer.display.shown import ShownImage
from viewer.display.viewport import Viewport
from viewer.display.voi import WindowedTable, auto_window, background_table

ROWS, COLUMNS = 240, 160
CURVE = LookupTable(np.linspace(4095, 0, 3000).astype(np.uint16), 500, 12, "FALLING")
PADDED = slice(-20, None)  # columns, and the values they hold
PADDING = (3000, 3010)


def padded_image(photometric: Photometric) -> tuple[ShownImage, np.ndarray]:
    """A breast with flat air and a stripe of padding in mid-range, and where those are."""
    pixels = breast_pixels(L_MLO, ROWS, COLUMNS)
    background = pixels == 0
    background[:, PADDED] = True
    if photometric is Photometric.MONOCHROME1:
        pixels = 4095 - pixels
    pixels[(pixels >= PADDING[0]) & (pixels <= PADDING[1])] = PADDING[0] - 1
    pixels[:, PADDED] = np.arange(*PADDING)[np.arange(ROWS) % 10][:, None]
    grayscale = Grayscale(photometric, 12, padding=PADDING)
    mammogram = make_mammogram(L_MLO, pixels=pixels, grayscale=grayscale, truth=())
    return ShownImage.prepare(mammogram), background


IMAGES = {photometric: padded_image(photometric) for photometric in Photometric}
CONTRASTS = {each: contrast_pyramid(image) for each, (image, _) in IMAGES.items()}
windows = st.builds(
    VoiWindow,
    center=st.floats(-9000, 9000),
    width=st.floats(1, 20000),
    function=st.sampled_from(VoiFunction),
)
vois = windows | st.just(CURVE) | st.builds(WindowedTable, st.just(CURVE), windows)
departures = st.builds(
    Departures, clahe=st.booleans(), sharpened=st.booleans(), gamma=st.sampled_from(GAMMAS)
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(Photometric), vois, departures, st.booleans(), st.sampled_from([1.0, 0.4]))
def test_rule_7_padding_and_air_are_black_under_everything_that_a_reader_can_do(
    photometric, voi, departures, inverted, scale
):
    """rule 7: any window, table, preset, departure and inversion, at 1:1 and reduced."""
    image, background = IMAGES[photometric]
    viewport = Viewport(round(ROWS * scale), round(COLUMNS * scale), scale, 0.0, 0.0)
    buffer, _ = buffer_of(image, viewport, departures, CONTRASTS[photometric])
    shown = to_gray(buffer, table_of(image, voi, inverted=inverted, departures=departures))
    # Only pixels that see nothing of the breast, nor of the edge between air and padding.
    if scale == 1.0:
        alone = background
    else:
        alone = np.zeros_like(background)
        alone[3:40, -10:] = alone[-20:-3, 75:125] = True
    y, x = np.nonzero(alone)
    assert not shown[(y * scale).astype(int), (x * scale).astype(int)].any()


@pytest.mark.parametrize("photometric", Photometric)
def test_rule_7_padding_and_air_are_left_out_of_the_measured_window(photometric):
    """rule 7, G8: however much there is of them."""
    image, background = IMAGES[photometric]
    pixels = image.mammogram.pixels
    found = auto_window(image.mammogram.grayscale, pixels)
    tissue = pixels[~background].astype(float)
    expected = np.percentile(tissue, (1.0, 99.7))
    reach = 0.05 * (expected[1] - expected[0])
    low, high = found.center - found.width / 2, found.center + found.width / 2
    assert abs(low - expected[0]) < reach
    assert abs(high - expected[1]) < reach


@pytest.mark.parametrize("dtype", [np.uint16, np.int16])
def test_clahe_leaves_air_alone_and_stays_in_range(dtype):
    rng = np.random.default_rng(8)
    pixels = breast_pixels(R_CC, 400, 300).astype(np.int32)
    background = pixels == 0
    pixels[~background] = (pixels[~background] + rng.normal(0, 12, (~background).sum())).clip(400)
    shift = 3000 if dtype == np.int16 else 0
    stored = (pixels - shift).astype(dtype)
    grayscale = Grayscale(bits_stored=13, signed=shift > 0)
    found = local_contrast(stored, background_table(grayscale, -shift))
    assert found.dtype == dtype
    np.testing.assert_array_equal(found[background], stored[background])
    assert found[~background].min() >= stored[~background].min()
    assert found[~background].max() <= stored[~background].max()


def test_clahe_raises_what_differs_little_from_its_surroundings():
    rng = np.random.default_rng(3)
    pixels = np.where(np.arange(320) < 160, 1000, 2500) + rng.normal(0, 20, (320, 320))
    stored = pixels.astype(np.uint16)
    found = local_contrast(stored, background_table(Grayscale(bits_stored=12), None))
    for part in (slice(20, 140), slice(180, 300)):
        assert found[:, part].std() > 1.5 * stored[:, part].std()
    assert found[:, 20:140].mean() < found[:, 180:300].mean() - 800


def test_the_histogram_of_clahe_counts_tissue_alone():
    """G8: the same breast in twice as much air gets the very same contrast in its tiles."""
    tissue = np.random.default_rng(4).integers(500, 3000, (80, 80)).astype(np.uint16)
    table = background_table(Grayscale(bits_stored=12), 0)
    alone = local_contrast(tissue, table)
    speckled = tissue.copy()
    speckled[::2, ::2] = 0
    among_air = local_contrast(speckled, table)
    kept = speckled > 0
    change = np.abs(alone[kept].astype(int) - among_air[kept].astype(int))
    assert change.mean() < 60  # of 2500; counting the air would lift all by about a quarter
    assert (among_air[~kept] == 0).all()


def test_an_image_of_nothing_but_air_survives_every_departure():
    mammogram = make_mammogram(L_CC, pixels=np.zeros((64, 64), np.uint16), truth=())
    image = ShownImage.prepare(mammogram)
    contrast = contrast_pyramid(image)
    viewport = Viewport(64, 64, 1.0, 0.0, 0.0)
    buffer, _ = buffer_of(image, viewport, Departures(True, True, 2.0), contrast)
    assert not buffer.any()


def test_sharpening_keeps_flat_tissue_and_gives_the_skin_no_rim():
    pixels = np.full((100, 100), 1000, np.uint16)
    pixels[:, 60:] = 0
    pixels[40:50, 10:20] = 1500
    mammogram = make_mammogram(L_CC, pixels=pixels, truth=())
    image = ShownImage.prepare(mammogram)
    viewport = Viewport(100, 100, 1.0, 0.0, 0.0)
    sharp, offset = buffer_of(image, viewport, Departures(sharpened=True))
    plain, plain_offset = sample(image.pyramid, viewport)
    assert offset == plain_offset
    assert sharp.shape == plain.shape
    assert (sharp[70:, :60] == 1000).all()
    assert not sharp[:, 60:].any()
    assert sharp[40:50, 10:20].max() > 1550
    assert sharp[45, 7:10].min() < 950


def test_sharpening_looks_the_same_wherever_the_pane_ends():
    image, _ = IMAGES[Photometric.MONOCHROME2]
    whole, _ = buffer_of(image, Viewport(ROWS, COLUMNS, 1.0, 0.0, 0.0), Departures(sharpened=True))
    part, _ = buffer_of(image, Viewport(60, 50, 1.0, 100.0, 30.0), Departures(sharpened=True))
    np.testing.assert_array_equal(part, whole[100:160, 30:80])


def test_gamma_lifts_the_dark_greys_and_ends_at_both_ends():
    image, _ = IMAGES[Photometric.MONOCHROME2]
    voi = VoiWindow(2000.0, 2000.0)
    stored = np.arange(1001, 2990)
    p_values = (stored - 1999.5) / 1999.0 + 0.5
    lifted = table_of(image, voi, departures=Departures(gamma=2.0))[stored]
    assert np.abs(lifted - 255.0 * np.sqrt(p_values)).max() <= 0.5 + 1e-9
    departures = VENDOR_LOOK
    for _ in range(20):
        departures = departures.with_gamma(1)
    assert departures.gamma == GAMMAS[-1]
    assert replace(departures, gamma=1.25).with_gamma(-1) == VENDOR_LOOK


def test_departures_are_named_and_the_vendors_look_is_not():
    assert departure_words(VENDOR_LOOK) == ""
    every = Departures(clahe=True, sharpened=True, gamma=1.25)
    assert departure_words(every) == "Not the vendor's look: CLAHE, sharpened, gamma 1.25"
    awaited = departure_words(Departures(clahe=True), awaited=True)
    assert awaited == "Not the vendor's look: CLAHE (being computed)"
