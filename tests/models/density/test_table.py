"""Checksums are the standard's, and no table makes its reader run away."""

from __future__ import annotations

import time

import pytest

from models.density.crc32c import crc32c
from models.density.table import DamagedError, read_table, unmasked
from tests.models.density.tensorflow_files import block, masked, table, varint, with_index


@pytest.mark.parametrize(
    ("content", "checksum"),
    [
        (b"", 0),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(range(31, -1, -1)), 0x113FDB5C),
    ],
)
def test_checksums_are_those_of_rfc_3720(content: bytes, checksum: int) -> None:
    assert crc32c(content) == checksum


def test_long_content_has_the_checksum_that_it_has_byte_by_byte() -> None:
    content = bytes(number * number % 251 for number in range(5000))
    for length in (1023, 1024, 1025, 2048, 5000):
        register = 0xFFFFFFFF
        for byte in content[:length]:
            register ^= byte
            for _ in range(8):
                register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
        assert crc32c(content[:length]) == register ^ 0xFFFFFFFF


def test_masks_come_off() -> None:
    assert unmasked(int.from_bytes(masked(0x12345678), "little")) == 0x12345678


def test_entries_of_all_blocks_are_read_with_their_prefixes() -> None:
    first = {b"": b"header", b"conv1/weights": b"1", b"conv1/weights/Adam": b"2"}
    second = {b"conv2/weights": b"", b"dense": bytes(300)}
    assert read_table(table([first, second])) == first | second


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no footer"),
        (bytes(100), "no footer"),
        (table([{b"a": b"1", b"c": b"2"}, {b"b": b"3"}]), "out of order"),
        (table([{b"b": b"2", b"a": b"1"}]), "out of order"),
        (table([{b"k" * 2000: b"1"}]), "a key in it is damaged"),
        (table([{b"a": b"1"}], packing=1), "compressed"),
        (table([{b"%05d" % number: b"" for number in range(10_001)}]), "too many entries"),
        (with_index(b"", block({b"a": varint(1 << 62) + varint(9)})), "reaches past its end"),
        (with_index(b"", block({b"a": varint(0) + b"\xff" * 20})), "has no end"),
        (with_index(b"", block({b"a": b""})), "ends too early"),
    ],
)
def test_damaged_tables_are_refused_with_the_reason(content: bytes, words: str) -> None:
    with pytest.raises(DamagedError, match=words):
        read_table(content)


def test_a_table_whose_index_names_one_block_over_and_over_is_refused_at_once() -> None:
    once = block({b"%04d" % number: b"" for number in range(1000)})
    handle = varint(0) + varint(len(once) - 5)
    index = block({b"%05d" % number: handle for number in range(10_000)})
    started = time.monotonic()
    with pytest.raises(DamagedError, match="out of order"):
        read_table(with_index(once, index))
    assert time.monotonic() - started < 1.0


def test_every_flipped_bit_is_seen_or_without_effect() -> None:
    entries = {b"": b"header", b"conv1/weights": b"123", b"conv1/weights/Adam": b"2"}
    content = table([entries])
    refused = 0
    for bit in range(8 * len(content)):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            assert read_table(bytes(flipped)) == entries
        except DamagedError:
            refused += 1
    # The unread statistics block and the padding of the footer may say anything.
    assert refused > 0.6 * 8 * len(content)
