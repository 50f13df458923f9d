"""Theme 3, wellbeing: what every indicator and breakdown is, from the raw files."""

from __future__ import annotations

from recomputation.columns import Make, broken, joined, level, quotient, with_country
from recomputation.figures import (
    ELECTION_2021,
    HYTE,
    INCOMES,
    OFFENCES_ICCS,
    OFFENCES_PER_1000,
    SOTKANET_2019,
    SOTKANET_OLD,
    Breakdown,
    Counted,
    Indicator,
    Theme,
    content,
    inhabitants,
    regional,
)  # fmt: skip
from recomputation.raw import LOST, Cell, Column, Raw
from recomputation.vaesto import POPULATION


def old(title: str, span: str = "-") -> Make:
    """Read an old Sotkanet series; its areas are today's already."""
    return level(SOTKANET_OLD, title, span, keys=("title",), merge="lost")


def in_2019(indicator: str) -> Make:
    return level(SOTKANET_2019, indicator, keys=("indicator",), merge="lost")


def hyte(column: str) -> Make:
    """Read the brochure's ten municipalities, which it names without codes."""
    return level(HYTE, keys=(), value=column, period="2020", area="kunta", merge="lost")


def election(column: str) -> Make:
    """Read the election of 2021.

    Mäntyharju and Pertunmaa merged in 2025 and the file lacks Pertunmaa: its row is not today's Mäntyharju.
    """

    def make(raw: Raw) -> Column:
        made = level(ELECTION_2021, keys=(), value=column, period="2021", merge="sum")(raw).copy()
        gone: Cell = (None, LOST)
        made.cells["2021"]["507"] = gone
        return made

    return make


def offences_per_1000(group: str) -> Make:
    return level(
        OFFENCES_PER_1000, group, keys=("group",), value="per_1000", merge=inhabitants, country=POPULATION
    )


def offences(iccs: str) -> Make:
    return level(OFFENCES_ICCS, iccs, keys=("iccs",), value="crimes", country="sum")


def iccs_per_1000(iccs: str, *breaks: str) -> Indicator:
    rate = broken(quotient(offences(iccs), POPULATION, 1000), "2020", *breaks)
    return Indicator(rate, "down", counted=Counted("byar", offences(iccs), POPULATION, scale=1000))


AGED_25_64 = regional(
    tuple(
        f"{first}-{first + 4} -vuotiaat, {sex}" for first in range(25, 65, 5) for sex in ("miehet", "naiset")
    )
)
#: The published rate times the population gives the number of offences.
PER_INHABITANTS = Counted("byar", per=POPULATION, scale=1000)

INDICATORS = {
    "youth_outside_education_17_24": Indicator(
        old("Koulutuksen ulkopuolelle jääneet 17 - 24-vuotiaat, % vastaavan ikäisestä väestöstä"),
        "down",
        rate=True,
    ),
    "hyte_coefficient": Indicator(hyte("hyte_coefficient"), "up", rate=True),
    "hyte_eur": Indicator(hyte("hyte_eur_per_capita"), "up"),
    "turnout_municipal": Indicator(
        joined(
            old("Äänestysaktiivisuus kuntavaaleissa, %"),
            election("turnout_pct"),
            country=election("entitled"),
        ),
        "up",
        rate=True,
        counted=Counted("wilson", election("voted"), election("entitled")),
    ),
    "long_term_assistance_18_24": Indicator(in_2019("1275"), "down", rate=True),
    "social_assistance_25_64": Indicator(
        in_2019("5"), "down", rate=True, counted=Counted("wilson", per=AGED_25_64)
    ),
    "social_assistance_all": Indicator(
        with_country(old("Toimeentulotukea saaneet henkilöt vuoden aikana, % asukkaista"), POPULATION),
        "down",
        rate=True,
        counted=Counted("wilson", per=POPULATION),
    ),
    "at_risk_of_poverty_rate": Indicator(
        joined(
            old("Kunnan yleinen pienituloisuusaste", "1995-2011"),
            in_2019("3099"),
            content(INCOMES, "rpt_aste", merge="lost", country="published"),
        ),
        "down",
        rate=True,
        counted=Counted("wilson", content(INCOMES, "rpt_henkilo"), content(INCOMES, "tjt-henkiloita")),
    ),
    "property_offences": Indicator(offences_per_1000("00A"), "down", counted=PER_INHABITANTS),
    "life_and_health_offences": Indicator(offences_per_1000("00B"), "down", counted=PER_INHABITANTS),
    "offences_against_property_per_1000": iccs_per_1000("050000"),
    # In 2020 tens of thousands of extortions were reported after one data breach.
    "offences_against_person_per_1000": iccs_per_1000("020000", "2021"),
}

BREAKDOWNS = {
    "offences_by_iccs": Breakdown(
        {
            "Kaikki rikokset": offences("SSS"),
            "Kuolemaan johtaneet tai tähdänneet teot": offences("010000"),
            "Henkilöä vahingoittavat teot": offences("020000"),
            "Seksuaalisesti vahingoittavat teot": offences("030000"),
            "Omaisuuteen kohdistuneet teot": offences("050000"),
            "Huumausaineisiin ja muihin päihteisiin liittyvät teot": offences("060000"),
            "Petos-, harhauttamis- ja korruptioteot": offences("070000"),
            "Yleiseen turvallisuuteen kohdistuneet teot": offences("090000"),
        },
        formula="per_1000",
        per=POPULATION,
        total="Kaikki rikokset",
    )
}

THEME = Theme(
    "Hyvinvointi ja osallisuus",
    INDICATORS,
    BREAKDOWNS,
    maps=("at_risk_of_poverty_rate",),
    empty=(
        "neet_18_24", "hyte_process", "hyte_result", "morbidity_index", "turnout_parliamentary",
        "turnout_county", "long_term_assistance_25_64",
    ),
)  # fmt: skip
