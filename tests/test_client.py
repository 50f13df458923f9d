"""The client against a server that behaves and misbehaves: what is sent, tried again, refused and told."""

from __future__ import annotations

import gzip
import json
import logging
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import stamina
from scripted_server import Server, Step, cut, drip, free_port, raw, reply, silence

from uso_lib.errors import BadAnswer, FetchError, Refused, TooManyCells, Unavailable
from uso_lib.live_specs import Service, ServicesFile
from uso_lib.sources.service import Call
from uso_lib.sources.web.client import Client

USER_AGENT = "uso-test/1 (kunnat)"
GOOD = b'{"value": [1, null, 3], "note": "\xc3\xa4"}'
OK = reply(200, GOOD)
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = "salasana-aurinko-7"  # noqa: S105 - made up


class Pace:
    """A clock that only goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.sleeps: list[float] = []

    def clock(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += seconds


@pytest.fixture(autouse=True)
def _hooks() -> Iterator[None]:
    """Leave stamina's hooks as they were."""
    yield
    stamina.instrumentation.set_on_retry_hooks(None)


def services(base: str, **settings: Any) -> ServicesFile:
    """Return one service that is retried at once, called without pause and given little time."""
    wanted = {"calls": 1000, "per_seconds": 0.001, "wait_s": 0, "attempts": 3, "timeout_s": 5} | settings
    service = Service(kind="pxweb", title="Tilastokeskus", base=base, **wanted)
    return ServicesFile(user_agent=USER_AGENT, services={"statfin": service})


def client(server: Server, pace: Pace | None = None, **settings: Any) -> Client:
    pace = pace or Pace()
    return Client(services(server.base, **settings), clock=pace.clock, sleep=pace.sleep, now=lambda: NOON)


def call(server: Server, path: str = "t.px", **details: Any) -> Call:
    return Call("statfin", f"{server.base}{path}", **details)


def outcome(*script: Step, accept: str = "json", **settings: Any) -> tuple[Any, int]:
    """Return what one call ends in, an answer or an error, and how many requests the server saw."""
    with Server(list(script)) as server, client(server, **settings) as sender:
        try:
            result: Any = sender.send(call(server, accept=accept))
        except FetchError as error:
            result = error
        assert sender.calls == len(server.requests)
        return result, len(server.requests)


def test_an_answer_comes_as_it_is_with_its_time_and_headers() -> None:
    answer, sent = outcome(reply(200, GOOD, Content_Type="application/json", ETag='"7"', Set_Cookie="a=b"))
    assert answer.content == GOOD
    assert answer.fetched == NOON
    assert answer.headers == {"content-type": "application/json", "etag": '"7"'}
    assert answer.updated == ""
    assert sent == 1


def test_a_request_says_who_asks_and_what_is_expected() -> None:
    body = {"query": [{"code": "Ikä", "selection": {"filter": "item", "values": ["0–4"]}}]}
    with Server([OK, reply(200, b"a;b")]) as server, client(server) as sender:
        sender.send(call(server, body=body))
        sender.send(call(server, "data.csv", accept="csv"))
    posted, got = server.requests
    assert (posted.method, got.method) == ("POST", "GET")
    assert json.loads(posted.body) == body
    assert posted.headers["content-type"] == "application/json"
    assert posted.headers["user-agent"] == got.headers["user-agent"] == USER_AGENT
    assert posted.headers["accept"] == "application/json"
    assert got.headers["accept"].startswith("text/csv")
    assert posted.headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("path", "params", "sent"),
    [
        ("fi", (("config", ""),), "/api/fi?config"),
        ("fi?config", (), "/api/fi?config"),
        ("json", (("years", "2021"), ("years", "2022"), ("genders", "total")),
         "/api/json?years=2021&years=2022&genders=total"),
        ("maps/a%23b", (("q", "Ä b&c"),), "/api/maps/a%23b?q=%C3%84%20b%26c"),
    ],
)  # fmt: skip
def test_parameters_are_sent_in_order_and_escaped_once(
    path: str, params: tuple[tuple[str, str], ...], sent: str
) -> None:
    with Server([OK]) as server, client(server) as sender:
        sender.send(call(server, path, params=params))
    assert server.requests[0].path == sent


