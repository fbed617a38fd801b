"""Fixtures that every test may use, and three promises that every test keeps.

No test touches the user's own files, reaches another machine, or leaves a thread behind.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from PySide6.QtCore import QSettings, QThread
from shiboken6 import isValid

from viewer.widgets.together import THREADS

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
LOOPBACK = (None, "", "localhost", "127.0.0.1", "::1")
GRACE_S = 2.0


# No example has to be done in so many milliseconds: a busy machine would fail tests.
hypothesis.settings.register_profile("fourview", deadline=None)
hypothesis.settings.load_profile("fourview")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data and goldens beside the project; tests that need them skip without them."""
    if not SHARED.is_dir():
        pytest.skip("reference data are not beside the project (../shared)")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def user_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home for the session, child processes too: no test meets the user's own files."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        for kind in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        for kind in ("APPDATA", "LOCAL_APPDATA"):
            patch.setenv(f"WIN_PD_OVERRIDE_{kind}", str(home / kind.lower()))
        for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
            QSettings.setPath(form, QSettings.Scope.UserScope, str(home / "config"))
        yield home


@pytest.fixture(autouse=True)
def _stay_on_this_machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only tests marked `network` may look up or reach another machine."""
    if request.node.get_closest_marker("network"):
        return
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def require_local(host: object) -> None:
        if host not in LOOPBACK:
            pytest.fail(f"the test reaches for another machine: {host!r}")

    def connect_here(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple):  # anything else is a socket in the file system
            require_local(address[0])
        connect(self, address)

    def look_up_here(host: object, *args: object, **kwargs: object) -> object:
        require_local(host)
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", connect_here)
    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)


@pytest.fixture(autouse=True)
def _leave_no_thread_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A thread that a test starts ends with it: Python's (but for daemons and those that the
    program keeps for its panes) and Qt's."""
    before = set(threading.enumerate())
    qt_threads: list[QThread] = []
    start = QThread.start

    def start_and_note(self: QThread, *args: object) -> None:
        qt_threads.append(self)
        start(self, *args)

    monkeypatch.setattr(QThread, "start", start_and_note)
    yield
    left = left_running(set(threading.enumerate()) - before, qt_threads)
    if left:
        pytest.fail(f"the test leaves threads running: {', '.join(left)}")


def left_running(threads: set[threading.Thread], qt_threads: list[QThread]) -> list[str]:
    """Names of the threads that do not end within the grace period."""
    ours = [each for each in threads if not (each.daemon or each.name.startswith(THREADS))]
    for thread in ours:
        thread.join(GRACE_S)
    alive = [qt_thread for qt_thread in qt_threads if isValid(qt_thread)]
    return [
        *(thread.name for thread in ours if thread.is_alive()),
        *(repr(each) for each in alive if not each.wait(int(GRACE_S * 1000))),
    ]


@pytest.fixture(scope="session")
def glam_recipe_weights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Seeded weights that fit GLAM's networks, in the container of the published files."""
    from tests import glam_recipe

    path = tmp_path_factory.mktemp("weights") / "recipe.ckpt"
    yield glam_recipe.write(path, glam_recipe.state_dict())
    path.unlink()
