"""A small report with its proof, made by hand: three municipalities, a rate of two counts, a figure."""

from __future__ import annotations

import base64
import json
from typing import Any

from nbformat import v4
from report_fakes import code, heading, number, numbers, section, shown

from uso_lib.reports.harvest import Harvest, harvest
from uso_lib.reports.proof import PROOF_MIME, with_proof

NBSP, MINUS = "\u00a0", "\u2212"
#: Jobseekers and labour force of the three municipalities in two years; the first is the report's own.
COUNTS = {
    "jobseekers": [[120, 108], [44, 47], [300, None]],
    "force": [[1000, 1010], [400, 396], [2000, 1990]],
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>Tornio 12,0</text><text>+1,3</text></svg>'


def grid(**changes: Any) -> dict[str, Any]:
    """Return a grid without figures, changed as asked."""
    empty = {"lines": [], "sum": [], "n": [], "own": [], "method": [], "own_n": []}
    return {
        "series": ["", ""], "periods": ["2020", "2019"], "from": ["keha"], "tables": [0, 0], "marks": [],
        "leaves": [0, 1], "values": [[], [], []], "first": [], "second": [], "country": empty,
    } | changes  # fmt: skip


def content() -> dict[str, Any]:
    """Return the cells of the report."""
    count = {"title": "Määrä", "unit": "persons", "decimals": 0, "direction": "neither", "formula": "level"}
    rate = {
        "title": "Työttömyysaste", "unit": "pct", "decimals": 1, "direction": "down", "formula": "share",
        "of": "jobseekers", "per": "force", "relative": False,
    }  # fmt: skip
    whole = {"lines": [0], "sum": [38.0], "n": [3], "own": [11.9], "method": ["published"], "own_n": [0]}
    return {
        "schema": 1, "code": "851", "reference_year": 2021, "municipalities": ["851", "240", "564"],
        "areas": ["851", "240", "564"], "groups": {"peers": [0, 1, 2]},
        "indicators": {"rate": rate, "jobseekers": count, "force": count},
        "grids": {
            "jobseekers": grid(values=COUNTS["jobseekers"]),
            "force": grid(values=COUNTS["force"]),
            "rate": grid(
                leaves=[], first=[[0], [1]], second=[[0], [1]], country=whole, newest=["2020", ""],
                printed=[11.0, 12.0, 15.0],
            ),
        },
        "breakdowns": {}, "flows": {}, "criteria": {}, "maps": {}, "likeness": {}, "totals": {},
        "tables": {
            "keha": {
                "producer": "KEHA-keskus", "table_id": "tyonv 12r5", "title": "Työttömät",
                "licence": "CC BY 4.0",
                "parts": [
                    {
                        "kind": "bundled", "vintage": "vuosina 2019–2020", "retrieved": "2026-06",
                        "file": "keha.parquet", "sha256": "ab" * 32,
                        "raw": [{"file": "keha.csv.gz", "sha256": "cd" * 32}],
                    }
                ],
            }
        },
    }  # fmt: skip


def lines() -> list[list[Any]]:
    """Return the numbers the report says it shows."""
    own: dict[str, Any] = {
        "row": "tyollisyys", "indicator": "rate", "title": "Työttömyysaste", "unit": "%", "decimals": 1,
    }  # fmt: skip
    peers = {"area": "", "area_name": "Verrokit", "group": "peers"}
    return [
        number(**own, period="2020", value=12.0),
        number(**own, period="2019", value=108 / 1010 * 100),
        number(**own, period="2020", measure="mean", **peers, value=38 / 3, n=3, of=3),
        number(**own, period="2020", measure="difference", group="peers", value=12.0 - 38 / 3),
        number(**own, period="2020", measure="position", group="peers", value=2.0, of=3) ,
        number(**own, period="2019-2020", measure="change", value=12.0 - 108 / 1010 * 100),
        number(**own, period="2020", group="peer", area="240", area_name="Kemi", value=11.0),
        number(**own, period="2020", measure="own", group="country_own", area="SSS", value=11.9),
    ]  # fmt: skip


def notebook(told: list[list[Any]] | None = None, cells: dict[str, Any] | None = None) -> Any:
    """Return the executed notebook: one section and the proof cell."""
    columns = section()["numbers"]["columns"]
    data = section(section_id="tyollisyys", numbers=numbers(*(told or lines()), columns=columns))
    proof = {"schema": 1, "content": json.dumps(cells or content()), "declared": ["15–64-vuotiaat työttömät"]}
    output = v4.new_output("display_data", data={"text/html": "<p>x</p>", PROOF_MIME: proof})
    made = v4.new_notebook()
    made.cells = [heading("### Työllisyys", "heading-tyollisyys"), code(shown(data)), code(output)]
    return made


def page() -> str:
    """Return the page as it is exported."""
    picture = base64.b64encode(SVG.encode()).decode()
    return (
        '<!DOCTYPE html><html lang="fi"><head><title>Tornio</title></head><body><main>'
        '<section id="tyollisyys"><h3>Työllisyys</h3>'
        "<p>Työttömyysaste oli 12,0\u00a0% vuonna 2020, mikä on 0,7 prosenttiyksikköä vähemmän kuin "
        "verrokeilla keskimäärin (12,7\u00a0%); sija verrokeissa 2/3. "
        "Luvussa ovat 15–64-vuotiaat työttömät.</p>"
        "<table><caption>Työttömyysaste</caption><tr><th>Ajankohta</th><th>Tornio</th><th>Verrokit</th></tr>"
        "<tr><th>2020</th><td>12,0</td><td>12,7</td></tr><tr><th>2019</th><td>10,7</td><td></td></tr></table>"
        f'<img src="data:image/svg+xml;base64,{picture}" alt="Tornio 12,0, Kemi 11,0.">'
        "</section></main></body></html>\n"
    )


def finished(told: list[list[Any]] | None = None, shown_page: str | None = None) -> str:
    """Return the page with its proof."""
    made = notebook(told)
    gathered: Harvest = harvest(made)
    return with_proof(shown_page or page(), made, gathered)[0]
