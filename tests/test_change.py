"""Which period a change is counted from, and what a change says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_world import indicator, tidy, world

from uso_lib.analysis import change
from uso_lib.analysis.comparison import compare
from uso_lib.analysis.grid import numbered
from uso_lib.analysis.periods import month_number
from uso_lib.analysis.results import Change, Comparison
from uso_lib.specs import Selection


def compared(figures: Mapping[str, float | str | None], **declared: object) -> Comparison:
    breaks = declared.pop("break_periods", None)
    reference = declared.pop("reference_year", 2026)
    context = world(
        tidy({"001": figures}), [indicator("a", **declared)], breaks=breaks, reference_year=reference
    )  # type: ignore[arg-type]
    return compare(context, "a")


def test_exactly_five_years_earlier_is_preferred() -> None:
    found = compared({"2019": 80.0, "2020": 100.0, "2021": 1.0, "2025": 110.0}).change
    assert found == Change("2020", "2025", 5.0, 100.0, 10.0, pytest.approx(10.0), nearest=False)


@pytest.mark.parametrize(
    ("periods", "start"),
    [
        (["2015", "2022", "2025"], "2022"),
        (["2018", "2022", "2025"], "2018"),
        (["2016", "2019", "2021", "2025"], "2019"),
        (["2024", "2025"], "2024"),
        (["2001", "2025"], "2001"),
    ],
)
def test_otherwise_the_nearest_to_five_years_and_of_two_the_longer(periods: list[str], start: str) -> None:
    found = compared(dict.fromkeys(periods, 10.0)).change
    assert found is not None
    assert (found.start, found.nearest) == (start, True)


def test_one_period_has_no_change() -> None:
    assert compared({"2025": 3.0}).change is None


def test_a_missing_value_is_no_base() -> None:
    found = compared({"2019": 5.0, "2020": "...", "2025": 6.0}).change
    assert found is not None
    assert (found.start, found.nearest, found.years) == ("2019", True, 6.0)


def test_no_change_crosses_a_break() -> None:
    years = {str(year): float(year) for year in range(2015, 2026)}
    found = compared(years, breaks=["reform"], break_periods={"reform": "2023"})
    assert found.change is not None
    assert (found.change.start, found.change.nearest) == ("2023", True)
    only = compared(years, breaks=["reform"], break_periods={"reform": "2025"})
    assert (only.change, only.year_change) == (None, None)


def test_a_change_crosses_a_hole_of_the_same_definition() -> None:
    found = compared({"2018": 1.0, "2019": 2.0, "2024": 3.0, "2025": 4.0})
    assert found.history["segment"].nunique() == 2
    assert found.change is not None
    assert found.change.start == "2019"


def test_no_change_crosses_definitions() -> None:
    tables = {
        "new": tidy({"001": {"2025": 5.0}}, table="new"),
        "old": tidy({"001": {"2020": 1.0}}, table="old"),
    }
    source = [Selection(table="new", content="x"), Selection(table="old", content="x", series="vanha")]
    found = compare(world(tables, [indicator("a", source=source)]), "a")
    assert (found.value, found.change) == (5.0, None)


def test_months_look_sixty_months_back_and_a_year_back() -> None:
    found = compared({"2020M06": 10.0, "2021M05": 1.0, "2021M06": 20.0, "2025M06": 24.0, "2026M06": 25.0})
    assert found.change == Change("2021M06", "2026M06", 5.0, 20.0, 5.0, pytest.approx(25.0), nearest=False)
    assert found.year_change == Change(
        "2025M06", "2026M06", 1.0, 24.0, 1.0, pytest.approx(100 / 24), nearest=False
    )


def test_a_base_is_at_least_a_year_earlier() -> None:
    assert compared({"2025M12": 1.0, "2026M05": 2.0, "2026M06": 3.0}).change is None


def test_year_change_needs_exactly_the_previous_year() -> None:
    assert compared({"2023": 1.0, "2025": 2.0}).year_change is None


def test_a_projection_is_counted_from_its_first_year() -> None:
    found = compared({"2024": 100.0, "2035": 90.0, "2040": 80.0})
    assert (found.period, found.age_years, found.year_change) == ("2040", 0, None)
    assert found.change == Change("2024", "2040", 16.0, 100.0, -20.0, pytest.approx(-20.0), nearest=True)


@pytest.mark.parametrize("unit", ["pct", "permille", "points", "index", "coefficient", "vktm"])
def test_rates_and_indices_have_no_relative_change(unit: str) -> None:
    found = compared({"2020": 10.0, "2025": 11.0}, unit=unit).change
    assert found is not None
    assert (found.absolute, found.relative_pct) == (1.0, None)


def test_relative_change_needs_a_positive_start() -> None:
    found = compared({"2020": 0.0, "2025": 11.0}).change
    assert found is not None
    assert found.relative_pct is None


def test_a_quantity_that_goes_below_zero_anywhere_has_no_relative_change() -> None:
    toy = tidy({"001": {"2020": 10.0, "2025": 12.0}, "002": {"2025": 1.0}, "005": {"2020": -3.0}})
    found = compare(world(toy, [indicator("a")]), "a")
    assert found.change is not None
    assert (found.change.relative_pct, found.groups["peers"].change_pct) == (None, None)


def test_the_groups_change_is_the_mean_of_changes_over_the_same_periods() -> None:
    toy = tidy(
        {
            "001": {"2020": 100.0, "2025": 110.0},
            "002": {"2020": 50.0, "2025": 45.0},
            "003": {"2021": 7.0, "2025": 9.0},
            "SSS": {"2020": 1000.0, "2025": 1100.0},
        }
    )
    groups = compare(world(toy, [indicator("a", country="published")]), "a").groups
    peers = groups["peers"]
    assert (peers.value, peers.with_data, peers.members) == (pytest.approx(164 / 3), 3, 3)
    assert (peers.change, peers.change_pct) == (2.5, pytest.approx(0.0))
    assert (groups["country_own"].change, groups["country_own"].change_pct) == (100.0, pytest.approx(10.0))


def test_mean_changes_of_nobody_are_none() -> None:
    missing = np.array([float("nan")])
    assert change.mean_changes(missing, np.array([1.0]), relative=True) == (None, None)
    assert change.mean_changes(np.array([0.0]), np.array([1.0]), relative=True) == (1.0, None)


years_with_data = st.lists(st.integers(min_value=1990, max_value=2025), min_size=1, max_size=20, unique=True)


@given(years_with_data)
def test_the_base_is_the_best_of_all_candidates(years: list[int]) -> None:
    periods = [str(year) for year in sorted(years)]
    keys = numbered([(0, "", period, 0) for period in periods], [])
    own = np.arange(len(periods), dtype=float)
    end = change.newest_line(keys, own)
    assert end == len(periods) - 1
    base = change.base_line(keys, own, end, projection=False)
    if base is None:
        assert len(periods) == 1
        return
    spans = {int(periods[-1]) - int(period) for period in periods[:-1]}
    span = (month_number(periods[-1]) - month_number(periods[base])) // 12
    assert abs(span - 5) == min(abs(one - 5) for one in spans)
    assert not any(abs(one - 5) == abs(span - 5) and one > span for one in spans)
