"""Put a changed declaration of an indicator into Finnish words.

Does not find what changed (changes.py). A word it does not know is told as it is declared.
"""

from __future__ import annotations

import json
from typing import Any

NOTHING = "–"
PROPERTIES = {
    "title": "nimi", "unit": "yksikkö", "decimals": "desimaalit", "direction": "toivottu suunta",
    "formula": "laskukaava", "contents": "tilaston sisältö", "of": "mistä osuus lasketaan",
    "per": "mihin suhteutetaan", "minus": "mikä vähennetään", "base": "perusvuosi",
    "years": "muutoksen pituus",
    "weight": "painotus", "weights": "painot", "interval": "luottamusväli", "country": "koko maan luku",
    "in_per_cent": "muutos prosentteina", "continued_by": "jatkava sarja",
}  # fmt: skip
#: Property → what its declared values mean.
_VALUES: dict[str, dict[str, str]] = {
    "direction": {
        "up": "suurempi on parempi", "down": "pienempi on parempi", "neither": "ei kumpikaan",
        "contested": "näkemykset eroavat",
    },
    "formula": {
        "level": "luku sellaisenaan", "change": "muutos", "difference": "erotus", "index": "indeksi",
        "mean_12m": "12 kuukauden keskiarvo", "per_1000": "tuhatta asukasta kohti",
        "per_capita": "asukasta kohti", "ratio": "suhde", "share": "osuus", "sum": "summa",
        "weighted_sum": "painotettu summa",
    },
    "unit": {
        "coefficient": "kerroin", "dependency": "ei-työllisiä sataa työllistä kohti",
        "enterprises": "yritystä", "establishments": "toimipaikkaa", "eur": "euroa",
        "eur_per_capita": "euroa asukasta kohti", "index": "indeksi", "jobs": "työpaikkaa",
        "kt_co2e": "kilotonnia CO₂-ekvivalenttia", "offences": "rikosta", "pct": "%",
        "per_1000": "tuhatta asukasta kohti", "permille": "‰", "persons": "henkilöä", "points": "pistettä",
        "ratio": "suhdeluku", "t_co2e_per_capita": "tonnia CO₂-ekvivalenttia asukasta kohti",
        "vktm": "VKTM-indeksi",
    },
}  # fmt: skip


def told(name: str, value: Any) -> str:
    """Return one declared value of a property in words."""
    if value is None or value == []:
        return NOTHING
    if isinstance(value, bool):
        return "kyllä" if value else "ei"
    if isinstance(value, str):
        return _VALUES.get(name, {}).get(value, value)
    if name == "contents" and isinstance(value, list):
        return "; ".join(dict.fromkeys(_content(one) for one in value))
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _content(read: Any) -> str:
    """Return what is read of a table: its content, and what is chosen of its dimensions."""
    if not isinstance(read, dict):
        return str(read)
    chosen = read.get("dims")
    chosen = chosen if isinstance(chosen, dict) else {}
    dims = ", ".join(f"{name} {_listed(one)}" for name, one in chosen.items())
    return " ".join(part for part in (str(read.get("content") or ""), f"({dims})" if dims else "") if part)


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
