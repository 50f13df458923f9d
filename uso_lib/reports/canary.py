"""Mark every file of a report with its member, and refuse to publish files that carry another's mark.

Reports are made side by side from the same memory: a mixture must never be published. The mark in the
sections comes from the kernel that computed them, the mark in the files from what they were made of, and both
are held against the member the report was asked for. Does not publish (publish.py).
"""

from __future__ import annotations

import copy
import csv
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uso_lib.errors import ReportError
from uso_lib.regions import Regions
from uso_lib.reports import publish
from uso_lib.reports.harvest import FOREIGN, Harvest
from uso_lib.reports.manifest import read_manifest

#: Name of the mark: of a page's meta element, a workbook's property, a notebook's metadata. A PDF has it as
#: its identifier.
MARK = "uso-report"
PAGES = (publish.REPORT, publish.CHANGES, publish.SLIDES)
_META = re.compile(rf'<meta name="{MARK}" content="([^"]*)">')
_PROPERTY = re.compile(rf'name="{MARK}"[^>]*><vt:lpwstr>([^<]*)</vt:lpwstr>')


@dataclass(frozen=True)
class Canary:
    """Name the member a report is of.

    Parameters
    ----------
    member
        Slug.
    code
        Code of the municipality.
    """

    member: str
    code: str

    def __str__(self) -> str:
        return f"{self.member} {self.code}"


def canary_of(member: str, regions: Regions) -> Canary:
    """Return the canary a member's report must carry."""
    return Canary(member, regions.find(member).code)


def told_by(harvest: Harvest) -> Canary:
    """Return the canary that the sections of a notebook carry."""
    first = next((one for one in harvest.sections if one.kind != FOREIGN), harvest.sections[0])
    return Canary(first.member, first.code)


def mark_of(notebook: Any) -> str:
    """Return the mark a notebook carries, "" when it has none."""
    told = notebook["metadata"].get(MARK)
    return _told(told) if told else ""


def _told(told: Mapping[str, Any]) -> str:
    return str(Canary(str(told.get("member")), str(told.get("code"))))


def marks_of(page: str) -> Iterator[str]:
    """Give every mark a page carries."""
    yield from _META.findall(page)


def mark_notebook(notebook: Any, canary: Canary) -> None:
    """Let a notebook carry a canary, and every page that is exported of it (export.py)."""
    notebook["metadata"] = copy.copy(notebook["metadata"])  # not only a copy's own
    notebook["metadata"][MARK] = {"member": canary.member, "code": canary.code}


def check_sections(harvest: Harvest, canary: Canary) -> None:
    """Refuse a notebook with a section of another member that does not say it is one.

    Raises
    ------
    ReportError
        Two reports were mixed up.
    """
    for one in harvest.sections:
        if one.kind != FOREIGN and (one.member, one.code) != (canary.member, canary.code):
            raise _mixed(canary, f"the section {one.id!r}", f"{one.member} {one.code}")


def check_files(made: Path, canary: Canary) -> None:
    """Refuse finished files that do not carry a report's own canary, or carry another's.

    Parameters
    ----------
    made
        The folder of the finished files.

    Raises
    ------
    ReportError
        Two reports were mixed up.
    """
    for name in (*publish.companions(made), *publish.PUBLISHED):
        if name == publish.CSV:
            wrong = [f"{canary.member} {code}" for code in _codes(made / name) if code != canary.code]
        else:
            marks = list(_marks(made / name))
            wrong = [one for one in marks if one != str(canary)]
            if not marks:
                raise _unmarked(canary, name)
        if wrong:
            raise _mixed(canary, name, wrong[0])


def _marks(file: Path) -> Iterator[str]:
    """Give every mark a file carries."""
    if file.name in PAGES:
        yield from marks_of(file.read_text(encoding="utf-8"))
    elif file.name == publish.PDF:
        import pikepdf

        with pikepdf.open(file) as pdf, pdf.open_metadata() as metadata:
            yield from filter(None, [metadata.get("dc:identifier")])
    elif file.name == publish.WORKBOOK:
        with zipfile.ZipFile(file) as book:
            yield from _PROPERTY.findall(book.read("docProps/custom.xml").decode("utf-8"))
    elif file.name == publish.MANIFEST:
        yield _told(read_manifest(file) or json.loads(file.read_text(encoding="utf-8")))
    else:
        yield from filter(None, [mark_of(json.loads(file.read_text(encoding="utf-8")))])


def _codes(file: Path) -> set[str]:
    """Return the codes of the municipality the lines of a CSV are of."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {line["area"] for line in csv.DictReader(lines) if line["group"] == "municipality"}


def _unmarked(canary: Canary, name: str) -> ReportError:
    return ReportError(
        f"{name} does not say whose report it is, so it is not published and the earlier report stands. A "
        f"template writes that in its head, as notebooks/report_template/page.html.j2 does: restore the "
        f"template with git, then: uso report {canary.member}"
    )


def _mixed(canary: Canary, what: str, found: str) -> ReportError:
    return ReportError(
        f"{what} carries the mark of {found}, not of {canary}: two reports were mixed up. Nothing was "
        f"published and the earlier report stands. Make it alone: uso report {canary.member} -j 1 --force"
    )
