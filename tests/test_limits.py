"""The pace towards a host: never more calls in any stretch of time, and never a needless wait."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.sources.web.limits import Deadline, Limiter, Limiters


class Pace:
    """A clock that goes on when somebody sleeps or a test says so."""

    def __init__(self) -> None:
        self.time = 50.0

    def clock(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def limiter(pace: Pace, calls: int, per_seconds: float) -> Limiter:
    return Limiter(calls, per_seconds, clock=pace.clock, sleep=pace.sleep)


def test_calls_wait_only_when_the_window_is_full() -> None:
    pace = Pace()
    gate = limiter(pace, 2, 10)
    begun = []
    for _ in range(5):
        gate.wait()
        begun.append(pace.time - 50)
        pace.time += 1
    assert begun == pytest.approx([0, 1, 10, 11, 20])


@settings(max_examples=60, deadline=None)
@given(
    calls=st.integers(1, 5),
    per_seconds=st.floats(0.1, 100),
    pauses=st.lists(st.floats(0, 200), min_size=1, max_size=30),
)
def test_no_stretch_of_time_holds_too_many_calls_and_no_wait_is_needless(
    calls: int, per_seconds: float, pauses: list[float]
) -> None:
    pace = Pace()
    gate = limiter(pace, calls, per_seconds)
    begun: list[float] = []
    for pause in pauses:
        pace.time += pause
        ready = pace.time
        gate.wait()
        earliest = max(ready, begun[-calls] + per_seconds) if len(begun) >= calls else ready
        assert earliest - 1e-6 <= pace.time <= earliest + 0.0011
        begun.append(pace.time)


def test_a_closed_host_opens_at_its_time_and_a_shorter_closure_changes_nothing() -> None:
    pace = Pace()
    gate = limiter(pace, 100, 1)
    gate.close(60)
    gate.close(5)
    assert gate.closed_for == pytest.approx(60)
    gate.wait()
    assert pace.time == pytest.approx(110)
    assert gate.closed_for == 0


def test_hosts_have_their_own_pace_and_the_strictest_wish_holds() -> None:
    pace = Pace()
    limiters = Limiters(clock=pace.clock, sleep=pace.sleep)
    one = limiters.of("a", calls=1, per_seconds=1)
    assert limiters.of("a", calls=1, per_seconds=10) is one
    assert limiters.of("a", calls=5, per_seconds=1) is one
    for gate in (one, limiters.of("b", calls=1, per_seconds=10), one):
        gate.wait()
    assert pace.time == pytest.approx(60)


def test_threads_share_the_pace() -> None:
    pace = Pace()
    gate, begun = limiter(pace, 1, 5), []

    def run() -> None:
        gate.wait()
        begun.append(pace.time)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pace.time == pytest.approx(50 + 7 * 5)
    assert len(begun) == 8


def test_a_deadline_in_time_cuts_nothing() -> None:
    with Deadline(30) as deadline:
        timer = deadline._timer
        assert timer.is_alive()
    timer.join(2)
    assert not timer.is_alive()
    assert not deadline.passed


def test_a_connection_made_after_the_deadline_is_cut_at_once() -> None:
    class Stream:
        asked = 0

        def get_extra_info(self, name: str) -> None:
            assert name == "socket"
            self.asked += 1

    stream = Stream()
    with Deadline(0.001) as deadline:
        deadline._timer.join(2)
        assert deadline.passed
        deadline.watch("connection.connect_tcp.complete", {"return_value": stream})
        deadline.watch("http11.receive_response_headers.complete", {"return_value": object()})
    assert stream.asked == 1
