"""Drift checks: each by hand on a small table; all on clean refreshes and seeded faults of real tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from drift_faults import FAULTS, faulty, refreshes
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.live_specs import LiveTable
from uso_lib.sources.drift.examination import Finding, examine
from uso_lib.store import Store, open_store

ALL = ["coverage", "jump", "revised", "constant", "outlier"]
CLEAN, SEEDED = 110, 11
#: Twenty municipalities with figures of different size that move by a per cent or so each year, never alike.
AREAS = [f"{number:03d}" for number in range(1, 21)]


def declared(*contents: str, stops: list[str] | None = None, **dimensions: bool) -> LiveTable:
    """Return a table; a dimension is True when it holds partner areas."""
    fields = {"service": "statfin", "producer": "x", "table_id": "x", "title": "x", "stops": stops or ALL}
    dims = [{"name": name, "text": [name], "area": area} for name, area in dimensions.items()]
    listed = [{"code": code} for code in contents or ("a",)]
    return LiveTable.model_validate({"id": "toy", "contents": listed, "dimensions": dims, **fields})


def figure(area: str, year: int) -> float:
    """Return 1 000 times the area's number, moving a little from year to year."""
    number = int(area)
    return float(1000 * number + (number * year * 7) % 41 + 10 * (year - 2000))


def table(
    years: range | list[int], value: Callable[[str, int], float] = figure, **columns: str
) -> pd.DataFrame:
    """Return a tidy table of twenty municipalities."""
    rows = [
        {
            "area": area,
            "period": str(year),
            **columns,
            "content": "a",
            "value": value(area, year),
            "symbol": "",
        }
        for area in AREAS
        for year in years
    ]
    return pd.DataFrame(rows)


def changed(rows: pd.DataFrame, value: float, *, year: int, areas: list[str]) -> pd.DataFrame:
    chosen = rows["period"].eq(str(year)) & rows["area"].isin(areas)
    return rows.assign(value=rows["value"].mask(chosen, value))


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, [one.message for one in findings]
    return findings[0]


OLD, NEW = table(range(2010, 2020)), table(range(2010, 2021))


def test_an_ordinary_refresh_finds_nothing() -> None:
    assert examine(OLD, NEW, declared()) == ()
    assert examine(OLD, OLD, declared()) == ()
    assert examine(None, NEW, declared()) == ()
    assert examine(OLD.assign(table="toy")[["table", *OLD.columns]], NEW, declared()) == ()
    assert examine(NEW, table(range(2018, 2021)), declared()) == ()  # fetched since 2018


@pytest.mark.parametrize("gone", [6, 7])
@pytest.mark.parametrize("year", [2015, 2020])
def test_coverage_may_fall_by_three_tenths_and_no_further(gone: int, year: int) -> None:
    lost = NEW["period"].eq(str(year)) & NEW["area"].isin(AREAS[:gone])
    without_rows = NEW[~lost]
    without_values = NEW.assign(value=NEW["value"].mask(lost), symbol=NEW["symbol"].mask(lost, ".."))
    for new in (without_rows, without_values):
        found = [one for one in examine(OLD, new, declared(stops=["coverage"])) if one.check == "coverage"]
        assert len(found) == (gone == 7)
        if found:
            when = "before" if year == 2015 else "in 2019"
            assert found[0].message == (f"coverage: a {year}: 13 municipalities have a figure, 20 {when}")
            assert (found[0].severity, found[0].n, found[0].example) == ("stop", 7, f"a {year}")


def test_a_content_that_is_gone_stops_and_a_withdrawn_year_is_told() -> None:
    both = pd.concat([OLD, OLD.assign(content="b")], ignore_index=True)
    found = only(examine(both, OLD, declared("a", "b")))
    assert (found.check, found.severity, found.content, found.n) == ("coverage", "stop", "b", 200)
    assert examine(both, OLD, declared("a")) == ()  # no longer declared
    told = only(examine(NEW, OLD, declared()))
    assert (told.severity, told.n) == ("tell", 20)
    assert told.message == "coverage: a: 1 period no longer given, the last of them 2020"


