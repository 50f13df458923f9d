"""A page with bound words is verified: bound figures are lines of their own, typed ones the writer's."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat import v4
from proof_world import notebook as proven
from report_fakes import REPORT_TEMPLATE

from uso_lib.bound.vocabulary import WORDS_MIME
from uso_lib.reports.bound_words import bind
from uso_lib.reports.export import ReportExporter, export
from uso_lib.reports.harvest import harvest
from uso_lib.reports.proof import standing_texts, with_proof
from uso_lib.verification.page import passages
from uso_lib.verification.verify import verify_page

Tell = Callable[[str, object], None]
LARGEST_CELL = 200_000
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
RATE = {
    "title": "Työttömyysaste", "subject": "työttömyysaste", "unit": "pct", "decimals": 1, "period": "2020",
    "mark": "", "figures": f"value\t12\t12,0 %\nvalue|verrokit\t{38 / 3}\t12,7 %\nplace|verrokit\t2\t2/3\n"
    f"of|verrokit\t3\t3\ndifference|verrokit\t{12 - 38 / 3}\t−0,7 prosenttiyksikköä\n"
    "change_1y\t-1.5\t−1,5 prosenttiyksikköä\nwhen\t2020\tvuonna 2020",
}  # fmt: skip
#: An indicator the proof has the cells of, but no section shows.
HIDDEN = {
    "title": "Määrä", "subject": "määrä", "unit": "pct", "decimals": 0, "period": "2020", "mark": "",
    "figures": "value\t120\t120 henkilöä\nvalue|verrokit\t77\t77 henkilöä\nwhen\t2020\tvuonna 2020",
}  # fmt: skip
WORDS = {
    "schema": 1, "words": {"rate": RATE, "jobseekers": HIDDEN},
    "units": {"pct": {"own": ["%"], "gap": ["prosenttiyksikköä"]}},
    "pct_decimals": 1, "missing": "ei tietoa",
}  # fmt: skip
TEXT = """## Oma luku {rate}

