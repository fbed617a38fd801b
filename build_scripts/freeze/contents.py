"""What goes into the frozen program, and what of the libraries stays out."""

from __future__ import annotations

import re

# The codecs of imagecodecs that Fourview calls, by its extension modules; `_imcd` packs bits.
CODECS = ("_imcd", "_jpeg2k", "_jpeg8", "_jpegls", "_png", "_shared", "_shared_cython", "_tiff")

# Modules that nothing here needs, or that must not be shipped.
LEFT_OUT_MODULES = (
    "matplotlib",  # captum's plots, see without_matplotlib.py
    "tkinter",
    "IPython",
    "setuptools",
    "pip",
    "pytest",
    "torch.utils.tensorboard",
    "readline",  # these three would bring libraries under the GPL or with terms of their own
    "_gdbm",
    "_dbm",
)

# What `fourview info` names; their metadata goes along.
NAMED_LIBRARIES = (
    "captum",
    "h5py",
    "imagecodecs",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "pydicom",
    "pyqtgraph",
    "PySide6-Essentials",
    "safetensors",
    "scikit-image",
    "scipy",
    "torch",
)

# Parts of PyTorch that compile, test or spread networks over machines: nothing here does that.
# `torch.optim` and captum still import what is left.
_LEFT_OUT_PARTS = re.compile(
    r"""
    models\.training
    | torch\._inductor\.(autoheuristic|codegen|fuzzer|fx_passes|kernel|template_heuristics)
    | torch\.distributed\.(_tools|checkpoint|elastic|flight_recorder|pipelining)
    | torch\.testing\._internal\.(?!(common_dtype|logging_tensor|distributed(\.fake_pg)?)$)
    """,
    re.VERBOSE,
)

_LEFT_OUT = re.compile(
    r"""
    torch/(include|share|test)/
    | torch/bin/(?!torch_shm_manager)       # without that one, torch cannot be imported
    | torch/lib/[^/]+\.(a|lib)$
    | torch/lib/lib(aoti_custom_ops|backend_with_compiler|jitbackend_test|torchbind_test)\.so
    | torch/_inductor/(autoheuristic|codegen|fuzzer|fx_passes|kernel|template_heuristics)/
    | torch/distributed/(_tools|checkpoint|elastic|flight_recorder|pipelining)/
    | torch/testing/_internal/
    | torchgen/
    | PySide6/(Qt/)?(qml|translations)/
    | PySide6/(Qt/)?plugins/
        (designer|egldeviceintegrations|generic|networkinformation|qmllint|qmltooling|sqldrivers
        |tls|vectorimageformats|wayland-graphics-integration-server)/
    | PySide6/(Qt/)?plugins/platformthemes/[^/]*gtk3[^/]*$
    | PySide6/(Qt/)?plugins/platforms/[^/]*(eglfs|linuxfb|minimalegl|vkkhrdisplay|vnc)[^/]*$
    | PySide6/(Qt/)?plugins/imageformats/[^/]*(pdf|tga|tiff|wbmp|webp|icns|gif)[^/]*$
    | PySide6/(Qt/)?(lib/)?[^/]*Qt6?(Designer|Help|Labs|Lottie|Qml|Quick|Sql|UiTools|Pdf
        |VirtualKeyboard|WaylandCompositor)
    | pydicom/data/(test_files|charset_files)/
    | skimage/data/
    | qtawesome/fonts/(?!materialdesignicons6)  # see viewer/icons.py
    | (numpy|scipy|h5py)/(.*/)?tests/
    | networkx/.*/tests/
    | matplotlib/
    """,
    re.VERBOSE,
)


def is_left_out_module(name: str) -> bool:
    """Whether a module stays out though something imports it, which never happens here."""
    return _LEFT_OUT_PARTS.match(name) is not None


def is_left_out(destination: str) -> bool:
    r"""Whether a collected file stays out, by its place in the program, with `/` or `\`."""
    return _LEFT_OUT.match(destination.replace("\\", "/")) is not None
