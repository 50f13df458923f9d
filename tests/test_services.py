"""The emulated services behave, and misbehave, like the real ones; every test of fetching rests on this."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from services.faults import CUTS, Fault
from services.pxweb import PxWeb
from services.pxweb_formats import PxVariable
from services.pxweb_tables import Positions, PxTable
from services.server import Limit, Server
from services.world import NationWorld, Serving, serving, write_pins

from uso_lib.live_tables import load_live_tables, load_services

FI = "/PxWeb/api/v1/fi"
AREAS = ("SSS", "KU005", "KU091")
AGES = ("SSS", "000", "001", "002")
YEARS = ("2023", "2024", "2025")
CONTENTS = ("vaerak-vaesto", "vaerak-osuus")


def hand_cells(chosen: Positions) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """Return figures one can work out: area, age, sex, year and content are the digits; some are marked."""
    area, age, sex, year, content = np.ix_(*chosen)
    values = 10_000.0 * area + 1000 * age + 100 * sex + 10 * year + 0.5 * content
    symbols = np.full(values.shape, "", dtype="<U3")
    secret = (area == 1) & (age == 3) & (year == 0) & (content == 0) & (sex >= 0)
    nil = (area == 1) & (age == 3) & (year == 1) & (content == 0) & (sex >= 0)
    provisional = (area == 2) & (age == 3) & (year == 2) & (content == 0) & (sex >= 0)
    values[secret | nil] = np.nan
    symbols[secret], symbols[nil], symbols[provisional] = "...", "-", "*"
    return values, symbols


HAND_MADE = PxTable(
    "StatFin/vaerak/11re.px",
    "Väestö 31.12. <em>muuttujina</em> Alue, Ikä",
    (
        PxVariable("alue_23_20260101", "Alue", AREAS, ("KOKO MAA", "Alajärvi", "Helsinki"), area=True),
        PxVariable("ika_10_20180101", "Ikä", AGES, ("Yhteensä", "0", "1", "2"), True, "SSS"),
        PxVariable("sukupuoli_9_20180101", "Sukupuoli", ("1", "2"), ("Miehet", "Naiset"), True),
        PxVariable("timeperiod_y", "Vuosi", YEARS, YEARS, time=True),
        PxVariable(
            "contentscode", "Tiedot", CONTENTS, ("Väestö 31.12.", "Osuus"), metric=True,
            units={"vaerak-vaesto": ("lukumäärä", 0), "vaerak-osuus": ("prosenttia", 1)},
        ),
    ),
    hand_cells,
)  # fmt: skip
OTHER = PxTable(
    "StatFin/muutl/11ae.px",
    "Väestönmuutokset",
    (PxVariable("timeperiod_y", "Vuosi", YEARS, YEARS, time=True),),
    lambda chosen: (np.zeros(len(chosen[0])), np.full(len(chosen[0]), "")),
)
MARKED = {
    "alue_23_20260101": ["KU005", "KU091"],
    "ika_10_20180101": ["002"],
    "contentscode": ["vaerak-vaesto"],
}


@pytest.fixture
def px() -> Iterator[Server]:
    with Server({"statfin": PxWeb((HAND_MADE, OTHER), max_cells=100)}) as server:
        yield server


@pytest.fixture
def http_client() -> Iterator[httpx.Client]:
    with httpx.Client(headers={"User-Agent": "uso-workbench tests"}, timeout=10) as client:
        yield client


@pytest.fixture
def nation(tmp_path: Path) -> Iterator[Serving]:
    with serving(NationWorld(municipalities=12, years=3), tmp_path) as running:
        yield running


def post(
    server: Server, client: httpx.Client, body: Any, path: str = "StatFin/vaerak/11re.px"
) -> httpx.Response:
    return client.post(f"{server.url('statfin')}{FI}/{path}", json=body)


def get(server: Server, client: httpx.Client, path: str, service: str = "statfin") -> httpx.Response:
    return client.get(f"{server.url(service)}{FI if service == 'statfin' else ''}/{path}")


def asking(form: str | None = "json-stat2", **selections: Any) -> dict[str, Any]:
    """Return a query: variable → list of codes, or a whole selection."""
    query = [
        {"code": code, "selection": one if isinstance(one, dict) else {"filter": "item", "values": one}}
        for code, one in selections.items()
    ]
    return {"query": query, **({"response": {"format": form}} if form else {})}


# -- PxWeb ------------------------------------------------------------------------------------------


def test_pxweb_lists_levels_and_describes_tables(px: Server, http_client: httpx.Client) -> None:
    assert get(px, http_client, "").json() == [{"dbid": "StatFin", "text": "StatFin"}]
    assert [one["id"] for one in get(px, http_client, "StatFin").json()] == ["vaerak", "muutl"]
    (table,) = get(px, http_client, "StatFin/vaerak").json()
    assert (table["id"], table["type"]) == ("11re.px", "t")
    assert "<em>" in table["text"]
    described = get(px, http_client, "StatFin/vaerak/11re.px").json()
    area, age, _, year, content = described["variables"]
    assert area["values"] == list(AREAS)
    assert "elimination" not in area
    assert age["elimination"] is True
    assert year["time"] is True
    assert "time" not in content
    assert get(px, http_client, "StatFin/11re.px").json() == described, "the subject folder does not matter"


def test_pxweb_searches_by_title_and_by_code(px: Server, http_client: httpx.Client) -> None:
    assert [one["id"] for one in get(px, http_client, "StatFin?query=väestönmuut*").json()] == ["11ae.px"]
    assert [one["id"] for one in get(px, http_client, "StatFin?query=KU091&filter=codes").json()] == [
        "11re.px"
    ]
    assert get(px, http_client, "StatFin?query=lapset").json() == []


def test_pxweb_answers_config_on_the_language_level_only(px: Server, http_client: httpx.Client) -> None:
    config = get(px, http_client, "?config").json()
    assert config == {"maxValues": 120_000, "maxCells": 100, "maxCalls": 40, "timeWindow": 60, "CORS": True}
    assert isinstance(get(px, http_client, "StatFin?config").json(), list)
    assert isinstance(get(px, http_client, "?config=").json(), list), "only without an equals sign"


def test_pxweb_leaves_out_values_beyond_its_limit(http_client: httpx.Client) -> None:
    with Server({"statfin": PxWeb((HAND_MADE,), max_values=3)}) as server:
        area, age, *_ = get(server, http_client, "StatFin/vaerak/11re.px").json()["variables"]
    assert area["values"] == list(AREAS)
    assert (age["values"], age["valueTexts"]) == (None, None)


def test_pxweb_eliminates_by_total_and_by_sum_and_returns_all_of_the_rest(
    px: Server, http_client: httpx.Client
) -> None:
    body = asking(alue_23_20260101=["KU005"], contentscode=["vaerak-vaesto"])
    answer = post(px, http_client, body).json()
    assert answer["id"] == ["alue_23_20260101", "timeperiod_y", "contentscode"]
    assert answer["size"] == [1, 3, 1], "time is not eliminable: all of it comes"
    # age SSS (no total for sex: 1 and 2 are added up): 2 * 10 000 + 100 + 2 * 10 * year
    assert answer["value"] == [20_100, 20_120, 20_140]


def test_pxweb_json_stat2_marks_missing_zero_and_provisional(px: Server, http_client: httpx.Client) -> None:
    answer = post(px, http_client, asking(sukupuoli_9_20180101=["1"], **MARKED)).json()
    assert answer["size"] == [2, 1, 1, 3, 1]
    assert answer["value"] == [None, None, 13_020, 23_000, 23_010, 23_020]
    assert answer["status"] == {"0": "...", "1": "-", "5": "*"}
    assert answer["updated"] == "2026-05-27T05:00:00Z"
    assert answer["role"] == {
        "time": ["timeperiod_y"], "geo": ["alue_23_20260101"], "metric": ["contentscode"]
    }  # fmt: skip
    assert any("<A HREF" in note for note in answer["note"])
    assert answer["dimension"]["contentscode"]["category"]["unit"]["vaerak-vaesto"]["decimals"] == 0
    plain = post(px, http_client, asking(**{**MARKED, "ika_10_20180101": ["SSS"]})).json()
    assert "status" not in plain, "only when needed"


def test_pxweb_filters(px: Server, http_client: httpx.Client) -> None:
    def chosen(selection: dict[str, Any], variable: str) -> list[str]:
        body = asking(**{"contentscode": ["vaerak-osuus"], variable: selection})
        return list(post(px, http_client, body).json()["dimension"][variable]["category"]["index"])

    assert chosen({"filter": "all", "values": ["KU*"]}, "alue_23_20260101") == ["KU005", "KU091"]
    assert chosen({"filter": "all", "values": ["00?"]}, "ika_10_20180101") == ["000", "001", "002"]
    assert chosen({"filter": "top", "values": ["2"]}, "timeperiod_y") == ["2024", "2025"]
    assert chosen({"filter": "top", "values": ["1"]}, "alue_23_20260101") == ["SSS"]
    assert chosen({"filter": "item", "values": ["KU091", "SSS"]}, "alue_23_20260101") == ["SSS", "KU091"]


BAD = {
    "variable": asking(Alue=["KU005"]),
    "value": asking(timeperiod_y=["2026"]),
    "filter": asking(timeperiod_y={"filter": "last", "values": ["1"]}),
    "aggregation": asking(alue_23_20260101={"filter": "agg:_Kunnat 2026.agg", "values": ["KU005"]}),
    "format": asking("jsonstat2", alue_23_20260101=["KU005"]),
    "empty": asking(timeperiod_y=[]),
    "wildcard": asking(alue_23_20260101={"filter": "all", "values": ["ZZ*"]}),
    "not a query": [1, 2],
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_pxweb_refuses_what_it_does_not_know_with_400(
    px: Server, http_client: httpx.Client, body: Any
) -> None:
    answer = post(px, http_client, body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Parameter error"})


@pytest.mark.parametrize("path", ["StatFin/vaerak/99xx.px", "Nowhere/x.px", "Nowhere", "StatFin/nothing"])
def test_pxweb_has_no_404(px: Server, http_client: httpx.Client, path: str) -> None:
    assert get(px, http_client, path).status_code == 400


def test_pxweb_refuses_more_cells_than_its_limit(px: Server, http_client: httpx.Client) -> None:
    # 3 areas x 4 ages x 2 sexes x 3 years x 2 contents = 144; without sex 72, within the limit of 100
    everything = asking(ika_10_20180101=list(AGES), sukupuoli_9_20180101=["1", "2"])
    answer = post(px, http_client, everything)
    assert (answer.status_code, answer.json()) == (403, {"error": "Too many values selected"})
    assert len(post(px, http_client, asking(ika_10_20180101=list(AGES))).json()["value"]) == 72


def test_pxweb_writes_its_other_formats(px: Server, http_client: httpx.Client) -> None:
    old = post(px, http_client, asking("json-stat", **MARKED)).json()["dataset"]
    assert old["dimension"]["size"] == [2, 1, 3, 1]
    assert "id" not in old
    rows = post(px, http_client, asking("json", sukupuoli_9_20180101=["1"], **MARKED)).json()
    assert [one["type"] for one in rows["columns"]] == ["d", "d", "d", "t", "c"]
    assert [one["values"] for one in rows["data"][:3]] == [["..."], ["-"], ["13020"]]
    assert rows["metadata"][0]["updated"] == "2026-05-27T05.00.00Z"
    csv = post(px, http_client, asking("csv", sukupuoli_9_20180101=["1"], **MARKED))
    assert csv.content.startswith("\ufeff".encode())
    assert csv.text.splitlines()[1] == '"Alajärvi","2","Miehet","2023","Väestö 31.12.",...'
    assert post(px, http_client, asking(None, **MARKED)).content.startswith(b"CHARSET=")


def test_pxweb_before_june_2026_knows_old_names_only(http_client: httpx.Client) -> None:
    with Server({"statfin": PxWeb((HAND_MADE,), legacy=True)}) as server:
        assert get(server, http_client, "StatFin/vaerak/11re.px").status_code == 400
        old = "StatFin/vaerak/statfin_vaerak_pxt_11re.px"
        variables = get(server, http_client, old).json()["variables"]
        assert [one["code"] for one in variables] == ["Alue", "Ikä", "Sukupuoli", "Vuosi", "Tiedot"]
        assert variables[-1]["values"] == ["vaesto", "osuus"]
        body = asking(Alue=["KU091"], Vuosi=["2025"], Tiedot=["vaesto"])
        assert post(server, http_client, body, old).json()["value"] == [2 * (20_000 + 20) + 100]
    with Server({"statfin": PxWeb((HAND_MADE,))}) as server:
        assert get(server, http_client, old).status_code == 400


# -- Limits and recording ---------------------------------------------------------------------------


def test_rejected_calls_count_too(http_client: httpx.Client) -> None:
    with Server({"statfin": PxWeb((OTHER,))}, limits={"statfin": Limit(2, 0.4)}) as server:
        statuses = [get(server, http_client, "?config").status_code for _ in range(4)]
        refused = get(server, http_client, "StatFin")
        assert statuses == [200, 200, 429, 429]
        assert refused.headers["Retry-After"] == "0.4"
        assert "429" in refused.json()["error"]
        time.sleep(0.25)
        assert get(server, http_client, "StatFin").status_code == 429, "hammering keeps one locked out"
        time.sleep(0.45)
        assert get(server, http_client, "StatFin").status_code == 200


def test_every_request_is_recorded(px: Server, http_client: httpx.Client) -> None:
    before = time.monotonic()
    get(px, http_client, "StatFin?query=a b")
    body = asking(timeperiod_y=["2026"])
    post(px, http_client, body)
    first, second = px.records
    assert (first.method, first.service, first.path) == ("GET", "statfin", "PxWeb/api/v1/fi/StatFin")
    assert first.query == "query=a%20b"
    assert first.agent == "uso-workbench tests"
    assert before <= first.started <= second.started <= time.monotonic()
    assert (second.method, second.asked, second.status) == ("POST", body, 400)
    assert px.calls("statfin", "11re.px", "POST") == [second]


# -- Faults -----------------------------------------------------------------------------------------


def test_a_fault_strikes_the_nth_matching_request_so_many_times(
    px: Server, http_client: httpx.Client
) -> None:
    px.faults = [Fault("503", "11re", nth=2, times=2), Fault("400", "11ae", times=None)]
    statuses = [get(px, http_client, "StatFin/vaerak/11re.px").status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 200]
    assert [get(px, http_client, "StatFin/muutl/11ae.px").status_code for _ in range(3)] == [400] * 3
    assert [one.faults for one in px.records[:3]] == [(), ("503",), ("503",)]
    px.faults = [Fault("500", "11re", method="POST")]
    assert get(px, http_client, "StatFin/vaerak/11re.px").status_code == 200
    assert post(px, http_client, asking()).status_code == 500


def test_refusals_look_like_the_services_own(px: Server, http_client: httpx.Client) -> None:
    px.faults = [
        Fault("429", argument=7),
        Fault("429", nth=2, argument="Wed, 21 Oct 2026 07:28:00 GMT"),
        Fault("403_cells", nth=3),
        Fault("html", nth=4, argument=403),
        Fault("html", nth=5),
    ]
    answers = [get(px, http_client, "StatFin") for _ in range(5)]
    assert [one.status_code for one in answers] == [429, 429, 403, 403, 200]
    assert [one.headers.get("Retry-After") for one in answers[:3]] == [
        "7",
        "Wed, 21 Oct 2026 07:28:00 GMT",
        None,
    ]
    assert answers[2].json() == {"error": "Too many values selected"}
    assert all(one.headers["Content-Type"].startswith("text/html") for one in answers[3:])


def raw_answer(server: Server, path: str = "/PxWeb/api/v1/fi/StatFin") -> bytes:
    """Return every byte that comes for one request."""
    import socket

    host, port = server.url("statfin").removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        pieces = []
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def test_a_connection_is_cut_where_it_is_told(px: Server) -> None:
    whole = raw_answer(px)
    head = whole.index(b"\r\n\r\n") + 4
    lengths = {}
    for cut in CUTS:
        px.faults = [Fault("cut", argument=cut)]
        lengths[cut] = len(raw_answer(px))
    assert lengths == {
        "before": 0, "in_headers": head // 2, "header_end": head, "first_byte": head + 1,
        "middle": head + (len(whole) - head) // 2, "last_byte": len(whole) - 1,
    }  # fmt: skip
    px.faults = [Fault("cut", argument=10)]
    assert raw_answer(px) == whole[:10]


@pytest.mark.parametrize("cut", CUTS)
def test_a_client_notices_every_cut(px: Server, http_client: httpx.Client, cut: str) -> None:
    px.faults = [Fault("cut", argument=cut)]
    with pytest.raises(httpx.RemoteProtocolError):
        get(px, http_client, "StatFin")
    assert get(px, http_client, "StatFin").status_code == 200, "the server goes on"


def test_damage_leaves_http_whole(px: Server, http_client: httpx.Client) -> None:
    whole = get(px, http_client, "StatFin/vaerak/11re.px").content
    px.faults = [Fault("truncated", argument=0.25), Fault("corrupt", nth=2)]
    truncated, corrupt = (get(px, http_client, "StatFin/vaerak/11re.px").content for _ in range(2))
    assert truncated == whole[: len(whole) // 4]
    assert len(corrupt) == len(whole)
    for damaged in (truncated, corrupt):
        with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
            json.loads(damaged)


def test_silence_and_dripping_last_as_told(px: Server, http_client: httpx.Client) -> None:
    px.faults = [Fault("timeout", argument=0.3), Fault("drip", nth=2, argument=0.01)]
    started = time.monotonic()
    with pytest.raises(httpx.RemoteProtocolError):
        get(px, http_client, "StatFin")
    assert 0.3 <= time.monotonic() - started < 2
    started = time.monotonic()
    answer = get(px, http_client, "")
    assert len(answer.content) * 0.01 <= time.monotonic() - started
    assert answer.json() == [{"dbid": "StatFin", "text": "StatFin"}]


def test_stopping_does_not_wait_for_slow_answers(http_client: httpx.Client) -> None:
    started = time.monotonic()
    with Server({"statfin": PxWeb((OTHER,))}, faults=[Fault("timeout", argument=60)]) as server:
        client = http.client.HTTPConnection(server.url("statfin").removeprefix("http://"), timeout=10)
        client.request("GET", f"{FI}/StatFin")
        time.sleep(0.1)
    client.close()
    assert time.monotonic() - started < 3
    assert not [one for one in threading.enumerate() if "process_request" in one.name]


def changed(px: Server, client: httpx.Client, fault: Fault) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return metadata and figures of the hand-made table while a fault lasts."""
    px.faults = [fault]
    described = get(px, client, "StatFin/vaerak/11re.px").json()
    codes = [one["code"] for one in described["variables"]]
    query = {codes[1]: ["SSS"], codes[2]: ["1"]}
    return described, post(px, client, asking(**query)).json()


