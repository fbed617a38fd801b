"""A weights file may bring a smaller U-Net, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from models.catalog import DEMOS
from models.errors import WeightsMismatchError, WeightsUnreadableError
from models.microcalcification.architecture import STATED
from models.microcalcification.network_unet import UNet, UNetArchitecture
from models.microcalcification.predictor import load_unet
from models.weights import ARCHITECTURE_KEY, MODEL_KEY
from models.weights_saving import save_network
from tests.models.microcalcification.conftest import CPU, save

SMALL = UNetArchitecture((2, 3, 4))
DEMO_ID = next(card.id for card in DEMOS.values() if card.id.endswith("microcalcification"))


def test_a_small_network_comes_back_from_its_file(tmp_path: Path) -> None:
    network = UNet(SMALL)
    STATED.save(network, SMALL, tmp_path / "small.safetensors", {MODEL_KEY: DEMO_ID})
    again = load_unet(tmp_path / "small.safetensors", CPU)
    assert again.architecture == SMALL
    network.fold_norms()
    given = torch.rand(1, 1, 32, 32)
    with torch.inference_mode():
        torch.testing.assert_close(again(given), network(given))


def test_a_file_that_states_no_architecture_holds_the_published_one(tmp_path: Path) -> None:
    with pytest.raises(WeightsMismatchError, match="conv1"):
        load_unet(save(UNet(SMALL), tmp_path / "small.pt"), CPU)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"widths": [4, 4], "depth": 3}', "exactly widths"),
        ('{"widths": 4}', "list of whole numbers"),
        ('{"widths": [4, true]}', "list of whole numbers"),
        ('{"widths": [4]}', "levels"),
        ('{"widths": [4, 4, 4, 4, 4, 4]}', "levels"),
        ('{"widths": [4, 0]}', "between 1"),
        ('{"widths": [4, 100000]}', "between 1"),
    ],
)
def test_a_description_of_anything_else_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        STATED.from_json(text)


def test_a_file_with_a_wrong_description_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "odd.safetensors"
    save_network(UNet(SMALL), path, {MODEL_KEY: DEMO_ID, ARCHITECTURE_KEY: "{}"})
    with pytest.raises(WeightsUnreadableError, match=r"odd\.safetensors states no architecture"):
        load_unet(path, CPU)
