"""Hand-made declarations and result objects for the tests of the presentation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from uso_lib import specs
from uso_lib.analysis.results import Change, Comparison, GroupFigure, Origin, Position
from uso_lib.regions import Municipality

GROUP_COLUMNS = ("peers", "network", "region", "country", "country_own")
ORIGIN = Origin(
    table="tyonv_12r5",
    producer="KEHA-keskus",
    table_id="tyonv 12r5",
    title="Työttömät työnhakijat",
    vintage="21.7.2026",
    licence="CC BY 4.0",
    newest="2025",
)


def municipality(**changes: str) -> Municipality:
    """Return Tornio, or a municipality like it with other names."""
    fields = {
        "code": "851", "name": "Tornio", "name_sv": "Torneå", "region_code": "MK19", "region": "Lappi",
        "subregion_code": "SK192", "subregion": "Kemi-Tornio", "wellbeing_county_code": "HVA21",
        "wellbeing_county": "Lapin hyvinvointialue", "employment_area_code": "TA1",
        "employment_area": "Meri-Lappi", "urban_rural": "Taajaan asutut kunnat",
        "language": "Yksikielinen suomenkielinen kunta", "genitive": "Tornion", "locative": "Torniossa",
        "separative": "Torniosta", "lative": "Tornioon",
    }  # fmt: skip
    return Municipality(**(fields | changes))


def kuhmoinen() -> Municipality:
    """Return a municipality whose name is plural in its inflected forms."""
    return municipality(
        code="291", name="Kuhmoinen", region="Pirkanmaa", region_code="MK06", genitive="Kuhmoisten",
        locative="Kuhmoisissa", separative="Kuhmoisista", lative="Kuhmoisiin",
    )  # fmt: skip


def indicator(**changes: Any) -> specs.Indicator:
    """Return the declaration of an unemployment rate, or a variation of it."""
    fields: dict[str, Any] = {
        "id": "unemployment_rate",
        "title": "Työttömyysaste",
        "definition": "Työttömien osuus työvoimasta.",
        "unit": "pct",
        "decimals": 1,
        "direction": "down",
        "source": [specs.Selection(table="tyonv_12r5", content="TYOTOSUUS")],
        "wording": specs.Wording(
            subject="työttömyysaste",
            level="{Kunnan} työttömyysaste oli {kausi} {arvo}.",
            higher="korkeampi",
            lower="matalampi",
        ),
    }
    return specs.Indicator(**(fields | changes))


def history(values: Mapping[str, float | None], peers: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return a history with one unbroken main series."""
    lines = []
    for period, value in sorted(values.items()):
        mean = (peers or {}).get(period)
        line: dict[str, Any] = {"series": "", "segment": 0, "period": period, "value": value, "symbol": ""}
        line |= dict.fromkeys(GROUP_COLUMNS, mean)
        lines.append(line | {"peers_low": mean, "peers_high": mean, "peers_n": 3})
    columns = [
        "series",
        "segment",
        "period",
        "value",
        "symbol",
        *GROUP_COLUMNS,
        "peers_low",
        "peers_high",
        "peers_n",
    ]
    return pd.DataFrame(lines, columns=columns)


def ranking(own: float | None, others: Sequence[float | None], name: str = "Tornio") -> pd.DataFrame:
    """Return a ranking, greatest first, of the municipality and peers named Kunta 1, Kunta 2 …."""
    lines = [{"area": "851", "name": name, "value": own, "symbol": "", "is_member": True}]
    lines += [
        {"area": f"{place:03}", "name": f"Kunta {place}", "value": value, "symbol": "", "is_member": False}
        for place, value in enumerate(others, start=1)
    ]
    frame = pd.DataFrame(lines).assign(low=math.nan, high=math.nan)
    frame["value"] = frame["value"].astype(float)
    return frame.sort_values("value", ascending=False, na_position="last", ignore_index=True)


def change(start_value: float, value: float, **changes: Any) -> Change:
    """Return a five-year change 2020–2025."""
    relative = None if start_value <= 0 else (value / start_value - 1) * 100
    fields: dict[str, Any] = {
        "start": "2020", "end": "2025", "years": 5.0, "start_value": start_value,
        "absolute": value - start_value, "relative_pct": relative, "nearest": False,
    }  # fmt: skip
    return Change(**(fields | changes))


def comparison(**changes: Any) -> Comparison:
    """Return Tornio's unemployment rate: 11.1 %, peers 9.9 %, country 11.4 %; in 2020 9.0 %, peers 8.9 %."""
    fields: dict[str, Any] = {
        "indicator": indicator(),
        "municipality": municipality(),
        "period": "2025",
        "value": 11.1,
        "symbol": "",
        "groups": {
            "peers": GroupFigure("peers", "mean", 9.9, 4, 4, change=1.0, change_pct=11.0),
            "country_own": GroupFigure("country_own", "published", 11.4, 0, 0, change=0.5, change_pct=4.0),
        },
        "positions": {"peers": Position("peers", 3, 4, 1), "country": Position("country", 143, 308, 1)},
        "change": change(9.0, 11.1),
        "year_change": None,
        "history": history({"2020": 9.0, "2025": 11.1}, {"2020": 8.9, "2025": 9.9}),
        "ranking": ranking(11.1, [8.0, 9.0, 11.5]),
        "origins": (ORIGIN,),
        "age_years": 1,
        "breaks": (),
    }
    return Comparison(**(fields | changes))