# --- haste -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ({"Retry_After": "30"}, 30),
        ({"Retry_After": format_datetime(NOON + timedelta(seconds=45), usegmt=True)}, 45),
        # The service's clock is ten minutes ahead of ours: only its own two times may be compared.
        ({"Retry_After": format_datetime(NOON + timedelta(seconds=620), usegmt=True),
          "Date": format_datetime(NOON + timedelta(seconds=600), usegmt=True)}, 20),
        ({}, 60),
        ({"Retry_After": "soon"}, 60),
        ({"Retry_After": "-5"}, 60),
    ],
)  # fmt: skip
@pytest.mark.parametrize("body", [b'{"error": "429 - Too many requests"}', b"", b"<html>slow down</html>"])
def test_a_host_in_want_of_peace_is_not_called_before(
    header: dict[str, str], wait_s: int, body: bytes
) -> None:
    pace = Pace()
    with (
        Server([reply(429, body, **header), OK], clock=pace.clock) as server,
        client(server, pace) as sender,
    ):
        assert sender.send(call(server)).content == GOOD
    first, second = (request.time for request in server.requests)
    assert second - first == pytest.approx(wait_s, abs=0.01)


def test_peace_holds_for_every_client_of_the_host_and_is_told() -> None:
    pace, told = Pace(), []
    one = reply(429, b"{}", Retry_After="60")
    with Server([one, one, one, OK], clock=pace.clock) as server:
        wanted = services(server.base)
        first = Client(wanted, clock=pace.clock, sleep=pace.sleep, now=lambda: NOON, notice=told.append)
        with first, Client(wanted, limiters=first._limiters, now=lambda: NOON) as second:
            with pytest.raises(Unavailable, match="429"):
                first.send(call(server))
            second.send(call(server, "other.px"))
    times = [request.time - 1000 for request in server.requests]
    assert times == pytest.approx([0, 60, 120, 180], abs=0.01)
    assert told == ["127.0.0.1 wants no calls for 60 s."] * 3


def test_a_wish_for_longer_peace_than_allowed_ends_the_call_and_spares_the_host() -> None:
    pace = Pace()
    with Server([reply(429, b"{}", Retry_After="3600")]) as server, client(server, pace) as sender:
        with pytest.raises(Unavailable, match="no calls for 60 min"):
            sender.send(call(server))
        with pytest.raises(Unavailable, match="no calls for 60 min"):
            sender.send(call(server, "other.px"))
        assert len(server.requests) == 1
    assert pace.sleeps == []


def test_retry_after_of_an_overloaded_service_is_honoured_too() -> None:
    pace = Pace()
    with (
        Server([reply(503, b"", Retry_After="7"), OK], clock=pace.clock) as server,
        client(server, pace) as sender,
    ):
        sender.send(call(server))
    assert server.requests[1].time - server.requests[0].time == pytest.approx(7, abs=0.01)


def test_all_clients_of_the_process_share_one_pace_per_host() -> None:
    with Server([OK]) as server:
        wanted = services(server.base, calls=1, per_seconds=0.15)
        for _ in range(3):
            with Client(wanted) as sender:
                sender.send(call(server))
    times = [request.time for request in server.requests]
    assert times[2] - times[0] >= 0.25


# --- refusals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b'{"error":"Too many values selected"}'),
        (403, b"Too many values selected"),
        (400, b'{"type":"Parameter error","title":"Too many cells selected","status":400}'),
    ],
)
def test_too_many_cells_is_told_apart_and_not_tried_again(status: int, body: bytes) -> None:
    result, sent = outcome(reply(status, body))
    assert type(result) is TooManyCells
    assert sent == 1


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, b'{"error":"Parameter error"}', "Parameter error"),
        (400, b"Bad Request", "Bad Request"),
        (404, b"<html><body>Not\n\nFound</body></html>", '"Not Found"'),
        (403, b'{"error":"Forbidden"}', "Forbidden"),
        (401, b"", "credentials"),
    ],
)
def test_a_refusal_is_told_with_its_words_and_not_tried_again(status: int, body: bytes, said: str) -> None:
    result, sent = outcome(reply(status, body))
    assert type(result) is Refused
    assert f"answered {status}" in str(result)
    assert said in str(result)
    assert "/api/t.px" in str(result)
    assert sent == 1


def test_a_refusal_is_quoted_briefly_and_harmlessly() -> None:
    result, _ = outcome(reply(400, b"\x1b[31mred\x07 <script>alert(1)</script>&lt;b&gt; " + b"x" * 100_000))
    text = str(result)
    assert "red <b> xxx" in text
    assert text.isprintable()
    assert "alert" not in text
    assert len(text) < 500


