"""The borders that make the architecture hold, checked on the source and in fresh interpreters.

Import-linter (pyproject.toml) checks who may import whom; these tests check what really gets
loaded, and the habits that no linter option expresses.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

QT = {"PySide6", "shiboken6", "pyqtgraph", "qtawesome"}
HEAVY = QT | {"torch", "pydicom", "numpy", "scipy", "cv2", "skimage", "PIL", "imagecodecs"}
NETWORK_MAY_IMPORT = {"torch"} | sys.stdlib_module_names
LONGEST_FILE = 400

SOURCES = sorted(path for name in ("models", "viewer") for path in (ROOT / name).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules_under(*folders: str) -> list[str]:
    return [
        module_name(path)
        for path in SOURCES
        if any(path.is_relative_to(ROOT / folder) for folder in folders)
    ]


def loaded_by(*modules: str) -> set[str]:
    """Top-level packages that a fresh interpreter holds after importing `modules`."""
    program = (
        "import importlib, json, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return set(json.loads(answer.stdout))


@cache
def syntax(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def nodes() -> Iterator[tuple[str, ast.AST]]:
    """Every syntax node of the product's code, with its place."""
    for path in SOURCES:
        for node in syntax(path):
            yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


def calls() -> Iterator[tuple[str, str, dict[str | None, str]]]:
    """Every call: its place, what is called (``torch.load``), and its keywords, all as written."""
    for place, node in nodes():
        if isinstance(node, ast.Call):
            keywords = {each.arg: ast.unparse(each.value) for each in node.keywords}
            yield place, ast.unparse(node.func), keywords


def imported_modules(path: Path) -> set[str]:
    found: set[str] = set()
    for node in syntax(path):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def imported_packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported_modules(path)}


def test_the_command_line_starts_without_qt_torch_or_pydicom() -> None:
    assert loaded_by("viewer.cli") & (QT | {"torch", "pydicom"}) == set()


def test_packages_load_nothing_heavy_by_themselves() -> None:
    packages = [module_name(path) for path in SOURCES if path.name == "__init__.py"]
    assert {"models", "models.glam", "viewer.widgets"} <= set(packages)
    assert loaded_by("resources", *packages) & HEAVY == set()


@pytest.mark.parametrize(
    "folder",
    ["viewer/exam_io", "viewer/phantom_io", "viewer/display", "viewer/export", "viewer/commands"],
)
def test_the_qt_free_half_loads_no_qt(folder: str) -> None:
    modules = modules_under(folder)
    assert modules
    assert loaded_by(*modules) & QT == set()


def test_state_and_tasks_load_no_qt() -> None:
    assert loaded_by("viewer.session.state", "viewer.jobs.tasks") & QT == set()


def test_finding_exams_needs_neither_qt_nor_torch() -> None:
    assert loaded_by("viewer.exam_io.scan") & (QT | {"torch"}) == set()


def test_models_load_neither_qt_nor_pydicom_nor_the_viewer() -> None:
    assert loaded_by(*modules_under("models")) & (QT | {"pydicom", "viewer"}) == set()


def test_the_window_opens_without_torch() -> None:
    assert "torch" not in loaded_by("viewer.app", *modules_under("viewer/widgets"))


def test_networks_import_torch_and_nothing_else() -> None:
    networks = [path for path in SOURCES if path.stem.startswith("network")]
    assert networks
    for path in networks:
        assert imported_packages(path) <= NETWORK_MAY_IMPORT, path


def test_a_folder_of_networks_imports_torch_and_itself_and_nothing_else() -> None:
    folders = [path.parent for path in SOURCES if path.match("network/__init__.py")]
    assert folders
    for folder in folders:
        inside = module_name(folder / "__init__.py")
        for path in folder.glob("*.py"):
            foreign = {
                name for name in imported_modules(path) if not name.startswith(f"{inside}.")
            }
            assert {name.partition(".")[0] for name in foreign} <= NETWORK_MAY_IMPORT, path


def test_no_file_is_longer_than_one_idea() -> None:
    beside = [path for name in ("tests", "build_scripts") for path in (ROOT / name).rglob("*.py")]
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in (*SOURCES, *beside)
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE
    ]
    assert long == []


def test_product_code_never_asserts() -> None:
    assert [place for place, node in nodes() if isinstance(node, ast.Assert)] == []


def test_no_error_is_caught_without_a_name() -> None:
    bare = [
        place
        for place, node in nodes()
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) == "BaseException")
    ]
    assert bare == []


def test_no_file_can_run_code_by_being_read() -> None:
    unsafe = [
        place
        for place, called, keywords in calls()
        if called in ("pickle.load", "pickle.loads", "pickle.Unpickler", "eval", "exec")
        or (called == "torch.load" and keywords.get("weights_only") != "True")
        or (
            called in ("np.load", "numpy.load")
            and keywords.get("allow_pickle", "False") != "False"
        )
    ]
    assert unsafe == []


def test_nothing_dangerous_is_imported_under_another_name() -> None:
    """So that the test above sees every call by its full name."""

    def hides(node: ast.AST) -> bool:
        if isinstance(node, ast.Import):
            return any(each.asname for each in node.names if each.name in ("pickle", "torch"))
        if isinstance(node, ast.ImportFrom) and node.module in ("pickle", "torch"):
            return any(each.name in ("load", "loads", "Unpickler") for each in node.names)
        return False

    assert [place for place, node in nodes() if hides(node)] == []


def test_every_requirement_is_pinned_to_one_version() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = settings["project"]
    requirements = [
        *settings["build-system"]["requires"],
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    assert len(requirements) > 20
    loose = [each for each in requirements if not re.fullmatch(r"[\w.-]+==[\d.]+\d", each)]
    assert loose == []