def test_pairs_are_counted_by_municipality() -> None:
    """Two origins of three may be gone while every municipality still has one."""
    pairs = pd.concat(
        [table([2018, 2019], origin=origin) for origin in ("091", "092", "093")], ignore_index=True
    )
    old, new = (
        pairs[pairs["period"].eq("2018")],
        pairs[pairs["period"].eq("2018") | pairs["origin"].eq("091")],
    )
    assert examine(old, new, declared(origin=True)) == ()
    as_groups = only(examine(old, new, declared(origin=False)))
    assert as_groups.message == (
        "coverage: a 2019 (origin 092): 0 municipalities have a figure, 20 in 2018, and 1 more such case"
    )
    few = new[new["period"].eq("2018") | new["area"].isin(AREAS[:13])]
    assert only(examine(old, few, declared(origin=True))).check == "coverage"


@pytest.mark.parametrize("factor", [10, 100, 0.1, 4.2, 3.8])
@pytest.mark.parametrize("year", [2015, 2020])
def test_a_unit_that_changed_is_seen_in_old_and_new_periods(factor: float, year: int) -> None:
    rows = NEW["period"].eq(str(year))
    new = NEW.assign(value=NEW["value"].where(~rows, NEW["value"] * factor))
    found = [one for one in examine(OLD, new, declared()) if one.check == "jump"]
    assert bool(found) == (factor != 3.8)
    if found:
        assert (found[0].severity, found[0].n, found[0].example) == ("stop", 20, f"a {year}")
        assert (f"{factor:.3g} times the figures before" in found[0].message) == (year == 2015)
    only_told = examine(OLD, new, declared(stops=["coverage"]))
    assert {one.severity for one in only_told} <= {"tell"}


def test_a_jump_of_one_group_is_not_hidden_by_the_others() -> None:
    old, new = (
        pd.concat([table(years, age=str(age)) for age in range(9)], ignore_index=True)
        for years in (range(2010, 2020), range(2010, 2021))
    )
    rows = new["period"].eq("2020") & new["age"].eq("7")
    found = examine(old, new.assign(value=new["value"].where(~rows, new["value"] * 10)), declared(age=False))
    assert [one.example for one in found if one.check == "jump"] == ["a 2020 (age 7)"]
    assert examine(old, new, declared(age=False)) == ()


def test_a_first_fetch_is_compared_with_its_own_past() -> None:
    new = changed(NEW, 5.0, year=2020, areas=AREAS)
    assert {"jump", "constant"} <= {one.check for one in examine(None, new, declared())}


def test_a_table_of_the_country_alone_is_examined_too() -> None:
    rows = pd.concat([table([2018, 2019], age=str(age)) for age in range(6)], ignore_index=True)
    country = rows[rows["area"].eq("001")].assign(area="SSS")
    wrong = country.assign(value=country["value"] * 10)
    assert {one.check for one in examine(country, wrong, declared(age=False))} == {"jump", "revised"}
    assert examine(country, country, declared(age=False)) == ()


def test_figures_around_zero_do_not_jump() -> None:
    def around(area: str, year: int) -> float:
        return float((int(area) * 37 + year * 53) % 41 - 20)

    found = examine(table(range(2010, 2020), around), table(range(2010, 2021), around), declared())
    assert "jump" not in {one.check for one in found}


def test_a_few_revised_figures_are_told_with_their_number() -> None:
    new = changed(NEW, 3200.5, year=2015, areas=["003"])
    told = only(examine(OLD, new, declared()))
    assert (told.check, told.severity, told.n) == ("revised", "tell", 1)
    assert told.message == "revised: a: 1 of 200 past figures changed"
    provisional = OLD.assign(symbol=OLD["symbol"].mask(OLD["period"].eq("2015"), "*"))
    assert "(20 were provisional)" in only(examine(provisional, new, declared())).message


