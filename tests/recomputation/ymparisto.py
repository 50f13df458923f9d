"""Theme 5, environment: what every indicator and breakdown is, from the raw files."""

from __future__ import annotations

from recomputation.columns import Make, quotient
from recomputation.figures import Breakdown, Indicator, Theme, regional
from recomputation.vaesto import POPULATION


def kilotonnes(label: str) -> Make:
    return regional(label, country="sum")


EMISSIONS = kilotonnes("Päästöt yhteensä pl. LULUCF-sektori")

THEME = Theme(
    "Ympäristö",
    indicators={
        "emissions_non_ets": Indicator(EMISSIONS),
        # kilotonnes over inhabitants, times a thousand, are tonnes per inhabitant
        "emissions_non_ets_per_capita": Indicator(quotient(EMISSIONS, POPULATION, 1000), "down"),
    },
    breakdowns={
        "emissions_by_sector": Breakdown(
            {
                "Kotimaan liikenne": kilotonnes("1A3 Kotimaan liikenne"),
                "Muu energiankäyttö": kilotonnes("1(-1A3) Energiasektori pl. kotimaan liikenne"),
                "Maatalous": kilotonnes("3 Maatalous"),
                "Jätteiden käsittely": kilotonnes("5 Jätteiden käsittely"),
                "Teollisuusprosessit ja tuotteiden käyttö": kilotonnes(
                    "2 Teollisuusprosessit ja tuotteiden käyttö"
                ),
            }
        )
    },
    empty=(
        "emissions_hinku", "emissions_hinku_per_capita", "emissions_hinku_with_wind", "emissions_hinku_index",
        "emissions_hinku_heating", "emissions_hinku_road", "emissions_hinku_agriculture",
    ),
)  # fmt: skip
