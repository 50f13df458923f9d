"""The test of a trend: golden values, what it must not take for a trend, and how often it errs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from toy_world import indicator, tidy, world

from uso_lib.analysis import trends
from uso_lib.analysis.comparison import compare
from uso_lib.analysis.intervals import Kind, byar
from uso_lib.analysis.results import Trend
from uso_lib.analysis.trends import Chance, directions
from uso_lib.specs import Counts, Selection

YEARS = np.arange(-4.0, 1.0)
#: The declared share of flat series that may be taken for a trend.
ALLOWED = 0.002
RISING = {str(2020 + number): 10.0 + 3 * number + (number % 2) / 10 for number in range(6)}
Values = NDArray[np.float64]


def direction(values: list[float], chance: Chance | None = None, years: Values = YEARS) -> int:
    return int(directions(years, np.array(values, dtype=float), chance)[0])


def poisson(counts: list[float], population: float) -> int:
    """Test events in a population that stays the same."""
    values = np.array(counts) / population * 1000
    return direction(values.tolist(), Chance("poisson", np.full(5, population), 1000.0))


def share_at_most(passed: NDArray[np.bool_]) -> float:
    """Return the share that passed, as its upper confidence limit (one-sided, 99.9 %)."""
    return float(byar(np.array([float(passed.sum())]), np.array([float(passed.size)]), 99.8)[1][0])


# -- Quantiles and golden values -----------------------------------------------------------------------------


def test_the_quantiles_are_those_of_student_and_normal() -> None:
    """The distribution function of Student's t has a closed form for 2 and 3 degrees of freedom."""
    t = trends.STUDENT
    three = 0.5 + (t / math.sqrt(3) / (1 + t * t / 3) + math.atan(t / math.sqrt(3))) / math.pi
    assert 2 * three - 1 == pytest.approx(0.998, abs=1e-12)
    t = trends.STUDENT_WITHOUT_ONE
    assert t / math.sqrt(2 + t * t) == pytest.approx(0.98, abs=1e-12)
    assert pytest.approx((3.0902, 2.3263), abs=5e-5) == (trends.NORMAL, trends.NORMAL_WITHOUT_ONE)


def test_the_slope_is_that_of_a_weighted_regression() -> None:
    """Weights 1, 2, 3, 2, 2: mean time -1.8, mean 6.9, Σw(t-mean)(y-mean) = 31.2, Σw(t-mean)² = 15.6."""
    weights = np.array([1.0, 2, 3, 2, 2])
    values = np.array([3.0, 4, 7, 8, 10.5])
    middle, mean = (weights * YEARS).sum() / 10, (weights * values).sum() / 10
    assert (middle, mean) == (pytest.approx(-1.8), pytest.approx(6.9))
    slope = directions(YEARS, values, Chance("poisson", weights, 1.0))[1]
    by_hand = (weights * (YEARS - middle) * (values - mean)).sum() / (weights * (YEARS - middle) ** 2).sum()
    assert float(slope) == pytest.approx(by_hand)
    assert float(directions(YEARS, values)[1]) == pytest.approx(1.9)  # (-2·3 - 4 + 8 + 2·10.5) / 10


def test_the_scatter_decides_at_99_8_per_cent() -> None:
    """Residuals e·(1, -2, 0, 2, -1): slope 1, t = √10 / (e √(10/3)) = √3 / e; 10.2145 lies at e = 0.16957."""
    pattern = np.array([1, -2, 0, 2, -1.0])
    just, over = (YEARS + error * pattern for error in (0.168, 0.171))
    for values, found in ((just, True), (over, False)):
        slope, passed = trends._significant(YEARS, values, np.ones(5), None, (trends.STUDENT, trends.NORMAL))
        assert (float(slope), bool(passed)) == (pytest.approx(1.0), found)


def test_chance_in_the_counts_decides_however_straight_the_line() -> None:
    """Mean c, slope k, variance of the slope c/10: z = k √(10/c), which is 3.0902 at c = 1.0472 k²."""
    quantiles = trends.STUDENT, trends.NORMAL
    for middle, found in ((100.0, True), (110.0, False)):
        counts = middle + 10 * (YEARS + 2)
        chance = Chance("poisson", np.ones(5), 1.0)
        assert bool(trends._significant(YEARS, counts, np.ones(5), chance, quantiles)[1]) == found
    assert poisson([0, 1, 2, 3, 4], 1000) == 0
    assert poisson([0, 100, 200, 300, 400], 1000) == 1


