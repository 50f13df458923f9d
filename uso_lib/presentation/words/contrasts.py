"""Choose the strengths and concerns of a summary by one declared rule.

The rule (also printed in the report): of the headline indicators, those count whose direction is declared,
whose newest figure is at most seven years old and which at least four municipalities of the peer group have.
A strength stands in the best quarter of the peer group and at least half a standard deviation from the peers'
mean; a concern in the worst quarter and as far. Where the municipality's own figure has an interval, the
peers' mean must lie outside it; a balance of two counts (births less deaths) is left out where they are not
known. The farthest come first, one indicator per row, at most four of each. There
is no overall score: indicators are not added up. Does not write sentences.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from uso_lib.analysis.results import Comparison
from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.presentation.words import chance, findings
from uso_lib.presentation.words.finnish import LEVEL

OLDEST_YEARS = 7
LEAST_DISTANCE = 0.5
MOST_LISTED = 4

Kind = Literal["strength", "concern"]
RULE = (
    "Vahvuudet ja huolenaiheet on poimittu samalla säännöllä kaikille kunnille: tunnusluvulla on selvä "
    "toivottu suunta, tieto on enintään seitsemän vuotta vanha ja kunta on verrokkijoukon parhaassa tai "
    "heikoimmassa neljänneksessä. Lisäksi luku poikkeaa selvästi verrokkien keskiarvosta: eron on oltava "
    "vähintään puolet siitä, mitä kuntien luvut tavallisesti vaihtelevat (keskihajonta), ja jos luvulle on "
    f"laskettu {LEVEL} luottamusväli, verrokkien keskiarvon on oltava sen ulkopuolella. Kahden lukumäärän "
    "erotus, kuten nettomuutto, on mukana vain, jos molemmat määrät tunnetaan. Kumpaankin on "
    "otettu enintään neljä, kustakin osiosta yksi. Tunnuslukuja ei lasketa yhteen kokonaisarvosanaksi."
)


@dataclass(frozen=True)
class Contrast:
    """Name one indicator that stands out among the peers.

    Parameters
    ----------
    distance
        From the peers' mean in standard deviations, always positive.
    """

    row: str
    comparison: Comparison
    kind: Kind
    distance: float


def contrasts(results: Sequence[RowResult], kind: Kind) -> tuple[Contrast, ...]:
    """Return the strengths or concerns, the farthest from the peers' mean first."""
    found = [
        contrast
        for result in results
        for one in result.headline
        if (contrast := _contrast(result.row.id, one)) is not None and contrast.kind == kind
    ]
    ordered = sorted(found, key=lambda one: (-one.distance, one.comparison.indicator.id))
    first_of_row = {one.row: one for one in reversed(ordered)}
    return tuple(one for one in ordered if first_of_row[one.row] is one)[:MOST_LISTED]


def _contrast(row: str, comparison: Comparison) -> Contrast | None:
    """Return the indicator as a strength or concern, None when it is neither."""
    place, away = comparison.positions.get("peers"), findings.distance(comparison)
    if place is None or away is None or (comparison.age_years or 0) > OLDEST_YEARS:
        return None
    if place.of < findings.LEAST_GROUP or abs(away) < LEAST_DISTANCE:
        return None
    if not chance.stands_out(comparison):
        return None
    quarter = math.ceil(place.of / 4)
    better = (away > 0) == (comparison.indicator.direction == "up")
    if place.place <= quarter and better:
        return Contrast(row, comparison, "strength", abs(away))
    if place.place + place.tied - 1 > place.of - quarter and not better:
        return Contrast(row, comparison, "concern", abs(away))
    return None
