"""Device and precision are chosen, refused and given up in words that a user can act on."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from torch import nn

from models import runtime as runtime_module
from models.errors import DeviceError
from models.runtime import Device, Placement, Runtime, available_devices

GPU = Device("cuda:0", "Test GPU", ("fp32", "bf16", "fp16"))
SECOND_GPU = Device("cuda:1", "Test GPU", ("fp32", "bf16", "fp16"))
APPLE = Device("mps", "Apple GPU", ("fp32",))
CPU = Device("cpu", "Processor", ("fp32", "bf16"))
PLAIN_CPU = Device("cpu", "Processor", ("fp32",))
ON_GPU = Placement("cuda:0", "fp16")


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch):
    """Pretend that the computer has these devices."""

    def has(*devices: Device) -> None:
        monkeypatch.setattr(runtime_module, "available_devices", lambda: devices)

    return has


def test_the_cpu_is_always_there_and_comes_last() -> None:
    devices = available_devices()
    assert devices[-1].id == "cpu"
    assert "fp32" in devices[-1].precisions
    assert "fp16" not in devices[-1].precisions


@pytest.mark.parametrize("able", ["amx_bf16", "avx512_bf16"])
def test_bfloat16_is_offered_on_processors_that_compute_in_it(
    monkeypatch: pytest.MonkeyPatch, able: str
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {able: True})
    assert available_devices()[-1].precisions == ("fp32", "bf16")
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {able: False, "neon": True})
    assert available_devices()[-1].precisions == ("fp32",)


def test_graphics_processors_are_listed_with_what_they_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda index: f"GPU {index}")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    ids = [(device.id, device.name, device.precisions) for device in available_devices()[:3]]
    assert ids == [
        ("cuda:0", "GPU 0", ("fp32", "fp16")),
        ("cuda:1", "GPU 1", ("fp32", "fp16")),
        ("mps", "Apple GPU", ("fp32",)),
    ]


@pytest.mark.parametrize(
    ("devices", "wanted", "chosen"),
    [
        ((GPU, SECOND_GPU, CPU), "auto", "cuda:0"),
        ((GPU, SECOND_GPU, CPU), "cuda", "cuda:0"),
        ((GPU, SECOND_GPU, CPU), "cuda:1", "cuda:1"),
        ((GPU, CPU), "cpu", "cpu"),
        ((APPLE, CPU), "auto", "mps"),
        ((CPU,), "auto", "cpu"),
    ],
)
def test_the_device_asked_for_is_chosen(computer, devices, wanted, chosen) -> None:
    computer(*devices)
    assert Runtime(wanted).placement() == Placement(chosen, "fp32")


@pytest.mark.parametrize(
    ("devices", "device", "precision", "words"),
    [
        ((CPU,), "cuda:0", "auto", r"cuda:0 is not available .* choose cpu"),
        ((GPU, CPU), "cuda:3", "auto", r"choose cuda:0 or cpu"),
        ((CPU,), "mps", "auto", "mps is not available"),
        ((CPU,), "toaster", "auto", "toaster is not available"),
        ((PLAIN_CPU,), "cpu", "bf16", r"bf16 is not available on cpu .*: choose fp32"),
        ((CPU,), "cpu", "fp16", r"choose fp32 or bf16"),
        ((APPLE, CPU), "mps", "bf16", "bf16 is not available on mps"),
        ((CPU,), "cpu", "int4", "Unknown precision int4"),
    ],
)
def test_what_is_not_there_is_refused_with_the_alternatives(
    computer, devices, device, precision, words
) -> None:
    computer(*devices)
    with pytest.raises(DeviceError, match=words):
        Runtime(device, precision).placement()


def test_auto_precision_is_float32_and_half_must_be_asked_for(computer) -> None:
    computer(GPU, CPU)
    assert Runtime().placement().precision == "fp32"
    assert Runtime("cuda", "fp16").placement() == ON_GPU
    assert Runtime("cpu", "bf16").placement() == Placement("cpu", "bf16")


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)."),
    ],
)
def test_out_of_device_memory_the_work_is_done_on_the_cpu(error: RuntimeError) -> None:
    runtime = Runtime()
    runtime.network("kept", ON_GPU, lambda: nn.Linear(2, 2))
    tried: list[Placement] = []

    def work(placement: Placement) -> str:
        tried.append(placement)
        if placement.device != "cpu":
            raise error
        return "done"

    done, placement = runtime.run(work, ON_GPU)
    assert done == "done"
    assert placement == Placement("cpu", "fp32")
    assert tried == [ON_GPU, placement]

    rebuilt = nn.Linear(2, 2)
    assert runtime.network("kept", ON_GPU, lambda: rebuilt) is rebuilt, "device memory was let go"


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9 bytes"),
        MemoryError("Unable to allocate 9 GiB"),
    ],
)
def test_out_of_memory_on_the_cpu_is_said_in_a_sentence(error: Exception) -> None:
    def work(placement: Placement) -> None:
        raise error

    with pytest.raises(DeviceError, match="The computer's memory ran out"):
        Runtime().run(work, Placement("cpu", "fp32"))


def test_a_failing_device_is_named_and_our_own_bugs_are_not_hidden() -> None:
    def work(placement: Placement) -> None:
        raise RuntimeError("CUDA error: device-side assert\nand a long explanation")

    with pytest.raises(DeviceError, match=r"cuda:0 failed: CUDA error: device-side assert$"):
        Runtime().run(work, ON_GPU)
    with pytest.raises(RuntimeError, match="device-side assert") as caught:
        Runtime().run(work, Placement("cpu", "fp32"))
    assert not isinstance(caught.value, DeviceError)


def test_threads_are_limited_for_the_work_alone() -> None:
    before = torch.get_num_threads()
    used, _ = Runtime(threads=1).run(
        lambda placement: torch.get_num_threads(), Placement("cpu", "fp32")
    )
    assert used == 1
    assert torch.get_num_threads() == before


def test_a_network_is_built_once_for_each_placement() -> None:
    runtime, built = Runtime(), []

    def build() -> nn.Linear:
        built.append(nn.Linear(3, 3))
        return built[-1]

    cpu, half = Placement("cpu", "fp32"), Placement("cpu", "bf16")
    first = runtime.network("a", cpu, build)
    assert runtime.network("a", cpu, build) is first
    assert runtime.network("a", half, build) is not first
    assert len(built) == 2


def test_the_least_recently_used_network_is_let_go() -> None:
    size = 4 * (100 * 100 + 100)
    runtime = Runtime(kept_bytes=2 * size)
    cpu, built = Placement("cpu", "fp32"), []

    def use(key: str) -> None:
        runtime.network(key, cpu, lambda: built.append(key) or nn.Linear(100, 100))

    for key in ("a", "b", "a", "c", "a", "b"):
        use(key)
    assert built == ["a", "b", "c", "b"]


def test_a_network_larger_than_the_limit_is_still_usable() -> None:
    runtime, cpu = Runtime(kept_bytes=1), Placement("cpu", "fp32")
    network = runtime.network("large", cpu, lambda: nn.Linear(9, 9))
    assert runtime.network("large", cpu, lambda: nn.Linear(9, 9)) is network


def test_without_torch_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(DeviceError, match="PyTorch, which runs the models, cannot be loaded"):
        Runtime().placement()


def test_analysis_and_runtime_are_imported_without_torch() -> None:
    program = (
        "import sys, models.analysis, models.cache, models.preparation, models.weights\n"
        "models.runtime.Runtime('cuda:7', 'bf16', threads=3)\n"
        "print('torch' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert answer.stdout.strip() == "False"
