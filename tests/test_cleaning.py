"""What stays of HTML, Markdown and outputs: everything a consultant needs, in a form every reader can use."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from nbformat import from_dict

from uso_lib.reports.blocks import NOT_SHOWN, blocks_of, markdown
from uso_lib.reports.cleaning import LONGEST, NO_DESCRIPTION, TOO_DEEP, TOO_LONG, foreign, own

PNG = "data:image/png;base64,iVBORw0KGgo="
DATA_FRAME = """<div><style scoped>.dataframe {}</style><table border="1" class="dataframe">
<thead><tr style="text-align: right;"><th></th><th>2024</th></tr></thead>
<tbody><tr><th>Tornio</th><td>7&nbsp;&lt;</td></tr></tbody></table></div>"""


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def shown(*, metadata: dict[str, Any] | None = None, **data: Any) -> list[str]:
    """Return the blocks of one output; its media types are written with _ for / and . for nothing."""
    bundle = {name.replace("__", ".").replace("_", "/", 1): content for name, content in data.items()}
    return blocks_of([{"output_type": "display_data", "data": bundle, "metadata": metadata or {}}])


def test_a_data_frame_scrolls_alone_and_its_headers_say_what_they_head() -> None:
    (block,) = shown(text_html=DATA_FRAME)
    box = soup(block).find("div", class_="table-scroll")
    assert isinstance(box, Tag)
    assert (box["role"], box["tabindex"], box["aria-label"]) == ("group", "0", "Taulukko")
    assert [(th.text, th["scope"]) for th in box.find_all("th")] == [
        ("", "col"),
        ("2024", "col"),
        ("Tornio", "row"),
    ]
    assert box.td is not None
    assert box.td.text == "7\u00a0<"
    assert "nbsp" not in block
    assert "dataframe" not in block


def test_a_caption_names_the_box_of_its_table() -> None:
    text = foreign(
        "<table><caption>Lainat &amp; <b>velat</b></caption><tr><td>1</table><table><tr><td>2</table>"
    )
    assert [box["aria-label"] for box in soup(text).find_all("div")] == ["Lainat & velat", "Taulukko"]


def test_a_table_in_a_table_has_one_box() -> None:
    assert foreign("<table><tr><td><table><tr><td>1</table></table>").count("table-scroll") == 1


def test_markdown_keeps_what_a_consultant_writes() -> None:
    page = soup(
        markdown(
            "# Tausta\n\nVelka **kasvaa** *hieman* `x`, ~~ei~~.\n\n- a\n- b\n\n1. c\n\n> lainaus\n\n"
            "| Kunta | Luku |\n|---|---|\n| Juva | 1 |\n\n```\nkoodi\n```\n\n---\n\n"
            "[sivu](https://juva.fi/a?b=1&c=2) [posti](mailto:a@juva.fi?subject=Velka) [rivi](#lainakanta)"
        )
    )
    names = ["h4", "strong", "em", "code", "del", "ul", "ol", "blockquote", "table", "pre", "hr"]
    assert [name for name in names if page.find(name) is None] == []
    links = {link["href"]: link["rel"] for link in page.find_all("a")}
    assert list(links) == ["https://juva.fi/a?b=1&c=2", "mailto:a@juva.fi?subject=Velka", "#lainakanta"]
    assert set(map(tuple, links.values())) == {("noopener", "noreferrer")}
    assert [th["scope"] for th in page.find_all("th")] == ["col", "col"]


@pytest.mark.parametrize(
    "address",
    ["javascript:x", "vbscript:x", "data:text/html,x", "file:///etc/passwd", "../../x", "//a.invalid/x", "ftp://a/x",
     "https://tornio.fi@a.invalid/", "https:\\\\a.invalid", "mailto:x", "mailto:a@b.fi?attach=/etc/passwd"],
)  # fmt: skip
def test_a_link_elsewhere_stays_as_its_text(address: str) -> None:
    assert foreign(f'<p><a href="{address}">teksti</a></p>') == "<p>teksti</p>"
    assert soup(markdown(f"[teksti](<{address}>)")).find("a") is None


def test_pasted_pictures_stand_in_the_page() -> None:
    pasted = {
        "oma kuva.png": {"image/png": "iVBORw0KGgo="},
        "b.svg": {"image/svg+xml": "<svg><desc>x</desc></svg>"},
    }
    page = soup(
        markdown(
            "![Silta & joki](attachment:oma%20kuva.png) ![b](attachment:b.svg) ![c](attachment:c)", pasted
        )
    )
    assert [(one["alt"], one["src"][:22]) for one in page.find_all("img")] == [
        ("Silta & joki", "data:image/png;base64,"),
        ("b", "data:image/svg+xml;bas"),
    ]
    assert page.text.split() == ["c"], "of a picture that is not there its description stays"


def test_raw_html_mathematics_and_diagrams_stay_text() -> None:
    page = soup(markdown("<b>a</b> $x_1 * y * z$ $$\\frac{a}{b}$$\n\n```mermaid\ngraph TD; A-->B\n```"))
    assert page.find(["b", "em", "script", "svg"]) is None
    assert "<b>a</b> $x_1 * y * z$ $$\\frac{a}{b}$$" in page.text
    assert "graph TD; A-->B" in page.text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"text_html": "<script>x</script>", "text_plain": "<Figure>"}, NOT_SHOWN),
        (
            {"application_javascript": "x()", "text_plain": "<IPython.core.display.Javascript object>"},
            NOT_SHOWN,
        ),
        ({"application_vnd__plotly__v1+json": {"data": []}}, NOT_SHOWN),
        (
            {"application_vnd__jupyter__widget-view+json": {}, "text_plain": "IntSlider(value=0)"},
            "IntSlider(value=0)",
        ),
        ({"text_vnd__mermaid": "graph TD; A-->B", "text_plain": "<Mermaid>"}, "graph TD; A-->B"),
        ({"text_latex": "$\\frac{1}{2}$", "text_plain": "1/2"}, "$\\frac{1}{2}$"),
        ({"text_plain": "5"}, "5"),
        ({"text_plain": ["a\n", "b"]}, "a\nb"),
        ({"text_plain": "a\x1b[31mb\x1b[0m\x00\u202e"}, "ab"),
        ({"application_pdf": "JVBERi0="}, NOT_SHOWN),
        ({"image_png": 'nonsense">', "text_plain": "<Figure size 1x1>"}, "<Figure size 1x1>"),
    ],
)
def test_every_kind_of_output_has_a_safe_outcome(data: dict[str, Any], text: str) -> None:
    (block,) = shown(**data)
    assert soup(block).text == text
    assert soup(block).find(["script", "svg", "img"]) is None


def test_a_picture_is_preferred_to_what_would_need_a_program() -> None:
    (block,) = shown(
        **{"application_vnd__plotly__v1+json": {}, "image_png": "iVBORw0KGgo=", "text_html": "<div></div>"}
    )
    assert block == f'<img src="{PNG}" alt="{NO_DESCRIPTION}">'


def test_errors_warnings_and_endless_prints_do_not_fill_the_report() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "x" * 50_000}
    error = {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["/home/maija"]}
    (block,) = blocks_of([error, {**stream, "name": "stderr"}, stream])
    assert len(block) < 21_000


def test_pictures_in_foreign_html_are_within_the_page_and_described() -> None:
    page = soup(
        foreign(f'<img src="{PNG}"><img src="{PNG}" alt="a < b"><img src="https://a.invalid/x.png" alt="c">')
    )
    assert [(one.get("src"), one["alt"]) for one in page.find_all("img") if one.get("src")] == [
        (PNG, NO_DESCRIPTION),
        (PNG, "a ‹ b"),
    ]


def test_classes_and_ids_of_the_page_cannot_be_borrowed() -> None:
    text = foreign('<p class="skip-link" id="sisalto" style="x" title="y" tabindex="1">a</p>')
    assert text == "<p>a</p>"


@pytest.mark.parametrize("tag", ["div", "blockquote", "span", "table><tr><td"])
def test_what_is_too_deep_is_left_out_and_said(tag: str) -> None:
    """Browsers close what is nested deeper than they go: it would take the page apart."""
    assert foreign(f"<{tag}>" * 3000 + "x") == f"<p>{TOO_DEEP}</p>"
    sound = foreign("<div>" * 50 + "x" + "<br>" * 100)
    assert (sound.count("<div>"), sound.count("</div>")) == (50, 50)


def test_what_is_too_long_is_left_out_and_said() -> None:
    assert foreign("<p>x</p>" * (LONGEST // 8 + 1)) == f"<p>{TOO_LONG}</p>"
    assert markdown("x" * (LONGEST + 1)) == f"<p>{TOO_LONG}</p>"


class Tokens(HTMLParser):
    """Hold tags with their attributes, and texts, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append((tag, sorted(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.found.append(data)


#: What gives a view its look in a notebook; the report leaves it out.
DRESS = re.compile(r"<uso-view><style>[^<]*</style>")


@pytest.mark.slow
@pytest.mark.parametrize("member", ["tornio", "kuhmoinen", "kokkola"])
def test_sections_of_the_workbench_lose_nothing(network: Path, member: str) -> None:
    """A tag or attribute that a template begins to use must be added to what cleaning.py lets through."""
    notebook = from_dict(json.loads((network / member / "situation.ipynb").read_text(encoding="utf-8")))
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    sections = [
        DRESS.sub("", "".join(output.data["text/html"])).removesuffix("</uso-view>")
        for output in outputs
        if "text/html" in output.get("data", {})
    ]
    assert len(sections) > 30
    for text in sections:
        assert Tokens(own(text)).found == Tokens(text).found
