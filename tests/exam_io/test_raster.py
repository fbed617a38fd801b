"""PNG, TIFF, PGM and JPEG: values as they are, whatever the file's form."""

from __future__ import annotations

import struct
import time
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from models.errors import InputError, UnreadableFileError, UnsafeFileError, UnsupportedFileError
from models.exam import L_CC, Mammogram, Origin
from models.grayscale import Photometric
from tests.dicom_factory import breast
from viewer.exam_io.load import load_image
from viewer.exam_io.raster import read_grey
from viewer.exam_io.records import ImageRecord

DEEP = breast()
SHALLOW = (DEEP // 16).astype(np.uint8)
COLOURS = np.stack([SHALLOW, SHALLOW // 2, SHALLOW // 3], axis=-1)
GREY_OF_COLOURS = np.rint(COLOURS @ np.array([0.299, 0.587, 0.144]))


def pgm(pixels: np.ndarray) -> bytes:
    highest = 255 if pixels.dtype == np.uint8 else 65535
    head = f"P5\n# a comment 7 7\n{pixels.shape[1]} {pixels.shape[0]}\n{highest}\n".encode()
    return head + pixels.astype(">u2" if highest > 255 else np.uint8).tobytes()


def png(rows: int, columns: int, depth: int, colour: int, lines: bytes, palette=b"") -> bytes:
    """A PNG by hand, for the forms that encoders do not offer."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", columns, rows, depth, colour, 0, 0, 0)
    chunks = chunk(b"IHDR", header)
    if palette:
        chunks += chunk(b"PLTE", palette)
    chunks += chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def load(path: Path) -> Mammogram:
    return load_image(ImageRecord(path, path.stem, "L CC", L_CC, Origin.FILE_NAME))


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("pixels", [DEEP, SHALLOW], ids=["16-bit", "8-bit"])
@pytest.mark.parametrize(
    ("name", "encode"),
    [
        ("a.png", imagecodecs.png_encode),
        ("a.tif", imagecodecs.tiff_encode),
        ("a.pgm", pgm),
    ],
)
def test_grey_pictures_keep_their_values(tmp_path, name, encode, pixels):
    mammogram = load(written(tmp_path / name, encode(pixels)))
    np.testing.assert_array_equal(mammogram.pixels, pixels)
    assert mammogram.pixels.dtype == np.uint16
    assert mammogram.grayscale.windows == ()
    assert not mammogram.lossy


def test_bits_stored_are_the_fewest_that_hold_the_largest_value(tmp_path):
    for highest, bits in ((3000, 12), (4095, 12), (4096, 13), (65535, 16), (9, 8)):
        pixels = DEEP.copy()
        pixels[pixels > 0] = highest
        path = written(tmp_path / "a.png", imagecodecs.png_encode(pixels))
        assert load(path).grayscale.bits_stored == bits


def test_a_picture_is_known_by_the_digest_of_its_file(tmp_path):
    first = load(written(tmp_path / "a.png", imagecodecs.png_encode(DEEP)))
    second = load(written(tmp_path / "b.png", imagecodecs.png_encode(DEEP)))
    other = load(written(tmp_path / "c.png", imagecodecs.png_encode(SHALLOW)))
    assert first.image_id == second.image_id != other.image_id
    assert first.image_id.startswith("sha256:")


def test_equal_colours_are_their_common_value(tmp_path):
    equal = np.stack([SHALLOW] * 3, axis=-1)
    path = written(tmp_path / "a.png", imagecodecs.png_encode(equal))
    np.testing.assert_array_equal(load(path).pixels, SHALLOW)


@pytest.mark.parametrize(
    ("name", "encode"), [("a.png", imagecodecs.png_encode), ("a.tif", imagecodecs.tiff_encode)]
)
def test_colours_become_grey_by_the_published_weights(tmp_path, name, encode):
    path = written(tmp_path / name, encode(COLOURS))
    np.testing.assert_array_equal(load(path).pixels, GREY_OF_COLOURS)


def test_deep_colours_become_grey_without_overflowing(tmp_path):
    colours = np.full((4, 5, 3), 65535, np.uint16)
    colours[0, :, 2] = 0
    grey = load(written(tmp_path / "a.png", imagecodecs.png_encode(colours))).pixels
    assert grey[1, 1] == 65535
    assert grey[0, 0] == round(65535 * (0.299 + 0.587))


def test_transparency_is_ignored(tmp_path):
    alpha = np.full((*SHALLOW.shape, 1), 9, np.uint8)
    for pixels, expected in (
        (np.concatenate([COLOURS, alpha], axis=-1), GREY_OF_COLOURS),
        (np.concatenate([SHALLOW[..., None], alpha], axis=-1), SHALLOW),
    ):
        path = written(tmp_path / "a.png", imagecodecs.png_encode(pixels))
        np.testing.assert_array_equal(load(path).pixels, expected)


def test_palettes_are_looked_up(tmp_path):
    lines = b"\0\0\1\2" + b"\0\2\2\0"
    palette = bytes([0, 0, 0, 200, 200, 200, 90, 90, 90])
    path = written(tmp_path / "a.png", png(2, 3, 8, 3, lines, palette))
    np.testing.assert_array_equal(load(path).pixels, [[0, 200, 90], [90, 90, 0]])


def test_one_bit_a_pixel_is_black_and_white(tmp_path):
    path = written(tmp_path / "a.png", png(2, 3, 1, 0, b"\0\xa0\0\x60"))
    np.testing.assert_array_equal(load(path).pixels, [[255, 0, 255], [0, 255, 255]])


def test_a_tiff_whose_zero_is_white_is_inverted_by_its_grayscale_only(tmp_path):
    content = imagecodecs.tiff_encode(DEEP, photometric="miniswhite")
    mammogram = load(written(tmp_path / "a.tif", content))
    np.testing.assert_array_equal(mammogram.pixels, DEEP)
    assert mammogram.grayscale.photometric is Photometric.MONOCHROME1


def test_a_jpeg_is_read_and_flagged_as_lossy(tmp_path):
    path = written(tmp_path / "a.jpg", imagecodecs.jpeg8_encode(SHALLOW, level=100))
    mammogram = load(path)
    assert np.abs(mammogram.pixels.astype(int) - SHALLOW).mean() < 2.0
    assert mammogram.lossy


def test_the_content_decides_and_not_the_suffix(tmp_path):
    path = written(tmp_path / "a.tif", imagecodecs.png_encode(DEEP))
    np.testing.assert_array_equal(load(path).pixels, DEEP)


def test_names_in_any_script_are_read(tmp_path):
    path = written(tmp_path / "Übersicht 乳房 L-CC.png", imagecodecs.png_encode(DEEP))
    np.testing.assert_array_equal(load(path).pixels, DEEP)


@pytest.mark.parametrize("dtype", [np.float32, np.int16, np.uint32])
def test_values_that_are_no_8_or_16_bit_grey_are_refused(tmp_path, dtype):
    path = written(tmp_path / "a.tif", imagecodecs.tiff_encode(DEEP.astype(dtype)))
    with pytest.raises(UnsupportedFileError, match=f"{np.dtype(dtype)}, not 8 or 16 bits"):
        read_grey(path)


@pytest.mark.parametrize(
    "content",
    [
        png(60000, 60000, 16, 0, b""),
        png(100_000, 3, 8, 6, b"").replace(b"\0\0\0\3", b"\0\1\0\0"),
        b"P5 60000 60000 65535\n",
        b"\xff\xd8\xff\xc0\0\x0b\x08\xff\xff\xff\xff\1\1\x11\0",
        b"II*\0\x08\0\0\0\2\0"
        + struct.pack("<HHII", 256, 4, 1, 60000)
        + struct.pack("<HHII", 257, 4, 1, 60000),
    ],
    ids=["png", "rgba png", "pgm", "jpeg", "tiff"],
)
def test_a_picture_that_claims_too_many_pixels_is_refused_before_decoding(tmp_path, content):
    started = time.monotonic()
    with pytest.raises(UnsafeFileError, match="it claims"):
        read_grey(written(tmp_path / "a.png", content))
    assert time.monotonic() - started < 5.0


@pytest.mark.parametrize(
    ("name", "encode"),
    [
        ("a.png", imagecodecs.png_encode),
        ("a.tif", imagecodecs.tiff_encode),
        ("a.pgm", pgm),
        ("a.jpg", imagecodecs.jpeg8_encode),
    ],
)
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.98])
def test_a_picture_that_is_cut_off_says_so(tmp_path, name, encode, kept):
    content = bytes(encode(SHALLOW))
    path = written(tmp_path / name, content[: int(len(content) * kept)])
    with pytest.raises(UnreadableFileError, match=rf"^{name}: [^.]*\.$"):
        read_grey(path)


def test_a_png_with_one_wrong_bit_is_not_shown(tmp_path):
    content = bytearray(imagecodecs.png_encode(DEEP))
    content[len(content) // 2] ^= 4
    with pytest.raises(UnreadableFileError, match=r"^a.png: it is damaged"):
        read_grey(written(tmp_path / "a.png", bytes(content)))


@pytest.mark.parametrize("content", [b"", b"hello", b"P5", b"II*\0", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_says_so(tmp_path, content):
    with pytest.raises(InputError):
        read_grey(written(tmp_path / "a.png", content))


def test_a_missing_picture_says_so(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"^a.png: no such file or directory\.$"):
        load(tmp_path / "a.png")


@pytest.mark.parametrize("place", range(3))
def test_a_pgm_of_unreasonable_numbers_is_damaged(tmp_path, place):
    numbers = [b"10", b"10", b"255"]
    numbers[place] = b"9" * 5000
    path = written(tmp_path / "a.pgm", b"P5 " + b" ".join(numbers) + b"\n" + b"\0" * 100)
    with pytest.raises(UnreadableFileError, match="it is damaged or no PNG, TIFF, PGM or JPEG"):
        load(path)
