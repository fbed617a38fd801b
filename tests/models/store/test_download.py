"""A download ends with the very file that was published, or with nothing in place and a reason."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest

from models.errors import Cancelled, WeightsFetchError
from models.progress import CancelToken, Progress, ignore_progress
from models.store.download import Wanted, download
from tests.models.store.conftest import QUICK, Server

CONTENT = os.urandom(300_000)


def blob_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@pytest.fixture
def fetch(server: Server, tmp_path: Path):
    """Fetch what the server has; `path` is where it must arrive."""
    server.content = CONTENT
    path = tmp_path / "room" / "model.ckpt"
    path.parent.mkdir()

    def run(content=CONTENT, size=None, report=ignore_progress, cancel=None):
        wanted = Wanted(f"{server.address}/model.ckpt", "GLAM", blob_sha1(content), size)
        download(wanted, path, tmp_path, report, cancel or CancelToken(), QUICK)
        return path

    run.path = path
    run.folder = tmp_path
    return run


def parts(folder: Path) -> list[int]:
    return [part.stat().st_size for part in folder.glob(".*.part")]


def test_a_file_arrives_whole_with_its_progress(fetch, server: Server) -> None:
    seen: list[Progress] = []
    assert fetch(report=seen.append, size=len(CONTENT)).read_bytes() == CONTENT
    assert parts(fetch.folder) == []
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert (seen[-1].done, seen[-1].total) == (len(CONTENT), len(CONTENT))
    assert seen[-1].message == "GLAM: 0.3 of 0.3 MB"
    assert server.asked == [("/model.ckpt", None)]


def test_what_breaks_off_goes_on_where_it_broke(fetch, server: Server) -> None:
    server.breaks_after = [100_000, 50_000]
    assert fetch().read_bytes() == CONTENT
    assert [asked for _, asked in server.asked] == [None, "bytes=100000-", "bytes=150000-"]


def test_a_server_that_cannot_go_on_begins_anew(fetch, server: Server) -> None:
    server.goes_on = False
    server.breaks_after = [100_000]
    assert fetch().read_bytes() == CONTENT
    assert [asked for _, asked in server.asked] == [None, "bytes=100000-"]


def test_a_server_that_breaks_off_for_ever_is_given_up_and_the_part_is_kept(
    fetch, server: Server
) -> None:
    server.goes_on = False
    server.breaks_after = [1000] * 20
    with pytest.raises(WeightsFetchError, match=r"could not be fetched.*is kept"):
        fetch()
    assert not fetch.path.exists()
    assert len(server.asked) < 10
    server.breaks_after, server.goes_on = [], True
    assert fetch().read_bytes() == CONTENT
    assert server.asked[-1] == ("/model.ckpt", "bytes=1000-")


def test_a_server_that_announces_too_much_still_gives_the_file_that_it_has(
    fetch, server: Server
) -> None:
    server.announces = len(CONTENT) + 5000
    assert fetch().read_bytes() == CONTENT


def test_a_server_that_announces_too_little_gives_nothing(fetch, server: Server) -> None:
    server.announces = 1000
    server.goes_on = False
    with pytest.raises(WeightsFetchError, match="digest differs"):
        fetch()
    assert not fetch.path.exists()
    assert parts(fetch.folder) == []


def test_a_size_that_cannot_be_is_refused_before_anything_is_fetched(
    fetch, server: Server
) -> None:
    server.content = CONTENT * 2
    with pytest.raises(WeightsFetchError, match=r"announces 600000 bytes.* has 300000"):
        fetch(size=len(CONTENT))
    assert not fetch.path.exists()


def test_a_flood_is_stopped_at_the_size_that_may_be(fetch, server: Server) -> None:
    server.content = CONTENT * 2
    server.announces = len(CONTENT)  # and sends on
    with pytest.raises(WeightsFetchError):
        fetch(content=CONTENT + b"x", size=len(CONTENT) - 1)
    assert sum(parts(fetch.folder)) <= len(CONTENT)


def test_a_wrong_file_is_thrown_away_and_never_in_place(fetch, server: Server) -> None:
    server.content = b"<html>Log in to the hospital's proxy</html>"
    with pytest.raises(WeightsFetchError, match=r"not the published file of GLAM.*thrown away"):
        fetch()
    assert not fetch.path.exists()
    assert parts(fetch.folder) == []


def test_the_rest_of_another_file_does_not_spoil_the_next_attempt(fetch, server: Server) -> None:
    part = fetch.folder / f".{blob_sha1(CONTENT)[:16]}.part"
    part.write_bytes(b"rubbish" * 100)
    assert fetch().read_bytes() == CONTENT
    assert [asked for _, asked in server.asked] == ["bytes=700-", None]


def test_a_part_that_is_whole_already_is_only_verified(fetch, server: Server) -> None:
    (fetch.folder / f".{blob_sha1(CONTENT)[:16]}.part").write_bytes(CONTENT)
    assert fetch().read_bytes() == CONTENT
    assert len(server.asked) == 1


def test_redirections_are_followed_but_not_for_ever(fetch, server: Server) -> None:
    server.redirects = 3
    assert fetch().read_bytes() == CONTENT
    assert server.asked[-1][0] == "/elsewhere"
    fetch.path.unlink()
    server.redirects = 1000
    with pytest.raises(WeightsFetchError, match="leads nowhere"):
        fetch()


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_file_that_is_not_there_is_said_at_once(fetch, server: Server, status: int) -> None:
    server.status = status
    with pytest.raises(WeightsFetchError, match=f"offers no file: the server answers {status}"):
        fetch()
    assert len(server.asked) == 1


def test_a_server_in_trouble_is_asked_again(fetch, server: Server) -> None:
    server.status = 503
    with pytest.raises(WeightsFetchError, match="503"):
        fetch()
    assert len(server.asked) == QUICK.attempts


def test_nobody_answering_is_said_after_some_attempts(fetch, tmp_path: Path) -> None:
    wanted = Wanted("http://127.0.0.1:9/x", "GLAM", "0" * 40)
    with pytest.raises(WeightsFetchError, match="could not be fetched"):
        download(wanted, tmp_path / "x", tmp_path, ignore_progress, CancelToken(), QUICK)


def test_silence_is_an_attempt_that_failed(fetch, server: Server) -> None:
    server.silent_after = 65_536
    assert fetch().read_bytes() == CONTENT
    assert len(server.asked) == 2


def test_stopping_is_served_by_a_slow_server_and_the_next_time_goes_on(
    fetch, server: Server
) -> None:
    server.piece, server.pause_s = 10_000, 0.05
    cancel = CancelToken()
    timer = threading.Timer(0.3, cancel.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        fetch(cancel=cancel)
    timer.join()
    (held,) = parts(fetch.folder)
    assert 0 < held < len(CONTENT)
    assert not fetch.path.exists()
    server.pause_s = 0.0
    assert fetch().read_bytes() == CONTENT
    assert server.asked[-1] == ("/model.ckpt", f"bytes={held}-")