def test_figures_change_as_faults_say(px: Server, http_client: httpx.Client) -> None:
    _, plain = changed(px, http_client, Fault("503", "nothing of the kind"))
    # per area: three years x (persons, per cent); sex 1 is position 0
    assert plain["value"] == [0, 0.5, 10, 10.5, 20, 20.5, 10_000, 10_000.5, 10_010, 10_010.5,
                              10_020, 10_020.5,
                              20_000, 20_000.5, 20_010, 20_010.5, 20_020, 20_020.5]  # fmt: skip
    _, tenfold = changed(px, http_client, Fault("unit", times=None))
    assert tenfold["value"] == [one * 10 for one in plain["value"]]
    assert tenfold["updated"] == "2026-11-20T06:00:00Z"
    _, revised = changed(px, http_client, Fault("revised", times=None, argument=0.1))
    assert revised["value"][6:12] == [11_000, 11_000.6, 11_011, 11_011.6, 10_020, 10_020.5]
    described, later = changed(px, http_client, Fault("new_year", times=None))
    assert described["variables"][3]["values"] == [*YEARS, "2026"]
    assert later["size"] == [3, 1, 1, 4, 2]
    assert later["value"][12:16] == [10_020, 10_020.5, 10_120, 10_120.7]
    described, fewer = changed(px, http_client, Fault("removed", times=None, argument="005"))
    assert described["variables"][0]["values"] == ["SSS", "KU091"]
    assert fewer["value"] == plain["value"][:6] + plain["value"][12:]