def test_a_shuffled_past_stops_only_where_declared() -> None:
    turned = dict(zip(AREAS, reversed(AREAS), strict=True))
    mixed = table(range(2010, 2021), lambda area, year: figure(turned[area] if year == 2014 else area, year))
    found = only(examine(OLD, mixed, declared()))
    assert (found.check, found.severity, found.n) == ("revised", "stop", 18)
    # 010 and 011 change places and differ by 9 %: eighteen of twenty change by more than a tenth
    assert found.message == "revised: a 2014: 18 of 20 past figures changed by more than a tenth"
    assert only(examine(OLD, mixed, declared(stops=["jump"]))).severity == "tell"
    provisional = OLD.assign(symbol="*")
    assert only(examine(provisional, mixed, declared())).severity == "tell"


def test_the_same_figure_everywhere_is_no_measurement() -> None:
    found = examine(OLD, changed(NEW, 9000.0, year=2020, areas=AREAS), declared())
    said = [one.message for one in found if one.check == "constant"]
    assert said == ["constant: a 2020: all 20 municipalities have the same figure 9000"]
    zeros = examine(OLD, changed(NEW, 0.0, year=2020, areas=AREAS), declared())
    assert "the same figure 0" in next(one.message for one in zeros if one.check == "constant")

    def rare(area: str, year: int) -> float:
        return float(area == "007" and year == 2012)

    quiet = examine(table(range(2010, 2020), rare), table(range(2010, 2021), rare), declared())
    assert quiet == ()


def test_a_year_that_repeats_the_one_before_is_seen_unless_that_is_usual() -> None:
    repeated = table(range(2010, 2021), lambda area, year: figure(area, min(year, 2019)))
    found = only(examine(OLD, repeated, declared()))
    assert found.message == "constant: a 2020: 100% of 20 municipalities have the very figure of 2019"

    def rate(area: str, year: int) -> float:
        return 20.0 + int(area) / 4 + (year // 5) / 4  # changes every fifth year only

    assert examine(table(range(2000, 2020), rate), table(range(2000, 2021), rate), declared()) == ()


def test_one_municipality_that_stands_still_is_named() -> None:
    def held(area: str, year: int) -> float:
        return figure(area, min(year, 2015) if area == "013" else year)

    found = only(examine(table(range(2000, 2020), held), table(range(2000, 2021), held), declared()))
    assert found.message == "constant: a 2020: 1 figure standing still, 013 at 13163 for 6 periods"
    assert found.cells == ("013 2020",)


def test_one_figure_far_from_usual_is_named() -> None:
    found = only(examine(OLD, changed(NEW, 5 * figure("004", 2020), year=2020, areas=["004"]), declared()))
    assert (found.check, found.n, found.cells) == ("outlier", 1, ("004 2020",))
    assert found.message == (
        f"outlier: a 2020: 1 figure far from usual, the farthest 004: {5 * figure('004', 2020):g} after "
        f"{figure('004', 2019):g} in 2019"
    )


def test_a_turbulent_year_does_not_make_everybody_an_outlier() -> None:
    rows = NEW["period"].eq("2020")
    shares = NEW["area"].astype(int) / 100 + 1.1
    new = NEW.assign(value=NEW["value"].where(~rows, NEW["value"] * shares))
    assert [one for one in examine(OLD, new, declared()) if one.check == "outlier" and one.n > 4] == []


def test_months_are_compared_with_the_same_month_a_year_ago() -> None:
    months = [f"{year}M{month:02d}" for year in range(2018, 2022) for month in range(1, 13)]

    def season(area: str, month: str) -> float:
        high = 20 if month.endswith(("M06", "M07")) else 1
        return float(high * int(area) * 100 + (int(area) * int(month[:4]) * 7 + int(month[5:])) % 41)

    rows = [
        {"area": area, "period": month, "content": "a", "value": season(area, month), "symbol": ""}
        for area in AREAS
        for month in months
    ]
    whole = pd.DataFrame(rows)
    until = whole[whole["period"] <= "2021M05"]
    assert examine(until, whole[whole["period"] <= "2021M06"], declared()) == ()
    winter = whole[~whole["period"].str.endswith(("M06", "M07"))]
    jumping = examine(
        winter[winter["period"] <= "2021M05"],
        whole[whole["period"].isin({*winter["period"], "2021M06"})],
        declared(),
    )
    assert "jump" in {one.check for one in jumping}


def test_what_is_examined_is_not_changed() -> None:
    old, new = OLD.copy(), changed(NEW, 5.0, year=2020, areas=AREAS)
    before = new.copy()
    examine(old, new, declared())
    assert old.equals(OLD)
    assert new.equals(before)


FIGURES = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, 100.0, float("nan")]))
KEYED = st.dictionaries(
    st.tuples(
        st.sampled_from([*AREAS[:12], "SSS", "MK01"]),
        st.sampled_from(["2018", "2019", "2020", "2021"]),
        st.sampled_from(["0-6", "7-"]),
        st.sampled_from(["a", "b"]),
    ),
    FIGURES,
    min_size=1,
    max_size=120,
)