Aste on **{rate}** ja verrokeilla {rate|verrokit}, sija {rate:place}, kuntia {rate:of}, {rate:when}.
Vuonna **2017** oli *17 tehdasta*, nyt `18` ja [19 muuta](https://example.org/2024).
![Kuva 33](attachment:x.png)

1. kohta 21
2. ero {rate:difference}

| vuosi | määrä |
|---|---|
| 2031 | 77 |
| luku | {rate} |
"""


@pytest.fixture(scope="module")
def exporter() -> ReportExporter:
    return ReportExporter(REPORT_TEMPLATE)


def page_of(exporter: ReportExporter, *sources: str) -> tuple[str, Any]:
    """Return a finished page with own text below the row, and the notebook it was made of."""
    found = proven()
    own = [v4.new_markdown_cell(source, id=f"own-{place}") for place, source in enumerate(sources)]
    figures = v4.new_output("display_data", data={WORDS_MIME: WORDS})
    found["cells"] += [*own, v4.new_code_cell("situation.words()", id="words", outputs=[figures],
                                              metadata={"tags": ["remove-cell"]})]  # fmt: skip
    bound = bind(found, [cell["id"] for cell in own]).notebook
    made, _ = with_proof(
        export(bound, exporter), bound, harvest(bound), standing=standing_texts(REPORT_TEMPLATE)
    )
    return made, bound


def test_every_number_of_a_page_with_bound_words_is_explained(exporter: ReportExporter) -> None:
    page, _ = page_of(exporter, TEXT, "Toinen teksti 2 044 ja {rate}.")
    plain, _ = page_of(exporter)
    verdict, before = verify_page(page, Path("a.html")), verify_page(plain, Path("b.html"))
    assert [str(one) for one in verdict.wrong] == [str(one) for one in before.wrong]
    # Six in the text, the heading in its place and in the contents, and one in the other text.
    assert verdict.shown - before.shown >= 9


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            'on <strong><data class="bound" value="rate:value">12,0',
            'on <strong><data class="bound" value="rate:value">12,1',
        ),
        ('rate:value|verrokit">12,7', 'rate:value|verrokit">12,8'),
        ('rate:place|verrokit">2/3', 'rate:place|verrokit">1/3'),
        ('rate:of|verrokit">3', 'rate:of|verrokit">4'),
        ("Vuonna <strong>2017", "Vuonna <strong>2018"),
        ("17 tehdasta", "16 tehdasta"),
        ("19 muuta", "20 muuta"),
        ("<td>77", "<td>78"),
        ('rate:difference|verrokit">−0,7', 'rate:difference|verrokit">+0,7'),
        ('rate:difference|verrokit">−0,7', 'rate:difference|verrokit">0,7'),
        ('rate:when">vuonna 2020', 'rate:when">vuonna 2021'),
        ("Kuva 33", "Kuva 34"),
        ("Toinen teksti 2 044", "Toinen teksti 2 045"),
    ],
)
def test_a_changed_digit_is_found_in_bound_and_typed_figures(
    exporter: ReportExporter, old: str, new: str
) -> None:
    page, _ = page_of(exporter, TEXT, "Toinen teksti 2 044 ja {rate}.")
    assert page.count(old) == 1, old
    wrong = verify_page(page, Path("a.html")).wrong
    assert len(verify_page(page.replace(old, new), Path("a.html")).wrong) > len(wrong)


def test_bound_figures_alone_are_lines_and_what_is_typed_is_the_writers(exporter: ReportExporter) -> None:
    page, _ = page_of(exporter, TEXT, "5")
    found = [one for one in passages(page) if one.own or one.bound]
    bound = {one.text for one in found if one.bound}
    assert bound == {"12,0 %", "12,7 %", "2/3", "3", "vuonna 2020", "−0,7 prosenttiyksikköä"}
    assert {one.bound for one in found if one.text == "2/3"} == {"rate:place|verrokit"}
    typed = " ".join(one.text for one in found if one.own)
    assert all(number in typed.split() for number in ("2017", "18", "19", "33", "21", "2031", "77", "5"))
    plain, _ = page_of(exporter)
    verdict, before = verify_page(page, Path("a.html")), verify_page(plain, Path("b.html"))
    assert (verdict.own, verdict.declared - before.declared) == (9, 0)


def test_a_typed_number_equal_to_a_line_stays_the_writers(exporter: ReportExporter) -> None:
    page, _ = page_of(exporter, "Arvio 12,7 ja sija 2/3, sama kuin {rate}.")
    verdict = verify_page(page, Path("a.html"))
    assert verdict.own == 2
    assert verdict.wrong == verify_page(page_of(exporter)[0], Path("b.html")).wrong


def test_a_bound_figure_is_a_line_of_its_own_word_only(exporter: ReportExporter) -> None:
    """12,7 is the peers' line: in the place of the municipality's own figure nothing explains it."""
    _, bound = page_of(exporter, "Luku {rate}.")
    page = export(bound, exporter).replace("12,0 %</data>", "12,7 %</data>")
    made, _ = with_proof(page, bound, harvest(bound), standing=standing_texts(REPORT_TEMPLATE))
    before = verify_page(page_of(exporter)[0], Path("b.html")).wrong
    new = [one for one in verify_page(made, Path("a.html")).wrong if one not in before]
    assert [(one.text, one.wanted) for one in new] == [("12,7", "")]


def test_a_bound_figure_no_line_tells_is_counted_as_not_checked(exporter: ReportExporter) -> None:
    page, _ = page_of(exporter, "Muutos {rate:change_1y}.")
    assert verify_page(page, Path("a.html")).own == 1


def test_a_bound_figure_of_a_hidden_row_is_recomputed_too(exporter: ReportExporter) -> None:
    page, _ = page_of(exporter, "Määrä {jobseekers} {jobseekers:when}.")
    verdict, before = verify_page(page, Path("a.html")), verify_page(page_of(exporter)[0], Path("b.html"))
    assert (verdict.own, verdict.shown - before.shown) == (0, 2)
    assert [str(one) for one in verdict.wrong] == [str(one) for one in before.wrong]
    for old, new in (
        ("120 henkilöä</data>", "121 henkilöä</data>"),
        ("vuonna 2020</data>", "vuonna 2019</data>"),
    ):
        assert page.count(old) == 1
        assert len(verify_page(page.replace(old, new), Path("a.html")).wrong) > len(verdict.wrong)


def test_a_figure_that_does_not_come_out_as_told_has_no_line(exporter: ReportExporter) -> None:
    """The mean of the three is no 77: what cannot be recomputed stays told as not checked."""
    page, _ = page_of(exporter, "Määrä {jobseekers|verrokit}.")
    assert verify_page(page, Path("a.html")).own == 1


def test_a_figure_stands_as_text_where_no_element_can(exporter: ReportExporter) -> None:
    source = '![Aste {rate} "x" <b>](attachment:x.png) ja {rate}'
    cell = v4.new_markdown_cell(source, id="own-0", attachments={"x.png": {"image/png": PNG}})
    found = proven()
    figures = v4.new_output("display_data", data={WORDS_MIME: WORDS})
    found["cells"] += [cell, v4.new_code_cell("", id="words", outputs=[figures])]
    page = export(bind(found, ["own-0"]).notebook, exporter)
    assert 'alt="Aste 12,0 %' in page
    assert page.count('<data class="bound" value="rate:value">12,0 %</data>') == 1


def test_the_words_cell_shows_nothing_on_the_page(exporter: ReportExporter) -> None:
    page, _ = page_of(exporter, "Teksti.")
    assert "situation.words" not in page
    assert "aaltosulkeissa" not in page


@pytest.mark.slow
def test_the_words_cell_of_finished_reports_is_small_and_hidden(network: Path, tell: Tell) -> None:
    sizes = {}
    for folder in sorted(one.parent for one in network.glob("*/situation.ipynb")):
        cells = json.loads((folder / "situation.ipynb").read_text(encoding="utf-8"))["cells"]
        cell = next(one for one in cells if one["id"] == "words")
        assert cell["metadata"]["tags"] == ["remove-cell"]
        sizes[folder.name] = len(json.dumps(cell, ensure_ascii=False, indent=1).encode())
        assert "aaltosulkeissa" not in (folder / "situation.html").read_text(encoding="utf-8")
    tell("bytes of the words cell", f"{min(sizes.values())}-{max(sizes.values())}")
    assert max(sizes.values()) < LARGEST_CELL
