"""Stored values of every transfer syntax, bit for bit, and bounds on what is decoded."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate, get_frame
from pydicom.pixels import get_decoder
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from models.errors import InputError, UnreadableFileError, UnsafeFileError, UnsupportedFileError
from models.exam import L_CC, Mammogram, Origin
from tests.dicom_factory import breast, make_dicom
from viewer.exam_io.load import load_image
from viewer.exam_io.records import ImageRecord

NATIVE = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
)
# Transfer syntax and the decoder of pydicom's that our own is compared with.
COMPRESSED = {
    RLELossless: "pydicom",
    JPEGLossless: "gdcm",
    JPEGLosslessSV1: "gdcm",
    JPEGLSLossless: "pyjpegls",
    JPEGLSNearLossless: "pyjpegls",
    JPEG2000Lossless: "pylibjpeg",
    JPEG2000: "pylibjpeg",
}
LOSSLESS = [*NATIVE, *COMPRESSED]


def load(path: Path) -> Mammogram:
    return load_image(ImageRecord(path, "a", "L CC", L_CC, Origin.ATTRIBUTES))


def values(bits: int, signed: bool) -> np.ndarray:
    """Every part of the range, with both ends, in an odd asymmetric shape."""
    rows, columns = np.mgrid[:43, :29]
    spread = (rows * 977 + columns * 389 + rows * columns * 7) % (1 << bits)
    spread[0, 0], spread[-1, -2] = 0, (1 << bits) - 1
    if signed:
        return (spread - (1 << (bits - 1))).astype(np.int16)
    return spread.astype(np.uint16)


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
@pytest.mark.parametrize("bits", [12, 14, 16])
@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: UID(uid).keyword)
def test_every_syntax_returns_the_stored_values_bit_for_bit(tmp_path, syntax, bits, signed):
    pixels = values(bits, signed)
    path = make_dicom(tmp_path / "a.dcm", pixels=pixels, transfer_syntax=syntax, BitsStored=bits)
    mammogram = load(path)
    np.testing.assert_array_equal(mammogram.pixels, pixels)
    assert mammogram.pixels.dtype == pixels.dtype
    assert (mammogram.grayscale.bits_stored, mammogram.grayscale.signed) == (bits, signed)
    if syntax in COMPRESSED:
        decoded = get_decoder(syntax).as_array(
            pydicom.dcmread(path), decoding_plugin=COMPRESSED[syntax]
        )[0]
        np.testing.assert_array_equal(mammogram.pixels, decoded)


@pytest.mark.parametrize("syntax", [*NATIVE, RLELossless, JPEGLosslessSV1, JPEG2000Lossless])
def test_eight_bit_values_come_as_sixteen_bits(tmp_path, syntax):
    pixels = (breast() // 16).astype(np.uint8)
    mammogram = load(make_dicom(tmp_path / "a.dcm", pixels=pixels, transfer_syntax=syntax))
    np.testing.assert_array_equal(mammogram.pixels, pixels)
    assert mammogram.pixels.dtype == np.uint16
    assert mammogram.grayscale.bits_stored == 8


def test_baseline_jpeg_is_read_and_flagged_as_lossy(tmp_path):
    pixels = (breast() // 16).astype(np.uint8)
    path = make_dicom(tmp_path / "a.dcm", pixels=pixels, transfer_syntax=JPEGBaseline8Bit)
    mammogram = load(path)
    assert np.abs(mammogram.pixels.astype(int) - pixels).mean() < 2.0
    assert mammogram.lossy


def test_bits_outside_those_stored_are_ignored(tmp_path):
    pixels = values(12, signed=False)
    path = make_dicom(tmp_path / "a.dcm", pixels=pixels | np.uint16(0xA000), BitsStored=12)
    np.testing.assert_array_equal(load(path).pixels, pixels)


def test_signed_values_with_stray_high_bits_keep_their_sign(tmp_path):
    pixels = values(12, signed=True)
    stray = (pixels.view(np.uint16) & np.uint16(0x0FFF) | np.uint16(0x5000)).view(np.int16)
    path = make_dicom(tmp_path / "a.dcm", pixels=stray, BitsStored=12)
    np.testing.assert_array_equal(load(path).pixels, pixels)


def test_values_stored_up_to_a_higher_bit_are_shifted_down(tmp_path):
    pixels = values(12, signed=False)
    path = make_dicom(tmp_path / "a.dcm", pixels=pixels << np.uint16(4), BitsStored=12, HighBit=15)
    np.testing.assert_array_equal(load(path).pixels, pixels)


@pytest.mark.parametrize(
    ("syntax", "stated", "lossy"),
    [
        (ExplicitVRLittleEndian, "00", False),
        (ExplicitVRLittleEndian, "01", True),
        (JPEG2000Lossless, None, False),
        (JPEG2000, None, True),
        (JPEG2000, "00", False),
        (JPEGLSNearLossless, "01", True),
    ],
)
def test_lossy_compression_now_or_earlier_is_flagged(tmp_path, syntax, stated, lossy):
    path = make_dicom(tmp_path / "a.dcm", transfer_syntax=syntax, LossyImageCompression=stated)
    assert load(path).lossy is lossy


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_colours_become_grey_by_the_published_weights(tmp_path, syntax):
    red = (breast() // 16).astype(np.uint8)
    colours = np.stack([red, red // 2, red // 3], axis=-1)
    path = make_dicom(tmp_path / "a.dcm", pixels=colours, transfer_syntax=syntax)
    expected = np.rint(colours @ np.array([0.299, 0.587, 0.144]))
    np.testing.assert_array_equal(load(path).pixels, expected)


def test_planar_colours_are_understood(tmp_path):
    red = (breast() // 16).astype(np.uint8)
    planes = np.stack([red, red // 2, red // 3])
    path = make_dicom(
        tmp_path / "a.dcm",
        pixels=np.moveaxis(planes, 0, -1),
        PlanarConfiguration=1,
        PixelData=planes.tobytes(),
    )
    expected = np.rint(np.moveaxis(planes, 0, -1) @ np.array([0.299, 0.587, 0.144]))
    np.testing.assert_array_equal(load(path).pixels, expected)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, JPEGLosslessSV1])
def test_the_first_of_several_frames_is_read(tmp_path, syntax):
    pixels = values(12, signed=False)
    path = make_dicom(tmp_path / "a.dcm", pixels=pixels, transfer_syntax=syntax)
    data = pydicom.dcmread(path)
    if syntax == ExplicitVRLittleEndian:
        data.PixelData = data.PixelData + pixels[::-1].tobytes()
    else:
        frame = get_frame(data.PixelData, 0, number_of_frames=1)
        data.PixelData = encapsulate([frame, frame[:-40] + frame[-40:]])
    data.NumberOfFrames = 2
    data.save_as(path)
    np.testing.assert_array_equal(load(path).pixels, pixels)


def test_pixels_cannot_be_written_to(tmp_path):
    mammogram = load(make_dicom(tmp_path / "a.dcm"))
    with pytest.raises(ValueError, match="read-only"):
        mammogram.pixels[0, 0] = 1


def test_twelve_bit_jpeg_is_refused_by_the_name_of_its_syntax(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", transfer_syntax=JPEGLosslessSV1)
    data = pydicom.dcmread(path)
    data.file_meta.TransferSyntaxUID = JPEGExtended12Bit
    data.save_as(path)
    with pytest.raises(UnsupportedFileError, match=r"^a.dcm: .*JPEG Extended .* not supported\.$"):
        load(path)


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: UID(uid).keyword)
def test_a_file_that_is_cut_off_says_so(tmp_path, syntax):
    path = make_dicom(tmp_path / "a.dcm", pixels=breast(shape=(200, 150)), transfer_syntax=syntax)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 3 // 5])
    with pytest.raises(UnreadableFileError, match=r"^a.dcm: [^.]*\.$"):
        load(path)


@pytest.mark.parametrize(
    ("syntax", "lie", "error"),
    [
        (ExplicitVRLittleEndian, {"Rows": 65535, "Columns": 65535}, UnsafeFileError),
        (ExplicitVRLittleEndian, {"Rows": 9000, "Columns": 9000}, UnreadableFileError),
        (JPEGLosslessSV1, {"Rows": 9000, "Columns": 9000}, UnsafeFileError),
        (JPEG2000Lossless, {"Rows": 97}, UnsafeFileError),
        (JPEGLSLossless, {"Columns": 63}, UnsafeFileError),
        (RLELossless, {"Rows": 9000}, UnreadableFileError),
        (RLELossless, {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, InputError),
    ],
)
def test_a_header_that_announces_other_pixels_is_not_believed(tmp_path, syntax, lie, error):
    path = make_dicom(tmp_path / "a.dcm", transfer_syntax=syntax, **lie)
    with pytest.raises(error):
        load(path)


def test_a_million_frames_are_no_reason_to_reserve_memory(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", NumberOfFrames=1_000_000)
    assert load(path).shape == (96, 64)


def test_offsets_beyond_an_rle_frame_never_reach_the_decoder(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", transfer_syntax=RLELossless)
    data = pydicom.dcmread(path)
    frame = struct.pack("<16I", 2, 64, 0x7FFFFFFF, *[0] * 13) + b"\x81\x00" * 100
    data.PixelData = encapsulate([frame])
    data.save_as(path)
    with pytest.raises(UnreadableFileError, match="RLE header"):
        load(path)


def test_a_damaged_compressed_frame_says_so(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", transfer_syntax=JPEG2000Lossless)
    data = pydicom.dcmread(path)
    frame = bytearray(get_frame(data.PixelData, 0, number_of_frames=1))
    frame[60:120] = bytes(60)
    data.PixelData = encapsulate([bytes(frame)])
    data.save_as(path)
    with pytest.raises(UnreadableFileError, match="damaged"):
        load(path)


@pytest.mark.parametrize(
    "lie",
    [
        {"BitsAllocated": 32},
        {"BitsStored": 0},
        {"HighBit": 20},
        {"PhotometricInterpretation": "PALETTE COLOR"},
        {"PhotometricInterpretation": ""},
        {"Rows": None},
        {"PixelData": None},
    ],
    ids=str,
)
def test_a_layout_that_makes_no_sense_names_its_attribute(tmp_path, lie):
    with pytest.raises(InputError, match=r"\([0-9A-F]{4},[0-9A-F]{4}\)"):
        load(make_dicom(tmp_path / "a.dcm", **lie))


def test_a_deflated_bomb_is_not_inflated_to_its_end(tmp_path):
    path = make_dicom(
        tmp_path / "a.dcm",
        transfer_syntax=DeflatedExplicitVRLittleEndian,
        PixelData=bytes(64 << 20),
    )
    assert path.stat().st_size < 1 << 20
    assert load(path).shape == (96, 64)


@pytest.mark.skipif(sys.platform == "win32", reason="files there are not sparse by themselves")
def test_a_fragment_of_gigabytes_is_not_read_to_its_end(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", transfer_syntax=JPEGLosslessSV1)
    content = path.read_bytes()
    start = content.rindex(b"\xfe\xff\x00\xe0", 0, content.index(b"\xff\xd8\xff"))
    path.write_bytes(content[: start + 4] + struct.pack("<I", 0xFFFFFFF0) + content[start + 8 :])
    os.truncate(path, 5 << 30)
    with pytest.raises(UnsafeFileError, match="unreasonably long"):
        load(path)
