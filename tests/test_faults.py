"""Fetching from services that fail in every declared way: the store has the old or the new table, whole.

The command runs as a person would run it, over real HTTP on loopback; fault_cases.py declares what is
injected and what is to be seen. Killing the command is tested in test_kill.py.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import fault_cases
import pandas as pd
import pytest
from fault_cases import ACCOUNTS, CASES, KELA, NEW, OLD, OTHER_PX, PX, SOTKANET, SYKE, Case
from services.exchange import Request, Response
from services.faults import KINDS, Fault
from services.server import Limit
from services.transport import Record
from services.world import NationWorld, Serving, serving, write_services

from uso_lib.cli import main
from uso_lib.live_tables import load_live_tables
from uso_lib.sources.web import client
from uso_lib.sources.web.limits import Limiters
from uso_lib.store import open_store

TABLES = (PX, OTHER_PX, SOTKANET, KELA, "kela_tyomarkkinatuki", SYKE, ACCOUNTS)
#: So few cells in an answer that the PxWeb table (20 municipalities and the country, 2 years, 3 contents)
#: takes three queries.
MAX_CELLS = 50
#: Faults after which nothing but undamaged answers may be found in the archive.
DAMAGING = {"truncated", "corrupt", "cut", "drip", "timeout", "html", "429", "500", "503", "400"}


@dataclass
class Bench:
    """Run ``uso fetch`` against one emulated country.

    Parameters
    ----------
    folder
        Where workspaces are made.
    said
        Reads what was printed since the last reading.
    """

    running: Serving
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    said: Callable[[], str]
    references: dict[object, tuple[pd.DataFrame, set[str]]] = field(default_factory=dict)

    def set_out(self, *, release: int = NEW, faults: Sequence[Fault] = (), zipped: bool = False) -> None:
        """Let the services be so from now on."""
        self.running.world.release = release
        self.running.server.compress = zipped
        self.running.server.faults = faults
        self.running.server.records.clear()

    @property
    def records(self) -> list[Record]:
        """Return the requests since the services were last set out."""
        return self.running.server.records

    def fetch(
        self, workspace: Path, table: str, *options: str, services: str = "services"
    ) -> tuple[int, str]:
        """Run the command in a workspace; return its status and what it printed."""
        self.monkeypatch.setenv("USO_WORKSPACE", str(workspace))
        self.monkeypatch.setenv("USO_SERVICES", str(self.running.services.with_name(f"{services}.yml")))
        self.monkeypatch.setattr(client, "LIMITERS", Limiters())
        self.said()
        with pytest.raises(SystemExit) as left:
            main(["fetch", "--quiet", "--table", table, *options])
        return int(left.value.code or 0), self.said()

    def workspace(self, name: str, *, of: str | None = None) -> Path:
        """Return a new workspace, with the old figures of a table."""
        made = self.folder / name
        shutil.copytree(fault_cases_root() / "parameters", made / "parameters")
        if of is not None:
            self.reference(of, OLD, ())
            shutil.copytree(self.folder / f"undisturbed_{of}_{OLD}_0" / "data", made / "data")
        return made

    def reference(self, table: str, release: int, faults: tuple[Fault, ...]) -> tuple[pd.DataFrame, set[str]]:
        """Return the figures of an undisturbed fetch and the fingerprints of its raw answers, made once."""
        key = (table, release, faults)
        if key not in self.references:
            made = self.workspace(f"undisturbed_{table}_{release}_{len(faults) and len(self.references)}")
            self.set_out(release=release, faults=faults)
            status, said = self.fetch(made, table)
            assert status == 0, said
            self.references[key] = (stored(made, table), {sha for _, sha in raw_answers(made)})
        return self.references[key]


def fault_cases_root() -> Path:
    return Path(fault_cases.__file__).resolve().parents[1]


def stored(workspace: Path, table: str) -> pd.DataFrame | None:
    """Return what a report would read."""
    store = open_store(data=workspace / "data")
    return store.read(table) if store.has(table) else None


def raw_answers(workspace: Path) -> list[tuple[tuple[str, str], str]]:
    """Return what every kept answer was asked with, and its fingerprint; each is whole."""
    found = []
    for file in (workspace / "data" / "raw").glob("*/??/*.json"):
        told = json.loads(file.read_bytes())
        content = gzip.decompress((file.parent / told["content"]).read_bytes())
        assert hashlib.sha256(content).hexdigest() == told["sha256"]
        assert len(content) == told["size"]
        found.append(((told["address"], json.dumps(told["query"])), told["sha256"]))
    return found


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Run the country; its fetched figures are shared by the tests of a process."""
    folder = tmp_path_factory.mktemp("faults")
    live = load_live_tables()
    world = NationWorld(
        municipalities=20, years=2, tables=tuple(map(live.table, TABLES)), max_cells=MAX_CELLS
    )
    with serving(world, folder, attempts=3) as running:
        write_services(running.server, folder / "hasty.yml", attempts=2, timeout_s=1)
        yield SimpleNamespace(running=running, folder=folder, references={})


