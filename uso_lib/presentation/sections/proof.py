"""Show how a report can be verified, and carry what its numbers can be recomputed from.

Does not gather the cells (analysis/proof.py) and does not enclose them in the page (reports/).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from uso_lib.analysis.peer_variables import VARIABLES, PeerVariable
from uso_lib.boundaries import load_boundaries
from uso_lib.catalog import Catalog
from uso_lib.presentation.once import once
from uso_lib.presentation.sections import cover, peers, sources, summary
from uso_lib.presentation.sections.notebook_look import dressed
from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.presentation.sections.rows import source_text
from uso_lib.presentation.sections.tables import MARK_NOTES
from uso_lib.presentation.words import category_changes, contrasts, finnish
from uso_lib.presentation.words.units import UNITS

#: The media type under which the exporter finds what the numbers can be recomputed from.
PROOF_MEDIA_TYPE = "application/vnd.uso.proof+json"
#: The same for a consultant's own figure, whose numbers the report's proof does not hold.
FIGURE_PROOF_MEDIA_TYPE = "application/vnd.uso.figure-proof+json"
SCHEMA = 1
TEXT = (
    "Raportin luvut voi laskea uudelleen tästä tiedostosta ilman muita tietoja: sen mukana kulkevat solut, "
    "joista luvut on laskettu, sekä taulut, tiedostot ja tarkisteet, joista solut ovat peräisin. Komento "
    "uso verify situation.html laskee luvut uudelleen ja kertoo, jos jokin niistä on muuttunut."
)
#: Declarations whose texts are printed as they stand.
_KEYS = frozenset({
    "title", "short", "definition", "intro", "note", "text", "law", "caveats", "brochure", "subject", "level",
    "positive", "negative", "higher", "lower", "subtitle", "named",
})  # fmt: skip
_PLACEHOLDER = re.compile(r"\{\w+\}")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class ProofView:
    """Hold what the last cell of the notebook shows: a paragraph, and the proof as data.

    Parameters
    ----------
    content
        Plain data from which the numbers can be recomputed.
    declared
        Texts with numbers that are printed as they are declared, not computed.
    """

    content: Mapping[str, Any]
    declared: tuple[str, ...]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return what Jupyter shows."""
        del include, exclude
        return {"text/html": dressed(f"<p>{TEXT}</p>"), "text/plain": TEXT, PROOF_MEDIA_TYPE: self.data}

    @property
    def data(self) -> dict[str, Any]:
        """Return the proof as plain data, its content as one text: many short lists would be copied often."""
        content = json.dumps(self.content, ensure_ascii=False, separators=(",", ":"))
        return {"schema": SCHEMA, "content": content, "declared": list(self.declared)}

    def __repr__(self) -> str:
        return TEXT


def declared_texts(
    catalog: Catalog, results: Sequence[RowResult], *, further: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return every text with a number in it that a report may print as it stands, longest first.

    Parameters
    ----------
    further
        Texts of the parameters: the network's name and season.
    """
    parts: list[Any] = [[one.row for one in results]]
    parts += [[one.breakdown for one in result.breakdowns] for result in results]
    parts += [[one.flow for one in result.flows] for result in results]
    parts += [[one.criterion for one in result.criteria] for result in results]
    texts = [text for part in parts for text in _texts(part, inside=False)]
    texts += [text for result in results for text in (*result.caveats, result.note or "")]
    texts += [one.reason for result in results for one in result.criteria]
    texts += [*_source_texts(results), *further]
    return tuple(sorted(_numbered(texts) | _of_catalog(catalog), key=lambda one: (-len(one), one)))


@once
def _of_catalog(catalog: Catalog) -> frozenset[str]:
    """Return the texts that are the same for every municipality."""
    parts = [catalog.themes, *(one.values() for one in (catalog.indicators, catalog.reforms, catalog.breaks))]
    texts = [text for part in parts for text in _texts(list(part), inside=False)]
    texts += [finnish.unit_name(one.unit) for one in catalog.indicators.values()]
    texts += [f"{one.title} ({one.period})" for one in catalog.breaks.values()]
    texts += [f"{one.number} {one.title}" for one in catalog.themes]
    return _numbered([*texts, *_fixed()])


def _numbered(texts: Iterable[str]) -> frozenset[str]:
    """Return the parts of texts between their gaps that have a number in them."""
    pieces = {" ".join(piece.split()) for text in set(texts) for piece in _PLACEHOLDER.split(text)}
    return frozenset(one for one in pieces if _DIGIT.search(one) and not one.isdigit())


def _texts(part: Any, *, inside: bool) -> Iterator[str]:
    """Give the texts of declarations, whole models too."""
    if isinstance(part, str):
        if inside:
            yield part
    elif isinstance(part, BaseModel):
        for key, value in part:
            yield from _texts(value, inside=key in _KEYS)
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from _texts(value, inside=inside or key in _KEYS)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _texts(value, inside=inside)


def _fixed() -> list[str]:
    """Return the report's own standing texts."""
    return [
        cover.GUIDE,
        summary.LEAD,
        contrasts.RULE,
        peers.METHOD,
        *sources.METHOD,
        *MARK_NOTES.values(),
        finnish.LEVEL,
        *(category_changes.least_size(unit) for unit in UNITS),
        load_boundaries().attribution,
        *(text for one in VARIABLES for text in _words(one)),
    ]


def _words(variable: PeerVariable) -> list[str]:
    """Return what a property of municipalities is called: its heading, the heading's words, its title."""
    short = variable.short_fi.replace("\u00ad", "")
    return [short, short.split(",")[0], variable.title_fi]


def _source_texts(results: Sequence[RowResult]) -> Iterator[str]:
    """Give what is told of tables, and where to get what is missing."""
    for result in results:
        for origin in result.origins:
            yield from (source_text(origin), origin.title, origin.table_id, origin.licence)
            yield from (origin.vintage, sources.coverage(origin.vintage))
            yield finnish.period(origin.newest, "short")
            yield cover.data_date(origin.retrieved)
        for one in result.missing:
            yield from (one.title, one.definition, one.fill, *one.sources)
