"""Kela's open data: packages by name or title, files by column, sums by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from fake_session import FakeSession
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.errors import BadAnswer, Refused
from uso_lib.live_specs import LiveTable, Service
from uso_lib.sources.open_data.ckan import CkanPackage
from uso_lib.sources.service import Answer, Call
from uso_lib.sources.web.endpoints import parsed, text_of
from uso_lib.tidy import check_tidy

BASE = "https://avoindata.suomi.fi/data/api/3/action/"
NAME = "kunnan-osarahoittaman-tyomarkkinatuen-saajat-ja-maksetut-etuudet-kunnittain"
TITLE = "Kunnan osarahoittaman työmarkkinatuen saajat ja maksetut etuudet kunnittain"
FILE = "https://www.avoindata.fi/data/dataset/970f/resource/1/download/data.csv"
HEAD = (
    "aikatyyppi,kuukausi_nro,vuosikuukausi,vuosi,kunta_nro,kunta_nimi,ikaryhma,sukupuoli,"
    "tyomarkkinatukipaiva_luokka,saaja_lkm,korvattu_paiva_lkm,maksettu_eur,kunta_osuus_eur"
)
#: Tornio 2024: men 10 persons 100.50 €, women 5 persons 50.25 €; those with 300–499 days 4 and 3 persons.
ROWS = (
    "Vuosi,12,202412,2024,851,Tornio,25-29,Mies,Yhteensä,10,200,201.00,100.50",
    "Vuosi,12,202412,2024,851,Tornio,25-29,Nainen,Yhteensä,5,90,100.50,50.25",
    "Vuosi,12,202412,2024,851,Tornio,25-29,Mies,300-499,4,80,80.00,40.00",
    "Vuosi,12,202412,2024,851,Tornio,Tieto puuttuu,Tuntematon,300-499,3,60,60.00,30.00",
    "Vuosi,12,202412,2024,851,Tornio,25-29,Mies,1000 tai yli,6,120,121.00,60.50",
    "Kuukausi,12,202412,2024,851,Tornio,25-29,Mies,Yhteensä,7,14,15.00,7.50",
    "Vuosikertymä,12,202412,2024,851,Tornio,25-29,Mies,Yhteensä,10,200,201.00,100.50",
    "Vuosi,12,202412,2024,199,Tuntematon,25-29,Mies,Yhteensä,3,9,9.00,4.50",
    "Vuosi,12,202312,2023,005,Alajärvi,25-29,Mies,Yhteensä,2,4,8.00,4.00",
)
TABLE: dict[str, Any] = {
    "id": "kela_toy", "service": "kela", "producer": "Kela", "table_id": "x", "title": "Työmarkkinatuki",
    "address": NAME,
    "contents": [
        {"code": "osuus", "marker": ["kunnan_osuus_eur", "kunta_osuus_eur"]},
        {"code": "saajat", "marker": "saaja_lkm"},
    ],
    "dimensions": [
        {"name": "days", "text": ["tyomarkkinatukipaiva_luokka"], "values": ["SSS", "300-499"],
         "rename": {"Yhteensä": "SSS"}},
    ],
    "fixed": [{"text": ["aikatyyppi"], "values": ["Vuosi"]}],
}  # fmt: skip
AREAS = frozenset({"005", "851"})


def table(**changes: Any) -> LiveTable:
    return LiveTable.model_validate({**TABLE, **changes})


def resource(url: str = FILE, modified: str = "2026-03-15T07:00:00", form: str = "CSV") -> dict[str, str]:
    return {"name": url.rsplit("/", 1)[-1], "format": form, "url": url, "last_modified": modified}


def package(*resources: dict[str, str], name: str = NAME, title: str = TITLE) -> dict[str, Any]:
    return {"name": name, "title": title, "metadata_modified": "2026-03-16", "resources": list(resources)}


def shown(one: dict[str, Any]) -> dict[str, Any]:
    return {f"{BASE}package_show?id={NAME}": {"success": True, "result": one}}


def text(*rows: str, head: str = HEAD) -> str:
    return "\n".join([head, *rows]) + "\n"


def adapter(session: FakeSession) -> CkanPackage:
    service = Service.model_validate({"kind": "ckan", "title": "Kela", "base": BASE})
    return CkanPackage(session, service, "kela", AREAS)


def fetched(one: LiveTable, bodies: dict[str, str | bytes], *, since: str | None = None) -> pd.DataFrame:
    session = FakeSession({**shown(package(*map(resource, bodies))), **bodies})
    made = adapter(session)
    plan = made.plan(one, since=since)
    frame = made.tidy(plan, [made.check(plan, session.send(call)) for call in plan.calls])
    check_tidy(frame, where=one.id)
    return frame


def values(frame: pd.DataFrame, *keys: str) -> dict[tuple[Any, ...], float]:
    return {tuple(row[key] for key in keys): row["value"] for row in frame.to_dict("records")}


def test_years_are_chosen_and_ages_and_sexes_added_up() -> None:
    frame = fetched(table(), {FILE: text(*ROWS)})
    assert values(frame, "area", "period", "days", "content") == {
        ("005", "2023", "SSS", "osuus"): 4.0,
        ("005", "2023", "SSS", "saajat"): 2.0,
        ("851", "2024", "300-499", "osuus"): 70.0,
        ("851", "2024", "300-499", "saajat"): 7.0,
        ("851", "2024", "SSS", "osuus"): 150.75,
        ("851", "2024", "SSS", "saajat"): 15.0,
    }
    assert set(frame["symbol"]) == {""}


def test_a_column_that_is_not_declared_is_taken_at_its_total_when_it_has_one() -> None:
    bare = table(dimensions=[])
    frame = fetched(bare, {FILE: text(*ROWS)})
    assert values(frame, "area", "content")[("851", "osuus")] == 150.75


def test_months_are_read_and_complete_years_made_of_them() -> None:
    rows = [
        f"Kuukausi,{month},2024{month:02d},2024,851,Tornio,25-29,Mies,Yhteensä,{month},1,1,{month}.5"
        for month in range(1, 13)
    ]
    rows.append("Kuukausi,1,202501,2025,851,Tornio,25-29,Mies,Yhteensä,9,1,1,9.5")
    contents = [
        {"code": "osuus", "marker": "kunta_osuus_eur", "yearly": "sum"},
        {"code": "mean", "marker": "saaja_lkm", "yearly": "mean"},
        {"code": "last", "marker": "saaja_lkm", "yearly": "last"},
        {"code": "saajat", "marker": "saaja_lkm"},
    ]
    months = table(fixed=[{"text": ["aikatyyppi"], "values": ["Kuukausi"]}], contents=contents)
    frame = fetched(months, {FILE: text(*rows)})
    found = values(frame, "content", "period")
    assert {key: found[key] for key in found if key[0] != "saajat"} == {
        ("osuus", "2024"): 84.0,
        ("mean", "2024"): 6.5,
        ("last", "2024"): 12.0,
    }
    assert found[("saajat", "2025M01")] == 9.0
    assert len([key for key in found if key[0] == "saajat"]) == 13


def test_a_year_needs_every_month_of_the_municipality_unless_absent_means_zero() -> None:
    rows = [
        f"Kuukausi,{month},2024{month:02d},2024,851,Tornio,25-29,Mies,Yhteensä,1,1,1,2"
        for month in range(1, 13)
    ]
    rows += [row.replace("851,Tornio", "005,Alajärvi") for row in rows[:3]]
    months = {
        "fixed": [{"text": ["aikatyyppi"], "values": ["Kuukausi"]}],
        "contents": [{"code": "osuus", "marker": "kunta_osuus_eur", "yearly": "sum"}],
    }
    strict = fetched(table(**months), {FILE: text(*rows)})
    assert values(strict, "area")[("851",)] == 24.0
    assert strict.loc[strict["area"] == "005", ["value", "symbol"]].isna().to_numpy().tolist() == [
        [True, False]
    ]
    assert set(strict.loc[strict["area"] == "005", "symbol"]) == {".."}
    lenient = fetched(table(**months, absent="zero"), {FILE: text(*rows)})
    assert values(lenient, "area") == {("005",): 6.0, ("851",): 24.0}


def test_separator_encoding_and_decimal_comma_do_not_matter() -> None:
    plain = fetched(table(), {FILE: text(*ROWS)})
    semicolons = text(*ROWS).replace(",", ";").replace(".", ",")
    for body in (
        b"\xef\xbb\xbf" + text(*ROWS).encode(),
        semicolons.encode("iso-8859-1"),
        semicolons.encode().replace(b"\n", b"\r\n"),
    ):
        pd.testing.assert_frame_equal(fetched(table(), {FILE: body}), plain)


def test_yearly_files_are_joined_and_those_before_the_start_not_asked() -> None:
    old, new = FILE.replace("data.csv", "data_2005_2023.csv"), FILE.replace("data.csv", "data_2024.csv")
    bodies: dict[str, str | bytes] = {old: text(ROWS[8]), new: text(*ROWS[:8])}
    both = fetched(table(), bodies)
    assert set(both["period"]) == {"2023", "2024"}
    session = FakeSession({**shown(package(*map(resource, bodies))), **bodies})
    plan = adapter(session).plan(table(), since="2024")
    assert [call.url for call in plan.calls] == [new]
    assert set(fetched(table(first="2024"), bodies)["period"]) == {"2024"}


def test_the_first_value_that_exists_in_any_file_is_chosen_for_all() -> None:
    wishes = table(fixed=[{"text": ["aikatyyppi"], "values": ["Lukuvuosi", "Vuosi", "Vuosikertymä"]}])
    running = "Vuosikertymä,3,202503,2025,851,Tornio,25-29,Mies,Yhteensä,1,1,1,1"
    other = FILE.replace("data.csv", "data_2025.csv")
    assert set(fetched(wishes, {FILE: text(*ROWS), other: text(running)})["period"]) == {"2023", "2024"}


def test_the_same_row_in_two_files_is_taken_once_and_a_different_one_refused() -> None:
    other = FILE.replace("data.csv", "data_2024.csv")
    same = fetched(table(), {FILE: text(*ROWS), other: text(*ROWS[:2])})
    assert values(same, "area", "days", "content")[("851", "SSS", "osuus")] == 150.75
    with pytest.raises(BadAnswer, match="two values for one key"):
        fetched(table(), {FILE: text(*ROWS), other: text(ROWS[0])})


def test_repeated_rows_count_once_and_contradicting_ones_are_refused() -> None:
    assert values(fetched(table(), {FILE: text(*ROWS, ROWS[0])}), "area", "days", "content")[
        ("851", "SSS", "osuus")
    ] == pytest.approx(150.75)
    with pytest.raises(BadAnswer, match="contradict each other"):
        fetched(table(), {FILE: text(*ROWS, ROWS[0].replace("100.50", "999.00"))})


def test_the_plan_says_what_was_resolved_and_when_it_changed() -> None:
    files = [resource(modified="2026-03-15T07:00:00"), resource(FILE + "?2", "2026-04-01T07:00:00")]
    session = FakeSession(shown(package(*files, resource("https://x/package.json", form="JSON"))))
    plan = adapter(session).plan(table(first="2010"), since="2015")
    assert plan.updated == "2026-04-01T07:00:00"
    assert plan.resolved["package"] == NAME
    assert plan.resolved["first"] == "2015"
    assert [call.accept for call in plan.calls] == ["csv", "csv"]
    assert "199" in plan.remarks[0]


def test_a_package_of_another_name_is_found_by_its_title_and_not_by_a_similar_name() -> None:
    packages = [
        package(name=NAME.replace("kunnittain", "koko-maa"), title=TITLE.replace("kunnittain", "koko maa")),
        package(resource(), name="kuntien-rahoittama-tyomarkkinatuki"),
    ]
    search = f"{BASE}package_search?q=Kansaneläkelaitos&rows=100"
    words = f"{BASE}package_search?q={NAME.replace('-', ' ')}&rows=100"
    session = FakeSession(
        {words: {"result": {"results": packages[:1]}}, search: {"result": {"results": packages}}}
    )
    plan = adapter(session).plan(table())
    assert plan.resolved["package"] == "kuntien-rahoittama-tyomarkkinatuki"
    assert session.asked == [f"{BASE}package_show?id={NAME}", words, search]


def test_a_cut_name_is_completed_and_one_that_fits_several_refused() -> None:
    cut = "kunnan-osarahoittaman-tyottomyysturvan-saajat-ja-maksetut-e"
    found = [package(resource(), name=f"{cut}tuudet-{end}", title="") for end in ("kunnittain", "koko-maa")]
    words = f"{BASE}package_search?q={cut.replace('-', ' ')}&rows=100"
    one = FakeSession({words: {"result": {"results": found[:1]}}})
    assert adapter(one).plan(table(address=cut)).resolved["package"] == f"{cut}tuudet-kunnittain"
    several = FakeSession({words: {"result": {"results": found}}})
    with pytest.raises(Refused, match=r"several packages fit .*kunnittain, .*koko-maa"):
        adapter(several).plan(table(address=cut))


def test_an_unknown_package_is_refused_with_the_nearest_name() -> None:
    other = package(name=NAME + "-uusi", title="Muu")
    answers = {
        f"{BASE}package_search?q={words}&rows=100": {"result": {"results": [other]}}
        for words in ("kunnan osarahoittama tuki", "Kansaneläkelaitos")
    }
    with pytest.raises(Refused, match=f"no such package for kunnan-osarahoittama-tuki; there is {NAME}-uusi"):
        adapter(FakeSession(answers)).plan(table(address="kunnan-osarahoittama-tuki"))


def test_a_package_without_csv_is_refused() -> None:
    session = FakeSession(shown(package(resource("https://x/a.xlsx", form="XLSX"))))
    with pytest.raises(Refused, match="no CSV file; it has XLSX"):
        adapter(session).plan(table())


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (HEAD.replace("kunta_osuus_eur", "osuus"), "content osuus"),
        (HEAD.replace("kunta_nro", "alue_x"), "area"),
        (HEAD.replace("tyomarkkinatukipaiva_luokka", "paivat"), "dimension days"),
        (HEAD.replace("aikatyyppi", "tyyppi"), "fixed column"),
    ],
)
def test_a_renamed_column_is_refused_with_the_columns_there_are(head: str, expected: str) -> None:
    with pytest.raises(Refused, match=rf"{expected}.*The service has .*kunta_nimi"):
        fetched(table(), {FILE: text(*ROWS, head=head)})


def test_kinds_of_time_must_be_declared() -> None:
    with pytest.raises(Refused, match="aikatyyppi mixes months and years"):
        fetched(table(fixed=[]), {FILE: text(*ROWS)})


def test_a_fixed_value_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(Refused, match="none of Lukuvuosi; it has Kuukausi, Vuosi, Vuosikertymä"):
        fetched(table(fixed=[{"text": ["aikatyyppi"], "values": ["Lukuvuosi"]}]), {FILE: text(*ROWS)})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (text(*ROWS)[:-30], "cut off"),
        ("<!DOCTYPE html>\n<html></html>", "not with the headings"),
        (HEAD + "\n" + "Vuosi,12\n" + ROWS[0] + "\n", "cannot be read"),
        (text(ROWS[0].replace("100.50", "sata")), "'sata' is not a number"),
        (text(ROWS[0].replace("2024,851", "24,851")), "'24' is not a year"),
        (HEAD + "\n", "no rows"),
    ],
)
def test_a_broken_file_is_a_bad_answer(body: str, expected: str) -> None:
    with pytest.raises(BadAnswer, match=expected):
        fetched(table(), {FILE: body})


def test_a_word_guards_a_column() -> None:
    guarded = [{"code": "osuus", "marker": "kunta_osuus_eur", "words": ["osuus", "eur"]}]
    assert not fetched(table(contents=guarded), {FILE: text(*ROWS)}).empty
    by_words = [{"code": "osuus", "words": ["osuus", "eur"]}]
    assert not fetched(table(contents=by_words), {FILE: text(*ROWS)}).empty
    wrong = [{"code": "osuus", "marker": "maksettu_eur", "words": ["osuus"]}]
    with pytest.raises(Refused, match="maksettu_eur is not about osuus"):
        fetched(table(contents=wrong), {FILE: text(*ROWS)})


@settings(max_examples=10, deadline=None)
@given(order=st.permutations(range(len(ROWS))))
def test_any_order_of_rows_gives_the_same_table(order: list[int]) -> None:
    rows = [ROWS[place] for place in order]
    pd.testing.assert_frame_equal(
        fetched(table(), {FILE: text(*rows)}), fetched(table(), {FILE: text(*ROWS)})
    )


@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=300))
def test_no_body_raises_anything_but_our_own_error(body: bytes) -> None:
    for content in (body, (HEAD + "\n").encode() + body):
        with pytest.raises((BadAnswer, Refused)):
            fetched(table(), {FILE: content})


def test_a_file_cannot_be_asked_in_parts() -> None:
    session = FakeSession(shown(package(resource())))
    made = adapter(session)
    plan = made.plan(table())
    with pytest.raises(Refused, match="cannot be asked in parts"):
        made.smaller(plan, plan.calls[0])


def test_rows_that_differ_in_undeclared_figures_too_contradict_each_other() -> None:
    only_share = table(contents=TABLE["contents"][:1])
    twice = ROWS[0].replace("10,200,201.00,100.50", "20,400,402.00,201.00")
    with pytest.raises(BadAnswer, match="contradict each other in 1 places"):
        fetched(only_share, {FILE: text(*ROWS, twice)})


def test_rows_of_no_municipality_may_stand_twice() -> None:
    suppressed = ROWS[7].replace("3,9,9.00,4.50", "2,9,9.00,4.50")
    pd.testing.assert_frame_equal(
        fetched(table(), {FILE: text(*ROWS, suppressed)}), fetched(table(), {FILE: text(*ROWS)})
    )


def test_texts_of_an_answer_are_plain() -> None:
    assert text_of({"name": " a\x1b[31m\u202e\ud800 å "}, "title", "name") == "a [31m   å"


def test_an_answer_nested_without_end_is_refused() -> None:
    answer = Answer(Call("kela", "https://kela.fi/x"), b"[" * 100_000, datetime(2026, 11, 21, tzinfo=UTC))
    with pytest.raises(BadAnswer, match="not JSON"):
        parsed(answer)
