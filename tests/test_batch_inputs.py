"""Nothing is done twice: a change re-makes exactly the reports it concerns and is told; without one none."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_figures import figures, live_table, published
from report_fakes import REPORT_TEMPLATE, ROOT, job

from uso_lib.catalog import load_catalog
from uso_lib.parameters import DEFAULTS
from uso_lib.reports import history, inputs, pool
from uso_lib.reports.batch import run
from uso_lib.reports.export import exporter_of
from uso_lib.reports.job import Job, Outcome
from uso_lib.reports.why import NOTHING, why

pytestmark = pytest.mark.slow

THEMES = {"tornio": ["talous"], "juva": ["vaesto"], "kemi": ["talous", "vaesto"]}
ALL = tuple(THEMES)
SHARED = ("juva.yml", "network.yml", DEFAULTS)
Change = Callable[[Path], None]
FREE_CODE = inputs._has_free_code
CHANGED = figures({"n": {"2025": {"020": 7.0}}})


def only_of(theme: str, other: str) -> str:
    """Return a table that one theme's rows show and another's do not, nor any other part of a report."""
    catalog = load_catalog()
    first, second = (set(catalog.tables_of_theme(one)) for one in (theme, other))
    always = set(inputs.tables_read(inputs.foundation(Path("none")), [other]))
    return min(first - second - always)


def jobs(folder: Path) -> list[Job]:
    """Return the jobs of a workspace, made when it is not there yet."""
    made = []
    for member, themes in THEMES.items():
        notebook = folder / "notebooks" / f"{member}.ipynb"
        before = notebook.read_bytes() if notebook.exists() else None
        parameters = folder / "parameters" / f"{member}.yml"
        kept = {file: file.read_bytes() for file in (folder / "parameters").glob("*.yml")}
        one = job(folder, member)
        for file, content in kept.items():
            file.write_bytes(content)
        if before is not None:
            notebook.write_bytes(before)
        made.append(
            replace(
                one,
                parameters={**one.parameters, "themes": themes},
                report_template=folder / "notebooks" / "report_template",
                data=folder / "data",
                parameter_file=parameters,
            )
        )
    return made


@pytest.fixture(scope="module", autouse=True)
def known_templates() -> Iterator[None]:
    """Take the code of the made-up templates for the calls that the real one consists of.

    Only a process that is forked knows of it: a thread that another file's tests left is no hindrance here.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "has_threads", lambda: False)
        patch.setattr(inputs, "_has_free_code", lambda one: one.parent.name == "members" and FREE_CODE(one))
        yield


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace whose reports are made."""
    folder = tmp_path_factory.mktemp("inputs")
    shutil.copytree(REPORT_TEMPLATE, folder / "notebooks" / "report_template")
    # The month of the newest figures stands on every cover: it does not change with the tables here.
    published(folder / "data", table=live_table("toy"))
    assert run(jobs(folder), workers=2, show_progress=False).failed == ()
    return folder


@pytest.fixture
def workspace(world: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(world, tmp_path / "workspace"))


@pytest.fixture
def remade(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Return what runs a batch without making anything and names the reports it would have made."""

    def found(folder: Path, **settings: Any) -> list[str]:
        names: list[str] = []

        def make(waiting: Sequence[Job], **given: Any) -> Iterator[Outcome]:
            names.extend(one.member for one in waiting)
            return iter([Outcome(one.member, 0.0) for one in waiting])

        monkeypatch.setattr(pool, "make_reports", make)
        monkeypatch.setattr(pool, "warm", lambda _: None)
        run(jobs(folder), show_progress=False, **settings)
        return names

    return found


def write(place: str, text: str = "changed: true\n") -> Change:
    def change(folder: Path) -> None:
        file = folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((file.read_text(encoding="utf-8") if file.exists() else "") + text, encoding="utf-8")

    return change


def fetch(theme: str, other: str) -> Change:
    def change(folder: Path) -> None:
        published(folder / "data", figures(), table=live_table(only_of(theme, other)))

    return change


def fetch_unused(folder: Path) -> None:
    published(folder / "data", CHANGED, table=live_table("toy"))


def edit_template(folder: Path) -> None:
    file = folder / "notebooks" / "juva.ipynb"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Lainaa on.", "Velkaa on."), encoding="utf-8")


def write_own_cells(kind: str) -> Change:
    cell = {"cell_type": kind, "id": "oma", "metadata": {}, "source": "1"}
    return write("notebooks/members/juva.ipynb", json.dumps({"cells": [cell]}))


