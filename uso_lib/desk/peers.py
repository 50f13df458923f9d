"""Read and save peers chosen at the desk.

Does not choose peers and does not show sections.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import escape

from uso_lib.catalog import Catalog
from uso_lib.errors import UsoError
from uso_lib.parameter_writing import change_peers
from uso_lib.parameters import MemberParameters, load_member
from uso_lib.presentation.sections.view import SectionView
from uso_lib.regions import Municipality, Regions
from uso_lib.workspace import Workspace

#: Set while a report is being made: then nobody is at the desk, and nothing is saved.
REPORT_RUN = "USO_REPORT_RUN"


def is_report_run() -> bool:
    """Tell whether a report is being made, so that nobody is at the desk."""
    return bool(os.environ.get(REPORT_RUN))


def chosen_peers(
    workspace: Workspace, slug: str, peers: Sequence[str], *, regions: Regions, catalog: Catalog
) -> tuple[Municipality, ...]:
    """Return municipalities by their names, slugs or codes, checked as those of a parameter file.

    Raises
    ------
    InputErrors
        Some are unknown, named twice or the municipality itself; every problem is listed.
    """
    many = isinstance(peers, Iterable) and not isinstance(peers, str)
    given: list[Any] = list(peers) if many else [peers]
    return load_member(workspace, slug, peers=given, regions=regions, catalog_ids=catalog.ids).peers


def saved_peers(
    workspace: Workspace, parameters: MemberParameters, *, regions: Regions, catalog: Catalog
) -> SectionView:
    """Write a member's peers into its parameter file unless they stand there already, and say so.

    Raises
    ------
    InputErrors
        The file cannot be read or changed soundly; it is left as it is.
    UsoError
        It cannot be written.
    """
    slug, names = parameters.slug, [one.name for one in parameters.peers]
    if is_report_run():
        return _told("Raporttia tehtäessä verrokkeja ei tallenneta.")
    place = f"parameters/{slug}.yml"
    present = load_member(workspace, slug, regions=regions, catalog_ids=catalog.ids).peers
    if present == parameters.peers:
        return _told(f"Tiedostossa {place} on jo nämä {len(names)} verrokkia; mitään ei muutettu.")
    try:
        change_peers(workspace, parameters.municipality, parameters.peers, regions=regions)
    except OSError as problem:
        message = f"{place} cannot be written ({problem.strerror}). Free space or give access."
        finnish = f"Tiedostoon {place} ei voi kirjoittaa. Vapauta levytilaa tai hanki siihen oikeus."
        raise UsoError(message, finnish=finnish) from problem
    listed = ", ".join(names)
    return _told(f"Verrokit tallennettu tiedostoon {place}: {listed}. Tee raportti: uso report {slug}")


def _told(text: str) -> SectionView:
    return SectionView(f"<p>{escape(text)}</p>", text, desk=True)
