"""Numbers, units and periods are written the way Finnish text does."""

from __future__ import annotations

import math
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib import specs
from uso_lib.presentation.words import finnish
from uso_lib.presentation.words.units import UNITS

SPACE, MINUS = "\u00a0", "\u2212"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 0, "0"),
        (1234567, 0, f"1{SPACE}234{SPACE}567"),
        (1234.56, 1, f"1{SPACE}234,6"),
        (-0.04, 1, "0,0"),
        (-0.0, 0, "0"),
        (-3.25, 1, f"{MINUS}3,3"),
        (2.675, 2, "2,68"),
        (0.25, 1, "0,3"),
        (17.049999999999997, 2, "17,05"),
        (999.95, 1, f"1{SPACE}000,0"),
        (None, 1, "–"),
        (math.nan, 0, "–"),
    ],
)
def test_numbers(value: float | None, decimals: int, text: str) -> None:
    assert finnish.number(value, decimals) == text


@settings(deadline=None)
@given(st.floats(-1e8, 1e8), st.integers(0, 3))
def test_numbers_read_back_as_what_was_rounded(value: float, decimals: int) -> None:
    text = finnish.number(value, decimals)
    back = float(text.replace(SPACE, "").replace(MINUS, "-").replace(",", "."))
    assert back == pytest.approx(value, abs=0.5001 * 10.0**-decimals)
    assert not set(text) & set(" .-+")
    assert not (text.startswith(MINUS) and back == 0)


@pytest.mark.parametrize(
    ("value", "text"), [(1.2, "+1,2"), (-1.2, f"{MINUS}1,2"), (0.04, "0,0"), (-0.04, "0,0"), (None, "–")]
)
def test_signed_numbers(value: float | None, text: str) -> None:
    assert finnish.signed(value, 1) == text


def test_every_declared_unit_has_words() -> None:
    assert set(UNITS) == set(get_args(specs.Unit))
    for unit in UNITS:
        assert finnish.unit_name(unit)
        assert finnish.value_with_unit(2, unit, 0).startswith("2")


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text", "short"),
    [
        (12.34, "pct", 1, f"12,3{SPACE}%", f"12,3{SPACE}%"),
        (1, "persons", 0, f"1{SPACE}henkilö", "1"),
        (0, "persons", 0, f"0{SPACE}henkilöä", "0"),
        (21467, "persons", 0, f"21{SPACE}467{SPACE}henkilöä", f"21{SPACE}467"),
        (1.0, "points", 1, f"1,0{SPACE}pistettä", "1,0"),
        (-1, "offences", 0, f"{MINUS}1{SPACE}rikos", f"{MINUS}1"),
        (4310, "eur_per_capita", 0, f"4{SPACE}310{SPACE}euroa asukasta kohti", f"4{SPACE}310{SPACE}€/as."),
        (45.0, "per_1000", 1, f"45,0{SPACE}jokaista tuhatta asukasta kohti", f"45,0{SPACE}/ 1{SPACE}000 as."),
        (98.2, "index", 1, "98,2", "98,2"),
        (None, "pct", 1, "ei tietoa", "–"),
    ],
)
def test_values_with_units(value: float | None, unit: str, decimals: int, text: str, short: str) -> None:
    assert finnish.value_with_unit(value, unit, decimals) == text
    assert finnish.value_with_unit(value, unit, decimals, style="short") == short


def test_signed_values_keep_their_unit() -> None:
    assert finnish.signed_with_unit(5, "persons", 0) == f"+5{SPACE}henkilöä"
    assert finnish.signed_with_unit(-35, "persons", 0) == f"{MINUS}35{SPACE}henkilöä"
    assert finnish.signed_with_unit(2.5, "pct", 1) == f"+2,5{SPACE}%"


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "case", "text"),
    [
        (12.3, "pct", 1, "elative", f"12,3{SPACE}prosentista"),
        (8.4, "pct", 1, "illative", f"8,4{SPACE}prosenttiin"),
        (21467, "persons", 0, "genitive", f"21{SPACE}467{SPACE}henkilön"),
        (1, "jobs", 0, "partitive", f"1{SPACE}työpaikka"),
        (2, "jobs", 0, "partitive", f"2{SPACE}työpaikkaa"),
        (98.2, "index", 1, "elative", "arvosta 98,2"),
        (4310, "eur_per_capita", 0, "illative", f"4{SPACE}310{SPACE}euroon asukasta kohti"),
    ],
)
def test_inflected_values(value: float, unit: str, decimals: int, case: finnish.Case, text: str) -> None:
    assert finnish.inflected(value, unit, decimals, case) == text


def test_first_of_two_values_leaves_the_tail_out() -> None:
    assert finnish.inflected(5, "eur_per_capita", 0, "elative", tail=False) == f"5{SPACE}eurosta"
    assert finnish.inflected(5, "per_1000", 0, "elative", tail=False) == "arvosta 5"


