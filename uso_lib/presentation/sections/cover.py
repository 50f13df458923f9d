"""Make the cover: title, season, peers, date of data, key figures and how to read the report.

Does not choose the key figures: the parameters name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uso_lib.analysis.results import Comparison
from uso_lib.parameters import MemberParameters, Network
from uso_lib.presentation.sections.numbers import headline_lines
from uso_lib.presentation.sections.tables import change_text, value_text
from uso_lib.presentation.sections.templating import render
from uso_lib.presentation.sections.view import SectionView, section_data
from uso_lib.presentation.words import finnish, standing

GUIDE = (
    "Jokainen tunnusluku on tämän aineiston tuorein tieto kunnasta, ja sen vieressä kerrotaan vuosi; "
    "tilastontuottaja on voinut julkaista uudempia lukuja. Verrokkien, verkoston ja maakunnan luvut ovat "
    "kuntien tavallisia keskiarvoja, joissa jokaisella kunnalla on sama paino ja joissa kunta itse on "
    "mukana. Koko maan luku on koko Suomen yhteinen, ellei sitä sanota kuntien keskiarvoksi. Sija 1 on "
    "toivotun suunnan mukaan paras; sijaa ei anneta, jos suuntaa ei voi pitää kaikille samana. Erotukset on "
    "laskettu pyöristämättömistä luvuista, joten ne voivat poiketa viimeisen numeron verran näkyvien lukujen "
    "erotuksesta. Merkki * tarkoittaa ennakkotietoa ja ~ yhdistyneiden kuntien tiedoista laskettua lukua; "
    "puuttuva tieto on merkitty aina näkyviin. Lauseet kertovat, mitä luvut osoittavat, eivät syitä."
)


@dataclass(frozen=True)
class Highlight:
    """Hold one key figure of the cover as text."""

    title: str
    value: str
    period: str
    change: str
    position: str


def cover_section(
    network: Network,
    parameters: MemberParameters,
    *,
    population: Comparison,
    highlights: Sequence[Comparison],
    data_as_of: str,
) -> SectionView:
    """Make the cover.

    Parameters
    ----------
    population
        The comparison the population and the fee class are read from.
    highlights
        Key figures in the order of the parameters; those without a figure are left out.
    data_as_of
        Month of the newest figures, "2026-06".
    """
    here = parameters.municipality
    title = f"{here.genitive} tilanneanalyysi"
    fee = None if population.value is None else network.fee_eur(population.value)
    shown = [one for one in highlights if not one.missing]
    season, told = network.season.replace("-", finnish.DASH), _facts(parameters, population, data_as_of)
    html = render(
        "cover",
        title=title,
        network=network.name,
        season=season,
        facts=told,
        highlights=[_highlight(one) for one in shown],
        guide=GUIDE,
    )
    facts = {
        "population": None if population.value is None else int(population.value),
        "fee_class_eur": fee,
        "peers": [peer.name for peer in parameters.peers],
        "region": here.region,
        "season": network.season,
        "data_as_of": data_as_of,
    }
    lines = [line for one in (population, *shown) for line in headline_lines("", "cover", one)]
    data = section_data(
        parameters.slug,
        here,
        kind="cover",
        title=title,
        rows=len(shown),
        facts=facts,
        lines=lines,
        texts={"season": f"{network.name}-verkosto, kausi {season}", "facts": told, "guide": GUIDE},
    )
    names = finnish.listing([peer.name for peer in parameters.peers])
    return SectionView(str(html), f"{title}, {network.season}. Verrokit: {names}.", data)


def _facts(parameters: MemberParameters, population: Comparison, data_as_of: str) -> list[tuple[str, str]]:
    """Return the facts as pairs of term and text; the fee is the network's matter, not the reader's."""
    here = parameters.municipality
    facts = [("Verrokit", finnish.listing([peer.name for peer in parameters.peers]))]
    if population.value is not None and population.period is not None:
        when = finnish.period(population.period, "short")
        facts.append(("Väkiluku", f"{finnish.number(population.value)} ({when})"))
    facts += [
        ("Maakunta", here.region),
        ("Seutukunta", here.subregion),
        ("Hyvinvointialue", here.wellbeing_county),
        ("Työllisyysalue", here.employment_area),
        ("Kuntaryhmä", here.urban_rural),
    ]
    shown = [(term, text) for term, text in facts if text]
    return [*shown, ("Aineisto koottu", data_date(data_as_of))]


def data_date(data_as_of: str) -> str:
    """Write "2026-06" as "kesäkuu 2026" and "2026-11-21" as "21.11.2026"."""
    year, dash, month = data_as_of.partition("-")
    if "-" in month:
        month, _, day = month.partition("-")
        return f"{int(day)}.{int(month)}.{year}"
    return finnish.period(f"{year}M{month[:2]}" if dash else year, "plain")


def _highlight(comparison: Comparison) -> Highlight:
    indicator = comparison.indicator
    place = standing.place(comparison, "peers")
    change = ""
    if comparison.change is not None and comparison.indicator.formula != "change":
        span = finnish.period_span(comparison.change.start, comparison.change.end, style="short")
        change = f"{change_text(comparison, comparison.change)} ({span})"
    return Highlight(
        title=indicator.short or indicator.title,
        value=value_text(comparison.value, comparison.symbol, indicator.unit, indicator.decimals),
        period=finnish.period(comparison.period or "", "short"),
        change=change,
        position=f"verrokeissa {place}" if place else "",
    )
