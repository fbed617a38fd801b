"""Results that are read back are under the gate: then and now, the stricter of the two."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.catalog import DEMOS
from models.errors import UnreadableFileError
from models.exam import L_CC, L_MLO, R_CC, STANDARD_VIEWS
from models.gate import Light, Verdict
from models.results import ExamResult
from tests.export.test_results_findings import EXAM, RESULT
from tests.export.test_results_reader import make_view, save
from tests.phantoms import make_mammogram
from viewer.display.overlay import Overlays
from viewer.export.banner import banner_for
from viewer.export.page import PageSpec
from viewer.export.results_reader import read_results
from viewer.export.tables import exam_entry, results_document, write_tables

AMBER = Verdict(Light.AMBER, ("It shows only a part of the breast.",))
RED = Verdict(Light.RED, ("It shows an implant.",))
GREEN = Verdict()


def written(folder: Path, exam, result: ExamResult) -> Path:
    write_tables(folder, results_document([exam_entry(exam, result)], ()))
    return folder


def by_hand(folder: Path, model: str, light: str, reasons, view: str = "") -> None:
    """Write another verdict into the file."""
    path = folder / "results.json"
    document = json.loads(path.read_text())
    entry = document["exams"][0]
    place = entry["views"][view] if view else entry
    place.setdefault("gate", {})[model] = {"light": light, "reasons": reasons}
    path.write_text(json.dumps(document))


def test_amber_goes_on_being_said_and_green_stays_green(tmp_path) -> None:
    verdicts = {"mass": {view: AMBER if view == L_CC else GREEN for view in STANDARD_VIEWS}}
    folder = written(tmp_path, EXAM, replace(RESULT, verdicts=verdicts))
    found, _ = read_results(folder, EXAM, with_maps=False)
    assert dict(found.verdicts["mass"]) == verdicts["mass"]
    assert set(found.verdicts) == {"density", "microcalcification", "mass"}
    assert found.verdicts["density"] == {None: GREEN}
    assert found.density.density is not None


@pytest.mark.parametrize("model", ["microcalcification", "mass"])
def test_red_withholds_whatever_else_the_file_says(tmp_path, model) -> None:
    folder = written(tmp_path, EXAM, RESULT)
    before, _ = read_results(folder, EXAM, with_maps=False)
    (view,) = getattr(before, model).views
    by_hand(folder, model, "red", list(RED.reasons), view.name)
    found, _ = read_results(folder, EXAM, with_maps=False)
    assert getattr(found, model).views == {}
    assert getattr(found, model).withheld[view] == "It shows an implant."
    assert found.verdicts[model][view] == RED


def test_red_withholds_density_too(tmp_path) -> None:
    folder = written(tmp_path, EXAM, RESULT)
    by_hand(folder, "density", "red", ["Two views are of another person."])
    found, _ = read_results(folder, EXAM, with_maps=False)
    assert found.density.density is None
    assert found.density.withheld == "Two views are of another person."


def test_red_withholds_scores_and_patches_of_glam(tmp_path) -> None:
    views = {view: make_view(image) for view, image in EXAM.mammograms.items()}
    save(tmp_path, EXAM, views)
    by_hand(tmp_path, "glam", "red", ["It shows an implant."], "R-CC")
    found, _ = read_results(tmp_path, EXAM, with_maps=True)
    assert set(found.glam.views) == set(STANDARD_VIEWS) - {R_CC}
    assert found.glam.withheld == {R_CC: "It shows an implant."}


def test_the_gate_is_asked_again_since_images_may_be_doubted_since(tmp_path) -> None:
    folder = written(tmp_path, EXAM, RESULT)
    implant = {**EXAM.mammograms, L_CC: make_mammogram(L_CC, implant=True)}
    found, _ = read_results(folder, replace(EXAM, mammograms=implant), with_maps=False)
    assert L_CC not in found.microcalcification.views
    assert "implant" in found.microcalcification.withheld[L_CC]
    assert "implant" in found.density.withheld
    mixed = replace(EXAM, alarm="MIXED PATIENTS: two names.")
    found, _ = read_results(folder, mixed, with_maps=False)
    assert found.verdicts["microcalcification"][L_CC].light is Light.AMBER
    assert found.density.withheld == "MIXED PATIENTS: two names."


def test_numbers_of_a_demo_are_never_taken_for_a_real_image(tmp_path) -> None:
    demo = next(card for card in DEMOS.values() if card.demo_of == "mass")
    made = replace(RESULT.mass.provenance, model_id=demo.id, model_name=demo.name)
    result = replace(RESULT, mass=replace(RESULT.mass, provenance=made))
    found, _ = read_results(written(tmp_path, EXAM, result), EXAM, with_maps=False)
    assert found.mass.views == {}
    view = next(iter(RESULT.mass.views))
    assert "must not read a real image" in found.mass.withheld[view]


def test_a_stricter_verdict_keeps_the_reasons_of_both(tmp_path) -> None:
    folder = written(tmp_path, EXAM, RESULT)
    by_hand(folder, "mass", "amber", ["It was partial then."], "R-MLO")
    view = next(iter(RESULT.mass.views))
    doubtful = {**EXAM.mammograms, view: make_mammogram(view, implant=True)}
    found, _ = read_results(folder, replace(EXAM, mammograms=doubtful), with_maps=False)
    verdict = found.verdicts["mass"][view]
    assert verdict.light is Light.RED
    assert verdict.reasons[1] == "It was partial then."


@pytest.mark.parametrize(
    ("light", "reasons"), [("blue", []), ("red", "because"), ("amber", [1]), (None, [])]
)
def test_a_verdict_that_is_none_is_refused(tmp_path, light, reasons) -> None:
    folder = written(tmp_path, EXAM, RESULT)
    by_hand(folder, "mass", light, reasons, "L-CC")
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_results(folder, EXAM, with_maps=False)


def test_pages_say_what_the_gate_said_on_lines_of_their_own() -> None:
    verdicts = {"mass": {L_CC: AMBER, L_MLO: GREEN}, "glam": {R_CC: RED}}
    spec = PageSpec("2x2", 600, 800, Overlays())
    banner = banner_for(EXAM, replace(RESULT, verdicts=verdicts), spec, 1600, 1.0)
    said = [line[0].words for line in banner.lines if len(line) == 1]
    assert "Masses: L CC: It shows only a part of the breast." in said
    assert "GLAM: It shows an implant." in said
    silent = banner_for(EXAM, replace(RESULT, verdicts={"mass": {L_CC: GREEN}}), spec, 1600, 1.0)
    assert np.all([len(line) != 1 or "Masses:" not in line[0].words for line in silent.lines])
