"""Pictures remember their page, and damaged ones say so in a sentence."""

from __future__ import annotations

import contextlib
import json
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from models import RESEARCH_USE_ONLY
from models.errors import ExportError, InputError
from models.exam import L_CC, L_MLO, R_CC, R_MLO
from models.grayscale import Grayscale, LookupTable, VoiFunction, VoiWindow
from tests.phantoms import make_exam, make_mammogram, make_result
from viewer.display.overlay import Overlays
from viewer.display.viewport import Viewport
from viewer.export.context import page_context, parse_context
from viewer.export.page import PageSpec
from viewer.export.png import read_context, write_png
from viewer.export.render import render_page

SIGMOID = VoiWindow(1234.5, 987.25, VoiFunction.SIGMOID, "WEICH – é")
VIEWPORT = Viewport(300, 400, 0.3712345678901234, -12.75, 40.125)


@pytest.fixture(scope="module")
def exam(tmp_path_factory):
    luts = tuple(LookupTable(np.arange(9, dtype=np.uint16), 0, 8) for _ in range(3))
    folder = tmp_path_factory.mktemp("exam")
    views = {
        view: make_mammogram(
            view, grayscale=Grayscale(bits_stored=12, luts=luts), path=folder / f"{view.name}.dcm"
        )
        for view in (R_CC, L_CC, R_MLO)
    }
    return make_exam("1.2.3", views=views)


@pytest.fixture(scope="module")
def spec(exam):
    return PageSpec(
        "2x2",
        420,
        560,
        overlays=Overlays(malignant=True, truth=True, opacity=0.45, threshold=0.2),
        vois={R_CC: SIGMOID, L_CC: exam.mammograms[L_CC].grayscale.luts[2]},
        viewports={L_CC: VIEWPORT},
        inverted=True,
        made_on="2026-01-02",
    )


@pytest.fixture
def picture(tmp_path, exam, spec):
    path = tmp_path / "page.png"
    result = make_result(exam)
    write_png(path, render_page(exam, result, spec), page_context(exam, result, spec))
    return path


def test_a_picture_reopens_its_page(picture, exam, spec):
    context = read_context(picture)
    assert context.exam_id == "1.2.3"
    assert context.images[R_CC] == exam.mammograms[R_CC].image_id
    assert context.paths[R_MLO] == exam.mammograms[R_MLO].path
    assert L_MLO not in context.images
    assert context.made == make_result(exam).made_by
    again = context.spec(exam)
    assert again.vois[R_CC] == SIGMOID
    assert again.vois[L_CC] is exam.mammograms[L_CC].grayscale.luts[2]
    assert again.viewports == {L_CC: VIEWPORT}
    assert again.overlays == spec.overlays
    result = make_result(exam)
    assert np.array_equal(render_page(exam, result, again), render_page(exam, result, spec))


def test_the_picture_itself_is_untouched_and_carries_the_notice(picture, exam, spec):
    with Image.open(picture) as image:
        assert np.array_equal(np.asarray(image), render_page(exam, make_result(exam), spec))
        document = json.loads(image.text["fourview"])
    assert document["notice"] == RESEARCH_USE_ONLY
    assert document["windows"]["R-MLO"]["table"] == 0  # what the view started with


def test_a_path_that_is_no_utf_8_survives(tmp_path, spec):
    odd = tmp_path / "scan\udcff.png"
    exam = make_exam("line\nbreak", views={R_CC: make_mammogram(R_CC, path=odd)})
    path = tmp_path / "page.png"
    write_png(path, render_page(exam, None, spec), page_context(exam, None, spec))
    context = read_context(path)
    assert context.paths[R_CC] == odd
    assert context.exam_id == "line\nbreak"


def test_other_pictures_have_no_context(tmp_path):
    path = tmp_path / "other.png"
    Image.fromarray(np.zeros((5, 5), np.uint8)).save(path)
    assert read_context(path) is None