@pytest.mark.parametrize(
    ("change", "members", "told"),
    [
        (lambda _: None, (), NOTHING),
        (fetch_unused, (), NOTHING),
        (fetch("talous", "vaesto"), ("tornio", "kemi"), "figures of "),
        (fetch("vaesto", "talous"), ("juva", "kemi"), "figures of "),
        (write("parameters/juva.yml"), ("juva",), "parameters juva.yml"),
        (write("parameters/network.yml"), ALL, "parameters network.yml"),
        (write("parameters/_defaults.yml"), ALL, "parameters _defaults.yml"),
        (write("parameters/imatra.yml"), (), NOTHING),
        (write_own_cells("markdown"), ("juva",), "your own cells"),
        (edit_template, ("juva",), "template juva.ipynb"),
        (write("notebooks/report_template/report.css", "b {}\n"), ALL, "template report_template"),
        (write("outputs/juva/situation.html", " "), ("juva",), "situation.html is gone or was changed"),
        (lambda folder: (folder / "outputs/juva/tables.xlsx").unlink(), ("juva",), "tables.xlsx is gone"),
        (write("outputs/juva/manifest.json", "}"), ("juva",), "no readable manifest"),
        (write("outputs/juva/situation.failed.ipynb"), ("juva",), "the last run failed"),
        (lambda folder: shutil.rmtree(folder / "outputs/juva"), ("juva",), "it has no report yet"),
    ],
    ids=[
        "nothing", "unused table", "table of one theme", "table of another", "own parameters", "network",
        "defaults", "another's parameters", "own cells", "notebook", "look", "page changed", "workbook gone",
        "manifest damaged", "failed before", "report gone",
    ],
)  # fmt: skip
def test_a_change_remakes_exactly_the_reports_it_concerns_and_is_told(
    workspace: Path, remade: Callable[..., list[str]], change: Change, members: tuple[str, ...], told: str
) -> None:
    change(workspace)
    for one in jobs(workspace):
        said = "; ".join(why(one))
        if one.member in members:
            assert told in said
        else:
            assert said == NOTHING
    assert remade(workspace) == [member for member in ALL if member in members]


def test_own_code_is_made_again_when_any_table_changes(
    workspace: Path, remade: Callable[..., list[str]]
) -> None:
    write_own_cells("code")(workspace)
    one = next(one for one in jobs(workspace) if one.member == "juva")
    before = inputs.inputs_of(one)
    fetch_unused(workspace)
    after = inputs.inputs_of(one)
    assert before["figures"]["toy"] != after["figures"]["toy"]
    assert {**before["figures"], "toy": ""} == {**after["figures"], "toy": ""}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("library_digest", "0" * 64, "this library's code or declarations"),
        ("packages", {"python": "3.11", "seaborn": "99.0"}, "versions of "),
    ],
)
def test_another_library_or_package_remakes_all(
    workspace: Path,
    remade: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: Any,
    told: str,
) -> None:
    monkeypatch.setattr(inputs, name, lambda: value)
    assert all(told in "; ".join(why(one)) for one in jobs(workspace))
    assert remade(workspace) == list(ALL)


def test_force_remakes_all(workspace: Path, remade: Callable[..., list[str]]) -> None:
    assert remade(workspace) == []
    assert remade(workspace, force=True) == list(ALL)


def test_every_file_of_the_library_counts_but_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "__file__", str(tmp_path / "reports" / "inputs.py"))
    for place in ("reports/inputs.py", "themes/talous.yml", "snapshot/a.parquet", "__pycache__/x.pyc"):
        write(place, "a")(tmp_path)
    digest = inputs.library_digest.__wrapped__
    first = digest()
    write("snapshot/a.parquet", "b")(tmp_path)
    write("__pycache__/x.pyc", "b")(tmp_path)
    assert digest() == first
    seen = {first}
    for place in ("reports/inputs.py", "themes/talous.yml", "themes/new.yml"):
        write(place, "b")(tmp_path)
        seen.add(digest())
    assert len(seen) == 4


def test_every_package_and_its_version_counts() -> None:
    found = inputs.packages()
    assert {"python", "pandas", "matplotlib", "seaborn", "papermill", "nbconvert"} <= set(found)


IDLE = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from test_batch_inputs import jobs
for name in [one for one in sys.modules if one.split(".")[0] in {heavy!r}]:
    del sys.modules[name]