def test_variables_are_renamed_and_values_stand_twice(px: Server, http_client: httpx.Client) -> None:
    described, renamed = changed(px, http_client, Fault("renamed", times=None))
    assert described["variables"][0]["code"] == "kunta_1_20270101"
    assert renamed["id"][0] == "kunta_1_20270101"
    px.faults = [Fault("renamed", method="POST")]
    assert post(px, http_client, asking(**MARKED)).status_code == 400, "renamed between metadata and query"
    _, twice = changed(px, http_client, Fault("duplicated", times=None, argument="other"))
    assert twice["dimension"]["alue_23_20260101"]["category"]["index"] == ["SSS", "KU005", "KU091", "SSS"]
    assert twice["size"] == [4, 1, 1, 3, 2]
    assert [twice["value"][0], twice["value"][18]] == [0, 1]


def test_another_table_answers(px: Server, http_client: httpx.Client) -> None:
    px.faults = [Fault("wrong_table", "11re", times=None, argument="11ae")]
    assert get(px, http_client, "StatFin/vaerak/11re.px").json()["title"] == "Väestönmuutokset"
    answer = post(px, http_client, asking(**MARKED)).json()
    assert answer["extension"]["px"]["tableid"] == "11ae"
    assert answer["id"] == ["timeperiod_y"]


