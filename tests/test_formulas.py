"""Every formula of the closed vocabulary on toy tables computed by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.analysis import formulas
from uso_lib.analysis.sheet import Sheet, laid_over, rows_of
from uso_lib.analysis.symbols import SYMBOLS

Row = tuple[str, str, float | None, str]
AREAS = {f"{number:03d}": number for number in range(10)}


def rows(*given: Row) -> pd.DataFrame:
    """Write rows of a table: area, period, value, symbol."""
    made = pd.DataFrame(list(given), columns=["area", "period", "value", "symbol"])
    return made.astype({"value": "float64"})


def sheet(*given: Row, series: str = "", block: int = 0, tables: str = "t1") -> Sheet:
    """Write an operand."""
    made = formulas.level(rows(*given), AREAS, tables)
    return replace(made, series=(series,) * len(made), blocks=made.blocks + block)


def told(result: Sheet) -> pd.DataFrame:
    """Return a result's rows."""
    return rows_of(result, list(AREAS), SYMBOLS)


def read(result: Sheet) -> dict[tuple[str, str], tuple[float | None, str]]:
    """Read a result back: (area, period) → value and symbol."""
    found = told(result)
    return {
        (area, period): (None if math.isnan(value) else value, symbol)
        for area, period, value, symbol in zip(
            found["area"], found["period"], found["value"], found["symbol"], strict=True
        )
    }


def test_level_takes_values_and_symbols_as_they_are() -> None:
    given = rows(("001", "2024", 5.0, "*"), ("002", "2024", None, "..."))
    assert read(formulas.level(given, AREAS, "t1")) == {
        ("001", "2024"): (5.0, "*"),
        ("002", "2024"): (None, "..."),
    }


def test_level_refuses_two_values_for_one_place() -> None:
    with pytest.raises(ValueError, match="formula sum"):
        formulas.level(rows(("001", "2024", 5.0, ""), ("001", "2024", 6.0, "")), AREAS, "t1")


def test_sum_adds_complete_parts_only() -> None:
    given = rows(
        ("001", "2024", 5.0, ""), ("001", "2024", 7.0, "*"),
        ("002", "2024", 5.0, "*"), ("002", "2024", None, "..."),
        ("003", "2024", 5.0, ""),
        ("004", "2024", 0.0, "~"), ("004", "2024", 0.0, "*"),
    )  # fmt: skip
    assert read(formulas.summed(given, 2, AREAS, "t1")) == {
        ("001", "2024"): (12.0, "*"),
        ("002", "2024"): (None, "..."),
        ("003", "2024"): (None, ""),
        ("004", "2024"): (0.0, "*~"),
    }


OF = sheet(
    ("001", "2023", 30.0, "*"), ("001", "2024", 40.0, ""),
    ("002", "2024", None, "..."), ("003", "2024", 6.0, ""),
    ("004", "2024", 7.0, ""), ("005", "2024", 0.0, ""),
)  # fmt: skip
PER = sheet(
    ("001", "2023", 120.0, "~"), ("001", "2024", 160.0, "*"),
    ("002", "2024", 10.0, ""), ("003", "2024", None, "/"),
    ("004", "2024", 0.0, ""), ("005", "2024", 50.0, ""), ("006", "2024", 9.0, ""), tables="t2",
)  # fmt: skip
GAPS = {("002", "2024"): (None, "..."), ("003", "2024"): (None, "/"), ("004", "2024"): (None, ".")}


def test_share_is_per_cent_and_carries_marks_and_gaps() -> None:
    result = formulas.share(OF, PER)
    assert read(result) == {
        ("001", "2023"): (25.0, "*~"), ("001", "2024"): (25.0, "*"), **GAPS, ("005", "2024"): (0.0, ""),
    }  # fmt: skip
    assert set(told(result)["tables"]) == {"t1+t2"}


def test_ratio_divides() -> None:
    assert read(formulas.ratio(OF, PER))[("001", "2024")] == (0.25, "*")


def test_per_capita_divides() -> None:
    assert read(formulas.per_capita(OF, PER))[("001", "2023")] == (0.25, "*~")


def test_per_1000_is_a_thousandfold() -> None:
    assert read(formulas.per_1000(OF, PER))[("001", "2024")] == (250.0, "*")


def test_difference_subtracts_and_may_meet_zero() -> None:
    result = read(formulas.difference(OF, PER))
    assert result[("001", "2024")] == (-120.0, "*")
    assert result[("004", "2024")] == (7.0, "")
    assert result[("003", "2024")] == (None, "/")


def test_change_is_relative_or_absolute_over_exact_years() -> None:
    of = sheet(
        ("001", "2020", 200.0, ""), ("001", "2022", 230.0, "*"),
        ("002", "2020", 0.0, ""), ("002", "2022", 5.0, ""),
        ("003", "2021", 1.0, ""), ("003", "2022", 2.0, ""),
        ("004", "2020", None, ".."), ("004", "2022", 2.0, ""),
    )  # fmt: skip
    relative = read(formulas.change(of, 2, relative=True))
    assert relative == {
        ("001", "2022"): (15.0, "*"), ("002", "2022"): (None, "."), ("004", "2022"): (None, ".."),
    }  # fmt: skip
    assert read(formulas.change(of, 2, relative=False))[("002", "2022")] == (5.0, "")


