"""The list of members: made from the manifests that are there, failures marked, nothing from outside."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from report_fakes import REPORT_TEMPLATE

from uso_lib.reports import publish
from uso_lib.reports.index import Member, entry, thousands, write_index
from uso_lib.reports.manifest import digest
from uso_lib.reports.statement import STATEMENT

MEMBERS = (Member("tornio", "Tornio"), Member("juva", "Juva"), Member("kuhmoinen", "<Kuhmoinen>"))


def report(outputs: Path, slug: str = "tornio", **changed: Any) -> Path:
    folder = outputs / slug
    folder.mkdir(parents=True)
    (folder / publish.REPORT).write_text("<html>", encoding="utf-8")
    record = {
        "schema": 1,
        "facts": {"population": 21333, "fee_class_eur": 12000, "peers": ["Iisalmi", "Kokkola"]},
        "rows": {"vaesto": {"filled": 3, "of": 4}, "talous": {"filled": 2, "of": 5}},
        "missing": [{"title": "Sakkomaksut"}, {"title": "Sakkomaksut"}, {"title": "Sairastavuus"}],
        "newest": "2026M06",
        "finished": "2026-06-01T10:00:00+00:00",
        "files": {publish.REPORT: {"sha256": digest(folder / publish.REPORT), "bytes": 6}},
    } | changed
    (folder / publish.MANIFEST).write_text(json.dumps(record), encoding="utf-8")
    return folder


def listed(outputs: Path) -> BeautifulSoup:
    target = write_index(outputs, MEMBERS, report_template=REPORT_TEMPLATE, heading="USO, kevät 2026")
    return BeautifulSoup(target.read_text(encoding="utf-8"), "html.parser")


def cells(soup: BeautifulSoup, name: str) -> list[str]:
    row = next(row for row in soup.tbody.find_all("tr") if row.th.text.startswith(name))
    return [" ".join(cell.get_text(" ").split()).replace(" ,", ",") for cell in row.find_all("td")]


def test_members_stand_in_the_order_of_the_finnish_alphabet(tmp_path: Path) -> None:
    names = ("Äänekoski", "Ylöjärvi", "Ähtäri", "Åland", "Öja", "Juva")
    members = [Member(f"member-{place}", name) for place, name in enumerate(names)]
    target = write_index(tmp_path, members, report_template=REPORT_TEMPLATE, heading="USO")
    rows = BeautifulSoup(target.read_text(encoding="utf-8"), "html.parser").select("tbody th")
    assert [one.get_text() for one in rows] == ["Juva", "Ylöjärvi", "Åland", "Ähtäri", "Äänekoski", "Öja"]


def test_a_member_with_a_report_shows_what_it_holds(tmp_path: Path) -> None:
    report(tmp_path)
    soup = listed(tmp_path)
    assert cells(soup, "Tornio") == [
        "21 333",
        "12 000",
        "Iisalmi, Kokkola",
        "kesäkuu 2026",
        "5/9",
        "2 tunnuslukua Sakkomaksut Sairastavuus",
        "raportti, taulukot, luvut, muistikirja",
    ]
    links = [a["href"] for a in soup.tbody.find_all("a")]
    assert links[0] == "tornio/situation.html"
    assert {"tornio/tables.xlsx", "tornio/indicators.csv", "tornio/situation.ipynb"} <= set(links)
    assert "1/3" in soup.find(class_="lead").text


def test_the_changes_that_belong_to_a_report_are_linked(tmp_path: Path) -> None:
    folder = report(tmp_path)
    (folder / publish.CHANGES).write_text("<html>", encoding="utf-8")
    assert "muutokset" not in cells(listed(tmp_path), "Tornio")[-1], "of another report"
    record = json.loads((folder / publish.MANIFEST).read_text(encoding="utf-8"))
    record["files"][publish.CHANGES] = {"sha256": digest(folder / publish.CHANGES), "bytes": 6}
    (folder / publish.MANIFEST).write_text(json.dumps(record), encoding="utf-8")
    soup = listed(tmp_path)
    assert cells(soup, "Tornio")[-1].endswith("muutokset")
    assert soup.find("a", href="tornio/changes.html") is not None


def test_a_member_without_a_report_says_how_to_make_one(tmp_path: Path) -> None:
    soup = listed(tmp_path)
    assert cells(soup, "Juva") == ["Analyysiä ei ole vielä tehty: uso report juva"]
    assert soup.tbody.find("a") is None


def test_a_failure_is_marked_while_the_earlier_report_stays_linked(tmp_path: Path) -> None:
    folder = report(tmp_path)
    (folder / publish.FAILED_NOTEBOOK).write_text("{}", encoding="utf-8")
    soup = listed(tmp_path)
    row = next(row for row in soup.tbody.find_all("tr") if "Tornio" in row.th.text)
    assert "viimeisin ajo epäonnistui" in row.th.text
    assert row.th.a["href"] == "tornio/situation.html"
    assert soup.find(class_="notice").a["href"] == "tornio/situation.failed.ipynb"


def test_the_list_leads_to_the_accessibility_statement(tmp_path: Path) -> None:
    assert [a["href"] for a in listed(tmp_path).footer.find_all("a")] == [STATEMENT]


def test_a_first_failure_is_marked_too(tmp_path: Path) -> None:
    (tmp_path / "juva").mkdir()
    (tmp_path / "juva" / publish.FAILED_NOTEBOOK).write_text("{}", encoding="utf-8")
    assert [a["href"] for a in listed(tmp_path).main.find_all("a")] == ["juva/situation.failed.ipynb"]


def test_files_that_do_not_belong_together_are_told(tmp_path: Path) -> None:
    folder = report(tmp_path)
    (folder / publish.REPORT).write_text("<html> other", encoding="utf-8")
    assert entry(tmp_path, MEMBERS[0]).state == "broken"
    assert "tee analyysi uudelleen" in listed(tmp_path).tbody.text


@pytest.mark.parametrize(
    "text", ['{"schema"', '{"schema": 1}', '{"schema": 1, "facts": [], "rows": 3}', "[]"]
)
def test_an_unreadable_manifest_counts_as_no_report(tmp_path: Path, text: str) -> None:
    folder = report(tmp_path)
    (folder / publish.MANIFEST).write_text(text, encoding="utf-8")
    assert entry(tmp_path, MEMBERS[0]).state == "none"


def test_names_are_escaped_and_nothing_comes_from_outside(tmp_path: Path) -> None:
    report(tmp_path)
    soup = listed(tmp_path)
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "&lt;Kuhmoinen&gt;" in text
    assert not re.search(r"https?://|<script|<link|url\(", text)
    assert soup.html["lang"] == "fi"
    assert len(soup.find_all("h1")) == 1
    assert soup.table.caption
    assert {th["scope"] for th in soup.table.find_all("th")} == {"col", "row"}
    assert "style-src 'sha256-" in soup.find("meta", {"http-equiv": True})["content"]


def test_the_list_holds_no_time(tmp_path: Path) -> None:
    report(tmp_path, started="2026-06-01T10:00:00+00:00")
    listed(tmp_path)
    first = (tmp_path / "index.html").read_bytes()
    listed(tmp_path)
    assert (tmp_path / "index.html").read_bytes() == first
    assert b"10:00" not in first
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_thousands_are_parted_by_spaces_that_do_not_break() -> None:
    assert [thousands(n) for n in (999, 1000, 21333, 1234567)] == [
        "999",
        "1\xa0000",
        "21\xa0333",
        "1\xa0234\xa0567",
    ]


def test_companions_are_linked_when_they_belong_to_the_report(tmp_path: Path) -> None:
    folder = report(tmp_path)
    (folder / publish.PDF).write_bytes(b"%PDF")
    (folder / publish.SLIDES).write_text("<html>", encoding="utf-8")
    assert entry(tmp_path, MEMBERS[0]).companions == ()
    record = json.loads((folder / publish.MANIFEST).read_text(encoding="utf-8"))
    for name in publish.COMPANIONS:
        record["files"][name] = {"sha256": digest(folder / name), "bytes": 1}
    (folder / publish.MANIFEST).write_text(json.dumps(record), encoding="utf-8")
    assert cells(listed(tmp_path), "Tornio")[-1] == "raportti, PDF, kalvot, taulukot, luvut, muistikirja"
    (folder / publish.PDF).write_bytes(b"%PDF of an earlier report")
    assert cells(listed(tmp_path), "Tornio")[-1] == "raportti, kalvot, taulukot, luvut, muistikirja"
