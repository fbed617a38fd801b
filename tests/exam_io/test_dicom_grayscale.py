"""Windows, lookup tables, padding, polarity and what else a header says of grey values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from models.exam import L_CC, Mammogram, Origin
from models.grayscale import Grayscale, LookupTable, Photometric, VoiFunction, VoiWindow
from tests.dicom_factory import breast, make_dicom
from viewer.exam_io.load import load_image, remarks_of
from viewer.exam_io.records import ImageRecord

SYNTAXES = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian)


def load(path: Path, **attributes) -> Mammogram:
    make_dicom(path, **attributes)
    return load_image(ImageRecord(path, "a", "L CC", L_CC, Origin.ATTRIBUTES))


def grayscale(path: Path, **attributes) -> Grayscale:
    return load(path, **attributes).grayscale


def lut_item(
    entries, first: int = 0, bits: int = 12, vr: str = "US", syntax=ExplicitVRLittleEndian
) -> Dataset:
    """A LUT with its entries as US values or as the bytes of an OW."""
    item = Dataset()
    count = len(entries) % 65536
    item.add_new(0x00283002, "US" if first >= 0 else "SS", [count, first, bits])
    item.add_new(0x00283003, "LO", "Soft")
    order = ">u2" if syntax == ExplicitVRBigEndian else "<u2"
    value = list(entries) if vr == "US" else np.array(entries, order).tobytes()
    item.add_new(0x00283006, vr, value)
    return item


def only_lut(path: Path, item: Dataset, **attributes) -> LookupTable:
    (lut,) = grayscale(path, VOILUTSequence=[item], **attributes).luts
    return lut


def test_all_windows_come_with_their_function_and_explanations(tmp_path):
    found = grayscale(
        tmp_path / "a.dcm",
        WindowCenter=[2653, 2713, 2569],
        WindowWidth=[900, 750, 1050],
        WindowCenterWidthExplanation=["NORMAL", "HARDER", "SOFTER"],
        VOILUTFunction="SIGMOID",
    )
    assert found.windows == (
        VoiWindow(2653, 900, VoiFunction.SIGMOID, "NORMAL"),
        VoiWindow(2713, 750, VoiFunction.SIGMOID, "HARDER"),
        VoiWindow(2569, 1050, VoiFunction.SIGMOID, "SOFTER"),
    )


def test_windows_of_unequal_number_give_those_that_are_whole(tmp_path):
    found = grayscale(tmp_path / "a.dcm", WindowCenter=[100, 200], WindowWidth=[50])
    assert found.windows == (VoiWindow(100, 50),)


def test_a_window_that_is_no_number_leaves_the_others(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", WindowCenter=[1357, 2222], WindowWidth=[50, 60])
    content = path.read_bytes()
    path.write_bytes(content.replace(b"1357", b"13x7"))
    loaded = load_image(ImageRecord(path, "a", "L CC", L_CC, Origin.ATTRIBUTES))
    assert loaded.grayscale.windows == (VoiWindow(2222, 60),)


@pytest.mark.parametrize(
    ("function", "width", "usable"),
    [
        ("LINEAR", "0.5", False),
        ("LINEAR", "1", True),
        ("SIGMOID", "0.5", True),
        ("LINEAR_EXACT", "0.5", True),
        ("LINEAR_EXACT", "0", False),
        ("", "-3", False),
    ],
)
def test_windows_of_a_width_the_standard_forbids_are_left_out(tmp_path, function, width, usable):
    found = grayscale(tmp_path / "a.dcm", VOILUTFunction=function, WindowWidth=width)
    assert len(found.windows) == usable


def test_windows_in_the_functional_groups_are_found(tmp_path):
    voi, group = Dataset(), Dataset()
    voi.WindowCenter, voi.WindowWidth = "512", "300"
    group.FrameVOILUTSequence = [voi]
    found = grayscale(
        tmp_path / "a.dcm",
        WindowCenter=None,
        WindowWidth=None,
        SharedFunctionalGroupsSequence=[group],
    )
    assert found.windows == (VoiWindow(512, 300),)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("vr", ["US", "OW"])
def test_tables_are_the_same_as_us_and_as_ow_in_every_byte_order(tmp_path, syntax, vr):
    entries = [0, 5, 300, 4095, 4000]
    item = lut_item(entries, first=77, vr=vr, syntax=syntax)
    lut = only_lut(tmp_path / "a.dcm", item, transfer_syntax=syntax)
    np.testing.assert_array_equal(lut.data, entries)
    assert (lut.first_value, lut.bits, lut.explanation) == (77, 12, "Soft")
    assert not lut.data.flags.writeable


def test_a_table_of_no_entries_has_65536(tmp_path):
    entries = np.arange(65536)[::-1]
    lut = only_lut(tmp_path / "a.dcm", lut_item(entries, bits=16, vr="OW"))
    np.testing.assert_array_equal(lut.data, entries)


def test_eight_bit_entries_packed_in_words_are_unpacked(tmp_path):
    entries = np.arange(7, 206, dtype=np.uint8)
    item = lut_item([0] * 199, bits=8, vr="OW")
    item["LUTData"].value = entries.tobytes() + b"\0"
    np.testing.assert_array_equal(only_lut(tmp_path / "a.dcm", item).data, entries)


def test_the_first_value_is_signed_where_its_input_is(tmp_path):
    signed = (breast().astype(np.int16) - 1000).astype(np.int16)
    negative = lut_item([0, 1], first=-500)
    assert only_lut(tmp_path / "a.dcm", negative, pixels=signed).first_value == -500
    rescaled = only_lut(tmp_path / "b.dcm", negative, RescaleIntercept="-1000")
    assert rescaled.first_value == -500
    large = lut_item([0, 1], first=65036)
    assert only_lut(tmp_path / "c.dcm", large).first_value == 65036


@pytest.mark.parametrize("bits", [0, 7, 17])
def test_a_table_of_impossible_depth_is_left_out(tmp_path, bits):
    item = lut_item([0, 1], bits=bits)
    assert grayscale(tmp_path / "a.dcm", VOILUTSequence=[item]).luts == ()


def test_a_table_with_too_few_entries_is_left_out(tmp_path):
    item = lut_item([1, 2, 3])
    item["LUTDescriptor"].value = [4000, 0, 12]
    assert grayscale(tmp_path / "a.dcm", VOILUTSequence=[item]).luts == ()


def test_the_modality_table_is_found(tmp_path):
    found = grayscale(tmp_path / "a.dcm", ModalityLUTSequence=[lut_item([9, 8, 7])])
    assert found.modality_lut is not None
    np.testing.assert_array_equal(found.modality_lut.data, [9, 8, 7])


def test_rescale_is_found_and_a_slope_of_zero_is_not_believed(tmp_path):
    found = grayscale(tmp_path / "a.dcm", RescaleSlope="2.5", RescaleIntercept="-10")
    assert (found.rescale_slope, found.rescale_intercept) == (2.5, -10.0)
    flat = grayscale(tmp_path / "b.dcm", RescaleSlope="0", RescaleIntercept="-10")
    assert (flat.rescale_slope, flat.rescale_intercept) == (1.0, 0.0)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize(("value", "limit"), [(3, 30), (30, 3)])
def test_padding_ranges_come_in_either_order(tmp_path, syntax, value, limit):
    found = grayscale(
        tmp_path / "a.dcm",
        transfer_syntax=syntax,
        PixelPaddingValue=value,
        PixelPaddingRangeLimit=limit,
    )
    assert found.padding == (3, 30)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_padding_is_signed_where_pixels_are(tmp_path, syntax):
    signed = (breast().astype(np.int16) - 2000).astype(np.int16)
    found = grayscale(
        tmp_path / "a.dcm", pixels=signed, transfer_syntax=syntax, PixelPaddingValue=-2000
    )
    assert found.padding == (-2000, -2000)


def test_silence_about_padding_is_no_padding(tmp_path):
    assert grayscale(tmp_path / "a.dcm").padding is None
    assert grayscale(tmp_path / "b.dcm", PixelPaddingRangeLimit=5).padding is None


@pytest.mark.parametrize(
    ("photometric", "shape", "inverse", "bright_is_low"),
    [
        ("MONOCHROME2", "IDENTITY", False, False),
        ("MONOCHROME2", None, None, False),
        ("MONOCHROME1", "INVERSE", True, True),
        ("MONOCHROME1", None, None, True),
    ],
)
def test_polarity_is_reported_as_stated(tmp_path, photometric, shape, inverse, bright_is_low):
    found = grayscale(
        tmp_path / "a.dcm", PhotometricInterpretation=photometric, PresentationLUTShape=shape
    )
    assert found.photometric is Photometric(photometric)
    assert found.presentation_inverse is inverse
    assert found.bright_is_low is bright_is_low


CONTRADICTIONS = [("MONOCHROME1", "IDENTITY"), ("MONOCHROME2", "INVERSE")]


@pytest.mark.parametrize("slope", [1, -1])
@pytest.mark.parametrize("air_is_high", [False, True])
@pytest.mark.parametrize(("photometric", "shape"), CONTRADICTIONS)
def test_where_polarity_is_contradictory_air_is_dark_and_it_is_said(
    tmp_path, photometric, shape, air_is_high, slope
):
    mammogram = load(
        tmp_path / "a.dcm",
        pixels=4095 - breast() if air_is_high else breast(),
        BitsStored=12,
        PhotometricInterpretation=photometric,
        PresentationLUTShape=shape,
        RescaleSlope=slope,
    )
    found = mammogram.grayscale
    assert found.dark_is_high is air_is_high
    assert (found.photometric.value, found.presentation_inverse) == (
        photometric,
        shape == "INVERSE",
    )
    said = remarks_of(mammogram)
    if ((shape == "INVERSE") != (slope < 0)) is air_is_high:  # as Presentation LUT Shape says
        assert (said, found.measured_inverse) == (None, None)
    else:
        assert said is not None
        assert said.reason == (
            f"a.dcm: Photometric Interpretation (0028,0004) {photometric} and Presentation LUT "
            f"Shape (2050,0020) {shape} contradict each other, and it is shown with dark air as "
            "its pixels suggest."
        )


@pytest.mark.parametrize(("photometric", "shape"), CONTRADICTIONS)
@pytest.mark.parametrize("padding", [None, 0])
def test_where_the_air_is_not_seen_presentation_lut_shape_decides(
    tmp_path, photometric, shape, padding
):
    if padding is None:
        pixels = np.random.default_rng(1).integers(0, 4096, (96, 64)).astype(np.uint16)
    else:
        pixels = np.pad(breast()[30:50, 10:30], 40)
    found = grayscale(
        tmp_path / "a.dcm",
        pixels=pixels,
        PhotometricInterpretation=photometric,
        PresentationLUTShape=shape,
        PixelPaddingValue=padding,
    )
    assert found.measured_inverse is None
    assert found.bright_is_low is (shape == "INVERSE")


def test_a_header_that_agrees_with_itself_is_believed_whatever_the_air(tmp_path):
    for photometric, shape in (("MONOCHROME1", "INVERSE"), ("MONOCHROME1", None)):
        found = grayscale(
            tmp_path / "a.dcm", PhotometricInterpretation=photometric, PresentationLUTShape=shape
        )
        assert found.dark_is_high


def test_spacing_and_magnification_are_those_of_the_detector(tmp_path):
    found = load(
        tmp_path / "a.dcm",
        ImagerPixelSpacing=[0.07, 0.08],
        PixelSpacing=[0.5, 0.5],
        EstimatedRadiographicMagnificationFactor="1.07",
    )
    assert (found.pixel_spacing_mm, found.magnification) == ((0.07, 0.08), 1.07)


def test_silence_about_spacing_is_none(tmp_path):
    found = load(
        tmp_path / "a.dcm",
        ImagerPixelSpacing=None,
        PixelSpacing=[0.5, 0.5],
        EstimatedRadiographicMagnificationFactor=None,
    )
    assert (found.pixel_spacing_mm, found.magnification) == (None, 1.0)


def test_what_a_reader_wants_to_know_is_described_in_order(tmp_path):
    found = load(tmp_path / "a.dcm", BreastImplantPresent="YES", PartialView="YES")
    assert list(found.description.items()) == [
        ("Patient", "Doe, Jane"),
        ("Patient ID", "P1"),
        ("Birth date", "1960-01-02"),
        ("Age", "65 y"),
        ("Sex", "F"),
        ("View", "cranio-caudal"),
        ("Acquired", "2025-03-14 10:15"),
        ("Station", "ROOM1"),
        ("Manufacturer", "Acme"),
        ("Tube voltage", "29 kV"),
        ("Exposure", "80 mAs"),
        ("Compressed thickness", "54 mm"),
        ("Compression force", "110 N"),
        ("Breast implant", "present"),
        ("Partial view", "yes"),
        ("Stored as", "Explicit VR Little Endian"),
    ]


def test_the_image_is_known_by_its_sop_instance_uid(tmp_path):
    assert load(tmp_path / "a.dcm", SOPInstanceUID="1.2.3.4").image_id == "1.2.3.4"
