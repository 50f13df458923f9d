"""A claim that the figures contradict is found; none is told to hold still when it does not."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from claim_truth import Claim, Truth, claims, is_exactly_true, is_true
from words_world import MINUS, NBSP, brought, notebook, own

from uso_lib import open_situation
from uso_lib.bound.claims import check
from uso_lib.bound.grammar import comparison
from uso_lib.bound.vocabulary import WORDS_MIME, Vocabulary
from uso_lib.errors import ClaimsBroken, ReportError
from uso_lib.presentation.sections.numbers import COLUMNS, comparison_lines
from uso_lib.presentation.sections.words import words_view
from uso_lib.reports.bound_words import Bound, bind, broken_lines, refuse_broken
from uso_lib.store import Store, open_store

Tell = Callable[[str, object], None]


def bound(*sources: str) -> Bound:
    found = notebook(*sources)
    return bind(found, own(found))


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ("population > 5000", True),
        ("population > 5 674", False),
        ("population >= 5 674 henkilöä", True),
        ("population = 5674 asukasta", True),
        ("population != 5674", False),
        ("5 000 < population", True),
        ("population > verrokit", True),
        ("population < verrokit", False),
        ("verrokit < population", True),
        ("{population} > {population|koko_maa}", False),
        ("population:change_5y > verrokit", True),
        (f"population:change_5y_pct > {MINUS}5,5 %", True),
        ("population:change_5y_pct > -5,4", False),
        ("population:change_5y_pct = -5,4 %", True),
        ("population:period >= 2024", True),
        ("unemployment_rate < 8,6 %", True),
        ("unemployment_rate < verrokit", True),
        ("unemployment_rate = 8,5", True),
        ("unemployment_rate = 8,53", False),
        ("unemployment_rate:place <= 3", True),
        ("unemployment_rate:place = 2", True),
        ("unemployment_rate:difference|maa > 0", True),
        ("unemployment_rate:difference|maa < 1 %-yksikköä", True),
        ("population:change_5y < -100 henkeä", True),
        ("loans < 4 000 €/asukas", True),
        ("unemployment_rate < 8.6", True),
        ("unemployment_rate:difference < 0", True),
        ("balance < 0 €", True),
        ("unemployment_rate|verrokit > unemployment_rate|maa", True),
    ],
)
def test_claims_are_checked_against_the_present_figures(claim: str, holds: bool) -> None:
    (told,) = bound(f"[[Näin on :: {claim}]].").claims
    assert told["holds"] is holds
    assert (told["cell"], told["sentence"], told["text"]) == ("own-0", "Näin on", claim)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("hyte_coefficient > 1", "no number"),
        ("population|maakunta > 1", "no number"),
        ("unemployment_rate:period > 2025", "no number"),
        ("populaton > 1", "did you mean population?"),
        ("crime > 1", "not part of this report"),
        ("population > unemployment_rate", "not of the same unit"),
        ("population > 10 %", "not of the same unit"),
        ("unemployment_rate:difference > 1 %", "not of the same unit"),
        ("population:place > 1", "no number"),
        ("5 > 3", "neither side is a figure"),
        ("verrokit > maa", "needs a figure"),
        ("population", "no comparison"),
        ("population > 5000 or population < 1", "no comparison"),
        ("population > 6.000", "can be read in two ways"),
        ("population > 5,000 henkilöä", "can be read in two ways"),
        ("-5.674 < population:change_5y", "can be read in two ways"),
        ("population > 5 tuhatta", "the figure's unit is henkilöä"),
        ("population:change_5y < 0 :: population > 1", "no comparison"),
        ("population:place < 3", "good direction"),
    ],
)
def test_what_cannot_be_checked_is_not_taken_for_true(claim: str, reason: str) -> None:
    found = bound(f"[[Näin on :: {claim}]].")
    (told,) = found.broken
    assert told["holds"] is None
    assert reason in told["reason"]
    assert found.notebook["cells"][0]["source"] == "Näin on (ei voi tarkistaa)."


def test_order_is_told_only_when_the_shown_figures_tell_it_too() -> None:
    """8.526 and 8.541 are both shown as 8,5: no reader sees that the one is less."""
    cell = brought(_twins())
    vocabulary = Vocabulary(cell["outputs"][0]["data"][WORDS_MIME])
    verdicts = {sign: check(comparison(f"low {sign} high"), vocabulary).holds  # type: ignore[arg-type]
                for sign in ("<", "<=", ">", ">=", "=", "!=")}  # fmt: skip
    assert verdicts == {"<": False, "<=": True, ">": False, ">=": False, "=": True, "!=": False}


def _twins() -> list[Any]:
    from toy_results import comparison as toy
    from toy_results import indicator

    return [
        toy({"2025": value}, declared=indicator(name)) for name, value in (("low", 8.526), ("high", 8.541))
    ]


def test_a_claim_that_holds_is_shown_plainly_and_a_broken_one_is_marked() -> None:
    found = bound(
        "[[Väkiluku ({population:number}) **on yli 5 000** :: population > 5000]], mutta "
        "[[alle 4 000\nei olla :: population < 4 000]]! [[Kolmas :: population > 1]]"
    )
    shown = found.notebook["cells"][0]["source"]
    assert shown == (
        f"Väkiluku (5{NBSP}674) **on yli 5 000**, mutta alle 4 000\nei olla (ei pidä enää paikkaansa)! Kolmas"
    )
    assert [one["holds"] for one in found.claims] == [True, False, True]
    assert found.claims[0]["sentence"] == f"Väkiluku (5{NBSP}674) **on yli 5 000**"
    assert len(found.broken) == 1


def test_the_error_tells_sentence_old_and_new_values() -> None:
    found = bound("[[Väkiluku on yli 6 000 :: population > 6000]]", "[[Tosi :: population > 1]]")
    earlier = [{**found.broken[0], "left": f"6{NBSP}103{NBSP}henkilöä", "holds": True, "cell": "elsewhere"}]
    with pytest.raises(ClaimsBroken) as caught:
        refuse_broken(found, earlier=earlier)
    message = str(caught.value).replace(NBSP, " ")
    assert isinstance(caught.value, ReportError)
    assert "“Väkiluku on yli 6 000” [population > 6000]" in message
    assert "oli 6 103 henkilöä ja 6000, nyt 5 674 henkilöä ja 6000: ei pidä enää paikkaansa" in message
    assert "--publish-anyway" in message
    assert "Tosi" not in message
    assert "oli" not in broken_lines(found.broken)[0].partition("]")[2]
    assert refuse_broken(found, publish_anyway=True) == tuple(broken_lines(found.broken))
    assert refuse_broken(bound("[[Tosi :: population > 1]]")) == ()


def test_changes_in_numbers_against_a_group_get_a_hint() -> None:
    found = bound("[[Väestö vähenee hitaammin :: population:change_5y > verrokit]]")
    assert [one.replace(NBSP, " ") for one in found.messages] == [
        "“Väestö vähenee hitaammin”: population:change_5y compares changes in numbers of places of different "
        f"size; in per cent, population:change_5y_pct > verrokit, it holds ({MINUS}5,4 %, {MINUS}6,3 %)"
    ]
    for written in (
        "verrokit < population:change_5y",
        "population:change_5y > population:change_5y|verrokit",
    ):
        (message,) = bound(f"[[Väestö vähenee hitaammin :: {written}]]").messages
        assert "population:change_5y_pct" in message
    for silent in ("population:change_5y < 0", "population > verrokit", "loans:change_5y > verrokit",
                   "population:change_5y_pct > verrokit"):  # fmt: skip
        assert bound(f"[[Väestö vähenee :: {silent}]]").messages == ()


@pytest.mark.parametrize(
    "typed",
    ["[[Väestö vähenee : population:change_5y < 0]]", "[Väestö vähenee :: population:change_5y < 0]",
     "[[Väestö vähenee | population:change_5y < 0]]", "[[Väestö vähenee, population:change_5y < 0]]"],
)  # fmt: skip
def test_what_is_nearly_a_claim_is_told_to_be_unchecked(typed: str) -> None:
    found = bound(f"Nyt {typed}.")
    (message,) = found.messages
    assert "is not checked" in message
    assert found.claims == ()
    for silent in (f"`{typed}`", f"\\{typed}", typed.replace("population", "x"), f"```\n{typed}\n```"):
        assert bound(silent).messages == ()


def test_a_claim_without_an_end_is_told() -> None:
    (message,) = bound("[[Väestö vähenee :: population:change_5y < 0").messages
    assert "not closed with ]]" in message


# --- seeded changes of real figures ---------------------------------------------------------------------


def _verdicts(written: list[Claim], vocabulary: Vocabulary, truth: Truth) -> dict[str, list[str]]:
    """Sort claims by what is said of them and what is so."""
    sorted_: dict[str, list[str]] = {"true": [], "found": [], "still true": [], "missed": [], "alarm": []}
    for one in written:
        compared = comparison(one.text)
        assert compared is not None, one.text
        holds = check(compared, vocabulary).holds
        left, right = one.numbers(truth)
        true = left is not None and right is not None and is_true(left, one.sign, right)
        exactly = left is not None and right is not None and is_exactly_true(left, one.sign, right)
        if holds and not exactly:
            sorted_["still true"].append(one.text)
        if true:
            sorted_["true" if holds else "alarm"].append(one.text)
        else:
            sorted_["missed" if holds else "found"].append(one.text)
    return sorted_


def _shaken(seed: int) -> Store:
    """Return the bundled figures, each changed a little and one in a hundred taken away."""
    store, chance = open_store(), np.random.default_rng(seed)
    coded, frames = store.coded, {}

    def changed(table: str, edition: int = 0) -> Any:
        if (table, edition) not in frames:
            frame = coded(table, edition)
            factors = chance.normal(1, 0.05, len(frame))
            factors[chance.random(len(frame)) < 0.01] = np.nan
            frames[table, edition] = frame.assign(value=(frame["value"] * factors).round(2))
        return frames[table, edition].copy(deep=False)

    store.coded = changed  # type: ignore[method-assign]
    return store


@cache
def _bundled(member: str) -> tuple[Vocabulary, Truth]:
    return _world(member, _BUNDLED())


_BUNDLED = cache(open_store)


@cache
def _first() -> Any:
    return open_situation("juva")._context


def _world(member: str, store: Store) -> tuple[Vocabulary, Truth]:
    """Return what a member's last cell would bring of some figures, and its indicators.csv."""
    situation = open_situation(member)
    # One catalogue and one register: what was computed of a store is remembered for all members.
    shared = {name: getattr(_first(), name) for name in ("catalog", "regions")}
    situation._context = replace(situation._context, store=store, **shared)
    names = dict.fromkeys(name for row in situation._catalog.rows.values() for name in row.indicators)
    found = [situation.compare(name) for name in names]
    told = words_view(situation.parameters.municipality, found).data
    lines = [line for one in found for line in comparison_lines("theme", "row", one)]
    texts = [["" if cell is None else str(cell) for cell in line] for line in lines]
    return Vocabulary(json.loads(json.dumps(told))), Truth(
        dict(zip(COLUMNS, one, strict=True)) for one in texts
    )


