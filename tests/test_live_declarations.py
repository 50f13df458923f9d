"""The declared live tables themselves: each has a use, rates are never added up, words fit real titles."""

from __future__ import annotations

import gzip
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from uso_lib.catalog import load_catalog
from uso_lib.live_specs import LiveContent, LiveTable, Rate
from uso_lib.store import open_store

CATALOG = load_catalog()
TABLES = CATALOG.live.tables
FETCHED = [one for one in TABLES if one.service != "import"]
CONTENTS = [(table, content) for table in FETCHED for content in table.contents]
#: Units whose values must not be added up when municipalities merge.
RATES = re.compile(r"prosent|%|indeksi|pistettä|kohti|vuotta|/asukas")
#: Moves and journeys that a merger makes internal.
INTERNAL = {"vm43_tulo", "vm43_lahto", "ssaaty-vm43_tulo", "ssaaty-vm43_lahto"}


def name(one: tuple[LiveTable, LiveContent]) -> str:
    return f"{one[0].id}.{one[1].code}"


def used() -> set[str]:
    """Return every table that an indicator, breakdown or flow takes figures from."""
    names = (*CATALOG.indicators, *CATALOG.breakdowns, *CATALOG.flows)
    return {table for one in names for table in CATALOG.tables_of(one)}


@pytest.fixture(scope="module")
def fixtures(root: Path) -> Path:
    """Return the folder of the services' real answers; skip where it is not beside the checkout."""
    folder = root.parent / "shared" / "fixtures"
    if not folder.is_dir():
        pytest.skip("../shared/fixtures is not beside this checkout")
    return folder


def lacking(content: LiveContent, title: str) -> list[str]:
    """Return the words that a title lacks."""
    return [word for word in content.words if word.casefold() not in title.casefold()]


@pytest.mark.parametrize("table", TABLES, ids=lambda one: one.id)
def test_every_live_table_fills_something(table: LiveTable) -> None:
    assert table.id in used()


@pytest.mark.parametrize("row_id", list(CATALOG.rows))
def test_every_row_of_the_brochure_can_be_fetched_or_imported(row_id: str) -> None:
    row = CATALOG.row(row_id)
    names = (*row.indicators, *row.breakdowns, *row.flows)
    assert [one.id for name in names for one in CATALOG.live_of(name) if one.id != "vaerak_11ra"]


@pytest.mark.parametrize("one", CONTENTS, ids=name)
def test_rates_are_not_added_up_and_counts_are(one: tuple[LiveTable, LiveContent]) -> None:
    table, content = one
    assert content.title
    assert content.unit
    if RATES.search(content.unit) or "med" in content.code:
        assert content.merge != "sum"
    elif content.code not in INTERNAL and table.id not in {"tyokay_115n", "tyokay_115p"}:
        assert content.merge == "sum" or "mediaani" in content.title


@pytest.mark.parametrize("one", [one for one in CONTENTS if isinstance(one[1].merge, Rate)], ids=name)
def test_a_weight_is_a_count_of_the_same_table(one: tuple[LiveTable, LiveContent]) -> None:
    table, content = one
    assert isinstance(content.merge, Rate)
    weight = next(other for other in table.contents if other.code == content.merge.weighted)
    assert weight.merge == "sum"


def test_every_sotkanet_indicator_is_guarded_by_its_title() -> None:
    tables = CATALOG.live.by_service("sotkanet")
    assert len(tables) >= 15
    assert [one.id for one in tables if not all(content.words for content in one.contents)] == []
    for table in tables:
        (content,) = table.contents
        assert (content.marker is None) == (table.find is not None)
        assert content.marker in (None, content.code)


def test_a_table_that_continues_a_bundled_one_has_its_producer_and_dimensions() -> None:
    bundled = {one.id: one for one in open_store().tables}
    continued = [one for one in TABLES if one.id in bundled]
    assert {"tyonv_12r5", "vaenn_14wx", "muutto_parit", "vaerak_11ra", "tuloveroprosentit"} <= {
        one.id for one in continued
    }
    for table in continued:
        assert table.producer == bundled[table.id].producer
        assert {one.name for one in table.dimensions} == set(bundled[table.id].dimensions)
        assert {one.code for one in table.contents} & set(bundled[table.id].contents)


def test_the_words_fit_the_titles_that_sotkanet_had(fixtures: Path) -> None:
    packed = (fixtures / "sotkanet" / "SotkaIndicators.json.gz").read_bytes()
    titles = {
        str(one["id"]): html.unescape(one["title"].get("fi") or "")
        for one in json.loads(gzip.decompress(packed))
    }
    known = [
        content
        for table in CATALOG.live.by_service("sotkanet")
        for content in table.contents
        if content.code in titles
    ]
    assert len(known) >= 14
    assert {one.code: lacking(one, titles[one.code]) for one in known if lacking(one, titles[one.code])} == {}
    by_code = {one.code: one for one in known}
    assert lacking(by_code["5"], titles["234"])
    assert lacking(by_code["234"], titles["1275"])
    assert lacking(by_code["1275"], titles["234"])
    morbidity = CATALOG.live.table("sotkanet_5641").contents[0]
    assert lacking(morbidity, titles["244"]) == ["ikävakioitu"]


def titles_found_by(patterns: str, titles: list[str]) -> list[str]:
    return [title for title in titles if re.search(patterns, title, re.IGNORECASE)]


@pytest.mark.parametrize(
    ("table", "title", "found"),
    [
        ("sotkanet_neet_18_24", "Koulutuksen ja työn ulkopuolella olevat 18 - 24-vuotiaat, %", True),
        ("sotkanet_neet_18_24", "Työn ja koulutuksen ulkopuolella olevat 18–24-vuotiaat, %", True),
        ("sotkanet_neet_18_24", "NEET-nuoret 18 - 24-vuotiaat, % vastaavanikäisestä väestöstä", True),
        ("sotkanet_neet_18_24", "Koulutuksen ulkopuolelle jääneet 17 - 24-vuotiaat, %", False),
        ("sotkanet_hyte_prosessi", "HYTE-kerroin, prosessi-indikaattorit", True),
        ("sotkanet_hyte_prosessi", "HYTE-kerroin, tulosindikaattorit", False),
        ("sotkanet_hyte_tulos", "HYTE-kerroin, tulosindikaattorit", True),
    ],
)
def test_patterns_find_what_they_are_for(table: str, title: str, found: bool) -> None:
    declared = CATALOG.live.table(table).find
    assert declared is not None
    assert bool(titles_found_by(declared.pattern, [title])) is found


@pytest.mark.parametrize(
    ("table", "file"),
    [("tyonv_12r5", "tyonv_12r5_2026M06.pxweb.json"), ("tjt_14ww", "tjt_14ww_2024.pxweb.json")],
)
def test_the_words_fit_the_titles_that_statistics_finland_has(table: str, file: str, fixtures: Path) -> None:
    body: dict[str, Any] = json.loads((fixtures / "pxweb" / file).read_text(encoding="utf-8-sig"))
    titles = {one["code"].rpartition("-")[2]: one["text"] for one in body["columns"] if one["type"] == "c"}
    for content in CATALOG.live.table(table).contents:
        title = titles[str(content.marker).rpartition("-")[2]]
        assert (content.code, lacking(content, title)) == (content.code, [])
