"""A notebook with the figures of a toy municipality, and own text to bind to them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from nbformat import v4
from toy_results import TORNIO, comparison, indicator

from uso_lib.analysis.results import Change, Comparison, Position
from uso_lib.presentation.sections.words import words_view

NBSP, MINUS = "\u00a0", "\u2212"
OWN = "own"


def comparisons() -> list[Comparison]:
    """Return a count with changes, a rate with a place, a provisional figure, and one without any."""
    people = comparison(
        {"2020": 6000.0, "2025": 5674.0},
        declared=indicator(
            "population",
            title="Väkiluku",
            unit="persons",
            decimals=0,
            subject="väkiluku",
            direction="neither",
        ),
        groups={"peers": 4919.2, "country_own": 5_650_000.0},
    )
    change = Change("2020", "2025", 5.0, 6000.0, -326.0, -5.43, nearest=False)
    peers = replace(people.groups["peers"], change=-349.7, change_pct=-6.31)
    people = replace(people, change=change, groups={**people.groups, "peers": peers})
    rate = comparison(
        {"2025M06": 8.04, "2026M06": 8.526},
        declared=indicator("unemployment_rate"),
        groups={"peers": 11.287, "country": 8.0},
        counts={"peers": (7, 10)},
    )
    rate = replace(rate, positions={"peers": Position("peers", 2, 7, 2)})
    loans = indicator("loans", title="Lainakanta asukasta kohti", unit="eur_per_capita", decimals=0,
                      subject="lainakanta asukasta kohti")  # fmt: skip
    balance = indicator("balance", title="Tulos", unit="eur", decimals=0, subject="tulos")
    return [
        people,
        rate,
        comparison({"2024": 3000.0, "2025": 3614.6}, declared=loans, symbol="*"),
        comparison({"2025": -12.0}, declared=balance, groups={"peers": 4.0}),
        comparison({}, declared=indicator("hyte_coefficient", title="HYTE-kerroin", subject="HYTE-kerroin")),
    ]


@cache
def figures() -> Any:
    """Return the cell that brings the figures, executed."""
    return brought(comparisons())


def brought(shown: list[Comparison]) -> Any:
    """Return the executed cell for some comparisons."""
    view = words_view(TORNIO, shown, left_out=["crime"], other_places=["Mikkeli", "Kemi"])
    output = v4.new_output("display_data", data=view._repr_mimebundle_())
    return v4.new_code_cell("situation.words()", id="words", outputs=[output])


def notebook(*sources: str, brings: Any = None) -> Any:
    """Return a notebook of own texts, each a cell of its own, and the figures."""
    cells = [v4.new_markdown_cell(source, id=f"{OWN}-{place}") for place, source in enumerate(sources)]
    return v4.new_notebook(cells=[*cells, brings or figures()])


def own(found: Any) -> list[str]:
    """Return the ids of the own cells of a notebook."""
    return [cell["id"] for cell in found["cells"] if cell["id"].startswith(OWN)]