def tidied(figures: dict[Any, float]) -> pd.DataFrame:
    rows = [(*key, value, ".." if np.isnan(value) else "") for key, value in figures.items()]
    return pd.DataFrame(rows, columns=["area", "period", "age", "content", "value", "symbol"])


@settings(max_examples=60, deadline=None)
@given(KEYED, st.none() | KEYED, st.integers(0, 10))
def test_any_two_tables_can_be_examined_and_the_order_of_rows_means_nothing(
    new: dict[Any, float], old: dict[Any, float] | None, seed: int
) -> None:
    previous, now = None if old is None else tidied(old), tidied(new)
    found = examine(previous, now, declared("a", "b", age=False))
    assert examine(previous, now.sample(frac=1, random_state=seed), declared("a", "b", age=False)) == found
    assert len({(one.check, one.content) for one in found}) == len(found)
    assert all(one.n > 0 and one.message for one in found)


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


def test_clean_refreshes_of_real_tables_are_hardly_ever_stopped(store: Store) -> None:
    """By default coverage and jumps stop; a shuffled past may be declared to: one false stop of a hundred."""
    source = refreshes(store, np.random.default_rng(20261121), stops=ALL)
    stopped = []
    for _ in range(CLEAN):
        one = next(source)
        found = examine(one.previous, one.new, one.table)
        stopped += [f"{one}: {x.message}" for x in found if x.severity == "stop" and x.check in ALL[:3]]
    assert len(stopped) <= CLEAN / 100, f"{len(stopped)} false stops of {CLEAN}: {stopped}"


def test_seeded_faults_in_real_tables_are_found(store: Store) -> None:
    random = np.random.default_rng(20261122)
    source = refreshes(store, random, stops=ALL)
    seeded: Counter[str] = Counter()
    missed: list[str] = []
    while min(seeded[fault] for fault in FAULTS) < SEEDED:
        clean = next(source)
        for fault in sorted(FAULTS, key=lambda one: seeded[one])[:3]:
            wrong = faulty(clean, fault, random) if seeded[fault] < SEEDED else None
            if wrong is not None:
                seeded[fault] += 1
                found = examine(wrong.previous, wrong.new, wrong.table)
                hits = [x for x in found if x.check == FAULTS[fault] and x.severity == "stop"]
                if not any(not wrong.cell or wrong.cell in x.cells for x in hits):
                    missed.append(f"{fault}: {wrong}")
    total = sum(seeded.values())
    assert total - len(missed) >= 0.99 * total, (
        f"{len(missed)} of {total} not found ({dict(seeded)}): {missed}"
    )
