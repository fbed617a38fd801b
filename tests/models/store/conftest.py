"""A real server on this computer that can misbehave, and a small GLAM as a released file."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models.catalog import GLAM, ModelCard, PublishedWeights
from models.digests import digests_of
from models.store.download import Patience
from tests.models.conftest import small_glam as small_glam  # noqa: PLC0414 - a fixture

QUICK = Patience(attempts=3, silence_s=1.0, pause_s=0.01)


@dataclass
class Server:
    """What it serves, how, and what it was asked.

    Attributes
    ----------
    breaks_after : bytes of an answer after which the connection is cut, one entry an answer.
    announces : Content-Length to state instead of the true one.
    goes_on : whether it serves the part that was asked for.
    silent_after : bytes after which it says nothing more for a while.
    redirects : how often it sends elsewhere before it answers.
    """

    content: bytes = b""
    breaks_after: list[int] = field(default_factory=list)
    announces: int | None = None
    goes_on: bool = True
    silent_after: int | None = None
    redirects: int = 0
    status: int = 200
    piece: int = 1 << 16
    pause_s: float = 0.0
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    address: str = ""


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            server.asked.append((self.path, wanted))
            if server.redirects:
                server.redirects -= 1
                self.send_response(302)
                self.send_header("Location", f"{server.address}/elsewhere")
                self.end_headers()
                return
            if server.status != 200:
                self.send_error(server.status)
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            if not server.goes_on:
                start = 0
            elif start >= len(server.content) > 0 and wanted:
                self.send_error(416)
                return
            body = server.content[start:]
            self.send_response(206 if start else 200)
            if start:
                size = len(server.content)
                self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
            announced = len(body) if server.announces is None else server.announces
            self.send_header("Content-Length", str(announced))
            self.end_headers()
            self._send(body)

        def _send(self, body: bytes) -> None:
            cut = server.breaks_after.pop(0) if server.breaks_after else None
            sent = 0
            for first in range(0, len(body), server.piece):
                piece = body[first : first + server.piece]
                if cut is not None:
                    piece = piece[: cut - sent]
                try:
                    self.wfile.write(piece)
                except OSError:
                    return
                sent += len(piece)
                if server.silent_after is not None and sent >= server.silent_after:
                    server.silent_after = None
                    time.sleep(1.5)
                if cut is not None and sent >= cut:
                    self.close_connection = True
                    return
                time.sleep(server.pause_s)

    return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on this computer."""
    state = Server()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    http.daemon_threads = True
    state.address = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.fixture
def card(small_glam: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    """GLAM's card, the one released file being a small GLAM."""
    digests = digests_of(small_glam)
    released = PublishedWeights(
        "small",
        "model_small.ckpt",
        digests.git_blob_sha1,
        size_bytes=small_glam.stat().st_size,
        address="http://127.0.0.1:9/never",
    )
    from models import catalog, rooms

    card = dataclasses.replace(GLAM, weights=(released,))
    for module in (catalog, rooms):
        monkeypatch.setattr(module, "CARDS", {**catalog.CARDS, "glam": card})
    return card
