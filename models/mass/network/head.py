"""What the three classifiers end in (spec 6)."""

from __future__ import annotations

from torch import Tensor, nn

from models.mass.network.layers import Dense


class ClassifierHead(nn.Module):
    """Features, shape (n, inputs, rows, columns) → scores in 0 … 1, shape (n,)."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Dense(inputs, 256), nn.ReLU(), Dense(256, 128), nn.ReLU(), Dense(128, 1)
        )

    def forward(self, features: Tensor) -> Tensor:
        """Mean over rows and columns, then three dense layers."""
        out: Tensor = self.layers(features.mean(dim=(2, 3)))
        return out[:, 0].sigmoid()
