"""Sorted tables of keys and values, the container of TensorFlow's checkpoint index.

The layout is LevelDB's (its doc/table_format.md): blocks of entries whose keys share prefixes, an
index block that says where the blocks lie, and a footer that says where the index lies. Every
number in the file is distrusted: lengths and offsets are checked before they are used, checksums
before a block is read, and keys must grow, so that no block can be read twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from models.density.crc32c import crc32c

MAGIC = bytes.fromhex("57fb808b247547db")
_FOOTER_BYTES = 48
# Behind every block: one byte that says how it is packed, four of checksum.
_TRAILER_BYTES = 5
_LONGEST_KEY = 1024
_MOST_ENTRIES = 10_000


class DamagedError(Exception):
    """The bytes are not what they claim to be; the message says why, for a sentence."""


def read_table(content: bytes) -> dict[bytes, bytes]:
    """All entries of a table.

    Raises
    ------
    DamagedError : it is no table, or damaged, or packed, or larger than any index of weights.
    """
    if len(content) < _FOOTER_BYTES or not content.endswith(MAGIC):
        raise DamagedError("it has no footer of an index")
    footer = Reader(content[-_FOOTER_BYTES:])
    footer.varint(), footer.varint()  # where a block of statistics lies, which nobody needs
    index = _block(content, footer.varint(), footer.varint())
    entries: dict[bytes, bytes] = {}
    last = b""
    for _, handle in _entries(index):
        place = Reader(handle)
        for key, value in _entries(_block(content, place.varint(), place.varint())):
            if entries and key <= last:
                raise DamagedError("its entries are out of order")
            if len(entries) == _MOST_ENTRIES:
                raise DamagedError("it has too many entries")
            entries[key] = value
            last = key
    return entries


def unmasked(checksum: int) -> int:
    """The CRC-32C that LevelDB and TensorFlow store rotated and shifted by a constant."""
    rotated = (checksum - 0xA282EAD8) & 0xFFFFFFFF
    return (rotated >> 17 | rotated << 15) & 0xFFFFFFFF


class Reader:
    """Reads numbers off bytes, and never past their end."""

    __slots__ = ("_at", "_content")

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._content)

    def take(self, count: int) -> bytes:
        """The next bytes."""
        if count > len(self._content) - self._at:
            raise DamagedError("it ends too early")
        taken = self._content[self._at : self._at + count]
        self._at += count
        return taken

    def varint(self) -> int:
        """A number of at most 64 bits, seven a byte, the lowest first."""
        number = 0
        for shift in range(0, 70, 7):
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number & 0xFFFFFFFFFFFFFFFF
        raise DamagedError("a number in it has no end")

    def fixed32(self) -> int:
        """Four bytes, little-endian."""
        return int.from_bytes(self.take(4), "little")


def _block(content: bytes, offset: int, size: int) -> bytes:
    end = offset + size
    if end + _TRAILER_BYTES > len(content) - _FOOTER_BYTES:
        raise DamagedError("a block reaches past its end")
    trailer = Reader(content[end : end + _TRAILER_BYTES])
    packing = trailer.take(1)[0]
    if packing != 0:
        raise DamagedError("a block of it is compressed, which TensorFlow never does")
    if crc32c(content[offset : end + 1]) != unmasked(trailer.fixed32()):
        raise DamagedError("the checksum of a block is wrong")
    return content[offset:end]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a block, without the restart points at its end."""
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 * (restarts + 1)
    if end < 0:
        raise DamagedError("a block is too short")
    reader = Reader(block[:end])
    key = b""
    while reader:
        shared, added, length = reader.varint(), reader.varint(), reader.varint()
        if shared > len(key) or shared + added > _LONGEST_KEY:
            raise DamagedError("a key in it is damaged")
        key = key[:shared] + reader.take(added)
        yield key, reader.take(length)
