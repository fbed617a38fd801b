"""Transitions of the grey scale: file's windows and tables, presets, departures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from models.exam import View
from viewer.display.departures import Departures
from viewer.display.gray import ContrastKey, contrast_key
from viewer.display.presets import MOST, Preset, preset_of
from viewer.display.pyramid import ImagePyramid
from viewer.display.shown import ShownImage
from viewer.display.voi import Voi, brightened, choices
from viewer.session.mappings import with_item
from viewer.session.state import SessionState
from viewer.session.transitions import with_look


def offered(image: ShownImage) -> tuple[tuple[str, Voi], ...]:
    """Everything a file brings, by name; the measured window where it brings nothing."""
    return choices(image.mammogram.grayscale) or (("Measured from the image", image.voi),)


def together(state: SessionState, view: View) -> tuple[View, ...]:
    """The views that a choice made for `view` is for: all of them while they are linked."""
    return tuple(state.images) if state.linked else (view,)


def windowed(
    state: SessionState, views: Iterable[View], brighter: float, wider: float
) -> SessionState:
    """Adjust windows in relative terms, so that images of different vendors change alike.

    `brighter` and `wider` are those of `brightened`.
    """
    vois = {
        view: brightened(
            state.voi_of(view),
            state.images[view].mammogram.grayscale,
            brighter,
            wider,
            inverted=state.look.inverted,
        )
        for view in views
        if view in state.images
    }
    return _with_vois(state, vois)


def inverted(state: SessionState) -> SessionState:
    """Black for white; air stays black."""
    return with_look(state, replace(state.look, inverted=not state.look.inverted))


def voi_named(state: SessionState, view: View, name: str) -> SessionState:
    """One of the file's own windows or tables, in linked views the one of the same name.

    A linked image that knows no such name takes what stands in the same place, if anything.
    """
    image = state.images.get(view)
    names = [] if image is None else [each for each, _ in offered(image)]
    if name not in names:
        return state
    place = names.index(name)

    def same(image: ShownImage) -> Voi | None:
        own = offered(image)
        by_name = dict(own)
        return by_name.get(name) or (own[place][1] if place < len(own) else None)

    return _each(state, together(state, view), same)


def voi_stepped(state: SessionState, view: View, step: int) -> SessionState:
    """The next or previous of the file's windows and tables; from anything else, the start."""
    image = state.images.get(view)
    if image is None:
        return state
    own = offered(image)
    values = [voi for _, voi in own]
    now = state.voi_of(view)
    place = values.index(now) + step if now in values else values.index(image.voi)
    return voi_named(state, view, own[place % len(own)][0])


def preset_applied(state: SessionState, view: View, preset: Preset) -> SessionState:
    """A preset, on every linked view in terms of that view's own start."""
    return _each(
        state,
        together(state, view),
        lambda image: preset.applied(image.voi, image.mammogram.grayscale),
    )


def voi_restored(state: SessionState, view: View) -> SessionState:
    """The window or table that the modality gave, and nothing else is reset."""
    return _each(state, together(state, view), lambda image: image.voi)


def preset_kept(state: SessionState, view: View, name: str) -> SessionState:
    """The window of a view becomes a preset of the user's own; it replaces one of its name."""
    image = state.images.get(view)
    if image is None or not name:
        return state
    preset = preset_of(name, state.voi_of(view), image.voi, image.mammogram.grayscale)
    if preset is None:
        message = "Only a window that was made from the image's own start can be a preset."
        return replace(state, message=message)
    others = tuple(each for each in state.presets if each.name != name)
    if len(others) >= MOST:
        return replace(state, message=f"There are {MOST} presets already: remove one first.")
    message = f"The window is kept as preset {name}."
    return replace(state, presets=(*others, preset), message=message)


def preset_removed(state: SessionState, name: str) -> SessionState:
    """One of the user's own presets goes."""
    kept = tuple(each for each in state.presets if each.name != name)
    return replace(state, presets=kept, message=f"The preset {name} is removed.")


def departed(state: SessionState, departures: Departures) -> SessionState:
    """Other departures from the vendor's look, on every view."""
    return with_look(state, replace(state.look, departures=departures))


def contrasts_awaited(state: SessionState) -> tuple[ShownImage, ...]:
    """Images to be drawn with CLAHE that it is not computed for, the focused one first."""
    if not state.look.departures.clahe:
        return ()
    views = sorted(state.images, key=lambda view: view != state.focus)
    images = (state.images[view] for view in views)
    return tuple(image for image in images if contrast_key(image) not in state.contrasts)


def contrast_ready(state: SessionState, key: ContrastKey, pyramid: ImagePyramid) -> SessionState:
    """CLAHE of one image is computed."""
    return replace(state, contrasts=with_item(state.contrasts, key, pyramid))


def contrasts_let_go(state: SessionState) -> SessionState:
    """CLAHE of images that are gone from the screen is forgotten."""
    keys = {contrast_key(image) for image in state.images.values()}
    kept = {key: pyramid for key, pyramid in state.contrasts.items() if key in keys}
    if len(kept) == len(state.contrasts):
        return state
    return replace(state, contrasts=MappingProxyType(kept))


def _each(
    state: SessionState, views: Iterable[View], voi_of: Callable[[ShownImage], Voi | None]
) -> SessionState:
    """What `voi_of` makes of each image; None leaves one as it is."""
    found = {view: voi_of(state.images[view]) for view in views if view in state.images}
    return _with_vois(state, {view: voi for view, voi in found.items() if voi is not None})


def _with_vois(state: SessionState, vois: Mapping[View, Voi]) -> SessionState:
    every = MappingProxyType({**state.look.vois, **vois})
    return with_look(state, replace(state.look, vois=every))