# -- What is and is not a trend ------------------------------------------------------------------------------


def test_a_straight_line_is_a_trend_and_its_mirror_falls() -> None:
    values = [10.0, 12.1, 14.0, 15.9, 18.0]
    assert direction(values) == 1
    assert direction(values[::-1]) == -1
    assert direction([-one for one in values]) == -1


@pytest.mark.parametrize("value", [0.0, 0.1, 54.6, 1 / 3, 20_823.0, -7.7])
def test_a_constant_is_no_trend_whatever_floating_point_does(value: float) -> None:
    assert direction([value] * 5) == 0
    weights = Chance("binomial", np.array([21_001.0, 20_957, 20_859, 20_840, 20_823]), 100.0)
    assert direction([value] * 5, weights) == 0


@pytest.mark.parametrize("kind", ["binomial", "poisson"])
def test_nothing_counted_is_no_trend(kind: Kind) -> None:
    assert direction([0.0] * 5, Chance(kind, np.full(5, 300.0), 100.0)) == 0
    assert direction([0.0, 0, 0, 0, 1.0], Chance(kind, np.full(5, 300.0), 100.0)) == 0


def test_everyone_counted_is_no_trend() -> None:
    assert direction([100.0] * 5, Chance("binomial", np.full(5, 300.0), 100.0)) == 0


def test_one_point_alone_makes_no_trend() -> None:
    """Without the last point nothing rises, although all five together do."""
    values = np.array([[10.0, 10.0, 10.0, 10.0, 50.0], [10.0, 10.2, 10.4, 10.6, 50.0]])
    chance = Chance("binomial", np.full((2, 5), 2000.0), 100.0)
    assert directions(YEARS, values, chance)[0].tolist() == [0, 0]


def test_leaving_one_out_refuses_what_all_five_points_let_pass() -> None:
    random = np.random.default_rng(3)
    drawn = random.normal(size=(400_000, 5))
    passed = trends._significant(YEARS, drawn, np.ones_like(drawn), None, (trends.STUDENT, trends.NORMAL))[1]
    held = directions(YEARS, drawn)[0] != 0
    assert not (held & ~passed).any()
    assert 0.6 < held.sum() / passed.sum() < 0.9  # so the condition does refuse some


@given(
    values=st.lists(st.floats(0.5, 99.5), min_size=5, max_size=5),
    factor=st.floats(0.01, 1000),
    size=st.integers(100, 100_000),
)
def test_units_and_the_direction_of_time_do_not_matter(values: list[float], factor: float, size: int) -> None:
    chance = Chance("poisson", np.full(5, float(size)), 100.0)
    scaled = Chance("poisson", np.full(5, float(size)), 100.0 * factor)
    found = direction(values, chance)
    assert direction([one * factor for one in values], scaled) == found
    assert direction(values[::-1], chance) == -found
    assert direction(values, chance, YEARS + 2019) == found
    assert direction([one * factor for one in values]) == direction(values)


@given(values=st.lists(st.floats(1, 99), min_size=5, max_size=5), size=st.integers(10, 100_000))
def test_what_counts_call_a_trend_the_scatter_alone_would_too(values: list[float], size: int) -> None:
    chance = Chance("binomial", np.full(5, float(size)), 100.0)
    assert direction(values, chance) in (0, direction(values))


def test_many_series_are_tested_as_one_by_one() -> None:
    random = np.random.default_rng(4)
    values = random.normal(20, 2, (200, 5)) + random.choice([0, 0.0, 8], (200, 1)) * YEARS
    of = random.uniform(500, 5000, (200, 5))
    together, slopes = directions(YEARS, values, Chance("poisson", of, 100.0))
    alone = [directions(YEARS, one, Chance("poisson", n, 100.0)) for one, n in zip(values, of, strict=True)]
    assert together.tolist() == [int(found) for found, _ in alone]
    assert slopes == pytest.approx([float(slope) for _, slope in alone])
    assert set(together.tolist()) == {0, 1}


# -- How often it errs ---------------------------------------------------------------------------------------

SERIES = 50_000  # of every kind and size; half a million of the counts in all
SIZES = [(2, 0.02), (2, 0.3), (5, 0.1), (20, 0.02), (20, 0.5), (200, 0.1), (2000, 0.3), (20_000, 0.5)]


