"""Sotkanet: the title guard, the plan of calls, and every form in which its rows have been seen."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.errors import BadAnswer, FetchError, Guarded, Refused, Unavailable
from uso_lib.live_specs import LiveTable, Service
from uso_lib.sources.service import Answer, Call
from uso_lib.sources.sotkanet.adapter import Sotkanet
from uso_lib.sources.sotkanet.pins import Pins
from uso_lib.sources.sotkanet.rows import read_figure
from uso_lib.tidy import check_tidy

FIXTURES = Path(__file__).resolve().parents[2] / "shared" / "fixtures" / "sotkanet"
BASE = "https://sotkanet.test/rest/1.1/"
SERVICE = Service.model_validate({"kind": "sotkanet", "title": "Sotkanet", "base": BASE})
AREAS = frozenset({"020", "051", "588", "851"})
REGIONS = [
    {"id": 11, "code": "020", "category": "KUNTA"},
    {"id": 22, "code": "051", "category": "KUNTA"},
    {"id": 33, "code": "588", "category": "KUNTA"},
    {"id": 44, "code": "851", "category": "KUNTA"},
    {"id": 658, "code": "358", "category": "MAA"},
    {"id": 700, "code": "02", "category": "MAAKUNTA"},
    {"id": 701, "code": "246", "category": "EUROOPPA"},
]
OUTSIDE = "Koulutuksen ulkopuolelle jääneet 17 - 24-vuotiaat, % vastaavanikäisestä väestöstä"
INDICATORS: dict[int, dict[str, Any]] = {
    3219: {"title": OUTSIDE, "range": {"start": 1990, "end": 2012}},
    3558: {"title": "Lihavia (BMI&#8805;30 kg/m2) &amp; muita, %", "range": {"start": 2010, "end": 2012}},
    4019: {"title": "Perustoimeentulotukea saaneet", "range": {"start": 2010, "end": 2012}},
    7001: {"title": "NEET-nuoret 18–24-vuotiaat, %", "range": {"start": 2015, "end": 2024}},
    7002: {"title": "Neet-aste, 18 - 24-vuotiaat miehet", "range": {"start": 2015, "end": 2024}},
}


def described(number: int, **changes: Any) -> dict[str, Any]:
    """Return the description of an indicator as the service gives it."""
    known = {**INDICATORS[number], **changes}
    return {
        "id": number,
        "title": {"fi": known.pop("title"), "en": "Title"},
        "organization": {"id": 2, "title": {"fi": "Terveyden ja hyvinvoinnin laitos (THL)"}},
        "classifications": {
            "sex": {"values": ["male", "female", "total"]},
            "region": {"values": ["Kunta", "Maa"]},
        },
        "data-updated": "2024-03-05",
        **known,
    }


@dataclass
class Desk:
    """Answer calls as the service would; what is in `bodies` goes before."""

    bodies: dict[str, Any] = field(default_factory=dict)
    down: frozenset[str] = frozenset()
    sent: list[Call] = field(default_factory=list)

    def send(self, call: Call) -> Answer:
        self.sent.append(call)
        path = call.url.removeprefix(BASE)
        if path in self.down:
            message = f"{call.url}: out of reach"
            raise Unavailable(message)
        return answer(call, self.bodies[path] if path in self.bodies else self.ordinary(path, call))

    def ordinary(self, path: str, call: Call) -> Any:
        if path == "regions":
            return REGIONS
        if path == "indicators":
            return [described(number) for number in INDICATORS]
        number = int(path.removeprefix("indicators/"))
        if number not in INDICATORS:
            message = f"{call.url}: 404"
            raise Refused(message)
        return described(number)


def answer(call: Call, body: Any) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(call, content, datetime(2026, 11, 21, 8, tzinfo=UTC))


def declared(**changes: Any) -> LiveTable:
    """Return a table of one content: indicator 3219."""
    fields: dict[str, Any] = {
        "id": "sotkanet_3219",
        "service": "sotkanet",
        "producer": "THL",
        "table_id": "Sotkanet 3219",
        "title": "Koulutuksen ulkopuolelle jääneet",
        "contents": [{"code": "3219", "marker": "3219", "words": ["ulkopuolelle", "17-24"]}],
    }
    return LiveTable.model_validate({**fields, **changes})


def found(pattern: str = r"neet.*18\s*[-–]\s*24") -> LiveTable:
    """Return a table whose indicator nobody knows yet."""
    find = {"name": "neet_18_24", "pattern": pattern}
    return declared(id="sotkanet_neet_18_24", find=find, contents=[{"code": "neet"}])


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def adapter(desk: Desk, tmp_path: Path) -> Sotkanet:
    return Sotkanet(desk, SERVICE, "sotkanet", AREAS, Pins(tmp_path))


def row(region: int = 11, year: int = 2010, **changes: Any) -> dict[str, Any]:
    return {"indicator": 3219, "region": region, "year": year, "gender": "total", "value": 5.5, **changes}


def tidied(adapter: Sotkanet, *bodies: Any, table: LiveTable | None = None) -> pd.DataFrame:
    """Plan a table, answer its calls with bodies in order, and read them."""
    plan = adapter.plan(table or declared())
    answers = [answer(call, body) for call, body in zip(plan.calls, bodies, strict=False)]
    return adapter.tidy(plan, [adapter.check(plan, one) for one in answers])


def test_the_plan_asks_years_and_genders_in_calls_of_twenty_years(adapter: Sotkanet, desk: Desk) -> None:
    plan = adapter.plan(declared())
    first, second = plan.calls
    assert first.url == f"{BASE}json"
    years = [("years", str(year)) for year in range(1990, 2010)]
    assert list(first.params) == [("indicator", "3219"), *years, ("genders", "total")]
    assert [value for name, value in second.params if name == "years"] == ["2010", "2011", "2012"]
    assert (first.cells, second.cells) == (100, 15)  # four municipalities and the country
    assert [call.url.removeprefix(BASE) for call in desk.sent] == ["indicators/3219", "regions"]
    assert (plan.updated, plan.division, plan.remarks) == ("2024-03-05", None, ())
    assert json.loads(json.dumps(plan.resolved))["indicators"] == [
        {
            "content": "3219",
            "id": 3219,
            "title": OUTSIDE,
            "organisation": "Terveyden ja hyvinvoinnin laitos (THL)",
            "years": [1990, 2012],
            "updated": "2024-03-05",
        }
    ]


@pytest.mark.parametrize(
    ("first", "since", "years"),
    [
        ("2009", None, ["2009", "2010", "2011", "2012"]),
        ("2009", "2011", ["2011", "2012"]),
        (None, "2012M06", ["2012"]),
        ("2012", "1995", ["2012"]),
    ],
)
def test_years_begin_at_the_later_of_declaration_and_request(
    adapter: Sotkanet, first: str | None, since: str | None, years: list[str]
) -> None:
    (call,) = adapter.plan(declared(first=first), since=since).calls
    assert [value for name, value in call.params if name == "years"] == years


def test_a_frozen_series_has_nothing_to_ask_after_its_end(adapter: Sotkanet) -> None:
    plan = adapter.plan(declared(), since="2020")
    assert plan.calls == ()
    assert "1990–2012, none since 2020" in plan.remarks[0]
    assert list(adapter.tidy(plan, []).columns) == ["area", "period", "content", "value", "symbol"]


def test_without_a_range_every_year_until_today_is_asked(adapter: Sotkanet, desk: Desk) -> None:
    desk.bodies["indicators/3219"] = described(3219, range=None)
    plan = adapter.plan(declared())
    assert [value for call in plan.calls for name, value in call.params if name == "years"] == [
        str(year) for year in range(1990, 2027)
    ]
    assert "does not say which years" in plan.remarks[0]


def test_years_that_cannot_be_are_not_asked(adapter: Sotkanet, desk: Desk) -> None:
    desk.bodies["indicators/3219"] = described(3219, range={"start": -(10**9), "end": 10**9})
    plan = adapter.plan(declared())
    years = [int(value) for call in plan.calls for name, value in call.params if name == "years"]
    assert years == list(range(1990, 2027))


def test_entities_and_dashes_do_not_hide_the_words_of_a_title(adapter: Sotkanet) -> None:
    contents = [
        {"code": "a", "marker": "3558", "words": ["bmi≥30", "& MUITA"]},
        {"code": "b", "marker": ["9999", "3219"], "words": ["17–24"]},
    ]
    plan = adapter.plan(declared(contents=contents))
    assert [one["id"] for one in plan.resolved["indicators"]] == [3558, 3219]
    assert plan.resolved["indicators"][0]["title"] == "Lihavia (BMI≥30 kg/m2) & muita, %"


def test_a_title_without_its_words_stops_the_table_and_tells_where_the_words_are(
    adapter: Sotkanet, desk: Desk
) -> None:
    contents = [
        {"code": "a", "marker": "4019", "words": ["ulkopuolelle", "nuoret"]},
        {"code": "b", "marker": "4019", "words": ["lihavia"]},
        {"code": "c", "marker": "12345", "words": ["x"]},
    ]
    with pytest.raises(Guarded) as stopped:
        adapter.plan(declared(contents=contents))
    text = str(stopped.value)
    assert '"Perustoimeentulotukea saaneet" lacks the words "ulkopuolelle, nuoret"' in text
    assert "no title of Sotkanet has them" in text
    assert "content b: indicator 4019 is another content already" in text
    assert "content c: Sotkanet has no indicator 12345" in text
    assert "live/sotkanet.yml" in text
    assert not [call for call in desk.sent if call.url.endswith("json")]
    with pytest.raises(Guarded, match="they stand in 3558 Lihavia"):
        adapter.plan(declared(contents=[{"code": "b", "marker": "4019", "words": ["lihavia"]}]))


def test_a_guard_speaks_even_when_the_list_of_titles_is_out_of_reach(tmp_path: Path) -> None:
    adapter = Sotkanet(Desk(down=frozenset({"indicators"})), SERVICE, "sotkanet", AREAS, Pins(tmp_path))
    with pytest.raises(Guarded, match="lacks the words"):
        adapter.plan(declared(contents=[{"code": "a", "marker": "4019", "words": ["lihavia"]}]))


def test_an_id_without_words_and_one_that_does_not_exist_are_refused(adapter: Sotkanet, desk: Desk) -> None:
    with pytest.raises(Guarded, match="no words are declared"):
        adapter.plan(declared(contents=[{"code": "a", "marker": "3219"}]))
    with pytest.raises(Refused, match="no indicator 12345 or x1"):
        adapter.plan(declared(contents=[{"code": "a", "marker": ["12345", "x1"], "words": ["a"]}]))
    for nothing in ({}, [], None):
        desk.bodies["indicators/5"] = nothing
        with pytest.raises(Refused, match="no indicator 5"):
            adapter.plan(declared(contents=[{"code": "a", "marker": "5", "words": ["a"]}]))


def test_an_indicator_of_one_sex_only_stops_and_one_without_municipalities_is_told(
    adapter: Sotkanet, desk: Desk
) -> None:
    sexes = {"sex": {"values": ["male", "female"]}, "region": {"values": ["Hyvinvointialue"]}}
    desk.bodies["indicators/3219"] = described(3219, classifications=sexes)
    with pytest.raises(Guarded, match="no figures of both sexes together"):
        adapter.plan(declared())
    desk.bodies["indicators/3219"] = described(3219, classifications={**sexes, "sex": {"values": []}})
    assert "does not list municipalities" in adapter.plan(declared()).remarks[0]


def test_another_indicators_description_is_no_answer(adapter: Sotkanet, desk: Desk) -> None:
    for body in (described(4019), [described(3219)], b"<html>", b'[{"id": 3219', 5):
        desk.bodies["indicators/3219"] = body
        with pytest.raises(BadAnswer):
            adapter.plan(declared())


def test_the_list_of_regions_must_be_the_one_known(adapter: Sotkanet, desk: Desk) -> None:
    for body in ([], REGIONS[:3], [{**one, "category": "ALUE"} for one in REGIONS], {"regions": REGIONS}):
        desk.bodies["regions"] = body
        with pytest.raises(BadAnswer):
            adapter.plan(declared())
    desk.bodies["regions"] = [{**one, "code": f"9{number}9"} for number, one in enumerate(REGIONS)]
    with pytest.raises(BadAnswer, match="4 of 4 municipalities have codes unknown here"):
        adapter.plan(declared())


def test_rows_of_other_regions_sexes_and_years_are_left_out(adapter: Sotkanet) -> None:
    late = [
        row(44, 2011, value="1 234,5"),
        row(658, 2010, value=7),
        row(33, 2010, value="6.25"),
        row(700, 2010),
        row(999, 2010),
        row(11, 2010, gender="male"),
        row(22, 2013),
    ]
    frame = tidied(adapter, [row(11, 1999, value=0)], late)
    check_tidy(frame, where="sotkanet_3219")
    assert frame.to_dict("split")["data"] == [
        ["020", "1999", "3219", 0.0, ""],
        ["588", "2010", "3219", 6.25, ""],
        ["851", "2011", "3219", 1234.5, ""],
        ["SSS", "2010", "3219", 7.0, ""],
    ]


def test_rows_without_a_figure_stay_away_and_marks_are_kept(adapter: Sotkanet) -> None:
    rows = [row(11, value=None), row(22, value=" "), row(33, value="..."), row(44, value="-")]
    missing = {"code": "3219", "marker": "3219", "words": ["ulkopuolelle"], "nil": "missing"}
    frame = tidied(adapter, [], rows)
    assert frame[["area", "value", "symbol"]].to_dict("split")["data"][1] == ["851", 0.0, "-"]
    assert list(frame["area"]) == ["588", "851"]
    assert list(tidied(adapter, [], rows, table=declared(contents=[missing]))["symbol"]) == ["...", ".."]


def test_old_answers_with_texts_and_other_field_names_are_read(adapter: Sotkanet) -> None:
    old = {"region": "44", "indicator": "3219", "primary value": "12,5", "gender": "total", "year": "2012"}
    frame = tidied(adapter, [], [{**old, "absolute value": "77"}])
    assert list(frame["value"]) == [12.5]
    absolute = tidied(adapter, [], [{**old, "absolute value": "77"}], table=declared(field="absValue"))
    assert list(absolute["value"]) == [77.0]


@pytest.mark.parametrize(("declares", "has"), [("value", "absValue"), ("absValue", "value")])
def test_a_field_that_is_never_filled_although_the_other_is_stops_the_table(
    adapter: Sotkanet, declares: str, has: str
) -> None:
    rows = [{**row(region, value=None), has: 3} for region in (11, 22)]
    with pytest.raises(BadAnswer, match=f"has `{has}` in 2 rows but `{declares}` in none"):
        tidied(adapter, [], rows, table=declared(field=declares))
    rows[0][declares] = 4
    assert list(tidied(adapter, [], rows, table=declared(field=declares))["value"]) == [4.0]


def test_several_contents_keep_their_indicators_apart(adapter: Sotkanet, desk: Desk) -> None:
    desk.bodies["indicators/4019"] = described(4019, **{"data-updated": "2025-01-01"})
    contents = [
        {"code": "outside", "marker": "3219", "words": ["ulkopuolelle"]},
        {"code": "support", "marker": "4019", "words": ["toimeentulotukea"]},
    ]
    table = declared(contents=contents, first="2010")
    plan = adapter.plan(table)
    assert plan.updated == "3219: 2024-03-05, 4019: 2025-01-01"
    answers = [answer(plan.calls[0], [row(11)]), answer(plan.calls[1], [row(11, indicator=4019, value=8)])]
    checked = [adapter.check(plan, one) for one in answers]
    assert {one.updated for one in checked} == {plan.updated}
    frame = adapter.tidy(plan, checked[::-1])
    assert dict(zip(frame["content"], frame["value"], strict=True)) == {"outside": 5.5, "support": 8.0}
    desk.bodies["indicators/4019"] = described(4019, **{"data-updated": None})
    assert adapter.plan(table).updated == ""


@pytest.mark.parametrize(
    "body",
    [
        [row(indicator=234)],
        [row(), row(indicator="234")],
        [row(year=2013)],
        [row(year="soon")],
        [row(region=None)],
        [{"value": 1}],
        [[1, 2]],
        {"error": "no"},
        b'[{"indicator": 3219',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_answers_that_are_not_what_was_asked_are_refused(adapter: Sotkanet, body: Any) -> None:
    plan = adapter.plan(declared())
    with pytest.raises(BadAnswer):
        adapter.check(plan, answer(plan.calls[1], body))


@pytest.mark.parametrize("figure", ["n/a", "1.234,5", "1e999", True, [1], "12 %", float("nan"), 10**400])
def test_what_is_no_number_stops_the_table(adapter: Sotkanet, figure: Any) -> None:
    with pytest.raises(BadAnswer, match=r"neither a number nor a mark .*region 22 \(051\), 2010"):
        tidied(adapter, [], [row(11), row(22, value=figure)])


def test_a_key_may_stand_twice_only_with_the_same_value(adapter: Sotkanet) -> None:
    assert len(tidied(adapter, [], [row(), row(value="5,50")])) == 1
    with pytest.raises(BadAnswer, match=r"3219 of area 020 in 2010 is 5\.5 and 6 \(2 such rows\)"):
        tidied(adapter, [], [row(), row(value=6)])


def test_answers_without_any_municipality_are_no_table(adapter: Sotkanet) -> None:
    with pytest.raises(BadAnswer, match="no figure of any municipality"):
        tidied(adapter, [], [row(658), row(700)])


def test_a_call_is_split_by_years_until_one_is_left(adapter: Sotkanet) -> None:
    plan = adapter.plan(declared())
    parts = adapter.smaller(plan, plan.calls[1])
    assert [[value for name, value in one.params if name == "years"] for one in parts] == [
        ["2010"],
        ["2011", "2012"],
    ]
    assert [one.cells for one in parts] == [5, 10]
    with pytest.raises(Refused, match="even one year"):
        adapter.smaller(plan, parts[0])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 22), max_size=6), st.permutations(range(23)), st.randoms())
def test_any_split_and_order_of_the_answers_gives_the_same_table(
    cuts: list[int], order: list[int], random: Any
) -> None:
    adapter = Sotkanet(Desk(), SERVICE, "sotkanet", AREAS, Pins(Path("none")))
    plan = adapter.plan(declared())
    rows = [row(region, 1990 + year, value=region * year / 8) for year in order for region in (11, 22, 658)]
    edges = sorted({0, 23, *cuts})
    answers = []
    for start, end in pairwise(edges):
        years = [("years", str(1990 + year)) for year in range(start, end)]
        call = Call("sotkanet", f"{BASE}json", (("indicator", "3219"), *years, ("genders", "total")))
        answers.append(answer(call, rows))  # the service may well send more years than were asked
    random.shuffle(answers)
    frame = adapter.tidy(plan, answers)
    assert len(frame) == 69
    assert frame.loc[frame["area"].eq("051") & frame["period"].eq("1999"), "value"].tolist() == [22 * 9 / 8]
    assert frame.equals(frame.sort_values(["area", "period", "content"], ignore_index=True))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
ROWS = st.fixed_dictionaries(
    {"indicator": st.just(3219) | ANYTHING, "region": st.sampled_from([11, "22", 658]) | ANYTHING},
    optional={"year": st.just(2010) | ANYTHING, "value": ANYTHING, "absValue": ANYTHING, "gender": ANYTHING},
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ROWS, max_size=4) | ANYTHING, st.integers(0, 40))
def test_fuzzed_answers_end_in_a_table_or_in_an_error_of_ours(body: Any, cut: int) -> None:
    adapter = Sotkanet(Desk(), SERVICE, "sotkanet", AREAS, Pins(Path("none")))
    plan = adapter.plan(declared(first="2010"))
    content = json.dumps(body).encode()
    for one in (content, content[:-cut]):
        try:
            frame = adapter.tidy(plan, [adapter.check(plan, answer(plan.calls[0], one))])
        except FetchError:
            continue
        check_tidy(frame, where="fuzzed")


@pytest.mark.parametrize(
    ("figure", "number"),
    [
        ("12,5", 12.5),
        ("-0.5", -0.5),
        ("−3", -3.0),
        ("1\u00a0234", 1234.0),
        (" 7 ", 7.0),
        ("1e2", 100.0),
        (3, 3.0),
    ],
)
def test_numbers_are_read_in_every_form(figure: Any, number: float) -> None:
    assert read_figure(figure, nil="zero") == (number, "")


def test_an_unknown_id_lists_its_candidates_and_the_way_to_confirm_one(adapter: Sotkanet) -> None:
    with pytest.raises(Guarded) as stopped:
        adapter.plan(found())
    text = str(stopped.value)
    assert "nobody has confirmed yet" in text
    assert "  7001  NEET-nuoret 18–24-vuotiaat, %\n  7002  Neet-aste, 18 - 24-vuotiaat miehet\n" in text
    assert "3219" not in text
    assert "uso fetch --pin neet_18_24=ID" in text
    assert [one.id for one in adapter.indicators.candidates(found().find)] == [7001, 7002]
    with pytest.raises(Guarded, match="None of Sotkanet's 5 titles fits the pattern 'hyte'"):
        adapter.plan(found("hyte"))


def test_a_confirmed_indicator_is_fetched_and_still_guarded(
    adapter: Sotkanet, desk: Desk, tmp_path: Path
) -> None:
    assert adapter.confirm(found(), 7001).id == 7001
    plan = adapter.plan(found())
    assert dict(plan.calls[0].params)["indicator"] == "7001"
    assert plan.remarks == ()
    frame = adapter.tidy(plan, [answer(plan.calls[0], [row(11, 2015, indicator=7001)])])
    assert frame.iloc[0].tolist() == ["020", "2015", "neet", 5.5, ""]
    desk.bodies["indicators/7001"] = described(7001, title="NEET 18–24, uusi luokitus")
    assert "confirmed as" in adapter.plan(found()).remarks[0]
    desk.bodies["indicators/7001"] = described(7001, title="Lihavia")
    with pytest.raises(Guarded, match=r'the pinned indicator 7001 "Lihavia" does not match'):
        adapter.plan(found())


def test_an_indicator_that_does_not_fit_is_not_pinned(adapter: Sotkanet, tmp_path: Path) -> None:
    with pytest.raises(Guarded, match=r"does not match .*nothing was pinned"):
        adapter.confirm(found(), 3219)
    with pytest.raises(Refused, match="no indicator 99"):
        adapter.confirm(found(), 99)
    with pytest.raises(Refused, match="nothing to pin"):
        adapter.confirm(declared(), 3219)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def recorded() -> Path:
    if not FIXTURES.is_dir():
        pytest.skip("../shared/fixtures is not beside this checkout")
    return FIXTURES


def test_recorded_answers_of_the_service_are_read(recorded: Path, tmp_path: Path) -> None:
    titles = gzip.decompress((recorded / "SotkaIndicators.json.gz").read_bytes())
    desk = Desk({"regions": (recorded / "SotkaRegions.json").read_bytes(), "indicators": titles})
    desk.bodies["indicators/127"] = next(one for one in json.loads(titles) if one["id"] == 127)
    regions = json.loads(desk.bodies["regions"])
    areas = frozenset(one["code"] for one in regions if one["category"] == "KUNTA")
    adapter = Sotkanet(desk, SERVICE, "sotkanet", areas, Pins(tmp_path))
    table = declared(
        contents=[{"code": "vaesto", "marker": "127", "words": ["väestö", "31.12."]}], first="2009"
    )
    plan = adapter.plan(table)
    body = (recorded / "SotkaIndicatorData.json").read_bytes()
    frame = adapter.tidy(plan, [adapter.check(plan, answer(plan.calls[0], body))])
    check_tidy(frame, where="recorded")
    assert set(frame["period"]) == {"2009"}
    assert frame["area"].str.fullmatch(r"\d{3}").sum() == len(frame) - 1
    value = frame.set_index("area")["value"]
    assert value["SSS"] == 5351427  # Finland on 31 December 2009
    assert value.drop("SSS").sum() == 5351427
    assert value["091"] == 583350  # Helsinki
    wide = adapter.indicators.candidates(found(r"bmi≥30").find)
    assert 716 in {one.id for one in wide}
