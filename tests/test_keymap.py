"""Keys of one's own: one key one meaning, in a file that is read with suspicion."""

from __future__ import annotations

import json

import pytest

from models.errors import InputError
from viewer.keymap import Bound, Keymap, portable, read_keymap, write_keymap

ACTIONS = (
    Bound("invert", "Invert", ("I",)),
    Bound("fit", "Fit", ("F", "Ctrl+F")),
    Bound("models", "Models", ()),
)


def test_a_key_can_be_given_to_an_action_and_taken_back():
    keymap = Keymap().with_keys("invert", ["Ctrl+I"], ACTIONS)
    assert keymap.keys_of(ACTIONS[0]) == ("Ctrl+I",)
    assert keymap.keys_of(ACTIONS[1]) == ("F", "Ctrl+F")
    assert keymap.without("invert", ACTIONS) == Keymap()


def test_a_key_that_is_taken_is_refused_with_its_owner():
    with pytest.raises(ValueError, match="F is the key of “Fit”: give that one another first"):
        Keymap().with_keys("invert", ["f"], ACTIONS)
    freed = Keymap().with_keys("fit", [], ACTIONS)
    assert freed.with_keys("invert", ["F"], ACTIONS).keys_of(ACTIONS[0]) == ("F",)
    with pytest.raises(ValueError, match="F is the key of “Invert”"):
        freed.with_keys("invert", ["F"], ACTIONS).without("fit", ACTIONS)


@pytest.mark.parametrize("key", ["", "Nonsense", "Ctrl", "Ctrl+K, Ctrl+B"])
def test_what_is_no_single_key_is_refused(key):
    assert portable(key) == ""
    with pytest.raises(ValueError, match="no key"):
        Keymap().with_keys("models", [key], ACTIONS)


def test_a_file_of_keys_comes_back_and_holds_only_what_differs(tmp_path):
    keymap = Keymap().with_keys("models", ["Ctrl+M"], ACTIONS).with_keys("fit", [], ACTIONS)
    path = tmp_path / "keys.json"
    write_keymap(path, keymap)
    assert json.loads(path.read_text())["keys"] == {"fit": [], "models": ["Ctrl+M"]}
    assert read_keymap(path, ACTIONS) == keymap
    assert read_keymap(tmp_path / "none.json", ACTIONS) == Keymap()


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"invert": ["F"]}, "it gives F to “Invert” and to “Fit”"),
        ({"dance": ["D"]}, "'dance', which is no action"),
        ({"invert": "I"}, "no list of at most 4"),
        ({"invert": ["A", "B", "C", "D", "E"]}, "no list of at most 4"),
        ({"invert": [7.5]}, "has a key that is none"),
        ([], "its keys is no JSON object"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path, keys, why):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"format": "fourview-keys", "version": 1, "keys": keys}))
    with pytest.raises(InputError, match=why):
        read_keymap(path, ACTIONS)


def test_a_file_of_another_version_is_refused(tmp_path):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"format": "fourview-keys", "version": 2, "keys": {}}))
    with pytest.raises(InputError, match="version 1"):
        read_keymap(path, ACTIONS)
