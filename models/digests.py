"""What tells one file from another: SHA-256, and the SHA-1 by which git lists it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Digests:
    """Of a file's bytes, in hexadecimal digits.

    Attributes
    ----------
    git_blob_sha1 : SHA-1 of `blob <size>\\0` and the content.
    """

    sha256: str
    git_blob_sha1: str


def digests_of(path: Path) -> Digests:
    """Digest a file; it is read again only when its time or size has changed. Raises OSError."""
    status = path.stat()
    return _digests(path.resolve(), status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=32)
def _digests(path: Path, mtime_ns: int, size: int) -> Digests:  # noqa: ARG001 - cache key
    sha256 = hashlib.sha256()
    blob = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            sha256.update(chunk)
            blob.update(chunk)
    return Digests(sha256.hexdigest(), blob.hexdigest())
