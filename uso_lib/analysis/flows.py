"""Sort flows between a municipality and its partners: by partner, by closeness, by year.

Does not know flows from abroad: they are indicators of their own.

In most flow tables `area` is the destination and a dimension holds the origin; others are turned round.
Pairs without movers are left out of the published table, so a partner that appears in one direction only has
a true zero in the other.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from uso_lib import specs
from uso_lib.analysis.context import Context
from uso_lib.analysis.periods import age_in_years, month_number
from uso_lib.analysis.results import FlowResult
from uso_lib.tidy import among, as_texts

#: Closeness of a partner, nearest first, with the titles the report prints.
CLASSES = {"subregion": "Oma seutukunta", "region": "Muu oma maakunta", "rest": "Muu Suomi"}


def flows(context: Context, flow_id: str) -> FlowResult:
    """Return the newest flows by partner and by closeness, and the net flow of every year.

    Raises
    ------
    UnknownName
        There is no such flow.
    """
    declared = context.catalog.flow(flow_id)
    rows = pairs_of(context, declared)
    period = max(rows["period"].unique(), key=month_number) if len(rows) else None
    partners = _partners(context, rows[rows["period"] == period])
    return FlowResult(
        flow=declared,
        municipality=context.municipality,
        period=period,
        partners=partners.drop(columns="class"),
        classes=_classes(partners),
        yearly=_yearly(rows),
        origins=context.origins({declared.table: period}),
        age_years=None if period is None else age_in_years(period, context.store.reference_year),
    )


def pairs_of(context: Context, declared: specs.Flow) -> pd.DataFrame:
    """Return partner (``area``), ``period``, ``class``, ``inflow``, ``outflow``, ``net`` for all periods."""
    here, table, content, origin = (
        context.municipality.code, declared.table, declared.content, declared.origin,
    )  # fmt: skip
    if not context.store.has(table):
        rows = pd.DataFrame(columns=["area", origin, "period", "content", "value"]).astype(
            {"value": "float64"}
        )
    else:
        rows = context.store.coded(table)
    if declared.area == "origin":
        rows = rows.rename(columns={"area": origin, origin: "area"})
    own = (among(rows["area"], [here]) | among(rows[origin], [here])) & among(rows["content"], [content])
    rows = as_texts(rows.iloc[np.flatnonzero(own)])
    incoming = rows[(rows["area"] == here) & rows[origin].isin(context.areas) & (rows[origin] != here)]
    outgoing = rows[(rows[origin] == here) & rows["area"].isin(context.areas) & (rows["area"] != here)]
    inflow = incoming[[origin, "period", "value"]].set_axis(["area", "period", "inflow"], axis=1)
    outflow = outgoing[["area", "period", "value"]].set_axis(["area", "period", "outflow"], axis=1)
    pairs = inflow.merge(outflow, on=["area", "period"], how="outer", indicator="side")
    # Only a pair that the table leaves out is a zero; a published gap stays a gap.
    pairs["inflow"] = pairs["inflow"].mask(pairs["side"] == "right_only", 0.0)
    pairs["outflow"] = pairs["outflow"].mask(pairs["side"] == "left_only", 0.0)
    closeness = pairs["area"].map({code: _closeness(context, code) for code in pairs["area"].unique()})
    return pairs.assign(**{"class": closeness, "net": pairs["inflow"] - pairs["outflow"]}).drop(
        columns="side"
    )


def _closeness(context: Context, code: str) -> str:
    """Return the nearest class that holds a partner."""
    partner, here = context.regions.by_code(code), context.municipality
    if partner.subregion_code == here.subregion_code:
        return "subregion"
    return "region" if partner.region_code == here.region_code else "rest"


def _partners(context: Context, newest: pd.DataFrame) -> pd.DataFrame:
    """Return the partners of one period, greatest net inflow first, ties by name."""
    names = [context.regions.by_code(code).name for code in newest["area"]]
    partners = newest.assign(name=pd.Series(names, index=newest.index, dtype="str"))
    partners = partners.sort_values("name").sort_values(
        "net", ascending=False, kind="stable", ignore_index=True
    )
    return partners[["area", "name", "inflow", "outflow", "net", "class"]]


def _classes(partners: pd.DataFrame) -> pd.DataFrame:
    """Add the partners up by closeness, nearest class first; a class with a gap has no sum."""
    lines = []
    for name, title in CLASSES.items():
        inside = partners.loc[partners["class"] == name, ["inflow", "outflow", "net"]]
        sums = {column: float(inside[column].sum(skipna=False)) for column in inside}
        lines.append({"class": name, "title": title, **sums})
    return pd.DataFrame(lines)


def _yearly(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the net flow of every period and class in time order; a class without movers has a zero."""
    periods = sorted((str(one) for one in rows["period"].unique()), key=month_number)
    missing = rows.loc[rows["net"].isna(), ["period", "class"]].drop_duplicates()
    sums = rows.groupby(["period", "class"])["net"].sum()
    every = pd.MultiIndex.from_product([periods, list(CLASSES)], names=["period", "class"])
    sums = sums.reindex(every, fill_value=0.0)
    sums[every.isin(pd.MultiIndex.from_frame(missing))] = np.nan
    return sums.reset_index()
