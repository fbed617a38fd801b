"""Both ends of a training: kernels before the first step, norms after the last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import torch
from torch import nn

N = TypeVar("N", bound=nn.Module)


def initialised(network: N, seed: int) -> N:
    """The network with He's initial weights and zero biases, the same for the same seed."""
    torch.manual_seed(seed)
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return network


def settle_norms(part: nn.Module, passes: Iterable[object]) -> None:
    """Replace the norms' running statistics, which lag behind, by means over `passes`.

    Parameters
    ----------
    passes : each item is made by one forward pass through `part`, in training mode.
    """
    norms = [module for module in part.modules() if isinstance(module, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean
    part.train()
    with torch.no_grad():
        for _ in passes:
            pass
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
