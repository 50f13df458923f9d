"""Ask how the country is divided now: municipalities, regions, mergers of the year and boundaries.

Changes no register: a person looks at what differs, since names need their cases and peers a decision.
"""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from uso_lib.errors import BadAnswer, FetchError, Refused
from uso_lib.registers import read_municipalities
from uso_lib.sources.classification import (
    NAME,
    boundaries,
    compare_registers,
    correspondences,
    latest_year,
    municipalities,
)
from uso_lib.sources.classification import mergers as mergers_between
from uso_lib.sources.fetching.opening import Fetching

LICENCE = "CC BY 4.0"
#: Classification of the service → column of our register that holds its code after a prefix.
DIVISIONS = {
    "maakunta": "region_code",
    "seutukunta": "subregion_code",
    "hyvinvointialue": "wellbeing_county_code",
}


def division_lines(fetching: Fetching, *, reference_year: int) -> list[str]:
    """Compare the bundled register with the newest division and keep the newest boundaries.

    Parameters
    ----------
    reference_year
        Year of the division that the figures follow.

    Returns
    -------
    list of str
        English sentences; a service out of reach is one of them, it stops nothing.
    """
    service = fetching.services.services[NAME]
    try:
        year = latest_year(fetching.client, service)
        ours = pd.DataFrame([asdict(one) for one in read_municipalities()])
        lines = compare_registers(ours, municipalities(fetching.client, service, year))
        for target, column in DIVISIONS.items():
            lines += _moved_lines(fetching, ours, column, year=year, target=target)
        if year > reference_year:
            gone = mergers_between(fetching.client, service, reference_year, year)
            lines += [f"{row.abolished} went to {row.successor}." for row in gone.itertuples()]
        drawn = boundaries(fetching.client, service, year)
        fetching.archive.keep(drawn, licence=LICENCE)
    except FetchError as unreachable:
        return [f"The division into municipalities could not be checked: {unreachable}"]
    same = f"The register of municipalities agrees with the division of {year}."
    return [*(lines or [same]), f"Boundaries of {year} are kept in {fetching.archive.folder}."]


def _moved_lines(fetching: Fetching, ours: pd.DataFrame, column: str, *, year: int, target: str) -> list[str]:
    """Compare one classification with a column of our register; the service may lack it."""
    service = fetching.services.services[NAME]
    try:
        return _moved(ours, column, correspondences(fetching.client, service, year, target))
    except (Refused, BadAnswer) as unknown:
        return [f"The {target} of {year} could not be compared: {unknown}"]


def _moved(ours: pd.DataFrame, column: str, theirs: pd.DataFrame) -> list[str]:
    """Return a sentence for every municipality that belongs to another area than in our register."""
    held = ours.assign(own=ours[column].str.extract(r"(\d+)$", expand=False).str.lstrip("0"))
    both = held.merge(theirs[["code", "target", "name"]], on="code", suffixes=("", "_now"))
    moved = both[both["own"] != both["target"].str.extract(r"(\d+)$", expand=False).str.lstrip("0")]
    return [
        f"{row.name_} ({row.code}) belongs to {row.name_now} ({row.target}), not to {getattr(row, column)}."
        for row in moved.rename(columns={"name": "name_"}).itertuples()
    ]
