"""How an error that nobody foresaw is logged: where it happened, never with whose data."""

from __future__ import annotations

import logging
import traceback


def log_fault(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log the kind of an error and its way through the code; its words may name a patient."""
    way = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: %s\n%s", what, type(error).__name__, way)
