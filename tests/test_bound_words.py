"""Bound words show the present figure where text runs, and stay as typed everywhere else."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from words_world import MINUS, NBSP, notebook, own

from uso_lib.bound.grammar import GROUPS, MEASURES
from uso_lib.bound.rendering import marked
from uso_lib.reports.blocks import markdown
from uso_lib.reports.bound_words import Bound, bind

PEOPLE = f"5{NBSP}674{NBSP}henkilöä"


def bound(*sources: str) -> Bound:
    found = notebook(*sources)
    return bind(found, own(found))


def rendered(source: str) -> str:
    return str(bound(source).notebook["cells"][0]["source"])


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("population", PEOPLE),
        ("population:value", PEOPLE),
        ("population:number", f"5{NBSP}674"),
        ("population:period", "2025"),
        ("population:when", "vuonna 2025"),
        ("population:change_5y", f"{MINUS}326{NBSP}henkilöä"),
        ("population:change_5y_pct", f"{MINUS}5,4{NBSP}%"),
        ("population:change_5y_pct|verrokit", f"{MINUS}6,3{NBSP}%"),
        ("population:change_5y_from", "2020"),
        ("population|verrokit", f"4{NBSP}919{NBSP}henkilöä"),
        ("population:number|koko_maa", f"5{NBSP}650{NBSP}000"),
        ("population:difference|verrokit", f"+755{NBSP}henkilöä"),
        ("population:difference", f"+755{NBSP}henkilöä"),
        ("unemployment_rate", f"8,5{NBSP}%"),
        ("unemployment_rate:when", f"kesäkuussa{NBSP}2026"),
        ("unemployment_rate:period", "6/2026"),
        ("unemployment_rate|verrokit", f"11,3{NBSP}% (tieto 7 kunnasta 10:stä)"),
        ("unemployment_rate:number|verrokit", "11,3 (tieto 7 kunnasta 10:stä)"),
        ("unemployment_rate:place", "2/7 (jaettu, tieto 7/10)"),
        ("unemployment_rate:of", "7"),
        ("unemployment_rate:difference|maa", f"+0,5{NBSP}prosenttiyksikköä"),
        ("loans", f"3{NBSP}615{NBSP}euroa asukasta kohti{NBSP}\\*"),
        ("loans:number", f"3{NBSP}615{NBSP}\\*"),
        ("balance", f"{MINUS}12{NBSP}euroa"),
        ("balance|verrokit", f"+4{NBSP}euroa"),
        ("hyte_coefficient", "ei tietoa"),
        ("hyte_coefficient:when", "ei tietoa"),
        ("hyte_coefficient|verrokit", "ei tietoa"),
        ("population:change_1y", "ei tietoa"),
        ("population|maakunta", "ei tietoa"),
    ],
)
def test_a_word_shows_the_present_figure(word: str, wanted: str) -> None:
    found = bound(f"Nyt {{{word}}}.")
    assert found.notebook["cells"][0]["source"] == f"Nyt {wanted}."
    missing = [f"{{{word}}} shows “ei tietoa” in “Nyt {{{word}}}.”: there is no figure"]
    assert list(found.messages) == (missing if wanted == "ei tietoa" else [])


def test_a_place_without_a_good_direction_is_told_to_be_missing_for_that() -> None:
    (message,) = bound("Sija {population:place}.").messages
    assert "good direction" in message


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("{population:when} oli hyvä.", "Vuonna 2025 oli hyvä."),
        ("Oli. {population:when} oli hyvä.", "Oli. Vuonna 2025 oli hyvä."),
        ("Luku oli 5! **{population:when}** oli hyvä.", "Luku oli 5! **Vuonna 2025** oli hyvä."),
        ("[[{population:when} oli hyvä :: population > 1]].", "Vuonna 2025 oli hyvä."),
        ("## {population:when} muutoksia", "## Vuonna 2025 muutoksia"),
        ("Väkiluku {population:when}.", "Väkiluku vuonna 2025."),
        ("{population:number} asukasta {population:when}.", f"5{NBSP}674 asukasta vuonna 2025."),
        ("Ks. esim. {population:when} tehty.", "Ks. esim. vuonna 2025 tehty."),
        ("| {population:when} |\n|---|\n| {population:when} |", "| vuonna 2025 |\n|---|\n| vuonna 2025 |"),
    ],
)
def test_a_sentence_begins_with_a_capital(source: str, wanted: str) -> None:
    assert rendered(source) == wanted


@pytest.mark.parametrize(
    "source",
    [
        "`{population}`",
        "``x {population} y``",
        "```\n{population}\n```",
        "~~~python\n{population}\n~~~",
        "Teksti\n\n    {population}",
        "$a^{population}$",
        "$${population}$$",
        r"\frac{population}{population}",
        r"x_{population}",
        r"\{population}",
        "{{population}}",
        "${population}",
        "f{population}",
        '{"population": 5674}',
        "{population: 1}",
        "{a}",
        "{}",
        "{ }",
        "{kunta}",
        "{1}",
        "{population\n}",
        "[teksti](https://example.org/{population})",
        "<div>{population}</div>",
        "[[std::vector]]",
        "[[1]] ja [[2]]",
        "[linkki][1] [x] [[sivu]]",
        r"\[[Väite :: population > 1]]",
        "`[[Väite :: population > 1]]`",
        "```\n[[Väite :: population > 1]]\n```",
    ],
)
def test_other_braces_stay_as_typed_and_silent(source: str) -> None:
    found = bound(source)
    assert found.notebook["cells"][0]["source"] == source
    assert [one for one in found.messages if "no measure 1" not in one] == []
    assert found.claims == ()


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("**{population}**", f"**{PEOPLE}**"),
        ("_{population}_", f"_{PEOPLE}_"),
        ("- {population}\n- b", f"- {PEOPLE}\n- b"),
        ("1. a\n\n    {population}", f"1. a\n\n    {PEOPLE}"),
        ("> {population}", f"> {PEOPLE}"),
        ("## Väkiluku {population}", f"## Väkiluku {PEOPLE}"),
        ("## Lainat {loans}", f"## Lainat 3{NBSP}615{NBSP}euroa asukasta kohti{NBSP}*"),
        ("[{population}](https://example.org)", f"[{PEOPLE}](https://example.org)"),
        ("`{population}` {population}", f"`{{population}}` {PEOPLE}"),
        ("({population})", f"({PEOPLE})"),
        ("{population}{population}", PEOPLE * 2),
        ("a\n{unemployment_rate:of}. b", "a\n7\\. b"),
        ("| a | b |\n|---|---|\n| {population|verrokit} | x |", None),
        (r"| a | b |" "\n|---|---|\n" r"| {population\|verrokit} | x |", None),
    ],
)
def test_words_are_bound_wherever_text_runs(source: str, wanted: str | None) -> None:
    shown = rendered(source)
    assert shown == (wanted or f"| a | b |\n|---|---|\n| 4{NBSP}919{NBSP}henkilöä | x |")


def test_a_mark_does_not_become_emphasis() -> None:
    page = markdown(rendered("Lainat {loans} ja taas {loans} sekä {loans}."))
    assert page.count(f"{NBSP}*") == 3
    assert "<em>" not in page


def test_a_slip_in_a_table_leaves_the_table_whole() -> None:
    page = markdown(rendered("| a | b |\n|---|---|\n| {populaton|verrokit} | x |"))
    assert "<td>{populaton|verrokit}</td>" in page
    assert page.count("<td>") == 2
    assert rendered("{populaton|verrokit} | x") == "{populaton|verrokit} | x"


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("{population|verrokit:change_5y}", "did you mean {population:change_5y|verrokit}?"),
        ("{population:change_5y:verrokit}", "did you mean {population:change_5y|verrokit}?"),
        ("{population change_5y}", "did you mean {population:change_5y}?"),
        ("{population.verrokit}", "did you mean {population|verrokit}?"),
        ("{unemployment rate}", "did you mean {unemployment_rate}?"),
        ("{population, sija}", "a word is written {indicator:measure|group}"),
        ("{population:muutos}", "did you mean change_5y?"),
        ("{population:sija}", "did you mean place?"),
        ("{population|peers}", "did you mean verrokit?"),
        ("{population|Suomi}", "did you mean maa?"),
        ("{verrokit}", "an indicator is missing before it: {indicator|verrokit}"),
        ("{change_5y}", "an indicator is missing before it: {indicator:change_5y}"),
        ("{työttömyys}", "did you mean unemployment_rate?"),
        ("{lainat}", "did you mean loans?"),
        ("{population:change_1y|verrokit}", "only the municipality's own is known"),
        ("{populaton}", "did you mean population?"),
        ("{Population}", "did you mean population?"),
        ("{väkiluku}", "did you mean population?"),
        ("{lainakanta_asukasta_kohti}", "did you mean loans?"),
        ("{population:chnge_5y}", "no measure chnge_5y; did you mean change_5y?"),
        ("{population|verokit}", "no group verokit; did you mean verrokit?"),
        ("{popul:change_5y}", "did you mean population"),
        ("{xyz|verrokit}", "no such figure"),
        ("{population:period|verrokit}", "period cannot be asked of verrokit"),
        ("{crime:value}", "its theme is not part of this report"),
    ],
)
def test_a_slip_stays_as_typed_and_gets_the_nearest_valid_names(source: str, hint: str) -> None:
    found = bound(f"Luku on {source} nyt.")
    assert found.notebook["cells"][0]["source"] == f"Luku on {source} nyt."
    (message,) = found.messages
    assert hint in message
    assert message.startswith(source)


def test_only_own_shown_markdown_is_read_and_the_desk_keeps_what_was_typed() -> None:
    found = notebook("{population}", "{population}", "{population}")
    found["cells"][1]["id"] = "generated"
    found["cells"][2]["metadata"]["tags"] = ["remove-cell"]
    made = bind(found, ["own-0", "own-2", "words"])
    assert [cell["source"] for cell in made.notebook["cells"][:3]] == [PEOPLE, "{population}", "{population}"]
    assert [cell["source"] for cell in found["cells"][:3]] == ["{population}"] * 3
    assert all(not cell["metadata"].get("bound") for cell in found["cells"])
    assert made.words == {"own-0": PEOPLE}


def test_without_figures_everything_stays_as_typed_and_claims_are_not_taken_for_true() -> None:
    found = notebook("{population} [[Väite :: population > 1]]")
    del found["cells"][-1]
    made = bind(found, own(found))
    assert "{population}" in made.notebook["cells"][0]["source"]
    assert "situation.words()" in made.messages[0]
    assert [one["holds"] for one in made.broken] == [None]


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="ab {}[]:|<>=`$\\\n#*_~>-.1population", max_size=80))
def test_any_text_is_bound_without_loss(source: str) -> None:
    """Whatever is typed comes back as typed, but for words and claims."""
    found = bound(source)
    shown = found.notebook["cells"][0]["source"]
    if "{population" not in source and "[[" not in source and "-" not in source:
        assert shown == source
    assert not re.search("[\U000f0000-\U0010ffff]", shown)


@pytest.mark.parametrize(
    "piece",
    [
        "{a}",
        "{population}",
        "[[",
        "[[a :: b > 1",
        "\\\\",
        "{{",
        "5 887 asukasta. ",
        "{population:when} x. ",
        "[a > population] ",
    ],
)
def test_a_long_text_is_read_in_reasonable_time(piece: str) -> None:
    begun = time.process_time()
    bound(piece * 5_000)
    assert time.process_time() - begun < 10


def test_the_document_tells_every_measure_group_and_comparison(root: Path) -> None:
    document = (root / "docs" / "bound_words.md").read_text(encoding="utf-8")
    for name in (*MEASURES, *GROUPS):
        assert f"`{name}`" in document
    for sign in ("<", ">", "<=", ">=", "=", "!="):
        assert f"`{sign}`" in document


def test_the_examples_of_the_document_are_bound(root: Path) -> None:
    document = (root / "docs" / "bound_words.md").read_text(encoding="utf-8")
    examples = re.findall(r"^\| `(\{[^`]+\})` \| (.+?) \|", document, re.MULTILINE)
    assert len(examples) >= 5
    for typed, wanted in examples:
        shown = rendered(typed.replace(r"\|", "|")).replace("\\*", "*")
        assert shown.replace(NBSP, " ") == wanted


def test_more_words_than_there_are_marks_stay_as_typed() -> None:
    """Nobody writes so many: but nothing that stands in a consultant's cell may stop the report."""
    found = marked("{population} " * 66_000)
    assert len(found.words) > 60_000
    assert found.text.endswith("{population} ")
