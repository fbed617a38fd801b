"""A zip archive that asks for more than tensors is refused before anything is built."""

from __future__ import annotations

import contextlib
import io
import pickle
import pickletools
import random
import re
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from models.errors import WeightsUnreadableError
from models.weights import read_state
from models.weights_archive import is_archive, require_plain

MARK = b"X\x01\x00\x00\x00a"
BILLION = b"J" + (10**9).to_bytes(4, "little")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.pt"
    torch.save({"a": torch.arange(6.0).reshape(2, 3), "b": torch.zeros(3)}, path)
    return path


Rewrite = Callable[[bytes], bytes]


def rewritten(path: Path, change: Rewrite, compression: int = zipfile.ZIP_STORED) -> Path:
    """The archive again, its pickle changed, checksums right."""
    out = path.with_name("rewritten.pt")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", compression) as target:
        for entry in source.infolist():
            content = source.read(entry)
            is_pickle = entry.filename.endswith("data.pkl")
            target.writestr(entry.filename, change(content) if is_pickle else content)
    return out


def calling(name: str) -> Rewrite:
    """A pickle of a state dict whose one value is `name(1_000_000_000)`."""
    module, _, function = name.rpartition(".")
    demand = f"c{module}\n{function}\n".encode()
    return lambda _: b"\x80\x02}" + MARK + demand + BILLION + b"\x85Rs."


def test_a_sound_archive_is_read(sound: Path) -> None:
    assert is_archive(sound)
    require_plain(sound)
    state = read_state(sound)
    torch.testing.assert_close(state["a"], torch.arange(6.0).reshape(2, 3))


@pytest.mark.parametrize(
    "name", ["builtins.bytearray", "torch.Tensor", "torch.storage.UntypedStorage", "os.system"]
)
def test_a_pickle_that_would_fill_the_memory_is_refused_by_name(sound: Path, name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(WeightsUnreadableError, match=f"asks for {name}"):
        read_state(rewritten(sound, calling(name)))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


@pytest.mark.parametrize("name", ["builtins.bytearray", "torch.Tensor", "os.system"])
def test_a_file_from_before_archives_is_held_to_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / "legacy.pt"
    torch.save({"a": torch.arange(6.0)}, path, _use_new_zipfile_serialization=False)
    torch.testing.assert_close(read_state(path)["a"], torch.arange(6.0))
    header, content = io.BytesIO(path.read_bytes()), b""
    for _ in range(3):  # magic number, version, system
        start = header.tell()
        list(pickletools.genops(header))
        content += header.getvalue()[start : header.tell()]
    path.write_bytes(content + calling(name)(b"") + pickle.dumps([], 2))
    with pytest.raises(WeightsUnreadableError, match=f"asks for {name}"):
        read_state(path)


def test_other_ways_to_name_a_function_are_refused(sound: Path) -> None:
    stacked = b"\x80\x04}" + MARK + b"\x8c\x02os\x8c\x06system\x93s."
    with pytest.raises(WeightsUnreadableError, match="STACK_GLOBAL"):
        require_plain(rewritten(sound, lambda _: stacked))


def test_what_the_caller_stands_in_for_is_let_through(sound: Path) -> None:
    path = rewritten(sound, lambda _: b"\x80\x02cUNet\nbuild_unet\n.")
    with pytest.raises(WeightsUnreadableError, match=r"asks for UNet\.build_unet"):
        require_plain(path)
    require_plain(path, also=("UNet.build_unet",))


@pytest.mark.parametrize("declared", [rb"(cpuq.)K\x06", rb"(QK\x00)K\x02"])
def test_a_storage_or_a_tensor_larger_than_its_entry_is_refused(
    sound: Path, declared: bytes
) -> None:
    def change(text: bytes) -> bytes:
        larger, count = re.subn(declared, lambda found: found[1] + BILLION, text)
        assert count == 1
        return larger

    with pytest.raises(WeightsUnreadableError):
        read_state(rewritten(sound, change))


def test_a_compressed_archive_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb/data.pkl", b"\x80\x02}.")
        with archive.open("bomb/data/0", "w") as entry:
            for _ in range(256):
                entry.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 20
    started = time.monotonic()
    with pytest.raises(WeightsUnreadableError, match="compressed"):
        read_state(path)
    assert time.monotonic() - started < 5


def test_an_archive_of_too_many_entries_or_too_long_a_pickle_is_refused(sound: Path) -> None:
    with pytest.raises(WeightsUnreadableError, match="exhaust memory"):
        require_plain(rewritten(sound, lambda text: text + bytes(2 << 20)))
    crowded = sound.with_name("crowded.pt")
    with zipfile.ZipFile(crowded, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}", b"")
    with pytest.raises(WeightsUnreadableError, match="exhaust memory"):
        require_plain(crowded)


def test_one_flipped_bit_anywhere_in_the_tensors_is_noticed(sound: Path) -> None:
    with zipfile.ZipFile(sound) as archive:
        entry = archive.getinfo("sound/data/0")
    content = bytearray(sound.read_bytes())
    content[content.index(torch.arange(6.0).numpy().tobytes()) + 9] ^= 0x10
    assert entry.file_size == 24
    sound.write_bytes(content)
    with pytest.raises(WeightsUnreadableError, match=r"sound\.pt is damaged"):
        require_plain(sound)


def test_damaged_archives_are_refused_in_one_sentence(sound: Path) -> None:
    whole = sound.read_bytes()
    chance = random.Random(4)
    path = sound.with_name("damaged.pt")
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content[: chance.choice((None, None, chance.randrange(len(content))))])
        # Flipped bits may mean nothing: padding, times, names.
        with contextlib.suppress(WeightsUnreadableError):
            assert all(isinstance(each, torch.Tensor) for each in read_state(path).values())


def test_a_missing_file_is_no_archive(tmp_path: Path) -> None:
    assert not is_archive(tmp_path / "gone.pt")
    with pytest.raises(OSError, match="gone"):
        require_plain(tmp_path / "gone.pt")