@pytest.mark.parametrize("word", [b"<", b"<script", b"<script>", b"<style ", b"&"])
@pytest.mark.parametrize("status", [200, 400, 503])
def test_a_malformed_page_of_any_size_is_judged_at_once(status: int, word: bytes) -> None:
    begun = time.monotonic()
    result, _ = outcome(reply(status, b"<p>" + word * 300_000), attempts=1)
    assert isinstance(result, FetchError)
    assert time.monotonic() - begun < 5


def test_half_a_character_is_no_text() -> None:
    result, seen = outcome(reply(200, b'{"title": ["\\ud83d\\ude00", "\\uD800"]}'), attempts=2)
    assert "half a character" in str(result)
    assert seen == 2
    whole, _ = outcome(reply(200, b'{"title": "\\ud83d\\ude00"}'))
    assert json.loads(whole.content)["title"] == "\U0001f600"


# --- failures that may pass --------------------------------------------------------------------------------

PAGE = b"<!DOCTYPE html><html><head><title>Web proxy: please sign in</title></head></html>"
PASSING = {
    "500": (reply(500, b"Internal error"), Unavailable),
    "502": (reply(502, PAGE), Unavailable),
    "503": (reply(503, b""), Unavailable),
    "403 of a firewall": (reply(403, b"<html>Request rejected</html>"), Unavailable),
    "403 of a firewall with words like a service's": (
        reply(403, b"<html>Blocked: too many values in the header</html>"),
        Unavailable,
    ),
    "403 without a word": (reply(403, b""), Unavailable),
    "proxy's page": (reply(200, PAGE), Unavailable),
    "proxy's page behind a byte order mark": (reply(200, b"\xef\xbb\xbf\r\n " + PAGE), Unavailable),
    "some other page": (reply(200, b"<html><p>Tervetuloa!</p></html>"), BadAnswer),
    "JSON cut short": (reply(200, GOOD[:-9]), BadAnswer),
    "bytes that are no UTF-8": (reply(200, b'{"a": "\xe4"}'), BadAnswer),
    "a bare word": (reply(200, b'"Bad Request"'), BadAnswer),
    "JSON nested too deep": (reply(200, b"[" * 200_000 + b"]" * 200_000), BadAnswer),
    "nothing": (reply(200, b""), BadAnswer),
    "no content": (reply(204, Content_Length=""), BadAnswer),
    "part of the content": (reply(206, GOOD), BadAnswer),
    "shorter than promised": (reply(200, GOOD, Content_Length=str(len(GOOD) + 5)), BadAnswer),
    "damaged packing": (reply(200, b"\x1f\x8b" + GOOD, Content_Encoding="gzip"), BadAnswer),
    "packing cut short": (reply(200, gzip.compress(GOOD)[:-3], Content_Encoding="gzip"), BadAnswer),
    "no HTTP at all": (lambda handler: handler.write(b"SSH-2.0-OpenSSH\r\n\r\n"), Unavailable),
    "redirect to nowhere": (reply(302), BadAnswer),
}


@pytest.mark.parametrize("case", PASSING)
def test_what_may_pass_is_tried_again_and_told_when_it_does_not(case: str) -> None:
    step, kind = PASSING[case]
    result, sent = outcome(step, OK)
    assert result.content == GOOD
    assert sent == 2
    result, sent = outcome(step)
    assert type(result) is kind
    assert sent == 3
    assert "statfin http://127.0.0.1" in str(result)
    assert str(result).isprintable()


def test_json_is_taken_whatever_its_declared_type() -> None:
    body = b"\xef\xbb\xbf" + GOOD
    assert outcome(reply(200, body, Content_Type="text/html"))[0].content == body


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"vuosi;kt\n2020;1,5\n", None),
        (b"\xff\xfev\x00u\x00", BadAnswer),
        (b"<html>sign in</html>", Unavailable),
        (b'{"success": false}', BadAnswer),
        (b"PK\x03\x04\x00\x00", BadAnswer),
    ],
)
def test_a_csv_file_is_told_from_pages_json_and_zip_files(body: bytes, kind: type[Exception] | None) -> None:
    result, _ = outcome(reply(200, body), accept="csv")
    assert (result.content == body) if kind is None else type(result) is kind


def test_any_content_is_taken_where_any_is_expected() -> None:
    assert outcome(reply(200, b"<gml/>"), accept="any")[0].content == b"<gml/>"


