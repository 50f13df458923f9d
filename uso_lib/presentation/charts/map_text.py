"""Say in Finnish what maps show: labels, subtitles, and alt texts that tell the finding with its numbers.

Does not draw and does not compute: every number comes from the same result object as the picture.
"""

from __future__ import annotations

from collections.abc import Sequence

from uso_lib.analysis.everywhere import Everywhere
from uso_lib.presentation.charts.ends import extremes
from uso_lib.presentation.charts.map_legend import class_text
from uso_lib.presentation.charts.series import as_float
from uso_lib.presentation.charts.trend import indicator_unit, under_title
from uso_lib.presentation.sections.records import records
from uso_lib.presentation.words import finnish
from uso_lib.presentation.words.places import region_genitive
from uso_lib.regions import Municipality

#: Names of classes, by how many there are; the least values first.
_CLASS_NAMES = {
    1: ("ainoaan luokkaan",),
    2: ("pienempien arvojen luokkaan", "suurempien arvojen luokkaan"),
    3: ("pienimpien arvojen luokkaan", "keskimmäiseen luokkaan", "suurimpien arvojen luokkaan"),
    4: (
        "pienimpien arvojen luokkaan",
        "toiseksi pienimpien arvojen luokkaan",
        "toiseksi suurimpien arvojen luokkaan",
        "suurimpien arvojen luokkaan",
    ),
    5: (
        "pienimpien arvojen luokkaan",
        "toiseksi pienimpien arvojen luokkaan",
        "keskimmäiseen luokkaan",
        "toiseksi suurimpien arvojen luokkaan",
        "suurimpien arvojen luokkaan",
    ),
}


def own_label(result: Everywhere) -> str:
    """Write the municipality with its value, without the unit: "Tornio 9,3"."""
    return f"{result.municipality.name} {_number(result, _own(result))}"


def values_of(result: Everywhere) -> dict[str, str]:
    """Return the municipalities of the region → their values as text, without the unit."""
    return {
        str(row.area): _number(result, as_float(row.value)) for row in result.region.itertuples(index=False)
    }


def country_subtitle(title: str, result: Everywhere) -> str:
    """Write unit, period and what the classes and the numbers in brackets are."""
    return f"{_unit_and_period(title, result)}. Luokat: kuntien viidennekset, suluissa kuntien määrä."


def region_subtitle(title: str, result: Everywhere) -> str:
    """Write unit and period, and whose classes the shades are."""
    return f"{_unit_and_period(title, result)}. Sävyt: samat luokat kuin koko maan kartassa."


def region_title(title: str, municipality: Municipality) -> str:
    """Write the title of the region's map: "Työttömyys kunnittain: Lappi"."""
    return f"{title}: {municipality.region}"


def country_alt(title: str, result: Everywhere) -> str:
    """Describe the country's map: own value and class, the least and the greatest, how many have data."""
    own = result.classes[result.own_class]
    limits = class_text(own, result.indicator.decimals)
    members = finnish.count(own.count, "kunta", "kuntaa")
    name = _CLASS_NAMES[len(result.classes)][result.own_class]
    when = finnish.period(result.period or "")
    sentences = [
        f"Kartta: {title}, koko maa {when}.",
        f"{_own_value(result)} ja kuuluu {name} ({limits}; {members}).",
        extremes(records(result.table), result.indicator.decimals),
        _known(result.with_data, len(result.table)),
    ]
    return " ".join(filter(None, sentences))


def region_alt(title: str, result: Everywhere) -> str:
    """Describe the region's map: own value, the least and the greatest of the region and who they are."""
    here, region = result.municipality, result.region
    when = finnish.period(result.period or "")
    sentences = [
        f"Kartta: {title}, {region_genitive(here.region)} kunnat {when}.",
        f"{_own_value(result)}.",
        extremes(records(region), result.indicator.decimals),
        _known(int(region["value"].notna().sum()), len(region)),
    ]
    return " ".join(filter(None, sentences))


def locator_alt(municipality: Municipality, peers: Sequence[Municipality]) -> str:
    """Describe where the municipality and its peers are: who they are, by region."""
    regions: dict[str, list[str]] = {}
    for one in peers:
        regions.setdefault(one.region, []).append(one.name)
    listed = [f"{finnish.listing(names)} ({region})" for region, names in regions.items()]
    return f"Kartta: {municipality.name} ({municipality.region}) ja verrokit: {'; '.join(listed)}."


def _known(with_data: int, members: int) -> str:
    """Tell how many municipalities have data."""
    if with_data == members:
        return f"Tieto on kaikista {finnish.number(members)} kunnasta."
    return f"Tieto on {finnish.number(with_data)} kunnasta {finnish.elative_number(members)}."


def _unit_and_period(title: str, result: Everywhere) -> str:
    return under_title(indicator_unit(title, result.indicator), finnish.period(result.period or "", "plain"))


def _own(result: Everywhere) -> float:
    return as_float(result.table.loc[result.table["is_member"], "value"].iloc[0])


def _own_value(result: Everywhere) -> str:
    """Tell the municipality's own value: "Tornion luku on −3,0 %"."""
    return f"{result.municipality.genitive} luku on {_with_unit(result, _own(result))}"


def _number(result: Everywhere, value: float) -> str:
    return finnish.number(value, result.indicator.decimals)


def _with_unit(result: Everywhere, value: float) -> str:
    return finnish.value_with_unit(value, result.indicator.unit, result.indicator.decimals)