def test_a_recompressed_text_chunk_is_still_read(picture):
    data = picture.read_bytes()
    start = data.index(b"iTXt") - 4
    (length,) = struct.unpack(">I", data[start : start + 4])
    body = data[start + 8 : start + 8 + length]
    packed = body[:9] + b"\x01\x00\x00\x00" + zlib.compress(body[13:])
    chunk = b"iTXt" + packed
    chunk = struct.pack(">I", len(packed)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    picture.write_bytes(data[:start] + chunk + data[start + 12 + length :])
    assert read_context(picture).exam_id == "1.2.3"


def refused(path):
    with pytest.raises(InputError) as caught:
        read_context(path)
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("length", [0, 4, 8, 12, 40, 200])
def test_a_truncated_picture_is_refused(picture, length):
    picture.write_bytes(picture.read_bytes()[:length])
    refused(picture)


def test_what_is_no_picture_is_refused(tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("not a picture at all")
    assert "not a PNG" in refused(path)
    refused(tmp_path / "missing.png")
    refused(tmp_path)


def test_a_flipped_bit_in_the_notes_is_noticed(picture):
    data = bytearray(picture.read_bytes())
    data[data.index(b"exam_id")] ^= 1
    picture.write_bytes(bytes(data))
    assert "checksum" in refused(picture)


def test_a_packed_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.png"
    packed = b"fourview\0\x01\0\0\0" + zlib.compress(b" " * (64 << 20))
    chunk = b"iTXt" + packed
    chunk = struct.pack(">I", len(packed)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk)
    refused(path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "other"),
        ("version", 99),
        ("layout", "9x9"),
        ("layout", 3),
        ("height", 0),
        ("height", 1.5),
        ("width", 10**400),
        ("overlays", None),
        ("overlays", {"malignant": True}),
        ("windows", {"R-CC": {"center": "wide"}}),
        ("windows", {"R-CC": {"table": -1}}),
        ("windows", {"X-CC": {"table": 0}}),
        ("viewports", {"R-CC": {"scale": 1e9}}),
        ("viewports", []),
        ("inverted", 1),
        ("exam_id", "x" * 5000),
        ("paths", {"R-CC": None}),
        ("models", {"glam": {"model_id": "glam"}}),
        ("models", {"glam": {"files": {"": {"model_id": "glam"}}, "settings": {}}}),
        ("models", {"glam": {"files": {}, "settings": {"patches": [1]}}}),
    ],
)
def test_notes_with_a_wrong_field_are_refused(exam, spec, field, value):
    document = page_context(exam, make_result(exam), spec)
    with pytest.raises(ValueError):  # noqa: PT011 - the border adds the file's name
        parse_context(json.dumps({**document, field: value}))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    ),
    st.sampled_from(
        ["layout", "height", "overlays", "windows", "viewports", "images", "paths", "models"]
    ),
)
def test_no_notes_raise_anything_but_value_error(exam, spec, value, field):
    document = page_context(exam, None, spec)
    with contextlib.suppress(ValueError):
        parse_context(json.dumps({**document, field: value}))


def test_a_table_the_exam_no_longer_has_is_left_to_the_image(exam, spec):
    context = parse_context(json.dumps(page_context(exam, None, spec)))
    fewer = make_exam(views={L_CC: make_mammogram(L_CC)})
    assert context.spec(fewer).vois == {R_CC: SIGMOID}


def test_a_picture_that_cannot_be_written_leaves_nothing_behind(tmp_path, exam, spec):
    pixels = np.zeros((4, 4, 3), np.uint8)
    folder = tmp_path / "page.png"
    folder.mkdir()
    with pytest.raises(ExportError, match="could not be written"):
        write_png(folder, pixels, {})
    assert list(tmp_path.iterdir()) == [folder]


def test_an_old_picture_is_replaced_whole(picture):
    write_png(picture, np.zeros((4, 4, 3), np.uint8), {"format": "x"})
    with Image.open(picture) as image:
        assert image.size == (4, 4)
    assert [path.name for path in picture.parent.iterdir()] == ["page.png"]