def test_a_stranger_answers_when_there_is_no_other_table(http_client: httpx.Client) -> None:
    with Server({"statfin": PxWeb((HAND_MADE,))}, faults=[Fault("wrong_table")]) as server:
        described = get(server, http_client, "StatFin/vaerak/11re.px").json()
    assert described["title"] == "Julkisyhteisöjen velka muuttujina Vuosi"


@pytest.mark.parametrize("fault", [("cut", "sideways"), ("cut", None), ("typo", None)])
def test_a_misspelt_fault_is_refused(fault: tuple[Any, Any]) -> None:
    with pytest.raises(ValueError, match=r"fault|cut"):
        Fault(fault[0], argument=fault[1])


# -- The nation -------------------------------------------------------------------------------------


def test_every_declared_table_is_served(nation: Serving, http_client: httpx.Client) -> None:
    tables = [one for one in load_live_tables().tables if one.service in ("statfin", "vero")]
    assert tables
    for table in tables:
        address = f"{nation.server.url(table.service)}{FI}/{table.address}"
        described = http_client.get(address).json()
        everything = {one["code"]: one["values"] for one in described["variables"]}
        assert any(one.get("time") for one in described["variables"]), table.id
        found = {text.casefold() for one in described["variables"] for text in one["valueTexts"]}
        for content in table.contents:
            assert any(all(word.casefold() in text for word in content.words) for text in found), content.code
        first = {code: values[:2] for code, values in everything.items()}
        answer = http_client.post(address, json=asking(**first)).json()
        assert len(answer["value"]) == np.prod(answer["size"])


