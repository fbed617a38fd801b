"""Phantoms are read by the demo weights, everything else by the published ones, and no real
image ever by the demo."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from models.analysis import analyse
from models.cache import ResultCache
from models.catalog import CARDS, DEMO, DENSITY, GLAM, MASS, ModelCard
from models.errors import WeightsNotFoundError, WeightsUnreadableError
from models.exam import L_CC, R_CC
from models.glam.room import GlamRequest
from models.progress import Progress
from models.recalling import recall
from models.runtime import Device, Runtime
from models.weights import home_of, identify, stated
from models.weights_choice import WeightsChoice
from tests.conftest import ROOT
from tests.models.conftest import MakeExam, MakeMammogram

NAME = "Demo (phantoms only)"


def phantoms(make_mammogram: MakeMammogram, make_exam: MakeExam):
    return make_exam(*(make_mammogram(view, is_phantom=True) for view in (R_CC, L_CC)))


def test_a_phantom_takes_the_demo_weights_even_where_published_ones_are_installed(
    small_demo: Path, tmp_path: Path
) -> None:
    installed = home_of(GLAM, folder=tmp_path) / "model_sep.ckpt"
    installed.parent.mkdir(parents=True)
    installed.touch()
    choice = WeightsChoice(folder=tmp_path, demos={"glam": small_demo})
    assert choice.files(GLAM, is_phantom=True) == {"": small_demo}
    assert choice.files(GLAM, is_phantom=False) == {"": installed}
    named = tmp_path / "other.ckpt"
    named.touch()
    for kind in (True, False):
        asked = dataclasses.replace(choice, named={"glam": named})
        assert asked.files(GLAM, is_phantom=kind) == {"": named}


def test_a_real_exam_never_falls_back_to_the_demo_weights(
    small_demo: Path, tmp_path: Path
) -> None:
    choice = WeightsChoice(folder=tmp_path, demos={"glam": small_demo})
    with pytest.raises(WeightsNotFoundError, match="No weights for GLAM were found"):
        choice.files(GLAM, is_phantom=False)


def test_missing_demo_weights_say_what_to_do(tmp_path: Path) -> None:
    for demos in ({}, {"glam": tmp_path / "gone.safetensors"}):
        with pytest.raises(WeightsNotFoundError, match=r"Demo \(phantoms only\).*"):
            WeightsChoice(demos=demos).files(GLAM, is_phantom=True)


def put(folder: Path, card: ModelCard, role: str, name: str) -> Path:
    path = home_of(card, role, folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_model_of_several_files_takes_those_that_are_there(tmp_path: Path) -> None:
    choice = WeightsChoice(folder=tmp_path)
    put(tmp_path, MASS, "classifier", "vgg.h5")
    with pytest.raises(WeightsNotFoundError, match="Masses"):
        choice.files(MASS, is_phantom=False)
    segmentation = put(tmp_path, MASS, "segmentation", "upp.hdf5")
    assert set(choice.files(MASS, is_phantom=False)) == {"segmentation", "classifier"}
    other = tmp_path / "mine.h5"
    other.touch()
    asked = dataclasses.replace(choice, named={"mass.classifier": other})
    assert asked.files(MASS, is_phantom=False) == {
        "segmentation": segmentation,
        "classifier": other,
    }


def test_of_a_model_that_needs_one_of_several_files_the_first_or_the_asked_one_is_taken(
    tmp_path: Path,
) -> None:
    choice = WeightsChoice(folder=tmp_path)
    with pytest.raises(WeightsNotFoundError, match="Breast density"):
        choice.files(DENSITY, is_phantom=False)
    histogram = put(tmp_path, DENSITY, "histogram", "density_histogram.p")
    assert choice.files(DENSITY, is_phantom=False) == {"histogram": histogram}
    cnn = put(tmp_path, DENSITY, "cnn", "density_cnn.p")
    assert choice.files(DENSITY, is_phantom=False) == {"cnn": cnn}
    asked = choice.files(DENSITY, is_phantom=False, role="histogram")
    assert asked == {"histogram": histogram}


def test_models_that_cannot_run_are_told_and_the_others_requested(
    small_glam: Path, tmp_path: Path
) -> None:
    choice = WeightsChoice({"glam": small_glam}, folder=tmp_path)
    requests, missing = choice.requests(
        ("glam", "mass", "nothing"), {"patches": 3}, is_phantom=False
    )
    assert [request.card for request in requests] == [GLAM]
    assert requests[0] == GlamRequest(small_glam, 3)
    assert [problem.subject for problem in missing] == ["Masses", "nothing"]


def test_results_and_progress_of_the_demo_bear_its_name(
    make_mammogram: MakeMammogram, make_exam: MakeExam, small_demo: Path
) -> None:
    seen: list[Progress] = []
    exam = phantoms(make_mammogram, make_exam)
    result = analyse(exam, [GlamRequest(small_demo)], Runtime("cpu"), seen.append)
    made = result.glam.provenance
    assert (made.model_id, made.model_name) == ("demo", NAME)
    assert made.weights_name == "demo_glam.safetensors"
    assert (made.precision, made.device) == ("fp32", "cpu")
    assert set(result.glam.views) == {R_CC, L_CC}
    assert result.problems == ()
    assert all(NAME in progress.message for progress in seen)


def test_the_demo_refuses_real_images_and_reads_the_phantoms_beside_them(
    make_mammogram: MakeMammogram, make_exam: MakeExam, small_demo: Path, tmp_path: Path
) -> None:
    renamed = tmp_path / "model_sep.safetensors"
    shutil.copy(small_demo, renamed)
    exam = make_exam(make_mammogram(R_CC, is_phantom=True), make_mammogram(L_CC))
    cache = ResultCache(tmp_path / "kept")
    for weights in (small_demo, renamed):
        # The second time the same pixels, as a phantom's, are kept already.
        analyse(
            phantoms(make_mammogram, make_exam), [GlamRequest(weights)], Runtime(), cache=cache
        )
        result = analyse(exam, [GlamRequest(weights)], Runtime("cpu"), cache=cache)
        assert list(result.glam.views) == [R_CC]
        (reason,) = result.glam.withheld.values()
        assert reason == (
            f"{NAME} has seen nothing but phantoms and must not read a real image: "
            "choose weights of GLAM."
        )
        assert [problem.subject for problem in result.problems] == [f"L CC, {NAME}"]


def test_published_weights_may_read_a_phantom(
    make_mammogram: MakeMammogram, make_exam: MakeExam, small_glam: Path
) -> None:
    exam = phantoms(make_mammogram, make_exam)
    result = analyse(exam, [GlamRequest(small_glam)], Runtime("cpu"))
    assert result.glam.provenance.model_id == "glam"
    assert set(result.glam.views) == {R_CC, L_CC}


def test_kept_results_of_the_demo_come_back_for_phantoms_alone(
    make_mammogram: MakeMammogram, make_exam: MakeExam, small_demo: Path, tmp_path: Path
) -> None:
    cache, exam = ResultCache(tmp_path / "kept"), phantoms(make_mammogram, make_exam)
    before = analyse(exam, [GlamRequest(small_demo)], Runtime("cpu"), cache=cache)
    again = recall(exam, before.made_by, cache)
    assert again.glam.views[R_CC].malignant == before.glam.views[R_CC].malignant
    real = recall(make_exam(R_CC, L_CC), before.made_by, cache)
    assert not real.glam.views
    assert "must not read a real image" in real.glam.withheld[R_CC]


def test_a_file_states_whose_weights_it_holds(small_demo: Path, small_glam: Path) -> None:
    assert identify(small_glam, GLAM).card is GLAM
    identity = identify(small_demo, GLAM)
    assert (identity.card, identity.model_name) == (DEMO, NAME)
    assert identify(small_glam, GLAM).card is GLAM
    small_glam.with_name("noise.safetensors").write_bytes(b"noise" * 99)
    with pytest.raises(WeightsUnreadableError, match="noise"):
        identify(small_glam.with_name("noise.safetensors"), GLAM)


def test_the_demo_is_no_model_that_one_could_ask_for() -> None:
    assert DEMO.id not in CARDS
    assert DEMO.phantoms_only
    assert not GLAM.phantoms_only


def test_automatic_precision_follows_the_weights(
    make_mammogram: MakeMammogram,
    make_exam: MakeExam,
    small_demo: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from models import runtime, weights

    exam, request = phantoms(make_mammogram, make_exam), GlamRequest(small_demo)
    half = dataclasses.replace(DEMO, auto_precision="bf16")
    monkeypatch.setattr(weights, "DEMOS", {DEMO.id: half})
    for offered, asked, used in (
        (("fp32", "bf16"), "auto", "bf16"),
        (("fp32", "bf16"), "fp32", "fp32"),
        (("fp32",), "auto", "fp32"),
    ):
        cpu = Device("cpu", "Processor", offered)
        monkeypatch.setattr(runtime, "available_devices", lambda cpu=cpu: (cpu,))
        result = analyse(exam, [request], Runtime("cpu", asked))
        assert result.glam.provenance.precision == used
    assert GLAM.auto_precision == "fp32", "half precision only where it was measured"


def test_the_weights_that_come_along_are_small_and_for_phantoms_only() -> None:
    path = ROOT / "resources" / "demo_glam.safetensors"
    from models.glam.architecture import STATED

    assert path.stat().st_size <= 4_000_000
    assert identify(path, GLAM).card.phantoms_only
    assert STATED.of(path) is not None
    assert json.loads(stated(path)["architecture"])["top_fraction"] > 0
