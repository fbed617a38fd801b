"""The window as a person uses it, on the demo's exams, and after a crash."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from build_scripts.smoke import desktop
from build_scripts.smoke.headless import require_same_picture
from build_scripts.smoke.program import Program, SmokeError

MAIN = "Fourview$"
WITH_EXAM = ". – Fourview$"
_LONGEST_DEMO_S = 300.0


def try_window(program: Program, reference: Program, folder: Path) -> None:
    """The demo opened, analysed and exported, dialogs, an orderly end; raises SmokeError."""
    pictures = []
    for name, each in (("frozen", program), ("source", reference)):
        picture = folder / f"{name}.png"
        with running(each, "demo", "--out", folder / "demo") as process:
            desktop.wait_for_window(WITH_EXAM, _LONGEST_DEMO_S)
            _wait_for_results(Path(each.environment["HOME"]))
            _export(picture)
            if each is program:
                _look_at_dialogs()
            _quit(process)
        pictures.append(picture)
    require_same_picture(*pictures)
    _try_crash(program, folder / "demo")


def start_time(program: Program) -> float:
    """Seconds from starting to a visible window."""
    with running(program) as process:
        took = desktop.wait_for_window(MAIN, 60)
        _quit(process)
    return took


@contextmanager
def running(program: Program, *arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program while it runs; whatever happens, it has ended afterwards."""
    with desktop.kept_running():
        process = program.start(*arguments)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def _wait_for_results(home: Path) -> None:
    """The first analysis is done once its results are kept."""
    cache = home / ".cache" / "fourview" / "results"
    desktop.wait_until(
        lambda: any(path.is_file() for path in cache.rglob("*")), "result of an analysis"
    )


def _export(picture: Path) -> None:
    desktop.press("ctrl+e")
    desktop.wait_for_window("^Export picture")
    desktop.press("Return")
    desktop.wait_until(lambda: len(desktop.find_windows("^Export picture")) == 2, "file dialog")
    desktop.focus("^Export picture")
    desktop.press("ctrl+a")
    desktop.write(str(picture))
    desktop.press("Return")
    desktop.wait_until(picture.is_file, f"picture {picture.name}")


def _look_at_dialogs() -> None:
    """Models by its key, About by its name."""
    desktop.focus(MAIN)
    desktop.press("ctrl+m")
    desktop.wait_for_window("^Models")
    desktop.press("Escape")
    desktop.wait_for_no_window("^Models")
    desktop.focus(MAIN)
    desktop.press("ctrl+k")
    desktop.wait_for_window("^Commands")
    desktop.write("About")
    desktop.press("Return")
    desktop.wait_for_window("^About Fourview")
    desktop.press("Escape")
    desktop.wait_for_no_window("^About Fourview")


def _quit(process: subprocess.Popen[bytes]) -> None:
    desktop.focus(MAIN)
    desktop.press("ctrl+q")
    try:
        code = process.wait(60)
    except subprocess.TimeoutExpired as error:
        raise SmokeError("the window does not close") from error
    if code:
        raise SmokeError(f"the window closed with exit code {code}")


def _try_crash(program: Program, exams: Path) -> None:
    """After a crash with an exam on the screen there is a report, and the exam comes back."""
    sessions = Path(program.environment["HOME"]) / ".local/state/fourview/sessions"
    ended = set(sessions.glob("*.json"))  # in an orderly way, before
    with running(program, exams) as process:
        desktop.wait_for_window(WITH_EXAM)
        desktop.wait_until(lambda: set(sessions.glob("*.json")) > ended, "session kept")
        process.send_signal(signal.SIGSEGV)
        process.wait(60)
    with running(program) as process:
        desktop.wait_for_window("^Report of an error")
        desktop.press("Return")
        desktop.wait_for_no_window("^Report of an error")
        desktop.wait_for_window(WITH_EXAM)
        _quit(process)
