"""The register of municipal accounts: documents chosen by stage, fields by number."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from fake_session import FakeSession
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.errors import BadAnswer, Refused
from uso_lib.live_specs import LiveTable, Service
from uso_lib.sources.accounts import adapter as valtiokonttori
from uso_lib.sources.accounts.adapter import AccountsService
from uso_lib.sources.service import Answer
from uso_lib.sources.web.endpoints import parsed
from uso_lib.tidy import check_tidy

BASE = "https://prodkuntarest.westeurope.cloudapp.azure.com/rest/v1/json/"
DIRECTORY = "https://rajapinnat.ymparisto.fi/api/Hakemistorajapinta/1.0/odata/Kunta"
TORNIO, ALAJARVI = "0193524-9", "0177619-3"
TABLE: dict[str, Any] = {
    "id": "vk_toy", "service": "valtiokonttori", "producer": "Valtiokonttori", "table_id": "KKNR",
    "title": "Taloustiedot", "address": "KKNR", "first": "2021",
    "contents": [{"code": "vuosikate", "marker": "1400"}, {"code": "poistot", "marker": ["9999", "1470"]}],
}  # fmt: skip
SERVICE = {
    "kind": "valtiokonttori",
    "title": "Valtiokonttori",
    "base": BASE,
    "hosts": ["rajapinnat.ymparisto.fi"],
}


def table(**changes: Any) -> LiveTable:
    return LiveTable.model_validate({**TABLE, **changes})


def entry(
    number: str, period: str, stage: str, approved: str = "2025-05-20 10:00:00", package: str = "KKNR"
) -> Any:
    return {
        "ytunnus": number, "raportointikokonaisuus": package, "raportointikausi": period,
        "hyvaksymisvaihe": stage, "hyvaksymispvm": approved, "julkaisupvm": approved,
        "tunnusluvut": "https://example.org/elsewhere",
    }  # fmt: skip


def fact(
    number: str, period: str, field: str, figure: str | None, part: str = "k-t07", package: str = "KKNR"
) -> Any:
    return {
        "ytunnus": number, "raportointikausi": period, "raportointikokonaisuus": package,
        "osakokonaisuus": part,
        "taksonomia": "jhs-2018-01/2024-03-26", "tunnusluku": field, "arvo": figure, "tarkastushavainnot": [],
    }  # fmt: skip


LIST = [
    entry(TORNIO, "2023C12", "Lopullinen", "2024-05-20 10:00:00"),
    entry(TORNIO, "2024C12", "Lopullinen", "2025-09-09 10:00:00"),
    entry(TORNIO, "2024C12", "Jälkikorjattu", "2025-06-30 10:00:00"),
    entry(TORNIO, "2024C12", "Alustava", "2026-01-01 10:00:00"),
    entry(TORNIO, "2025C03", "Lopullinen", "2025-05-05 10:00:00"),
    entry(TORNIO, "2020C12", "Lopullinen", "2021-05-05 10:00:00"),
    entry(TORNIO, "2024C12", "Lopullinen", package="KTAS"),
    entry(ALAJARVI, "2023C12", "Lopullinen", "2024-04-01 10:00:00"),
    entry("1234567-1", "2023C12", "Lopullinen"),
]
MUNICIPALITIES = [{"Kunta_Id": 851, "Nimi": "Tornio", "YTunnus": TORNIO},
                  {"Kunta_Id": 5, "Nimi": "Alajärvi", "YTunnus": ALAJARVI}]  # fmt: skip
DOCUMENTS = {
    f"{BASE}dokumentti/lopullinen/KKNR/{TORNIO}/2023C12": [
        fact(TORNIO, "2023C12", "1400", "12345678.90"), fact(TORNIO, "2023C12", "1470", "1 000,5"),
        fact(TORNIO, "2023C12", "555", "7"),
    ],
    f"{BASE}dokumentti/jalkikorjattu/KKNR/{TORNIO}/2024C12": [
        fact(TORNIO, "2024C12", "1400", "-20.00"), fact(TORNIO, "2024C12", "1470", None),
    ],
    f"{BASE}dokumentti/lopullinen/KKNR/{ALAJARVI}/2023C12": [fact(ALAJARVI, "2023C12", "1400", "5.25")],
}  # fmt: skip


def world(**changes: Any) -> FakeSession:
    answers = {f"{BASE}aineistot": {"aineistot": LIST}, DIRECTORY: {"value": MUNICIPALITIES}, **DOCUMENTS}
    return FakeSession({**answers, **changes})


def adapter(session: FakeSession, areas: frozenset[str] = frozenset({"005", "851"})) -> AccountsService:
    return AccountsService(session, Service.model_validate(SERVICE), "valtiokonttori", areas)


def fetched(one: LiveTable, session: FakeSession | None = None, *, since: str | None = None) -> pd.DataFrame:
    session = session or world()
    made = adapter(session)
    plan = made.plan(one, since=since)
    frame = made.tidy(plan, [made.check(plan, session.send(call)) for call in plan.calls])
    check_tidy(frame, where=one.id)
    return frame


def figures(frame: pd.DataFrame) -> dict[tuple[str, str, str], tuple[Any, str]]:
    rows = frame.astype({"value": object}).where(frame.notna(), None).to_dict("records")
    return {(row["area"], row["period"], row["content"]): (row["value"], row["symbol"]) for row in rows}


def test_the_corrected_document_wins_over_a_later_final_one() -> None:
    assert figures(fetched(table())) == {
        ("005", "2023", "vuosikate"): (5.25, ""),
        ("851", "2023", "vuosikate"): (12345678.9, ""),
        ("851", "2023", "poistot"): (1000.5, ""),
        ("851", "2024", "vuosikate"): (-20.0, ""),
        ("851", "2024", "poistot"): (None, ".."),
    }


def test_the_plan_lists_one_call_per_municipality_and_closed_year() -> None:
    plan = adapter(world()).plan(table())
    assert sorted(call.url for call in plan.calls) == sorted(DOCUMENTS)
    assert plan.updated == "2025-06-30 10:00:00"
    assert plan.cells == 6
    assert plan.resolved["corrected"] == 1
    assert plan.resolved["years"] == ["2023", "2024"]
    assert plan.resolved["fields"]["poistot"] == ["9999", "1470"]
    assert plan.remarks == ("2024: 1 municipalities have an approved document, 2 at the most before",)


def test_later_years_only_are_asked_when_said() -> None:
    assert {call.url[-7:] for call in adapter(world()).plan(table(), since="2024").calls} == {"2024C12"}
    assert {call.url[-7:] for call in adapter(world()).plan(table(first="2024M01")).calls} == {"2024C12"}


def test_of_two_final_documents_the_newest_is_told_as_the_time_of_change() -> None:
    entries = [
        entry(TORNIO, "2023C12", "lopullinen", day) for day in ("2024-05-20", "2024-11-01", "2024-06-01")
    ]
    plan = adapter(world(**{f"{BASE}aineistot": {"aineistot": entries}})).plan(table())
    assert (len(plan.calls), plan.updated) == (1, "2024-11-01")


def test_a_field_that_a_document_leaves_out_is_zero_when_declared_so() -> None:
    found = figures(fetched(table(absent="zero")))
    assert found[("005", "2023", "poistot")] == (0.0, "")
    assert found[("851", "2024", "poistot")] == (None, "..")


def test_a_number_in_several_parts_needs_the_part() -> None:
    address = f"{BASE}dokumentti/lopullinen/KKNR/{ALAJARVI}/2023C12"
    two = [fact(ALAJARVI, "2023C12", "1400", "5.25"), fact(ALAJARVI, "2023C12", "1400", "6", part="k-t13")]
    with pytest.raises(BadAnswer, match="two values for one key"):
        fetched(table(), world(**{address: two}))
    contents = [{"code": "vuosikate", "marker": "k-t07/1400"}]
    assert figures(fetched(table(contents=contents), world(**{address: two})))[
        ("005", "2023", "vuosikate")
    ] == (5.25, "")
    same = [two[0], {**two[0], "osakokonaisuus": "k-t13"}]
    assert figures(fetched(table(), world(**{address: same})))[("005", "2023", "vuosikate")] == (5.25, "")


def test_a_field_that_no_document_has_is_refused_with_its_numbers() -> None:
    contents = [{"code": "verot", "marker": ["1", "2"]}]
    with pytest.raises(Refused, match=r"no document of KKNR has the fields verot \(1 or 2\)"):
        fetched(table(contents=contents))


def test_an_unknown_package_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match="no reporting package KKOTR; it has KKNR, KTAS"):
        adapter(world()).plan(table(address="KKOTR"))


def test_documents_that_are_not_approved_are_no_accounts() -> None:
    drafts = {"aineistot": [entry(TORNIO, "2024C12", "Alustava"), entry(TORNIO, "2025C03", "Lopullinen")]}
    with pytest.raises(Refused, match="closed, approved year; stages: Alustava, Lopullinen"):
        adapter(world(**{f"{BASE}aineistot": drafts})).plan(table())


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([fact(TORNIO, "2023C12", "1400", "1")], f"ytunnus {TORNIO}, not {ALAJARVI}"),
        ([fact(ALAJARVI, "2022C12", "1400", "1")], "raportointikausi 2022C12, not 2023C12"),
        ([fact(ALAJARVI, "2023C12", "1400", "1", package="KTAS")], "raportointikokonaisuus KTAS"),
        ([fact(ALAJARVI, "2023C12", "1400", "miljoona")], "'miljoona' is not a number"),
        ([{"ytunnus": ALAJARVI, "tunnusluku": "1400", "luku": "1"}], "lacks tunnusluku or arvo"),
        ({"virhe": "huolto"}, "not a list of figures"),
        (b'[{"ytunnus": "01', "not JSON"),
    ],
)
def test_a_document_that_is_not_what_was_asked_is_a_bad_answer(document: Any, expected: str) -> None:
    address = f"{BASE}dokumentti/lopullinen/KKNR/{ALAJARVI}/2023C12"
    session = world(**{address: document})
    made = adapter(session)
    plan = made.plan(table())
    call = next(one for one in plan.calls if one.url == address)
    with pytest.raises(BadAnswer, match=expected):
        made.check(plan, session.send(call))


def test_business_ids_are_asked_one_by_one_when_the_directory_cannot_be_listed() -> None:
    singles = {f"{DIRECTORY}({int(one['Kunta_Id'])})": one for one in MUNICIPALITIES}
    session = world(**{DIRECTORY: None, **singles})
    assert len(adapter(session).plan(table()).calls) == 3
    assert session.asked[1:] == [DIRECTORY, f"{DIRECTORY}(5)", f"{DIRECTORY}(851)"]
    one_missing = world(**{DIRECTORY: None, f"{DIRECTORY}(851)": MUNICIPALITIES[0]})
    assert adapter(one_missing).plan(table()).remarks == (
        "no business id was found for 1 municipalities: 005",
    )


def test_the_directory_is_read_page_by_page() -> None:
    first = {"value": MUNICIPALITIES[:1], "@odata.nextLink": "https://elsewhere.example/odata/Kunta?$skip=1"}
    session = world(**{DIRECTORY: first, f"{DIRECTORY}?$skip=1": {"value": MUNICIPALITIES[1:]}})
    assert len(adapter(session).plan(table()).calls) == 3
    assert session.asked == [f"{BASE}aineistot", DIRECTORY, f"{DIRECTORY}?$skip=1"]


def test_an_id_belongs_to_one_municipality_of_today() -> None:
    with pytest.raises(Refused, match="no business ids"):
        adapter(world(**{DIRECTORY: {"value": []}})).plan(table())
    abolished = {"Kunta_Id": 588, "Nimi": "Pertunmaa", "YTunnus": TORNIO}
    one_heir = world(**{DIRECTORY: {"value": [abolished, *MUNICIPALITIES]}})
    assert len(adapter(one_heir, frozenset({"005", "851", "588"})).plan(table()).calls) == 3
    shared = [{**one, "YTunnus": TORNIO} for one in MUNICIPALITIES]
    with pytest.raises(Refused, match="the same business id"):
        adapter(world(**{DIRECTORY: {"value": shared}})).plan(table())


def test_a_document_cannot_be_asked_in_parts() -> None:
    made = adapter(world())
    plan = made.plan(table())
    with pytest.raises(Refused, match="cannot be asked in parts"):
        made.smaller(plan, plan.calls[0])


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(len(LIST))))
def test_any_order_of_the_list_gives_the_same_table(order: list[int]) -> None:
    shuffled = {"aineistot": [LIST[place] for place in order]}
    frame = fetched(table(), world(**{f"{BASE}aineistot": shuffled}))
    pd.testing.assert_frame_equal(frame, fetched(table()))


# --- documents of their own time, documents that are missing -----------------------------------------------


def test_a_document_carries_its_own_time() -> None:
    session = world()
    made = adapter(session)
    plan = made.plan(table())
    times = {call.url[-17:]: call.updated for call in plan.calls}
    assert times == {
        f"{TORNIO}/2023C12": "2024-05-20 10:00:00",
        f"{TORNIO}/2024C12": "2025-06-30 10:00:00",
        f"{ALAJARVI}/2023C12": "2024-04-01 10:00:00",
    }
    for call in plan.calls:
        assert made.check(plan, session.send(call)).updated == call.updated
        assert call.optional


def test_the_key_of_a_plan_does_not_depend_on_times() -> None:
    later = [{**one, "julkaisupvm": "2026-01-01"} for one in LIST]
    fresh = adapter(world(**{f"{BASE}aineistot": {"aineistot": later}})).plan(table())
    assert fresh.key == adapter(world()).plan(table()).key
    assert fresh.updated == "2026-01-01"


def five_years(*without: str) -> tuple[AccountsService, Any, list[Any]]:
    """Return adapter, plan and answers of five years of one municipality, without the documents of some."""
    years = [str(year) for year in range(2021, 2026)]
    documents = {
        f"{BASE}dokumentti/lopullinen/KKNR/{TORNIO}/{year}C12": [fact(TORNIO, f"{year}C12", "1400", "5")]
        for year in years
    }
    listed = {"aineistot": [entry(TORNIO, f"{year}C12", "Lopullinen") for year in years]}
    session = world(**{f"{BASE}aineistot": listed, **documents})
    made = adapter(session)
    plan = made.plan(table(contents=TABLE["contents"][:1], absent="zero"))
    had = [call for call in plan.calls if call.url[-7:-3] not in without]
    return made, plan, [made.check(plan, session.send(call)) for call in had]


def test_a_document_that_is_listed_but_not_there_is_left_out_and_never_zero() -> None:
    made, plan, answers = five_years("2023")
    frame = made.tidy(plan, answers)
    assert dict(zip(frame["period"], frame["value"], strict=True)) == {
        "2021": 5.0, "2022": 5.0, "2024": 5.0, "2025": 5.0,
    }  # fmt: skip


def test_a_table_is_not_made_of_fewer_than_four_documents_of_five() -> None:
    made, plan, answers = five_years("2021", "2023")
    with pytest.raises(BadAnswer, match="vk_toy: the service had 3 of the 5 files or documents"):
        made.tidy(plan, answers)
    with pytest.raises(BadAnswer, match="had 0 of the 5"):
        made.tidy(plan, [])


def test_a_document_that_contradicts_itself_is_not_kept() -> None:
    address = f"{BASE}dokumentti/lopullinen/KKNR/{ALAJARVI}/2023C12"
    one = fact(ALAJARVI, "2023C12", "1400", "5.25")
    session = world(**{address: [one, {**one, "arvo": "5.5"}]})
    made = adapter(session)
    plan = made.plan(table())
    call = next(one for one in plan.calls if one.url == address)
    with pytest.raises(BadAnswer, match=r"two values for one key, vuosikate: \['5.25', '5.5'\]"):
        made.check(plan, session.send(call))
    missing = world(**{address: [one, {**one, "arvo": None}]})
    with pytest.raises(BadAnswer, match="two values for one key"):
        fetched(table(), missing)
    same = world(**{address: [one, {**one, "arvo": "5,250"}]})
    assert figures(fetched(table(), same))[("005", "2023", "vuosikate")] == (5.25, "")


def test_a_document_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counting(answer: Answer) -> Any:
        read.append(answer.call.url)
        return parsed(answer)

    monkeypatch.setattr(valtiokonttori, "parsed", counting)
    fetched(table())
    assert sorted(read) == sorted(DOCUMENTS)


def test_reading_again_gives_the_same_table() -> None:
    made, plan, answers = five_years()
    pd.testing.assert_frame_equal(made.tidy(plan, answers), made.tidy(plan, answers))
