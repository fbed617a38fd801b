"""The weights that come with Fourview find what phantoms show."""

from __future__ import annotations

from dataclasses import replace

from build_scripts.demo_weights import microcalcification_recipe as recipe
from build_scripts.demo_weights.measure import mammogram_of
from build_scripts.demo_weights.microcalcification_report import compare
from models.catalog import DEMOS
from models.exam import View, ViewPosition
from models.microcalcification.predictor import LoadedDeepMiCa, load_unet, predict
from models.phantom.choose import plan_exam
from models.phantom.exam import draw_view
from models.phantom.plan import LesionKind
from models.weights import MODEL_KEY, stated
from tests.models.microcalcification.conftest import CPU


def test_the_demo_states_what_it_is_and_is_small() -> None:
    facts = stated(recipe.WEIGHTS)
    assert DEMOS[facts[MODEL_KEY]].phantoms_only
    assert recipe.WEIGHTS.stat().st_size <= recipe.MOST_BYTES
    assert load_unet(recipe.WEIGHTS, CPU).architecture == recipe.ARCHITECTURE


def test_the_demo_finds_a_cluster_that_is_drawn_and_no_other() -> None:
    plan = plan_exam(6_400_001, density="b", lesion="malignant")
    (lesion,) = plan.lesions
    plan = replace(plan, lesions=(replace(lesion, kind=LesionKind.CALCIFICATIONS),))
    drawn = draw_view(plan, View(lesion.laterality, ViewPosition.CC))
    loaded = LoadedDeepMiCa(load_unet(recipe.WEIGHTS, CPU), None, CPU)
    found = predict(mammogram_of(drawn), loaded, lambda *_: None, lambda: None)
    said = compare(plan.seed, plan.density, drawn, found)
    assert said.clusters == (True,)
    assert said.false_clusters == 0
    (cluster,) = found.clusters
    assert cluster.extent_mm is not None
    assert 5 < cluster.extent_mm < 40