from uso_lib.reports import inputs
from uso_lib.reports.batch import run
inputs._has_free_code = lambda _: False
result = run(jobs(Path(sys.argv[1])), show_progress=False)
assert all(one.unchanged for one in result.outcomes), result
print([name for name in {heavy!r} if name in sys.modules])
"""
HEAVY = ("papermill", "nbclient", "ipykernel", "jupyter_client")


def test_an_unchanged_batch_starts_no_kernel_and_does_not_import_the_means(workspace: Path) -> None:
    before = {
        file: (file.stat().st_mtime_ns, file.stat().st_ino)
        for member in ALL
        for file in (workspace / "outputs" / member).iterdir()
    }
    script = IDLE.format(tests=str(ROOT / "tests"), heavy=HEAVY)
    command = [sys.executable, "-c", script, str(workspace)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr
    assert {file: (file.stat().st_mtime_ns, file.stat().st_ino) for file in before} == before
    content = json.loads((workspace / "outputs" / "run.json").read_text(encoding="utf-8"))
    assert [one["status"] for one in content["members"]] == ["unchanged"] * 3


def made_of(folder: Path, **changed: Any) -> Job:
    """Return the job of a member whose manifest says other things."""
    one = jobs(folder)[0]
    file = one.outputs / one.member / "manifest.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**told, **changed}), encoding="utf-8")
    return one


def test_a_report_without_a_cell_that_failed_is_made_again(workspace: Path) -> None:
    one = made_of(workspace, desk={"left_out": ["own-1"]})
    assert why(one) == ["your cell own-1 was left out"]


def test_a_report_without_a_companion_that_was_asked_for_is_made_again(workspace: Path) -> None:
    one = replace(jobs(workspace)[0], formats=("html", "pdf"))
    told = json.loads((one.outputs / one.member / "manifest.json").read_text(encoding="utf-8"))
    made_of(workspace, inputs={**told["inputs"], "formats": ["html", "pdf"]})
    assert why(one) == ["situation.pdf could not be made"]


def test_a_report_whose_record_was_not_kept_is_made_again(workspace: Path) -> None:
    one = jobs(workspace)[0]
    assert why(one) == [NOTHING]
    for record in (one.outputs / one.member / history.FOLDER).iterdir():
        record.unlink()
    assert why(one) == ["the run ended before its record was kept, which the next changes are told from"]


def test_what_own_code_may_read_counts_with_own_code_only(workspace: Path) -> None:
    one = jobs(workspace)[0]
    before = inputs.inputs_of(one)
    (workspace / "luvut.csv").write_text("1", encoding="utf-8")
    assert inputs.inputs_of(one) == before
    notes = one.notes_folder / f"{one.member}.ipynb"
    notes.parent.mkdir(parents=True, exist_ok=True)
    cells = [{"cell_type": "code", "source": "open('luvut.csv').read()"}]
    notes.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    first = inputs.inputs_of(one)["around"]
    (workspace / "luvut.csv").write_text("2", encoding="utf-8")
    second = inputs.inputs_of(one)["around"]
    assert {name for name in second if first.get(name) != second[name]} == {"luvut.csv"}


@pytest.mark.parametrize(
    ("source", "free"),
    [
        ('situation.section("koulutus")', False),
        ('situation.section("tyollisyys", hide=[1, 3])\n', False),
        ("situation.cover()", False),
        (inputs.OPENING, False),
        ('situation.figure("loans")', True),
        ('situation.section(open("osio.txt").read())', True),
        ('situation.cover()\nopen("luvut.csv")', True),
        ("import pandas", True),
    ],
)
def test_code_of_the_template_that_may_read_anything_counts_as_own_code(
    tmp_path: Path, source: str, free: bool
) -> None:
    notebook = tmp_path / "situation.ipynb"
    cell = {"cell_type": "code", "metadata": {}, "source": source.splitlines(keepends=True)}
    notebook.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    assert FREE_CODE(notebook) is free


def test_the_template_itself_reads_no_more_than_its_tables() -> None:
    assert not FREE_CODE(ROOT / "notebooks" / "situation.ipynb")


def test_a_changed_look_is_used_by_processes_that_were_warm_before(workspace: Path) -> None:
    look = workspace / "notebooks" / "report_template"
    before = exporter_of(look)
    assert exporter_of(look) is before
    (look / "report.css").write_text("p { color: red; }", encoding="utf-8")
    assert "color: red" in str(exporter_of(look)._look)
