"""The PDF of a report: tagged as PDF/UA-1 asks, read in the page's order, silent about who made it and when.

The pages of two members are printed by the machine's Chromium; what the tags say is compared with the HTML.
"""

from __future__ import annotations

import getpass
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from bs4 import BeautifulSoup
from pdf_reading import Read, read, squeezed
from playwright import sync_api

from uso_lib.errors import ReportError
from uso_lib.reports import chromium as browser
from uso_lib.reports import pdf, publish

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("pdf")]

MEMBERS = ("tornio", "kuhmoinen")
#: The tags of PDF 1.7 that a report may use.
STANDARD = {
    *(
        "Document",
        "Part",
        "Sect",
        "Div",
        "NonStruct",
        "P",
        "H1",
        "H2",
        "H3",
        "H4",
        "Span",
        "Link",
        "Figure",
        "Code",
    ),
    *("L", "LI", "Lbl", "LBody", "Table", "Caption", "THead", "TBody", "TR", "TH", "TD"),
}
#: Which of them stand in certain others only, and which hold certain others only.
ONLY_WITHIN = {
    "LI": {"L"}, "Lbl": {"LI"}, "LBody": {"LI"}, "TR": {"Table", "THead", "TBody"}, "TH": {"TR"},
    "TD": {"TR"}, "Caption": {"Table", "L"},
}  # fmt: skip
ONLY_HOLDS = {
    "L": {"LI", "Caption"}, "LI": {"Lbl", "LBody"}, "TR": {"TH", "TD"},
    "Table": {"TR", "THead", "TBody", "Caption"},
}  # fmt: skip
#: Runs in the page as it is printed: every piece of text that is seen, in the order of the source.
SEEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.data.trim() && text.parentElement.checkVisibility()) found.push(text.data);
  }
  return found;
}"""


@dataclass(frozen=True)
class Printed:
    page: BeautifulSoup
    texts: list[str]
    file: Path
    tags: Read


@pytest.fixture(scope="module", params=MEMBERS)
def printed(
    request: pytest.FixtureRequest, network: Path, chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Printed:
    report = network / request.param / publish.REPORT
    target = tmp_path_factory.mktemp("pdf") / publish.PDF
    pdf.write_pdf(report, target)
    page = BeautifulSoup(report.read_text(encoding="utf-8"), "html.parser")
    return Printed(page, texts_on_paper(report, chromium, target.parent), target, read(target))


def texts_on_paper(report: Path, chromium: str, desk: Path) -> list[str]:
    """Return the pieces of text that a browser shows of a report in print."""
    text = report.read_text(encoding="utf-8")
    (desk / "paper.html").write_text(pdf.for_paper(text, pdf.title_of(text)), encoding="utf-8")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium)
        page = started.new_page()
        page.emulate_media(media="print")
        page.goto((desk / "paper.html").as_uri())
        seen: list[str] = page.evaluate(SEEN)
        started.close()
    return seen


@pytest.fixture
def opened(printed: Printed) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(printed.file) as file:
        yield file


def test_the_document_has_title_language_and_the_mark_of_its_standard(
    printed: Printed, opened: pikepdf.Pdf
) -> None:
    title = " ".join(printed.page.h1.get_text().split())
    assert str(opened.Root.Lang) == "fi"
    assert bool(opened.Root.MarkInfo.Marked)
    assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
    assert str(opened.docinfo["/Title"]) == title
    with opened.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == title
    assert opened.pdf_version >= "1.7"
    sizes = {tuple(round(float(side)) for side in page.mediabox[2:]) for page in opened.pages}
    assert sizes == {(595, 842)}
    assert {str(page.obj.get("/Tabs")) for page in opened.pages} == {"/S"}


def test_nothing_tells_of_the_machine_the_user_or_the_time(printed: Printed, opened: pikepdf.Pdf) -> None:
    assert {str(key): str(value) for key, value in opened.docinfo.items()} == {
        "/Title": " ".join(printed.page.h1.get_text().split()),
        "/Producer": "USO workbench",
    }
    private = [str(Path.home()), str(printed.file.parent), "/tmp/", "file:", "Mozilla", "Headless", "Skia"]  # noqa: S108
    private += [socket.gethostname(), "CreateDate", "ModifyDate", "CreationDate"]
    private += [f"/{getpass.getuser()}"]
    found = [word for word in private for text in raw_texts(opened) if word.encode() in text]
    assert found == []


def raw_texts(opened: pikepdf.Pdf) -> Iterator[bytes]:
    """Yield everything but the contents of pages and the programs of fonts: strings, names, metadata."""
    for held in opened.objects:
        if isinstance(held, pikepdf.Stream):
            if held.get("/Subtype") == "/XML":
                yield held.read_bytes()
            yield b" ".join(f"{key} {value!s}".encode() for key, value in held.stream_dict.items())
        else:
            yield held.unparse(resolved=False)


def test_headings_come_in_the_order_of_the_page(printed: Printed) -> None:
    on_page = [
        (one.name.upper(), squeezed(one.get_text())) for one in printed.page.find_all(re.compile("^h[1-6]$"))
    ]
    in_tags = [(one.name, squeezed(one.text)) for one in printed.tags.all("H1", "H2", "H3", "H4")]
    assert in_tags == on_page
    assert len(in_tags) > 30


def test_bookmarks_are_the_headings(printed: Printed, opened: pikepdf.Pdf) -> None:
    headings = [squeezed(one.text) for one in printed.tags.all("H1", "H2", "H3", "H4")]
    with opened.open_outline() as outline:
        titles = [squeezed(title) for one in outline.root for title in titles_of(one)]
    assert titles == headings


def titles_of(item: Any) -> Iterator[str]:
    yield item.title
    for child in item.children:
        yield from titles_of(child)


def test_the_text_is_read_in_the_order_of_the_page_and_nothing_is_lost(printed: Printed) -> None:
    # Where a word is broken, Chromium writes a hyphen that is not in the page.
    tagged = squeezed(printed.tags.document.text).replace("\u2010", "")
    position, lost = 0, []
    for words in map(squeezed, printed.texts):
        found = tagged.find(words, position)
        # A gap of a few letters is a mark of a list; a larger one would be text out of its place.
        if found < 0 or found > position + 5:
            lost.append((words, tagged[position : position + 40]))
        else:
            position = found + len(words)
    assert lost == []
    assert len(printed.texts) > 4000
    assert len(tagged) - position < 5


def test_every_picture_has_the_alternative_text_of_the_page(printed: Printed) -> None:
    alts = [image["alt"] for image in printed.page.find_all("img")]
    figures = printed.tags.all("Figure")
    assert [figure.alt for figure in figures] == alts
    assert len(alts) > 40
    assert [figure.tags for figure in figures if figure.tags] == []


def test_text_in_the_pictures_stays_text(printed: Printed) -> None:
    shown = [
        "".join(part for part in figure.parts if isinstance(part, str))
        for figure in printed.tags.all("Figure")
    ]
    name = printed.page.h1.get_text().split()[0][:4]
    assert sum(name in squeezed(text) for text in shown) > 15


def test_tables_have_captions_headers_with_scope_and_equal_rows(printed: Printed) -> None:
    tables = printed.tags.all("Table")
    on_page = printed.page.find_all("table")
    assert len(tables) == len(on_page) > 50
    for table, source in zip(tables, on_page, strict=True):
        captions = [squeezed(tag.text) for tag in table.tags if tag.name == "Caption"]
        assert captions == [squeezed(source.caption.get_text())]
        assert table.tags[0].name == "Caption" or table.tags[-1].name == "Caption"
        assert len({width(row) for row in table.walk() if row.name == "TR"}) == 1
    scopes = [head.attributes.get("/Scope") for head in printed.tags.all("TH")]
    said = [head["scope"] for head in printed.page.find_all("th")]
    words = {"col": "/Column", "row": "/Row", "rowgroup": "/Row", "colgroup": "/Column"}
    assert scopes == [words[one] for one in said]


def width(row: Any) -> int:
    return sum(int(cell.attributes.get("/ColSpan", 1)) for cell in row.tags)


def test_tags_are_standard_and_stand_where_they_may(printed: Printed) -> None:
    tags = list(printed.tags.document.walk())[1:]
    assert {tag.name for tag in tags} - STANDARD == set()
    misplaced = [
        f"{tag.parent.name} > {tag.name}"
        for tag in tags
        if tag.parent is not None
        and (
            (tag.name in ONLY_WITHIN and tag.parent.name not in ONLY_WITHIN[tag.name])
            or (tag.parent.name in ONLY_HOLDS and tag.name not in ONLY_HOLDS[tag.parent.name])
        )
    ]
    assert misplaced == []
    assert [
        tag.name for tag in tags if tag.name in ONLY_HOLDS and any(isinstance(one, str) for one in tag.parts)
    ] == []
    blocks = {"P", "H1", "H2", "H3", "L", "Table", "Div"}
    assert [
        tag.text for tag in tags if tag.name == "P" and {one.name for one in list(tag.walk())[1:]} & blocks
    ] == []


def test_everything_painted_is_tagged_or_an_artifact(printed: Printed) -> None:
    assert printed.tags.unmarked == 0
    assert printed.tags.untagged == []
    pages = len(set(re.findall(r"(\d+)\s+/\s+\d+", " ".join(printed.tags.artifacts))))
    assert pages > 20


def test_links_lead_somewhere_and_say_where(printed: Printed, opened: pikepdf.Pdf) -> None:
    places = {str(name) for name in named_places(opened)}
    notes = [note for page in opened.pages for note in page.obj.get("/Annots", []) if note.Subtype == "/Link"]
    assert len(notes) > 40
    said = {squeezed(str(note.Contents)) for note in notes}
    texts = {squeezed(link.get_text(" ")) for link in printed.page.find_all("a")}
    assert said <= texts
    inner = [str(note.Dest).removeprefix("/") for note in notes if "/Dest" in note]
    assert set(inner) <= places
    assert [note for note in notes if "/StructParent" not in note] == []


def named_places(opened: pikepdf.Pdf) -> Iterator[str]:
    held = opened.Root.get("/Dests")
    if held is not None:
        yield from (str(key).removeprefix("/") for key in held.keys())  # noqa: SIM118 - no mapping
    if "/Names" in opened.Root and "/Dests" in opened.Root.Names:
        yield from (str(key) for key in pikepdf.NameTree(opened.Root.Names.Dests))


def test_the_same_page_gives_the_same_bytes(printed: Printed, network: Path, tmp_path: Path) -> None:
    member = "tornio" if "Tornio" in printed.page.h1.get_text() else "kuhmoinen"
    pdf.write_pdf(network / member / publish.REPORT, tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == printed.file.read_bytes()


PAGE = """<!doctype html><html lang="fi"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title>
<style>{style}</style></head>
<body><h1>Otsikko</h1><p>Alku <strong>vahva</strong> <em>korostus</em>.</p>
<ul><li>yksi<ul><li>sisempi</li></ul></li><li><a href="https://tilastokeskus.example/">linkki</a></li></ul>
<dl><dt>termi</dt><dd>selitys</dd></dl>
<details><summary>Avaa</summary><p>Taitettu 4711</p></details>
<script>document.body.textContent = "Ohjelma"</script></body></html>"""


def test_small_things_of_a_page_come_through(chromium: str, tmp_path: Path) -> None:
    style, title = "p { color: #111 }", 'Mäntän "analyysi" </style> \\ ja muuta'
    source = tmp_path / "page.html"
    quoted = title.replace("<", "&lt;").replace('"', "&quot;")
    source.write_text(PAGE.format(policy=pdf.policy(style), title=quoted, style=style), encoding="utf-8")
    pdf.write_pdf(source, tmp_path / "page.pdf")
    tags = read(tmp_path / "page.pdf")
    text = tags.document.text
    assert [word for word in ("vahva", "sisempi", "selitys", "Taitettu 4711") if word not in text] == []
    assert "Ohjelma" not in text
    assert {tag.name for tag in list(tags.document.walk())[1:]} <= STANDARD
    assert [tag.text for tag in tags.all("P") if tag.text.strip() in ("termi", "selitys")] == [
        "termi",
        "selitys",
    ]
    assert all({one.name for one in item.tags} <= {"Lbl", "LBody"} for item in tags.all("LI"))
    assert squeezed(title) in squeezed("".join(tags.artifacts))
    with pikepdf.open(tmp_path / "page.pdf") as opened:
        assert str(opened.docinfo["/Title"]) == title
        assert [str(note.Contents) for note in opened.pages[0].obj.Annots] == ["linkki"]


def test_a_machine_without_chromium_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(browser.ENVIRONMENT_VARIABLE, raising=False)
    with pytest.raises(ReportError, match="Install the package 'chromium'"):
        browser.find_chromium()
    monkeypatch.setenv(browser.ENVIRONMENT_VARIABLE, str(tmp_path / "chrome"))
    with pytest.raises(ReportError, match="is no program"):
        browser.find_chromium()


@pytest.mark.parametrize(
    ("script", "told"),
    [("exit 3", "status 3"), ("echo broken >&2", "broken"), ("exec sleep 60", "did not print it within")],
)
def test_a_browser_that_prints_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    program = tmp_path / "chrome"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv(browser.ENVIRONMENT_VARIABLE, str(program))
    monkeypatch.setattr(browser, "SECONDS", 2)
    (tmp_path / "page.html").write_text("<p>")
    with pytest.raises(ReportError, match=told):
        browser.print_page(tmp_path / "page.html", tmp_path / "page.pdf")


PRINTING = """import sys
from pathlib import Path
from uso_lib.reports.chromium import print_page
print_page(Path(sys.argv[1]), Path(sys.argv[2]))"""


def ended(process: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return True


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends a process with its parent")
def test_a_browser_ends_with_the_process_it_prints_for(tmp_path: Path) -> None:
    program, begun, page = tmp_path / "chrome", tmp_path / "begun", tmp_path / "page.html"
    program.write_text(f"#!/bin/sh\necho $$ > {begun}.part\nmv {begun}.part {begun}\nexec sleep 60\n")
    program.chmod(0o755)
    page.write_text("<p>")
    printing = subprocess.Popen(
        [sys.executable, "-c", PRINTING, page, tmp_path / "page.pdf"],
        env={**os.environ, browser.ENVIRONMENT_VARIABLE: str(program)},
    )
    try:
        deadline = time.monotonic() + 30
        while not begun.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        started = int(begun.read_text())
        assert not ended(started)
    finally:
        printing.kill()
        printing.wait()
    try:
        deadline = time.monotonic() + 10
        while not ended(started) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert ended(started)
    finally:
        if not ended(started):
            os.kill(started, signal.SIGKILL)
