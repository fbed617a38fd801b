"""Errors that nobody foresaw, logged and reported: where they happened, never with whose data.

The words of an error may quote what it was met in, and so name a patient. What is kept is its
kind, and its way through the code.
"""

from __future__ import annotations

import datetime as dt
import logging
import traceback

from viewer import facts

NOTICE = "No words of the error and no names of opened files are in here: both may name a patient."


def log_fault(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log the kind of an error and its way through the code."""
    log.error("%s: %s\n%s", what, type(error).__name__, _steps(error))


def way_of(error: BaseException) -> str:
    """The kind of an error, its way through the code, and the same of what it came from."""
    parts = [f"{type(error).__module__}.{type(error).__qualname__}\n{_steps(error)}"]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        parts.append(f"which came from {way_of(cause)}")
    return "\n".join(parts)


def _steps(error: BaseException) -> str:
    return "".join(traceback.format_tb(error.__traceback__))


def report(way: str) -> str:
    """What a reader may send to whoever looks after Fourview.

    Parameters
    ----------
    way : of an error through the code, or the last words of a run that crashed.
    """
    now = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    known = {**facts.program(), **facts.computer(), **facts.libraries()}
    width = max(map(len, known))
    lines = [f"{name:{width}}  {words}" for name, words in known.items()]
    return facts.with_home_hidden(
        "\n".join(
            (f"Fourview, report of an error, {now}", NOTICE, "", *lines, "", way.strip(), "")
        )
    )
