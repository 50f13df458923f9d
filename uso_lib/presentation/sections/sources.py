"""Make the closing section: method, every table used, what is missing and the command that would fill it.

Does not read the store: tables come as origins of the results, so that only what was used is listed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from uso_lib.analysis.results import Origin
from uso_lib.analysis.trends import LEVEL_PCT, LEVEL_WITHOUT_ONE_PCT
from uso_lib.presentation.sections.cover import data_date
from uso_lib.presentation.sections.row_result import Missing, RowResult, newest_of_each
from uso_lib.presentation.sections.tables import Table
from uso_lib.presentation.sections.templating import render
from uso_lib.presentation.sections.view import SectionView, section_data
from uso_lib.presentation.words import finnish

METHOD = (
    "Ryhmien luvut ovat kuntien tavallisia keskiarvoja: jokaisella kunnalla on sama paino, kunta itse on "
    "mukana, ja mukana ovat vain kunnat, joista on tieto. Koko maan luku on julkaistu luku, kuntien summa "
    "tai painotettu keskiarvo.",
    "Sija lasketaan vain tunnusluvuille, joilla on selvä toivottu suunta. Saman luvun saaneet kunnat "
    "jakavat paremman sijan, ja kunnat, joista ei ole tietoa, jäävät pois.",
    "Muutos lasketaan viiden vuoden takaisesta luvusta tai sitä lähimmästä saatavilla olevasta, jolloin "
    "vuodet mainitaan. Muutosta ei lasketa sarjan katkoskohdan yli.",
    f"{finnish.LEVEL} luottamusväli kertoo, kuinka paljon sattuma voi siirtää lukua, joka lasketaan pienestä "
    "määrästä ihmisiä tai tapauksia. Osuuksien väli on laskettu Wilsonin menetelmällä ja väestöön tai "
    "kantaan suhteutettujen tapausmäärien Byarin menetelmällä; kahden tapausmäärän erotuksen, kuten "
    "syntyneiden ja kuolleiden, väli on johdettu molempien Byarin väleistä. Lause sanoo kunnan poikkeavan "
    "verrokeista tai koko maasta vain, kun näiden luku on välin ulkopuolella; muuten ero mahtuu "
    "satunnaisvaihteluun. Väliä ei lasketa, jos luvun taustalla olevia lukumääriä ei tunneta, eikä "
    "esimerkiksi euroille. Todellinen vaihtelu voi olla suurempaa, kun tapaukset liittyvät toisiinsa: samaan "
    "asuntokuntaan (pienituloisuus, toimeentulotuki) tai samaan tekosarjaan (rikokset).",
    "Myös muutos ja verrokkieron kehitys sanotaan vain, kun ne ovat suurempia kuin alku- ja loppuluvun "
    "luottamusvälit yhdessä sallivat; muuten muutos mahtuu satunnaisvaihteluun. Taulukoiden muutoksia ja "
    "ryhmittelyjä, kuten ikäryhmiä ja rikosryhmiä, ei ole testattu.",
    "Suunta sanotaan nousevaksi tai laskevaksi vain viiden viimeisen, katkeamattoman sarjan tiedon "
    "perusteella: niihin sovitetun suoran on noustava tai laskettava "
    f"{finnish.number(LEVEL_PCT, 1)} prosentin varmuudella ja "
    f"{finnish.number(LEVEL_WITHOUT_ONE_PCT)} prosentin varmuudella myös silloin, kun mikä tahansa tiedoista "
    "jätetään pois. Tiedot painottuvat nimittäjänsä mukaan, jos se tunnetaan.",
    "Ero sanotaan lähes olemattomaksi, kun se on alle kymmenesosan verrokkijoukon keskihajonnasta tai ei "
    "näy esitetyllä tarkkuudella.",
    "Yhdistyneiden kuntien lukumäärät on laskettu yhteen nykyisen kuntajaon mukaan. Suhdelukuja ei ole "
    "keskiarvotettu: ne on laskettu osistaan uudelleen tai jätetty puuttuviksi.",
    "Raportin kaikki luvut täydellä tarkkuudella ovat sen mukana kulkevassa työkirjassa tables.xlsx.",
)
#: The stem of a month's name → its number.
_NUMBERS = {finnish.period(f"2000M{number:02}", "plain").split("kuu")[0]: number for number in range(1, 13)}
_NAMES = "|".join(_NUMBERS)
#: How a vintage tells periods: "tammikuusta 2006 lokakuuhun 2023", "kesäkuussa 2026", "vuonna 2019".
_MONTHS = re.compile(rf"\b({_NAMES})kuusta (\d{{4}}) ({_NAMES})kuuhun (\d{{4}})")
_MONTH = re.compile(rf"\b({_NAMES})kuussa (\d{{4}})")
_YEARS = re.compile(r"\b(?:vuonna|vuosina) (?=\d{4})")


def sources_section(results: Sequence[RowResult], *, data_as_of: str) -> SectionView:
    """Make the section from all rows of the report (at least one).

    Parameters
    ----------
    data_as_of
        Month of the newest figures, "2026-06", for tables that do not say when they were gathered.
    """
    origins = newest_of_each(origin for result in results for origin in result.origins)
    missing = tuple(part for result in results for part in result.missing)
    first = results[0]
    html = render(
        "sources",
        method=METHOD,
        tables=_tables(origins, data_as_of),
        missing=_missing(missing, results) if missing else None,
        missing_lead=_lead(missing),
    )
    data = section_data(
        first.slug,
        first.municipality,
        kind="sources",
        title="Lähteet ja menetelmät",
        texts={
            "tables": [
                (one.title, one.producer, one.table_id, finnish.period(one.newest, "short"), one.licence)
                for one in _ordered(origins)
            ]
        },
    )
    return SectionView(str(html), f"{len(origins)} taulua, {len(missing)} puuttuvaa tietoa.", data)


def coverage(vintage: str) -> str:
    """Write what a table covers for a column: "vuosina 2015 ja 2019" → "2015 ja 2019", months as "1/2006"."""
    return _YEARS.sub("", _MONTH.sub(_month, _MONTHS.sub(_months, vintage)))


def _months(found: re.Match[str]) -> str:
    first, start, last, end = found.groups()
    return f"{_NUMBERS[first]}/{start}{finnish.DASH}{_NUMBERS[last]}/{end}"


def _month(found: re.Match[str]) -> str:
    return f"{_NUMBERS[found[1]]}/{found[2]}"


def _tables(origins: Sequence[Origin], data_as_of: str) -> Table:
    """Lay out the tables used, by producer and title."""
    rows = tuple(
        (
            origin.title,
            origin.producer,
            origin.table_id,
            coverage(origin.vintage),
            finnish.period(origin.newest, "short"),
            data_date(origin.retrieved or data_as_of),
            origin.licence,
        )
        for origin in _ordered(origins)
    )
    header = ("Taulu", "Tuottaja", "Tunnus", "Kattaa", "Uusin käytetty tieto", "Koottu", "Käyttölupa")
    return Table("Raportin luvut ovat näistä tauluista", header, rows, text_columns=(1, 2, 3, 4, 5, 6))


def _ordered(origins: Sequence[Origin]) -> list[Origin]:
    """Return the tables by producer and title."""
    return sorted(origins, key=lambda origin: (origin.producer, origin.title))


def _missing(missing: Sequence[Missing], results: Sequence[RowResult]) -> Table:
    """Lay out what is missing."""
    titles = {result.row.id: result.row.title for result in results}
    rows = tuple((part.title, titles[part.row], "; ".join(part.sources), part.fill) for part in missing)
    header = ("Tunnusluku", "Osio", "Mistä tieto saadaan", "Komento")
    return Table("Tunnusluvut, joista ei ole tietoa", header, rows, text_columns=(1, 2, 3))


def _lead(missing: Sequence[Missing]) -> str:
    count = finnish.count(len(missing), "tunnusluvusta", "tunnusluvusta")
    return f"Tieto puuttuu {count}. Komento täydentää tiedon, minkä jälkeen raportti tehdään uudelleen."
