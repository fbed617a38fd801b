"""What analyze wrote comes back as the same results, and damage is told in a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from models.errors import InputError
from models.exam import L_CC, R_CC, R_MLO, STANDARD_VIEWS, FindingClass
from models.geometry import Affine, Orientation
from models.glam.evidence import GlamEvidence
from models.preparation import upright
from models.results import ExamResult, GlamResult, Provenance
from tests.phantoms import make_exam, make_mammogram
from viewer.exam_io.distinct import image_stem
from viewer.export.maps import write_maps
from viewer.export.results_reader import read_results
from viewer.export.tables import exam_entry, results_document, write_tables

ORIENTATIONS = [Orientation(*flags) for flags in product((False, True), repeat=3)]
MADE = Provenance("glam", "GLAM", "model.ckpt", "ab" * 32, "fp32", "cpu", "Fourview 1", "a note")


def make_view(mammogram, patches=2):
    """Evidence on a model frame that begins beside the image, as a placed window does."""
    rng = np.random.default_rng(4)
    lying = upright(mammogram)
    if lying.facing_right:
        to_upright = Affine.shift(-40.0, 12.0)
    else:
        to_upright = Affine(cc=-1.0, r0=-40.0, c0=300.0)
    return GlamEvidence(
        scores=(0.25, 0.8125),
        saliency_global=rng.random((2, 184, 120)).astype(np.float32),
        saliency_patches=rng.random((patches, 2, 128, 128)).astype(np.float32),
        corners=((320, 160), (16, 496))[:patches],
        window_location=(3, 500, 0, 300),
        best_center=(250, 120),
        to_source=to_upright.then(lying.to_stored),
        source_shape=mammogram.shape,
    ).to_view()


def save(folder, exam, views, withheld=None, maps=True):
    result = ExamResult(exam.exam_id, GlamResult(MADE, views, withheld or {}))
    write_tables(folder, results_document([exam_entry(exam, result)], []))
    for view, found in views.items() if maps else ():
        image = exam.mammograms[view]
        write_maps(folder / "maps" / f"{image_stem(image.name)}.npz", found, image.image_id, MADE)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_scores_patches_and_maps_come_back_in_source_pixels(tmp_path, orientation):
    exam = make_exam(
        views={view: make_mammogram(view, stored=orientation) for view in STANDARD_VIEWS}
    )
    views = {view: make_view(mammogram) for view, mammogram in exam.mammograms.items()}
    save(tmp_path, exam, views)
    result, problems = read_results(tmp_path, exam, with_maps=True)
    assert problems == ()
    assert result.glam.provenance == MADE
    for view, found in views.items():
        read = result.glam.views[view]
        assert read.patches == found.patches
        assert (read.benign, read.malignant) == (found.benign, found.malignant)
        assert read.saliency.grid_to_source == found.saliency.grid_to_source
        assert np.array_equal(read.saliency.values, found.saliency.values)
        assert (read.window_location, read.best_center) == ((3, 500, 0, 300), (250, 120))


@pytest.fixture
def exam():
    return make_exam(views={view: make_mammogram(view) for view in (R_CC, L_CC)})


def test_without_maps_there_are_scores_and_patches_and_a_word_about_it(tmp_path, exam):
    views = {view: make_view(exam.mammograms[view], 1) for view in (R_CC, L_CC)}
    save(tmp_path, exam, views, maps=False)
    result, problems = read_results(tmp_path, exam, with_maps=True)
    assert [problem.subject for problem in problems] == ["R CC", "L CC"]
    assert "--save-maps" in problems[0].reason
    read = result.glam.views[R_CC]
    assert read.patches == views[R_CC].patches
    assert not read.saliency.in_source(FindingClass.MALIGNANT).any()
    assert read_results(tmp_path, exam, with_maps=False)[1] == ()


def test_withheld_views_keep_their_reason(tmp_path, exam):
    save(tmp_path, exam, {R_CC: make_view(exam.mammograms[R_CC])}, {L_CC: "no breast found"})
    result, _ = read_results(tmp_path, exam, with_maps=True)
    assert result.glam.withheld == {L_CC: "no breast found"}


def test_results_of_another_image_are_never_laid_over_this_one(tmp_path, exam):
    save(tmp_path, exam, {view: make_view(exam.mammograms[view]) for view in (R_CC, L_CC)})
    changed = replace(exam.mammograms[L_CC], image_id="sha256:another")
    other = make_exam(views={R_CC: exam.mammograms[R_CC], L_CC: changed})
    result, problems = read_results(tmp_path, other, with_maps=True)
    assert set(result.glam.views) == {R_CC}
    assert [problem.subject for problem in problems] == ["L CC"]


def test_a_view_that_was_not_there_is_not_invented(tmp_path, exam):
    save(tmp_path, exam, {R_CC: make_view(exam.mammograms[R_CC])})
    more = make_exam(views={**exam.mammograms, R_MLO: make_mammogram(R_MLO)})
    result, _ = read_results(tmp_path, more, with_maps=True)
    assert R_MLO not in result.glam.views


def test_another_exam_or_no_file_is_told_in_a_sentence(tmp_path, exam):
    with pytest.raises(InputError, match=r"results\.json"):
        read_results(tmp_path, exam, with_maps=False)
    save(tmp_path, exam, {R_CC: make_view(exam.mammograms[R_CC])})
    with pytest.raises(InputError, match="no results of exam elsewhere"):
        read_results(tmp_path, make_exam("elsewhere"), with_maps=False)


@pytest.mark.parametrize(
    "change",
    [
        lambda view: view["glam"].update(malignant="high"),
        lambda view: view["glam"].update(malignant=1.5),
        lambda view: view["glam"].update(patches=[]),
        lambda view: view["glam"].update(patch_upper_left=[[1, 2], [3, 4]]),
        lambda view: view["glam"].update(patch_upper_left=[[99999, 0], [0, 0]]),
        lambda view: view["glam"]["patches"][0].pop("row"),
        lambda view: view.update(window_location=None),
        lambda view: view.pop("image_id"),
        lambda view: view.pop("model_to_source"),
        lambda view: view["model_to_source"].__setitem__(2, float("inf")),
        lambda view: view["model_to_source"].__setitem__(4, 1.0),
        lambda view: view.update(glam=3),
    ],
)
def test_a_damaged_entry_is_refused(tmp_path, exam, change):
    save(tmp_path, exam, {R_CC: make_view(exam.mammograms[R_CC])})
    path = tmp_path / "results.json"
    document = json.loads(path.read_text())
    change(document["exams"][0]["views"]["R-CC"])
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="damaged"):
        read_results(tmp_path, exam, with_maps=True)


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, '{"format": 1, "exams": 5}'])
def test_a_damaged_file_is_refused(tmp_path, exam, text):
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(InputError, match=r"results\.json"):
        read_results(tmp_path, exam, with_maps=True)


@pytest.mark.parametrize(
    "damage", ["truncated", "bits", "text", "shape", "nan", "missing", "pickle"]
)
def test_damaged_maps_cost_the_saliency_only(tmp_path, exam, damage):
    save(tmp_path, exam, {R_CC: make_view(exam.mammograms[R_CC])})
    (path,) = (tmp_path / "maps").iterdir()
    overall, local = np.zeros((2, 184, 120), np.float32), np.zeros((2, 2, 128, 128), np.float32)
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:200])
    elif damage == "bits":
        data = bytearray(path.read_bytes())
        data[500:700] = bytes(200)
        path.write_bytes(bytes(data))
    elif damage == "text":
        path.write_text("no maps")
    elif damage == "shape":
        np.savez(path, saliency_global=overall[:, :50], saliency_patches=local)
    elif damage == "nan":
        np.savez(path, saliency_global=overall * np.nan, saliency_patches=local)
    elif damage == "missing":
        np.savez(path, saliency_global=overall)
    else:
        np.savez(path, saliency_global=np.array([{}]), saliency_patches=local)
    result, problems = read_results(tmp_path, exam, with_maps=True)
    assert [problem.subject for problem in problems] == ["R CC"]
    assert result.glam.views[R_CC].malignant == 0.8125


@pytest.mark.parametrize(
    "stranger", ["image", "weights", "precision", "patches", "number", "place"]
)
def test_maps_of_another_image_or_analysis_are_never_drawn(tmp_path, exam, stranger):
    image = exam.mammograms[R_CC]
    found = make_view(image)
    save(tmp_path, exam, {R_CC: found})
    (path,) = (tmp_path / "maps").iterdir()
    image_id, made = image.image_id, MADE
    if stranger == "image":
        image_id = "sha256:another"
    elif stranger == "weights":
        made = replace(MADE, weights_sha256="cd" * 32)
    elif stranger == "precision":
        made = replace(MADE, precision="bf16")
    elif stranger == "patches":
        found = replace(found, patches=found.patches[::-1])
    elif stranger == "number":
        found = make_view(image, patches=1)
    else:
        moved = found.saliency.grid_to_source.then(Affine.shift(16.0, 0.0))
        found = replace(found, saliency=replace(found.saliency, grid_to_source=moved))
    write_maps(path, found, image_id, made)
    result, problems = read_results(tmp_path, exam, with_maps=True)
    assert [problem.subject for problem in problems] == ["R CC"]
    assert "another image or another analysis" in problems[0].reason
    assert not result.glam.views[R_CC].saliency.in_source(FindingClass.MALIGNANT).any()


def test_an_image_that_now_hangs_mirrored_keeps_its_saliency_on_the_same_pixels(tmp_path, exam):
    image = exam.mammograms[R_CC]
    found = make_view(image)
    save(tmp_path, exam, {R_CC: found})
    other = replace(image, orientation=Orientation(flip_columns=True))
    result, problems = read_results(tmp_path, make_exam(views={R_CC: other}), with_maps=True)
    assert problems == ()
    read = result.glam.views[R_CC].saliency
    assert read.grid_to_source == found.saliency.grid_to_source
    shown = read.in_source(FindingClass.MALIGNANT)
    assert np.array_equal(shown, found.saliency.in_source(FindingClass.MALIGNANT))
    assert not np.array_equal(shown, shown[:, ::-1])


def test_of_exams_of_one_name_the_images_decide(tmp_path, exam):
    other = make_exam(
        views={
            view: replace(image, image_id=f"other-{view.name}", name=f"other_{view.name}")
            for view, image in exam.mammograms.items()
        }
    )
    entries = []
    for number, one in ((1, exam), (2, other)):
        views = {view: make_view(image) for view, image in one.mammograms.items()}
        views[R_CC] = replace(views[R_CC], malignant=number / 8)
        result = ExamResult(one.exam_id, GlamResult(MADE, views))
        named = one if number == 1 else replace(one, exam_id=f"{one.exam_id} ({number})")
        entries.append(exam_entry(named, result))
    write_tables(tmp_path, results_document(entries, []))
    for one, malignant in ((exam, 1 / 8), (other, 2 / 8)):
        result, problems = read_results(tmp_path, one, with_maps=False)
        assert problems == ()
        assert result.glam.views[R_CC].malignant == malignant
