"""CRC-32C (Castagnoli; RFC 3720, appendix B.4), fast enough for megabytes without other code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Registers = NDArray[np.uint32]

_POLYNOMIAL = 0x82F63B78  # reflected
_ALL_ONES = 0xFFFFFFFF
# Rows of this many bytes go through the register side by side, to be joined afterwards.
_ROW = 1024


def crc32c(content: bytes) -> int:
    """The checksum of some bytes; that of `b"123456789"` is 0xE3069283."""
    rows, rest = divmod(len(content), _ROW)
    register = _ALL_ONES
    if rows:
        block = np.frombuffer(content, np.uint8, rows * _ROW).reshape(rows, _ROW)
        for row in _through(np.zeros(rows, np.uint32), block.T.copy()).tolist():
            register = _after_a_row(register) ^ row
    for byte in content[len(content) - rest :]:
        register = _BYTE_LIST[(register ^ byte) & 0xFF] ^ (register >> 8)
    return register ^ _ALL_ONES


def _through(registers: Registers, bytes_by_turn: NDArray[np.uint8]) -> Registers:
    """Let each register take one byte a turn; shape (n,) and (turns, n)."""
    for turn in bytes_by_turn:
        registers = _BYTE[(registers ^ turn) & 0xFF] ^ (registers >> 8)
    return registers


def _after_a_row(register: int) -> int:
    """The register after a row of zeros; it is linear, so each of its bytes adds its part."""
    return (
        _ROW_LISTS[0][register & 0xFF]
        ^ _ROW_LISTS[1][register >> 8 & 0xFF]
        ^ _ROW_LISTS[2][register >> 16 & 0xFF]
        ^ _ROW_LISTS[3][register >> 24]
    )


def _byte_table() -> Registers:
    """What a byte leaves behind: eight bits of division by the polynomial."""
    registers = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        registers = np.where(registers & 1, (registers >> 1) ^ _POLYNOMIAL, registers >> 1)
    return registers.astype(np.uint32)


_BYTE = _byte_table()
_BYTE_LIST: list[int] = _BYTE.tolist()
_ROW_LISTS: list[list[int]] = [
    _through(
        np.arange(256, dtype=np.uint32) << np.uint32(shift), np.zeros((_ROW, 256), np.uint8)
    ).tolist()
    for shift in (0, 8, 16, 24)
]
