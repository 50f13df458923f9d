"""Pages of a report in which every hostile text stands in every place where text can enter."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import hand_made as made
import nbformat
from hostile_corpus import CORPUS, Hostile
from report_fakes import REPORT_TEMPLATE, code, executed, heading, section, shown

from uso_lib import specs
from uso_lib.catalog import Catalog, load_catalog
from uso_lib.presentation.sections.peers import peers_section
from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.presentation.sections.rows import row_section
from uso_lib.presentation.sections.view import SectionView
from uso_lib.regions import load_regions, slugify
from uso_lib.reports import index
from uso_lib.reports.export import ReportExporter, export
from uso_lib.reports.harvest import SECTION_MIME
from uso_lib.reports.slides import SlidesExporter

LONGEST_LABEL = 60
IDS = ["unemployment_rate", "lacking"]
_NUMBERS = count(1)
THEME = heading("## 4 Kunnan talous", "heading-talous")
#: Every form a notebook may keep an output in, whether a report shows it or not.
MEDIA = (
    "text/html", "text/markdown", "text/plain", "text/latex", "text/vnd.mermaid", "image/svg+xml",
    "image/png",
    "image/jpeg", "image/gif", "image/webp", "application/javascript", "application/json", "application/pdf",
    "application/vnd.plotly.v1+json", "application/vnd.vegalite.v5+json", "application/geo+json",
    "application/vnd.bokehjs_exec.v0+json", "application/vnd.jupyter.widget-view+json", "text/x-unheard-of",
)  # fmt: skip


def pages() -> dict[str, str]:
    """Return every page by name; each holds many hostile texts."""
    exporter = ReportExporter(REPORT_TEMPLATE)
    named = [_named(chunk) for chunk in _chunks(_short(), 24)]
    notebooks: dict[str, Sequence[Any]] = {
        "markdown": [heading(_written(one), f"m-{one.id}") for one in CORPUS],
        "markdown-inside": [heading(_inside(one), f"i-{one.id}") for one in CORPUS],
        "headings": list(_headings()),
        "attachments": [_attached(one) for one in CORPUS],
        "streams": [_cell(_stream(_written(one))) for one in CORPUS],
        "descriptions": [_described(one) for one in CORPUS],
        "sections": [_forged(one) for one in CORPUS],
        "titles": [],
        **{f"output-{kind}": [_output(kind, one) for one in CORPUS] for kind in MEDIA},
        **{f"names-{number}": cells for number, cells in enumerate(named)},
    }
    made_pages = {}
    for name, cells in notebooks.items():
        notebook = executed(
            THEME, heading("### Rivi", "heading-rivi"), code(shown(section(), html="x")), *cells
        )
        if name == "titles":
            del notebook.cells[0]
            title = " ".join(one.text for one in CORPUS)
            notebook.cells[2].outputs[0]["data"][SECTION_MIME]["title"] = title
        made_pages[name] = export(notebook, exporter)
    slides = SlidesExporter(REPORT_TEMPLATE.parent / "slides_template")
    notebook = executed()
    notebook.cells.extend(cell for cells in named for cell in cells)
    made_pages["slides"] = export(notebook, slides)
    return made_pages | {"index": _list_of_members()}


def _written(one: Hostile) -> str:
    return f"{one.text}\n\nloppu {one.id}"


def _inside(one: Hostile) -> str:
    """Put a text into every construct of Markdown that takes one."""
    line = " ".join(one.text.split())[:3000]
    return "\n\n".join(
        [
            f"[{line}]({line})",
            f"[x](<{line}>)",
            f'[x](https://a.invalid "{line}")',
            f"![{line}]({line})",
            f"![x](attachment:{line})",
            f"| {line} | a |\n|---|---|\n| 1 | {line} |",
            f"> {line}",
            f"1. {line}",
            f"`{line}` **{line}** ~~{line}~~ ${line}$ $${line}$$",
            f"```{line}\n{one.text[:3000]}\n```",
            f"<{line}>",
            f"[y]\n\n[y]: {line} '{line}'",
        ]
    )


def _headings() -> Iterator[Any]:
    for one in CORPUS:
        line = " ".join(one.text.split())
        yield heading(f"### {line}\n\nteksti", f"heading-{one.id}")


def _attached(one: Hostile) -> Any:
    cell = heading(f"![kuva](attachment:a.png) ![{one.id}](attachment:b.svg)", f"a-{one.id}")
    cell["attachments"] = {"a.png": {"image/png": one.text}, "b.svg": {"image/svg+xml": one.text}}
    return cell


def _output(kind: str, one: Hostile) -> Any:
    """Return an output of one form, the text as its whole content and within what belongs there."""
    contents: list[Any] = [one.text]
    if kind == "image/svg+xml":
        contents += [f"<svg xmlns='http://www.w3.org/2000/svg'><text>{one.text}</text></svg>"]
    elif kind.startswith("image/"):
        contents += [base64.b64encode(one.text.encode("utf-8", "replace")).decode(), f"AAAA{one.text}"]
    elif kind.endswith("json"):
        contents = [{"data": [{"text": one.text}], one.text: one.text}]
    elif kind == "text/html":
        contents += [f"<table><tr><th>{one.text}</th><td title='{one.text}'>x</td></table>",
                     f"<a href='{one.text}'>x</a><img src='{one.text}' alt='{one.text}'>",
                     f'<a href="{one.text}">x</a><img src="{one.text}" alt="{one.text}">']  # fmt: skip
    return _cell(*(_display({kind: content}) for content in contents))


def _cell(*outputs: dict[str, Any]) -> Any:
    """Return a code cell as it stands in a file: new_code_cell would look at every output for long."""
    cell = {"cell_type": "code", "id": f"cell-{next(_NUMBERS)}", "metadata": {}, "execution_count": None}
    return nbformat.from_dict(cell | {"source": "", "outputs": list(outputs)})  # type: ignore[no-untyped-call]


def _display(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


def _stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


@cache
def _catalog() -> Catalog:
    return load_catalog()


def _described(one: Hostile) -> Any:
    alt = {"alt": one.text}
    return _cell(
        _display({"image/svg+xml": "<svg/>"}, {"image/svg+xml": alt}),
        _display({"image/png": "iVBORw0KGgo="}, {"image/png": alt}),
    )


def _forged(one: Hostile) -> Any:
    """Let a cell of a consultant's own pass its HTML off as a section of the workbench."""
    data = section(section_id=one.text, title=one.text)
    html = f"<div class='section row'><p title='{one.text}'>{one.text}</p></div>"
    return _cell(_display({SECTION_MIME: data, "text/html": html}))


