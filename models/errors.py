"""The exception tree; ``str(error)`` is one sentence a user can act on.

::

    FourviewError
    ├── InputError                 a file or folder cannot be used
    │   ├── UnreadableFileError    missing, truncated, damaged, or not what it claims to be
    │   ├── UnsupportedFileError   sound, but of a kind Fourview does not read
    │   └── UnsafeFileError        refused because reading it could run code or exhaust memory
    ├── ModelError
    │   ├── WeightsError
    │   │   ├── WeightsNotFoundError
    │   │   ├── WeightsUnreadableError
    │   │   ├── WeightsMismatchError
    │   │   ├── WeightsFetchError       a download did not bring the file that it should
    │   │   └── TermsNotAcceptedError   nobody has agreed yet to what their authors ask
    │   ├── NotApplicableError     the model must not or cannot run on this image
    │   └── DeviceError            the requested device or precision is not there
    ├── ExportError                a picture or table could not be written
    └── Cancelled                  the user stopped the work

``ValueError`` and ``TypeError`` mean a bug of our own and are never part of this tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_KEYS_NAMED = 5


def name_of(path: Path) -> str:
    r"""A file's name as one line of text, whatever its bytes: what is none is spelt `\udcff`."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in path.name
    )


class FourviewError(Exception):
    """Root of everything Fourview raises on purpose."""


class InputError(FourviewError):
    """A file or folder cannot be used.

    Parameters
    ----------
    path : the file or folder.
    reason : what is wrong with it, without the file name and without a full stop.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{name_of(path)}: {reason}.")
        self.path = path
        self.reason = reason


class UnreadableFileError(InputError):
    """The file is missing, truncated, damaged, or not what it claims to be."""


class UnsupportedFileError(InputError):
    """The file is sound, but of a kind Fourview does not read."""


class UnsafeFileError(InputError):
    """The file was refused because reading it could run code or exhaust memory."""


class ModelError(FourviewError):
    """A model could not be prepared or run."""


class WeightsError(ModelError):
    """Something is wrong with a weights file."""


class WeightsNotFoundError(WeightsError):
    """No weights file for a model was given or found."""


class WeightsUnreadableError(WeightsError):
    """A weights file is damaged, or holds more than plain tensors."""


class WeightsMismatchError(WeightsError):
    """A weights file does not fit the network it was given for."""

    def __init__(
        self,
        path: Path,
        missing: Sequence[str] = (),
        unexpected: Sequence[str] = (),
        misshapen: Sequence[str] = (),
    ) -> None:
        faults = [
            f"{len(keys)} {word} ({', '.join(keys[:_KEYS_NAMED])}"
            f"{', …' if len(keys) > _KEYS_NAMED else ''})"
            for word, keys in (
                ("missing", missing),
                ("unexpected", unexpected),
                ("misshapen", misshapen),
            )
            if keys
        ]
        super().__init__(f"{name_of(path)} does not fit the network: keys {'; '.join(faults)}.")
        self.path = path
        self.missing = tuple(missing)
        self.unexpected = tuple(unexpected)
        self.misshapen = tuple(misshapen)


class WeightsFetchError(WeightsError):
    """A download did not bring the file that it should."""


class TermsNotAcceptedError(WeightsError):
    """Nobody on this computer has agreed yet to what the weights' authors ask.

    Parameters
    ----------
    model : the id of the model whose terms they are.
    """

    def __init__(self, model: str, message: str) -> None:
        super().__init__(message)
        self.model = model


class NotApplicableError(ModelError):
    """The model must not or cannot run on this image; the message says why."""


class DeviceError(ModelError):
    """The requested device or precision is not available on this machine."""


class ExportError(FourviewError):
    """A picture or table could not be written."""


class Cancelled(FourviewError):  # noqa: N818 - an outcome rather than an error
    """The user stopped the work."""

    def __init__(self) -> None:
        super().__init__("Stopped.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that could not be done while everything else went on.

    Attributes
    ----------
    subject : what it concerns, as a reader knows it: a file name, a view or an exam.
    reason : one sentence that says what is wrong.
    path : the file concerned, where there is one.
    """

    subject: str
    reason: str
    path: Path | None = None

    @classmethod
    def from_error(cls, error: FourviewError, subject: str = "") -> Problem:
        """Take over an error's sentence; an InputError brings its file along."""
        if isinstance(error, InputError):
            return cls(subject or name_of(error.path), str(error), error.path)
        return cls(subject, str(error))
