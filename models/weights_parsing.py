"""What parsers of others make of a weights file's bytes, which may be anybody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import WeightsNotFoundError, WeightsUnreadableError, name_of

if TYPE_CHECKING:
    from torch import Tensor


@contextmanager
def translated(path: Path, damage: str) -> Iterator[None]:
    """Translate whatever is raised while hostile bytes are read.

    Parameters
    ----------
    damage : what is said of the file where its bytes are to blame: `is damaged`.

    Raises
    ------
    WeightsNotFoundError : there is no such file.
    WeightsUnreadableError : as raised within, or with `damage` for everything unforeseen.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise WeightsNotFoundError(f"The weights file {path} does not exist.") from error
    except WeightsUnreadableError:
        raise
    except Exception as error:  # the parsers of hostile bytes may raise anything
        raise WeightsUnreadableError(f"{name_of(path)} {damage}.") from error


def named_tensors(content: object, path: Path) -> Mapping[str, Tensor]:
    """What was unpickled, if it is a state dict; raises WeightsUnreadableError if not."""
    import torch

    if not isinstance(content, Mapping) or not all(
        isinstance(key, str) and isinstance(value, torch.Tensor) for key, value in content.items()
    ):
        raise WeightsUnreadableError(
            f"{name_of(path)} is not a plain state dict of named tensors."
        )
    return content
