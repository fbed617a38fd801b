"""A Fourview to be tried: frozen, in an empty environment, or from source."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 300

_HOME = "USERPROFILE" if sys.platform == "win32" else "HOME"


class SmokeError(Exception):
    """The program did not do what it must; the message says what."""


@dataclass(frozen=True, slots=True)
class Program:
    """How to start it, and in what environment.

    Attributes
    ----------
    name : what it is called in messages.
    command : the program and its first arguments.
    environment : all there is; nothing of ours is inherited. It runs in the home named there.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]

    def run(self, *arguments: str | Path, codes: Sequence[int] = (0,)) -> str:
        """Run to the end and return stdout; raises SmokeError at another exit code."""
        try:
            ended = subprocess.run(
                [*self.command, *map(str, arguments)],
                env=dict(self.environment),
                cwd=self.environment[_HOME],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise SmokeError(
                f"{self.name} {arguments[0]} takes more than {LONGEST_S} s"
            ) from error
        if ended.returncode not in codes:
            raise SmokeError(
                f"{self.name} {' '.join(map(str, arguments))} ended with {ended.returncode}:\n"
                f"{ended.stdout[-2000:]}\n{ended.stderr[-4000:]}"
            )
        return ended.stdout

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """Start it and leave it running."""
        return subprocess.Popen(
            [*self.command, *map(str, arguments)],
            env=dict(self.environment),
            cwd=self.environment[_HOME],
            stdin=subprocess.DEVNULL,
        )


def frozen(path: Path, home: Path) -> Program:
    """The frozen program in an environment like that of `env -i`, with a home of its own."""
    return Program("the frozen program", (str(path),), _bare(home))


def from_source(home: Path) -> Program:
    """The checkout, run by this interpreter."""
    environment = {**_bare(home), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return Program("the program from source", (sys.executable, "-m", "viewer"), environment)


def _bare(home: Path) -> dict[str, str]:
    """A home, the display, and on Windows what nothing starts without."""
    home.mkdir(parents=True, exist_ok=True)
    kept = ("DISPLAY", "XAUTHORITY", "QT_QPA_PLATFORM", "SYSTEMROOT", "TEMP", "TMP")
    bare = {name: os.environ[name] for name in kept if name in os.environ}
    return {**bare, _HOME: str(home)}
