"""The grey-scale rules of IHE Mammography Image, from true DICOM files to pixels.

Every expected grey is worked out here from PS3.3 C.11, value by value, and not by our own code.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from models.exam import L_CC, Origin
from models.grayscale import VoiWindow
from tests.dicom_factory import breast, make_dicom
from viewer.display.departures import VENDOR_LOOK, Departures
from viewer.display.gray import buffer_of, table_of
from viewer.display.sampling import to_gray
from viewer.display.shown import ShownImage
from viewer.display.viewport import Viewport
from viewer.exam_io.load import load_image
from viewer.exam_io.records import ImageRecord
from viewer.session.gray import offered

SYNTAXES = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian)
# Photometric Interpretation, Presentation LUT Shape, and whether low values are then bright.
POLARITIES = [
    ("MONOCHROME2", "IDENTITY", False),
    ("MONOCHROME2", None, False),
    ("MONOCHROME2", "INVERSE", True),
    ("MONOCHROME1", "INVERSE", True),
    ("MONOCHROME1", None, True),
    ("MONOCHROME1", "IDENTITY", False),
]
ALL_12_BITS = np.arange(4096, dtype=np.uint16).reshape(64, 64)
ALL_SIGNED = np.arange(-2048, 2048, dtype=np.int16).reshape(64, 64)


def prepared(path: Path, pixels: np.ndarray, **attributes) -> ShownImage:
    """A file with `pixels` as its stored values, written, read, and ready to be drawn."""
    make_dicom(path, pixels=pixels, **attributes)
    record = ImageRecord(path, "a", "L CC", L_CC, Origin.ATTRIBUTES)
    return ShownImage.prepare(load_image(record))


def drawn(image: ShownImage, voi=None, *, inverted: bool = False) -> np.ndarray:
    """The greys of a pane that shows the whole image at 1:1."""
    rows, columns = image.shape
    buffer, _ = buffer_of(image, Viewport(rows, columns, 1.0, 0.0, 0.0))
    return to_gray(buffer, table_of(image, voi or image.voi, inverted=inverted))


def assert_greys(shown: np.ndarray, stored: np.ndarray, p_value: Callable, *, inverse=False):
    """Each pixel is the P-value, 0 … 1, of its stored value, to the nearest of 256 greys."""
    expected = np.array([255.0 * p_value(int(value)) for value in stored.ravel()])
    if inverse:
        expected = 255.0 - expected
    assert shown.size == expected.size
    assert np.abs(shown.ravel() - expected).max() <= 0.5 + 1e-9


def linear(c: float, w: float, x: float) -> float:
    """C.11.2.1.2.1, ymin 0, ymax 1."""
    if x <= c - 0.5 - (w - 1) / 2:
        return 0.0
    if x > c - 0.5 + (w - 1) / 2:
        return 1.0
    return (x - (c - 0.5)) / (w - 1) + 0.5


def linear_exact(c: float, w: float, x: float) -> float:
    """C.11.2.1.3.2."""
    if x <= c - w / 2:
        return 0.0
    if x > c + w / 2:
        return 1.0
    return (x - c) / w + 0.5


def sigmoid(c: float, w: float, x: float) -> float:
    """C.11.2.1.3.1."""
    return 1.0 / (1.0 + math.exp(-4.0 * (x - c) / w))


def looked_up(entries, first: int, bits: int, x: float) -> float:
    """C.11.2.1.1: before the first value its entry, after the last one the last."""
    return float(entries[min(max(round(x) - first, 0), len(entries) - 1)]) / (2**bits - 1)


def lut_item(entries, first: int, bits: int, vr: str, syntax, name: str = "CURVE") -> Dataset:
    """A VOI LUT with its entries as US, as OW words, or packed two to an OW word."""
    item = Dataset()
    # A descriptor's VR goes by the sign of its first value (C.11.2.1.1).
    item.add_new(0x00283002, "US" if first >= 0 else "SS", [len(entries) % 65536, first, bits])
    item.add_new(0x00283003, "LO", name)
    order = ">u2" if syntax == ExplicitVRBigEndian else "<u2"
    if vr == "US":
        item.add_new(0x00283006, "US", [int(entry) for entry in entries])
    elif vr == "OW":
        item.add_new(0x00283006, "OW", np.asarray(entries, order).tobytes())
    else:
        bytes_ = np.asarray([*entries, *[0] * (len(entries) % 2)], np.uint8)
        words = bytes_[0::2].astype(np.uint16) | bytes_[1::2].astype(np.uint16) << 8
        item.add_new(0x00283006, "OW", words.astype(order).tobytes())
    return item


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("vr", ["US", "OW"])
@pytest.mark.parametrize(("photometric", "shape", "inverse"), POLARITIES)
def test_rule_1_grey_is_the_tables_output_for_every_stored_value(
    tmp_path, photometric, shape, inverse, vr, syntax
):
    """rule 1"""
    entries = np.rint(4095 * (np.arange(3000) / 2999) ** 2.2).astype(int)
    image = prepared(
        tmp_path / "a.dcm",
        ALL_12_BITS,
        transfer_syntax=syntax,
        PhotometricInterpretation=photometric,
        PresentationLUTShape=shape,
        VOILUTSequence=[lut_item(entries, 625, 12, vr, syntax)],
    )
    assert_greys(
        drawn(image), ALL_12_BITS, lambda x: looked_up(entries, 625, 12, x), inverse=inverse
    )


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize(
    ("pixels", "first", "rescale"),
    [
        (ALL_SIGNED, -1500, {}),
        (ALL_SIGNED, 200, {}),
        (ALL_12_BITS, -900, {"RescaleIntercept": "-1000"}),
        (ALL_12_BITS, -4000, {"RescaleSlope": "-1"}),
        (ALL_12_BITS, 500, {"RescaleSlope": "-1", "RescaleIntercept": "4095"}),
        (ALL_12_BITS, 900, {"RescaleSlope": "0.5", "RescaleIntercept": "0.25"}),
    ],
)
def test_rule_1_a_table_begins_at_any_first_value_signed_or_not(
    tmp_path, pixels, first, rescale, syntax
):
    """rule 1: the first value counts in what leaves the modality LUT, and has its sign."""
    entries = np.random.default_rng(5).integers(0, 1 << 10, 1700)
    item = lut_item(entries, first, 10, "US", syntax)
    image = prepared(
        tmp_path / "a.dcm", pixels, transfer_syntax=syntax, VOILUTSequence=[item], **rescale
    )
    slope = float(rescale.get("RescaleSlope", 1))
    intercept = float(rescale.get("RescaleIntercept", 0))
    assert_greys(
        drawn(image), pixels, lambda x: looked_up(entries, first, 10, slope * x + intercept)
    )


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ExplicitVRBigEndian])
def test_rule_1_a_first_value_that_the_file_calls_signed_is_signed(tmp_path, syntax):
    """rule 1: VR SS speaks for itself, even where no stored value is below 0."""
    entries = np.arange(4000)
    item = lut_item(entries, -300, 12, "OW", syntax)
    image = prepared(
        tmp_path / "a.dcm", ALL_12_BITS, transfer_syntax=syntax, VOILUTSequence=[item]
    )
    assert_greys(drawn(image), ALL_12_BITS, lambda x: looked_up(entries, -300, 12, x))


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize(
    ("count", "bits", "vr"),
    [(256, 8, "US"), (256, 8, "OW"), (256, 8, "packed"), (255, 8, "packed"), (4096, 16, "OW")],
)
def test_rule_1_a_table_has_any_depth_and_packing(tmp_path, count, bits, vr, syntax):
    """rule 1: 8-bit entries may be packed two to a word (C.11.1.1.1)."""
    entries = np.random.default_rng(7).integers(0, 1 << bits, count)
    image = prepared(
        tmp_path / "a.dcm",
        ALL_12_BITS,
        transfer_syntax=syntax,
        VOILUTSequence=[lut_item(entries, 1000, bits, vr, syntax)],
    )
    assert_greys(drawn(image), ALL_12_BITS, lambda x: looked_up(entries, 1000, bits, x))


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_rule_1_a_descriptor_of_no_entries_means_65536(tmp_path, syntax):
    """rule 1, on every value that 16 bits can store"""
    pixels = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    entries = np.random.default_rng(9).permutation(65536)
    image = prepared(
        tmp_path / "a.dcm",
        pixels,
        transfer_syntax=syntax,
        VOILUTSequence=[lut_item(entries, 0, 16, "OW", syntax)],
    )
    assert_greys(drawn(image), pixels, lambda x: looked_up(entries, 0, 16, x))


@pytest.mark.parametrize("function", [None, "", "LINEAR"])
@pytest.mark.parametrize(("photometric", "shape", "inverse"), POLARITIES)
def test_rule_2_a_window_without_a_function_is_linear(
    tmp_path, photometric, shape, inverse, function
):
    """rule 2"""
    image = prepared(
        tmp_path / "a.dcm",
        ALL_12_BITS,
        PhotometricInterpretation=photometric,
        PresentationLUTShape=shape,
        WindowCenter="2047.5",
        WindowWidth="1501",
        VOILUTFunction=function,
    )
    assert_greys(drawn(image), ALL_12_BITS, lambda x: linear(2047.5, 1501, x), inverse=inverse)


@pytest.mark.parametrize(
    ("name", "formula"), [("SIGMOID", sigmoid), ("LINEAR", linear), ("LINEAR_EXACT", linear_exact)]
)
@pytest.mark.parametrize("pixels", [ALL_12_BITS, ALL_SIGNED])
@pytest.mark.parametrize(("slope", "intercept"), [(1, 0), (2.5, -1024.5), (-1, 4095)])
def test_rule_3_sigmoid_and_linear_functions_follow_their_formulas(
    tmp_path, pixels, slope, intercept, name, formula
):
    """rule 3, after the linear modality LUT, of signed and unsigned values"""
    image = prepared(
        tmp_path / "a.dcm",
        pixels,
        RescaleSlope=slope,
        RescaleIntercept=intercept,
        WindowCenter="1100.5",
        WindowWidth="900",
        VOILUTFunction=name,
    )
    assert_greys(drawn(image), pixels, lambda x: formula(1100.5, 900, slope * x + intercept))


@pytest.mark.parametrize("width", ["1", "2"])
def test_rule_2_the_narrowest_linear_windows_are_thresholds(tmp_path, width):
    """rule 2: a width of 1 is allowed and divides by nothing (C.11.2.1.2.1)."""
    image = prepared(tmp_path / "a.dcm", ALL_12_BITS, WindowCenter="2000", WindowWidth=width)
    assert_greys(drawn(image), ALL_12_BITS, lambda x: linear(2000, float(width), x))


def test_rule_3_a_window_applies_to_what_leaves_the_modality_table(tmp_path):
    """rule 3, with a Modality LUT Sequence (C.11.1)"""
    entries = np.arange(4096)[::-1] * 4
    item = lut_item(entries, 0, 16, "OW", ExplicitVRLittleEndian)
    image = prepared(
        tmp_path / "a.dcm",
        ALL_12_BITS,
        ModalityLUTSequence=[item],
        WindowCenter="9000",
        WindowWidth="3000",
        VOILUTFunction="SIGMOID",
    )
    assert_greys(drawn(image), ALL_12_BITS, lambda x: sigmoid(9000, 3000, entries[x]))


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_rule_4_tables_stored_as_us_and_as_ow_give_identical_images(tmp_path, syntax):
    """rule 4"""
    entries = np.random.default_rng(2).integers(0, 4096, 2500)
    shots = [
        drawn(
            prepared(
                tmp_path / f"{vr}.dcm",
                ALL_12_BITS,
                transfer_syntax=syntax,
                VOILUTSequence=[lut_item(entries, 300, 12, vr, syntax)],
            )
        )
        for vr in ("US", "OW")
    ]
    np.testing.assert_array_equal(*shots)


def test_rule_5_all_windows_and_tables_are_offered_by_their_explanations(tmp_path):
    """rule 5: N windows and M tables are N + M choices."""
    entries = np.arange(4096)
    tables = [
        lut_item(entries, 0, 12, "US", ExplicitVRLittleEndian, name) for name in ("NORMAL", "FLAT")
    ]
    image = prepared(
        tmp_path / "a.dcm",
        ALL_12_BITS,
        WindowCenter=[2000, 2100, 1900],
        WindowWidth=[800, 700, 900],
        WindowCenterWidthExplanation=["NORMAL", "HARDER", "SOFTER"],
        VOILUTSequence=tables,
    )
    names = [name for name, _ in offered(image)]
    assert names == ["NORMAL", "HARDER", "SOFTER", "NORMAL (table)", "FLAT"]
    assert image.voi == dict(offered(image))["NORMAL (table)"]
    harder = dict(offered(image))["HARDER"]
    assert_greys(drawn(image, harder), ALL_12_BITS, lambda x: linear(2100, 700, x))


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("inverted", [False, True])
def test_rule_7_padding_and_air_are_black_however_the_image_is_shown(
    tmp_path, photometric, inverted
):
    """rule 7: the range from Pixel Padding Value to its limit, and flat air without a name."""
    stored = breast() if photometric == "MONOCHROME2" else 4095 - breast()
    air = stored == stored[0, -1]
    padding = np.zeros_like(air)
    padding[:, -3:] = True
    stored = np.where(padding, 77, stored).astype(np.uint16)
    stored[5:9, -3:] = 90
    image = prepared(
        tmp_path / "a.dcm",
        stored,
        BitsStored=12,
        PhotometricInterpretation=photometric,
        PresentationLUTShape="INVERSE" if photometric == "MONOCHROME1" else "IDENTITY",
        PixelPaddingValue=77,
        PixelPaddingRangeLimit=90,
        WindowCenter=[2000, 1, 4000],
        WindowWidth=[2400, 1, 1],
    )
    for _, voi in offered(image):
        shot = drawn(image, voi, inverted=inverted)
        assert not shot[air | padding].any()
    assert drawn(image, inverted=inverted)[~(air | padding)].any()


def smooth_breast(air: np.ndarray | int, rows: int = 400, columns: int = 300) -> np.ndarray:
    """Tissue of 300 … 3000, darkest at the skin, on whatever lies beyond."""
    y, x = np.mgrid[:rows, :columns]
    reach = ((y - 190) / 170) ** 2 + (x / 210) ** 2
    return np.where(reach < 1, 3000 - 2700 * reach, air).astype(np.uint16)


NOISE = np.random.default_rng(3).integers(0, 40, (400, 300))
ONE_DARKER = np.where(np.indices((400, 300)).sum(axis=0) == 0, 0, 20)
DARK_ROW = np.where(np.indices((400, 300))[0] == 0, 0, 20)
STRIP = np.where(np.indices((400, 300))[1] >= 280, 0, 25)
BACKGROUNDS = {
    "cut off": (0, {}),
    "noise": (NOISE, {}),
    "one darker pixel": (ONE_DARKER, {}),
    "a dark row": (DARK_ROW, {}),
    "padding beside air": (STRIP, {"PixelPaddingValue": 0}),
    "bright padding": (4095, {"PixelPaddingValue": 4095}),
    "padding amid tissue": (1500, {"PixelPaddingValue": 1500}),
}


@pytest.mark.parametrize("name", BACKGROUNDS)
@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("scale", [1.0, 0.73, 0.5, 0.37, 0.2, 1.7])
def test_rule_7_no_background_shines_at_any_scale(tmp_path, name, inverse, inverted, scale):
    """rule 7: neither air, flat or noisy, nor padding, nor the edge where tissue meets them."""
    background, attributes = BACKGROUNDS[name]
    stored = smooth_breast(background)
    if name == "padding amid tissue":
        stored[(smooth_breast(0) == 1500)] = 1499
    if inverse:
        stored = 4095 - stored
        attributes = {key: 4095 - value for key, value in attributes.items()}
    shape = {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"}
    image = prepared(
        tmp_path / "a.dcm",
        stored,
        BitsStored=12,
        WindowCenter="2048" if inverse else "2047",
        WindowWidth="4096",
        **(shape if inverse else {}),
        **attributes,
    )
    rows, columns = (round(length * scale) for length in image.shape)
    viewport = Viewport(rows, columns, scale, 0.0, 0.0)
    for departures in (VENDOR_LOOK, Departures(gamma=2.0), Departures(sharpened=True)):
        buffer, _ = buffer_of(image, viewport, departures, inverted=inverted)
        table = table_of(image, image.voi, inverted=inverted, departures=departures)
        shot = to_gray(buffer, table)
        of_tissue = 255 * ((1 - 300 / 4095) if inverted else 3000 / 4095)
        assert shot.max() <= 255 * (of_tissue / 255) ** (1 / departures.gamma) + 12
        y, x = (np.arange(length) / scale for length in shot.shape)
        away = ((y - 190) / 170)[:, None] ** 2 + (x / 210)[None] ** 2 > 1.3
        assert not shot[away].any()
        assert shot[~away].mean() > 20


@pytest.mark.parametrize("inverted", [False, True])
def test_rule_7_tissue_beside_padded_air_is_never_taken_for_air(tmp_path, inverted):
    """rule 7: flat tissue is no air, however much of the image it fills."""
    stored = np.where(smooth_breast(0) > 0, 900, 0).astype(np.uint16)
    stored[150:250, 40:120] = 2500
    image = prepared(tmp_path / "a.dcm", stored, BitsStored=12, PixelPaddingValue=0)
    assert (drawn(image, VoiWindow(1500.0, 3000.0), inverted=inverted)[stored > 0] > 0).all()