def test_figures_are_the_same_however_they_are_asked(nation: Serving, http_client: httpx.Client) -> None:
    address = f"{nation.server.url('statfin')}{FI}/StatFin/vaerak/11re.px"
    codes = {
        one["text"]: (one["code"], one["values"]) for one in http_client.get(address).json()["variables"]
    }
    area, years = codes["Alue"], codes["Vuosi"]
    contents = codes["Tiedot"]
    one_by_one = []
    for year in years[1]:
        body = {area[0]: ["KU091"], years[0]: [year], codes["Ikä"][0]: ["SSS"], contents[0]: contents[1][:1]}
        one_by_one += http_client.post(address, json=asking(**body)).json()["value"]
    body = {area[0]: ["KU091"], years[0]: years[1], codes["Ikä"][0]: ["SSS"], contents[0]: contents[1][:1]}
    assert http_client.post(address, json=asking(**body)).json()["value"] == one_by_one
    assert len(set(one_by_one)) == 3


def test_a_new_release_raises_every_figure_and_its_time(tmp_path: Path, http_client: httpx.Client) -> None:
    world = NationWorld(municipalities=3, years=2)
    with serving(world, tmp_path) as running:
        address = f"{running.server.url('statfin')}{FI}/StatFin/vaerak/11re.px"
        query = {"query": [], "response": {"format": "json-stat2"}}
        before = http_client.post(address, json=query).json()
        world.publish()
        after = http_client.post(address, json=query).json()
    assert before["updated"] < after["updated"]
    pairs = zip(before["value"], after["value"], strict=True)
    assert {round(new - (old or 0), 3) for old, new in pairs} == {1}, "a nil becomes one"


