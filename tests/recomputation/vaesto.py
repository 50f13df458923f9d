"""Theme 1, population: what every indicator, breakdown and flow is, from the raw files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from recomputation.columns import (
    Country,
    Make,
    Merge,
    change_over,
    difference,
    index,
    joined,
    level,
    quotient,
)
from recomputation.figures import (
    CHANGES_2025,
    CHANGES_TO_2019,
    NET_PERMILLE,
    PAIRS,
    POPULATION_2020_2024,
    POPULATION_2025,
    PROJECTION_2019,
    PROJECTION_2024,
    Breakdown,
    Counted,
    Indicator,
    Theme,
    content,
    inhabitants,
    key_figure,
)  # fmt: skip
from recomputation.raw import Raw


def changes(old: str, new: str, *, merge: Merge = "sum", country: Country = None) -> Make:
    """Join the population changes of 2005-2019 and of 2025."""
    return joined(
        level(CHANGES_TO_2019, old, "2005-2019", merge=merge),
        content(CHANGES_2025, new, merge=merge),
        country=country,
    )


def by_age(direction: str, age: str) -> Make:
    """Give moves between municipalities by age; a merger makes some of them internal, so they are lost."""
    label = f"Kuntien välinen {direction}, {age}"
    misprint = {"Kuntien välinen tulomuutto, 20-39 -vuotiaat": "Kuntien välinentulomuutto, 20-39 -vuotiaat"}
    return level(CHANGES_TO_2019, misprint.get(label, label), merge="lost")


def projected(first: int, last: int, span: str = "2024-2040") -> Make:
    """Give the projection of 2024 for ages from first to last; 100-year-olds are not in the file."""
    ages = tuple(str(age) for age in range(first, last + 1))
    return level(PROJECTION_2024, ages, span, keys=("age",), value="persons", country="sum")


POPULATION = joined(
    key_figure("Väkiluku", "2000-2019"),
    level(POPULATION_2020_2024, keys=(), value="persons"),
    content(POPULATION_2025, "vaerak-vaesto"),
    country="sum",
)
NATURAL_INCREASE = joined(
    key_figure("Syntyneiden enemmyys, henkilöä", "2005-2021"),
    content(CHANGES_2025, "ssaaty-luonvalisays"),
    country="sum",
)
NET_MIGRATION = joined(
    key_figure("Kuntien välinen muuttovoitto/-tappio, henkilöä", "2005-2021"),
    content(CHANGES_2025, "ssaaty-vm43_netto"),
)
IMMIGRATION = changes("Maahanmuuttaneet", "ssaaty-vm41", country="sum")
EMIGRATION = changes("Maastamuuttaneet", "ssaaty-vm42", country="sum")
NET_IMMIGRATION = difference(IMMIGRATION, EMIGRATION)
IN_MIGRATION = changes("Kuntien välinen tulomuutto", "ssaaty-vm43_tulo", merge="lost")
OUT_MIGRATION = changes("Kuntien välinen lähtömuutto", "ssaaty-vm43_lahto", merge="lost")
AGES = {
    "under_20": "alle 20-vuotiaat",
    "20_39": "20-39 -vuotiaat",
    "40_59": "40-59 -vuotiaat",
    "over_59": "60+ -vuotiaat",
}
AGE_TITLES = {
    "under_20": "Alle 20-vuotiaat",
    "20_39": "20–39-vuotiaat",
    "40_59": "40–59-vuotiaat",
    "over_59": "60 vuotta täyttäneet",
}
BALANCES = {
    "under_20": "alle 20-vuotiaat",
    "20_39": "20-39-vuotiaat",
    "40_59": "40-59-vuotiaat",
    "over_59": "yli 60-vuotiaat",
}
PROJECTED = projected(0, 99)
PROJECTED_2019 = level(
    PROJECTION_2019,
    "999",
    keys=("age",),
    value="persons",
    country="sum",
    keep=lambda row: row["age"] == "999",
)
PROJECTION_ERROR = difference(POPULATION, PROJECTED_2019)


def share_of_population(old: str, new: str) -> Make:
    """Join a share of population of 2000-2021 and of 2025, merged shares recomputed with population."""
    return joined(
        key_figure(old, "2000-2021", merge=inhabitants),
        content(POPULATION_2025, new, merge="lost"),
        country=POPULATION,
    )


BIRTHS, DEATHS = (
    changes("Syntyneet", "ssaaty-vm01", country="sum"),
    changes("Kuolleet", "ssaaty-vm11", country="sum"),
)
INDICATORS = {
    "population": Indicator(POPULATION),
    "population_change_1y": Indicator(
        change_over(POPULATION, 1, per_cent=True), "up", rate=True, tested=False
    ),
    "population_change_5y": Indicator(
        change_over(POPULATION, 5, per_cent=True), "up", rate=True, tested=False
    ),
    "births": Indicator(BIRTHS),
    "deaths": Indicator(DEATHS),
    "natural_increase": Indicator(NATURAL_INCREASE),
    "natural_increase_permille": Indicator(
        quotient(NATURAL_INCREASE, POPULATION, 1000),
        "up",
        rate=True,
        counted=Counted("balance", of=BIRTHS, minus=DEATHS, per=POPULATION, scale=1000),
    ),
    "net_migration": Indicator(NET_MIGRATION),
    "net_migration_permille": Indicator(
        level(NET_PERMILLE, keys=(), merge="lost"),
        "up",
        rate=True,
        counted=Counted("balance", of=IN_MIGRATION, minus=OUT_MIGRATION, per=POPULATION, scale=1000),
    ),
    "in_migration": Indicator(IN_MIGRATION),
    "out_migration": Indicator(OUT_MIGRATION),
    "immigration": Indicator(IMMIGRATION),
    "emigration": Indicator(EMIGRATION),
    "net_immigration": Indicator(NET_IMMIGRATION),
    "net_immigration_permille": Indicator(
        quotient(NET_IMMIGRATION, POPULATION, 1000),
        rate=True,
        counted=Counted("balance", of=IMMIGRATION, minus=EMIGRATION, per=POPULATION, scale=1000),
    ),
    **{
        f"net_migration_{one}": Indicator(difference(by_age("tulomuutto", age), by_age("lähtömuutto", age)))
        for one, age in AGES.items()
    },
    **{
        f"total_net_migration_{one}_permille": Indicator(
            level(CHANGES_TO_2019, f"Muuttotase, {age}, promillea keskiväkiluvusta", merge="lost"),
            None if one == "over_59" else "up",  # no agreed direction for the oldest
            rate=True,
        )
        for one, age in BALANCES.items()
    },
    "projected_population": Indicator(PROJECTED),
    "projected_change_2035": Indicator(
        change_over(projected(0, 99, "2024-2035"), 11, per_cent=True), "up", rate=True
    ),
    "projected_change_2040": Indicator(change_over(PROJECTED, 16, per_cent=True), "up", rate=True),
    "projected_population_2019": Indicator(PROJECTED_2019),
    "projection_error": Indicator(PROJECTION_ERROR, tested=False),
    "projection_error_pct": Indicator(
        quotient(PROJECTION_ERROR, PROJECTED_2019, 100), rate=True, tested=False
    ),
    "share_under_15": Indicator(
        share_of_population("Alle 15-vuotiaiden osuus väestöstä, %", "vaesto_alle15_p"),
        rate=True,
        counted=Counted("wilson", per=POPULATION),
    ),
    "share_over_64": Indicator(
        share_of_population("Yli 64-vuotiaiden osuus väestöstä, %", "vaesto_yli64_p"),
        rate=True,
        counted=Counted("wilson", per=POPULATION),
    ),
    "early_education_need": Indicator(index(projected(1, 6), "2024"), rate=True),
    "basic_education_need": Indicator(index(projected(6, 15), "2024"), rate=True),
    "upper_secondary_need": Indicator(index(projected(16, 18), "2024"), rate=True),
    "home_care_need": Indicator(index(projected(75, 99), "2024"), rate=True),
    "round_the_clock_care_need": Indicator(index(projected(85, 99), "2024"), rate=True),
}


def pairs(raw: Raw, codes: Collection[str]) -> dict[tuple[str, str, str], float]:
    """Return (origin, destination, year) → persons for pairs with one of `codes`, in today's municipalities.

    Moves between the parts of a merged municipality are no moves any more; pairs that are left out are zeros.
    """
    found: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in raw.rows(PAIRS):
        origin = raw.heirs.get(row["origin"], row["origin"])
        destination = raw.heirs.get(row["destination"], row["destination"])
        if origin != destination and (origin in codes or destination in codes):
            found[origin, destination, row["period"]] += float(row["persons"])
    return dict(found)


def moves(direction: str) -> Breakdown:
    return Breakdown({AGE_TITLES[one]: by_age(direction, age) for one, age in AGES.items()})


BREAKDOWNS = {
    "in_migration_by_age": moves("tulomuutto"),
    "out_migration_by_age": moves("lähtömuutto"),
    "projection_by_age": Breakdown(
        {
            f"{first}–{last}-vuotiaat": projected(first, last)
            for first, last in ((0, 6), (7, 15), (16, 18), (19, 24), (25, 64), (65, 74), (75, 84), (85, 99))
        }
    ),
    "projection_pyramid": Breakdown(
        {f"{age}–{age + 4}": projected(age, age + 4) for age in range(0, 100, 5)}
    ),
    "service_need_municipality": Breakdown(
        {
            "Varhaiskasvatus (1–6 v.)": projected(1, 6),
            "Esi- ja perusopetus (6–15 v.)": projected(6, 15),
            "Toisen asteen koulutus (16–18 v.)": projected(16, 18),
        }
    ),
    "service_need_county": Breakdown(
        {
            "Kotihoito (75–99 v.)": projected(75, 99),
            "Ympärivuorokautinen hoito (85–99 v.)": projected(85, 99),
        }
    ),
}

THEME = Theme(
    "Väestökehitys",
    INDICATORS,
    BREAKDOWNS,
    maps=("population_change_5y",),
    flows=("migration_by_partner",),
    stacks={
        "Väestönmuutoksen osatekijät vuosittain": ("natural_increase", "net_migration", "net_immigration"),
        "Kuntien välinen nettomuutto ikäryhmittäin": tuple(f"net_migration_{one}" for one in AGES),
    },
    empty=(
        "projected_change_2030", "projected_population_mdi", "net_migration_employed",
        "net_migration_unemployed", "income_in_migrants", "income_out_migrants", "health_and_social_need",
    ),
)  # fmt: skip
