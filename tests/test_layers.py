"""Figures move one way: imports of uso_lib point left only; each outside package has its own stage."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

STAGES: list[set[str]] = [
    {
        "errors", "mistakes", "workspace", "file_state", "plain_text", "yaml_values", "strict_yaml",
        "validation", "specs", "live_specs", "editions", "tidy",
    },
    {"bound"},
    {"registers", "regions", "boundaries"},
    {
        "catalog", "declarations", "live_tables", "parameters", "parameter_specs", "parameter_checks",
        "parameter_writing",
    },
    {"sources"},
    {"store", "store_layers", "store_reading", "indicator_document"},
    {"foundation"},
    {"analysis"},
    {"tables_read"},
    {"presentation"},
    {"desk"},
    {"situation", "situation_results", "situation_rows"},
    {"engine"},
    {"verification"},
    {"notes"},
    {"reports"},
    {"explore"},
    {"bench"},
    {"cli", "commands", "__init__", "__main__"},
]  # fmt: skip
#: Stages that must not see each other although one stands left of the other: they meet only in the notebook.
APART = {
    ("reports", "situation"), ("reports", "presentation"), ("reports", "analysis"), ("store", "sources"),
    ("store_layers", "sources"), ("store_reading", "sources"),
    # Verification shares no code with what it verifies.
    *(
        ("verification", name)
        for name in ("analysis", "store", "store_layers", "store_reading", "presentation", "situation",
                     "sources", "catalog", "declarations", "parameters", "regions", "registers", "editions")
    ),
}  # fmt: skip
#: Outside package → the only places that may import it.
OWNERS = {
    "pyjstat": {"sources"},
    "httpx": {"sources"},
    "stamina": {"sources"},
    "python_calamine": {"sources"},
    "filelock": {"sources", "notes", "reports", "cli", "commands"},
    "pyarrow": {"store_reading", "registers", "sources"},
    "seaborn": {"presentation", "bench"},
    "matplotlib": {"presentation", "bench"},
    "papermill": {"engine", "reports", "bench"},
    "jupyter_client": {"engine"},
    "nbconvert": {"reports", "bench"},
    "nbformat": {"engine", "notes", "reports"},
    "distributed": {"reports"},
    "psutil": {"bench"},
    "nh3": {"reports"},
    "pikepdf": {"reports"},
    "mistune": {"reports"},
    "bleach": set(),
    "xlsxwriter": {"reports", "sources"},
    "yaml": {"strict_yaml", "bench"},
    "ruamel": set(),
    "ipywidgets": {"explore"},
    "IPython": {"desk"},
    "click": {"cli"},
    "tqdm": {"cli", "commands", "reports"},
}


def place(module: str) -> str:
    """Return the stage name of a dotted uso_lib module: its second part."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def level(name: str) -> int:
    return next(index for index, stage in enumerate(STAGES) if name in stage)


@cache
def imports(file: Path) -> frozenset[str]:
    """Return every dotted module a file imports, at the top, inside functions and for type checking."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name} imports relatively"
            module = node.module or ""
            found |= {f"{module}.{alias.name}" for alias in node.names} if module == "uso_lib" else {module}
    return frozenset(found)


@cache
def modules(root: Path) -> list[tuple[str, Path]]:
    files = sorted((root / "uso_lib").rglob("*.py"))
    dotted = [".".join(file.relative_to(root).with_suffix("").parts) for file in files]
    return [(name.removesuffix(".__init__"), file) for name, file in zip(dotted, files, strict=True)]


def test_every_module_has_a_stage(root: Path) -> None:
    known = set().union(*STAGES)
    assert [name for name, _ in modules(root) if place(name) not in known] == []
    assert len(modules(root)) > 30


def test_imports_point_left(root: Path) -> None:
    wrong = []
    for name, file in modules(root):
        here = place(name)
        for imported in imports(file):
            if not imported.startswith("uso_lib."):
                continue
            there = place(imported)
            names_facade_error = imported == "uso_lib.UsoError"
            if not names_facade_error and (level(there) > level(here) or (here, there) in APART):
                wrong.append(f"{name} → {imported}")
    assert wrong == []


@pytest.mark.parametrize("package", sorted(OWNERS))
def test_outside_packages_stay_in_their_stage(root: Path, package: str) -> None:
    users = {
        place(name)
        for name, file in modules(root)
        if any(imported.split(".")[0] == package for imported in imports(file))
    }
    assert users <= OWNERS[package]


def test_a_wrong_import_would_be_seen() -> None:
    assert level("presentation") > level("analysis") > level("store")
    assert ("reports", "situation") in APART


def test_modules_stay_small(root: Path) -> None:
    lengths = {name: len(file.read_text(encoding="utf-8").splitlines()) for name, file in modules(root)}
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}
