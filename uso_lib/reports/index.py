"""Write outputs/index.html: the members with what their newest reports hold.

Made from the manifests that are there, so it can be made again at any time. Does not make or change reports.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uso_lib.reports import publish
from uso_lib.reports.manifest import digest, read_manifest
from uso_lib.reports.page import policy, style

INDEX = "index.html"
TEMPLATE = "overview.html.j2"
#: What follows "z" among the characters, in the order of the last letters of the alphabet.
_LAST_LETTERS = str.maketrans("åäö", "{|}")
MONTHS = (
    "tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu", "heinäkuu", "elokuu", "syyskuu",
    "lokakuu", "marraskuu", "joulukuu",
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """Name a member of the network, whether it has a report or not."""

    slug: str
    name: str


@dataclass(frozen=True)
class Entry:
    """Hold one line of the list.

    Parameters
    ----------
    population, fee_eur
        Persons, € a year; None without a report.
    filled, rows
        Rows of the report with at least one figure, of all rows.
    missing
        Titles of the indicators without a figure.
    state
        ``ready``, ``none`` (no report yet) or ``broken`` (the files do not belong together).
    failed
        Whether the newest run failed; an earlier report may still stand.
    companions
        Names of the files beside the report that belong to it: PDF, slides.
    changes
        Whether the page of changes that belongs to the report is there.
    """

    slug: str
    name: str
    state: str
    failed: bool
    population: int | None = None
    fee_eur: int | None = None
    peers: tuple[str, ...] = ()
    newest: str = ""
    filled: int = 0
    rows: int = 0
    missing: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    changes: bool = False


def write_index(outputs: Path, members: Iterable[Member], *, report_template: Path, heading: str) -> Path:
    """Write the list of members and return its path.

    Parameters
    ----------
    members
        In any order; the list is in the Finnish alphabet's.
    heading
        Name of the network and season, the page's heading.
    """
    entries = [entry(outputs, member) for member in sorted(members, key=_alphabetical)]
    target = outputs / INDEX
    publish.write_atomically(target, page(entries, report_template=report_template, heading=heading))
    return target


def _alphabetical(member: Member) -> str:
    """Return what sorts names as Finns do: å, ä and ö close the alphabet."""
    return member.name.casefold().translate(_LAST_LETTERS)


def entry(outputs: Path, member: Member) -> Entry:
    """Read what a member's folder holds."""
    folder = outputs / member.slug
    failed = (folder / publish.FAILED_NOTEBOOK).exists()
    record = read_manifest(folder / publish.MANIFEST)
    if record is None:
        return Entry(member.slug, member.name, "none", failed)
    facts, rows = record["facts"], record["rows"].values()
    return Entry(
        slug=member.slug,
        name=member.name,
        state="ready" if _belongs_together(folder, record) else "broken",
        failed=failed,
        population=facts.get("population"),
        fee_eur=facts.get("fee_class_eur"),
        peers=tuple(facts.get("peers", ())),
        newest=_period(record["newest"] or ""),
        filled=sum(row["filled"] for row in rows),
        rows=sum(row["of"] for row in rows),
        missing=tuple(dict.fromkeys(item["title"] for item in record["missing"])),
        companions=tuple(name for name in publish.companions(folder) if _is_recorded(folder, record, name)),
        changes=(folder / publish.CHANGES).is_file() and _is_recorded(folder, record, publish.CHANGES),
    )


def page(entries: list[Entry], *, report_template: Path, heading: str) -> str:
    """Return the list as a page with the look of the reports."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(report_template),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["thousands"] = thousands
    text = style(report_template)
    return environment.get_template(TEMPLATE).render(
        resources={"style": text, "policy": policy(text)}, entries=entries, heading=heading, files=publish
    )


def thousands(number: float) -> str:
    """Return a whole number as Finns write it: "21 333" with spaces that do not break."""
    return f"{number:,.0f}".replace(",", "\N{NO-BREAK SPACE}")


def _belongs_together(folder: Path, record: dict[str, Any]) -> bool:
    """Tell whether the report is the one the manifest describes; the notebook may have changed since."""
    return (folder / publish.REPORT).is_file() and _is_recorded(folder, record, publish.REPORT)


def _is_recorded(folder: Path, record: dict[str, Any], name: str) -> bool:
    return bool(digest(folder / name) == record["files"].get(name, {}).get("sha256"))


def _period(period: str) -> str:
    year, _, month = period.partition("M")
    return f"{MONTHS[int(month) - 1]}\N{NO-BREAK SPACE}{year}" if month else year
