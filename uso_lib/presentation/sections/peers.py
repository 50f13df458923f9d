"""Make the section on the peers: who they are and how they resemble the municipality.

Does not choose peers and does not measure likeness (analysis/peers.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from uso_lib.analysis.peer_variables import PeerVariable
from uso_lib.analysis.peers import Likeness, PeerProposal
from uso_lib.boundaries import load_boundaries
from uso_lib.presentation.charts.locator import draw_locator
from uso_lib.presentation.sections.numbers import Heading, Line, line
from uso_lib.presentation.sections.tables import Table
from uso_lib.presentation.sections.templating import render
from uso_lib.presentation.sections.view import SectionView, section_data
from uso_lib.presentation.words import finnish
from uso_lib.regions import Municipality, load_regions

METHOD = (
    "Samankaltaisuus on mitattu alueen perusominaisuuksilla: koko, asukastiheys, ikärakenne, "
    "elinkeinorakenne, huoltosuhde, koulutus ja muuttoliike painavat kukin yhtä paljon. Etäisyys on "
    "standardoitu: 0 tarkoittaisi kaikissa ominaisuuksissa samanlaista kuntaa. Kunnan tuloksia, kuten "
    "taloutta tai hyvinvointia, ei ole käytetty."
)


def peers_section(
    slug: str,
    municipality: Municipality,
    peers: Sequence[Municipality],
    likeness: PeerProposal | None,
) -> SectionView:
    """Make the section.

    Parameters
    ----------
    likeness
        How the peers resemble the municipality, nearest first; None when that cannot be measured.
    """
    paragraphs = [_who(municipality, peers)]
    tables: list[Table] = []
    lines: list[Line] = []
    source = ""
    if likeness is not None and likeness.peers:
        paragraphs += [_how(likeness), METHOD]
        tables.append(likeness_table(likeness))
        lines = likeness_lines(likeness)
        source = f"Ominaisuudet ja lähteet: {'; '.join(_explained(one) for one in likeness.variables)}."
    boundaries = load_boundaries()
    picture = draw_locator(municipality, peers, municipalities_by_region(), boundaries)
    html = render(
        "peers",
        paragraphs=paragraphs,
        picture=picture,
        image=Markup(picture.image),  # noqa: S704 - an <img> element whose alt text figure.py escapes
        attribution=boundaries.attribution,
        tables=tables,
        source=source,
    )
    data = section_data(slug, municipality, kind="peers", title="Verrokit", lines=lines)
    return SectionView(str(html), " ".join(paragraphs), data)


def likeness_table(likeness: PeerProposal) -> Table:
    """Lay out the municipality and then its peers, nearest first: distance, rank and every property."""
    variables = likeness.variables
    header = ("Kunta", "Etäisyys", "Sija", *(one.short_fi for one in variables))
    own = (likeness.municipality.name, "", "", *_values(variables, likeness.values))
    rows = [
        (
            peer.municipality.name,
            finnish.number(peer.distance, 2),
            f"{peer.rank}/{likeness.compared}",
            *_values(variables, peer.values),
        )
        for peer in likeness.peers
    ]
    name = likeness.municipality.name
    return Table(f"{name} ja verrokit: perusominaisuudet, samankaltaisin ensin", header, (own, *rows))


def likeness_lines(likeness: PeerProposal) -> list[Line]:
    """List distances, ranks and properties as workbook lines."""
    found: list[Line] = []
    for peer in likeness.peers:
        area = (peer.municipality.code, peer.municipality.name)
        plain = Heading("", "peers", "likeness", "Samankaltaisuus", "keskihajontaa", 2, "", "")
        place = replace(plain, unit="sija", decimals=0)
        found.append(line(plain, "likeness", "peer", area, likeness.years, peer.distance))
        found.append(
            line(place, "likeness_rank", "peer", area, likeness.years, peer.rank, of=likeness.compared)
        )
    own = (likeness.municipality.code, likeness.municipality.name)
    for variable in likeness.variables:
        heading = Heading(
            "", "peers", variable.id, variable.title_fi, variable.unit, variable.decimals, *_origin(variable)
        )
        found.append(
            line(heading, "value", "municipality", own, variable.period, likeness.values[variable.id])
        )
        found += [
            line(
                heading,
                "value",
                "peer",
                (peer.municipality.code, peer.municipality.name),
                variable.period,
                peer.values[variable.id],
            )
            for peer in likeness.peers
        ]
    return found


def municipalities_by_region() -> dict[str, list[str]]:
    """Return region → codes of its municipalities."""
    found: dict[str, list[str]] = {}
    for one in load_regions().all:
        found.setdefault(one.region_code, []).append(one.code)
    return found


def _who(municipality: Municipality, peers: Sequence[Municipality]) -> str:
    """Write who the peers are."""
    count = finnish.count(len(peers), "verrokki", "verrokkia")
    names = finnish.listing([peer.name for peer in peers])
    return f"{municipality.genitive} tilannetta verrataan seuraaviin kuntiin ({count}): {names}."


def _how(likeness: PeerProposal) -> str:
    """Write which peers resemble the municipality most and least."""
    nearest, farthest = likeness.peers[0], likeness.peers[-1]
    if len(likeness.peers) == 1:
        return f"Etäisyys on {_distance(nearest)}."
    return (
        f"Perusominaisuuksiltaan samankaltaisin on {nearest.municipality.name} (etäisyys "
        f"{_distance(nearest)}, {_nearness(nearest)} {likeness.compared} kunnasta) ja vähiten samankaltainen "
        f"{farthest.municipality.name} (etäisyys {_distance(farthest)}, {_nearness(farthest)})."
    )


def _nearness(peer: Likeness) -> str:
    """Write how near a peer is of all municipalities: "lähin", "12. lähin"."""
    return "lähin" if peer.rank == 1 else f"{peer.rank}. lähin"


def _distance(peer: Likeness) -> str:
    return finnish.number(peer.distance, 2)


def _values(variables: Sequence[PeerVariable], values: object) -> list[str]:
    found = dict(values)  # type: ignore[call-overload]
    return [finnish.number(found[one.id], one.decimals) for one in variables]


def _explained(variable: PeerVariable) -> str:
    """Write what a short heading stands for: "Palvelut: palvelujen osuus työpaikoista (lähde, 2020)"."""
    short = variable.short_fi.split(",")[0].replace("\u00ad", "")
    words = variable.title_fi[0].lower() + variable.title_fi[1:]
    told = short if words == short.lower() else f"{short}: {words}"
    return f"{told} ({variable.source}, {_period(variable)})"


def _origin(variable: PeerVariable) -> tuple[str, str]:
    """Return producer and table of a variable."""
    producer, _, table = variable.source.partition(", ")
    return producer, table or variable.table


def _period(variable: PeerVariable) -> str:
    """Write a variable's period with an en dash: "2020–2024"."""
    return variable.period.replace("-", finnish.DASH)