@pytest.fixture
def bench(
    country: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Bench]:
    def said() -> str:
        return "".join(capfd.readouterr())

    yield Bench(country.running, country.folder, monkeypatch, said=said, references=country.references)
    country.running.server.faults = []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_store_holds_the_old_or_the_new_table_whatever_fails(case: Case, bench: Bench) -> None:
    old, old_raw = bench.reference(case.table, OLD, ())
    changing = case.faults if case.release == OLD or case.other else ()
    new, new_raw = bench.reference(case.table, case.release, () if case.then == "accept" else changing)
    workspace = bench.workspace(case.id, of=case.table if case.before else None)

    bench.set_out(release=case.release, faults=case.faults, zipped=case.zipped)
    status, said = bench.fetch(workspace, case.table, services="hasty" if case.hasty else "services")
    assert status == case.status, said
    assert [text for text in (case.table, *case.seen) if text not in said] == [], said
    assert "Traceback" not in said
    assert "\0" not in said
    assert all(case.table in line for line in said.splitlines() if line.startswith(("failed:", "stopped:")))
    assert_holds(workspace, case, {"old": old, "new": new, "nothing": None}[case.holds])
    kept = {sha for _, sha in raw_answers(workspace)}
    if DAMAGING & {fault.kind for fault in case.faults}:
        assert kept <= old_raw | new_raw, "only whole answers are kept"
    assert_pace(bench.records, case)

    if case.then:
        way_out(case, bench, workspace, new)


def way_out(case: Case, bench: Bench, workspace: Path, new: pd.DataFrame) -> None:
    """Do what the message says, and get the new table; what was answered is not asked again."""
    kept = {asked for asked, _ in raw_answers(workspace)} - {
        asked for asked, _ in raw_answers(bench.workspace(f"{case.id}_before", of=case.table))
    }
    accepted = case.then == "accept"
    bench.set_out(release=case.release, faults=case.faults if accepted else ())
    status, said = bench.fetch(workspace, case.table, *(["--accept"] if accepted else []))
    assert status == 0, said
    if accepted:
        changed = stored(workspace, case.table)
        assert changed is not None
        assert not changed.equals(new)
        return
    assert_holds(workspace, case, new)
    if case.table == PX:
        asked = {
            (f"{bench.running.server.url(one.service)}/{one.path}", canonical(one.body))
            for one in bench.records
        }
        assert {(address, canonical(query)) for address, query in kept} & asked == set()


def canonical(query: str | bytes) -> str:
    """Return JSON in one way of writing; "" when there is none."""
    return json.dumps(json.loads(query), sort_keys=True) if query else ""


def assert_holds(workspace: Path, case: Case, expected: pd.DataFrame | None) -> None:
    """Compare the whole table with what it should be; nothing half-made may lie about."""
    found = stored(workspace, case.table)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        pd.testing.assert_frame_equal(found, expected)
    assert [one.name for one in workspace.rglob("*.tmp")] == []


def assert_pace(records: Sequence[Record], case: Case) -> None:
    """No call comes before the time that the service named, and no more are refused than declared."""
    refused = [one for one in records if one.status == 429]
    if case.refused is not None:
        assert len(refused) == case.refused
    for fault, (one, after) in ((f, pair) for f in case.faults for pair in pairwise(records)):
        if one.status == 429 and fault.argument:
            assert after.started - one.started >= float(fault.argument)


def test_every_kind_of_fault_has_a_case() -> None:
    assert {fault.kind for case in CASES for fault in case.faults} == set(KINDS)
    assert len({case.id for case in CASES}) == len(CASES)


def test_old_and_new_differ_in_every_figure(bench: Bench) -> None:
    """A mixture would show: no figure of the old table is one of the new."""
    for table in (PX, SOTKANET, KELA, SYKE, ACCOUNTS):
        (old, _), (new, _) = bench.reference(table, OLD, ()), bench.reference(table, NEW, ())
        both = old.merge(new, on=[name for name in old if name not in ("value", "symbol")])
        own = both[both["period"].ge("2024") & both["value_x"].notna()]
        assert len(own) >= 20
        assert own["value_x"].ne(own["value_y"]).all()


def changed_by(bench: Bench, name: str) -> tuple[pd.Series, pd.Series]:
    """Return the figures of the PxWeb table before a change and with it, by area, content and year."""
    case = next(one for one in CASES if one.id == name)
    key = ["area", "content", "period"]
    frames = (bench.reference(PX, OLD, ())[0], bench.reference(PX, OLD, case.faults)[0])
    before, after = (frame.set_index(key)["value"].dropna() for frame in frames)
    return before, after


def test_a_new_year_comes_to_the_old_ones(bench: Bench) -> None:
    before, after = changed_by(bench, "new_year")
    assert set(after.index.unique("period")) == {"2024", "2025", "2026"}
    pd.testing.assert_series_equal(after[after.index.get_level_values("period") < "2026"], before)


def test_a_removed_municipality_is_gone_and_nothing_else(bench: Bench) -> None:
    before, after = changed_by(bench, "removed")
    pd.testing.assert_series_equal(after, before.drop("005", level="area"))


