"""Every compression of the standard that is read here is read exactly, and failures are told."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from viewer import codec_check
from viewer.codec_check import EXACT, check_codecs


def test_every_compression_comes_back_as_it_was_written() -> None:
    found = check_codecs()
    assert {"rle", "jpeg-lossless", "jpeg-ls", "jpeg-2000"} <= set(found)
    assert set(found.values()) == {EXACT}


def test_a_codec_that_is_missing_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError("no _jpegls")

    monkeypatch.setattr(imagecodecs, "jpegls_encode", missing)
    found = check_codecs()
    assert "no _jpegls" in found.pop("jpeg-ls")
    assert set(found.values()) == {EXACT}


def test_a_codec_that_gives_other_values_is_not_called_exact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = codec_check.read_pixels
    monkeypatch.setattr(codec_check, "read_pixels", lambda *given: np.fliplr(read(*given)))
    assert set(check_codecs().values()) == {"other values came back"}
