"""Turn a service's rows into tidy rows, as a live table declares them.

Codes become the store's, equal keys are added up, months become years. Does not read any format
(delimited.py, the adapters), does not look for columns (declared_columns.py) and does not fold mergers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from uso_lib.errors import BadAnswer, Refused
from uso_lib.live_specs import LiveContent, LiveDimension, LiveTable
from uso_lib.sources.carryover.sums import strict_sums
from uso_lib.sources.open_data.delimited import plain
from uso_lib.sources.service import Answer, TablePlan

COUNTRY = "SSS"
_COUNTRY_TEXTS = frozenset({"sss", "000", "koko maa", "koko suomi", "whole country"})
_MONTHS = 12
#: A table is not made of fewer of the planned answers than this share.
ENOUGH = 0.8


def area_codes(texts: pd.Series[str]) -> pd.Series[str]:
    """Return three-digit codes and ``SSS``; empty for what is neither a municipality nor the country."""
    return texts.map({str(one): _area(str(one)) for one in texts.unique()}).astype("str")


def _area(text: str) -> str:
    bare = text.strip().removeprefix("KU")
    if plain(text) in _COUNTRY_TEXTS:
        return COUNTRY
    return bare.zfill(3) if re.fullmatch(r"\d{1,3}", bare) else ""


def period_codes(texts: pd.Series[str], *, where: str) -> pd.Series[str]:
    """Return periods of the store, ``2015`` or ``2015M01``, of texts such as 201501, 2015M01 and 2015-01.

    Raises
    ------
    BadAnswer
        A text is not a period.
    """
    return texts.map(periods_of(map(str, texts.unique()), where=where)).astype("str")


def periods_of(texts: Iterable[str], *, where: str) -> dict[str, str]:
    """Return the period that each text stands for, as `period_codes` does.

    Raises
    ------
    BadAnswer
        A text is not a period.
    """
    made = {}
    for text in texts:
        match = re.fullmatch(r"(\d{4})(?:\.0|[M\-/. ]?(0[1-9]|1[0-2]))?", text.strip())
        if match is None:
            message = f"{where}: {text!r} is not a year or a month."
            raise BadAnswer(message)
        made[text] = match[1] + (f"M{match[2]}" if match[2] else "")
    return made


def store_codes(dimension: LiveDimension, texts: pd.Series[str]) -> pd.Series[str]:
    """Return codes in the store's coding; empty for those the declaration leaves out."""
    if dimension.area:
        return area_codes(texts).replace(COUNTRY, "")
    made, listed = {}, dimension.values  # noqa: PD011 - declared codes, not a column's figures
    for text in map(str, texts.unique()):
        code = text.strip()
        if dimension.codes == "number":
            code = re.sub(r"\d+", lambda digits: str(int(digits[0])), code)
        elif dimension.codes == "suffix":
            code = code.rsplit("-", 1)[-1]
        code = dimension.rename.get(code, code)
        made[text] = code if listed is None or _listed(code, listed) else ""
    return texts.map(made).astype("str")


def _listed(code: str, values: Sequence[str]) -> bool:
    """Tell whether a code is among single codes and ranges of whole numbers."""
    for value in values:
        limits = re.fullmatch(r"(\d+)-(\d*)", value)
        if code == value:
            return True
        if limits and code.isdigit() and int(limits[1]) <= int(code) <= int(limits[2] or code):
            return True
    return False


def start_period(table: LiveTable, since: str | None) -> str:
    """Return the first period asked for: the later of the declared one and `since`; empty for all."""
    return max(str(table.first or ""), since or "")


def at_or_after(periods: pd.Series[str], start: str) -> pd.Series[bool]:
    """Tell which periods are not before a start; a year that holds the starting month is not."""
    known = {str(one): str(one)[: len(start)] >= start[: len(str(one))] for one in periods.unique()}
    return periods.map(known).astype("bool")


