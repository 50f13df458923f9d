"""Read periods as people and spreadsheets write them, and add months and quarters up to years.

Does not find where periods stand (layout.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd

from uso_lib.live_specs import LiveTable
from uso_lib.sources.carryover.sums import sum_marks
from uso_lib.sources.imports.cells import Cell, Fault, is_empty, plain, split_footnote

MONTHS = (
    "tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu",
)  # fmt: skip
ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
PARTS = {"M": 12, "Q": 4}
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_MONTH = rf"(?P<name>{'|'.join(MONTHS)})(?:kuu)?(?:ssa|n)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:vuosi|vuonna|v\.?)? ?{_YEAR}",
        rf"31\.12\.{_YEAR}",
        rf"{_YEAR} ?[M/-] ?(?P<month>0?[1-9]|1[0-2])",
        rf"(?P<month>0?[1-9]|1[0-2]) ?/ ?{_YEAR}",
        rf"{_MONTH}[ .-]+{_YEAR}",
        rf"{_YEAR}[ .-]+{_MONTH}",
        rf"{_YEAR} ?Q ?(?P<quarter>[1-4])",
        rf"Q ?(?P<quarter>[1-4]) ?/? ?{_YEAR}",
        rf"{_YEAR} ?/? ?(?P<roman>I{{1,3}}|IV)",
    )
)
_FORECAST = re.compile(r"\(?\b(?:ennuste|ennakko)(?:tieto|tiedot)?\b\)?", re.IGNORECASE)


@dataclass(frozen=True)
class Period:
    """Hold a period ("2024", "2024M06", "2024Q2") and whether it was marked as provisional."""

    code: str
    provisional: bool = False


def read_period(cell: Cell | None, *, provisional: str = "*", monthly: bool = False) -> Period | Fault | None:
    """Read a cell as a period.

    Parameters
    ----------
    provisional
        Mark beside provisional years.
    monthly
        Whether a date stands for its month; otherwise only the last day of a year is a year.
    """
    if cell is None or is_empty(cell):
        return None
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        cell = str(int(cell)) if float(cell).is_integer() else str(cell)
    if isinstance(cell, date):
        if monthly:
            return Period(f"{cell.year}M{cell.month:02d}")
        if (cell.month, cell.day) == (12, 31):
            return Period(str(cell.year))
        reason = f"a date ({cell.day}.{cell.month}.{cell.year}) stands where a year should"
        return Fault(reason, "write the year as a plain number")
    if not isinstance(cell, str):
        return Fault("this is no period", "write a year (2024) or a month (2024M06)")
    text, mark = _unmarked(plain(cell), provisional)
    code = _code(text)
    if code is None:
        return Fault(f'"{plain(cell)[:60]}" is no period', "write a year (2024) or a month (2024M06)")
    return Period(code, mark)


def find_period(heading: str, *, provisional: str = "*") -> tuple[Period, str] | None:
    """Find the only period within a heading, and what else the heading says.

    Returns
    -------
    tuple or None
        None when the heading has no period or several ("Muutos 2020–2030").
    """
    whole = read_period(heading, provisional=provisional)
    if isinstance(whole, Period):
        return whole, ""
    years = list(re.finditer(r"(?<![\d.,])(?:31\.12\.)?((?:19|20)[0-9]{2})(?!\d)", heading))
    if len(years) != 1:
        return None
    before, after = heading[: years[0].start()], heading[years[0].end() :]
    mark = after.startswith(provisional)
    after = after.removeprefix(provisional)
    rest = _FORECAST.sub(" ", f"{before} {after}")
    provisional_word = "ennakko" in heading.casefold()
    rest = re.sub(r"(?i)\b(?:vuonna|vuosi|v\.)\s*$", "", plain(rest)).strip(" ,;:()-–")
    return Period(years[0][1], mark or provisional_word), rest


def to_years(frame: pd.DataFrame, table: LiveTable) -> tuple[pd.DataFrame, list[str]]:
    """Turn months and quarters into years for the contents that are declared so; only complete years count.

    Parameters
    ----------
    frame
        ``area, period, <dimensions>, content, value, symbol``.

    Returns
    -------
    tuple
        The same columns, and English remarks on incomplete years.
    """
    rules = {content.code: content.yearly for content in table.contents if content.yearly}
    part = frame["period"].str.extract(r"^\d{4}([MQ])")[0]
    concerned = part.notna() & frame["content"].isin(rules)
    if not concerned.any():
        return frame, []
    parts = frame[concerned].assign(year=frame["period"].str[:4], needed=part.map(PARTS), found=1)
    parts["last"] = parts["period"].str[5:].astype(int).eq(parts["needed"])
    keys = ["area", "year", *(column for column in frame.columns if column not in _NOT_KEYS), "content"]
    groups = parts.groupby(keys, sort=False, as_index=False)
    years = groups.agg(symbol=("symbol", "max"), needed=("needed", "max"), found=("found", "sum"))
    sums = groups["value"].sum(skipna=False)["value"]
    ends = parts[parts["last"]].set_index(keys)
    last = ends["value"].reindex(pd.MultiIndex.from_frame(years[keys])).to_numpy()
    rule = years["content"].map(rules)
    value = sums.where(rule.eq("sum"), (sums / years["needed"]).where(rule.eq("mean"), last))
    years = years.assign(period=years["year"], value=value, symbol=sum_marks(value, years["symbol"]))
    complete = years["found"].eq(years["needed"])
    remarks = []
    if not complete.all():
        short = ", ".join(sorted(set(years.loc[~complete, "year"])))
        remarks = [f"Years with months or quarters missing were left out: {short}."]
    made = years.loc[complete, list(frame.columns)]
    return pd.concat([frame[~concerned], made], ignore_index=True), remarks


_NOT_KEYS = frozenset({"area", "period", "content", "value", "symbol"})


def _unmarked(text: str, provisional: str) -> tuple[str, bool]:
    """Take marks off a period: provisional, footnote, "(ennuste)"."""
    ahead = "ennakko" in text.casefold()
    text = plain(_FORECAST.sub(" ", text))
    marked = text.endswith(provisional)
    text = text.removesuffix(provisional).rstrip()
    return split_footnote(text)[0], marked or ahead


@lru_cache(maxsize=2**10)
def _code(text: str) -> str | None:
    """Return the code of a period written in any of the known forms."""
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            found = match.groupdict()
            if found.get("month") or found.get("name"):
                name = str(found.get("name") or "").casefold()
                month = int(found["month"]) if found.get("month") else MONTHS.index(name) + 1
                return f"{found['year']}M{month:02d}"
            quarter = found.get("quarter") or ROMAN.get(str(found.get("roman") or "").upper())
            return f"{found['year']}Q{quarter}" if quarter else found["year"]
    return None