def test_differences_of_percentages_are_percentage_points() -> None:
    assert finnish.difference_with_unit(-1.26, "pct", 1) == f"1,3{SPACE}prosenttiyksikköä"
    assert finnish.difference_with_unit(1, "pct", 0) == f"1{SPACE}prosenttiyksikkö"
    assert (
        finnish.difference_with_unit(-1.26, "pct", 1, sign=True, style="short") == f"{MINUS}1,3{SPACE}%-yks."
    )
    assert finnish.difference_with_unit(120, "eur_per_capita", 0) == f"120{SPACE}euroa asukasta kohti"
    assert finnish.difference_with_unit(None, "pct", 0) == "ei tietoa"
    assert finnish.difference_unit_name("pct") == "prosenttiyksikköä"


@pytest.mark.parametrize(
    ("code", "plain", "inessive", "genitive", "elative", "illative", "short"),
    [
        ("2025", "2025", "vuonna 2025", "vuoden 2025", "vuodesta 2025", "vuoteen 2025", "2025"),
        ("2026M06", "kesäkuu 2026", "kesäkuussa 2026", "kesäkuun 2026", "kesäkuusta 2026", "kesäkuuhun 2026",
         "6/2026"),
    ],
)  # fmt: skip
def test_periods(
    code: str, plain: str, inessive: str, genitive: str, elative: str, illative: str, short: str
) -> None:
    cases: dict[finnish.PeriodCase, str] = {
        "plain": plain, "inessive": inessive, "genitive": genitive, "elative": elative,
        "illative": illative, "short": short,
    }  # fmt: skip
    assert {case: finnish.period(code, case).replace(SPACE, " ") for case in cases} == cases


def test_spans_of_periods() -> None:
    assert finnish.period_span("2020", "2025") == "vuodesta 2020 vuoteen 2025"
    assert finnish.period_span("2021M06", "2026M06", style="short") == "6/2021–6/2026"
    assert finnish.during("2000", "2020") == "vuosina 2000–2020"
    assert finnish.during("2020M01", "2020M12") == "vuonna 2020"


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        (["2020"], "2020"),
        (["2018", "2019", "2020"], "2018–2020"),
        (["2018", "2019", "2025"], "2018–2019, 2025"),
        (["2024", "2035", "2040"], "2024, 2035, 2040"),
        ([str(year) for year in range(1980, 2021, 4)], "1980–2020"),
        (["2006M01", "2006M02", "2026M06"], "1/2006–6/2026"),
        (["2026M06"], "6/2026"),
    ],
)
def test_covered_years(codes: list[str], text: str) -> None:
    assert finnish.covered(codes) == text


@pytest.mark.parametrize(
    ("years", "text"),
    [(1, "vuodessa"), (5, "viidessä vuodessa"), (12, f"12{SPACE}vuodessa"), (4.5, f"4,5{SPACE}vuodessa")],
)
def test_durations(years: float, text: str) -> None:
    assert finnish.within_years(years) == text


def test_counts_lists_and_sentences() -> None:
    assert finnish.count(1, "kunta", "kuntaa") == f"1{SPACE}kunta"
    assert finnish.count(0, "kunta", "kuntaa") == f"0{SPACE}kuntaa"
    assert finnish.listing(["Kemi"]) == "Kemi"
    assert finnish.listing(["Kemi", "Oulu", "Raahe"]) == "Kemi, Oulu ja Raahe"
    assert finnish.sentence_start("työttömyys THL:ssä") == "Työttömyys THL:ssä"
    assert finnish.sentence("85 kt CO₂-ekv.") == "85 kt CO₂-ekv."
    assert finnish.missing_words("...") == "salassa pidettävä"
    assert finnish.missing_words("..") == "ei tietoa"


def test_values_that_look_the_same_are_equal() -> None:
    assert finnish.rounds_equal(12.34, 12.31, 1)
    assert not finnish.rounds_equal(12.34, 12.36, 1)


@pytest.mark.parametrize(
    ("title", "unit", "text"),
    [
        ("Lainakanta asukasta kohti", "eur_per_capita", "euroa"),
        ("Lainakanta", "eur_per_capita", "euroa asukasta kohti"),
        ("Päästöt asukasta kohti", "t_co2e_per_capita", "tonnia CO₂-ekvivalenttia"),
        ("Toimipaikat tuhatta asukasta kohti", "per_1000", ""),
        ("HYTE-kerroin", "coefficient", ""),
        ("Työllisyysaste", "pct", "%"),
    ],
)
def test_a_unit_under_a_title_does_not_repeat_the_title(title: str, unit: str, text: str) -> None:
    assert finnish.unit_under(title, unit) == text


@pytest.mark.parametrize(
    ("title", "unit", "text"),
    [
        ("Lainakanta asukasta kohti", "eur_per_capita", " (euroa)"),
        ("Lainakanta", "eur_per_capita", " (euroa asukasta kohti)"),
        ("Toimipaikat tuhatta asukasta kohti", "per_1000", ""),
        ("Omaisuusrikokset", "per_1000", " (tuhatta asukasta kohti)"),
        ("85 vuotta täyttäneet, indeksi", "index", " (pistettä)"),
        ("Työllisyysaste", "pct", " (%)"),
    ],
)
def test_a_unit_in_brackets_does_not_repeat_the_title(title: str, unit: str, text: str) -> None:
    assert finnish.title_with_unit(title, unit) == f"{title}{text}"