@pytest.mark.slow
@pytest.mark.xdist_group("claims")
@pytest.mark.parametrize("seed", [1, 2])
def test_seeded_changes_of_figures_break_claims_and_all_are_found(seed: int, tell: Tell) -> None:
    """Claims true of three members' figures, after every figure of the store has changed."""
    after = _shaken(seed)
    count = {"true": 0, "found": 0, "still true": 0, "missed": 0, "alarm": 0}
    for member in ("juva", "kuhmoinen", "kokkola"):
        vocabulary, truth = _bundled(member)
        written = list(claims(truth, seed, 2000, among=vocabulary.words))
        at_first = _verdicts(written, vocabulary, truth)
        assert len(at_first["true"]) == len(written), at_first["alarm"][:5]
        verdicts = _verdicts(written, *_world(member, after))
        assert verdicts["still true"] == []
        assert verdicts["missed"] == []
        assert verdicts["alarm"] == []
        count = {name: count[name] + len(found) for name, found in verdicts.items()}
    tell(f"claims broken by seeded changes, seed {seed}", count)
    assert count["found"] > 1000
    assert count["true"] > 1000


@pytest.mark.slow
def test_the_words_of_every_finished_report_tell_its_own_numbers(network: Path, tell: Tell) -> None:
    """Claims true of one member, held against every other member's finished report."""
    worlds = {folder.parent.name: _finished(folder.parent) for folder in network.glob("*/indicators.csv")}
    total = {"true": 0, "found": 0, "still true": 0, "missed": 0, "alarm": 0}
    for seed, (member, (vocabulary, truth)) in enumerate(sorted(worlds.items())):
        written = list(claims(truth, seed, 300, among=vocabulary.words))
        assert len(_verdicts(written, vocabulary, truth)["true"]) == len(written)
        for other in sorted(set(worlds) - {member}):
            verdicts = _verdicts(written, *worlds[other])
            assert verdicts["still true"] == []
            assert verdicts["missed"] == []
            assert verdicts["alarm"] == []
            total = {name: total[name] + len(found) for name, found in verdicts.items()}
    tell("claims held against other members' figures", total)
    assert total["found"] > 100


def _finished(folder: Path) -> tuple[Vocabulary, Truth]:
    with (folder / "indicators.csv").open(encoding="utf-8-sig", newline="") as file:
        truth = Truth(csv.DictReader(file))
    cells = json.loads((folder / "situation.ipynb").read_text(encoding="utf-8"))["cells"]
    (output,) = next(cell["outputs"] for cell in cells if cell.get("id") == "words")
    return Vocabulary(output["data"][WORDS_MIME]), truth
