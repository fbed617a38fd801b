"""The panels beside the images: what they tell, and what they keep until it is asked for."""

from __future__ import annotations

from models.exam import BreastLabels, Laterality
from tests.phantoms import make_exam


def told_truths(application) -> list[str]:
    table = application.window.evidence._scores
    return [label.text().strip() for label in table._truth.values() if label.isVisible()]


def test_the_truth_stays_hidden_until_it_is_asked_for(application, show):
    known = BreastLabels(benign=False, malignant=True)
    show(make_exam(labels={Laterality.LEFT: known}))
    actions = application.window.actions_by_name
    assert told_truths(application) == []
    actions["overlay_truth"].trigger()
    assert told_truths(application) == ["T  truth: L yes", "T  truth: L no"]
    actions["marks"].trigger()
    assert told_truths(application) == [], "hidden with all marks"
    actions["marks"].trigger()
    actions["overlay_truth"].trigger()
    assert told_truths(application) == []
