"""Recompute how peers resemble a municipality: ten properties, seven dimensions, mainland only."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from statistics import pstdev

from recomputation.columns import level
from recomputation.elinvoima import employed_of, jobs_of
from recomputation.expected import Key, Member, Want, Wanted
from recomputation.figures import (
    EDUCATION,
    NET_PERMILLE,
    POPULATION_2025,
    content,
    key_figure,
    regional,
)
from recomputation.raw import Raw

ALAND = "21"
#: property → dimension, whether ratios matter (logarithm)
PROPERTIES = {
    "population": ("size", True),
    "density": ("density", True),
    "under_15_pct": ("age", False),
    "over_64_pct": ("age", False),
    "primary_jobs_pct": ("industry", False),
    "secondary_jobs_pct": ("industry", False),
    "service_jobs_pct": ("industry", False),
    "dependency": ("dependency", False),
    "tertiary_pct": ("education", False),
    "net_migration_permille": ("migration", False),
}
INHABITANTS = content(POPULATION_2025, "vaerak-vaesto")
LAND = regional("Maapinta-ala, km2")
MIGRATION = level(NET_PERMILLE, keys=(), merge="lost")
#: property → recipe and its newest year
SHARES = {
    "under_15_pct": (content(POPULATION_2025, "vaesto_alle15_p"), "2025"),
    "over_64_pct": (content(POPULATION_2025, "vaesto_yli64_p"), "2025"),
    "primary_jobs_pct": (key_figure("Alkutuotannon työpaikkojen osuus, %", merge=jobs_of), "2020"),
    "secondary_jobs_pct": (key_figure("Jalostuksen työpaikkojen osuus, %", merge=jobs_of), "2020"),
    "service_jobs_pct": (key_figure("Palvelujen työpaikkojen osuus, %", merge=jobs_of), "2020"),
    "dependency": (key_figure("Taloudellinen huoltosuhde", merge=employed_of), "2020"),
    "tertiary_pct": (content(EDUCATION, "kaste5T8osuus"), "2025"),
}
YEARS_OF_MIGRATION = ("2020", "2021", "2022", "2023", "2024")


def properties(raw: Raw, code: str) -> dict[str, float | None]:
    """Return the newest value of every property."""
    inhabitants, land = INHABITANTS(raw).value("2025", code), LAND(raw).value("2019", code)
    balances = [MIGRATION(raw).value(year, code) for year in YEARS_OF_MIGRATION]
    return {
        "population": inhabitants,
        "density": None if inhabitants is None or not land else inhabitants / land,
        **{name: make(raw).value(year, code) for name, (make, year) in SHARES.items()},
        "net_migration_permille": None
        if None in balances
        else sum(one or 0 for one in balances) / len(balances),
    }


def distances(raw: Raw, code: str) -> dict[str, float]:
    """Return the standardised distance of every comparable municipality, nearest first."""
    figures = {
        one: properties(raw, one) for one, row in raw.municipalities.items() if row["maakunta_code"] != ALAND
    }
    complete = {one: found for one, found in figures.items() if None not in found.values()}
    sizes = Counter(dimension for dimension, _ in PROPERTIES.values())
    squares = dict.fromkeys(complete, 0.0)
    for name, (dimension, ratios) in PROPERTIES.items():
        scaled = {
            one: math.log10(found[name] or 0.0) if ratios else found[name] or 0.0
            for one, found in complete.items()
        }
        spread = pstdev(scaled.values())
        for one in complete:
            squares[one] += ((scaled[one] - scaled[code]) / spread) ** 2 / sizes[dimension]
    found = {one: math.sqrt(square) for one, square in squares.items() if one != code}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def likeness_lines(raw: Raw, member: Member, periods: Mapping[str, str]) -> Wanted:
    """Return the lines of the peers' section.

    Parameters
    ----------
    periods
        Property → period as the workbook writes it; "likeness" for the distances.
    """
    wanted: Wanted = {}
    ordered = distances(raw, member.code)
    for peer in member.peers:
        key = Key("likeness", "", "likeness", "peer", peer, periods["likeness"])
        wanted[key] = Want(ordered[peer])
        rank = Key("likeness", "", "likeness_rank", "peer", peer, periods["likeness"])
        wanted[rank] = Want(float(list(ordered).index(peer) + 1), None, len(ordered))
    for name in PROPERTIES:
        for code in (member.code, *member.peers):
            group = "municipality" if code == member.code else "peer"
            wanted[Key(name, "", "value", group, code, periods[name])] = Want(properties(raw, code)[name])
    return wanted
