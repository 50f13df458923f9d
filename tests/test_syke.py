"""SYKE's emissions: one file per municipality, sums of sectors by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from fake_session import FakeSession
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.errors import BadAnswer, NothingNew, Refused
from uso_lib.live_specs import LiveTable, Service
from uso_lib.sources.open_data import syke
from uso_lib.sources.open_data.declared_columns import fixed_rows
from uso_lib.sources.open_data.syke import Syke
from uso_lib.tidy import check_tidy

BASE = "https://paastot.hiilineutraalisuomi.fi/"
HEAD = "vuosi;taso_3;taso_4;taso_5;kt;kt_tuuli;GWh;hinku_laskenta;päästökauppa"
#: Road traffic 2023: 1.5 + 2.25 = 3.75; agriculture 4 with unknown energy; industry is outside the Hinku sum.
TORNIO = (
    "2023;Tie;Kad;Hen;1,5;1,5;6,0;TRUE;FALSE",
    "2023;Tie;Ti;KuA;2,25;2,25;9,0;TRUE;FALSE",
    "2023;Maa;Kot;Elä;4;4;NA;TRUE;FALSE",
    "2023;Teo;Teo;TeP;100;100;300;FALSE;TRUE",
    "2005;Tie;Kad;Hen;5,0;5,0;20;TRUE;FALSE",
)
TABLE: dict[str, Any] = {
    "id": "syke_toy", "service": "syke", "producer": "SYKE", "table_id": "ALas", "title": "Päästöt",
    "address": "Tulokset_taso_5/kunta_{nro}.csv",
    "contents": [{"code": "kt", "marker": "kt"}, {"code": "gwh", "marker": "GWh"}],
    "dimensions": [{"name": "sector", "text": ["taso_3"], "rename": {"Tie": "tieliikenne"}}],
    "fixed": [{"text": ["hinku_laskenta"], "values": ["1"]}],
}  # fmt: skip
YEAR = datetime.now(UTC).year
LIST = f"{BASE}asukasluvut_{YEAR - 1}.csv"
TWO = "kuntanro;kunta_fi;maakunta_fi;v2023\n5;Alajärvi;Etelä-Pohjanmaa;9000\n851;Tornio;Lappi;21000\n"
CHANGED = {"last-modified": "Mon, 08 Jun 2026 06:00:00 GMT"}


def table(**changes: Any) -> LiveTable:
    return LiveTable.model_validate({**TABLE, **changes})


def url(number: int) -> str:
    return f"{BASE}Tulokset_taso_5/kunta_{number}.csv"


def text(*rows: str, head: str = HEAD) -> str:
    return "\n".join([head, *rows]) + "\n"


def adapter(session: FakeSession, areas: frozenset[str] = frozenset({"005", "851", "588"})) -> Syke:
    service = Service.model_validate({"kind": "syke", "title": "SYKE", "base": BASE})
    return Syke(session, service, "syke", areas)


def world(**bodies: Any) -> FakeSession:
    files = {url(5): text("2023;Tie;Kad;Hen;7;7;1;TRUE;FALSE"), url(851): text(*TORNIO), LIST: TWO}
    return FakeSession({**files, **bodies}, {url(5): CHANGED})


def fetched(one: LiveTable, *rows: str, head: str = HEAD, since: str | None = None) -> pd.DataFrame:
    session = world(**{url(851): text(*(rows or TORNIO), head=head)})
    made = adapter(session)
    plan = made.plan(one, since=since)
    frame = made.tidy(plan, [made.check(plan, session.send(call)) for call in plan.calls])
    check_tidy(frame, where=one.id)
    return frame


def figure(frame: pd.DataFrame, area: str, period: str, sector: str, content: str) -> tuple[Any, str]:
    row = frame.query("area == @area and period == @period and sector == @sector and content == @content")
    assert len(row) == 1
    return row["value"].iloc[0], row["symbol"].iloc[0]


def test_rows_of_a_sector_are_added_up_and_what_is_outside_the_calculation_left_out() -> None:
    frame = fetched(table())
    assert figure(frame, "851", "2023", "tieliikenne", "kt") == (3.75, "")
    assert figure(frame, "851", "2023", "tieliikenne", "gwh") == (15.0, "")
    assert figure(frame, "851", "2023", "Maa", "kt") == (4.0, "")
    assert figure(frame, "005", "2023", "tieliikenne", "kt") == (7.0, "")
    assert set(frame["sector"]) == {"tieliikenne", "Maa"}
    assert list(frame.columns) == ["area", "period", "sector", "content", "value", "symbol"]


def test_a_missing_part_makes_the_sum_missing_unless_absent_means_zero() -> None:
    rows = (*TORNIO[:1], TORNIO[1].replace("2,25;2,25;9,0", "NULL;2,25;NA"), TORNIO[2])
    strict = fetched(table(), *rows)
    value, mark = figure(strict, "851", "2023", "tieliikenne", "kt")
    assert (pd.isna(value), mark) == (True, "..")
    lenient = fetched(table(absent="zero"), *rows)
    assert figure(lenient, "851", "2023", "tieliikenne", "kt") == (1.5, "")
    value, mark = figure(lenient, "851", "2023", "Maa", "gwh")
    assert (pd.isna(value), mark) == (True, "..")


@pytest.mark.parametrize("written", ["TRUE", "True", "1", "1.0", "kyllä"])
def test_true_may_be_written_in_many_ways(written: str) -> None:
    rows = [row.replace("TRUE", written) for row in TORNIO]
    assert figure(fetched(table(), *rows), "851", "2023", "tieliikenne", "kt") == (3.75, "")


def test_the_plan_asks_the_municipalities_of_the_release_by_their_plain_numbers() -> None:
    session = world()
    plan = adapter(session).plan(table())
    assert [call.url for call in plan.calls] == [url(5), url(851)]
    assert plan.updated == "Mon, 08 Jun 2026 06:00:00 GMT"
    assert plan.resolved["fixed"] == {"hinku_laskenta": "1"}
    assert plan.resolved["municipalities"] == 2
    assert session.asked == [f"{BASE}asukasluvut_{YEAR}.csv", LIST, url(5)]
    assert plan.remarks == ()


def test_without_a_list_every_municipality_of_today_is_asked_and_none_that_was_abolished() -> None:
    session = world(**{LIST: None})
    plan = adapter(session).plan(table())
    assert [call.url for call in plan.calls] == [url(5), url(851)]
    assert "every municipality of today" in plan.remarks[0]


def test_an_etag_stands_in_for_the_time_of_change() -> None:
    session = world()
    session.headers = {url(5): {"etag": '"abc"'}}
    assert adapter(session).plan(table()).updated == '"abc"'


def test_checked_answers_carry_the_time_of_the_plan() -> None:
    session = world()
    made = adapter(session)
    plan = made.plan(table())
    assert made.check(plan, session.send(plan.calls[1])).updated == plan.updated


def test_years_before_the_start_are_left_out() -> None:
    assert set(fetched(table())["period"]) == {"2005", "2023"}
    assert set(fetched(table(), since="2020")["period"]) == {"2023"}
    assert set(fetched(table(first="2020"))["period"]) == {"2023"}


def test_codes_that_the_declaration_leaves_out_are_told() -> None:
    chosen = [{"name": "sector", "text": ["taso_3"], "values": ["Maa"]}]
    assert adapter(world()).plan(table(dimensions=chosen)).remarks == (
        "taso_3 has codes that are left out: Tie",
    )


def test_sectors_that_do_not_exist_are_refused_with_those_that_do() -> None:
    chosen = [{"name": "sector", "text": ["taso_3"], "values": ["Lento"]}]
    with pytest.raises(Refused, match=r"no rows fit .*the files have sector Maa, Tie\."):
        fetched(table(dimensions=chosen))


def test_renamed_columns_are_refused_together() -> None:
    head = HEAD.replace("kt;", "ktCO2e;").replace("taso_3", "luokka_3")
    session = world(**{url(5): text("2023;Tie;Kad;Hen;7;7;1;TRUE;FALSE", head=head)})
    with pytest.raises(
        Refused, match=r"content kt \(kt\); dimension sector \(taso_3\). The service has vuosi, luokka_3"
    ):
        adapter(session).plan(table())


def test_an_address_without_the_number_is_refused() -> None:
    with pytest.raises(Refused, match=r"has no \{nro\}"):
        adapter(world()).plan(table(address="kunta.csv"))


def test_a_fixed_value_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refused, match="none of ehkä; it has TRUE"):
        fetched(table(fixed=[{"text": ["hinku_laskenta"], "values": ["ehkä"]}]))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (text(*TORNIO)[:-9], "cut off"),
        ("<html><body>huolto</body></html>", "not with the headings"),
        (text(TORNIO[0].replace("1,5", "1,5,5")), "is not a number"),
        (text(TORNIO[0].replace("2023", "2023e")), "'2023e' is not a year"),
    ],
)
def test_a_broken_file_is_a_bad_answer(body: str, expected: str) -> None:
    session = world(**{url(851): body})
    made = adapter(session)
    plan = made.plan(table())
    with pytest.raises(BadAnswer, match=expected):
        made.check(plan, session.send(plan.calls[1]))


def test_a_file_cannot_be_asked_in_parts() -> None:
    made = adapter(world())
    plan = made.plan(table())
    with pytest.raises(Refused, match="cannot be asked in parts"):
        made.smaller(plan, plan.calls[0])


@settings(max_examples=10, deadline=None)
@given(order=st.permutations(range(len(TORNIO))))
def test_any_order_of_rows_gives_the_same_table(order: list[int]) -> None:
    pd.testing.assert_frame_equal(fetched(table(), *(TORNIO[place] for place in order)), fetched(table()))


def test_files_that_end_before_the_first_period_asked_for_are_no_fault() -> None:
    with pytest.raises(NothingNew, match="nothing from 2031 on"):
        fetched(table(), since="2031")


# --- rows that contradict each other, files that are missing -----------------------------------------------


def test_a_row_that_stands_twice_counts_once() -> None:
    pd.testing.assert_frame_equal(fetched(table(), *TORNIO, TORNIO[0]), fetched(table()))


@pytest.mark.parametrize(
    "other",
    [
        TORNIO[0].replace("1,5;1,5;6,0", "1,75;1,5;6,0"),
        TORNIO[0].replace("1,5;1,5;6,0", "3;3;12"),
        TORNIO[0].replace("1,5;1,5;6,0", "NA;NA;NA"),
    ],
)
def test_a_row_that_stands_twice_with_other_figures_is_a_bad_answer(other: str) -> None:
    session = world(**{url(851): text(*TORNIO, other)})
    made = adapter(session)
    plan = made.plan(table(contents=TABLE["contents"][:1]))
    with pytest.raises(BadAnswer, match=r"contradict each other in 1 places, first .*'Kad'"):
        made.check(plan, session.send(plan.calls[1]))


def test_a_contradiction_outside_the_calculation_does_not_matter() -> None:
    pd.testing.assert_frame_equal(
        fetched(table(), *TORNIO, TORNIO[3].replace(";100;100;", ";7;7;")), fetched(table())
    )


CODES = ("005", "020", "050", "091", "092", "109", "186", "235", "564", "851")


def with_files(*codes: str) -> FakeSession:
    """Return a service that lists ten municipalities and has the files of some."""
    listed = "kuntanro;kunta_fi\n" + "".join(f"{int(code)};x\n" for code in CODES)
    files = {url(int(code)): text(TORNIO[0]) for code in codes}
    return FakeSession({LIST: listed, **files}, dict.fromkeys(files, CHANGED))


def gathered(session: FakeSession) -> pd.DataFrame:
    """Fetch what there is, as a fetch does with calls the table can do without."""
    made = adapter(session, frozenset(CODES))
    plan = made.plan(table())
    assert [call.optional for call in plan.calls] == [True] * 10
    answers = [made.check(plan, session.send(call)) for call in plan.calls if call.url in session.answers]
    return made.tidy(plan, answers)


def test_a_municipality_without_a_file_is_left_out() -> None:
    assert set(gathered(with_files(*CODES[2:]))["area"]) == set(CODES[2:])


def test_a_table_is_not_made_of_fewer_than_four_files_of_five() -> None:
    with pytest.raises(BadAnswer, match=r"had 7 of the 10 files .* too few \(80% are needed\)"):
        gathered(with_files(*CODES[3:]))
    made = adapter(with_files(*CODES), frozenset(CODES))
    with pytest.raises(BadAnswer, match="had 0 of the 10 files"):
        made.tidy(made.plan(table()), [])


def test_without_the_first_files_the_release_counts_as_missing() -> None:
    session = with_files(*CODES[5:])
    with pytest.raises(Refused, match=r"kunta_92\.csv: 404"):
        adapter(session, frozenset(CODES)).plan(table())
    assert len(session.asked) == 2 + 5
    assert len(adapter(with_files(CODES[4]), frozenset(CODES)).plan(table()).calls) == 10


def test_a_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counting(content: bytes, *rest: Any, where: str) -> Any:
        read.append(where)
        return fixed_rows(content, *rest, where=where)

    monkeypatch.setattr(syke, "fixed_rows", counting)
    fetched(table())
    assert sorted(read) == [url(5), url(851)]


def test_reading_again_gives_the_same_table() -> None:
    session = world()
    made = adapter(session)
    plan = made.plan(table())
    answers = [made.check(plan, session.send(call)) for call in plan.calls]
    pd.testing.assert_frame_equal(made.tidy(plan, answers), made.tidy(plan, answers))
