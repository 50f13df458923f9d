"""What a later fetch asks again: of the register of accounts only documents that are new or approved anew."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, cast

import pytest
from fake_session import FakeSession

from uso_lib.editions import read_record
from uso_lib.live_specs import LiveTable, Service, ServicesFile
from uso_lib.registers import read_municipalities
from uso_lib.sources.accounts.adapter import AccountsService
from uso_lib.sources.fetching import Fetching, TableResult, fetch_tables, plan_tables, running
from uso_lib.sources.keeping import durable
from uso_lib.sources.keeping.archive import Archive
from uso_lib.store import open_store

BASE = "https://example.invalid/rest/"
IDS = {"005": "0177619-3", "851": "0193524-9"}
SERVICE = Service(kind="valtiokonttori", title="Koe", base=BASE, hosts=[])
TABLE = LiveTable.model_validate(
    {"id": "vk_koe", "service": "valtiokonttori", "producer": "Valtiokonttori", "table_id": "KKNR",
     "title": "Taloustiedot", "address": "KKNR", "contents": [{"code": "vuosikate", "marker": "1400"}]}
)  # fmt: skip


class Quiet:
    """A listener that hears nothing."""

    def starts(self, table: LiveTable) -> None:
        pass

    def answered(self, *, more: int = 0) -> None:
        pass


class Register:
    """A register of documents that can be added and corrected."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str], tuple[str, str]] = {}

    def approve(self, area: str, year: str, day: str, figure: str) -> None:
        self.documents[area, year] = day, figure

    def session(self, *, without: frozenset[tuple[str, str]] = frozenset()) -> FakeSession:
        """Return a session that answers as the register does now."""
        answers: dict[str, Any] = {
            f"{BASE}api/Hakemistorajapinta/1.0/odata/Kunta": {
                "value": [{"Kunta_Id": int(code), "YTunnus": number} for code, number in IDS.items()]
            },
            f"{BASE}aineistot": [
                {"ytunnus": IDS[area], "raportointikokonaisuus": "KKNR", "raportointikausi": f"{year}C12",
                 "hyvaksymisvaihe": "Lopullinen", "hyvaksymispvm": day, "julkaisupvm": day}
                for (area, year), (day, _) in self.documents.items()
            ],
        }  # fmt: skip
        for (area, year), (_, figure) in self.documents.items():
            if (area, year) not in without:
                address = f"{BASE}dokumentti/lopullinen/KKNR/{IDS[area]}/{year}C12"
                answers[address] = [{"tunnusluku": "1400", "arvo": figure}]
        return FakeSession(answers)


@pytest.fixture
def register() -> Register:
    made = Register()
    for year in ("2021", "2022", "2023"):
        for area in IDS:
            made.approve(area, year, f"{int(year) + 1}-05-20", "1000")
    return made


def fetch(data: Path, session: FakeSession, *, force: bool = False) -> TableResult:
    adapter = AccountsService(session, SERVICE, "valtiokonttori", frozenset(IDS))
    fetching = Fetching(
        data,
        ServicesFile(user_agent="test", services={"valtiokonttori": SERVICE}),
        cast(Any, session),
        Archive(data / "raw"),
        {"valtiokonttori": adapter},
        frozenset(one.code for one in read_municipalities()),
        (),
        lambda _: None,
    )
    planned = plan_tables(fetching, [TABLE], force=force)
    return next(fetch_tables(fetching, planned, Quiet()))


def documents(session: FakeSession) -> list[str]:
    return sorted(address[-17:] for address in session.asked if "/dokumentti/" in address)


def test_only_documents_that_are_new_or_corrected_are_asked_for(tmp_path: Path, register: Register) -> None:
    first = register.session()
    assert fetch(tmp_path, first).state == "fetched"
    assert len(documents(first)) == 6

    register.approve("851", "2024", "2025-05-20", "1100")
    register.approve("005", "2022", "2025-06-01", "1050")
    later = register.session()
    result = fetch(tmp_path, later)
    assert (result.state, result.calls) == ("fetched", 7)
    assert documents(later) == [f"{IDS['005']}/2022C12", f"{IDS['851']}/2024C12"]

    frame = open_store(data=tmp_path).read("vk_koe")
    found = {(row.area, row.period): row.value for row in frame.itertuples()}
    assert (found["005", "2022"], found["851", "2024"], found["851", "2022"]) == (1050.0, 1100.0, 1000.0)
    record = read_record(tmp_path, "vk_koe")
    assert record is not None
    assert record.editions[0].updated == "2025-06-01"
    assert sorted({one.updated for one in record.editions[0].answers}) == [
        "2022-05-20", "2023-05-20", "2024-05-20", "2025-05-20", "2025-06-01",
    ]  # fmt: skip


def test_everything_is_asked_for_again_when_forced(tmp_path: Path, register: Register) -> None:
    fetch(tmp_path, register.session())
    again = register.session()
    assert fetch(tmp_path, again, force=True).state == "fetched"
    assert len(documents(again)) == 6


def test_what_is_gone_from_the_archive_is_asked_for_again(tmp_path: Path, register: Register) -> None:
    fetch(tmp_path, register.session())
    shutil.rmtree(tmp_path / "raw")
    register.approve("851", "2024", "2025-05-20", "1100")
    again = register.session()
    assert fetch(tmp_path, again).state == "fetched"
    assert len(documents(again)) == 7


def test_a_listed_document_that_is_not_there_is_told_and_left_out(tmp_path: Path, register: Register) -> None:
    result = fetch(tmp_path, register.session(without=frozenset({("005", "2022")})))
    assert (result.state, result.rows) == ("fetched", 5)
    assert any(f"{IDS['005']}/2022C12" in remark for remark in result.remarks)


def test_too_few_documents_are_no_table(tmp_path: Path, register: Register) -> None:
    result = fetch(tmp_path, register.session(without=frozenset({("005", "2022"), ("851", "2022")})))
    assert result.state == "failed"
    assert "had 4 of the 6" in result.message
    assert read_record(tmp_path, "vk_koe") is None


def test_raw_answers_are_on_the_disk_before_the_table_is_made(
    tmp_path: Path, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    publish, wait = running.publish_fetched, os.fsync

    def publishing(*given: Any) -> Any:
        done.append("publish")
        return publish(*given)

    def waiting(handle: int) -> None:
        done.append("wait")
        wait(handle)

    monkeypatch.setattr(running, "publish_fetched", publishing)
    monkeypatch.setattr(durable.os, "fsync", waiting)
    fetch(tmp_path, register.session())
    folders = {one.parent for one in (tmp_path / "raw").rglob("*.json")}
    # Two files for each of six answers, their folders, and the two folders above them.
    assert done.index("publish") == 2 * 6 + len(folders) + 2
