"""What is remembered between sessions: frozen values to and from QSettings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from models.catalog import CARDS
from models.glam.room import MOST_PATCHES
from models.rooms import own_models
from models.runtime import DEVICE, PRECISIONS
from viewer.display.presets import Preset, from_json, to_json
from viewer.display.screen import is_possible
from viewer.preferences import Preferences
from viewer.session.model_choice import ModelChoice, in_order
from viewer.session.navigation import Habits
from viewer.session.spread import Spread

RECENTS = 12
_MOST_FURTHER = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """The reader's choices.

    Attributes
    ----------
    model : which models run and how, kept as JSON.
    recents : opened paths, newest first.
    presets : the reader's own windows, kept as JSON.
    geometry : Qt's own description of the window.
    worklist : whether the list of exams stays beside the images.
    spread : what each screen shows; further : Qt's own description of each further window.
    preferences : what the reader decided in the settings, kept as JSON.
    habits : how the reader finds the way through an exam, kept as JSON.
    screens : by screen, millimetres that one of its device pixels is wide, as measured.
    """

    model: ModelChoice = field(default_factory=ModelChoice)
    recents: tuple[Path, ...] = ()
    presets: tuple[Preset, ...] = ()
    geometry: bytes = b""
    worklist: bool = False
    spread: Spread = Spread.ONE
    further: tuple[bytes, ...] = ()
    screens: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    habits: Habits = field(default_factory=Habits)
    preferences: Preferences = field(default_factory=Preferences)

    def with_recent(self, path: Path) -> Settings:
        """`path` moves to the front of the recent ones."""
        others = tuple(each for each in self.recents if each != path)
        return replace(self, recents=(path, *others)[:RECENTS])


def _text(store: QSettings, key: str, default: str) -> str:
    value = store.value(key, default)
    return value if isinstance(value, str) else default


def _bytes(store: QSettings, key: str) -> bytes:
    value = store.value(key)
    return bytes(value.data()) if isinstance(value, QByteArray) else b""


def _screens(text: str) -> Mapping[str, float]:
    try:
        stored = json.loads(text)
    except ValueError:
        return MappingProxyType({})
    pairs = stored.items() if isinstance(stored, dict) else ()
    return MappingProxyType(
        {key: mm for key, mm in pairs if isinstance(mm, float) and is_possible(mm)}
    )


def _habits(text: str) -> Habits:
    """Those of the text that are of the right kind; the rest is as new."""
    try:
        stored = json.loads(text)
    except ValueError:
        stored = None
    if not isinstance(stored, dict):
        return Habits()
    new = asdict(Habits())
    known = [each.name for each in fields(Habits) if each.name in stored]
    return Habits(
        **{name: stored[name] for name in known if type(stored[name]) is type(new[name])}
    )


def _model(text: str) -> ModelChoice:
    """What of the text is understood; the rest is as new."""
    new = ModelChoice()
    try:
        stored = json.loads(text)
    except ValueError:
        stored = None
    if not isinstance(stored, dict):
        return new
    models, files, patches = (stored.get(name) for name in ("models", "files", "patches"))
    device, precision = stored.get("device"), stored.get("precision")
    return ModelChoice(
        _used(models) if isinstance(models, list) else new.models,
        MappingProxyType(_files(files) if isinstance(files, dict) else {}),
        patches if type(patches) is int and 1 <= patches <= MOST_PATCHES else new.patches,
        device if isinstance(device, str) and DEVICE.fullmatch(device) else new.device,
        precision if precision in ("auto", *PRECISIONS) else new.precision,
    )


def _used(stored: list[Any]) -> tuple[str, ...]:
    """Models that are there, each once; those from outside are looked for only where one is."""
    wanted = {each for each in stored if isinstance(each, str)}
    if not wanted <= CARDS.keys():
        wanted &= CARDS.keys() | {own.id for own in own_models()}
    return in_order(wanted)


def _files(stored: dict[str, Any]) -> dict[str, Path]:
    """Weights of models of ours, by key; a path that can name no file is none."""
    keys = {card.key(role.id) for card in CARDS.values() for role in card.roles}
    return {
        key: Path(path)
        for key, path in stored.items()
        if key in keys and isinstance(path, str) and path and "\0" not in path
    }


def _model_text(choice: ModelChoice) -> str:
    files = {key: str(path) for key, path in choice.files.items()}
    return json.dumps(
        {
            "models": choice.models,
            "files": files,
            "patches": choice.patches,
            "device": choice.device,
            "precision": choice.precision,
        }
    )


def read_settings(store: QSettings) -> Settings:
    """Whatever of the store is understood; the rest is as new."""
    recents = store.value("recents", [])
    paths = [recents] if isinstance(recents, str) else recents if isinstance(recents, list) else []
    spread = _text(store, "window/spread", "")
    return Settings(
        model=_model(_text(store, "models/choice", "{}")),
        recents=tuple(Path(str(path)) for path in paths if path)[:RECENTS],
        presets=from_json(_text(store, "gray/presets", "[]")),
        geometry=_bytes(store, "window/geometry"),
        worklist=_text(store, "window/worklist", "") == "shown",
        spread=next((one for one in Spread if one.value == spread), Spread.ONE),
        further=tuple(_bytes(store, f"window/further{n}") for n in range(_MOST_FURTHER)),
        screens=_screens(_text(store, "screens/pixel_mm", "{}")),
        preferences=Preferences.from_json(_text(store, "reader/preferences", "{}")),
        habits=_habits(_text(store, "navigation/habits", "{}")),
    )


def write_settings(store: QSettings, settings: Settings) -> None:
    """Write everything; QSettings replaces its file as a whole."""
    store.setValue("models/choice", _model_text(settings.model))
    store.setValue("recents", [str(path) for path in settings.recents])
    store.setValue("gray/presets", to_json(settings.presets))
    store.setValue("window/geometry", QByteArray(settings.geometry))
    store.setValue("window/worklist", "shown" if settings.worklist else "hidden")
    store.setValue("window/spread", settings.spread.value)
    for number, place in enumerate(settings.further[:_MOST_FURTHER]):
        store.setValue(f"window/further{number}", QByteArray(place))
    store.setValue("screens/pixel_mm", json.dumps(dict(settings.screens)))
    store.setValue("navigation/habits", json.dumps(asdict(settings.habits)))
    store.setValue("reader/preferences", settings.preferences.to_json())
    store.sync()