def test_a_revision_is_taken_whole(bench: Bench) -> None:
    before, after = changed_by(bench, "revised_much")
    past = before.index.get_level_values("period") == "2024"
    pd.testing.assert_series_equal(after[~past], before[~past])
    assert (after[past] / before[past]).between(1.49, 1.51).all()


def test_a_renamed_variable_changes_no_figure(bench: Bench) -> None:
    for name in ("renamed", "renamed_contents"):
        before, after = changed_by(bench, name)
        pd.testing.assert_series_equal(after, before)


def test_accepted_figures_are_those_that_were_stopped(bench: Bench) -> None:
    old, _ = bench.reference(PX, OLD, ())
    workspace = bench.workspace("accepting", of=PX)
    bench.set_out(release=OLD, faults=[Fault("unit", "115x", times=None)])
    assert bench.fetch(workspace, PX)[0] == 1
    calls = len(bench.records)
    assert bench.fetch(workspace, PX, "--accept")[0] == 0
    asked_again = len(bench.records) - calls
    assert asked_again == 3, "metadata, limits, time of publication; the figures were kept"
    found = stored(workspace, PX)
    assert found is not None
    pd.testing.assert_series_equal(found["value"], old["value"] * 10)


@contextmanager
def publishing(bench: Bench, service: str, path: str, nth: Sequence[int]) -> Iterator[None]:
    """Let everything be published anew when these requests of a path (from 1) have come."""
    server, world = bench.running.server, bench.running.world
    plain, seen = server.services[service], []

    def answering(request: Request) -> Response:
        if path in request.path:
            seen.append(request)
            if len(seen) in nth:
                world.publish()
        answer = plain(request)
        if answer.headers and len(seen) >= nth[0]:
            return replace(answer, headers=(("Last-Modified", formatdate(usegmt=True)),))
        return answer

    server.services[service] = answering
    try:
        yield
    finally:
        server.services[service] = plain


@pytest.mark.parametrize(("times", "status"), [(1, 0), (2, 1)])
def test_a_table_published_while_it_is_fetched_is_never_mixed(times: int, status: int, bench: Bench) -> None:
    old, _ = bench.reference(PX, OLD, ())
    newest = {release: bench.reference(PX, release, ())[0] for release in (NEW, NEW + 1)}
    workspace = bench.workspace(f"published_{times}", of=PX)
    bench.set_out(release=NEW)
    # metadata, probe, first part, second part; then all of these again
    with publishing(bench, "statfin", "115x", [4] if times == 1 else [4, 8]):
        found, said = bench.fetch(workspace, PX)
    assert found == status, said
    holds = stored(workspace, PX)
    assert holds is not None
    pd.testing.assert_frame_equal(holds, newest[NEW + 1] if times == 1 else old)
    if times == 2:
        assert "updated in between" in said


def test_syke_published_while_it_is_fetched_is_never_mixed(bench: Bench) -> None:
    """Its files are separate and say nothing of a release but when each was changed."""
    old, _ = bench.reference(SYKE, OLD, ())
    new, _ = bench.reference(SYKE, NEW + 1, ())
    workspace = bench.workspace("published_syke", of=SYKE)
    bench.set_out(release=NEW)
    with publishing(bench, "syke", "kunta_", [8]):
        status, said = bench.fetch(workspace, SYKE)
    assert status == 1
    assert "they do not belong together" in said
    holds = stored(workspace, SYKE)
    assert holds is not None
    pd.testing.assert_frame_equal(holds, old)
    assert bench.fetch(workspace, SYKE)[0] == 0
    holds = stored(workspace, SYKE)
    assert holds is not None
    pd.testing.assert_frame_equal(holds, new)


def test_a_limit_that_is_declared_is_never_met(bench: Bench) -> None:
    """A service that counts calls as PxWeb does refuses none when a little less is declared."""
    server = bench.running.server
    write_services(server, bench.folder / "paced.yml", calls=3, per_seconds=0.5)
    workspace = bench.workspace("paced")
    bench.set_out()
    server.limits = {"statfin": Limit(4, 0.5)}
    try:
        status, said = bench.fetch(workspace, PX, services="paced")
    finally:
        server.limits = {}
    assert status == 0, said
    assert len(bench.records) > 4
    assert {one.status for one in bench.records} == {200}


def test_a_service_that_is_not_there_is_told(bench: Bench) -> None:
    old, _ = bench.reference(PX, OLD, ())
    workspace = bench.workspace("gone", of=PX)
    text = bench.running.services.read_text(encoding="utf-8")
    port = bench.running.server.url("statfin").rpartition(":")[2]
    (bench.folder / "gone.yml").write_text(text.replace(f":{port}/", ":9/"), encoding="utf-8")
    status, said = bench.fetch(workspace, PX, services="gone")
    assert status == 1
    assert PX in said
    assert "out of reach" in said
    assert "Check the network connection" in said
    found = stored(workspace, PX)
    assert found is not None
    pd.testing.assert_frame_equal(found, old)


def test_the_page_of_faults_is_up_to_date(root: Path) -> None:
    page = (root / "docs" / "fetch_faults.md").read_text(encoding="utf-8")
    assert page == fault_cases.page(), "python tests/fault_cases.py > docs/fetch_faults.md"
