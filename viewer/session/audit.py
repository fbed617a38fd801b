"""What an audit log says of a session: one event for each step that changed what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from viewer.session.covering import percent_seen, shares_seen
from viewer.session.state import Phase, SessionState


@dataclass(frozen=True, slots=True)
class Event:
    """One line.

    Attributes
    ----------
    what : `opened`, `viewed`, `stage`, `ai_shown`, … (docs/audit-log.md).
    exam_id : the exam that it speaks of, or empty; the log decides how it is named.
    facts : plain values, nothing of which tells whose exam it is.
    """

    what: str
    exam_id: str = ""
    facts: dict[str, object] = field(default_factory=dict)


def events(old: SessionState, new: SessionState) -> Iterator[Event]:
    """What happened between two states, in order."""
    if new.records is not old.records:
        yield Event("opened", facts={"exams": len(new.records)})
    if new.record is not old.record:
        if old.record is not None and old.record in new.records:
            yield Event("left", old.exam_key, _seen(old))
        if new.record is not None and new.index is not None:
            yield Event("viewed", new.exam_key, {"number": new.index + 1})
    elif new.exam is not None and old.exam is None:
        yield Event("read_in", new.exam_key, {"images": len(new.images)})
    yield from _stage(old, new)
    if new.trust.mode is not old.trust.mode:
        yield Event("mode", facts={"mode": new.trust.mode.value})
    for exam_id in new.trust.locked.keys() - old.trust.locked.keys():
        yield Event("locked", exam_id)
    if new.records is old.records:
        for exam_id in old.trust.begun - new.trust.begun:
            yield Event("revealed", exam_id)
    yield from _analyses(old, new)
    before, now = ai_on_screen(old), ai_on_screen(new)
    if new.record is old.record and before != now:
        yield Event("ai_shown" if now else "ai_hidden", new.exam_key, {"what": list(now)})
    elif new.record is not old.record and now:
        yield Event("ai_shown", new.exam_key, {"what": list(now)})
    if new.work.done != old.work.done and new.record is old.record and new.work.done:
        yield Event("by_hand", new.exam_key, {"steps": len(new.work.done)})


def ai_on_screen(state: SessionState) -> tuple[str, ...]:
    """What models say that can be seen of the exam on the screen."""
    if state.result is None:
        return ()
    panel = state.panels_visible and not state.reading
    found = ["scores"] if panel or state.marks_visible else []
    if state.marks_visible:
        found += state.overlays.of_models
    return tuple(found)


def _stage(old: SessionState, new: SessionState) -> Iterator[Event]:
    key = new.exam_key
    before, now = old.staged.places.get(key), new.staged.places.get(key)
    if now is not None and now != before:
        stages = new.staged.protocol.stages
        facts: dict[str, object] = {"stage": now.stage + 1, "title": stages[now.stage].title}
        if now.view is not None:
            facts["view"] = now.view.name
        yield Event("stage", key, facts)


def _analyses(old: SessionState, new: SessionState) -> Iterator[Event]:
    for exam_id, analysis in new.analyses.items():
        before = old.analyses.get(exam_id)
        is_new = before is None or before.phase is not analysis.phase
        if is_new and analysis.phase is not Phase.NOT_RUN:
            yield Event("analysis", exam_id, {"phase": analysis.phase.value})


def _seen(state: SessionState) -> dict[str, object]:
    percent = percent_seen(shares_seen(state))
    return {} if percent is None else {"seen_at_full_size_percent": percent}
