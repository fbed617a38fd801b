"""Which weights read which exam: phantoms the demo's, everything else the published ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.catalog import DEMO, GLAM
from models.errors import WeightsNotFoundError
from models.weights import find


@dataclass(frozen=True, slots=True)
class WeightsChoice:
    """The files to choose from, for one exam after the other.

    Attributes
    ----------
    named : a file that somebody asked for by name, for every exam. That it is fit for the exam
        is seen to when it is used: demo weights never read a real image.
    installed : where the published weights lie, in place of the user's folder of weights.
    demo : the demo weights that come with Fourview; None where they are missing.
    """

    named: Path | None = None
    installed: Path | None = None
    demo: Path | None = None

    def of(self, *, is_phantom: bool) -> Path:
        """The weights file for an exam that is a phantom or is none.

        Raises
        ------
        WeightsNotFoundError : it is not there; the message says what to do.
        """
        if self.named is None and is_phantom:
            if self.demo is None:
                raise WeightsNotFoundError(
                    f"The weights of {DEMO.name} are missing: install Fourview again."
                )
            return find(DEMO, self.demo)
        return find(GLAM, self.named or self.installed)
