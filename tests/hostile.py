"""What nobody wants to unpickle."""

from __future__ import annotations

import os
from pathlib import Path


class Hostile:
    """Makes a folder, `witness`, when it is unpickled without restriction."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.witness),)