def test_the_world_can_be_small_and_short(tmp_path: Path, http_client: httpx.Client) -> None:
    with serving(NationWorld(municipalities=5, years=2), tmp_path) as running:
        variables = get(running.server, http_client, "StatFin/vaerak/11ra.px").json()["variables"]
    areas = next(one["values"] for one in variables if "KU091" in one["values"])
    assert len([code for code in areas if code.startswith("KU")]) == 5
    assert {"SSS", "MA1", "MK01"} <= set(areas), "pseudo areas stay"
    assert next(one["values"] for one in variables if one.get("time")) == ["2024", "2025"]


def test_older_divisions_hold_municipalities_merged_since(nation: Serving, http_client: httpx.Client) -> None:
    projection = get(nation.server, http_client, "StatFin/vaenn/14wx.px").json()["variables"]
    area = next(one for one in projection if "KU091" in one["values"])
    assert area["code"] == "alue_23_20240101"
    assert "KU588" in area["values"], "Pertunmaa was merged in 2025"
    today = get(nation.server, http_client, "StatFin/vaerak/11re.px").json()["variables"]
    assert "KU588" not in next(one["values"] for one in today if "KU091" in one["values"])


def test_sotkanet_is_particular(nation: Serving, http_client: httpx.Client) -> None:
    base = f"{nation.server.url('sotkanet')}/rest/1.1"
    for agent in ("python-requests/2.32", "python-httpx/0.28", ""):
        assert http_client.get(f"{base}/regions", headers={"User-Agent": agent}).status_code == 403
    asked = {"indicator": "234", "years": ["2024", "2025"], "genders": "total"}
    for missing in ("years", "genders"):
        few = {key: value for key, value in asked.items() if key != missing}
        assert http_client.get(f"{base}/json", params=few).status_code == 400
    regions = {one["id"]: one for one in http_client.get(f"{base}/regions").json()}
    rows = http_client.get(f"{base}/json", params=asked).json()
    assert {regions[row["region"]]["category"] for row in rows} == {"KUNTA", "MAA", "MAAKUNTA"}
    own = {
        (regions[row["region"]]["code"], row["year"])
        for row in rows
        if regions[row["region"]]["category"] == "KUNTA"
    }
    assert {code for code, year in own if year == 2025} <= set(nation.world.codes)
    assert ("588", 2024) in own, "Pertunmaa has figures until it was merged in 2025"
    assert ("588", 2025) not in own
    assert {row["year"] for row in rows} == {2024, 2025}
    title = http_client.get(f"{base}/indicators/234").json()["title"]["fi"]
    assert "pitk&#228;aikaisesti" in title
    assert len(http_client.get(f"{base}/indicators").json()) > 20


