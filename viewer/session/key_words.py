"""Sentences that name keys, in the keys that are in force."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAME = re.compile(r"\{([a-z_]+)\}")


def keyed(words: str, keys: Mapping[str, str]) -> str:
    """Words in which each `{action}` becomes what is pressed for it.

    Parameters
    ----------
    keys : by the name of an action, its keys or, where it has none, its title. Names that are
        not among them stay as they are: braces may come from the name of a file.
    """
    return _NAME.sub(lambda found: keys.get(found[1], found[0]), words)
