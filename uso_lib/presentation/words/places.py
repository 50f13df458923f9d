"""Name municipalities, regions and comparison groups in the Finnish forms that sentences and tables need.

Does not look municipalities up (regions.py); inflected municipality names come from the register.
"""

from __future__ import annotations

from typing import Literal

from uso_lib.analysis.results import GroupFigure
from uso_lib.regions import Municipality

Group = Literal["peers", "network", "region", "country", "country_own"]

#: Genitives of the regions' Finnish names; the names end in too many ways for a rule.
REGION_GENITIVES = {
    "Ahvenanmaa": "Ahvenanmaan",
    "Etelä-Karjala": "Etelä-Karjalan",
    "Etelä-Pohjanmaa": "Etelä-Pohjanmaan",
    "Etelä-Savo": "Etelä-Savon",
    "Kainuu": "Kainuun",
    "Kanta-Häme": "Kanta-Hämeen",
    "Keski-Pohjanmaa": "Keski-Pohjanmaan",
    "Keski-Suomi": "Keski-Suomen",
    "Kymenlaakso": "Kymenlaakson",
    "Lappi": "Lapin",
    "Pirkanmaa": "Pirkanmaan",
    "Pohjanmaa": "Pohjanmaan",
    "Pohjois-Karjala": "Pohjois-Karjalan",
    "Pohjois-Pohjanmaa": "Pohjois-Pohjanmaan",
    "Pohjois-Savo": "Pohjois-Savon",
    "Päijät-Häme": "Päijät-Hämeen",
    "Satakunta": "Satakunnan",
    "Uusimaa": "Uudenmaan",
    "Varsinais-Suomi": "Varsinais-Suomen",
}
#: The groups in the order tables show them.
GROUPS: tuple[Group, ...] = ("peers", "network", "region", "country", "country_own")


def region_genitive(name: str) -> str:
    """Return a region's name in the genitive: "Lapin", "Uudenmaan"; an unknown name gets "maakunnan"."""
    return REGION_GENITIVES.get(name, "maakunnan")


def group_title(group: Group) -> str:
    """Return a group's name as a table heading: "Verrokkien keskiarvo", "Koko maa"."""
    return {
        "peers": "Verrokkien keskiarvo",
        "network": "Verkoston keskiarvo",
        "region": "Maakunnan keskiarvo",
        "country": "Kuntien keskiarvo",
        "country_own": "Koko maa",
    }[group]


def in_group(group: Group, municipality: Municipality) -> str:
    """Return where a mean holds, for the middle of a sentence: "verrokeilla keskimäärin", "koko maassa"."""
    return {
        "peers": "verrokeilla keskimäärin",
        "network": "verkoston kunnissa keskimäärin",
        "region": f"{region_genitive(municipality.region)} kunnissa keskimäärin",
        "country": "Suomen kunnissa keskimäärin",
        "country_own": "koko maassa",
    }[group]


def to_group(group: Group) -> str:
    """Return what a difference is to, in the illative: "ero verrokkien keskiarvoon", "ero koko maahan"."""
    return {
        "peers": "verrokkien keskiarvoon",
        "network": "verkoston keskiarvoon",
        "region": "maakunnan kuntien keskiarvoon",
        "country": "Suomen kuntien keskiarvoon",
        "country_own": "koko maahan",
    }[group]


def group_area(group: Group, municipality: Municipality) -> tuple[str, str]:
    """Return the area code and name under which the workbook lists a group's figure."""
    if group == "region":
        return municipality.region_code, municipality.region
    if group in {"country", "country_own"}:
        return "SSS", "Koko maa"
    return "", "Verrokit" if group == "peers" else "Verkoston kunnat"


def of_members(figure: GroupFigure) -> str:
    """Return n of N with data: "9/10"; empty when every member has data or the figure is published."""
    if figure.with_data >= figure.members:
        return ""
    return f"{figure.with_data}/{figure.members}"


def municipality_words(municipality: Municipality) -> dict[str, str]:
    """Return what fills {kunta}, {kunnan}, {kunnassa}, {kunnasta} and {kuntaan} in a wording."""
    forms = {
        "kunta": municipality.name,
        "kunnan": municipality.genitive,
        "kunnassa": municipality.locative,
        "kunnasta": municipality.separative,
        "kuntaan": municipality.lative,
    }
    return forms | {key.capitalize(): form for key, form in forms.items()}
