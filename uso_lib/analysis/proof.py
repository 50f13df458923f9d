"""Put together what a report's numbers can be recomputed from: cells, declarations, tables, fingerprints.

Does not compute numbers of the report and does not know how they are told; verification/ recomputes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from uso_lib.analysis.context import Context, edition_of
from uso_lib.analysis.everywhere import Everywhere
from uso_lib.analysis.proof_cells import areas_of, described
from uso_lib.analysis.proof_details import breakdown_cells, criterion_cells, flow_cells, likeness_cells
from uso_lib.analysis.proof_grids import Grids
from uso_lib.analysis.results import BreakdownResult, Comparison, CriterionResult, FlowResult
from uso_lib.editions import Edition, TableRecord
from uso_lib.regions import Municipality
from uso_lib.store import Store, TablePart

SCHEMA = 1


@dataclass(frozen=True)
class Shown:
    """Gather the results a report shows.

    Parameters
    ----------
    totals
        Title of a stacked figure → the indicators it adds up.
    """

    comparisons: Sequence[Comparison] = ()
    breakdowns: Sequence[BreakdownResult] = ()
    flows: Sequence[FlowResult] = ()
    criteria: Sequence[CriterionResult] = ()
    maps: Sequence[Everywhere] = ()
    totals: Mapping[str, Sequence[str]] = field(default_factory=dict)


def proof_of(
    context: Context,
    shown: Shown,
    *,
    likeness: bool,
    further: Mapping[str, Sequence[Municipality]] | None = None,
) -> dict[str, Any]:
    """Return plain data from which every number of the results can be recomputed.

    Parameters
    ----------
    likeness
        Whether the peers' likeness is told.
    further
        Name of a group → peers other than the report's that a figure shows.
    """
    others = {
        name: np.array([context.column, *(context.areas[one.code] for one in peers)], dtype=np.int64)
        for name, peers in (further or {}).items()
    }
    areas = areas_of(context, others.values())
    grids = Grids(context, areas)
    for comparison in shown.comparisons:
        grids.add_comparison(comparison)
    breakdowns = [one for one in shown.breakdowns if not one.missing]
    for result in shown.criteria:
        if result.criterion.indicator is not None:
            grids.add_periods(result.criterion.indicator, result.inputs)
    content = grids.content()
    codes = [one.code for one in context.regions.all]
    place = {int(column): at for at, column in enumerate(areas)}
    parts = {
        "breakdowns": {one.breakdown.id: breakdown_cells(context, one, areas) for one in breakdowns},
        "flows": {one.flow.id: flow_cells(context, one) for one in shown.flows if not one.missing},
        "criteria": {one.criterion.id: criterion_cells(context, one) for one in shown.criteria},
        "maps": {one.indicator.id: grids.everywhere(one) for one in shown.maps if not one.missing},
        "likeness": likeness_cells(context.store, context) if likeness else {},
    }
    return {
        "schema": SCHEMA,
        "code": context.municipality.code,
        "reference_year": context.store.reference_year,
        "municipalities": codes,
        "areas": [codes[column] for column in areas],
        "groups": {
            name: [place[int(column)] for column in columns]
            for name, columns in (*context.groups.items(), *others.items())
            if name != "country"
        },
        "indicators": {name: described(context, name) for name in grids.names},
        "grids": content,
        **parts,
        "totals": {title: list(names) for title, names in shown.totals.items()},
        "tables": tables_of(context.store, _used(content, parts)),
        "snapshot": {"sha256": context.store.fingerprint, "gathered": context.store.bundled_as_of},
    }


def tables_of(store: Store, keys: Sequence[str]) -> dict[str, Any]:
    """Return where tables come from: file or query, fingerprints, times, licence."""
    return {key: _table(store, key) for key in keys if store.has(edition_of(key)[0])}


def _table(store: Store, key: str) -> dict[str, Any]:
    """Describe one table, or one of its editions, and the parts it is joined of."""
    name, edition = edition_of(key)
    info, record = store.info(name, edition), store.records.get(name)
    editions = {one.file: one for one in record.editions} if isinstance(record, TableRecord) else {}
    parts = info.parts or (
        TablePart(info.kind, info.vintage, info.retrieved, info.periods, info.file, info.sha256),
    )
    return {
        "producer": info.producer,
        "table_id": info.table_id,
        "title": info.title,
        "licence": info.licence,
        "parts": [
            {
                "kind": part.kind,
                "vintage": part.vintage,
                "retrieved": part.retrieved or store.bundled_as_of,
                "file": part.file,
                "sha256": part.sha256,
                "raw": _answers(editions[part.file])
                if part.file in editions
                else _files(store, info.source_file),
            }
            for part in parts
        ],
    }


def _answers(edition: Edition) -> list[dict[str, str]]:
    """Name the raw answers, or imported files, of an edition."""
    return [
        {"address": one.address, "query": one.query, "time": one.time, "sha256": one.sha256}
        for one in edition.answers
    ]


def _files(store: Store, names: str) -> list[dict[str, str]]:
    """Name the published figure files of a bundled table."""
    known = store.raw_files
    return [{"file": name, "sha256": known[name]} for name in names.split(", ") if name in known]


def _used(grids: Mapping[str, Any], parts: Mapping[str, Any]) -> list[str]:
    """Return every table that any cell comes from, sorted."""
    found = {name for grid in grids.values() for text in grid["from"] for name in text.split("+")}
    for kind in ("breakdowns", "flows", "criteria"):
        found |= {name for one in parts[kind].values() for name in one["from"]}
    found |= set(parts["likeness"].get("from", ()))
    return sorted(found - {""})
