"""Small stand-ins for the notebook's sections, so that reports/ is tested without figures and drawing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4

from uso_lib.reports.harvest import COLUMNS, SECTION_MIME
from uso_lib.reports.job import Job

ROOT = Path(__file__).resolve().parents[1]
REPORT_TEMPLATE = ROOT / "notebooks" / "report_template"
CODES = {"tornio": "851", "juva": "178", "kemi": "240", "kannus": "217"}
#: Makes the sections those of the member the notebook is executed for.
OF_THE_MEMBER = f"""code = {CODES!r}.get(member, "851")
told = bundle[{SECTION_MIME!r}]
told.update(member=member, code=code)
told["numbers"]["data"] = told["numbers"]["data"].replace('"851"', '"' + code + '"')""".replace(
    "{", "{{"
).replace("}", "}}")
PARAMETERS = 'member = "tornio"\npeers = None\nthemes = None'


def number(**given: Any) -> list[Any]:
    """Return one long-form line with plain defaults."""
    line: dict[str, Any] = dict.fromkeys(COLUMNS) | {
        "theme": "talous",
        "row": "lainakanta",
        "indicator": "loans",
        "title": "Lainakanta",
        "measure": "value",
        "group": "municipality",
        "area": "851",
        "area_name": "Tornio",
        "period": "2020",
        "value": 1234.5678,
        "unit": "€/asukas",
        "decimals": 0,
        "mark": "",
        "producer": "Tilastokeskus",
        "table": "Kuntien avainluvut",
    }
    unknown = set(given) - set(COLUMNS)
    assert not unknown, unknown
    return [(line | given)[column] for column in COLUMNS]


def numbers(*lines: Sequence[Any], columns: Sequence[str] = COLUMNS) -> dict[str, Any]:
    """Return a section's numbers: the columns, and the lines as one JSON text."""
    return {"columns": list(columns), "data": json.dumps(lines, ensure_ascii=False)}


def section(kind: str = "row", section_id: str = "lainakanta", **given: Any) -> dict[str, Any]:
    """Return what a section says about itself."""
    theme = "talous" if kind == "row" else None
    return {
        "schema": 1,
        "member": "tornio",
        "code": "851",
        "kind": kind,
        "id": section_id,
        "theme": theme,
        "title": "Lainakannan kehitys" if kind == "row" else "Tornion tilanneanalyysi",
        "rows": 1,
        "missing": [],
        "newest": "2020",
        "facts": {},
        "numbers": numbers(),
    } | given


def shown(data: dict[str, Any] | None = None, **mimes: Any) -> Any:
    """Return a cell output that shows a section (`data`) or other media: html, plain, png, svg, markdown."""
    names = {"html": "text/html", "plain": "text/plain", "markdown": "text/markdown"}
    names |= {"png": "image/png", "svg": "image/svg+xml"}
    bundle = {names[name]: content for name, content in mimes.items()}
    if data is not None:
        bundle[SECTION_MIME] = data
    return v4.new_output("display_data", data=bundle)


def heading(source: str, cell_id: str) -> Any:
    return v4.new_markdown_cell(source, id=cell_id)


def code(*outputs: Any, source: str = "situation.section('x')", tags: Sequence[str] = ()) -> Any:
    metadata = {"tags": list(tags)} if tags else {}
    return v4.new_code_cell(source, outputs=list(outputs), metadata=metadata)


COVER = section("cover", "cover", facts={
    "population": 21333, "fee_class_eur": 12000, "peers": ["Iisalmi", "Kokkola"], "region": "Lappi",
})  # fmt: skip


def executed(*cells: Any) -> Any:
    """Return an executed notebook: a cover and the given cells."""
    cover = code(shown(COVER, html="<h1>Tornion tilanneanalyysi</h1>"))
    return v4.new_notebook(cells=[cover, *cells])


def template(
    target: Path,
    *,
    row_html: str = "<p>Lainaa on.</p>",
    lines: Sequence[list[Any]] = (),
    extra: str = "",
) -> Path:
    """Write a template notebook that shows a cover and one row without the workbench's library.

    Parameters
    ----------
    extra
        Code run before the row is shown: an error, noise, a dying kernel.
    """
    row = section(numbers=numbers(*(lines or [number()])))
    show = f"from IPython.display import display\nbundle = {{data}}\n{OF_THE_MEMBER}\n"
    show += "{extra}\ndisplay(bundle, raw=True)"
    cover = {"text/html": "<h1>Tornion tilanneanalyysi</h1>", SECTION_MIME: COVER}
    shows = {"text/html": row_html, SECTION_MIME: row}
    notebook = v4.new_notebook(
        cells=[
            v4.new_code_cell(PARAMETERS, id="parameters", metadata={"tags": ["parameters"]}),
            v4.new_code_cell(show.format(data=repr(cover), extra=""), id="cover"),
            heading("## 4 Kunnan talous", "heading-talous"),
            heading("### Lainakannan kehitys", "heading-lainakanta"),
            v4.new_code_cell(show.format(data=repr(shows), extra=extra), id="lainakanta"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)
    return target


def job(folder: Path, member: str = "tornio", **template_settings: Any) -> Job:
    """Return a job of a tiny workspace in a folder."""
    parameter_file = folder / "parameters" / f"{member}.yml"
    parameter_file.parent.mkdir(parents=True, exist_ok=True)
    parameter_file.write_text("municipality: Tornio\n", encoding="utf-8")
    (folder / "parameters" / "network.yml").write_text("name: test\n", encoding="utf-8")
    snapshot = folder / "snapshot" / "manifest.json"
    snapshot.parent.mkdir(exist_ok=True)
    listed = {"schema": 1, "data_as_of": "2026-06", "tables": [{"id": "avainluvut", "sha256": "0" * 64}]}
    snapshot.write_text(json.dumps(listed), encoding="utf-8")
    return Job(
        member=member,
        parameters={"member": member, "peers": ["Iisalmi", "Kokkola"], "themes": ["talous"]},
        workspace=folder,
        template=template(folder / "notebooks" / f"{member}.ipynb", **template_settings),
        report_template=REPORT_TEMPLATE,
        outputs=folder / "outputs",
        parameter_file=parameter_file,
        snapshot_manifest=snapshot,
    )
