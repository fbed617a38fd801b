"""A training that was interrupted ends as one that was not; another recipe's is refused."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor

from models.errors import ModelError
from models.glam.network import GlamNetwork
from models.training import loop
from models.training.batches import image_batch
from models.training.ends import settle_norms
from models.training.loop import Schedule, run_stage
from models.training.samples import StoredSample
from models.training.sampling import view_draws
from models.training.stages import Computing, WeakTerms, global_losses, new_network
from tests.models.training.small import ARCHITECTURE, noise_samples

SCHEDULE = Schedule("stage", steps=6, batch=2, peak_rate=1e-2)
COMPUTING = Computing()


class PulledPlugError(Exception):
    """Somebody pulled the plug."""


def trained(
    samples: tuple[StoredSample, ...], folder: Path, stop_at: int | None = None, recipe: str = ""
) -> tuple[GlamNetwork, list[int]]:
    """A network after a stage, and the steps that were computed."""
    network = new_network(ARCHITECTURE, 1, COMPUTING)
    computed: list[int] = []

    def losses(step: int) -> Mapping[str, Tensor]:
        if step == stop_at:
            raise PulledPlugError
        computed.append(step)
        network.train()
        draws = view_draws(samples, SCHEDULE.batch, seed=4, step=step)
        return global_losses(network, *image_batch(samples, draws), WeakTerms(0.1), COMPUTING)

    run_stage(network, network.global_network, SCHEDULE, losses, folder, lambda *_: None, recipe)
    return network, computed


def test_an_interrupted_stage_ends_with_the_weights_of_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_S", -1.0)  # after every step
    samples = noise_samples(tmp_path / "samples", 6)
    whole, _ = trained(samples, tmp_path / "whole")
    with pytest.raises(PulledPlugError):
        trained(samples, tmp_path / "parts", stop_at=3)
    parts, computed = trained(samples, tmp_path / "parts")
    assert computed == [3, 4, 5]
    untrained = new_network(ARCHITECTURE, 1, COMPUTING).state_dict()
    for key, tensor in whole.state_dict().items():
        assert torch.equal(parts.state_dict()[key], tensor), key
        if key.startswith("global_network.downsampling_branch.first_conv"):
            assert not torch.equal(untrained[key], tensor)
    logs = [(tmp_path / name / "stage.csv").read_text() for name in ("whole", "parts")]
    assert logs[0] == logs[1]
    rows = list(csv.DictReader(logs[0].splitlines()))
    assert [row["step"] for row in rows] == list("012345")


def test_a_finished_stage_is_loaded_and_not_repeated(tmp_path: Path) -> None:
    samples = noise_samples(tmp_path / "samples", 6)
    first, _ = trained(samples, tmp_path / "run")
    again, computed = trained(samples, tmp_path / "run")
    assert computed == []
    key = "global_network.downsampling_branch.first_conv.weight"
    assert torch.equal(first.state_dict()[key], again.state_dict()[key])


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    samples = noise_samples(tmp_path / "samples", 6)
    trained(samples, tmp_path / "run", recipe="one")
    with pytest.raises(ModelError, match="another recipe"):
        trained(samples, tmp_path / "run", recipe="two")


def test_losses_that_leave_the_finite_numbers_end_the_stage(tmp_path: Path) -> None:
    network = new_network(ARCHITECTURE, 1, COMPUTING)
    with pytest.raises(ModelError, match="step 0"):
        run_stage(
            network,
            network.global_network,
            SCHEDULE,
            lambda _: {"loss": torch.tensor(float("nan"), requires_grad=True)},
            tmp_path,
            lambda *_: None,
        )
    assert list(tmp_path.iterdir()) == []


def test_the_rate_climbs_to_its_peak_and_falls_to_nearly_nothing() -> None:
    schedule = Schedule("", steps=100, batch=1, peak_rate=2.0, warm_up=0.2)
    rates = [schedule.rate(step) for step in range(100)]
    assert rates[0] == pytest.approx(0.2)
    assert max(rates) == rates[20] == 2.0
    assert rates[:21] == sorted(rates[:21])
    assert rates[20:] == sorted(rates[20:], reverse=True)
    assert rates[60] == pytest.approx(1.0)
    assert rates[-1] < 0.01


def test_a_new_network_is_the_same_for_the_same_seed_whatever_came_before() -> None:
    torch.manual_seed(1)
    first = new_network(ARCHITECTURE, 9, COMPUTING).state_dict()
    torch.manual_seed(2)
    second = new_network(ARCHITECTURE, 9, COMPUTING).state_dict()
    other = new_network(ARCHITECTURE, 8, COMPUTING).state_dict()
    key = "detection_network.dn_resnet.conv1.weight"
    assert torch.equal(first[key], second[key])
    assert not torch.equal(first[key], other[key])


def test_settled_norms_hold_the_plain_mean_of_all_passes() -> None:
    norm = torch.nn.BatchNorm2d(1)
    batches = [torch.full((1, 1, 2, 2), value) for value in (2.0, 4.0, 9.0)]
    part = torch.nn.Sequential(norm)
    part(torch.full((1, 1, 2, 2), 100.0))
    settle_norms(part, (part(batch) for batch in batches))
    assert norm.running_mean is not None
    assert norm.running_mean.item() == pytest.approx(5.0)
    assert norm.momentum == 0.1