def _named(entries: Sequence[Hostile]) -> list[Any]:
    """Return sections of the workbench about municipalities, tables and indicators with hostile names."""
    return [code(shown(dict(view.data), html=view.html)) for view in views(entries)]


def views(entries: Sequence[Hostile]) -> Iterator[SectionView]:
    """Make sections out of a register, declarations and sources that hold hostile texts."""
    texts = [one.text for one in entries]
    here = made.municipality(name=texts[0], genitive=texts[0], locative=texts[1], region=texts[2])
    codes = [one.code for one in load_regions().all if one.code != here.code]
    peers = [made.municipality(code=code, name=text) for code, text in zip(codes, texts, strict=False)]
    # A name may have signs the font lacks; matplotlib warns of each.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield peers_section("tornio", here, peers, None)
        for start in range(0, len(texts), 4):
            yield row_section(_row(here, texts[start : start + 4], drawn=start == 0))


def _row(here: Any, texts: Sequence[str], *, drawn: bool) -> RowResult:
    named = {"title": texts[0], "definition": texts[1], "short": texts[2]}
    # A figure has room for a long name, not for a sentence.
    ranked = made.ranking(11.1, [8.0, 9.0, 11.5], name=here.name[:LONGEST_LABEL])
    ranked.loc[~ranked["is_member"], "name"] = [text[:LONGEST_LABEL] for text in texts[:3]]
    here = replace(here, name=here.name[:LONGEST_LABEL])
    origin = replace(
        made.ORIGIN, producer=texts[0], table_id=texts[1], title=texts[2], vintage=texts[3], licence=texts[0]
    )
    known, lacked = (made.indicator(id=name).model_copy(update=named) for name in IDS)
    compared = made.comparison(indicator=known, municipality=here, ranking=ranked, origins=(origin,))
    lacking = made.comparison(indicator=lacked, value=None, period=None, change=None, origins=())
    # Declarations refuse what is too long or unseen; here everything gets past them.
    figures = [
        specs.FigureSpec(id=f"f_{kind}", kind=kind, title="x", indicators=IDS[:1]).model_copy(
            update={"title": texts[3]}
        )
        for kind in ("trend", "ranking")
        if drawn
    ]
    row = specs.Row(id="tyollisyys", title="x", brochure="x", indicators=IDS, headline=IDS[:1])
    said = {"title": texts[0], "brochure": texts[1], "note": texts[2], "figures": figures}
    row = row.model_copy(update=said)
    theme = specs.Theme(id="elinvoima", number=2, title="x", intro="x", rows=[row])
    return RowResult("tornio", here, theme, row, _catalog(), load_regions(), (compared, lacking))


def _list_of_members() -> str:
    texts = [one.text for one in CORPUS]
    entries = [
        # Slugs are made of a name's letters, whatever the name: test_hostile.py sees to it.
        index.Entry(
            slugify(one.text) or one.id, one.text, state, True, 1, 2, (one.text,), one.text, 1, 2, (one.text,)
        )
        for one in CORPUS
        for state in ("ready", "none", "broken")
    ]
    return index.page(entries, report_template=REPORT_TEMPLATE, heading=" ".join(texts))


def _short() -> list[Hostile]:
    """Return what a register or a declaration could hold: texts of a name's length."""
    return [one for one in CORPUS if len(one.text) <= 400]


def _chunks(entries: Sequence[Hostile], size: int) -> Iterator[Sequence[Hostile]]:
    whole = len(entries) - len(entries) % size
    for start in range(0, whole, size):
        yield entries[start : start + size]
    yield entries[-size:]


def write(folder: Path) -> dict[str, Path]:
    """Write every page twice, with its policy and without, and return the files by name."""
    files = {}
    for name, text in pages().items():
        before, found, after = text.partition('<meta http-equiv="Content-Security-Policy"')
        assert found, name
        rest = after.partition(">\n")[2]
        for suffix, content in (("", text), ("-open", before + rest)):
            file = folder / f"{name.replace('/', '-')}{suffix}.html"
            file.write_text(content, encoding="utf-8")
            files[f"{name}{suffix}"] = file
    return files