def test_change_of_a_month_is_from_the_same_month_and_stays_within_a_block() -> None:
    of = laid_over([sheet(("001", "2023M05", 4.0, "")), sheet(("001", "2024M05", 5.0, ""))])
    assert read(formulas.change(of, 1, relative=True)) == {("001", "2024M05"): (25.0, "")}
    split = laid_over([sheet(("001", "2023", 4.0, "")), sheet(("001", "2024", 5.0, ""), block=1)])
    assert read(formulas.change(split, 1, relative=True)) == {}


def test_index_has_its_base_as_100() -> None:
    of = sheet(
        ("001", "2024", 50.0, "~"),
        ("001", "2040", 60.0, ""),
        ("002", "2040", 60.0, ""),
        ("003", "2024", 0.0, ""),
    )
    assert read(formulas.index(of, "2024")) == {
        ("001", "2024"): (100.0, "~"), ("001", "2040"): (120.0, "~"), ("003", "2024"): (None, "."),
    }  # fmt: skip


def test_mean_of_twelve_months_needs_all_twelve() -> None:
    months = [f"2023M{month:02d}" for month in range(1, 13)] + ["2024M01", "2024M02"]
    full = [
        ("001", period, float(number), "*" if number == 1 else "") for number, period in enumerate(months, 1)
    ]
    broken = [
        ("002", period, None if period == "2023M02" else 3.0, "..." if period == "2023M02" else "")
        for period in months
    ]
    holed = [("003", period, 3.0, "") for period in months if period != "2023M06"]
    result = read(formulas.mean_12m(sheet(*full, *broken, *holed)))
    assert result == {
        ("001", "2023M12"): (6.5, "*"), ("001", "2024M01"): (7.5, ""), ("001", "2024M02"): (8.5, ""),
        ("002", "2023M12"): (None, "..."), ("002", "2024M01"): (None, "..."), ("002", "2024M02"): (3.0, ""),
    }  # fmt: skip


def test_a_denominator_of_other_definitions_keeps_its_breaks_visible() -> None:
    per = laid_over(
        [
            sheet(("001", "2022", 10.0, ""), series="old"),
            sheet(("001", "2023", 20.0, ""), series="new", block=1),
        ],
    )
    of = sheet(("001", "2022", 1.0, ""), ("001", "2023", 1.0, ""))
    result = formulas.share(of, per)
    assert read(result) == {("001", "2022"): (10.0, ""), ("001", "2023"): (5.0, "")}
    assert told(result)["block"].nunique() == 2


def test_operands_with_the_same_definitions_meet_definition_by_definition() -> None:
    of = laid_over([sheet(("001", "2022", 1.0, ""), series="a"), sheet(("001", "2022", 2.0, ""), series="b")])
    per = laid_over(
        [sheet(("001", "2022", 10.0, ""), series="a"), sheet(("001", "2022", 40.0, ""), series="b")]
    )
    result = formulas.share(of, per)
    found = told(result)
    assert dict(zip(found["series"], found["value"], strict=True)) == {"a": 10.0, "b": 5.0}


numbers = st.floats(min_value=0.5, max_value=1e6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(numbers, numbers, st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_a_derived_value_is_missing_exactly_when_an_input_is(
    pairs: list[tuple[float, float, bool, bool]],
) -> None:
    def side(position: int) -> Sheet:
        return sheet(
            *(
                (f"{number:03d}", "2024", *((pair[position], "") if pair[position + 2] else (None, "...")))
                for number, pair in enumerate(pairs)
            )
        )

    for formula in (formulas.share, formulas.ratio, formulas.per_1000, formulas.difference):
        result = told(formula(side(0), side(1))).sort_values("area")
        assert result["value"].notna().tolist() == [pair[2] and pair[3] for pair in pairs]
        assert (result["symbol"] == "...").tolist() == [not (pair[2] and pair[3]) for pair in pairs]


@settings(max_examples=25, deadline=None)
@given(st.lists(numbers, min_size=24, max_size=24))
def test_mean_of_twelve_months_lies_between_least_and_greatest(values: list[float]) -> None:
    months = [f"{year}M{month:02d}" for year in (2022, 2023) for month in range(1, 13)]
    result = told(
        formulas.mean_12m(
            sheet(*(("001", month, value, "") for month, value in zip(months, values, strict=True)))
        )
    )
    assert len(result) == 13
    assert result["value"].iloc[0] == pytest.approx(sum(values[:12]) / 12)
    assert result["value"].between(min(values) * (1 - 1e-12), max(values) * (1 + 1e-12)).all()


def test_an_operand_without_rows_gives_no_rows() -> None:
    """A part that has not been fetched yet leaves nothing to compute."""
    one = sheet(("001", "2020", 1.0, ""))
    empty = one.chosen([])
    assert not len(formulas.share(one, empty))
    assert not len(formulas.difference(empty, one))
