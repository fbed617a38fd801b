"""One stage of training: steps, schedule, checkpoints, log; goes on where it stopped.

Batches are pure functions of seed and step, so that weights, optimiser and step number are all
that must be kept.
"""

from __future__ import annotations

import csv
import io
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from models.errors import ModelError
from models.whole_file import write_whole

CLIP_NORM = 5.0
WEIGHT_DECAY = 1e-4
CHECKPOINT_S = 60.0
_FLOOR = 1e-3

StepLosses = Callable[[int], Mapping[str, Tensor]]
"""From the number of a step to its losses by name; their sum is minimised."""
StepReport = Callable[[str, int, int, Mapping[str, float]], None]
"""Called with stage, steps done, steps in all, and the losses of the step."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast a stage learns.

    Attributes
    ----------
    name : of its files.
    warm_up : part of the steps in which the rate climbs to `peak_rate`; it falls as a cosine.
    """

    name: str
    steps: int
    batch: int
    peak_rate: float
    warm_up: float = 0.15

    def rate(self, step: int) -> float:
        """One cycle: from a tenth of the peak up to it, then down to nearly nothing."""
        climb = max(1.0, self.warm_up * self.steps)
        if step < climb:
            return self.peak_rate * (0.1 + 0.9 * step / climb)
        fallen = (step - climb) / max(1.0, self.steps - climb)
        return self.peak_rate * max(_FLOOR, 0.5 * (1 + math.cos(math.pi * fallen)))


def run_stage(
    network: nn.Module,
    trained: nn.Module,
    schedule: Schedule,
    losses_of: StepLosses,
    folder: Path,
    report: StepReport,
    recipe: str = "",
) -> None:
    """Train `trained`, a part of `network`, and leave `<name>.pt` and `<name>.csv` in `folder`.

    A finished stage is loaded and not repeated; an interrupted one goes on from its last
    checkpoint, at most a minute ago.

    Parameters
    ----------
    recipe : everything else that the result depends on, as text.

    Raises
    ------
    ModelError : the checkpoint belongs to another recipe, or the losses are not finite.
    ExportError : the folder cannot be written.
    """
    optimizer = torch.optim.AdamW(
        trained.parameters(), lr=schedule.peak_rate, weight_decay=WEIGHT_DECAY
    )
    run = _Run(network, optimizer, folder / f"{schedule.name}.pt", f"{schedule} {recipe}")
    first = run.restore()
    saved_at = time.monotonic()
    for step in range(first, schedule.steps):
        for group in optimizer.param_groups:
            group["lr"] = schedule.rate(step)
        losses = losses_of(step)
        total = torch.stack(list(losses.values())).sum()
        if not torch.isfinite(total):
            raise ModelError(f"Training {schedule.name} left the finite numbers at step {step}.")
        optimizer.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained.parameters(), CLIP_NORM)
        optimizer.step()
        numbers = {name: float(loss.detach()) for name, loss in losses.items()}
        run.rows.append({"step": step, "rate": schedule.rate(step), **numbers})
        report(schedule.name, step + 1, schedule.steps, numbers)
        if step + 1 == schedule.steps or time.monotonic() - saved_at > CHECKPOINT_S:
            run.save(step + 1)
            saved_at = time.monotonic()


class _Run:
    """What is kept of a stage between its steps."""

    def __init__(
        self, network: nn.Module, optimizer: torch.optim.Optimizer, path: Path, recipe: str
    ) -> None:
        self._network = network
        self._optimizer = optimizer
        self._path = path
        self._recipe = recipe
        self.rows: list[dict[str, float]] = []

    def restore(self) -> int:
        """Take over the last checkpoint; the number of steps done."""
        if not self._path.is_file():
            return 0
        kept: dict[str, Any] = torch.load(self._path, map_location="cpu", weights_only=True)
        if kept["recipe"] != self._recipe:
            raise ModelError(
                f"{self._path} was made by another recipe: remove it, or choose another folder."
            )
        self._network.load_state_dict(kept["network"])
        self._optimizer.load_state_dict(kept["optimizer"])
        self.rows = kept["rows"]
        return int(kept["step"])

    def save(self, step: int) -> None:
        """Write the checkpoint and the log, each whole."""
        kept = {
            "recipe": self._recipe,
            "step": step,
            "network": self._network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "rows": self.rows,
        }
        write_whole(self._path, lambda file: torch.save(kept, file))
        text = io.StringIO()
        table = csv.DictWriter(text, list(self.rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(self.rows)
        content = text.getvalue().encode()
        write_whole(self._path.with_suffix(".csv"), lambda file: file.write(content))
