"""Theme 4, finances: what every indicator and every criterion of section 118 is, from the raw files."""

from __future__ import annotations

from collections.abc import Callable
from operator import gt, lt

from recomputation.columns import Make, Merge, broken, joined, level, quotient
from recomputation.figures import (
    ACCOUNT_KEY_FIGURES,
    INCOMES,
    SOTKANET_OLD,
    TAX_RATES,
    Criterion,
    Indicator,
    Theme,
    content,
    inhabitants,
    inhabitants_regional,
    key_figure,
    regional,
)  # fmt: skip
from recomputation.raw import COUNTRY, Raw
from recomputation.vaesto import POPULATION

#: New accounts from 2021, wellbeing services counties from 2023.
REFORMS = ("2021", "2023")


def accounts(
    label: str, *, merge: Merge = inhabitants_regional, weighted: bool = True, zero_is_missing: bool = False
) -> Make:
    """Read a key figure of the accounts of 2019; the country's euros are weighted by inhabitants."""
    country = POPULATION if weighted else None
    made = level(ACCOUNT_KEY_FIGURES, label, merge=merge, country=country, zero_is_missing=zero_is_missing)
    return broken(made, *REFORMS)


def yearly(label: str, *, zero_is_missing: bool = False) -> Make:
    """Read euros per inhabitant of 2008-2020."""
    return broken(
        key_figure(label, merge=inhabitants, country=POPULATION, zero_is_missing=zero_is_missing), *REFORMS
    )


def old(title: str) -> Make:
    """Read an old Sotkanet series of 2000-2011."""
    return level(SOTKANET_OLD, title, "2000-2011", keys=("title",), merge="lost")


#: Thirteen municipalities of Åland draw up no group accounts; the file has zeros in their place.
SURPLUS = accounts("Konsernin kertynyt ali-/ylijäämä, euroa / asukas", zero_is_missing=True)
MARGIN = accounts("Konsernin vuosikate % poistoista", merge="lost", weighted=False)
LOANS_AND_LEASES = accounts("Konsernin lainat ja vuokravastuut, euroa / asukas", zero_is_missing=True)
TRANSFERS = accounts("Valtionosuudet, euroa / asukas")
TAXES = joined(old("Verotulot, euroa / asukas"), accounts("Verotulot, euroa / asukas"), country=POPULATION)
TAX_RATE = broken(level(TAX_RATES, keys=(), value="income_tax_pct", merge="lost"), "2023")


INDICATORS = {
    "group_accumulated_surplus": Indicator(SURPLUS, "up"),
    "group_margin_of_depreciation": Indicator(MARGIN, "up", rate=True),
    "group_loans_and_leases": Indicator(LOANS_AND_LEASES, "down"),
    "loans_per_capita": Indicator(yearly("Lainakanta, euroa/asukas"), "down"),
    "group_loans_per_capita": Indicator(
        yearly("Konsernin lainakanta, euroa/asukas", zero_is_missing=True), "down"
    ),
    "relative_indebtedness": Indicator(
        joined(
            old("Suhteellinen velkaantuneisuus, %"),
            accounts("Suhteellinen velkaantuneisuus, %", merge="lost", weighted=False),
        ),
        "down",
        rate=True,
    ),
    "equity_ratio": Indicator(accounts("Omavaraisuusaste, %", merge="lost", weighted=False), "up", rate=True),
    "state_transfers_per_capita": Indicator(TRANSFERS),
    "tax_revenue_per_capita": Indicator(broken(TAXES, *REFORMS), "up"),
    "state_transfers_share": Indicator(
        quotient(
            TRANSFERS,
            broken(
                level(
                    ACCOUNT_KEY_FIGURES,
                    ("Verotulot, euroa / asukas", "Valtionosuudet, euroa / asukas"),
                    merge=inhabitants_regional,
                    country=POPULATION,
                )
            ),
            100,
            country=None,
        ),
        rate=True,
    ),
    "median_income_adults": Indicator(
        content(INCOMES, "hkturaha18_med", merge="lost", country="published"), "up"
    ),
    "median_income_consumption_unit": Indicator(
        content(INCOMES, "tjt-ekvikturaha_med", merge="lost", country="published"), "up"
    ),
    "median_income_households": Indicator(
        regional("Käytettävissä oleva rahatulo, mediaani", merge="lost"), "up"
    ),
    "gini": Indicator(
        joined(
            regional("Gini-kerroin, käytettävissä olevat rahatulot", merge="lost"),
            content(INCOMES, "gini_kturaha", merge="lost", country="published"),
        ),
        rate=True,
    ),
    "annual_margin_per_capita": Indicator(yearly("Vuosikate, euroa/asukas"), "up"),
    "income_tax_rate": Indicator(TAX_RATE, rate=True, tested=False),
}


def fixed(limit: float) -> Callable[[Raw, str], float]:
    return lambda _, __: limit


def of_weighted_mean(
    make: Make, rule: Callable[[float], float], weights_of: str | None = None
) -> Callable[[Raw, str], float]:
    """Give a limit counted from the mean of all municipalities weighted by inhabitants.

    The tax rate of a year meets the inhabitants at the end of the year before: `weights_of` names it.
    """

    def limit(raw: Raw, period: str) -> float:
        weights, values = POPULATION(raw).cells[weights_of or period], make(raw).cells[period]
        pairs = [
            (value, weights[area][0] or 0.0)
            for area, (value, _) in values.items()
            if value is not None and area != COUNTRY
        ]
        return rule(sum(value * by for value, by in pairs) / sum(by for _, by in pairs))

    return limit


#: Two consecutive years are asked for and one is there: it can only decide that a criterion is not met. The
#: limit of the tax rate is not the law's, which weighs by taxable income.
CRITERIA = {
    "deficit_not_covered": Criterion(None),
    "group_deficit": Criterion(SURPLUS, fixed(-1000.0), gt),
    "group_margin_below_depreciation": Criterion(MARGIN, fixed(80.0)),
    "tax_rate_above_mean": Criterion(
        TAX_RATE, of_weighted_mean(TAX_RATE, lambda mean: mean + 2.0, "2025"), lt, exact=False
    ),
    "group_loans_above_mean": Criterion(
        LOANS_AND_LEASES, of_weighted_mean(LOANS_AND_LEASES, lambda mean: mean * 1.5), lt
    ),
    "debt_service_margin_low": Criterion(None),
}

THEME = Theme(
    "Kunnan talous",
    INDICATORS,
    criteria=CRITERIA,
    empty=(
        "debt_service_margin",
        "state_transfers_change",
        "withheld_income_per_capita",
        "withheld_income_change",
    ),
)
