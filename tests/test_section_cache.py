"""Sections are used again only when all they are made from is the same, and then nothing differs."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_figures import live_table, published
from report_fakes import job as fake_job

from uso_lib.bench.workshop import network_workspace
from uso_lib.catalog import load_catalog
from uso_lib.reports import publish
from uso_lib.reports.job import Job
from uso_lib.reports.plan import plan
from uso_lib.reports.report import make_report
from uso_lib.reports.section_cache import FOLDER, Sections
from uso_lib.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
CATALOG = load_catalog()
ROWS = ("koulutus", "rikokset", "paastot")
INPUTS: dict[str, Any] = {
    "figures": {table: f"figures of {table}" for row in CATALOG.rows for table in CATALOG.tables_of_row(row)},
    "figures_as_of": "2026-06",
    "registers": "r",
    "parameters": {"resolved": "p"},
    "own_cells": "",
    "template": {"situation.ipynb": "t"},
    "formats": ["html"],
    "publish_anyway": False,
    "library": "l",
    "packages": {"pandas": "3"},
}


def cells(*, before: str = "situation = open_situation(member)", changed: str = "") -> list[dict[str, Any]]:
    """Return an executed notebook's code: a cell before the sections, then one section a row."""
    shown = [
        {
            "id": f"section-{row}",
            "source": f'situation.section("{row}"{", hide=1" if row == changed else ""})',
            "outputs": [{"output_type": "execute_result", "data": {"text/plain": f"{row} ä"}}],
        }
        for row in ROWS
    ]
    return [{"id": "open", "source": before, "outputs": []}, *shown]


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Return the job of a member whose three sections are kept."""
    one = fake_job(tmp_path)
    sections = Sections(one, INPUTS)
    assert sections.reusable(cells()) == {}
    sections.take(cells())
    sections.keep()
    return one


def again(job: Job, given: list[dict[str, Any]] | None = None, **changed: Any) -> set[str]:
    """Return the rows that are used again when inputs have changed."""
    found = Sections(job, {**INPUTS, **changed}).reusable(given or cells())
    assert all(outputs[0]["data"]["text/plain"] == f"{cell[8:]} ä" for cell, outputs in found.items())
    return {cell.removeprefix("section-") for cell in found}


def test_nothing_changed_everything_is_used_again(job: Job) -> None:
    assert again(job) == set(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_a_changed_table_has_only_the_sections_made_again_that_use_it(job: Job, row: str) -> None:
    own = set(CATALOG.tables_of_row(row))
    for other in set(ROWS) - {row}:
        own -= set(CATALOG.tables_of_row(other))
    table = min(own)
    assert again(job, figures={**INPUTS["figures"], table: "new figures"}) == set(ROWS) - {row}


def test_a_table_of_other_sections_changes_nothing_here(job: Job) -> None:
    used = {table for row in ROWS for table in CATALOG.tables_of_row(row)}
    table = min(set(INPUTS["figures"]) - used)
    assert again(job, figures={**INPUTS["figures"], table: "new figures"}) == set(ROWS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("registers", "other"),
        ("parameters", {"resolved": "other"}),
        ("library", "other"),
        ("packages", {"pandas": "4"}),
    ],
)
def test_what_every_section_depends_on_has_all_made_again(job: Job, name: str, value: Any) -> None:
    assert again(job, **{name: value}) == set()


def test_what_no_section_depends_on_has_none_made_again(job: Job) -> None:
    elsewhere = {"own_cells": "x", "formats": ["html", "pdf"], "publish_anyway": True, "template": {}}
    elsewhere["figures_as_of"] = "2026-07"
    assert again(job, **elsewhere) == set(ROWS)


def test_other_code_before_the_sections_has_all_made_again(job: Job) -> None:
    assert again(job, cells(before='situation = open_situation(member, peers=["Kemi"])')) == set()


def test_a_section_the_consultant_changed_is_code_that_runs_before_others(job: Job) -> None:
    assert again(job, cells(changed="koulutus")) == set()


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda content: content[:-9],
        lambda _: b"not packed",
        lambda _: gzip.compress(b'{"cells": 3, "digest": ""}'),
        lambda content: gzip.compress(gzip.decompress(content).replace(b"koulutus \xc3\xa4", b"koulutus x")),
    ],
    ids=["empty", "cut", "text", "shape", "altered"],
)
def test_what_is_damaged_is_made_again(job: Job, damage: Callable[[bytes], bytes]) -> None:
    kept = job.outputs / FOLDER / f"{job.member}.json.gz"
    kept.write_bytes(damage(kept.read_bytes()))
    assert again(job) == set()


def test_a_report_made_anew_uses_nothing_again(job: Job) -> None:
    assert again(replace(job, anew=True)) == set()


def test_where_nothing_can_be_kept_the_report_stands(tmp_path: Path) -> None:
    one = fake_job(tmp_path)
    one.outputs.mkdir(parents=True)
    (one.outputs / FOLDER).write_text("a file in the way", encoding="utf-8")
    sections = Sections(one, INPUTS)
    sections.reusable(cells())
    sections.take(cells())
    sections.keep()
    assert again(one) == set()


@pytest.mark.slow
def test_sections_used_again_give_the_same_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = network_workspace(Workspace(ROOT), tmp_path)
    used: list[set[str]] = []
    ask = Sections.reusable

    def watched(self: Sections, given: Any) -> Any:
        used.append(set(ask(self, given)))
        return ask(self, given)

    monkeypatch.setattr(Sections, "reusable", watched)
    job = plan(workspace, ["juva"])[0]
    assert make_report(job).error == ""
    published(workspace.data, table=live_table("vkour_12bs"))
    job = plan(workspace, ["juva"])[0]
    assert make_report(job).error == ""
    assert make_report(replace(job, anew=True, outputs=tmp_path / "anew")).error == ""
    concerned = {f"section-{row}" for row in CATALOG.rows if "vkour_12bs" in CATALOG.tables_of_row(row)}
    everything = {f"section-{row}" for row in CATALOG.rows}
    assert "section-koulutus" in concerned < everything
    assert used == [set(), everything - concerned, set()]
    for name in set(publish.PUBLISHED) - {publish.MANIFEST, publish.CHANGES, publish.NOTEBOOK}:
        again = (job.outputs / "juva" / name).read_bytes()
        assert again == (tmp_path / "anew" / "juva" / name).read_bytes(), name
