"""The table of display rules names every rule once, and only tests that are there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = (ROOT / "docs" / "ihe-mammo.md").read_text(encoding="utf-8")
RULES = range(1, 29)


@cache
def functions_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def rows() -> dict[int, str]:
    found = re.findall(r"^\| (\d+) (\|.*)$", TABLE, re.MULTILINE)
    assert len(found) == len({number for number, _ in found}), "a rule stands there twice"
    return {int(number): row for number, row in found}


def proofs(row: str) -> list[tuple[str, str]]:
    return re.findall(r"`(tests/[^`:]+\.py)::(\w+)`", row)


def test_every_rule_is_in_the_table_with_its_source():
    assert sorted(rows()) == list(RULES)
    assert all("[V]" in row or "[R]" in row for row in rows().values())


def test_every_rule_names_a_test():
    assert [number for number, row in rows().items() if not proofs(row)] == []


def test_no_rule_names_a_test_twice():
    for number, row in rows().items():
        assert len(proofs(row)) == len(set(proofs(row))), f"rule {number}"


def test_every_test_that_the_table_names_is_there():
    named = proofs(TABLE)
    assert len(named) > len(RULES)
    for path, name in named:
        assert (ROOT / path).is_file(), path
        assert name in functions_in(path), f"{path} has no {name}"
