"""What the consultant's own cells tell of a machine or a person is taken out, or told before it is shared."""

from __future__ import annotations

import base64
import getpass
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat import v4
from report_fakes import code, heading, section, shown

from uso_lib.reports import publish
from uso_lib.reports.batch import Run
from uso_lib.reports.job import Outcome
from uso_lib.reports.own_traces import told_by_own_cells
from uso_lib.reports.proof import PROOF_MIME
from uso_lib.reports.traces import without_traces

SVG = "<svg xmlns='http://www.w3.org/2000/svg'><desc>/srv/alice/x.csv</desc></svg>"
PACKED = base64.b64encode(SVG.encode()).decode()


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "alice")
    monkeypatch.setattr(socket, "gethostname", lambda: "kone7")
    monkeypatch.setenv("USO_PLANTED", "planted-value-of-the-environment")


def told(tmp_path: Path, *cells: Any) -> tuple[str, ...]:
    nbformat.write(v4.new_notebook(cells=list(cells)), tmp_path / publish.NOTEBOOK)
    return told_by_own_cells(tmp_path / publish.NOTEBOOK, workspace=tmp_path)


def stream(text: str) -> Any:
    return code(v4.new_output("stream", name="stdout", text=text))


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        (stream("user: alice"), "the name of the user"),
        (stream("kone7.local"), "the name of the machine"),
        (stream("maija@kunta.fi"), "maija@kunta.fi"),
        (stream("luettu /srv/alice/x.csv"), "/srv/alice/x.csv"),
        (stream("planted-value-of-the-environment"), "environment variable USO_PLANTED"),
        (code(shown(html="<p>/srv/bo</p>")), "/srv/bo"),
        (code(shown(html=f"<img src='data:image/svg+xml;base64,{PACKED}'>")), "/srv/alice"),
        (code(v4.new_output("display_data", data={"application/json": ["alice"]})), "the name of the user"),
        (code(source="pd.read_csv('/srv/bo/x.csv')"), "/srv/bo/x.csv"),
        (heading("Tiedot: /srv/bo/x.csv", "o"), "/srv/bo/x.csv"),
    ],
)  # fmt: skip
def test_what_own_cells_tell_is_told_with_the_number_of_the_cell(
    cell: Any, what: str, tmp_path: Path
) -> None:
    found = told(tmp_path, heading("### Rivi", "x"), cell)
    assert any(one.startswith("cell 2: ") and what in one for one in found), found
    assert not any("planted-value" in one for one in found), "a secret is named, not repeated"


def test_what_is_meant_or_the_workbenchs_own_is_not_told(tmp_path: Path) -> None:
    proof = v4.new_output("display_data", data={PROOF_MIME: {"a": "alice"}})
    assert (
        told(
            tmp_path,
            heading("Kysy: maija@kunta.fi tai alicen kollegat. https://juva.fi/home/x", "o"),
            code(shown(section(), html="<p>alice</p>")),
            code(proof),
            stream("alices 12,7 malice x=3"),
        )
        == ()
    )


def test_outputs_of_generated_cells_are_not_looked_through_but_all_words_are(tmp_path: Path) -> None:
    generated, own, words = stream("alice 1"), stream("alice 2"), heading("/srv/bo/x.csv", "o")
    nbformat.write(v4.new_notebook(cells=[generated, own, words]), tmp_path / publish.NOTEBOOK)
    found = told_by_own_cells(tmp_path / publish.NOTEBOOK, workspace=tmp_path, own=[own["id"]])
    assert [one.partition(":")[0] for one in found] == ["cell 2", "cell 3"]


def test_output_that_cannot_be_unpacked_stops_nothing(tmp_path: Path) -> None:
    broken = [
        base64.b64encode(head + b"x" * 40).decode() for head in (b"\x1f\x8b", b"PK\x03\x04", b"\xfd7zXZ\0")
    ]
    assert told(tmp_path, *(stream(one) for one in broken)) == ()


def test_the_run_tells_it_and_still_publishes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from datetime import UTC, datetime

    from uso_lib.cli.report_commands import _tell

    del monkeypatch
    now = datetime.now(UTC)
    many = tuple(f"cell {number}: a path (/srv/x)" for number in range(9))
    run = Run((Outcome("juva", 1.0, private=many), Outcome("tornio", 1.0)), now, now, workers=1)
    jobs = [SimpleNamespace(member=name) for name in ("juva", "tornio")]
    assert _tell(run, jobs, tmp_path) == 0  # type: ignore[arg-type]
    said = capsys.readouterr().err
    assert said.startswith(
        "Own cells of juva tell of this machine or a person: cell 0: a path (/srv/x); cell 1"
    )
    assert said.count("cell ") == 5
    assert "tornio" not in said


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("/mnt/c/Users/alice/x.csv", "~/x.csv"),
        ("/c/Users/alice/x.csv", "~/x.csv"),
        (r"\\server\share\x.csv", r"~\x.csv"),
        (r"'\\\\server\\share\\x.csv'", r"'~\\x.csv'"),
        (r"$a \\ b \\hline\end{x}$", r"$a \\ b \\hline\end{x}$"),
        (r"$\frac{1}{2}\\10\\20$", r"$\frac{1}{2}\\10\\20$"),
        ("https://juva.fi/c/Users/x", "https://juva.fi/c/Users/x"),
    ],
)
def test_homes_and_shared_folders_of_any_system_are_taken_out(text: str, clean: str) -> None:
    made = without_traces(v4.new_notebook(cells=[heading(text, "o"), stream(text)]))
    assert [made.cells[0].source, made.cells[1].outputs[0].text] == [clean, clean]