@pytest.mark.parametrize("framing", ["length", "close", "chunks"])
def test_a_connection_cut_at_any_byte_never_gives_an_answer(framing: str) -> None:
    if framing == "chunks":
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (GOOD[:9], GOOD[9:])) + b"0\r\n\r\n"
        whole = raw(200, chunks, {"Content-Length": "", "Transfer-Encoding": "chunked"})
    else:
        whole = raw(200, GOOD, {} if framing == "length" else {"Content-Length": ""})
    script = [step for after in range(len(whole)) for step in (cut(whole, after), cut(whole, len(whole)))]
    with Server(script) as server, client(server, attempts=2) as sender:
        answers = [sender.send(call(server)) for _ in range(len(whole))]
        assert {answer.content for answer in answers} == {GOOD}
        assert len(server.requests) == 2 * len(whole)


@pytest.mark.parametrize("after", [0, 3, 20, 60, 70, 80, 90])
def test_a_connection_that_is_cut_every_time_is_told_as_such(after: int) -> None:
    result, sent = outcome(cut(raw(200, GOOD), after))
    begun = after >= raw(200, GOOD).index(b"\r\n\r\n") + 4
    assert type(result) is (BadAnswer if begun else Unavailable)
    assert sent == 3


def test_a_host_nobody_answers_at_is_told() -> None:
    base = f"http://127.0.0.1:{free_port()}/"
    with Client(services(base)) as sender, pytest.raises(Unavailable, match="out of reach"):
        sender.send(Call("statfin", f"{base}t.px"))
    assert sender.calls == 3


@pytest.mark.parametrize(
    "step",
    [
        silence,
        drip(raw(200, GOOD), every_s=0.05),
    ],
    ids=["silence", "headers drip"],
)
def test_an_answer_that_takes_too_long_is_cut(step: Step) -> None:
    begun = time.monotonic()
    result, sent = outcome(step, timeout_s=0.3, attempts=1)
    assert type(result) is Unavailable
    assert "no whole answer within 0.3 s" in str(result)
    assert time.monotonic() - begun < 1.5
    assert sent == 1


def test_a_body_that_drips_is_cut_though_no_single_byte_is_late() -> None:
    def step(handler: Any) -> None:
        handler.write(raw(200, b"", {"Content-Length": "5000"}))
        drip(b" " * 5000, every_s=0.05)(handler)

    begun = time.monotonic()
    result, _ = outcome(step, OK, timeout_s=0.3)
    assert result.content == GOOD
    assert time.monotonic() - begun < 2
    assert type(outcome(step, timeout_s=0.3, attempts=1)[0]) is Unavailable


def test_the_wait_between_attempts_doubles() -> None:
    waits: list[float] = []
    stamina.instrumentation.set_on_retry_hooks([lambda details: waits.append(details.wait_for)])
    outcome(reply(500), attempts=4, wait_s=0.004)
    low = [0.004, 0.008, 0.016]
    assert all(least <= wait <= least + 0.0041 for least, wait in zip(low, waits, strict=True))


def test_a_single_attempt_ends_in_our_own_error_also_with_retries_switched_off() -> None:
    stamina.set_active(False)
    try:
        result, sent = outcome(reply(500), OK)
    finally:
        stamina.set_active(True)
    assert type(result) is Unavailable
    assert sent == 1


# --- size --------------------------------------------------------------------------------------------------


def test_a_packed_answer_is_unpacked_also_when_it_has_several_parts() -> None:
    packed = gzip.compress(GOOD[:10]) + gzip.compress(GOOD[10:])
    assert outcome(reply(200, packed, Content_Encoding="gzip"))[0].content == GOOD


def test_an_answer_as_large_as_allowed_is_taken_and_one_byte_more_is_not() -> None:
    fits = b"[" + b" " * 99_998 + b"]"
    assert outcome(reply(200, fits), max_mb=0.1)[0].content == fits
    result, sent = outcome(reply(200, fits + b" "), max_mb=0.1)
    assert type(result) is BadAnswer
    assert "larger than 0.1 MB" in str(result)
    assert sent == 1


