"""Intervals of rates: published and hand-computed values, and what must hold of every count."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uso_lib.analysis.certainty import Interval
from uso_lib.analysis.intervals import balance, byar, limits, may_be_chance, normal_quantile, wilson

Method = Callable[..., tuple[np.ndarray, np.ndarray]]
METHODS = pytest.mark.parametrize("method", [wilson, byar])
wholes = st.integers(1, 700_000)


def one(method: Method, count: float, of: float, level: float = 95.0) -> tuple[float, float]:
    low, high = method(np.array([count], dtype=float), np.array([of], dtype=float), level)
    return float(low[0]), float(high[0])


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), pages 857-872, table I, method 3: the score interval.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_values(count: int, of: int, low: float, high: float) -> None:
    assert one(wilson, count, of) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_wilson_as_computed_by_hand() -> None:
    """10 of 100: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z² = 3.8415."""
    middle, spread = 0.1 + 3.8415 / 200, 1.95996 * math.sqrt(0.09 / 100 + 3.8415 / 40_000)
    divisor = 1.038415
    assert one(wilson, 10, 100) == pytest.approx(
        ((middle - spread) / divisor, (middle + spread) / divisor), rel=1e-4
    )
    assert one(wilson, 10, 100) == pytest.approx((0.0552, 0.1744), abs=5e-5)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        # x (1 - 1/9x - z/3√x)³ and (x+1) (1 - 1/9(x+1) + z/3√(x+1))³ with z = 1.95996
        (10, 10 * 0.782291**3, 11 * 1.186884**3),
        (100, 100 * 0.933557**3, 101 * 1.063908**3),
        (1, 0.235568**3, 2 * 1.406413**3),
    ],
)
def test_byar_as_computed_by_hand(count: int, low: float, high: float) -> None:
    assert one(byar, count, 1) == pytest.approx((low, high), rel=2e-5)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (20, 12.2165, 30.8884), (100, 81.3640, 121.6270)],
)
def test_byar_is_near_the_exact_limits_of_published_tables(count: int, low: float, high: float) -> None:
    """The exact ones are those of Garwood (Biometrika 28, 1936)."""
    assert one(byar, count, 1) == (pytest.approx(low, rel=0.03), pytest.approx(high, rel=0.002))


def test_no_events_leave_an_upper_limit() -> None:
    low, high = one(byar, 0, 1000)
    assert low == 0
    assert high * 1000 == pytest.approx((1 - 1 / 9 + normal_quantile(95) / 3) ** 3)
    assert one(wilson, 0, 5) == (0.0, pytest.approx(3.8415 / 8.8415, abs=1e-4))
    assert one(wilson, 5, 5) == (pytest.approx(5 / 8.8415, abs=1e-4), 1.0)


@METHODS
@pytest.mark.parametrize(
    ("count", "of"), [(1, 0), (-1, 10), (math.nan, 10), (1, math.nan), (0, 0), (1, -1), (math.nan, math.nan)]
)
def test_unknown_and_impossible_counts_have_no_interval(method: Method, count: float, of: float) -> None:
    assert np.isnan(one(method, count, of)).all()


def test_more_than_the_whole_is_no_share_but_may_be_events() -> None:
    assert np.isnan(one(wilson, 11, 10)).all()
    assert np.isfinite(one(byar, 11, 10)).all()


def test_units_scale_the_limits_and_columns_are_apart() -> None:
    count, of = np.array([10.0, np.nan, 81.0]), np.array([100.0, 10.0, 263.0])
    low, high = limits("binomial", count, of, scale=100)
    assert low[[0, 2]] == pytest.approx([5.522914, 25.528], abs=1e-3)
    assert np.isnan([low[1], high[1]]).all()
    per_mille = limits("poisson", count, of, scale=1000)[1]
    assert per_mille[0] == pytest.approx(18.39 / 100 * 1000, abs=0.05)


@METHODS
@given(of=wholes, data=st.data())
def test_the_rate_lies_within_its_interval(method: Method, of: int, data: st.DataObject) -> None:
    count = data.draw(st.one_of(st.integers(0, of), st.floats(0, of)))
    low, high = one(method, count, of)
    assert 0 <= low <= count / of <= high
    assert low < high
    if method is wilson:
        assert high <= 1


@METHODS
@given(of=wholes, data=st.data())
def test_limits_rise_with_the_count(method: Method, of: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, of - 1))
    low, high = one(method, first, of)
    next_low, next_high = one(method, first + 1, of)
    assert next_low >= low
    assert next_high >= high


@METHODS
@given(of=st.integers(1, 50_000), times=st.integers(2, 50), data=st.data())
def test_the_same_rate_of_more_is_told_more_closely(
    method: Method, of: int, times: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, of))
    small, great = one(method, count, of), one(method, count * times, of * times)
    assert great[1] - great[0] < small[1] - small[0]


@METHODS
@given(of=st.integers(1, 50_000), data=st.data())
def test_a_higher_level_is_wider(method: Method, of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    usual, wide = one(method, count, of), one(method, count, of, 99.8)
    assert wide[0] <= usual[0] <= usual[1] <= wide[1]
    assert wide != usual


@given(of=wholes, data=st.data())
def test_a_part_and_the_rest_have_mirrored_shares(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    low, high = one(wilson, count, of)
    assert one(wilson, of - count, of) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(count=st.integers(0, 10_000), of=wholes, scale=st.sampled_from([1.0, 100.0, 1000.0]))
def test_events_do_not_know_the_size_of_their_population(count: int, of: int, scale: float) -> None:
    low, high = limits("poisson", np.array([float(count)]), np.array([float(of)]), scale=scale)
    assert low * of / scale == pytest.approx(one(byar, count, 1)[0])
    assert high * of / scale == pytest.approx(one(byar, count, 1)[1])


@pytest.mark.parametrize(("method", "rate"), [(wilson, 0.05), (wilson, 0.4), (byar, 0.005), (byar, 0.05)])
@pytest.mark.parametrize("of", [200, 2000, 20_000])
def test_the_interval_holds_the_true_rate_about_as_often_as_it_says(
    method: Method, rate: float, of: int
) -> None:
    random = np.random.default_rng(9)
    drawn = random.binomial(of, rate, 200_000) if method is wilson else random.poisson(of * rate, 200_000)
    low, high = method(drawn.astype(float), np.full(len(drawn), float(of)))
    held = ((low <= rate) & (rate <= high)).mean() * 100
    many = of * rate >= 20
    assert (94.0 if many else 91.0) < held < (96.5 if many else 99.5)


# -- Balances and moves --------------------------------------------------------------------------------------


def net(plus: float, minus: float, of: float = 1.0) -> tuple[float, float]:
    low, high = balance(np.array([plus], dtype=float), np.array([minus], dtype=float), np.array([of]))
    return float(low[0]), float(high[0])


def test_a_balance_as_computed_by_hand() -> None:
    """10 less 100: -90 - √((10-4.79)² + (121.63-100)²) and -90 + √((18.39-10)² + (100-81.36)²)."""
    first, second = one(byar, 10, 1), one(byar, 100, 1)
    low = -90 - math.sqrt((10 - first[0]) ** 2 + (second[1] - 100) ** 2)
    high = -90 + math.sqrt((first[1] - 10) ** 2 + (100 - second[0]) ** 2)
    assert net(10, 100) == pytest.approx((low, high))
    assert net(10, 100) == pytest.approx((-112.24, -69.56), abs=0.05)


@given(plus=st.integers(0, 5000), minus=st.integers(0, 5000), of=wholes)
def test_a_balance_lies_within_its_interval_and_turns_with_its_counts(plus: int, minus: int, of: int) -> None:
    low, high = net(plus, minus, of)
    assert low < (plus - minus) / of < high
    assert net(minus, plus, of) == pytest.approx((-high, -low))


def test_great_counts_have_the_usual_interval_and_none_is_not_certain() -> None:
    half = normal_quantile(95) * math.sqrt(4000 + 5000)
    assert net(4000, 5000) == pytest.approx((-1000 - half, -1000 + half), abs=2.5)
    low, high = net(0, 0, 1000)
    assert low == -high
    assert high == pytest.approx(one(byar, 0, 1000)[1])


@pytest.mark.parametrize(
    ("plus", "minus", "of"), [(math.nan, 1, 10), (1, math.nan, 10), (1, 1, 0), (-1, 1, 9)]
)
def test_a_balance_of_unknown_counts_has_no_interval(plus: float, minus: float, of: float) -> None:
    assert np.isnan(net(plus, minus, of)).all()


def told(low: float, high: float) -> Interval:
    return Interval(low, high, "byar", 95.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("moved", "chance"), [(4.9, True), (5.1, False), (-6.3, True), (-6.5, False), (0.0, True)]
)
def test_a_move_is_held_against_the_limits_that_face_each_other(moved: float, *, chance: bool) -> None:
    """Up: √(3² + 4²) = 5, from 10's upper to the last one's lower limit; down: √(4² + 5²) = 6.4."""
    assert may_be_chance(moved, (10.0, told(6.0, 13.0)), (12.0, told(8.0, 17.0))) is chance


@pytest.mark.parametrize(("method", "rate"), [(wilson, 0.05), (wilson, 0.3), (byar, 0.004), (byar, 0.03)])
@pytest.mark.parametrize("of", [1000, 10_000])
def test_what_has_not_changed_is_seldom_told_as_changed(method: Method, rate: float, of: int) -> None:
    random = np.random.default_rng(11)
    shape = (2, 3000)
    drawn = random.binomial(of, rate, shape) if method is wilson else random.poisson(of * rate, shape)
    low, high = method(drawn.astype(float), np.full(drawn.shape, float(of)))
    rates = drawn / of
    wrong = sum(
        not may_be_chance(
            rates[1, at] - rates[0, at],
            (rates[0, at], told(low[0, at], high[0, at])),
            (rates[1, at], told(low[1, at], high[1, at])),
        )
        for at in range(drawn.shape[1])
    )
    assert wrong / drawn.shape[1] < 0.065
