"""`fourview info`: versions, devices, codecs, weights and folders, for reports of errors."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

from models.errors import DeviceError
from viewer import facts
from viewer.codec_check import EXACT, check_codecs
from viewer.commands.told import tell

_INDENT = "  "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `run`."""
    parser.add_argument(
        "--json", action="store_true", help="the same as one JSON object, for programs"
    )


def run(args: argparse.Namespace) -> int:
    """Tell; 0 when everything works, 1 when PyTorch or a codec does not."""
    document = gathered()
    tell(json.dumps(document, indent=2) if args.json else _text(document))
    works = "problem" not in document["pytorch"]
    return 0 if works and set(document["codecs"].values()) == {EXACT} else 1


def gathered() -> dict[str, Any]:
    """Everything that is told, ready for JSON; nothing of it is about a patient."""
    try:
        pytorch, devices = facts.pytorch_build(), facts.devices()
    except DeviceError as error:
        pytorch, devices = {"problem": facts.with_home_hidden(str(error))}, ()
    return {
        "fourview": facts.program(),
        "computer": facts.computer(),
        "libraries": facts.libraries(),
        "pytorch": pytorch,
        "devices": devices,
        "codecs": check_codecs(),
        "weights": facts.weights(),
        "folders": facts.paths(),
    }


def _text(document: Mapping[str, Any]) -> str:
    return "\n\n".join(f"{title}\n{_section(content)}" for title, content in document.items())


def _section(content: Mapping[str, object] | Sequence[object]) -> str:
    if isinstance(content, Mapping):
        width = max(map(len, content), default=0)
        rows = [f"{name:{width}}  {_cell(value)}" for name, value in content.items()]
    else:
        rows = [_cell(each) for each in content]
    return "\n".join(f"{_INDENT}{row}" for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(_cell(each) for each in value.values())
    return " ".join(value) if isinstance(value, list | tuple) else str(value)
