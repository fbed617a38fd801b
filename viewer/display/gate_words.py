"""What the gate said of an exam, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from models.exam import View
from models.gate import Verdict


def reasons_told(by_view: Mapping[View | None, Verdict]) -> list[str]:
    """Every reason once, with the views that it holds for unless it holds for all."""
    views: dict[str, list[str]] = {}
    for view, verdict in by_view.items():
        for reason in verdict.reasons:
            views.setdefault(reason, []).append("" if view is None else view.label)
    return [
        reason if len(whose) == len(by_view) else f"{', '.join(whose)}: {reason}"
        for reason, whose in views.items()
    ]