def populations(random: np.random.Generator, mean: float, many: int = SERIES) -> Values:
    """Return denominators that differ, grow or shrink by up to 3 % a year, as those of municipalities do."""
    sizes = random.uniform(0.8, 1.2, (many, 1)) * (1 + random.uniform(-0.03, 0.03, (many, 1)) * YEARS)
    whole: Values = np.maximum(np.round(mean * sizes), 1)
    return whole


@pytest.mark.parametrize("published", [False, True], ids=["full", "one decimal"])
@pytest.mark.parametrize("kind", ["binomial", "poisson"])
@pytest.mark.parametrize(("events", "rate"), SIZES)
def test_flat_counts_are_taken_for_trends_less_often_than_allowed(
    events: int, rate: float, kind: Kind, *, published: bool
) -> None:
    random = np.random.default_rng([events, round(rate * 100), len(kind)])
    of = populations(random, events / rate)
    drawn = random.binomial(of.astype(int), rate) if kind == "binomial" else random.poisson(of * rate)
    values = np.round(drawn / of * 100, 1) if published else drawn / of * 100
    found = directions(YEARS, values, Chance(kind, of, 100.0))[0]
    assert share_at_most(found != 0) <= ALLOWED


@pytest.mark.parametrize("step", [0.0, 0.5, 1.0, 3.0], ids=lambda step: f"rounded to {step} deviations")
def test_flat_figures_without_counts_are_taken_for_trends_less_often_than_allowed(step: float) -> None:
    random = np.random.default_rng(int(step * 10))
    values = random.uniform(0, 5, (400_000, 1)) + random.normal(size=(400_000, 5))
    found = directions(YEARS, np.round(values / step) if step else values)[0]
    assert share_at_most(found != 0) <= ALLOWED
    if not step:
        assert (found != 0).mean() == pytest.approx(0.00154, abs=0.0003)  # as the decision says


@pytest.mark.parametrize("mean", [20, 500, 20_000])
@pytest.mark.parametrize("times", [2, 5, 20])
def test_years_that_vary_more_than_chance_are_no_trends_either(times: int, mean: int) -> None:
    """Gamma-Poisson counts whose variance is `times` that of chance alone."""
    random = np.random.default_rng([times, mean])
    drawn = random.poisson(random.gamma(mean / (times - 1), times - 1, (200_000, 5)))
    of = np.full(drawn.shape, mean * 20.0)
    found = directions(YEARS, drawn / of * 1000, Chance("poisson", of, 1000.0))[0]
    assert share_at_most(found != 0) <= ALLOWED


@pytest.mark.parametrize(("memory", "share"), [(0.3, 0.0031), (0.6, 0.0065), (1.0, 0.018)])
def test_years_that_depend_on_each_other_pass_more_often_as_the_decision_admits(
    memory: float, share: float
) -> None:
    random = np.random.default_rng(int(memory * 10))
    shocks = random.normal(size=(200_000, 25))
    values = np.zeros_like(shocks)
    for year in range(1, shocks.shape[1]):
        values[:, year] = memory * values[:, year - 1] + shocks[:, year]
    assert (directions(YEARS, values[:, -5:])[0] != 0).mean() == pytest.approx(share, rel=0.15)


@pytest.mark.parametrize(
    ("errors", "least"), [(10, 0.45), (15, 0.8), (20, 0.95), (30, 0.99)], ids=lambda one: str(one)
)
@pytest.mark.parametrize("kind", ["binomial", "poisson", "without counts"])
def test_a_clear_trend_is_found(kind: str, errors: float, least: float) -> None:
    """A yearly change of so many standard errors of the slope, in 10 000 persons at about 30 %."""
    random = np.random.default_rng([int(errors), len(kind)])
    of = np.full((20_000, 5), 10_000.0)
    variance = 0.3 * (0.7 if kind == "binomial" else 1) / 10_000
    rate = np.broadcast_to(0.3 + errors * math.sqrt(variance / 10) * (YEARS + 2), of.shape)
    if kind == "without counts":
        found = directions(YEARS, rate + random.normal(0, math.sqrt(variance), of.shape))[0]
    elif kind == "poisson":
        found = directions(YEARS, random.poisson(of * rate) / of * 100, Chance("poisson", of, 100.0))[0]
    else:
        found = directions(YEARS, random.binomial(10_000, rate) / of * 100, Chance("binomial", of, 100.0))[0]
    assert (found == 1).mean() > least
    assert (found == -1).sum() == 0


# -- In a comparison -----------------------------------------------------------------------------------------