def test_a_small_packed_answer_cannot_unfold_without_end() -> None:
    bomb = gzip.compress(b" " * 200_000_000, compresslevel=1)
    tracemalloc.start()
    result, sent = outcome(reply(200, bomb, Content_Encoding="gzip"), max_mb=2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert type(result) is BadAnswer
    assert peak < 15_000_000
    assert sent == 1


def test_a_packed_answer_that_unfolds_to_nothing_is_not_read_without_end() -> None:
    empty_parts = gzip.compress(b"") * 20_000
    result, sent = outcome(reply(200, empty_parts, Content_Encoding="gzip"), max_mb=0.2)
    assert "larger than 0.2 MB" in str(result)
    assert sent == 1


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "deflate", "zstd"])
def test_packing_nobody_asked_for_is_refused(packing: str) -> None:
    result, _ = outcome(reply(200, zlib.compress(GOOD), Content_Encoding=packing))
    assert type(result) is BadAnswer
    assert packing in str(result)


def test_a_refusal_of_any_size_or_packing_is_still_a_refusal() -> None:
    huge = reply(400, b"x" * 5_000_000)
    assert type(outcome(huge, max_mb=0.1)[0]) is Refused
    assert type(outcome(reply(404, b"?", Content_Encoding="br"))[0]) is Refused
    cut_short = reply(403, b'{"error":"Too many values selected"}', Content_Length="5000")
    assert type(outcome(cut_short)[0]) is TooManyCells


# --- redirects and hosts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "method"), [(301, "POST"), (302, "POST"), (307, "POST"), (308, "POST"), (303, "GET")]
)
def test_a_redirect_within_the_host_is_followed_with_the_same_question(status: int, method: str) -> None:
    with Server([reply(status, Location="../new/t.px?a=1"), OK]) as server, client(server) as sender:
        answer = sender.send(call(server, body={"query": []}))
        assert answer.call.url.endswith("/api/t.px")
        assert sender.calls == 2
    assert (server.requests[1].method, server.requests[1].path) == (method, "/new/t.px?a=1")
    assert bool(server.requests[1].body) == (method == "POST")


def test_a_redirect_to_a_declared_host_is_followed_and_to_another_is_not() -> None:
    with Server([OK]) as other, Server([reply(302, Location=f"http://localhost:{other.port}/x")]) as server:
        with client(server, hosts=["localhost"]) as sender:
            assert sender.send(call(server)).content == GOOD
        with client(server) as sender, pytest.raises(BadAnswer, match="'localhost', which is not among"):
            sender.send(call(server))
        assert len(other.requests) == 1


@pytest.mark.parametrize(
    "location",
    ["https://evil.example/", "//evil.example/x", "http://127.0.0.1@evil.example/", "ftp://127.0.0.1/x",
     "file:///etc/passwd", "http://user:pw@127.0.0.1/", "http://[bad", "http://x:port/", "http:",
     "javascript:alert(1)"],
)  # fmt: skip
def test_a_redirect_out_of_the_declared_world_is_refused(location: str) -> None:
    result, sent = outcome(reply(302, Location=location))
    assert type(result) is BadAnswer
    assert sent == 1


def test_redirects_in_a_circle_or_a_long_chain_end() -> None:
    result, sent = outcome(reply(302, Location="/api/u.px"), reply(302, Location="/api/t.px"))
    assert type(result) is BadAnswer
    assert "circle" in str(result)
    assert sent == 2
    result, sent = outcome(*(reply(302, Location=f"/{place}") for place in range(9)))
    assert "more than 5 redirects" in str(result)
    assert sent == 6
    assert outcome(*(reply(302, Location=f"/{place}") for place in range(5)), OK)[0].content == GOOD


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://evil.example/t.px", "not among the hosts"),
        ("http://pxdata.stat.fi/t.px", "without encryption"),
        ("https://pxdata.stat.fi:pw@evil.example/t.px", "not among the hosts"),
        ("https://me:pw@pxdata.stat.fi/t.px", "credentials in the address"),
        ("https://pxdata.stat.fi.evil.example/", "not among the hosts"),
        ("t.px", "not among the hosts"),
        ("http://[bad", "not among the hosts"),
        ("http://pxdata.stat.fi:port/", "not an address"),
        ("", "not among the hosts"),
    ],
)
def test_a_call_out_of_the_declared_world_is_never_sent(address: str, reason: str) -> None:
    with Client(services("https://pxdata.stat.fi/PxWeb/")) as sender:
        with pytest.raises(BadAnswer, match=reason):
            sender.send(Call("statfin", address))
        assert sender.calls == 0


def test_an_undeclared_service_is_told() -> None:
    with Client(services("https://pxdata.stat.fi/PxWeb/")) as sender, pytest.raises(Refused, match="syke"):
        sender.send(Call("syke", "https://paastot.hiilineutraalisuomi.fi/x.csv"))