def test_sotkanet_misbehaves_on_request(nation: Serving, http_client: httpx.Client) -> None:
    base = f"{nation.server.url('sotkanet')}/rest/1.1"
    address = f"{base}/json?indicator=3178&genders=total&years=2024&years=2025&years=2026"
    plain = http_client.get(address).json()
    assert {row["year"] for row in plain} == {2024, 2025}
    faults = {kind: Fault(kind) for kind in ("new_year", "removed", "unit", "duplicated", "wrong_table")}
    faults["removed"] = Fault("removed", argument="091")
    faults["revised"] = Fault("revised", argument=1)
    found = {}
    for kind, fault in faults.items():
        nation.server.faults = [fault]
        found[kind] = http_client.get(address).json()
    assert {row["year"] for row in found["new_year"]} == {2024, 2025, 2026}
    assert len(plain) - len(found["removed"]) == 2
    assert found["unit"][0]["value"] == pytest.approx(plain[0]["value"] * 10)
    assert len(found["duplicated"]) == len(plain) + 1
    assert {row["indicator"] for row in found["wrong_table"]} == {1}
    assert found["revised"][0]["value"] == pytest.approx(plain[0]["value"] * 2)
    assert found["revised"][1]["value"] == plain[1]["value"], "the newest year stays"


def test_kela_is_a_package_of_files(nation: Serving, http_client: httpx.Client) -> None:
    table = load_live_tables().by_service("kela")[0]
    action = f"{nation.server.url('kela')}/data/api/3/action"
    package = http_client.get(f"{action}/package_show", params={"id": table.address}).json()["result"]
    assert package["name"] == table.address
    assert http_client.get(f"{action}/package_show", params={"id": "no-such"}).status_code == 404
    nothing = http_client.get(f"{action}/package_search", params={"q": "no such thing"}).json()["result"]
    assert nothing == {"count": 0, "results": []}
    everything = http_client.get(f"{action}/package_search", params={"q": "Kansaneläkelaitos"}).json()[
        "result"
    ]
    assert table.address in {one["name"] for one in everything["results"]}
    (resource,) = package["resources"]
    raw = http_client.get(resource["url"])
    text = raw.content.decode("iso-8859-1")
    assert text.splitlines()[0].startswith(
        "aikatyyppi;kuukausi_nro;vuosikuukausi;vuosi;kunta_nro;kunta_nimi;"
    )
    assert ";199;" in text
    assert "Alajärvi" in text
    records = http_client.get(
        f"{action}/datastore_search", params={"resource_id": resource["id"], "limit": 3}
    ).json()
    assert records["result"]["records"][0]["kunta_nro"] == "005"


def test_syke_has_a_file_for_each_municipality(nation: Serving, http_client: httpx.Client) -> None:
    base = nation.server.url("syke")
    answer = http_client.get(f"{base}/Tulokset_taso_5/kunta_91.csv")
    head, first, *_ = answer.text.splitlines()
    assert head == "vuosi;taso_3;taso_4;taso_5;kt;kt_tuuli;GWh;hinku_laskenta;päästökauppa"
    assert "," in first
    assert ";NA;" in first
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert http_client.get(f"{base}/Tulokset_taso_5/kunta_999.csv").status_code == 404
    assert len(http_client.get(f"{base}/asukasluvut_2025.csv").text.splitlines()) == 13


