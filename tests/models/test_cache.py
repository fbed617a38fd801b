"""Kept results come back exactly, only for the same question, and never break an analysis."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest

from models.cache import ResultCache, result_key
from models.exam import L_MLO, Mammogram
from models.geometry import Affine, Orientation
from models.glam.evidence import GlamEvidence
from models.grayscale import Grayscale, Photometric, VoiWindow
from models.results import Provenance
from tests.models.conftest import MakeMammogram

PROVENANCE = Provenance("glam", "GLAM", "w.ckpt", "ab12", "fp32", "cuda:0", "Fourview 0")


def key_of(mammogram: Mammogram, made: Provenance, patches: int) -> str:
    return result_key((mammogram,), (made,), {"patches": patches})


def some_evidence(seed: int = 1) -> GlamEvidence:
    rng = np.random.default_rng(seed)
    return GlamEvidence(
        scores=(float(rng.random()), 1 / 3),
        saliency_global=rng.random((2, 184, 120), dtype=np.float32),
        saliency_patches=rng.random((2, 2, 128, 128), dtype=np.float32),
        corners=((16, 32), (640, 1408)),
        window_location=(1, 2001, 0, 801),
        best_center=(1000, -211),
        to_source=Affine(r0=-12.0, cc=-1.0, c0=800.0),
        source_shape=(2003, 805),
    )


def test_a_kept_result_comes_back_exactly(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "not" / "yet")
    kept = some_evidence()
    assert cache.get("key", GlamEvidence) is None
    cache.put("key", kept)
    found = ResultCache(tmp_path / "not" / "yet").get("key", GlamEvidence)
    assert found is not None
    for field in dataclasses.fields(GlamEvidence):
        before, after = getattr(kept, field.name), getattr(found, field.name)
        if isinstance(before, np.ndarray):
            assert after.dtype == before.dtype
            assert np.array_equal(after, before)
        else:
            assert after == before, field.name


def test_the_key_follows_everything_that_a_result_depends_on(
    make_mammogram: MakeMammogram,
) -> None:
    base = make_mammogram()
    other_pixel = np.array(base.pixels)
    other_pixel[300, 100] += 1
    half = dataclasses.replace(PROVENANCE, precision="bf16")
    keys = [
        key_of(base, PROVENANCE, 1),
        key_of(make_mammogram(pixels=other_pixel), PROVENANCE, 1),
        key_of(make_mammogram(view=L_MLO, pixels=base.pixels), PROVENANCE, 1),
        key_of(make_mammogram(pixels=base.pixels.astype(np.int16)), PROVENANCE, 1),
        key_of(make_mammogram(pixels=base.pixels.reshape(380, 1080)), PROVENANCE, 1),
        key_of(dataclasses.replace(base, orientation=Orientation(flip_rows=True)), PROVENANCE, 1),
        key_of(make_mammogram(grayscale=Grayscale(Photometric.MONOCHROME1, 12)), PROVENANCE, 1),
        key_of(make_mammogram(grayscale=Grayscale(bits_stored=14)), PROVENANCE, 1),
        key_of(make_mammogram(grayscale=Grayscale(bits_stored=12, padding=(0, 0))), PROVENANCE, 1),
        key_of(base, PROVENANCE, 2),
        key_of(base, half, 1),
        key_of(base, dataclasses.replace(PROVENANCE, weights_sha256="cd34"), 1),
        key_of(base, dataclasses.replace(PROVENANCE, device="cpu"), 1),
        key_of(base, dataclasses.replace(PROVENANCE, model_id="other"), 1),
    ]
    assert len(set(keys)) == len(keys)


def test_the_key_ignores_names_windows_and_which_of_equal_devices(
    make_mammogram: MakeMammogram,
) -> None:
    windowed = make_mammogram(
        name="other",
        image_id="1.2.3",
        grayscale=Grayscale(bits_stored=12, windows=(VoiWindow(100.0, 5.0),)),
    )
    second_gpu = dataclasses.replace(PROVENANCE, device="cuda:1", software="Fourview 9")
    assert key_of(windowed, second_gpu, 1) == key_of(make_mammogram(), PROVENANCE, 1)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"\x93NUMPY", b"pickle"])
def test_a_damaged_file_is_a_miss(tmp_path: Path, content: bytes) -> None:
    cache = ResultCache(tmp_path)
    (tmp_path / "key.npz").write_bytes(content)
    assert cache.get("key", GlamEvidence) is None
    cache.put("key", some_evidence())
    whole = (tmp_path / "key.npz").read_bytes()
    (tmp_path / "key.npz").write_bytes(whole[: len(whole) // 2])
    assert cache.get("key", GlamEvidence) is None
    (tmp_path / "key.npz").write_bytes(whole[:20000] + b"scratch" + whole[20007:])
    assert cache.get("key", GlamEvidence) is None


def test_a_file_with_missing_arrays_is_a_miss(tmp_path: Path) -> None:
    np.savez(tmp_path / "key.npz", scores=[0.1, 0.2])
    assert ResultCache(tmp_path).get("key", GlamEvidence) is None


def test_the_longest_unused_results_make_room(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    for number, key in enumerate("abc"):
        cache.put(key, some_evidence(number))
        os.utime(tmp_path / f"{key}.npz", (1000 + number, 1000 + number))
    size = (tmp_path / "a.npz").stat().st_size
    small = ResultCache(tmp_path, limit_bytes=int(3.5 * size))
    assert small.get("a", GlamEvidence) is not None, "and is used again"
    small.put("d", some_evidence(9))
    assert [key for key in "abcd" if small.get(key, GlamEvidence)] == ["a", "c", "d"]


def test_a_folder_that_cannot_be_written_keeps_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = ResultCache(tmp_path / "file")
    cache.put("key", some_evidence())
    assert cache.get("key", GlamEvidence) is None


def test_an_interrupted_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_the_disk(file: object, array: object, **how: object) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", fill_the_disk)
    ResultCache(tmp_path).put("key", some_evidence())
    assert list(tmp_path.iterdir()) == []
