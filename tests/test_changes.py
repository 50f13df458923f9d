"""What has changed between two publications: every differing number has one reason, told in plain words."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from report_fakes import REPORT_TEMPLATE, number

from uso_lib.reports import history
from uso_lib.reports.changed_numbers import DEFINITION, DIVISION, NEW, PEERS, REVISED
from uso_lib.reports.changes import Changes, compare
from uso_lib.reports.changes_page import NOTICE, changes_since, notice, page, with_notice
from uso_lib.reports.harvest import COLUMNS

SINCE = datetime(2026, 11, 21, 9, tzinfo=UTC)
NAMES = {"851": "Tornio", "240": "Kemi", "751": "Simo"}


def line(**given: Any) -> list[Any]:
    return number(**given)


def lines() -> list[list[Any]]:
    return [
        line(period="2019", value=1200.0),
        line(period="2020", value=1300.0),
        line(period="2020", value=1100.0, group="peers", area="", area_name="Verrokit", measure="mean"),
        line(period="2020", value=2.0, group="peers", measure="position", of=3, unit="sija"),
        line(period="2020", value=1500.0, group="region", area="MK19", area_name="Lappi", measure="mean"),
        line(period="2020", value=900.0, group="peer", area="240", area_name="Kemi"),
        line(period="2020", value=6.0, measure="age", unit="vuotta"),
    ]


def record(numbers: list[list[Any]] | None = None, **given: Any) -> dict[str, Any]:
    return {
        "schema": 1, "member": "tornio", "code": "851", "title": "Tornion tilanneanalyysi",
        "numbers": {"columns": list(COLUMNS), "data": numbers or lines()},
        "rows": {"lainakanta": {"title": "Lainakannan kehitys", "text": "Lainaa oli 1 300 €."}},
        "peers": ["Kemi", "Simo"],
        "declarations": {"loans": {"title": "Lainakanta", "unit": "€/asukas", "formula": "level"}},
        "areas": {"country": ["240", "751", "851"], "network": ["240", "851"], "region": ["240", "851"]},
        "words": {}, "claims": [],
    } | given  # fmt: skip


def changed(*edits: Callable[[list[list[Any]]], None], **given: Any) -> Changes:
    numbers = deepcopy(lines())
    for edit in edits:
        edit(numbers)
    return compare(record(), record(numbers, **given))


def setting(at: int, **given: Any) -> Callable[[list[list[Any]]], None]:
    def edit(numbers: list[list[Any]]) -> None:
        for name, value in given.items():
            numbers[at][COLUMNS.index(name)] = value

    return edit


def reasons(found: Changes) -> dict[str, int]:
    return {reason: len(moves) + found.further[reason] for reason, moves in found.moves.items()}


def test_the_same_publication_has_no_changes() -> None:
    found = compare(record(), record())
    assert found.none
    assert compare(record(), record(list(reversed(lines())))).none, "a moved section is no change"


def test_a_new_period_is_told_with_the_figure_before() -> None:
    def newer(numbers: list[list[Any]]) -> None:
        numbers.append(line(period="2021", value=1400.0))
        setting(3, period="2021", value=1.0)(numbers)

    found = changed(newer)
    (move,) = found.moves[NEW]
    assert (move.before["value"], move.after["value"]) == (1300.0, 1400.0)
    assert (move.before["period"], move.after["period"]) == ("2020", "2021")
    assert (move.place_before, move.place_after) == ("2/3", "1/3")
    assert reasons(found) == {NEW: 3}, "the old position gave way to the new one"


def test_a_revised_past_is_told_by_period() -> None:
    found = changed(setting(0, value=1210.0), setting(1, mark="*"))
    told = [
        (move.after["period"], move.before["value"], move.after["value"]) for move in found.moves[REVISED]
    ]
    assert told == [("2020", 1300.0, 1300.0), ("2019", 1200.0, 1210.0)]
    assert set(found.moves) == {REVISED}


def test_a_position_stands_beside_the_newest_figures_of_municipality_and_peers_only() -> None:
    found = changed(
        setting(0, value=1.0), setting(1, value=2.0), setting(2, value=3.0), setting(4, value=4.0)
    )
    assert [(one.after["period"], one.place_after) for one in found.moves[REVISED]] == [
        ("2020", "2/3"), ("2019", "")
    ]  # fmt: skip
    areas = {"country": ["240", "751", "851"], "network": ["240", "851"], "region": ["851"]}
    found = changed(setting(4, value=4.0), areas=areas)
    assert [one.place_after for one in found.moves[DIVISION]] == [""]


def test_binary_noise_is_no_change() -> None:
    assert changed(setting(1, value=1300.0 * (1 + 1e-12))).none
    assert changed(setting(6, value=7.0)).none, "the age of a figure follows the calendar"


def test_changed_peers_explain_their_means_and_positions_and_nothing_else() -> None:
    found = changed(
        setting(2, value=1150.0), setting(3, value=3.0), setting(4, value=1501.0), peers=["Simo", "Rovaniemi"]
    )
    assert found.peers is not None
    assert (found.peers.joined, found.peers.left) == (("Rovaniemi",), ("Kemi",))
    assert reasons(found) == {PEERS: 2, REVISED: 1}
    assert [move.area for move in found.moves[PEERS]] == ["Verrokit"]
    assert changed(peers=["Simo", "Kemi"]).none, "their order is no change"


def test_a_peers_own_figure_is_revised_although_peers_changed() -> None:
    assert reasons(changed(setting(5, value=901.0), peers=["Kemi", "Rovaniemi"])) == {REVISED: 1}


def test_a_changed_definition_explains_every_figure_of_its_indicator() -> None:
    declared = {"loans": {"title": "Lainakanta", "unit": "€", "formula": "share"}}
    found = changed(setting(1, value=1.0), setting(2, value=2.0), declarations=declared)
    assert reasons(found) == {DEFINITION: 2}
    (one,) = found.definitions
    assert one.what == {"unit": ("€/asukas", "€"), "formula": ("level", "share")}


def test_a_changed_area_division_explains_the_groups_means() -> None:
    areas = {"country": ["751", "851"], "network": ["240", "851"], "region": ["240", "751", "851"]}
    found = changed(setting(4, value=1.0), setting(2, value=5.0), areas=areas)
    assert reasons(found) == {DIVISION: 1, REVISED: 1}
    assert [(one.group, one.joined, one.left) for one in found.divisions] == [
        ("country", (), ("240",)), ("region", ("751",), ())
    ]  # fmt: skip


def test_a_new_and_a_vanished_indicator_are_told() -> None:
    added = changed(lambda numbers: numbers.append(line(indicator="tax", title="Veroaste", value=21.0)))
    (move,) = added.moves[NEW]
    assert move.before is None
    gone = compare(record([*lines(), line(indicator="tax", title="Veroaste", value=21.0)]), record())
    (move,) = gone.moves[REVISED]
    assert move.after is None


def test_a_past_that_appears_or_vanishes_is_revised() -> None:
    appeared = changed(lambda numbers: numbers.insert(0, line(period="2018", value=1.0)))
    vanished = changed(lambda numbers: numbers.pop(0))
    assert reasons(appeared) == reasons(vanished) == {REVISED: 1}


def test_own_words_sentences_and_claims_are_told() -> None:
    claim = {
        "cell": "a",
        "sentence": "Velka kasvaa",
        "text": "loans > verrokit",
        "left": "1 300",
        "right": "1 100",
    }
    before = record(words={"a": "Vanha", "b": "Sama", "c": "Pois"}, claims=[claim | {"holds": True}])
    rows = {"lainakanta": {"title": "Lainakannan kehitys", "text": "Lainaa oli 1 301 €."}}
    words = {"a": "Uusi", "b": "Sama\n", "d": "Lisää"}
    found = compare(before, record(words=words, claims=[claim | {"holds": False, "left": "900"}], rows=rows))
    assert [(one.cell, one.before, one.after) for one in found.words] == [
        ("a", "Vanha", "Uusi"), ("d", None, "Lisää"), ("c", "Pois", None)
    ]  # fmt: skip
    (flip,) = found.claims
    assert (flip.before["holds"], flip.after["holds"]) == (True, False)
    assert found.sentences == {"lainakanta": ("Lainaa oli 1 300 €.", "Lainaa oli 1 301 €.")}


def everything() -> Changes:
    claim = {
        "cell": "a",
        "sentence": "Velka <b>kasvaa</b>",
        "text": "loans > verrokit",
        "left": "1",
        "right": "2",
    }
    before = record(words={"a": "Vanha"}, claims=[claim | {"holds": True}])
    numbers = [
        *deepcopy(lines()),
        line(period="2021", value=-1400.5, decimals=1),
        line(row="x", indicator="y", value=3.0),
    ]
    setting(2, value=1150.0)(numbers)
    setting(4, value=1600.0)(numbers)
    setting(0, value=None)(numbers)
    declared = {"y": {"title": "Toinen", "formula": "share"}}
    before["declarations"]["y"] = {"title": "Toinen", "formula": "level"}
    return compare(before, record(
        numbers, words={"a": "<script>alert(1)</script>"}, claims=[claim | {"holds": None}], peers=["Kemi"],
        areas={"country": ["240", "851"], "network": ["240", "851"], "region": ["240", "851"]},
        declarations=declared | {"loans": before["declarations"]["loans"]},
        rows={"lainakanta": {"title": "Lainakannan kehitys", "text": "Uusi lause."}},
    ))  # fmt: skip


def shown(found: Changes | None) -> str:
    since = SINCE if found is not None else None
    told = {"title": "Tornion tilanneanalyysi", "mark": "tornio 851"}
    return page(found, since=since, **told, names=NAMES, template=REPORT_TEMPLATE)


def test_the_page_tells_every_kind_of_change() -> None:
    text = shown(everything())
    for said in ("21.11.2026", "Uusi ajankohta", "Aiempi tieto on tarkentunut", "Verrokit ovat vaihtuneet",
                 "Määritelmä on muuttunut", "Aluejako on muuttunut", "Oma teksti", "Uusi lause.",
                 "piti paikkansa: 1 ja 2", "ei voi tarkistaa", "Pois Suomen kunnista: Simo",
                 "Pois verrokeista: Simo", "laskukaava: luku sellaisenaan → osuus",
                 "Lainakanta, verrokkien keskiarvo", "Muutettu teksti",
                 "−1\u00a0400,5\u00a0€/asukas (2021)",
                 "ei tietoa (2019)"):  # fmt: skip
        assert said in text, said
    assert "<script" not in text
    assert "<b>" not in text
    assert not re.search(r'(?:src|href)="(?!#|data:|situation\.html|\.\./index\.html)', text)
    assert "default-src 'none'" in html.unescape(text)
    assert shown(everything()) == text


def test_figures_are_written_as_finns_read_them() -> None:
    """No "62,2 indeksi", and no thousands where figures for a thousand inhabitants are meant."""
    found = changed(
        setting(1, value=79.5, unit="tuhatta asukasta kohti", decimals=1),
        lambda numbers: numbers.append(line(period="2021", value=62.2, unit="indeksi", decimals=1, mark="*")),
    )
    text = shown(found).replace("\u00a0", " ")
    assert "79,5 jokaista tuhatta asukasta kohti (2020)" in text
    assert "62,2 * (2021)" in text
    assert "62,2 * (2021)".replace("*", "\\*") in notice(found, since=SINCE, names={}).replace("\u00a0", " ")


def test_numbers_not_listed_are_counted_in_words() -> None:
    def many(count: int) -> Changes:
        positions = [line(period=f"1{one:04}", measure="least", value=1.0) for one in range(count)]
        return changed(lambda numbers: numbers.extend(positions), setting(1, value=1.0))

    assert "muuttui 1 muu raportin luku," in shown(many(1))
    assert "muuttui 1\u00a0200 muuta raportin lukua," in shown(many(1200))


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (True, False, "ei pidä enää paikkaansa"), (None, False, "ei pidä paikkaansa"),
        (False, True, "pitää paikkansa"), (True, None, "ei voi tarkistaa"),
    ],
)  # fmt: skip
def test_a_claim_is_told_in_the_tense_of_its_time(before: object, after: object, wanted: str) -> None:
    claim = {"cell": "a", "sentence": "Velka kasvaa", "text": "loans > 1", "left": "2", "right": "1"}
    found = compare(
        record(claims=[claim | {"holds": before}]), record(claims=[claim | {"holds": after, "left": "3"}])
    )
    was = {True: "piti paikkansa", False: "ei pitänyt paikkaansa", None: "ei voitu tarkistaa"}[before]
    assert f'<td>{was}: 2 ja 1</td><td><span class="flag">{wanted}</span> 3 ja 1</td>' in shown(found)


def test_what_is_read_of_a_table_is_told_in_words_not_as_data() -> None:
    read = [{"content": "vaesto", "dims": {"age": ["15", "64"]}}, {"content": "M140", "dims": None}]
    declared = {"loans": {"title": "Lainakanta", "unit": "pct", "in_per_cent": True, "contents": read}}
    text = shown(changed(declarations=declared))
    assert "tilaston sisältö: – → vaesto (age 15, 64); M140" in text
    assert "yksikkö: €/asukas → %" in text
    assert "muutos prosentteina: – → kyllä" in text


def test_differing_words_are_marked_and_new_and_removed_texts_named() -> None:
    words = {"a": "Lainaa on nyt 1\u00a0300 euroa asukasta kohti", "b": "Pois"}
    later = {"a": "Lainaa on nyt 1\u00a0400 euroa asukasta kohti", "c": "Uusi\n\n- kohta"}
    text = shown(compare(record(words=words), record(words=later)))
    assert "<dd>Lainaa on nyt <del>1\u00a0300</del> euroa asukasta kohti</dd>" in text
    assert "<dd>Lainaa on nyt <ins>1\u00a0400</ins> euroa asukasta kohti</dd>" in text
    assert re.findall(r"<h3>(.*?)</h3>", text) == ["Muutettu teksti", "Uusi teksti", "Poistettu teksti"]
    assert "<dd>Uusi\n\n- kohta</dd>" in text
    assert "<dd>–</dd>" in text


def test_the_page_begins_with_what_it_tells_of() -> None:
    text = shown(everything())
    (brief,) = re.findall(r'<nav class="brief".*?</nav>', text, re.DOTALL)
    targets = re.findall(r'href="#([^"]+)"', brief)
    assert len(targets) >= 6
    assert all(f'id="{one}"' in text for one in targets)
    assert "Uusi ajankohta</a>: 1 luku" in brief


def test_the_first_publication_and_an_unchanged_one_say_so() -> None:
    assert "ensimmäinen julkaistu raportti" in shown(None)
    assert "Mikään ei ole muuttunut edellisen julkaisun (21.11.2026)" in shown(compare(record(), record()))
    assert "ensimmäinen" in notice(None, since=None, names={})
    assert "ei muutoksia" in notice(compare(record(), record()), since=SINCE, names={})
    assert changes_since((), record()) == (None, None)


def test_the_notice_stands_after_the_first_cell_and_comes_into_no_report() -> None:
    from nbformat import v4

    said = notice(everything(), since=SINCE, names=NAMES)
    assert "piti paikkansa (1 ja 2) → ei voi tarkistaa (1 ja 2)" in said
    assert "Lainakanta: 1\u00a0300\u00a0€/asukas (2020) → −1\u00a0400,5\u00a0€/asukas (2021)" in said
    notebook = v4.new_notebook(
        cells=[v4.new_markdown_cell("x", id="about"), v4.new_markdown_cell("y", id="z")]
    )
    noted = with_notice(notebook, said)
    assert [cell.id for cell in noted.cells] == ["about", NOTICE, "z"]
    assert noted.cells[1].metadata.tags == ["remove-cell"]
    assert len(notebook.cells) == 2
    assert [cell.id for cell in with_notice(noted, said).cells][1] == f"{NOTICE}-new"


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_is_accessible(tmp_path: Path, chromium: str) -> None:
    import axe
    from playwright import sync_api

    file = tmp_path / "changes.html"
    file.write_text(shown(everything()), encoding="utf-8")
    with sync_api.sync_playwright() as program:
        browser = program.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        found = axe.examine(browser, {file: "lists"})
        browser.close()
    # What lies beside a box that scrolls the tool leaves open; the contrast of all text is measured as well.
    assert [one for one in found.findings if (one.kind, one.rule) != ("undecided", axe.CONTRAST)] == []


def test_records_kept_by_the_history_can_be_compared(tmp_path: Path) -> None:
    history.keep(tmp_path, record(), now=SINCE)
    numbers = deepcopy(lines())
    setting(1, value=1.0)(numbers)
    previous, _ = history.earlier(tmp_path, record(numbers))
    found, since = changes_since(previous, record(numbers))
    assert found is not None
    assert since == SINCE
    assert reasons(found) == {REVISED: 1}
