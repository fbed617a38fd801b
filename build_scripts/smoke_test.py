"""Try the frozen program where there is no Python, and compare it with the program from source.

``python -m build_scripts.smoke_test build/program/Fourview/Fourview`` needs an interpreter with
Fourview's requirements, to compare with, and for the window a display and xdotool:
``xvfb-run -a -s "-screen 0 1920x1200x24" python -m build_scripts.smoke_test …``
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from build_scripts.smoke.headless import try_headless
from build_scripts.smoke.program import SmokeError, from_source, frozen
from build_scripts.smoke.window import start_time, try_window


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when all is well, 1 with a sentence on stderr when something is not."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("program", type=Path, help="the frozen program itself")
    parser.add_argument(
        "--no-window", action="store_true", help="only what needs neither display nor xdotool"
    )
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    try:
        smoke_test(options.program.resolve(), window=not options.no_window)
    except SmokeError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"all is well after {time.perf_counter() - started:.0f} s")
    return 0


def smoke_test(program: Path, *, window: bool = True) -> None:
    """Try everything; raises SmokeError at what is not as it must be."""
    if window and not has_desktop():
        raise SmokeError("the window needs a display and xdotool; else say --no-window")
    with tempfile.TemporaryDirectory(prefix="fourview-smoke-") as temporary:
        folder = Path(temporary)
        try_headless(frozen(program, folder / "home"), from_source(folder / "home-source"), folder)
        print("headless: same scores and pages as from source", flush=True)
        if window:
            tried = frozen(program, folder / "desk")
            try_window(tried, from_source(folder / "desk-source"), folder)
            print("window: same picture as from source; dialogs, crash and end as they must be")
            times = ", ".join(f"{start_time(tried):.2f}" for _ in range(3))
            print(f"window visible after {times} s")


def has_desktop() -> bool:
    """Whether a window can be opened and driven."""
    return bool(os.environ.get("DISPLAY")) and shutil.which("xdotool") is not None


if __name__ == "__main__":
    sys.exit(main())
