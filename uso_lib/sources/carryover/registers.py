"""Make the registers of municipalities and of municipal mergers.

Does not look anything up (regions.py) and does not write files (snapshot.py).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from uso_lib.errors import SnapshotError
from uso_lib.sources.carryover.declaration import RegisterFiles
from uso_lib.sources.carryover.figures import read_texts

#: Register column → column of the classification file, and the prefix and width of its code.
_NAMES = {
    "name": "municipality_name_fi",
    "name_sv": "municipality_name_sv",
    "name_en": "municipality_name_en",
    "region": "maakunta_name_fi",
    "subregion": "seutukunta_name_fi",
    "wellbeing_county": "hyvinvointialue_name_fi",
    "employment_area": "tyollisyysalue_name_fi",
    "vitality_centre": "evk_name_fi",
    "urban_rural": "kuntaryhmitys_name_fi",
    "language": "kielisuhde_name_fi",
}
_CODES = {
    "region_code": ("maakunta_code", "MK", 2),
    "subregion_code": ("seutukunta_code", "SK", 3),
    "wellbeing_county_code": ("hyvinvointialue_code", "HVA", 2),
    "employment_area_code": ("tyollisyysalue_code", "TA", 2),
    "vitality_centre_code": ("evk_code", "EVK", 2),
}
_ORDER = (
    "code", "name", "name_sv", "name_en", "region_code", "region", "subregion_code", "subregion",
    "wellbeing_county_code", "wellbeing_county", "employment_area_code", "employment_area",
    "vitality_centre_code", "vitality_centre", "urban_rural", "language",
    "genitive", "locative", "separative", "lative",
)  # fmt: skip


def municipalities(figures: Path, files: RegisterFiles) -> pd.DataFrame:
    """Make the register of municipalities: codes, names, areas they belong to, inflected names.

    Returns
    -------
    pandas.DataFrame
        One row per municipality, sorted by code, all columns text.

    Raises
    ------
    SnapshotError
        A municipality stands twice, lacks a field or has no inflected forms.
    """
    raw = read_texts(figures / files.municipalities)
    forms = read_texts(figures / files.inflections)
    made = pd.DataFrame({"code": raw["area"]})
    for column, source in _NAMES.items():
        made[column] = raw[source].str.strip()
    for column, (source, prefix, width) in _CODES.items():
        made[column] = prefix + raw[source].str.zfill(width)
    made = made.merge(forms, on="name", how="left", validate="one_to_one")
    made = made.loc[:, list(_ORDER)].sort_values("code", ignore_index=True)
    incomplete = made[(made.fillna("") == "").any(axis=1)]
    if not incomplete.empty:
        message = f"{files.municipalities}: fields are missing for {', '.join(incomplete['name'].head(5))}."
        raise SnapshotError(message)
    if made["code"].duplicated().any() or not made["code"].str.fullmatch(r"\d{3}").all():
        message = f"{files.municipalities}: codes are not unique three-digit texts."
        raise SnapshotError(message)
    return made


def mergers(figures: Path, files: RegisterFiles, current: frozenset[str]) -> pd.DataFrame:
    """Make the register of mergers, chains followed to the municipalities of today.

    Parameters
    ----------
    current
        Codes of today's municipalities.

    Returns
    -------
    pandas.DataFrame
        Columns ``abolished``, ``abolished_name`` (empty when not known), ``successor`` (a municipality of
        today) and ``merged_on`` (ISO date of the abolition, empty when not known), all text; a municipality
        that was split among several has a row for each.

    Raises
    ------
    SnapshotError
        A chain does not end in a municipality of today, or runs in a circle.
    """
    raw = read_texts(figures / files.mergers)
    names = read_texts(figures / files.former_names).set_index("area")["name"]
    direct = {str(code): sorted(set(rows["successor"])) for code, rows in raw.groupby("abolished")}
    dates = raw.groupby("abolished")["merged_on"].max()
    rows = [
        (abolished, str(names.get(abolished, "")), successor, str(dates[abolished]))
        for abolished in sorted(set(direct) - set(files.unresolved))
        for successor in sorted(_follow(abolished, direct, current, files.mergers))
    ]
    return pd.DataFrame(rows, columns=["abolished", "abolished_name", "successor", "merged_on"], dtype="str")


def _follow(
    code: str, direct: dict[str, list[str]], current: frozenset[str], file: str, path: tuple[str, ...] = ()
) -> set[str]:
    """Return today's municipalities that the municipality `code` went into."""
    if code in current:
        return {code}
    if code in path or code not in direct:
        message = f"{file}: the chain {' → '.join([*path, code])} does not end in a municipality of today."
        raise SnapshotError(message)
    return set().union(*(_follow(after, direct, current, file, (*path, code)) for after in direct[code]))
