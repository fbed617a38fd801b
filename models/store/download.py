"""Fetching one file over HTTP, resumably, with nothing in place before it is verified.

pooch puts the file in place; what streams it is ours, because pooch's own downloader begins anew
after every break and cannot be stopped.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from models import __version__
from models.digests import digests_of
from models.errors import WeightsFetchError
from models.progress import CancelToken, Progress, Report

if TYPE_CHECKING:
    from requests import Response

# No weights that we know are half as large.
LARGEST_BYTES = 2 << 30
_CHUNK_BYTES = 1 << 16
_MB = 1_000_000
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Wanted:
    """The file that must arrive.

    Attributes
    ----------
    name : what a reader calls it, `GLAM (model_sep)`.
    git_blob_sha1 : what it must digest to; size_bytes : exactly, where known.
    """

    address: str
    name: str
    git_blob_sha1: str
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may take.

    Attributes
    ----------
    attempts : in a row that bring nothing new, before giving up.
    silence_s : without a byte, after which an attempt has failed.
    pause_s : before the next attempt, longer each time.
    """

    attempts: int = 6
    silence_s: float = 10.0
    pause_s: float = 1.0


def download(
    wanted: Wanted,
    path: Path,
    kept: Path,
    report: Report,
    cancel: CancelToken,
    patience: Patience = Patience(),
) -> None:
    """Bring a file to `path`, which must not exist; whole and verified, or not at all.

    Parameters
    ----------
    kept : the folder where what has arrived stays when it is stopped or breaks off; the next call
        goes on from there. It lies on the same disk as `path`.

    Raises
    ------
    WeightsFetchError : it cannot be had, or is another file than the published one.
    Cancelled : stopping was asked for.
    """
    import pooch

    pooch.get_logger().setLevel("WARNING")  # it would speak on stderr about where and what
    stream = _Stream(wanted, _part(wanted, kept), report, cancel, patience)
    try:
        pooch.retrieve(wanted.address, None, fname=path.name, path=path.parent, downloader=stream)
    except OSError as error:
        raise WeightsFetchError(
            f"{wanted.name} could not be written to {path.parent}: {error.strerror or error}."
        ) from error


def _part(wanted: Wanted, folder: Path) -> Path:
    """What has arrived so far; the digest in the name keeps other files apart."""
    return folder / f".{wanted.git_blob_sha1[:16]}.part"


class _Stream:
    """A downloader as pooch calls it."""

    def __init__(
        self, wanted: Wanted, part: Path, report: Report, cancel: CancelToken, patience: Patience
    ) -> None:
        self._wanted = wanted
        self._part = part
        self._report = report
        self._cancel = cancel
        self._patience = patience

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        """Fill `output_file`; raises WeightsFetchError, Cancelled."""
        del pooch
        resumed = self._held() > 0
        self._fetch(url)
        if not self._is_right() and resumed:
            # What an earlier attempt had left was damaged or of another file.
            self._part.unlink(missing_ok=True)
            self._fetch(url)
        if not self._is_right():
            self._part.unlink(missing_ok=True)
            raise WeightsFetchError(
                f"{url} is not the published file of {self._wanted.name}: its digest differs, so "
                "it was thrown away."
            )
        self._part.replace(output_file)

    def _is_right(self) -> bool:
        return digests_of(self._part).git_blob_sha1 == self._wanted.git_blob_sha1

    def _held(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _fetch(self, url: str) -> None:
        """Attempt after attempt until the server has said all; raises WeightsFetchError."""
        import requests
        import urllib3

        best, failed = self._held(), 0
        while True:
            self._cancel.raise_if_cancelled()
            try:
                self._attempt(url)
            except (requests.TooManyRedirects, requests.exceptions.InvalidURL) as error:
                raise WeightsFetchError(f"{url} leads nowhere: {_short(error)}.") from error
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                failed = 0 if self._held() > best else failed + 1
                best = max(best, self._held())
                if failed >= self._patience.attempts:
                    raise WeightsFetchError(
                        f"{self._wanted.name} could not be fetched from {url}: {_short(error)}. "
                        "What has arrived is kept; try again."
                    ) from error
                self._wait(failed)
            else:
                return

    def _attempt(self, url: str) -> None:
        """One request, from where the last one broke off; raises what requests raises."""
        import requests

        held = self._held()
        headers = {"Accept-Encoding": "identity", "User-Agent": f"Fourview/{__version__}"}
        if held:
            headers["Range"] = f"bytes={held}-"
        silence = self._patience.silence_s
        with requests.get(url, headers=headers, stream=True, timeout=silence) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                return  # there is no more; the digest tells whether it is the file
            _refuse_downgrade(url, response.url)
            if response.status_code in (
                requests.codes.not_found,
                requests.codes.gone,
                requests.codes.forbidden,
                requests.codes.unauthorized,
            ):
                raise WeightsFetchError(
                    f"{url} offers no file: the server answers {response.status_code}."
                )
            response.raise_for_status()
            start = _start_of(response, held)
            total = self._size(_whole_size(response, start))
            with self._part.open("ab" if start else "wb") as file:
                self._take(response, file, start, total)

    def _size(self, announced: int | None) -> int | None:
        """The size of the whole file as far as it is known; refuses one that cannot be."""
        wanted = self._wanted.size_bytes
        if None not in (wanted, announced) and announced != wanted:
            raise WeightsFetchError(
                f"{self._wanted.address} announces {announced} bytes, but the published file of "
                f"{self._wanted.name} has {wanted}."
            )
        return wanted or announced

    def _take(self, response: Response, file: BinaryIO, done: int, total: int | None) -> None:
        most = self._wanted.size_bytes or LARGEST_BYTES
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=False):
            self._cancel.raise_if_cancelled()
            done += len(chunk)
            if done > most:
                self._part.unlink(missing_ok=True)
                raise WeightsFetchError(
                    f"{self._wanted.address} sends more than the {most} bytes that it may."
                )
            file.write(chunk)
            self._say(done, total)

    def _say(self, done: int, total: int | None) -> None:
        of = f" of {total / _MB:.1f}" if total else ""
        words = f"{self._wanted.name}: {done / _MB:.1f}{of} MB"
        self._report(Progress(done, total or LARGEST_BYTES, words))

    def _wait(self, failed: int) -> None:
        until = time.monotonic() + self._patience.pause_s * failed
        while time.monotonic() < until:
            self._cancel.raise_if_cancelled()
            time.sleep(_POLL_S)


def _start_of(response: Response, held: int) -> int:
    """From which byte an answer goes on: 0 where the server begins anew, or goes on elsewhere."""
    found = _RANGE.match(response.headers.get("Content-Range", ""))
    goes_on = response.status_code == 206 and found is not None and int(found[1]) == held
    if response.status_code == 206 and not goes_on:
        raise WeightsFetchError(f"{response.url} sends another part of the file than asked for.")
    return held if goes_on else 0


def _whole_size(response: Response, start: int) -> int | None:
    """The size of the whole file as far as the server tells."""
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isascii() and length.isdigit() else None


def _refuse_downgrade(asked: str, answered: str) -> None:
    if asked.startswith("https:") and not answered.startswith("https:"):
        raise WeightsFetchError(f"{asked} leads to an address without encryption.")


def _short(error: Exception) -> str:
    """The gist of what requests says, which may run over many lines."""
    return str(error).partition("\n")[0][:200] or type(error).__name__
