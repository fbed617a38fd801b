"""Training images on disk: stacks of stored values, and what is known of each, beside them.

A stack is `<name>.npy`, shape (n, rows, columns), uint16, with `<name>.json`; a third file
`<name>.masks.npy` holds the truth for evaluation. The JSON is written last, so a stack that has
one is complete and preparation can go on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.whole_file import write_whole

LEAST_STD = 1e-5


@dataclass(frozen=True, slots=True)
class Sample:
    """What is known of one training image.

    Attributes
    ----------
    group : the images whose scores are averaged, the views of one breast.
    benign, malignant : the image's labels, all that training learns of it.
    mean, std : of the whole model window, padding included, in stored values (spec 4).
    corner : (row, column) of the image in the model window.
    lesions : (finding class, kind) of each mask of the truth, in their order.
    """

    group: str
    benign: bool
    malignant: bool
    mean: float
    std: float
    corner: tuple[int, int] = (0, 0)
    lesions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StoredSample:
    """One training image on disk: a sample, and its place in a stack."""

    sample: Sample
    stack: Path
    index: int
    shape: tuple[int, int]

    def pixels(self) -> NDArray[np.uint16]:
        """Stored values, shape (rows, columns), uint16, mapped from the file."""
        stack: NDArray[np.uint16] = np.load(self.stack, mmap_mode="r", allow_pickle=False)
        pixels: NDArray[np.uint16] = stack[self.index]
        return pixels

    def normalised(self) -> NDArray[np.float32]:
        """As the network reads it: shape (rows, columns), float32."""
        centred: NDArray[np.float32] = np.subtract(
            self.pixels(), np.float32(self.sample.mean), dtype=np.float32
        )
        centred /= np.float32(max(self.sample.std, LEAST_STD))
        return centred

    def masks(self) -> NDArray[np.bool_]:
        """Truth of each of the sample's lesions, shape (lesions, rows, columns), bool."""
        if not self.sample.lesions:
            return np.zeros((0, *self.shape), dtype=np.bool_)
        packed = np.load(self.stack.with_suffix(".masks.npy"), allow_pickle=False)
        return np.unpackbits(packed, axis=-1).astype(np.bool_)


def write_stack(
    path: Path,
    pixels: NDArray[np.uint16],
    samples: Sequence[Sample],
    masks: NDArray[np.bool_] | None = None,
) -> None:
    """Write a stack, shape (n, rows, columns), with its n samples.

    Parameters
    ----------
    path : of the stack, ending in `.npy`.
    masks : of the only sample's lesions, shape (lesions, rows, columns), columns a multiple of 8.
    """
    if masks is not None:
        if len(samples) != 1 or len(masks) != len(samples[0].lesions):
            raise ValueError("masks belong to the lesions of a stack's only sample")
        packed = np.packbits(masks, axis=-1)
        write_whole(path.with_suffix(".masks.npy"), lambda file: np.save(file, packed))
    write_whole(path, lambda file: np.save(file, pixels))
    facts = {"shape": pixels.shape[1:], "samples": [asdict(sample) for sample in samples]}
    write_whole(path.with_suffix(".json"), lambda file: file.write(json.dumps(facts).encode()))


def is_complete(path: Path) -> bool:
    """Whether the stack at `path` has been written to the end."""
    return path.with_suffix(".json").is_file()


def read_samples(folder: Path) -> tuple[StoredSample, ...]:
    """Every sample of a folder's complete stacks, by name."""
    found = []
    for path in sorted(folder.glob("*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        rows, columns = facts["shape"]
        for index, known in enumerate(facts["samples"]):
            row, column = known.pop("corner")
            lesions = tuple((finding, kind) for finding, kind in known.pop("lesions"))
            sample = Sample(**known, corner=(row, column), lesions=lesions)
            found.append(StoredSample(sample, path.with_suffix(".npy"), index, (rows, columns)))
    return tuple(found)