def test_accounts_are_asked_by_business_id(nation: Serving, http_client: httpx.Client) -> None:
    base = nation.server.url("valtiokonttori")
    listed = http_client.get(f"{base}/rest/v1/json/aineistot").json()["aineistot"]
    register = http_client.get(f"{base}/api/Hakemistorajapinta/1.0/odata/Kunta").json()["value"]
    helsinki = next(one["YTunnus"] for one in register if one["KuntaNro"] == "091")
    single = http_client.get(f"{base}/api/Hakemistorajapinta/1.0/odata/Kunta(91)").json()
    assert single["YTunnus"] == helsinki
    own = [one for one in listed if one["ytunnus"] == helsinki and one["raportointikausi"] == "2025C12"]
    assert [one["hyvaksymisvaihe"] for one in own] == ["alustava", "lopullinen", "jalkikorjattu"]
    figures = [
        {row["tunnusluku"]: float(row["arvo"]) for row in http_client.get(one["tunnusluvut"]).json()}
        for one in own[1:]
    ]
    assert figures[0]["1400"] == pytest.approx(figures[1]["1400"] / 2, abs=0.01), "the corrected one counts"
    assert http_client.get(own[0]["tunnusluvut"]).status_code == 404


def test_business_ids_have_right_check_digits(nation: Serving, http_client: httpx.Client) -> None:
    address = f"{nation.server.url('valtiokonttori')}/odata/Kunta"
    for row in http_client.get(address).json()["value"]:
        digits = [int(letter) for letter in row["YTunnus"].replace("-", "")]
        assert sum(a * b for a, b in zip(digits, (7, 9, 10, 5, 8, 4, 2, 1), strict=True)) % 11 == 0


def test_divisions_mergers_and_boundaries(nation: Serving, http_client: httpx.Client) -> None:
    root = nation.server.url("classification")
    base = f"{root}/api/classifications/v2"
    items = f"{base}/classifications/kunta_1_20260101/classificationItems"
    named = http_client.get(items, params={"content": "data"}).json()
    assert len(named) == 308
    assert named[0]["classificationItemNames"][0]["name"] == "Alajärvi"
    assert http_client.get(items).json()[0].endswith("/005")
    assert len(http_client.get(items.replace("2026", "2024"), params={"content": "data"}).json()) == 309
    maps = f"{base}/correspondenceTables/kunta_1_20240101%23kunta_1_20260101/maps"
    pairs = http_client.get(maps, params={"content": "data"}).json()
    moved = {one["sourceItem"]["code"]: one["targetItem"]["code"] for one in pairs}
    assert moved["588"] == "507"
    assert moved["091"] == "091"
    layer = {"typeNames": "tilastointialueet:kunta1000k_2026", "request": "GetFeature"}
    features = http_client.get(f"{root}/geoserver/tilastointialueet/wfs", params=layer).json()["features"]
    assert len({one["properties"]["kunta"] for one in features}) == 308


def test_the_services_file_leads_to_the_server(nation: Serving) -> None:
    services = load_services(nation.services)
    assert set(services.services) == set(nation.server.services)
    for name, one in services.services.items():
        assert one.base.startswith(nation.server.url(name))
        assert one.base.endswith("/")
    assert nation.environment["USO_SERVICES"] == str(nation.services)


def test_pins_are_those_of_the_world(nation: Serving, tmp_path: Path) -> None:
    written = write_pins(nation.world, tmp_path).read_text(encoding="utf-8")
    assert nation.world.found_ids
    for name, number in nation.world.found_ids.items():
        assert name in written
        assert str(number) in written


def test_a_nation_runs_on_its_own(root: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "services", str(tmp_path), "--municipalities", "3", "--years", "2"]
    with subprocess.Popen(
        command, cwd=root / "tests", env={"PYTHONPATH": str(root), "PATH": ""}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        file = Path(process.stdout.readline().strip())
        base = load_services(file).services["statfin"].base
        with httpx.Client(timeout=10) as client:
            assert client.get(f"{base}?config").json()["maxCells"] == 120_000
        said, _ = process.communicate()
    assert said.strip() == "1"


def test_answers_can_be_zipped(http_client: httpx.Client) -> None:
    with Server({"statfin": PxWeb((HAND_MADE,))}, compress=True) as server:
        answer = get(server, http_client, "StatFin/vaerak/11re.px")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.json()["variables"][0]["values"] == list(AREAS)
