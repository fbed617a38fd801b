"""Where and how networks compute: device, precision, threads, and the networks kept loaded."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar, cast

from models.errors import DeviceError

if TYPE_CHECKING:
    from torch import nn

T = TypeVar("T")
N = TypeVar("N", bound="nn.Module")

PRECISIONS = ("fp32", "bf16", "fp16")
DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?", re.ASCII)
"""What may be asked for as a device."""
_KEPT_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Device:
    """Something that can compute: `cpu`, `cuda:0` or `mps`, its name and its precisions."""

    id: str
    name: str
    precisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """A settled choice of device and precision."""

    device: str
    precision: str

    @property
    def device_type(self) -> str:
        """`cuda:0` → `cuda`."""
        return self.device.partition(":")[0]


def available_devices() -> tuple[Device, ...]:
    """The devices of this computer, the one that `auto` takes first.

    Raises
    ------
    DeviceError : PyTorch cannot be loaded.
    """
    torch = _torch()
    found = []
    if torch.cuda.is_available():
        half = torch.cuda.is_bf16_supported(including_emulation=False)
        precisions = PRECISIONS if half else ("fp32", "fp16")
        found += [
            Device(f"cuda:{index}", torch.cuda.get_device_name(index), precisions)
            for index in range(torch.cuda.device_count())
        ]
    if torch.backends.mps.is_available():
        found.append(Device("mps", "Apple GPU", ("fp32",)))
    able = torch.cpu.get_capabilities()
    # Without these instructions bfloat16 is emulated and slower than float32.
    fast = able.get("amx_bf16", False) or able.get("avx512_bf16", False)
    found.append(Device("cpu", "Processor", ("fp32", "bf16") if fast else ("fp32",)))
    return tuple(found)


class Runtime:
    """Runs work on the chosen device and keeps recently used networks loaded.

    Meant for one thread at a time. Nothing heavy is imported before the first use.

    Parameters
    ----------
    device : `auto` (the first of CUDA, MPS, CPU), `cpu`, `cuda`, `cuda:N` or `mps`.
    precision : `auto` (what suits the weights), `fp32`, `bf16` or `fp16`.
    threads : processor threads to use; None leaves PyTorch's choice, every core.
    kept_bytes : how much loaded networks may hold before the least recently used is let go.
    """

    def __init__(
        self,
        device: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
        kept_bytes: int = _KEPT_BYTES,
    ) -> None:
        self._device = device
        self._precision = precision
        self._threads = threads
        self._kept_bytes = kept_bytes
        self._kept: OrderedDict[tuple[str, Placement], nn.Module] = OrderedDict()

    def placement(self, auto: str = "fp32") -> Placement:
        """Settle device and precision.

        Parameters
        ----------
        auto : the precision that `auto` means for the weights in question; float32 stands in
            for it on a device that does not offer it.

        Raises
        ------
        DeviceError : what was asked for is not there.
        """
        present = available_devices()
        device = _chosen(self._device, present)
        if self._precision == "auto":
            return Placement(device.id, auto if auto in device.precisions else "fp32")
        precision = self._precision
        if precision not in PRECISIONS:
            raise DeviceError(
                f"Unknown precision {precision}: choose auto, {', '.join(PRECISIONS)}."
            )
        if precision not in device.precisions:
            raise DeviceError(
                f"{precision} is not available on {device.id} ({device.name}): "
                f"choose {' or '.join(device.precisions)}."
            )
        return Placement(device.id, precision)

    def network(self, key: str, placement: Placement, build: Callable[[], N]) -> N:
        """The network known by `key` on its device, built there when it is not kept."""
        place = (key, placement)
        if place not in self._kept:
            self._kept[place] = build()
        self._kept.move_to_end(place)
        while len(self._kept) > 1 and sum(map(_bytes, self._kept.values())) > self._kept_bytes:
            self._kept.popitem(last=False)
        return cast("N", self._kept[place])

    def run(self, work: Callable[[Placement], T], placement: Placement) -> tuple[T, Placement]:
        """Do work on its device, once more on the CPU if the device's memory runs out.

        Returns
        -------
        The work's result, and where it was done.

        Raises
        ------
        DeviceError : memory ran out on the CPU too, or the device failed.
        """
        if placement.device != "cpu":
            try:
                return self._attempt(work, placement), placement
            except _DeviceMemoryError:
                self._release(placement.device)
            placement = on_cpu(placement)
        try:
            return self._attempt(work, placement), placement
        except _DeviceMemoryError as error:
            raise DeviceError(
                "The computer's memory ran out; close other programs and try again."
            ) from error

    def _attempt(self, work: Callable[[Placement], T], placement: Placement) -> T:
        try:
            with self._settings():
                return work(placement)
        except MemoryError as error:
            raise _DeviceMemoryError from error
        except RuntimeError as error:
            if "out of memory" in str(error) or "can't allocate memory" in str(error):
                raise _DeviceMemoryError from error
            if placement.device != "cpu":
                reason = str(error).partition("\n")[0]
                raise DeviceError(f"{placement.device} failed: {reason}") from error
            raise

    @contextmanager
    def _settings(self) -> Iterator[None]:
        """Whole float32 (no TF32), the same algorithm every time, and the chosen threads."""
        torch = _torch()
        before = torch.get_num_threads()
        if self._threads is not None:
            torch.set_num_threads(self._threads)
        try:
            with torch.backends.cudnn.flags(
                enabled=True, benchmark=False, deterministic=True, allow_tf32=False
            ):
                yield
        finally:
            torch.set_num_threads(before)

    def _release(self, device: str) -> None:
        for place in [place for place in self._kept if place[1].device == device]:
            del self._kept[place]
        if device.startswith("cuda"):
            _torch().cuda.empty_cache()
        elif device == "mps":
            _torch().mps.empty_cache()


def on_cpu(placement: Placement) -> Placement:
    """The same work on the CPU, where half precision is not what it was on the device."""
    return replace(placement, device="cpu", precision="fp32")


class _DeviceMemoryError(Exception):
    """A device has no memory left for the work."""


def _chosen(wanted: str, present: tuple[Device, ...]) -> Device:
    if wanted == "auto":
        return present[0]
    wanted = "cuda:0" if wanted == "cuda" else wanted
    for device in present:
        if device.id == wanted:
            return device
    raise DeviceError(
        f"The device {wanted} is not available on this computer: "
        f"choose {' or '.join(device.id for device in present)}."
    )


def _bytes(network: nn.Module) -> int:
    return sum(parameter.nbytes for parameter in network.parameters())


def _torch() -> ModuleType:
    try:
        import torch
    except (ImportError, OSError) as error:
        raise DeviceError(f"PyTorch, which runs the models, cannot be loaded: {error}.") from error
    return torch
