"""The promises of conftest hold: no user files, no network, no threads left behind."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import platformdirs
import pytest
from PySide6.QtCore import QSettings, QThread

from tests import conftest


def test_tests_never_meet_the_users_own_files(user_home: Path) -> None:
    for folder in (
        Path.home(),
        platformdirs.user_cache_path("fourview"),
        platformdirs.user_config_path("fourview"),
        platformdirs.user_data_path("fourview"),
        platformdirs.user_downloads_path(),
        Path(QSettings("Fourview", "Fourview").fileName()),
    ):
        assert folder.is_relative_to(user_home), folder


@pytest.mark.parametrize("address", [("192.0.2.1", 9), ("example.org", 443)])
def test_a_test_that_reaches_for_another_machine_fails(address: tuple[str, int]) -> None:
    with pytest.raises(pytest.fail.Exception, match="another machine"):
        socket.create_connection(address, timeout=0.1)
    with pytest.raises(pytest.fail.Exception, match="another machine"), socket.socket() as plain:
        plain.connect(address)


def test_a_test_may_talk_to_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no sockets in the file system")
def test_a_socket_in_the_file_system_is_no_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of such a socket must be short
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("here")
        server.listen()
        client.connect("here")


def test_a_thread_left_behind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "GRACE_S", 0.05)
    end = threading.Event()
    straggler = threading.Thread(target=end.wait, name="straggler")
    straggler.start()
    try:
        assert conftest.left_running({straggler}, []) == ["straggler"]
    finally:
        end.set()
    straggler.join()
    assert conftest.left_running({straggler}, []) == []


def test_a_qt_thread_left_behind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "GRACE_S", 0.05)
    thread = QThread()
    thread.setObjectName("straggler")
    thread.start()
    assert "straggler" in conftest.left_running(set(), [thread])[0]
    thread.quit()
    monkeypatch.setattr(conftest, "GRACE_S", 5.0)
    assert conftest.left_running(set(), [thread]) == []
