"""The classification service: municipalities, regions, mergers, boundaries, differences of registers."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from fake_session import FakeSession

from uso_lib.errors import BadAnswer, Refused
from uso_lib.live_specs import Service
from uso_lib.sources import classification

BASE = "https://data.stat.fi/api/classifications/v2/"
CANONICAL = "https://api.stat.fi/classificationservice/open/api/classifications/v2"
SERVICE = Service.model_validate(
    {"kind": "classification", "title": "Luokitukset", "base": BASE, "hosts": ["api.stat.fi", "geo.stat.fi"]}
)
ITEMS = "?content=data&lang=fi&format=json&meta=max"
MAPS = "?content=data&lang=fi&format=json&meta=min"
LISTS = {
    f"{BASE}classifications?format=json": [
        f"{CANONICAL}/classifications/kunta_1_20240101",
        f"{CANONICAL}/classifications/kunta_1_20250101",
        f"{CANONICAL}/classifications/kunta_2_20260101",
        f"{CANONICAL}/classifications/maakunta_1_20270101",
    ],
    f"{BASE}correspondenceTables?format=json": [
        f"{CANONICAL}/correspondenceTables/kunta_2_20240101%23kunta_1_20240101",
        f"{CANONICAL}/correspondenceTables/kunta_2_20200101%23kunta_1_20200101",
    ],
}


def item(code: str, name: str) -> dict[str, Any]:
    names = [{"lang": "sv", "name": "x"}, {"lang": "fi", "name": name}]
    return {"code": code, "localId": f"a/{code}", "classificationItemNames": names}


def pair(source: str, target: str, name: str = "") -> dict[str, Any]:
    return {"sourceItem": item(source, ""), "targetItem": item(target, name)}


def many(**changed: str | None) -> dict[str, str]:
    """Return a division of 300 made-up municipalities (001 K1 …) with changes; None leaves one out."""
    names: dict[str, str | None] = {f"{number:03d}": f"K{number}" for number in range(1, 301)}
    return {code: name for code, name in {**names, **changed}.items() if name is not None}


def division(year: int, names: dict[str, str]) -> dict[str, Any]:
    address = f"{BASE}classifications/kunta_1_{year}0101/classificationItems{ITEMS}"
    return {address: [item(code, name) for code, name in reversed(names.items())]}


def maps(table: str, *pairs: dict[str, Any]) -> dict[str, Any]:
    return {f"{BASE}correspondenceTables/{table}/maps{MAPS}": list(pairs)}


def test_the_newest_division_is_found_and_read_by_code() -> None:
    session = FakeSession({**LISTS, **division(2025, many())})
    assert classification.latest_year(session, SERVICE) == 2025
    frame = classification.municipalities(session, SERVICE, 2025)
    assert list(frame.columns) == ["code", "name"]
    assert (len(frame), *frame.iloc[0], *frame.iloc[-1]) == (300, "001", "K1", "300", "K300")


def test_a_list_without_divisions_is_refused() -> None:
    with pytest.raises(Refused, match="no division"):
        classification.latest_year(FakeSession({f"{BASE}classifications?format=json": []}), SERVICE)


@pytest.mark.parametrize(
    "names", [many(X12="Outo"), dict(list(many().items())[:200]), many(**{"001": ""}), {}]
)
def test_a_division_that_cannot_be_right_is_a_bad_answer(names: dict[str, str]) -> None:
    with pytest.raises(BadAnswer, match=f"{len(names)} municipalities"):
        classification.municipalities(FakeSession(division(2025, names)), SERVICE, 2025)


def test_only_addresses_instead_of_items_are_a_bad_answer() -> None:
    address = f"{BASE}classifications/kunta_1_20250101/classificationItems{ITEMS}"
    with pytest.raises(BadAnswer, match="not a list of items"):
        classification.municipalities(FakeSession({address: [f"{CANONICAL}/x/005"]}), SERVICE, 2025)


def test_municipalities_are_told_by_the_area_they_belong_to() -> None:
    local = {"sourceLocalId": "kunta_1_20250101/005", "targetLocalId": "maakunta_1_20250101/14"}
    answers = maps("kunta_1_20250101%23maakunta_1_20250101", pair("851", "19", "Lappi"), local)
    frame = classification.correspondences(FakeSession(answers), SERVICE, 2025, "maakunta")
    assert frame.to_numpy().tolist() == [["005", "14", ""], ["851", "19", "Lappi"]]


def test_a_municipality_in_two_areas_or_without_one_is_a_bad_answer() -> None:
    table = "kunta_1_20250101%23maakunta_1_20250101"
    two = FakeSession(maps(table, pair("851", "19"), pair("851", "17")))
    with pytest.raises(BadAnswer, match="851 belong to several"):
        classification.correspondences(two, SERVICE, 2025, "maakunta")
    with pytest.raises(BadAnswer, match="lack the code"):
        classification.correspondences(
            FakeSession(maps(table, {"sourceItem": {}})), SERVICE, 2025, "maakunta"
        )


def test_mergers_are_the_codes_that_ceased_and_where_they_went() -> None:
    years = {**division(2024, many()), **division(2025, many(**{"010": None, "020": None, "030": None}))}
    between = maps(
        "kunta_1_20240101%23kunta_1_20250101", pair("010", "011"), pair("010", "012"), pair("001", "001")
    )
    key = maps(
        "kunta_2_20240101%23kunta_1_20240101", pair("020", "021"), pair("010", "099"), pair("020", "999")
    )
    frame = classification.mergers(FakeSession({**LISTS, **years, **between, **key}), SERVICE, 2024, 2025)
    assert frame.to_numpy().tolist() == [
        ["010", "K10", "011"], ["010", "K10", "012"], ["020", "K20", "021"], ["030", "K30", ""],
    ]  # fmt: skip


def test_mergers_are_told_without_successors_when_no_table_is_there() -> None:
    years = {**division(2024, many()), **division(2025, many(**{"010": None}))}
    session = FakeSession({**LISTS, **years})
    frame = classification.mergers(session, SERVICE, 2024, 2025)
    assert frame.to_numpy().tolist() == [["010", "K10", ""]]
    none = classification.mergers(FakeSession({**years, **division(2025, many())}), SERVICE, 2024, 2025)
    assert none.empty
    assert list(none.columns) == ["abolished", "abolished_name", "successor"]


def test_registers_are_compared_code_by_code() -> None:
    bundled = pd.DataFrame({"code": ["001", "002", "003"], "name": ["Aa", "Bee", "See"]})
    fetched = pd.DataFrame({"code": ["002", "003", "004"], "name": ["Bee", "Cee", "Dee"]})
    assert classification.compare_registers(bundled, fetched) == [
        "Aa (001) is not a municipality any more.",
        "Dee (004) is a new municipality.",
        "See (003) is called Cee now.",
    ]
    assert classification.compare_registers(bundled, bundled) == []


def feature(code: str, *, shaped: bool = True) -> dict[str, Any]:
    shape = {"type": "Polygon", "coordinates": []} if shaped else None
    return {"type": "Feature", "geometry": shape, "properties": {"kunta": code, "nimi": f"K{code}"}}


MAP = (
    "https://geo.stat.fi/geoserver/tilastointialueet/wfs?service=WFS&version=2.0.0&request=GetFeature"
    "&typeNames=tilastointialueet:kunta4500k_2026&outputFormat=application/json&srsName=EPSG:4326"
)


def test_boundaries_are_given_as_they_come_when_every_municipality_is_there() -> None:
    session = FakeSession({MAP: {"type": "FeatureCollection", "features": [feature("005"), feature("851")]}})
    answer = classification.boundaries(session, SERVICE, 2026, expected=2)
    assert b'"851"' in answer.content


@pytest.mark.parametrize(
    "features",
    [
        [feature("005")],
        [feature("005"), feature("005")],
        [feature("005"), feature("851", shaped=False)],
        None,
    ],
)
def test_boundaries_with_something_missing_are_a_bad_answer(features: Any) -> None:
    with pytest.raises(BadAnswer, match="2 of each were expected for 2026"):
        classification.boundaries(FakeSession({MAP: {"features": features}}), SERVICE, 2026, expected=2)


def test_on_this_machine_the_map_server_is_below_the_base() -> None:
    here = SERVICE.model_copy(update={"base": "http://127.0.0.1:8000/classification/"})
    address = MAP.replace("https://geo.stat.fi/", here.base)
    session = FakeSession({address: {"features": [feature("005")]}})
    classification.boundaries(session, here, 2026, expected=1)
    assert session.asked == [address]
