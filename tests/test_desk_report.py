"""A report with the consultant's own cells: what stays on the desk, what is shown, what the record says."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4
from nbformat.sign import NotebookNotary
from report_fakes import COVER, job, number, numbers, section, shown

from uso_lib.notes.cells import generated_digest
from uso_lib.notes.desk import prepare
from uso_lib.notes.forms import cell_of
from uso_lib.reports import composed, history, publish, report
from uso_lib.reports.batch import run
from uso_lib.reports.composed import run_composed
from uso_lib.reports.desk_copy import trust
from uso_lib.reports.execute import Executed
from uso_lib.reports.failures import explain
from uso_lib.reports.harvest import SECTION_MIME, harvest
from uso_lib.reports.job import Job, Outcome
from uso_lib.reports.report import make_report

Edit = Callable[[Any], None]
ROW = numbers(number())


@pytest.fixture
def one(tmp_path: Path) -> Job:
    """Return a job that executes nothing: the cells' outputs are those of the fake template."""
    return job(tmp_path)


@pytest.fixture(autouse=True)
def outputs(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Stand for the kernel: cell id → outputs, or the reason of a failure."""
    given: dict[str, Any] = {
        "cover": [shown(COVER, html="<h1>Tornion tilanneanalyysi</h1>")],
        "lainakanta": [shown(section(numbers=ROW), html="<p>Lainaa on.</p>")],
    }

    def execute(notebook: Any, target: Path, **asked: Any) -> Executed:
        failed = {}
        for cell in notebook.cells:
            known = copy.deepcopy(given.get(cell["id"], given.get(cell["source"], [])))
            if isinstance(known, str):
                failed[cell["id"]] = known
                known = [v4.new_output("error", ename="E", evalue=known, traceback=[known])]
            if cell["cell_type"] == "code":
                cell["outputs"] = known
        return Executed(notebook, failed)

    if "slow" not in request.keywords:
        monkeypatch.setattr(composed, "execute", execute)
    return given


def made(asked: Job) -> Outcome:

    outcome = make_report(asked)
    assert outcome.error == ""
    return outcome


def desk(asked: Job) -> Path:
    return asked.outputs / asked.member / publish.NOTEBOOK


def edit(asked: Job, *edits: Edit) -> None:
    notebook = nbformat.read(desk(asked), as_version=4)
    for change in edits:
        change(notebook)
    nbformat.write(notebook, desk(asked))


def after(anchor: str, *cells: Any) -> Edit:
    def change(notebook: Any) -> None:
        place = [cell.id for cell in notebook.cells].index(anchor) + 1
        notebook.cells[place:place] = cells

    return change


def without(name: str) -> Edit:
    def change(notebook: Any) -> None:
        notebook.cells = [cell for cell in notebook.cells if cell.id != name]

    return change


def found(asked: Job, source: str) -> Any:
    """Return the one cell of the desk copy with a source."""
    (cell,) = [cell for cell in nbformat.read(desk(asked), as_version=4).cells if cell.source == source]
    return cell


def page(asked: Job) -> str:
    return (asked.outputs / asked.member / publish.REPORT).read_text(encoding="utf-8")


def manifest(asked: Job) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((desk(asked).parent / publish.MANIFEST).read_text(encoding="utf-8"))
    return read


def test_own_words_stay_through_a_run_and_the_manifest_tells_of_them(one: Job) -> None:
    made(one)
    words = v4.new_markdown_cell("Lainaa on **liikaa**.", id="oma")
    edit(one, after("heading-lainakanta", words))
    assert "Lainaa on <strong>liikaa</strong>." not in page(one)
    made(one)
    made(one)
    text = page(one)
    assert (
        text.index("Lainakannan kehitys</h3>")
        < text.index("<strong>liikaa")
        < text.index("<p>Lainaa on.</p>")
    )
    assert text.count("<strong>liikaa") == 1
    assert manifest(one)["desk"]["own"] == [found(one, words.source).id]
    assert (one.notes_folder / "tornio.ipynb").is_file()


def test_a_generated_cell_that_was_deleted_is_hidden_and_said_so(one: Job) -> None:
    made(one)
    edit(one, without("heading-talous"))
    made(one)
    assert manifest(one)["desk"]["hidden"] == ["heading-talous"]
    assert "Kunnan talous" not in page(one)


def test_a_failed_own_cell_is_left_out_told_and_shown_on_the_desk(one: Job, outputs: dict[str, Any]) -> None:
    made(one)
    outputs["1/0"] = "ZeroDivisionError: division by zero"
    outputs["print(2)"] = [v4.new_output("stream", text="oma tuloste")]
    edit(one, after("lainakanta", v4.new_code_cell("1/0", id="a"), v4.new_code_cell("print(2)", id="b")))
    outcome = made(one)
    assert outcome.notes == ("Own cell “1/0” is left out of the report: ZeroDivisionError: division by zero",)
    assert "oma tuloste" in page(one)
    assert "ZeroDivision" not in page(one)
    cell = found(one, "1/0")
    assert cell.outputs[0].ename == "E"
    assert manifest(one)["desk"]["left_out"] == [cell.id]


def test_the_run_record_tells_the_notes_without_folders(one: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    told = (f"{one.workspace}/notebooks/members/tornio.ipynb was mended",)
    monkeypatch.setattr(
        "uso_lib.reports.pool.make_reports", lambda *_, **__: iter_of(Outcome("tornio", 1.0, notes=told))
    )
    run([one], workers=1, show_progress=False)
    (member,) = json.loads((one.outputs / "run.json").read_text(encoding="utf-8"))["members"]
    assert member["notes"] == ["./notebooks/members/tornio.ipynb was mended"]


def iter_of(outcome: Outcome) -> Any:
    yield outcome


def test_a_repeated_section_is_shown_and_its_numbers_count_once(one: Job, outputs: dict[str, Any]) -> None:
    made(one)
    outputs["situation.section('lainakanta')"] = outputs["lainakanta"]
    edit(one, after("heading-talous", v4.new_code_cell("situation.section('lainakanta')", id="oma")))
    made(one)
    assert page(one).count("<p>Lainaa on.</p>") == 2
    assert len((desk(one).parent / publish.CSV).read_text(encoding="utf-8").splitlines()) == 2
    assert manifest(one)["rows"] == {"talous": {"filled": 1, "of": 1}}


@pytest.mark.parametrize(
    "data",
    [{"schema": 99}, section(schema=2), section(numbers=numbers(columns=["x"])), section(numbers=3)],
)
def test_own_data_that_are_no_section_do_not_stop_the_report(
    one: Job, outputs: dict[str, Any], data: dict[str, Any]
) -> None:
    made(one)
    outputs["oma()"] = [v4.new_output("display_data", data={SECTION_MIME: data, "text/html": "<p>Oma</p>"})]
    edit(one, after("lainakanta", v4.new_code_cell("oma()", id="oma")))
    assert "it shows data that are no section of a report" in made(one).notes[0]
    assert "<p>Oma</p>" not in page(one)


def test_another_members_section_brings_no_numbers(one: Job, outputs: dict[str, Any]) -> None:
    made(one)
    outputs["muu"] = [shown(section(member="kemi", code="240", numbers=ROW), html="<p>Kemin lainat</p>")]
    edit(one, after("lainakanta", v4.new_code_cell("muu", id="oma")))
    made(one)
    assert "<p>Kemin lainat</p>" in page(one)
    assert len((desk(one).parent / publish.CSV).read_text(encoding="utf-8").splitlines()) == 2


def test_changes_are_told_since_the_report_before(one: Job, outputs: dict[str, Any]) -> None:
    made(one)
    changes = desk(one).parent / publish.CHANGES
    first = changes.read_bytes()
    assert "ensimmäinen julkaistu" in first.decode()
    made(one)
    assert changes.read_bytes() == first, "the same report again is no change"
    outputs["lainakanta"] = [shown(section(numbers=numbers(number(value=1300))), html="<p>Lainaa on.</p>")]
    made(one)
    second = changes.read_text(encoding="utf-8")
    assert "1\u00a0235\u00a0€/asukas (2020)</td><td>1\u00a0300\u00a0€/asukas (2020)" in second
    notice = next(
        cell for cell in nbformat.read(desk(one), as_version=4).cells if cell.id == "notice-changes"
    )
    assert "1\u00a0235\u00a0€/asukas (2020) → 1\u00a0300" in notice.source
    assert len(list((desk(one).parent / history.FOLDER).iterdir())) == 2
    assert publish.CHANGES in manifest(one)["files"]
    assert "edellisen julkaisun" not in page(one)


def test_a_report_that_fails_leaves_no_record_of_itself(one: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    made(one)
    monkeypatch.setattr(report, "write_csv", lambda *_: 1 / 0)
    asked = replace(one, parameters={**one.parameters, "peers": ["Kemi"]})
    assert report.make_report(asked).failed
    assert len(list((desk(one).parent / history.FOLDER).iterdir())) == 1


def test_a_history_that_cannot_be_written_does_not_undo_the_report(
    one: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **_settings: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(history, "keep", full)
    assert "No space left" in made(one).notes[0]
    assert "Lainaa on." in page(one)


def test_what_is_saved_during_the_run_is_kept(one: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    made(one)
    export_now = report.write_csv

    def saving(*given: Any) -> None:
        edit(one, after("lainakanta", v4.new_markdown_cell("Viime hetkellä.", id="oma")))
        export_now(*given)

    monkeypatch.setattr(report, "write_csv", saving)
    outcome = made(one)
    assert any("saved while" in note for note in outcome.notes)
    monkeypatch.setattr(report, "write_csv", export_now)
    made(one)
    assert page(one).count("Viime hetkellä.") == 1


@pytest.mark.slow
def test_a_failing_own_version_of_a_first_cell_gives_way_to_the_generated_one(tmp_path: Path) -> None:
    one = job(tmp_path)
    made(one)
    edit(one, lambda notebook: find(notebook, "cover").update(source="oma = 1 / 0"))
    outcome = made(one)
    assert outcome.notes[0].startswith(
        "The report was made without your own version of cover: with it, ZeroDiv"
    )
    assert found(one, "oma = 1 / 0").id == "cover", "the text stays as it was typed"
    assert "<h1>Tornion tilanneanalyysi</h1>" in page(one)


def find(notebook: Any, name: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == name)


def test_own_versions_run_in_the_place_of_the_generated_cells(one: Job, tmp_path: Path) -> None:
    made(one)
    edit(one, lambda notebook: notebook.cells[-1].update(source="situation.section('lainakanta', hide=[1])"))
    prepared = prepare(one.notes_folder, one.member, one.template, desk(one))
    ran = run_composed(prepared, tmp_path / "x.ipynb", parameters=one.parameters, workspace=tmp_path)
    assert prepared.composition.own == ("lainakanta",)
    assert harvest(ran.shown).sections[1].kind == "row"
    assert generated_digest(cell_of(ran.notebook.cells[-1]))


def test_what_is_saved_while_the_files_are_written_through_is_kept(
    one: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some programs, such as those that share folders, save by putting another file in the place."""
    made(one)
    waited = publish.write_through

    def slow_disk(path: Path) -> None:
        if path.name == publish.MANIFEST:
            content = desk(one).read_bytes()
            desk(one).unlink()
            desk(one).write_bytes(content)
            edit(one, after("lainakanta", v4.new_markdown_cell("Viime hetkellä.")))
        waited(path)

    monkeypatch.setattr(publish, "write_through", slow_disk)
    outcome = made(one)
    monkeypatch.undo()
    assert any("saved while" in note for note in outcome.notes)
    prepared = prepare(one.notes_folder, one.member, one.template, desk(one))
    assert [own.cell.source for own in prepared.notes.cells] == ["Viime hetkellä."]


def test_a_failed_notebook_says_that_it_is_no_place_to_write(one: Job, tmp_path: Path) -> None:
    """The next run replaces it, and what somebody typed there would be gone."""
    explain(one.template, tmp_path / "failed.ipynb", "syy", workspace=one.workspace)
    first = json.loads((tmp_path / "failed.ipynb").read_text(encoding="utf-8"))["cells"][0]
    assert "Älä kirjoita tähän" in first["source"]
    assert publish.NOTEBOOK in first["source"]


def test_the_desk_copy_is_light_and_the_report_whole(one: Job, outputs: dict[str, Any]) -> None:
    """An editor loads and saves the notebook again and again; the numbers are in workbook, CSV and page."""
    made(one)
    edit(one, after("lainakanta", v4.new_code_cell("oma()", id="oma")))
    outputs["oma()"] = outputs["lainakanta"]
    made(one)
    kinds = {kind for cell in nbformat.read(desk(one), as_version=4).cells for kind in kinds_of(cell)}
    assert kinds == {"text/html"}
    assert page(one).count("<p>Lainaa on.</p>") == 2
    assert len((desk(one).parent / publish.CSV).read_text(encoding="utf-8").splitlines()) == 2


def kinds_of(cell: Any) -> list[str]:
    return [kind for output in cell.get("outputs", []) for kind in output.get("data", {})]


def test_jupyter_trusts_the_notebook_of_a_run_and_no_other(
    one: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    made(one)
    read = nbformat.read(desk(one), as_version=4)
    assert NotebookNotary().check_signature(read)
    read.cells[0].source += "Toisen koneen solu."
    assert not NotebookNotary().check_signature(read)


def test_a_report_is_made_where_jupyter_cannot_keep_a_signature(
    one: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "file" / "jupyter"))
    assert made(one).notes == ()
    assert not trust(desk(one))
