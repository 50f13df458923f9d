"""Copies of the theme files to break, for tests of the checks."""

from __future__ import annotations

import shutil
from pathlib import Path

from uso_lib.catalog import THEMES, check_catalog
from uso_lib.declarations.reading import STANDARDS
from uso_lib.declarations.shapes import TableShape
from uso_lib.errors import Problem
from uso_lib.store import open_store


def copied(folder: Path) -> Path:
    """Copy themes and standards into a folder and return it."""
    for file in (*THEMES.glob("*.yml"), THEMES.parent / STANDARDS):
        shutil.copy(file, folder / file.name)
    return folder


def rewritten(folder: Path, file: str, old: str, new: str) -> Path:
    """Replace one place of a copied file; fail when it is not there exactly once."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def only_problem(folder: Path, shapes: dict[str, TableShape] | None = None) -> Problem:
    """Return the one problem of a folder."""
    found = check_catalog(folder, shapes)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def shapes() -> dict[str, TableShape]:
    """Return what the bundled tables hold."""
    store = open_store()
    return {
        one.id: TableShape(
            one.contents, {name: store.codes(one.id, name) for name in one.dimensions}, one.periods
        )
        for one in store.tables
    }
