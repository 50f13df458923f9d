"""The template stays thin: it only names sections, and names all of them in the catalogue's order."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest

from uso_lib.catalog import Catalog, load_catalog
from uso_lib.reports.harvest import HEADING_CELL
from uso_lib.reports.template_parameters import declared_parameters

LONGEST_CELL = 3
#: What a cell of the template may be made of: names, calls, plain values, assignments and one import.
ALLOWED = (
    *(ast.Module, ast.Expr, ast.Assign, ast.Call, ast.Attribute, ast.Name, ast.Constant, ast.keyword),
    *(ast.ImportFrom, ast.alias, ast.Load, ast.Store),
)
FRAME = {
    "heading-yhteenveto": ("## Yhteenveto", "situation.summary()"),
    "heading-uudistukset": ("## Uudistukset lukujen taustalla", "situation.reforms()"),
    "heading-verrokit": ("## Verrokit", "situation.peers_overview()"),
    "heading-lahteet": ("## Lähteet ja menetelmät", "situation.sources()"),
}

Cell = dict[str, Any]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def template(root: Path) -> dict[str, Any]:
    return dict(json.loads((root / "notebooks" / "situation.ipynb").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def cells(template: dict[str, Any]) -> list[Cell]:
    return [dict(cell) | {"source": "".join(cell["source"])} for cell in template["cells"]]


def of_kind(cells: list[Cell], kind: str) -> list[Cell]:
    return [cell for cell in cells if cell["cell_type"] == kind]


def faults(source: str) -> list[str]:
    """Return what a code cell holds that the template may not hold."""
    tree = ast.parse(source)
    found = [type(node).__name__ for node in ast.walk(tree) if not isinstance(node, ALLOWED)]
    imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    found += [f"import of {module}" for module in imported if module != "uso_lib"]
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found += [
        f"call of {func.id}" for func in called if isinstance(func, ast.Name) and func.id != "open_situation"
    ]
    return found + (["too long"] if len(source.splitlines()) > LONGEST_CELL else [])


def test_the_template_is_a_valid_notebook_stored_without_outputs(
    template: dict[str, Any], cells: list[Cell]
) -> None:
    nbformat.validate(nbformat.from_dict(template))
    assert (template["nbformat"], template["nbformat_minor"]) == (4, 5)
    assert template["metadata"]["kernelspec"]["name"] == "python3"
    assert set(template["metadata"]) <= {"kernelspec", "language_info"}
    assert [cell["id"] for cell in of_kind(cells, "code") if cell["outputs"] or cell["execution_count"]] == []


def test_code_cells_only_name_what_is_shown(cells: list[Cell]) -> None:
    wrong = {cell["id"]: faults(cell["source"]) for cell in of_kind(cells, "code")}
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    "source",
    [
        "def f(): pass",
        "for x in y: z()",
        "if a: b()",
        "a = 1 + 2",
        "import pandas",
        "from pandas import read_csv",
        "open('x.csv')",
        "situation.cover()\n\n\nsituation.summary()",
        "[x for x in y]",
        "lambda: 1",
    ],
)
def test_a_cell_that_does_more_would_be_seen(source: str) -> None:
    assert faults(source)


def test_cell_ids_are_stable_readable_and_unique(cells: list[Cell]) -> None:
    ids = [cell["id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"[a-z][a-z0-9_-]+", name)] == []
    assert [name for name in ids if re.fullmatch(r"[0-9a-f]{8}", name)] == []


def test_the_parameters_cell_declares_member_peers_and_themes(root: Path, cells: list[Cell]) -> None:
    assert declared_parameters(root / "notebooks" / "situation.ipynb") == ("member", "peers", "themes")
    first, second = of_kind(cells, "code")[:2]
    assert first["metadata"]["tags"] == ["parameters"]
    values = {node.targets[0].id: node.value.value for node in ast.parse(first["source"]).body}  # type: ignore[attr-defined]
    assert values == {"member": "tornio", "peers": None, "themes": None}
    assert "open_situation(member, peers=peers, themes=themes)" in second["source"]


def test_headings_and_sections_are_the_catalogues_in_its_order(cells: list[Cell], catalog: Catalog) -> None:
    expected: list[tuple[str, str, str]] = []
    for theme in catalog.themes:
        opening = f'situation.intro("{theme.id}")'
        expected.append((f"{HEADING_CELL}{theme.id}", f"## {theme.number} {theme.title}", opening))
        for row in theme.rows:
            shown = f'situation.section("{row.id}")'
            expected.append((f"{HEADING_CELL}{row.id}", f"### {row.title}", shown))
    found = [
        (cell["id"], cell["source"], after["source"])
        for cell, after in pairwise(cells)
        if cell["id"].startswith(HEADING_CELL) and cell["id"] not in FRAME
    ]
    assert found == expected


def test_the_frame_stands_around_the_themes(cells: list[Cell], catalog: Catalog) -> None:
    by_id = {cell["id"]: index for index, cell in enumerate(cells)}
    for name, (heading, shown) in FRAME.items():
        assert cells[by_id[name]]["source"] == heading
        assert cells[by_id[name] + 1]["source"] == shown
    first, last = (by_id[f"{HEADING_CELL}{theme.id}"] for theme in (catalog.themes[0], catalog.themes[-1]))
    order = [by_id[name] for name in FRAME]
    assert by_id["cover"] < order[0] < first <= last < order[1] < order[2] < order[3]


def test_the_last_cell_brings_the_words_and_stays_out_of_reports(cells: list[Cell]) -> None:
    assert [cell["id"] for cell in cells[-2:]] == ["proof", "words"]
    assert cells[-1]["source"] == "situation.words()"
    assert cells[-1]["metadata"]["tags"] == ["remove-cell"]


def test_what_is_said_about_the_template_stays_out_of_reports(cells: list[Cell]) -> None:
    loose = [cell for cell in of_kind(cells, "markdown") if not cell["source"].startswith("#")]
    assert [cell["id"] for cell in loose if "remove-cell" not in cell["metadata"].get("tags", [])] == []


@pytest.mark.slow
def test_plain_papermill_runs_the_template_from_the_projects_root(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        "notebooks/situation.ipynb",
        str(target),
        "-p",
        "member",
        "juva",
        "-y",
        "themes: [ymparisto]",
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Juvan tilanneanalyysi" in target.read_text(encoding="utf-8")