def test_this_machine_is_never_called_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert outcome(OK)[0].content == GOOD


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", f"socks5://me:{SECRET}@proxy:1"),
        ("HTTPS_PROXY", f"ftp://me:{SECRET}@proxy"),
        ("SSL_CERT_FILE", f"/nowhere/{SECRET}.pem"),
    ],
)
def test_settings_that_cannot_be_used_are_told_by_name_only(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Unavailable, match=name) as caught:
        Client(services("https://pxdata.stat.fi/PxWeb/"))
    assert SECRET not in str(caught.value)


# --- encrypted services, without a network ------------------------------------------------------------------


def offline(handler: Any, **settings: Any) -> Client:
    """Return a client of an encrypted service whose requests a function answers."""
    sender = Client(services("https://pxhopea2.stat.fi/PXWeb/", **settings), clock=Pace().clock)
    sender._http.close()
    sender._http = httpx.Client(transport=httpx.MockTransport(handler))
    return sender


PAID = Call("statfin", "https://pxhopea2.stat.fi/PXWeb/t.px")


def test_an_encrypted_call_is_not_redirected_to_one_in_the_clear() -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(302, headers={"Location": "http://pxhopea2.stat.fi/PXWeb/t.px"})

    with offline(handler) as sender, pytest.raises(BadAnswer, match="encrypted address to one that is not"):
        sender.send(PAID)
    assert seen == [PAID.url]


def test_a_certificate_that_cannot_be_verified_is_told_with_the_way_out_and_not_tried_again() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        message = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"
        raise httpx.ConnectError(message, request=request)

    with offline(handler) as sender, pytest.raises(Unavailable, match="SSL_CERT_FILE"):
        sender.send(PAID)
    assert sender.calls == 1


def test_credentials_go_to_the_base_only_and_show_nowhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("USO_TEST_USER", "kunta")
    monkeypatch.setenv("USO_TEST_PASSWORD", SECRET)
    caplog.set_level(logging.DEBUG)
    seen: dict[str, str | None] = {}

    def handler(request: httpx.Request) -> httpx.Response:
        seen[request.url.host] = request.headers.get("authorization")
        if request.url.host == "pxhopea2.stat.fi":
            return httpx.Response(307, headers={"Location": "https://pxdata.stat.fi/t.px"})
        return httpx.Response(500, content=b"broken")

    settings: dict[str, Any] = {"user": "USO_TEST_USER", "password": "USO_TEST_PASSWORD"}
    with offline(handler, hosts=["pxdata.stat.fi"], **settings) as sender:
        with pytest.raises(Unavailable) as error:
            sender.send(PAID)
        shown = [str(error.value), repr(error.value), repr(sender), str(vars(sender)), caplog.text]
    basic = httpx.BasicAuth("kunta", SECRET)._auth_header
    assert seen == {"pxhopea2.stat.fi": basic, "pxdata.stat.fi": None}
    assert caplog.text
    for text in shown:
        assert SECRET not in text
        assert basic.removeprefix("Basic ") not in text


def test_missing_credentials_are_told_by_the_names_of_their_variables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("USO_TEST_USER", raising=False)
    monkeypatch.setenv("USO_TEST_PASSWORD", SECRET)
    settings: dict[str, Any] = {"user": "USO_TEST_USER", "password": "USO_TEST_PASSWORD"}
    with offline(lambda _: httpx.Response(200, content=GOOD), **settings) as sender:
        with pytest.raises(Refused, match="USO_TEST_USER and USO_TEST_PASSWORD") as error:
            sender.send(PAID)
        assert sender.calls == 0
    assert SECRET not in str(error.value)


def test_an_echo_of_a_secret_address_is_not_shown() -> None:
    location = f"https://evil.example/login?token={SECRET}"
    answer = httpx.Response(302, headers={"Location": location})
    with offline(lambda _: answer) as sender, pytest.raises(BadAnswer) as error:
        sender.send(PAID)
    assert "evil.example" in str(error.value)
    assert SECRET not in str(error.value)


def test_retries_are_logged_only_for_those_who_set_up_logging() -> None:
    Client(services("https://pxdata.stat.fi/PxWeb/")).close()
    Client(services("https://pxdata.stat.fi/PxWeb/")).close()
    handlers = logging.getLogger("stamina").handlers
    assert [type(one) for one in handlers].count(logging.NullHandler) == 1
