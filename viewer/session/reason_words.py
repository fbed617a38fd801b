"""Why no score of the exam on the screen can be explained, in one sentence."""

from __future__ import annotations

from models.catalog import MICROCALCIFICATION, demo_for
from models.microcalcification.explaining import no_classifier, scored
from viewer.session.key_words import keyed
from viewer.session.state import SessionState
from viewer.session.trusting import LOCK_FIRST

WAITING = "Its images are still coming."
NOT_ANALYSED = "Nothing was analysed yet, so there is no score: press {analyse}."
NOT_LOOKED_FOR = "Nobody looked for calcifications in this exam: Models… says which models run."
NO_CLUSTERS = "No cluster of calcifications was found, so there is no score."
NO_REGION = "No cluster has a region that a classifier can read, so there is no score."


def nothing_to_explain(state: SessionState) -> str:
    """The sentence; empty where there is something to explain."""
    if state.record is None:
        return ""
    if state.trust.withholds(state.exam_key):
        return keyed(LOCK_FIRST, state.keys)
    if state.exam is None:
        return WAITING
    if state.result is None:
        return keyed(NOT_ANALYSED, state.keys)
    found = state.result.microcalcification
    if found is None or not found.views:
        return NOT_LOOKED_FOR
    if scored(found):
        return ""
    if not any(view.clusters for view in found.views.values()):
        return NO_CLUSTERS
    if found.classifier is not None:
        return NO_REGION
    demo = demo_for(MICROCALCIFICATION.id)
    by_demo = demo is not None and found.provenance.model_id == demo.id
    return no_classifier(demo if by_demo and demo is not None else MICROCALCIFICATION)
