"""Make the section on reforms: what they change in reading the series, and which rows they concern.

Does not judge the reforms; their texts are declared in standards.yml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uso_lib import specs
from uso_lib.presentation.sections.templating import render
from uso_lib.presentation.sections.view import SectionView, section_data
from uso_lib.regions import Municipality


@dataclass(frozen=True)
class ReformText:
    """Hold a reform and the rows of this report it concerns."""

    title: str
    text: str
    rows: tuple[specs.Row, ...]


def reforms_section(
    slug: str, municipality: Municipality, reforms: Sequence[specs.Reform], rows: Sequence[specs.Row]
) -> SectionView:
    """Make the section.

    Parameters
    ----------
    rows
        The rows of this report; a reform links to those that name it.
    """
    texts = [
        ReformText(reform.title, reform.text, tuple(row for row in rows if reform.id in row.reforms))
        for reform in reforms
    ]
    html = render("reforms", reforms=texts)
    data = section_data(slug, municipality, kind="reforms", title="Uudistukset lukujen taustalla")
    return SectionView(str(html), "\n\n".join(f"{one.title}: {one.text}" for one in texts), data)