def refuse_few(plan: TablePlan, answers: Sequence[Answer]) -> None:
    """Refuse to make a table of so few of the planned answers that it would be another table.

    Raises
    ------
    BadAnswer
        Less than 80 per cent of them came.
    """
    if len(answers) < ENOUGH * len(plan.calls) or not answers:
        message = (
            f"{plan.table.id}: the service had {len(answers)} of the {len(plan.calls)} files or documents "
            f"that were asked for, which is too few ({ENOUGH:.0%} are needed). Try again later."
        )
        raise BadAnswer(message)


def content_rows(
    table: LiveTable, keys: pd.DataFrame, content: LiveContent, value: pd.Series[float], mark: pd.Series[str]
) -> pd.DataFrame:
    """Join the keys of rows with the figures of one content; the producer's ``-`` is read as declared."""
    nil = mark.eq("-")
    zero = content.nil == "zero"
    rows = keys.assign(
        content=content.code, value=value.mask(nil, 0.0) if zero else value,
        symbol=mark if zero else mark.mask(nil, ".."),
    )  # fmt: skip
    rows["content"] = rows["content"].astype("str")
    return rows.loc[:, [*key_columns(table), "value", "symbol"]]


def key_columns(table: LiveTable) -> list[str]:
    """Return the columns that make a row of the table one of its kind."""
    return ["area", "period", *(one.name for one in table.dimensions), "content"]


def add_up(rows: pd.DataFrame, table: LiveTable) -> pd.DataFrame:
    """Add up rows with equal keys.

    A missing part makes the sum missing, unless the declaration says that what is absent is zero: then only a
    sum without any part is missing.
    """
    keys = key_columns(table)
    if table.absent == "zero":
        some = rows.groupby(keys)["value"].transform("count").gt(0)
        rows = rows[rows["value"].notna() | ~some]
    many = rows.duplicated(keys, keep=False)
    return pd.concat([rows[~many], strict_sums(rows[many], keys)], ignore_index=True).loc[
        :, list(rows.columns)
    ]


def one_table(parts: Sequence[pd.DataFrame], table: LiveTable) -> pd.DataFrame:
    """Join the tidy rows of several texts, sorted; rows that stand in two of them must be the same.

    Raises
    ------
    BadAnswer
        A key stands in two texts with different values.
    Refused
        There are no rows at all.
    """
    keys = key_columns(table)
    rows = pd.concat(list(parts), ignore_index=True).drop_duplicates() if parts else pd.DataFrame()
    if rows.empty:
        message = f"{table.id}: the service's answers hold no rows that fit the declaration."
        raise Refused(message)
    twice = rows[rows.duplicated(keys, keep=False)]
    if not twice.empty:
        example = twice.sort_values(keys).head(2).to_dict("records")
        message = (
            f"{table.id}: the service gives two values for one key ({len(twice)} rows, first: {example})."
        )
        raise BadAnswer(message)
    rows = _yearly(rows, table)
    order = [*keys[:-1], "content", "value", "symbol"]
    return rows.sort_values(keys, ignore_index=True).loc[:, order]


def _yearly(rows: pd.DataFrame, table: LiveTable) -> pd.DataFrame:
    """Make years of the months of the contents that are declared so; only complete years."""
    made = [rows]
    for content in table.contents:
        months = rows["content"].eq(content.code) & rows["period"].str.contains("M", regex=False)
        if content.yearly is not None and months.any():
            made = [part[~months.reindex(part.index, fill_value=False)] for part in made]
            made.append(_years(rows[months], content, table))
    return pd.concat(made, ignore_index=True)


def _years(months: pd.DataFrame, content: LiveContent, table: LiveTable) -> pd.DataFrame:
    """Return the complete years of one content's months."""
    year = months["period"].str[:4]
    complete = months["period"].groupby(year).nunique().eq(_MONTHS)
    months = months.assign(period=year, month=months["period"])[year.map(complete)]
    keys = key_columns(table)
    if content.yearly == "last":
        return months[months["month"].str.endswith("M12")].drop(columns="month")
    needed = pd.Series(1 if table.absent == "zero" else _MONTHS, index=months.index)
    summed = strict_sums(months.drop(columns="month"), keys, parts=needed)
    if content.yearly == "mean":
        summed["value"] /= _MONTHS
    return summed.loc[:, [*keys, "value", "symbol"]]
