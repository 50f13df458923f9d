"""Typed figures are hinted at only where the text can hardly mean anything else, and never changed."""

from __future__ import annotations

import pytest
from words_world import NBSP, notebook, own

from uso_lib.reports.bound_words import bind

# The municipality is Tornio: population 5 674 in 2025, unemployment 8,5 % (peers 11,3 %), loans 3 615 euros.


def hints(text: str) -> list[str]:
    found = notebook(text)
    made = bind(found, own(found))
    assert made.notebook["cells"][0]["source"] == text
    return [one.replace(NBSP, " ") for one in made.messages]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Kunnassa on 5 887 asukasta.", "5 887 asukasta: luku on nyt 5 674 ({population})"),
        ("Meitä on nyt 5887 asukasta!", "5887 asukasta: luku on nyt 5 674 ({population})"),
        ("**5\u00a0887 asukasta** ja palvelut", "5 887 asukasta: luku on nyt 5 674 ({population})"),
        ("- Torniossa 5 887 asukasta", "5 887 asukasta: luku on nyt 5 674 ({population})"),
        ("Tornion väkiluku on 5 887.", "väkiluku 5 887: luku on nyt 5 674 ({population})"),
        ("Väkiluku: 5 887 henkilöä", "Väkiluku 5 887 henkilöä: luku on nyt 5 674 ({population})"),
        ("Tornion työttömyysaste on 9,4 %.", "työttömyysaste 9,4 %: luku on nyt 8,5 ({unemployment_rate})"),
        ("Työttömien osuus työvoimasta (9,4 %) huolettaa.",
         "Työttömien osuus työvoimasta 9,4 %: luku on nyt 8,5 ({unemployment_rate})"),
        ("Lainakanta asukasta kohti on 3 100 euroa.",
         "Lainakanta asukasta kohti 3 100 euroa: luku on nyt 3 615 * ({loans})"),
    ],
)  # fmt: skip
def test_an_old_figure_gets_a_hint(text: str, hint: str) -> None:
    assert hints(text) == [hint]


@pytest.mark.parametrize(
    "text",
    [
        # the present figure, however it is rounded
        "Kunnassa on 5 674 asukasta.",
        "Kunnassa on 5 700 asukasta.",
        "Kunnassa on noin 5 900 asukasta.",
        "Kunnassa on lähes 6 000 asukasta.",
        "Tornion työttömyysaste on 8,5 %.",
        "Työttömyysaste on 9 %.",
        # another time
        "Vuonna 2020 kunnassa oli 6 000 asukasta.",
        "Viisi vuotta sitten kunnassa oli 6 000 asukasta.",
        "Aiemmin kunnassa oli 6 000 asukasta.",
        "Ennusteen mukaan kunnassa on 5 200 asukasta.",
        "Vuoden 2024 lopussa väkiluku oli 5 780.",
        # others
        "Mikkelissä on 5 900 asukasta.",
        "Verrokeissa on keskimäärin 4 919 asukasta.",
        "Koko maassa työttömyysaste on 9,4 %.",
        "Verkostossa työttömyysaste on 9,4 %.",
        "Nuorten työttömyysaste on 9,4 %.",
        "Kemin väkiluku on 5 900.",
        "Kylässä on 5 100 asukasta.",
        "Taajamassa on 5 100 asukasta.",
        # a change, a difference, a limit
        "Väkiluku kasvoi 5 900:aan.",
        "Kunta menetti 5 100 asukasta.",
        "Asukkaita on 5 100 asukasta vähemmän.",
        "Työttömyysaste nousi 9,4 %.",
        "Työttömyysaste on 9,4 %-yksikköä.",
        "Työttömyysaste on alle 9,4 %.",
        "Tavoite on 6 000 asukasta.",
        # far away: about something else
        "Kunnassa on 120 asukasta neliökilometrillä.",
        "Koulupiirissä on 900 asukasta.",
        "Kustannus on 5 900 euroa asukasta kohti.",
        "Kustannus on 5 900 asukasta kohti.",
        # not in running text, and bound ones
        "`Kunnassa on 5 887 asukasta`",
        "```\nKunnassa on 5 887 asukasta\n```",
        "Onko kunnassa 5 887 asukasta?",
        # another municipality at the start of the sentence
        "Mikkelin työttömyysaste on 9,4 %.",
        # numbers of another kind
        "Työttömyysaste 2025/2026 on luvussa 9.4.",
        "Lainakanta asukasta kohti on 3 100 miljoonaa.",
        "Pvm 5.887 asukasta.",
        "Puhelin 040 5 887 asukasta",
    ],
)
def test_nothing_is_said_where_the_text_may_mean_something_else(text: str) -> None:
    assert hints(text) == []


def test_bound_figures_are_no_typed_ones() -> None:
    found = notebook("Kunnassa on {population:number} asukasta ja työttömyysaste on {unemployment_rate}.")
    assert bind(found, own(found)).messages == ()


def test_names_in_any_case_are_known() -> None:
    assert hints("Kunnan työttömyysaste: 9,4 %") == [
        "työttömyysaste 9,4 %: luku on nyt 8,5 ({unemployment_rate})"
    ]
    assert hints("Tornion väkiluku 5 887") == ["väkiluku 5 887: luku on nyt 5 674 ({population})"]
