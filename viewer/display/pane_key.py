"""What a pane is called: a view of the exam on the screen, of the exam before, or a tray image.

A `View` itself names the current exam's image. The others are views too, so that everything kept
by view (images, windows, places) is kept for them alike; none equals a current view.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.exam import Laterality, View, ViewPosition

_PRIOR = "prior-"
_ASIDE = "aside-"


@dataclass(frozen=True, slots=True)
class PriorView(View):
    """The same view of the exam before."""

    @classmethod
    def of(cls, view: View) -> PriorView:
        """What the prior of `view` is called."""
        return cls(view.laterality, view.position)

    @property
    def name(self) -> str:
        """`prior-L-CC`."""
        return f"{_PRIOR}{self.laterality.value}-{self.position.value}"

    @property
    def label(self) -> str:
        """`L CC prior`."""
        return f"{self.laterality.value} {self.position.value} prior"


@dataclass(frozen=True, slots=True)
class AsideView(View):
    """An image that must not hang as a standard view, alone in a pane.

    Laterality and position mean nothing here: what is known of the image is in its title.

    Attributes
    ----------
    number : its place among the exam's images that are set aside, from 0.
    """

    number: int = 0

    @classmethod
    def at(cls, number: int) -> AsideView:
        """What the image at a place of the tray is called."""
        return cls(Laterality.LEFT, ViewPosition.CC, number)

    @property
    def name(self) -> str:
        """`aside-3`, counted from 1."""
        return f"{_ASIDE}{self.number + 1}"

    @property
    def label(self) -> str:
        """`Set aside 3`, counted from 1."""
        return f"Set aside {self.number + 1}"


def is_current(view: View) -> bool:
    """Whether this is a standard view of the exam on the screen."""
    return not isinstance(view, PriorView | AsideView)


def key_from_name(name: str) -> View:
    """The key that has this `name`; raises ValueError for anything else."""
    if name.startswith(_PRIOR):
        return PriorView.of(View.from_name(name.removeprefix(_PRIOR)))
    if name.startswith(_ASIDE):
        number = name.removeprefix(_ASIDE)
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 9999):
            raise ValueError(f"{name} names no image of the tray")
        return AsideView.at(int(number) - 1)
    return View.from_name(name)
