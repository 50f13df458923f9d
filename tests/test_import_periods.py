"""Periods as people and spreadsheets write them, and years made of months."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from import_files import MONTHS

from uso_lib.live_specs import LiveTable
from uso_lib.sources.imports.cells import Fault
from uso_lib.sources.imports.periods import Period, find_period, read_period, to_years


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (2024.0, "2024"), ("2024", "2024"), (" vuosi 2024 ", "2024"), ("31.12.2024", "2024"),
        (date(2024, 12, 31), "2024"), ("2024M06", "2024M06"), ("2024-6", "2024M06"), ("6/2024", "2024M06"),
        ("Kesäkuu 2024", "2024M06"), ("2024 joulukuu", "2024M12"), ("tammi 2024", "2024M01"),
        ("2024Q3", "2024Q3"), ("Q3/2024", "2024Q3"), ("2024/III", "2024Q3"), ("2024 1)", "2024"),
        ("2040 (ennuste)", "2040"),
    ],
)  # fmt: skip
def test_periods_in_many_forms(cell: str | float | date, code: str) -> None:
    assert read_period(cell) == Period(code)


def test_provisional_periods_are_marked() -> None:
    assert read_period("2024*") == Period("2024", provisional=True)
    assert read_period("2024e", provisional="e") == Period("2024", provisional=True)
    assert read_period("2024 (ennakko)") == Period("2024", provisional=True)


@pytest.mark.parametrize(
    "cell", ["2023-2024", "24", "20245", 2024.5, True, "ensi vuosi", date(2024, 1, 1), "2024M13", "1.1.2024"]
)
def test_what_is_no_period_is_a_fault(cell: str | float | date) -> None:
    assert isinstance(read_period(cell), Fault)


def test_a_date_is_a_month_where_months_are_expected() -> None:
    assert read_period(date(2024, 1, 1), monthly=True) == Period("2024M01")


def test_the_period_of_a_heading_and_what_else_it_says() -> None:
    assert find_period("Väkiluku 2030") == (Period("2030"), "Väkiluku")
    assert find_period("31.12.2025* Lainat") == (Period("2025", provisional=True), "Lainat")
    assert find_period("Väkiluku, vuonna 2030 (ennuste)") == (Period("2030"), "Väkiluku")
    assert find_period("2031") == (Period("2031"), "")
    assert find_period("Muutos 2020–2030") is None
    assert find_period("Kunta") is None


def frame(rows: list[tuple[str, float | None, str]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["period", "value", "symbol"])
    made["value"] = made["value"].astype("float64")
    return made.assign(area="005", content="paid")[["area", "period", "content", "value", "symbol"]]


def months(year: int, count: int = 12) -> list[tuple[str, float | None, str]]:
    return [(f"{year}M{month:02d}", float(month), "") for month in range(1, count + 1)]


def test_only_complete_years_are_made_of_months() -> None:
    made, remarks = to_years(frame([*months(2023), *months(2024, 11)]), MONTHS)
    assert made.to_dict("records") == [
        {"area": "005", "period": "2023", "content": "paid", "value": 78.0, "symbol": ""}
    ]
    assert remarks == ["Years with months or quarters missing were left out: 2024."]


def test_a_missing_month_makes_the_year_missing_and_a_provisional_one_provisional() -> None:
    hidden = [*months(2023, 11), ("2023M12", None, "...")]
    made, _ = to_years(frame(hidden), MONTHS)
    assert made["value"].isna().all()
    assert list(made["symbol"]) == ["..."]
    early = [*months(2023, 11), ("2023M12", 12.0, "*")]
    assert to_years(frame(early), MONTHS)[0][["value", "symbol"]].to_numpy().tolist() == [[78.0, "*"]]


@pytest.mark.parametrize(("rule", "value"), [("sum", 10.0), ("mean", 2.5), ("last", 4.0), (None, None)])
def test_each_rule_for_years(rule: str | None, value: float | None) -> None:
    declared = MONTHS.model_dump()
    declared["contents"][0]["yearly"] = rule
    quarters = frame([(f"2024Q{quarter}", float(quarter), "") for quarter in (4, 2, 3, 1)])
    made, _ = to_years(quarters, LiveTable.model_validate(declared))
    if value is None:
        assert list(made["period"]) == ["2024Q4", "2024Q2", "2024Q3", "2024Q1"]
    else:
        assert made[["period", "value"]].to_numpy().tolist() == [["2024", value]]
