"""The writer's own numbers are never taken for recomputed ones nor make a sound report look unsound."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from proof_world import MINUS, notebook, page
from report_fakes import REPORT_TEMPLATE, code, heading, numbers, section, shown

from uso_lib.cli import uso
from uso_lib.reports.cleaning import foreign
from uso_lib.reports.export import ReportExporter, export
from uso_lib.reports.harvest import FOREIGN, harvest
from uso_lib.reports.outline import PRINTED, WORDS
from uso_lib.reports.proof import standing_texts, with_proof
from uso_lib.verification.page import passages
from uso_lib.verification.verify import Verdict, verify_page

#: 12,7 and 12,0 are numbers of the report, the others are not.
TABLE = "| Vuosi | Osuus |\n|---|---|\n| 2024 | 12,7 % |\n| 2020 | 12,0 % |\n| 2025 | 13,9 % |"
FRAME = "<table><tr><th>a</th></tr><tr><td>1.25</td></tr><tr><td>12,7</td></tr></table>"
OTHER = section(FOREIGN, numbers=numbers(columns=()))
OWN: dict[str, tuple[list[Any], int]] = {
    "a table": ([heading(TABLE, "o")], 6),
    "bold": ([heading("Velkaa on **12 345** euroa ja 12,7 prosenttia.", "o")], 3),
    "a link": ([heading("Katso [vuosi 2024](https://juva.fi/2024) ja `x[12]`.", "o")], 2),
    "a list": ([heading("1. eka 5 %\n2. toka\n\n> 12,7 kiloa", "o")], 2),
    "headings": ([heading("## 7. Oma 2026: 12,7\n\nTeksti 99.", "o"), heading("### 12,0\n\n1", "p")], 13),
    "words under a heading of the report": ([heading("### Toinen\n\nArvio 12,7.", "heading-tyollisyys2")], 1),
    "a frame": ([code(shown(html=FRAME, plain="a\n1.25"))], 2),
    "a section of another report": ([code(shown(OTHER, html="<p>12,7 <b class='bound'>12,0</b></p>"))], 2),
    "plain": ([code(shown(plain="12,7 ja 3.5"))], 2),
    "printed": ([code({"output_type": "stream", "name": "stdout", "text": "12,7\n99"})], 2),
    "a picture": ([code(shown(svg="<svg xmlns='http://www.w3.org/2000/svg'><text>12,7</text></svg>"))], 1),
}  # fmt: skip


@pytest.fixture(scope="module")
def exporter() -> ReportExporter:
    return ReportExporter(REPORT_TEMPLATE)


def made(exporter: ReportExporter, *own: Any) -> str:
    """Return the finished page of a report to which someone added cells of their own."""
    book = notebook()
    body = re.search(r"</h3>(.*)</section>", page(), re.DOTALL)
    assert body is not None
    book.cells[1].outputs[0].data["text/html"] = body[1]
    book.cells[2].metadata["tags"] = ["remove-cell"]
    book.cells[2:2] = own
    standing = standing_texts(REPORT_TEMPLATE)
    return with_proof(export(book, exporter), book, harvest(book), standing=standing)[0]


def verdict(text: str) -> Verdict:
    return verify_page(text, Path("situation.html"))


def test_a_report_without_own_cells_has_no_own_numbers(exporter: ReportExporter) -> None:
    found = verdict(made(exporter))
    assert (found.good, found.shown, found.own) == (True, 14, 0)


@pytest.mark.parametrize("name", OWN)
def test_own_numbers_are_counted_and_taken_for_no_line(name: str, exporter: ReportExporter) -> None:
    cells, count = OWN[name]
    found = verdict(made(exporter, *cells))
    assert [str(one) for one in found.wrong] == []
    assert found.good
    assert (found.shown, found.own) == (14, count)


def test_a_changed_own_number_is_still_found(exporter: ReportExporter) -> None:
    text = made(exporter, heading(TABLE, "o"))
    found = verdict(text.replace("13,9", "11,9"))
    assert [(one.text, one.wanted) for one in found.wrong] == [("11,9", "13,9")]


def test_own_words_do_not_explain_numbers_of_the_report(exporter: ReportExporter) -> None:
    """What an author types anywhere was taken for declared everywhere."""
    book = heading("### 77,7\n\n77,7", "o")
    text = made(exporter, book)
    generated = text.replace("Luvussa ovat", "Lisäksi 77,7 muuta. Luvussa ovat")
    assert [one.text for one in verdict(generated).wrong] == ["77,7"]


def test_the_command_says_what_it_did_not_check(exporter: ReportExporter, tmp_path: Path) -> None:
    file = tmp_path / "situation.html"
    file.write_text(made(exporter, heading(TABLE, "o")), encoding="utf-8")
    done = CliRunner().invoke(uso, ["verify", str(file)], standalone_mode=False)
    assert done.return_value == 0
    assert "6 numbers stand in the writer's own text or output: where they come from is not" in done.output
    assert "14 numbers on the page show them" in done.output


def test_the_frames_of_own_text_are_those_the_verification_reads() -> None:
    assert [one.own for one in passages(f"{WORDS}<p>1</p></div>{PRINTED}<p>2</p></div><p>3</p>")] == [
        True,
        True,
        False,
    ]


def test_numbers_bound_to_figures_inside_own_text_are_the_reports(exporter: ReportExporter) -> None:
    bound = f'{WORDS}<p>Oma 1, <data class="bound" value="12.7">12,7</data>, oma 2</p></div>'
    assert [(one.text, one.own) for one in passages(bound)] == [
        ("Oma 1,", True),
        ("12,7", False),
        (", oma 2", True),
    ]
    assert "data" not in foreign('<data class="bound" value="1">1</data>'), "nobody can bind by hand"
    assert not any(one.own for one in passages(made(exporter)))


# Signs

#: A place on the page → what stands there around a number.
PLACES = {
    "cell": "<table><tr><th>Ero verrokkeihin</th><td>{}</td></tr></table>",
    "label": '<p aria-label="Ero verrokkeihin {}">x</p>',
    "alt": '<p><img alt="Ero verrokkeihin {}."></p>',
    "sentence": "<p>Ero verrokkeihin on {} prosenttiyksikköä.</p>",
    "figure": "<svg><text>{}</text></svg>",
}


def with_number(place: str, text: str) -> str:
    """Return the page with one more number at a place."""
    more = PLACES[place].format(text)
    if place == "figure":
        more = f'<img src="data:image/svg+xml;base64,{base64.b64encode(more.encode()).decode()}" alt="x">'
    return page().replace("</section>", f"{more}</section>")


def of(text: str) -> Verdict:
    book = notebook()
    return verdict(with_proof(text, book, harvest(book))[0])


def changed(place: str, before: str, after: str) -> Verdict:
    """Verify a page on which a number was changed after the report was made."""
    book, old, new = notebook(), with_number(place, before), with_number(place, after)
    sound = with_proof(old, book, harvest(book))[0]
    proof = sound[sound.index('<template id="uso-proof"') : sound.index("</body>")]
    return verdict(new.replace("</body>", f"{proof}</body>"))


@pytest.mark.parametrize("place", PLACES)
def test_a_minus_taken_away_is_found(place: str) -> None:
    found = changed(place, f"{MINUS}0,7", "0,7")
    assert [(one.text, one.wanted) for one in found.wrong] == [("0,7", f"{MINUS}0,7")]
    hyphen = changed(place, f"{MINUS}0,7", "-0,7")
    assert [one.wanted for one in hyphen.wrong] == [f"{MINUS}0,7"]


@pytest.mark.parametrize("place", PLACES)
def test_a_minus_taken_away_is_found_where_a_number_was_added_too(place: str) -> None:
    found = changed(place, f"{MINUS}0,7", "0,7 9")
    assert {one.text for one in found.wrong if one.text} == {"0,7", "9"}


@pytest.mark.parametrize("place", ["cell", "label", "figure"])
def test_a_negative_number_made_without_its_minus_is_unexplained(place: str) -> None:
    assert of(with_number(place, f"{MINUS}0,7")).good
    assert [(one.text, one.wanted) for one in of(with_number(place, "0,7")).wrong] == [("0,7", "")]


def test_a_sentence_may_say_it_in_words_but_then_always() -> None:
    assert of(with_number("sentence", "0,7")).good
    assert changed("sentence", "0,7", "+0,7").wrong
    assert changed("sentence", "+1,3", "1,3").wrong
