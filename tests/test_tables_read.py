"""What a row and a report read is what they are declared to read: nothing else could make them stale."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from uso_lib.catalog import load_catalog
from uso_lib.foundation import Foundation
from uso_lib.parameters import load_member, load_network
from uso_lib.regions import load_regions
from uso_lib.situation import Situation
from uso_lib.store import Store, open_store
from uso_lib.tables_read import tables_read
from uso_lib.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
CATALOG, REGIONS = load_catalog(), load_regions()
#: What a store tells of one table. Whether it holds a table at all is told of every table at once.
TOLD = ("read", "coded", "editions", "info", "codes")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Watch every store: the tables that anything is asked of."""
    seen: set[str] = set()
    for name in TOLD:
        ask = getattr(Store, name)

        def watched(self: Store, table: str, *rest: Any, _ask: Any = ask, **named: Any) -> Any:
            seen.add(table)
            return _ask(self, table, *rest, **named)

        monkeypatch.setattr(Store, name, watched)
    return seen


def situation(member: str, themes: list[str] | None = None) -> Situation:
    """Open a situation whose store nobody has asked anything yet, so that nothing is remembered."""
    place = Workspace(ROOT)
    parameters = load_member(place, member, themes=themes, regions=REGIONS, catalog_ids=CATALOG.ids)
    network = load_network(place, regions=REGIONS)
    return Situation(parameters, network, open_store(data=ROOT / "none"), CATALOG, REGIONS, workspace=place)


@pytest.mark.slow
@pytest.mark.parametrize("row", sorted(CATALOG.rows))
def test_showing_a_row_reads_only_its_own_tables(row: str, reads: set[str]) -> None:
    situation("juva").section(row)._repr_mimebundle_()
    assert reads - set(CATALOG.tables_of_row(row)) == set()


def test_the_tables_of_a_rate_are_also_those_of_the_counts_behind_it() -> None:
    shown = {name: CATALOG.indicators[name] for name in CATALOG.rows["koyhyys"].indicators}
    behind = {one.counts.per for one in shown.values() if one.counts and one.counts.per}
    tables = {table for name in behind for table in CATALOG.tables_of(name)}
    own = {table for name in shown for table in CATALOG.tables_of(name)}
    assert tables - own
    assert tables <= set(CATALOG.tables_of_row("koyhyys"))


@pytest.mark.slow
@pytest.mark.parametrize("themes", [["hyvinvointi"], ["ymparisto"], None])
def test_a_report_reads_only_the_tables_its_inputs_tell(themes: list[str] | None, reads: set[str]) -> None:
    opened = situation("kokkola", themes)
    held = Foundation(opened._context.store, CATALOG, REGIONS)
    told = set(tables_read(held, opened.parameters.themes, " ".join(opened.parameters.highlights)))
    reads.clear()
    notebook = json.loads(Workspace(ROOT).template.read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    shown = [source for source in sources if source.startswith("situation.")]
    assert len(shown) > 30
    for source in shown:
        view = eval(source, {"situation": opened})  # noqa: S307 - the template's own code
        view._repr_mimebundle_()
    assert reads - told == set()
