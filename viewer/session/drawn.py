"""What panes have to be drawn anew for, besides another layout, images, or places."""

from __future__ import annotations

from viewer.session.state import SessionState


def drawn(state: SessionState) -> tuple[object, ...]:
    """The parts of the state that panes show besides images, layout and looks."""
    return (
        state.overlays,
        state.marks_visible,
        state.detail,
        id(state.contrasts),
        state.focus,
        id(state.marks),
        id(state.results),
        id(state.analyses),
        state.loading,
        state.index,
        id(state.records),
        id(state.works),
        id(state.staged) if state.staged.map_visible else None,
        state.measuring,
    )
