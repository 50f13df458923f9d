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
        theirs = municipalities(fetching.client, service, year)
        lines = compare_registers(ours, theirs)
        for target, column in DIVISIONS.items():
            lines += _moved_lines(fetching, ours, column, year=year, target=target)
        if year > reference_year:
            lines += _merger_lines(mergers_between(fetching.client, service, reference_year, year))
    except FetchError as unreachable:
        return [f"The division into municipalities could not be checked: {unreachable}"]
    same = f"The register of municipalities agrees with the division of {year}."
    return [*(lines or [same]), _boundaries_line(fetching, year=year, expected=len(theirs))]


def _merger_lines(gone: pd.DataFrame) -> list[str]:
    """Return a sentence for every abolished municipality."""
    return [
        f"{name} ({code}) went to {successor or 'no one municipality'}."
        for code, name, successor in gone[["abolished", "abolished_name", "successor"]].to_numpy()
    ]


def _boundaries_line(fetching: Fetching, *, year: int, expected: int) -> str:
    """Keep the boundaries of a year; they come in spring, so that a new year has none at first."""
    service = fetching.services.services[NAME]
    try:
        drawn = boundaries(fetching.client, service, year, expected=expected)
    except FetchError as lacking:
        return f"Boundaries of {year} were not kept: {lacking}"
    fetching.archive.keep(drawn, licence=LICENCE)
    return f"Boundaries of {year} are kept in {fetching.archive.folder}."


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
