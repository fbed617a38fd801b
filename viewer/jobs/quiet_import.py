"""Imports big packages on a background thread without stopping the window.

Two things would stop it for 0.1 to 0.3 s each, since they hold the interpreter's lock: linking
PyTorch's libraries, which the system's loader does as well when asked through ctypes with the
lock released; and garbage collections over the 100 000 objects that such imports make, none of
which is garbage.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

TORCH_LIBRARIES = ("torch_cpu", "torch_cuda", "torch_hip")


def import_torch() -> None:
    """Import torch once; where that fails, whoever needs it next meets and names the cause."""
    if "torch" not in sys.modules:
        _link_torch()
        import_quietly("torch")


def import_quietly(*names: str) -> None:
    """Import modules, keeping the collector away; missing ones are left to whoever needs them."""
    if all(name in sys.modules for name in names):
        return
    gc.collect()  # what is garbage now would be frozen, and never go
    collecting = gc.isenabled()
    gc.disable()
    try:
        for name in names:
            with suppress(ImportError, OSError):
                import_module(name)
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def _link_torch() -> None:
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return
    folder = Path(spec.origin).parent / "lib"
    for name in TORCH_LIBRARIES:
        for path in (folder / f"lib{name}.so", folder / f"lib{name}.dylib"):
            if path.is_file():
                _link(path)


def _link(path: Path) -> None:
    """dlopen as a foreign function, which ctypes calls without the lock."""
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype = ctypes.c_void_p
    dlopen.argtypes = (ctypes.c_char_p, ctypes.c_int)
    dlopen(os.fsencode(path), os.RTLD_NOW | os.RTLD_GLOBAL)
