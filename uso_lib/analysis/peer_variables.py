"""Declare the area properties by which municipalities resemble each other, and read them from the store.

Does not measure distances or choose anyone (peers.py).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from uso_lib.errors import MissingFigures
from uso_lib.store import Store
from uso_lib.tidy import among, as_texts

Dimension = Literal["size", "density", "age", "industry", "dependency", "education", "migration"]


@dataclass(frozen=True)
class PeerVariable:
    """Declare one area property and where its figures stand.

    Parameters
    ----------
    short
        Head of a narrow column, English.
    dimension
        What it describes; all dimensions weigh the same, and variables of one dimension share its weight.
    short_fi
        The Finnish heading of a narrow column, unit included, with soft hyphens where it may break.
    title, title_fi, unit
        In English for the command line, in Finnish for the report; the unit in Finnish.
    decimals
        How many decimals are shown.
    table, content
        Table id of the store and its content code.
    per_table, per_content
        Content the value is divided by.
    logarithmic
        Whether distances are measured on the logarithm: twice as large counts the same at any size.
    years
        How many newest years the value is the mean of.
    period, per_period, source
        Filled when read: "2025" or "2020-2024", the period of the divisor, producer and table in Finnish.
    weight
        Filled when read: one divided by the number of variables of the dimension.
    """

    id: str
    short: str
    dimension: Dimension
    title: str
    title_fi: str
    unit: str
    decimals: int
    table: str
    content: str
    per_table: str = ""
    per_content: str = ""
    logarithmic: bool = False
    years: int = 1
    period: str = ""
    per_period: str = ""
    source: str = ""
    weight: float = 0.0
    short_fi: str = ""


VARIABLES = (
    PeerVariable(
        "population", "people", "size",
        "Population", "Väkiluku", "as.", 0,
        "vaerak_11ra", "vaerak-vaesto", logarithmic=True,
        short_fi="Väkiluku",
    ),
    PeerVariable(
        "density", "per km²", "density",
        "Inhabitants per km² of land", "Asukkaita maaneliökilometrillä", "as./km²", 1,
        "vaerak_11ra", "vaerak-vaesto", "aluesarjat", "maapinta_ala", logarithmic=True,
        short_fi="As./km²",
    ),
    PeerVariable(
        "under_15_pct", "<15 %", "age",
        "Under 15 years, % of population", "Alle 15-vuotiaiden osuus väestöstä", "%", 1,
        "vaerak_11ra", "vaesto_alle15_p",
        short_fi="Alle 15 v., %",
    ),
    PeerVariable(
        "over_64_pct", "65+ %", "age",
        "65 years or over, % of population", "65 vuotta täyttäneiden osuus väestöstä", "%", 1,
        "vaerak_11ra", "vaesto_yli64_p",
        short_fi="65+ v., %",
    ),
    PeerVariable(
        "primary_jobs_pct", "prim. %", "industry",
        "Jobs in primary production, % of jobs", "Alkutuotannon osuus työpaikoista", "%", 1,
        "avainluvut", "M74",
        short_fi="Alku\u00adtuotanto, %",
    ),
    PeerVariable(
        "secondary_jobs_pct", "sec. %", "industry",
        "Jobs in manufacturing and construction, % of jobs", "Jalostuksen osuus työpaikoista", "%", 1,
        "avainluvut", "M84",
        short_fi="Jalostus, %",
    ),
    PeerVariable(
        "service_jobs_pct", "serv. %", "industry",
        "Jobs in services, % of jobs", "Palvelujen osuus työpaikoista", "%", 1,
        "avainluvut", "M106",
        short_fi="Palvelut, %",
    ),
    PeerVariable(
        "dependency", "depend.", "dependency",
        "Economic dependency ratio, persons not employed per 100 employed",
        "Taloudellinen huoltosuhde, ei-työllisiä sataa työllistä kohti", "", 1,
        "avainluvut", "M485",
        short_fi="Huolto\u00adsuhde",
    ),
    PeerVariable(
        "tertiary_pct", "tert. %", "education",
        "Tertiary degree, % of population aged 15 or over",
        "Korkea-asteen tutkinnon suorittaneiden osuus 15 vuotta täyttäneistä", "%", 1,
        "vkour_12bs", "kaste5T8osuus",
        short_fi="Korkea-aste, %",
    ),
    PeerVariable(
        "net_migration_permille", "migr. ‰", "migration",
        "Net migration between municipalities, ‰ of population, mean of five years",
        "Kuntien välinen nettomuutto, viiden vuoden keskiarvo", "‰", 1,
        "nettomuutto_promille", "vm43_netto_promille", years=5,
        short_fi="Netto\u00admuutto, ‰",
    ),
)  # fmt: skip


@lru_cache(maxsize=4)
def read_variables(store: Store) -> tuple[tuple[PeerVariable, ...], pd.DataFrame]:
    """Read every variable's newest values.

    Returns
    -------
    tuple
        The variables with period, source and weight filled in; and their values, one line per area (regions
        and the country too), one column per variable, null where a figure is missing.

    Raises
    ------
    MissingFigures
        The store lacks a table or a content.
    """
    sizes = Counter(one.dimension for one in VARIABLES)
    filled: list[PeerVariable] = []
    columns: dict[str, pd.Series[float]] = {}
    for variable in VARIABLES:
        values, period = _newest(store, variable.table, variable.content, years=variable.years)
        source, per_period = _source(store, variable.table), ""
        if variable.per_table:
            divisor, per_period = _newest(store, variable.per_table, variable.per_content, years=1)
            values = values / divisor.where(divisor > 0)
            source = f"{source}; {_source(store, variable.per_table)} {per_period}"
        columns[variable.id] = values
        weight = 1 / sizes[variable.dimension]
        filled.append(replace(variable, period=period, per_period=per_period, source=source, weight=weight))
    return tuple(filled), pd.DataFrame(columns)


def on_scale(variables: tuple[PeerVariable, ...], values: pd.DataFrame) -> pd.DataFrame:
    """Return values on the scale of distances: logarithms where declared, null where not positive."""
    scaled = values.copy()
    for variable in variables:
        if variable.logarithmic:
            positive = values[variable.id].where(values[variable.id] > 0)
            scaled[variable.id] = np.log10(positive)
    return scaled


def years_of(variables: tuple[PeerVariable, ...]) -> str:
    """Return the span of years the variables come from, "2019-2025"."""
    periods = [period for one in variables for period in (one.period, one.per_period) if period]
    years = sorted(year for period in periods for year in period.split("-"))
    return f"{years[0]}-{years[-1]}"


def _source(store: Store, table: str) -> str:
    """Return producer and title of a table, Finnish."""
    info = store.info(table)
    return f"{info.producer}, {info.title}"


def _newest(store: Store, table: str, content: str, *, years: int) -> tuple[pd.Series[float], str]:
    """Return area → mean of the newest years' values (null unless all years are there), and their period."""
    frame = store.coded(table)
    known = among(frame["content"], [content]) & frame["value"].notna().to_numpy()
    found = frame[["area", "period", "value"]].iloc[np.flatnonzero(known)]
    periods = sorted(found["period"].unique())[-years:]
    if len(periods) < years:
        message = f"The rule for peers needs {years} year(s) of {content} in table {table}. Run `uso check`."
        raise MissingFigures(message)
    newest = as_texts(found[among(found["period"], periods)])
    wide = newest.pivot_table(index="area", columns="period", values="value")
    return wide.mean(axis="columns", skipna=False), "-".join(dict.fromkeys((periods[0], periods[-1])))
