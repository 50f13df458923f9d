"""Tell the changes since the last publication: as a page, and as a notice in the consultant's notebook.

Does not compare anything (changes.py) and computes no figures.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from uso_lib.reports.changes import Changes, compare
from uso_lib.reports.changes_words import flip_words, parts_of, rewordings, wordings
from uso_lib.reports.history import Kept, Record
from uso_lib.reports.page import policy, style

TEMPLATE, STYLE_SHEET = "changes.html.j2", "changes.css"
NOTICE = "notice-changes"
#: The template's cell that says what the notebook is.
FIRST = "about"
#: How many figures the notice in the notebook lists; the page has all.
MOST_NOTICED = 12


def changes_since(previous: Sequence[Kept], present: Record) -> tuple[Changes | None, datetime | None]:
    """Return what differs from the newest earlier publication, and when that was made; None for the first."""
    if not previous:
        return None, None
    return compare(previous[0].content, present), previous[0].time


def page(
    found: Changes | None,
    *,
    since: datetime | None,
    title: str,
    mark: str,
    names: Mapping[str, str],
    template: Path,
) -> str:
    """Return the page of changes; without changes to compare, that this is the first publication.

    Parameters
    ----------
    since
        When the earlier report was published.
    title
        Title of the report.
    mark
        Whose report it is (canary.py).
    names
        Municipality code → name.
    template
        The folder of the report's template.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(template),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    look, parts = f"{style(template)}\n{style(template, STYLE_SHEET)}", parts_of(found, names)
    text: str = environment.get_template(TEMPLATE).render(
        resources={"style": look, "policy": policy(look), "mark": mark},
        title=title,
        since=day(since),
        found=found,
        parts=parts,
        words=wordings(found) if found else [],
        claims=[flip_words(one) for one in found.claims] if found else [],
        reworded=rewordings(found, parts) if found else [],
    )
    return text


def notice(found: Changes | None, *, since: datetime | None, names: Mapping[str, str]) -> str:
    """Return the notice for the consultant's notebook, in Markdown."""
    if found is None:
        return "**Muutokset:** tämä on ensimmäinen julkaistu raportti. Tämä solu ei tule raporttiin."
    head = f"**Muutokset edellisen julkaisun ({day(since)}) jälkeen**"
    if found.none:
        return f"{head}: ei muutoksia. Tämä solu ei tule raporttiin."
    lines = [f"{head} ([changes.html](changes.html)). Tämä solu ei tule raporttiin.", ""]
    for flip in (flip_words(one) for one in found.claims):
        before, after = (f"{flip[told]} ({flip[f'values_{told}']})" for told in ("before", "after"))
        lines.append(f"- Väite: ”{flip['sentence']}” {_markdown(before)} → {_markdown(after)}")
    for part in parts_of(found, names):
        lines.append(f"- {part.title}{f': {part.count}' if part.count else ''}")
        lines += [f"  - {_markdown(fact)}" for fact in part.facts[:MOST_NOTICED]]
        figures = [one for row in part.rows for one in row.figures]
        told = [f"{one.title}: {one.before} → {one.after}" for one in figures[:MOST_NOTICED]]
        lines += [f"  - {_markdown(one)}" for one in told]
        lines += [f"  - … ja {len(figures) - MOST_NOTICED} muuta"] if len(figures) > MOST_NOTICED else []
    if found.words:
        cells = "1 solu" if len(found.words) == 1 else f"{len(found.words)} solua"
        lines.append(f"- Omaa tekstiä muuttunut: {cells}")
    return "\n".join(lines)


def with_notice(notebook: Any, source: str) -> Any:
    """Return a copy of a notebook with a notice after its first generated cell, before everything else."""
    from nbformat import v4

    noted = copy.copy(notebook)
    ids = [cell.get("id") for cell in notebook["cells"]]
    name = NOTICE if NOTICE not in ids else f"{NOTICE}-new"  # the consultant made the other one their own
    cell = v4.new_markdown_cell(source, id=name, metadata={"tags": ["remove-cell"]})  # type: ignore[no-untyped-call]
    place = ids.index(FIRST) + 1 if FIRST in ids else 0
    noted["cells"] = [*notebook["cells"][:place], cell, *notebook["cells"][place:]]
    return noted


def day(moment: datetime | None) -> str:
    """Return a date as Finns write it; no hour, which would tell of the maker's day."""
    return f"{moment.day}.{moment.month}.{moment.year}" if moment else ""


def _markdown(text: str) -> str:
    """Return a text whose signs mean nothing to Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|~$" else sign for sign in text)