def test_the_five_latest_years_are_tested() -> None:
    found = compare(world(tidy({"001": RISING}), [indicator("a")]), "a").trend
    assert found == Trend("rising", "2021", "2025", pytest.approx(3.0, abs=0.05), weighted=False)
    falling = {period: 100 - value for period, value in RISING.items()}
    found = compare(world(tidy({"001": falling}), [indicator("a")]), "a").trend
    assert found is not None
    assert found.direction == "falling"
    flat = dict(zip(RISING, [3.0, 4, 3, 5, 3, 4], strict=True))
    found = compare(world(tidy({"001": flat}), [indicator("a")]), "a").trend
    assert found is not None
    assert found.direction == "none"


def test_fewer_points_and_holes_are_not_tested() -> None:
    four = dict(list(RISING.items())[-4:])
    assert compare(world(tidy({"001": four}), [indicator("a")]), "a").trend is None
    hole = RISING | {"2023": None}
    earlier = {str(2010 + number): float(number) for number in range(9)}
    assert compare(world(tidy({"001": {**earlier, **hole}}), [indicator("a")]), "a").trend is None
    assert compare(world(tidy({"002": RISING}), [indicator("a")]), "a").trend is None


def test_elections_are_tested_as_they_come() -> None:
    years = {str(year): 70.0 - (year - 2008) for year in (2008, 2012, 2017, 2021, 2025)}
    found = compare(world(tidy({"001": years}), [indicator("a")]), "a").trend
    assert found == Trend("falling", "2008", "2025", pytest.approx(-1.0), weighted=False)


def test_a_break_and_another_definition_end_the_points() -> None:
    context = world(tidy({"001": RISING}), [indicator("a", breaks=["b"])], breaks={"b": "2023"})
    assert compare(context, "a").trend is None
    tables = {
        "new": tidy({"001": dict(list(RISING.items())[3:])}, table="new"),
        "old": tidy({"001": dict(list(RISING.items())[:3])}, table="old"),
    }
    source = [Selection(table="new", content="x"), Selection(table="old", content="x", series="vanha")]
    assert compare(world(tables, [indicator("a", source=source)]), "a").trend is None


def test_months_are_tested_by_the_same_month_of_five_years() -> None:
    months = {f"{year}M06": 10.0 + 2 * (year - 2021) for year in range(2021, 2026)}
    noise = {f"{year}M{month:02d}": 99.0 for year in range(2021, 2026) for month in (1, 5)}
    found = compare(world(tidy({"001": {**months, **noise}}), [indicator("a")]), "a").trend
    assert found == Trend("rising", "2021M06", "2025M06", pytest.approx(2.0), weighted=False)


def test_projections_changes_indices_and_what_is_declared_untested_have_no_trend() -> None:
    toy = tidy({"001": {str(year): 100.0 + year - 2015 for year in range(2015, 2027)}})
    declared = [
        indicator("a"),
        indicator("quiet", trend=False),
        indicator("c", of="a", formula="change", years=1, unit="pct"),
        indicator("i", of="a", formula="index", base="2015", unit="index"),
    ]
    context = world(toy, declared)
    assert compare(context, "a").trend is not None
    assert [compare(context, name).trend for name in ("quiet", "c", "i")] == [None] * 3
    assert compare(world(toy, declared, reference_year=2025), "a").trend is None


def test_counts_weigh_the_points_where_all_are_known() -> None:
    people = {str(year): 4000.0 for year in range(2021, 2026)}
    rates = {str(year): 20.0 + 4 * (year - 2021) for year in range(2021, 2026)}
    tables = {
        "rates": tidy({"001": rates}, table="rates"),
        "people": tidy({"001": people}, table="people"),
    }
    declared = [
        indicator("people", source=[Selection(table="people", content="x")]),
        indicator(
            "rate", source=[Selection(table="rates", content="x")], unit="pct", decimals=1,
            interval="binomial", counts=Counts(per="people"),
        ),
    ]  # fmt: skip
    found = compare(world(tables, declared), "rate").trend
    assert found == Trend("rising", "2021", "2025", pytest.approx(4.0), weighted=True)
    small = {**tables, "people": tidy({"001": dict.fromkeys(people, 40.0)}, table="people")}
    found = compare(world(small, declared), "rate").trend
    assert found == Trend("none", "2021", "2025", pytest.approx(4.0), weighted=True)
    gap = {**tables, "people": tidy({"001": {**people, "2022": None}}, table="people")}
    found = compare(world(gap, declared), "rate").trend
    assert found == Trend("rising", "2021", "2025", pytest.approx(4.0), weighted=False)
