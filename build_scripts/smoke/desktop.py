"""Keys as a person gives them, from outside the program, by xdotool."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from build_scripts.smoke.program import SmokeError

_POLL_S = 0.05


@contextmanager
def kept_running() -> Iterator[None]:
    """Keep the display busy: a virtual one resets when the last to use it goes, and refuses or
    drops whoever comes in that moment, such as the program that is starting.
    """
    staying = subprocess.Popen(["xdotool", "sleep", "86400"])
    try:
        yield
    finally:
        staying.kill()
        staying.wait()


def wait_until(is_so: Callable[[], bool], what: str, longest_s: float = 180.0) -> float:
    """Seconds until it was so; raises SmokeError, naming `what`, when it never is."""
    started = time.perf_counter()
    while not is_so():
        if time.perf_counter() - started > longest_s:
            raise SmokeError(f"after {longest_s:.0f} s there is no {what}")
        time.sleep(_POLL_S)
    return time.perf_counter() - started


def find_windows(title: str) -> list[str]:
    """Ids of the visible windows whose titles match a regular expression, the newest last."""
    return sorted(
        _xdotool("search", "--onlyvisible", "--name", title, check=False).split(), key=int
    )


def wait_for_window(title: str, longest_s: float = 180.0) -> float:
    """Seconds until there is such a window, which gets the keyboard; raises SmokeError."""
    took = wait_until(lambda: bool(find_windows(title)), f"window “{title}”", longest_s)
    focus(title)
    return took


def wait_for_no_window(title: str) -> None:
    """Raises SmokeError when the window stays."""
    wait_until(lambda: not find_windows(title), f"end of the window “{title}”", 20)


def focus(title: str) -> None:
    """Give a window the keyboard; there may be no window manager to do so."""
    for window in find_windows(title)[-1:]:
        _xdotool("windowfocus", "--sync", window)


def press(*keys: str) -> None:
    """Press keys one after another: `ctrl+e`, `Return`."""
    _xdotool("key", "--delay", "60", *keys)


def write(text: str) -> None:
    """Type a text."""
    _xdotool("type", "--delay", "8", text)


def _xdotool(*arguments: str, check: bool = True) -> str:
    ended = subprocess.run(
        ["xdotool", *arguments], capture_output=True, text=True, timeout=30, check=False
    )
    if check and ended.returncode:
        raise SmokeError(f"xdotool {arguments[0]} failed: {ended.stderr.strip()}")
    return ended.stdout
