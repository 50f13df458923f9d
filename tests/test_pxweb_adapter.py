"""The adapter asks for metadata first, then in parts, and lets nothing pass that was not asked."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pandas as pd
import pytest
from pxweb_world import AREAS, BASE, NOW, SERVICE, UPDATED, Axis, World, json_stat, live_table

from uso_lib.errors import BadAnswer, Guarded, Refused, TooManyCells, Unavailable
from uso_lib.sources.pxweb import PxWeb, PxWebV2
from uso_lib.sources.service import Answer, Call, TablePlan
from uso_lib.tidy import check_tidy

AREA = Axis("alue_23_20260101", "Alue", ("SSS", "KU020", "KU091", "MK01"))
YEARS = Axis("timeperiod_y", "Vuosi", ("2023", "2024", "2025"), time=True)
SEX = Axis("sukupuoli", "Sukupuoli", ("SSS", "1", "2"), total="SSS")
CONTENTS = Axis("contentscode", "Tiedot", ("vaerak-vaesto", "vm01"), ("Väestö 31.12.", "Elävänä syntyneet"))
TABLE = live_table()
FIGURES = {"SSS": 5_600_000.0, "KU020": 16_000.0, "KU091": 690_000.0, "MK01": 1_700_000.0}


def figure(key: tuple[str, ...]) -> tuple[float | None, str]:
    area, year = key[0], key[1]
    return FIGURES[area] + int(year) - 2020, ""


def world(**changes: Any) -> World:
    return World("StatFin/vaerak/koe.px", (AREA, YEARS, SEX, CONTENTS), figure, **changes)


def adapter(session: World) -> PxWeb:
    return PxWeb(session, SERVICE, "statfin", AREAS)


def fetch(session: World, **changes: Any) -> tuple[TablePlan, pd.DataFrame]:
    pxweb = adapter(session)
    plan = pxweb.plan(live_table(**changes))
    answers = [pxweb.check(plan, session.send(call)) for call in plan.calls]
    return plan, pxweb.tidy(plan, answers)


def test_a_table_comes_from_metadata_to_tidy() -> None:
    session = world()
    plan, frame = fetch(session)
    check_tidy(frame, where="koe")
    assert [(call.url.removeprefix(BASE), call.body is None, call.cells) for call in session.calls] == [
        ("StatFin/vaerak/koe.px", True, 0),
        ("StatFin/vaerak/koe.px", False, 1),
        ("", True, 0),
        ("StatFin/vaerak/koe.px", False, 9),
    ]
    assert list(frame.columns) == ["area", "period", "content", "value", "symbol"]
    assert frame.iloc[0].tolist() == ["020", "2023", "vaesto", 16_003.0, ""]
    assert frame.iloc[-1].tolist() == ["SSS", "2025", "vaesto", 5_600_005.0, ""]
    assert (plan.updated, plan.division, plan.cells) == (UPDATED, 2026, 9)
    assert json.loads(json.dumps(plan.resolved))["time"] == {
        "variable": "timeperiod_y", "first": "2023", "last": "2025", "codes": 3,
    }  # fmt: skip


def test_the_limit_is_read_once_and_splits_the_calls() -> None:
    session = world(max_cells=4)
    pxweb = adapter(session)
    plan = pxweb.plan(TABLE)
    assert max(call.cells for call in plan.calls) <= 4
    assert (plan.cells, plan.resolved["max_cells"]) == (9, 4)
    pxweb.plan(TABLE)
    assert sum(call.params == (("config", ""),) for call in session.calls) == 1


def test_a_service_that_does_not_tell_its_limit_is_asked_with_care() -> None:
    assert adapter(world(max_cells=None)).plan(TABLE).resolved["max_cells"] == 100_000


def test_a_call_that_is_too_large_is_halved_until_it_fits() -> None:
    session = world()
    pxweb = adapter(session)
    plan = pxweb.plan(TABLE)
    session.max_cells = 2
    waiting, answers = list(plan.calls), []
    while waiting:
        call = waiting.pop()
        try:
            answers.append(pxweb.check(plan, session.send(call)))
        except TooManyCells:
            waiting += pxweb.smaller(plan, call)
    pd.testing.assert_frame_equal(pxweb.tidy(plan, answers), fetch(world())[1])
    with pytest.raises(Refused, match="even one figure"):
        pxweb.smaller(plan, dataclasses.replace(plan.calls[0], body=one_cell(plan)))


def one_cell(plan: TablePlan) -> dict[str, Any]:
    body = json.loads(json.dumps(plan.calls[0].body))
    for item in body["query"]:
        item["selection"]["values"] = item["selection"]["values"][:1]
    return dict(body)


def test_the_former_address_is_tried_when_the_present_one_is_not_known() -> None:
    session = world()
    session.path = "StatFin/vaerak/statfin_vaerak_pxt_koe.px"
    plan, frame = fetch(session)
    assert plan.calls[0].url.endswith("statfin_vaerak_pxt_koe.px")
    assert plan.remarks == (f"The table was found at its former address {session.path}.",)
    assert len(frame) == 9


def test_a_table_that_is_nowhere_is_told_with_what_its_folder_has() -> None:
    listing = [
        {"id": "kor.px", "type": "t", "text": "<b>Korotettu</b>"},
        {"id": "tyonv", "type": "l", "text": "x"},
    ]
    session = World("elsewhere.px", (AREA,), figure, others={"StatFin/vaerak": listing})
    with pytest.raises(Refused, match=r"no table at StatFin/vaerak/koe\.px or .*did you mean kor\.px\?"):
        adapter(session).plan(TABLE)
    with pytest.raises(Refused, match="no address"):
        adapter(session).plan(live_table(address=None))


def test_a_service_out_of_reach_is_not_a_missing_table() -> None:
    def cut(body: dict[str, Any], call: Call) -> Any:
        message = "timed out"
        raise Unavailable(message)

    with pytest.raises(Unavailable):
        adapter(world(edit=cut)).plan(TABLE)


def test_differences_are_listed_and_stop_the_plan() -> None:
    table = live_table(
        contents=[{"code": "x", "marker": "vaestö"}, {"code": "vm01"}],
        dimensions=[{"name": "age", "text": ["Ikä"]}],
    )
    session = world()
    with pytest.raises(Refused) as refused:
        adapter(session).plan(table)
    assert all(named in str(refused.value) for named in ("vaestö", "Ikä")), "both differences at once"
    assert all(call.body is None for call in session.calls), "a difference asks for no figures"


def test_only_wrong_words_are_a_guard() -> None:
    table = live_table(contents=[{"code": "vm01", "words": ["kuolleet"], "marker": "vm01"}])
    with pytest.raises(Guarded, match="without the words it must have"):
        adapter(world()).plan(table)


def test_codes_that_are_not_listed_are_asked_for() -> None:
    def unlisted(body: dict[str, Any], call: Call) -> Any:
        if call.body is None:
            body["variables"][0] |= {"values": None, "valueTexts": None}
        return body

    _, frame = fetch(world(edit=unlisted))
    pd.testing.assert_frame_equal(frame, fetch(world())[1])
    with pytest.raises(Refused, match="codes of Alue are too many"):
        adapter(world(edit=unlisted, max_cells=2)).plan(TABLE)


def renamed(body: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(body).replace("timeperiod_y", "timeperiod_q"))  # type: ignore[no-any-return]


def other_year(body: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(body).replace('"2025"', '"2026"'))  # type: ignore[no-any-return]


def other_title(body: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(body).replace("V\\u00e4est\\u00f6 31.12.", "Kuolleet"))  # type: ignore[no-any-return]


def other_label(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"label": "Rikokset muuttujina Alue", "extension": {}}


def one_more(body: dict[str, Any]) -> dict[str, Any]:
    body["dimension"]["uusi"] = {"category": {"index": ["A"]}}
    return body | {"id": [*body["id"], "uusi"], "size": [*body["size"], 1]}


def problem(body: dict[str, Any]) -> dict[str, Any]:
    return {"error": "Parameter error"}


FAULTS = [
    (lambda body: body | {"value": body["value"][:-1]}, "8 figures where its variables make 9"),
    (
        lambda body: body | {"extension": {"px": {"tableid": "statfin_rpk_pxt_13h4"}}},
        'of the table "statfin_rpk',
    ),
    (lambda body: body | {"updated": "2026-11-20T06:00:00Z"}, "updated in between"),
    (renamed, "no variable timeperiod_y"),
    (other_year, "codes of timeperiod_y are not those asked"),
    (other_title, 'called "Kuolleet" in the answer'),
    (other_label, 'of the table "Rikokset'),
    (one_more, "a variable that was not asked, uusi"),
    (problem, "Parameter error"),
]


@pytest.mark.parametrize(("fault", "said"), FAULTS)
def test_an_answer_that_is_not_what_was_asked_is_refused(fault: Any, said: str) -> None:
    session = world()
    pxweb = adapter(session)
    plan = pxweb.plan(TABLE)
    good = session.send(plan.calls[0])
    assert pxweb.check(plan, good).updated == UPDATED
    bad = dataclasses.replace(good, content=json.dumps(fault(json.loads(good.content))).encode())
    with pytest.raises(BadAnswer, match=said):
        pxweb.check(plan, bad)
    with pytest.raises(BadAnswer, match=said):
        pxweb.tidy(plan, [bad])


def test_the_tables_own_name_may_still_be_the_former_one() -> None:
    session = world()
    pxweb = adapter(session)
    plan = pxweb.plan(TABLE)
    answer = session.send(plan.calls[0])
    body = json.loads(answer.content) | {"extension": {"px": {"tableid": "statfin_vaerak_pxt_koe"}}}
    assert pxweb.check(plan, dataclasses.replace(answer, content=json.dumps(body).encode()))


def test_an_eliminated_variable_may_stay_with_its_total() -> None:
    session = world()
    pxweb = adapter(session)
    plan = pxweb.plan(TABLE)
    answer = session.send(plan.calls[0])
    body = json.loads(answer.content)
    body["dimension"]["sukupuoli"] = {"category": {"index": ["SSS"]}}
    body |= {"id": [*body["id"], "sukupuoli"], "size": [*body["size"], 1]}
    changed = dataclasses.replace(answer, content=json.dumps(body).encode())
    pd.testing.assert_frame_equal(pxweb.tidy(plan, [changed]), pxweb.tidy(plan, [answer]))


def test_a_part_that_is_missing_is_told() -> None:
    session = world(max_cells=4)
    pxweb = adapter(session)
    plan = pxweb.plan(TABLE)
    answers = [session.send(call) for call in plan.calls]
    with pytest.raises(BadAnswer, match="of 9 figures: a part is missing"):
        pxweb.tidy(plan, answers[1:])


def test_a_key_with_two_values_is_refused_and_the_same_twice_is_one() -> None:
    session = world()
    pxweb = adapter(session)
    plan = pxweb.plan(TABLE)
    answer = session.send(plan.calls[0])
    body = json.loads(answer.content)
    body["value"][0] += 1
    other = dataclasses.replace(answer, content=json.dumps(body).encode())
    with pytest.raises(BadAnswer, match="1 figures stand twice with different values"):
        pxweb.tidy(plan, [answer, other])
    assert len(pxweb.tidy(plan, [answer, answer])) == 9


def ones(key: tuple[str, ...]) -> tuple[float | None, str]:
    return 1.0, ""


class V2:
    """Answer as PxWebApi v2 does, from the same world; problems come as Problem JSON."""

    base = "https://px.example/api/v2/"

    def __init__(self) -> None:
        self.world, self.calls = world(max_cells=4), list[Call]()

    def send(self, call: Call) -> Answer:
        self.calls.append(call)
        return Answer(call, json.dumps(self.body(call)).encode(), NOW)

    def body(self, call: Call) -> Any:
        path, params = call.url.removeprefix(self.base), dict(call.params)
        if path == "config":
            return {"maxDataCells": self.world.max_cells}
        if path == "tables/koe/metadata":
            axes = self.world.axes
            described = json_stat({axis.code: axis.values for axis in axes}, [])  # noqa: PD011 - not a frame
            for axis in axes:
                dimension = described["dimension"][axis.code]
                dimension["label"] = axis.text
                dimension["category"]["label"] = dict(zip(axis.values, axis.labels, strict=True))
                dimension["extension"] = {"elimination": axis.total is not None}
            return described | {"role": {"time": ["timeperiod_y"], "metric": ["contentscode"]}}
        if path != "tables/koe/data" or params.get("outputFormat") != "json-stat2":
            return {"type": "Parameter error", "title": "Non-existent table", "status": 404}
        asked = {
            name[11:-1]: value.split(",") for name, value in params.items() if name.startswith("valueCodes[")
        }
        if call.body:
            asked = {item["variableCode"]: item["valueCodes"] for item in call.body["selection"]}
        query = [{"code": c, "selection": {"filter": "item", "values": v}} for c, v in asked.items()]
        return self.world._cube({"query": query})


def v2(session: V2) -> PxWebV2:
    service = SERVICE.model_copy(update={"kind": "pxweb2", "base": V2.base})
    return PxWebV2(session, service, "statfin", AREAS)


def test_version_2_gives_the_same_table_behind_the_same_interface() -> None:
    session = V2()
    pxweb = v2(session)
    plan = pxweb.plan(TABLE)
    assert (plan.updated, len(plan.calls) > 1, plan.calls[0].body) == (UPDATED, True, None)
    answers = [pxweb.check(plan, session.send(call)) for call in plan.calls]
    pd.testing.assert_frame_equal(pxweb.tidy(plan, answers), fetch(world())[1])
    parts = pxweb.smaller(plan, plan.calls[0])
    assert sum(part.cells for part in parts) == plan.calls[0].cells


def test_version_2_asks_long_questions_in_the_body() -> None:
    session = V2()
    areas = ("SSS", *(f"KU{number:03d}" for number in range(1, 400)))
    session.world = World("x", (dataclasses.replace(AREA, values=areas), YEARS, CONTENTS), ones)
    pxweb = v2(session)
    plan = pxweb.plan(TABLE)
    assert plan.calls[0].body is not None
    frame = pxweb.tidy(plan, [pxweb.check(plan, session.send(call)) for call in plan.calls])
    assert len(frame) == len({area[-3:] for area in areas} - {"198", "199", "200"}) * 3


def test_version_2_quotes_a_problem() -> None:
    with pytest.raises(BadAnswer, match="Non-existent table"):
        v2(V2()).plan(live_table(address="StatFin/x/muu.px"))
