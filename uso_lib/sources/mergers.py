"""Fold the figures of merged municipalities into the municipalities of today.

Counts are added up, rates are recomputed from their parts or left missing with a mark; nothing is averaged.
Does not know which rule a figure follows: that is declared in carryover.yml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import pandas as pd

from uso_lib.errors import SnapshotError
from uso_lib.sources.carryover.declaration import Merge, Weighted
from uso_lib.sources.carryover.figures import translate
from uso_lib.sources.carryover.sums import strict_sums, sum_marks
from uso_lib.tidy import NOT_RECOMPUTABLE, RECOMPUTED, dimensions

#: Recomputed rates have two decimals: no published rate has more, and the parts were rounded already.
RECOMPUTED_DECIMALS = 2
#: Successor → municipality that went into it, or the successor itself → first and last period of its figures.
Members = Mapping[str, Mapping[str, tuple[str, str]]]


class ContentRule(Protocol):
    """Say what becomes of one content in a merger."""

    @property
    def merge(self) -> Merge:
        """Return whether it is added up, recomputed or goes missing."""
        ...


class Foldable(Protocol):
    """Say how a table's merged municipalities are folded: a declared figure file, or a live table."""

    @property
    def id(self) -> str:
        """Return the table's id."""
        ...

    @property
    def partner(self) -> str | None:
        """Return the dimension that holds municipalities too."""
        ...

    @property
    def absent(self) -> str:
        """Return what an absent row means: ``missing`` or ``zero``."""
        ...

    @property
    def division(self) -> str:
        """Return whether mergers are seen per ``table`` and period, or per ``content`` as well."""
        ...

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return the names of the dimension columns."""
        ...

    @property
    def contents(self) -> Sequence[ContentRule]:
        """Return the rules of the contents, in the order that the column ``entry`` counts."""
        ...


def successors(register: pd.DataFrame, areas: set[str], *, where: str) -> dict[str, str]:
    """Find today's municipality of every merged one among `areas`.

    Parameters
    ----------
    register
        The register of mergers (``abolished``, ``successor``).
    areas
        Area codes that occur in a table.

    Raises
    ------
    SnapshotError
        A municipality was split among several of today: its figures cannot be divided.
    """
    used = register[register["abolished"].isin(areas)]
    split = used[used["abolished"].duplicated(keep=False)]
    if not split.empty:
        code = str(split["abolished"].iloc[0])
        heirs = ", ".join(split.loc[split["abolished"] == code, "successor"])
        message = (
            f"{where}: the table has figures of the former municipality {code}, which was split among "
            f"{heirs}. They cannot be divided; leave its rows out of the figure file."
        )
        raise SnapshotError(message)
    return dict(zip(used["abolished"], used["successor"], strict=True))


def fold(
    source: Foldable,
    frame: pd.DataFrame,
    heirs: Mapping[str, str],
    tables: Mapping[str, pd.DataFrame],
    *,
    members: Members | None = None,
) -> pd.DataFrame:
    """Fold the merged municipalities of one table into their successors.

    Parameters
    ----------
    source
        Declaration of the table: merge rules, partner dimension, what absent rows mean.
    frame
        Rows as published, with column ``entry`` (position of the row's content in the declaration).
    heirs
        Abolished municipality → successor, for the codes in the table.
    tables
        Published rows of all tables by id, where denominators may come from.
    members
        Every municipality whose figures a sum of a period needs. By default those that have a row then, and
        the successor.

    Returns
    -------
    pandas.DataFrame
        Rows without abolished municipalities. Rows without a merger are as published.
    """
    if source.partner:
        return _fold_pairs(source, frame, heirs)
    heir = translate(frame["area"], lambda areas: areas.replace(dict(heirs)))
    concerned = heir.isin(set(heirs.values()))
    parts = frame[concerned].assign(heir=heir[concerned], abolished=frame["area"].isin(set(heirs))[concerned])
    division = ["heir", "period", *(["content"] if source.division == "content" else [])]
    groups = parts.groupby(division)
    merged = groups["abolished"].transform("any")
    # The successor is a part even when the table has no row of it: then the sum is not known.
    parts["expected"] = groups["area"].transform("nunique") + groups["abolished"].transform("all")
    if members is not None:
        parts["expected"] = _needed(parts, members)
    pieces = [frame[~concerned], parts[~merged], _fold_parts(source, parts[merged], tables)]
    return pd.concat(pieces, ignore_index=True).loc[:, list(frame.columns)]


def _needed(parts: pd.DataFrame, members: Members) -> pd.Series[int]:
    """Count the members of every row's successor that had figures in the row's period."""
    found = parts[["heir", "period"]].drop_duplicates()
    counts = {
        (heir, period): sum(first <= period <= last for first, last in members[heir].values())
        for heir, period in found.itertuples(index=False)
    }
    rows = zip(parts["heir"], parts["period"], strict=True)
    return pd.Series([counts[row] for row in rows], index=parts.index, dtype="int64")


def _fold_pairs(source: Foldable, frame: pd.DataFrame, heirs: Mapping[str, str]) -> pd.DataFrame:
    """Add up pairs of municipalities; a pair that a merger made internal is no pair any more."""
    partner = str(source.partner)
    folded = frame.copy()
    for column in ("area", partner):
        folded[column] = translate(frame[column], lambda areas: areas.replace(dict(heirs)))
    folded = folded[folded["area"] != folded[partner]]
    keys = [column for column in frame.columns if column not in ("value", "symbol")]
    touched = folded.duplicated(keys, keep=False)
    summed = strict_sums(folded[touched], keys)
    return pd.concat([folded[~touched], summed], ignore_index=True).loc[:, list(frame.columns)]


def _fold_parts(source: Foldable, parts: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Make one row out of the rows of a merged municipality's parts, by the rule of each content."""
    rules = [content.merge for content in source.contents]
    parts = parts.assign(weight=_weights(source, parts, rules, tables), rows=1)
    parts["product"] = parts["value"] * parts["weight"]
    keys = ["heir", "period", *source.dimensions, "content", "entry"]
    groups = parts.groupby(keys, as_index=False)
    made = groups.agg(symbol=("symbol", "max"), expected=("expected", "max"), rows=("rows", "sum"))
    total = groups["product"].sum(skipna=False)["product"]
    weight = groups["weight"].sum(skipna=False)["weight"]
    complete = made["expected"].eq(made["rows"]) | (source.absent == "zero")
    kinds = {entry: rule if isinstance(rule, str) else "weighted" for entry, rule in enumerate(rules)}
    counted, rated = (made["entry"].map(kinds).eq(kind) for kind in ("sum", "weighted"))
    rate = (total / weight).round(RECOMPUTED_DECIMALS)
    value = total.where(counted, rate.where(rated)).where(complete)
    symbol = sum_marks(value, made["symbol"])
    symbol = symbol.mask(~counted, NOT_RECOMPUTABLE).mask(rated & value.notna(), RECOMPUTED)
    return made.assign(area=made["heir"], value=value, symbol=symbol)


def _weights(
    source: Foldable, parts: pd.DataFrame, rules: Sequence[Merge], tables: Mapping[str, pd.DataFrame]
) -> pd.Series[float]:
    """Return the denominator of every row's rate, null when the figures have none; 1 for what is no rate."""
    weights = pd.Series(1.0, index=parts.index)
    for entry, rule in enumerate(rules):
        rows = parts[parts["entry"] == entry]
        if isinstance(rule, Weighted) and not rows.empty:
            weights.loc[rows.index] = _denominators(source, rows, rule, tables)
    return weights


def _denominators(
    source: Foldable, rows: pd.DataFrame, rule: Weighted, tables: Mapping[str, pd.DataFrame]
) -> pd.Series[float]:
    table, _, content = rule.weighted.rpartition(".")
    table = table or source.id
    denominators = _denominator(tables[table], rows, content, where=table)
    if rule.without_pct:
        share_pct = _denominator(tables[table], rows, rule.without_pct, where=table)
        denominators = denominators * (1 - share_pct / 100)
    if rule.mid_year:
        before = rows.assign(period=rows["period"].astype(int).sub(1).astype("str"))
        denominators = (denominators + _denominator(tables[table], before, content, where=table)) / 2
    return denominators


def _denominator(table: pd.DataFrame, rows: pd.DataFrame, content: str, *, where: str) -> pd.Series[float]:
    """Look up one content for the areas and periods of `rows`, and for their dimensions where it has them."""
    found = table[table["content"].eq(content) & table["area"].isin(set(rows["area"]))]
    keys = ["area", "period"]
    if found.duplicated(keys).any():
        keys += [name for name in dimensions(found) if name in rows and name != "entry"]
    values = found.set_index(keys)["value"]
    if values.empty or values.index.has_duplicates:
        message = f"{where}: {content} cannot be a denominator: one value per area and period is needed."
        raise SnapshotError(message)
    wanted = pd.MultiIndex.from_frame(rows[keys])
    return pd.Series(values.reindex(wanted).to_numpy(), index=rows.index, dtype="float64")
