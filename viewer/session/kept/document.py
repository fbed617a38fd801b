"""A whole session as a JSON document, and the step that brings it back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models import __version__
from models.exam import R_CC, View
from viewer.display.annotations import Detail
from viewer.display.hanging import layout_named
from viewer.display.overlay import Overlays
from viewer.display.pane_key import AsideView, key_from_name
from viewer.export.fields import (
    flag_at,
    number_at,
    object_at,
    overlays_at,
    paths_at,
    refuse_constant,
    text_at,
)
from viewer.session.kept.exam import KeptExam, exam_back, files_digest, parse_exam
from viewer.session.state import SessionState, Tool
from viewer.session.waiting import is_waiting

FORMAT, VERSION = "fourview-session", 1


@dataclass(frozen=True, slots=True, eq=False)
class KeptSession:
    """What comes back of a session.

    Attributes
    ----------
    ended : the window was closed; otherwise Fourview ended without being asked to.
    attempts : how often it was brought back without getting as far as showing an exam.
    unfinished : how many exams were being analysed or waited for it.
    title : of the exam on the screen, and number : its place in the list, from 1, of count.
    exams : by exam id; documents : the same as they were written; whole : all of it, as written.
    """

    ended: bool
    attempts: int
    unfinished: int
    opened: tuple[Path, ...]
    exam_id: str
    number: int
    count: int
    layout: str
    before_single: str
    focus: View
    overlays: Overlays
    marks_visible: bool
    detail: Detail
    linked: bool
    tool: Tool
    panels_visible: bool
    map_visible: bool
    exams: Mapping[str, KeptExam]
    documents: Mapping[str, object]
    whole: Mapping[str, object]


def session_document(
    state: SessionState, exams: Mapping[str, object], *, ended: bool, attempts: int
) -> dict[str, object]:
    """The session, ready for JSON; no pixels, no results.

    Parameters
    ----------
    exams : `exam_document` of each exam that the reader looked at, by exam id.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "software": f"Fourview {__version__}",
        "ended": ended,
        "attempts": attempts,
        "unfinished": sum(is_waiting(state, key) for key in state.analyses),
        "opened": [str(path.resolve()) for path in state.opened],
        "exam": state.exam_key,
        "number": 0 if state.index is None else state.index + 1,
        "count": len(state.records),
        "layout": state.layout,
        "before_single": state.before_single,
        "focus": state.focus.name,
        "overlays": asdict(state.overlays),
        "marks_visible": state.marks_visible,
        "detail": state.detail.value,
        "linked": state.linked,
        "tool": state.tool.value,
        "panels_visible": state.panels_visible,
        "map_visible": state.staged.map_visible,
        "exams": dict(exams),
    }


def parse_session(text: str) -> KeptSession:
    """Read a document back; raises ValueError, naming the field, when it is not sound."""
    fields = object_at(json.loads(text, parse_constant=refuse_constant), "document")
    if (fields.get("format"), fields.get("version")) != (FORMAT, VERSION):
        raise ValueError(f"format is not {FORMAT} of version {VERSION}")
    exams = object_at(fields.get("exams"), "exams")
    return KeptSession(
        ended=flag_at(fields.get("ended"), "ended"),
        attempts=_count(fields, "attempts"),
        unfinished=_count(fields, "unfinished"),
        opened=paths_at(fields.get("opened")),
        exam_id=text_at(fields.get("exam"), "exam"),
        number=_count(fields, "number"),
        count=_count(fields, "count"),
        layout=_layout(fields, "layout"),
        before_single=_layout(fields, "before_single"),
        focus=key_from_name(text_at(fields.get("focus"), "focus")),
        overlays=overlays_at(object_at(fields.get("overlays"), "overlays")),
        marks_visible=flag_at(fields.get("marks_visible"), "marks_visible"),
        detail=Detail(fields.get("detail")),
        linked=flag_at(fields.get("linked"), "linked"),
        tool=Tool(fields.get("tool")),
        panels_visible=flag_at(fields.get("panels_visible"), "panels_visible"),
        map_visible=flag_at(fields.get("map_visible"), "map_visible"),
        exams=MappingProxyType({key: parse_exam(each) for key, each in exams.items()}),
        documents=MappingProxyType(exams),
        whole=MappingProxyType(fields),
    )


def session_back(state: SessionState, kept: KeptSession) -> SessionState:
    """The session is as it was left, its exam about to come to the screen.

    An exam whose files are not what they were comes as new, and one that is gone not at all.
    """
    places = {record.exam_id: place for place, record in enumerate(state.records)}
    for exam_id, exam in kept.exams.items():
        place = places.get(exam_id)
        if place is not None and files_digest(state.records[place]) == exam.files:
            state = exam_back(state, exam_id, exam)
    # An image of the tray is read when it is asked for; the session comes back beside it.
    aside = isinstance(kept.focus, AsideView)
    return replace(
        state,
        index=places.get(kept.exam_id),
        layout=kept.before_single if aside else kept.layout,
        before_single=kept.before_single,
        focus=R_CC if aside else kept.focus,
        overlays=kept.overlays,
        marks_visible=kept.marks_visible,
        detail=kept.detail,
        linked=kept.linked,
        tool=kept.tool,
        panels_visible=kept.panels_visible,
        staged=replace(state.staged, map_visible=kept.map_visible),
    )


def _count(fields: dict[str, Any], name: str) -> int:
    return int(number_at(fields.get(name), name, 0, 1e9))


def _layout(fields: dict[str, Any], name: str) -> str:
    layout = text_at(fields.get(name), name)
    layout_named(layout)
    return layout
