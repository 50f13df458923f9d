"""Hostile texts in every place where text can enter: nothing runs, is asked for or is overwritten."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import hostile_pages
import openpyxl
import pytest
from hostile_corpus import CORPUS, Hostile, of
from import_files import REGIONS, Cells, save, take
from report_fakes import PARAMETERS, code, executed, heading, number, numbers, section, shown, template

from uso_lib.cli import main
from uso_lib.errors import ImportProblems, UsoError
from uso_lib.live_specs import LiveTable
from uso_lib.parameters import load_network
from uso_lib.plain_text import visible
from uso_lib.regions import slugify
from uso_lib.reports.execute import execute
from uso_lib.reports.formulas import FORMULA_STARTS, looks_like_formula
from uso_lib.reports.harvest import COLUMNS, Harvest, harvest
from uso_lib.reports.outline import outline
from uso_lib.reports.template_parameters import check_parameters
from uso_lib.reports.workbook import write_csv, write_workbook
from uso_lib.strict_yaml import read_yaml
from uso_lib.verification.packing import enclose, enclosed
from uso_lib.workspace import Workspace

#: Runs before anything of the page: what a script would have to touch to be noticed.
WATCH = """window.__said = [];
for (const name of ['alert', 'confirm', 'prompt', 'open', 'print', 'fetch'])
  window[name] = () => { window.__owned = name; };"""
#: Looks at the finished page: everything in it that could run, ask for something or leave.
ALIVE = """() => {
  const found = [];
  const barred = ['script', 'iframe', 'frame', 'object', 'embed', 'applet', 'form', 'input', 'button',
                  'select', 'textarea', 'base', 'link', 'svg', 'math', 'video', 'audio', 'source', 'portal',
                  'template', 'dialog', 'slot'];
  const wanted = /^(https?:\\/\\/[^\\/@]+([\\/?#]|$)|mailto:|#|[^:\\/?#\\\\]+\\/[\\w.]+$|[\\w-]+\\.html$)/i;
  const addresses = ['href', 'src', 'xlink:href', 'action', 'formaction', 'poster', 'background', 'srcset',
                     'data', 'ping', 'srcdoc', 'cite', 'longdesc', 'usemap', 'manifest'];
  for (const element of document.querySelectorAll('*')) {
    const tag = element.tagName.toLowerCase();
    if (barred.includes(tag) && element.id !== 'uso-proof') found.push(tag);
    if ((tag === 'meta' || tag === 'style' || tag === 'title') && element.parentElement.tagName !== 'HEAD')
      found.push(tag + ' in ' + element.parentElement.tagName);
    for (const {name, value} of element.attributes) {
      if (name.startsWith('on') || name === 'style') found.push(tag + ' ' + name);
      if (!addresses.includes(name)) continue;
      const inside = tag === 'img' && name === 'src' && value.startsWith('data:image/');
      const leads = name === 'href' && tag === 'a' && wanted.test(value);
      if (!inside && !leads) found.push(tag + ' ' + name + ' ' + value);
    }
  }
  if (document.querySelectorAll('meta[http-equiv=refresh]').length) found.push('refresh');
  return found;
}"""
#: Wakes everything that waits for a reader.
TOUCH = """() => {
  for (const one of document.querySelectorAll('details')) one.open = true;
  for (const one of document.querySelectorAll('body *')) for (const name of
    ['mouseover', 'mouseenter', 'pointerenter', 'focus', 'focusin', 'toggle', 'animationstart', 'load',
     'error', 'begin'])
    one.dispatchEvent(new Event(name));
}"""
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


def test_the_corpus_is_large_and_every_entry_different() -> None:
    assert len(CORPUS) >= 150
    assert len({one.text for one in CORPUS}) == len({one.id for one in CORPUS}) == len(CORPUS)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return hostile_pages.write(tmp_path_factory.mktemp("hostile"))


class Watched:
    """Hold one context of a browser and everything that hostile text could have done in it."""

    def __init__(self, browser: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1000, "height": 800})
        self.context.add_init_script(WATCH)
        self.done: list[str] = []
        self.page = self.context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.done.append(f"script: {error}"))
        self.page.on("popup", lambda _: self.done.append("popup"))
        self.page.on("framenavigated", lambda frame: self._left(frame.url))
        self.context.on("request", lambda request: self._left(request.url))

    def _dialog(self, dialog: Any) -> None:
        self.done.append("dialog")
        dialog.dismiss()

    def _left(self, address: str) -> None:
        if not address.startswith("data:image/") and not address.startswith(self.home):
            self.done.append(f"request: {address[:200]}")

    def look(self, file: Path) -> list[str]:
        """Open a page, touch everything on it, and return what happened and what is alive."""
        self.done.clear()
        self.home = file.as_uri()
        self.page.goto(self.home, wait_until="load")
        self.page.evaluate(TOUCH)
        self.page.wait_for_timeout(20)
        owned = self.page.evaluate("window.__owned")
        return [*self.done, *([f"owned: {owned}"] if owned else []), *self.page.evaluate(ALIVE)]


@pytest.fixture(scope="module")
def watched(browser: Any) -> Watched:
    return Watched(browser)


@pytest.mark.browser
@pytest.mark.slow
def test_nothing_is_alive_on_any_page_with_or_without_the_policy(
    watched: Watched, files: dict[str, Path]
) -> None:
    assert len(files) > 2 * len(hostile_pages.MEDIA)
    alive = {name: found[:5] for name, file in files.items() if (found := watched.look(file))}
    assert alive == {}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(
    "planted",
    [
        "<script>window.__owned=1</script>", "<img src=x onerror=window.__owned=1>",
        "<p onfocus=window.__owned=1>", "<svg onload=window.__owned=1>",
        "<img src=https://canary.invalid/x.png>", "<a href=javascript:1>x</a>",
        "<iframe srcdoc='<script>parent.__owned=1</script>'></iframe>",
        "<meta http-equiv=refresh content='9'>", "<details ontoggle=alert(1)>x</details>",
        "<form action=//canary.invalid></form>",
    ],
)  # fmt: skip
def test_what_is_alive_would_be_seen(watched: Watched, tmp_path: Path, planted: str) -> None:
    file = tmp_path / "planted.html"
    file.write_text(f"<!doctype html><title>x</title><body><main>{planted}</main>", encoding="utf-8")
    assert watched.look(file)


@pytest.mark.browser
@pytest.mark.slow
def test_a_proof_can_be_enclosed_in_every_page_and_nothing_gets_out_of_it(
    watched: Watched, files: dict[str, Path], tmp_path: Path
) -> None:
    content = {"texts": [one.text.encode("utf-8", "replace").decode() for one in CORPUS]}
    for name, file in files.items():
        page = file.read_text(encoding="utf-8")
        whole = enclose(page, content)
        assert enclosed(whole).content == content, name
        assert enclosed(whole).page == page, name
    proven = tmp_path / "proven.html"
    proven.write_text(enclose(files["markdown-open"].read_text(encoding="utf-8"), content), encoding="utf-8")
    assert watched.look(proven) == []


def test_no_page_holds_characters_nobody_sees(files: dict[str, Path]) -> None:
    found = {name: UNSEEN.findall(file.read_text(encoding="utf-8"))[:3] for name, file in files.items()}
    assert {name: signs for name, signs in found.items() if signs and not name.startswith("index")} == {}


def test_ids_of_cells_become_plain_anchors() -> None:
    """Exporting refuses such ids; an outline made otherwise does not rely on it."""
    cells = []
    for one in CORPUS:
        cells += [heading(f"### {one.id}", "x"), code(shown(section(), html="x"))]
        cells[-2]["id"] = f"heading-{one.text}"
    notebook = executed(heading("## Luku", "heading-luku"))
    notebook.cells.extend(cells)
    parts = [part.anchor for chapter in outline(notebook).chapters for part in chapter.parts]
    assert len(set(parts)) == len(parts) == len(CORPUS)
    assert [anchor for anchor in parts if not re.fullmatch(r"[A-Za-z0-9_-]+", anchor)] == []


def test_texts_stay_readable(files: dict[str, Path]) -> None:
    text = files["markdown"].read_text(encoding="utf-8")
    missing = [one.id for one in CORPUS if f"loppu {one.id}" not in text and one.id not in text]
    assert missing == []


# --- Tables -----------------------------------------------------------------------------------------------


def planted() -> Harvest:
    """Return lines with a hostile text in every column that holds text, and in headings of chapters."""
    texts = [one.text for one in CORPUS]
    named = (
        "row",
        "indicator",
        "title",
        "area_name",
        "unit",
        "mark",
        "producer",
        "table",
        "period",
        "measure",
    )
    lines = [number(**dict.fromkeys(named, text)) for text in texts]
    cells: list[Any] = []
    for place, text in enumerate(texts):
        row = section(title=text, numbers=numbers(lines[place]))
        cells += [heading(f"## {' '.join(text.split())}", f"h{place}"), code(shown(row, html="x"))]
    return harvest(executed(*cells))


def test_no_cell_of_the_workbook_calculates_or_links(tmp_path: Path) -> None:
    write_workbook(planted(), tmp_path / "tables.xlsx", title=CORPUS[0].text)
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 10 * len(CORPUS)
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell.coordinate for cell in cells if cell.hyperlink] == []
    formulas = [cell for cell in cells if isinstance(cell.value, str) and looks_like_formula(cell.value)]
    assert len(formulas) > 50
    assert [cell.value for cell in formulas if not cell.quotePrefix] == []
    assert [cell.value for cell in cells if isinstance(cell.value, str) and UNSEEN.search(cell.value)] == []
    assert not any(len(sheet.title.encode("utf-16-le")) > 62 for sheet in book)


def test_no_cell_of_the_csv_file_begins_a_formula(tmp_path: Path) -> None:
    write_csv(planted(), tmp_path / "indicators.csv")
    text = (tmp_path / "indicators.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    assert {len(row) for row in rows} == {len(COLUMNS)}, "no text breaks a line or a column"
    assert len(rows) == 1 + len(CORPUS)
    cells = [cell for row in rows for cell in row if len(cell) > 1 and not cell.replace(".", "").isdigit()]
    assert [cell for cell in cells if cell.strip(' "\u00a0').startswith(FORMULA_STARTS)] == []
    assert UNSEEN.search(text) is None


# --- Names of files and folders -----------------------------------------------------------------------------


@pytest.fixture
def workspace(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with sound parameters, deep within a folder of its own."""
    folder = tmp_path / "a" / "b" / "workspace"
    (folder / "parameters").mkdir(parents=True)
    for file in (root / "parameters").iterdir():
        (folder / "parameters" / file.name).write_bytes(file.read_bytes())
    (folder / "notebooks").symlink_to(root / "notebooks")
    monkeypatch.setenv("USO_WORKSPACE", str(folder))
    monkeypatch.chdir(folder)
    return Workspace(folder)


def everything(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*")}


def test_no_name_leads_out_of_the_folder_of_reports(workspace: Workspace, tmp_path: Path) -> None:
    before = everything(tmp_path)
    names = [one.text for one in CORPUS if "\x00" not in one.text and not one.text.startswith("-")]
    with pytest.raises(SystemExit) as left:
        main(["report", "--quiet", "--", *names])
    assert left.value.code == 2
    assert everything(tmp_path) == before


def test_a_text_is_no_municipality_and_the_message_is_short() -> None:
    messages = [message for one in CORPUS if (message := refusal(REGIONS.find, one.text))]
    assert len(messages) > 0.95 * len(CORPUS)
    assert [message for message in messages if len(message) > 1000 or UNSEEN.search(message)] == []
    assert [one.text for one in CORPUS if not re.fullmatch(r"[a-z0-9-]*", slugify(one.text))] == []


def refusal(call: Callable[..., Any], *given: Any) -> str:
    """Return the message with which something is refused, nothing when it is not."""
    try:
        call(*given)
    except UsoError as refused:
        return str(refused)
    return ""


def test_a_network_file_with_hostile_names_is_refused_with_place_and_way_out(workspace: Workspace) -> None:
    file = workspace.parameters / "network.yml"
    sound = file.read_text(encoding="utf-8")
    passed = set()
    for one in CORPUS:
        # YAML reads what JSON writes.
        line = f"name: {json.dumps(one.text)}"
        file.write_text(re.sub(r"^name:.*$", lambda _, line=line: line, sound, flags=re.M), encoding="utf-8")
        message = refusal(load_network, workspace)
        assert len(message) < 1000
        assert UNSEEN.search(message) is None
        if message:
            assert message.splitlines()[1].startswith(str(file))
        else:
            passed.add(one.id)
            assert len(load_network(workspace).name) <= 60
    # A letter of another alphabet that looks like ours is a letter that is seen.
    assert {one.id for one in of("unseen", "long")} & passed == {"unseen-17"}


@pytest.mark.parametrize("one", of("unseen", "long", "yaml", "code", "path"), ids=lambda one: one.id)
def test_keys_and_values_of_a_file_hold_only_what_is_seen(tmp_path: Path, one: Hostile) -> None:
    file = tmp_path / "x.yml"
    file.write_text(f"{json.dumps(one.text)}: 1\nb: [{json.dumps(one.text)}]\n", encoding="utf-8")
    document = read_yaml(file)
    if one.kind == "unseen" and visible(one.text) != one.text:
        assert document.problems
        assert all(problem.reason and problem.hint and problem.file == file for problem in document.problems)
    assert UNSEEN.search(json.dumps(document.data, ensure_ascii=False)) is None
    assert not (tmp_path / "owned").exists()


# --- Imports ------------------------------------------------------------------------------------------------

OPEN = LiveTable(
    id="open",
    service="import",
    producer="THL",
    table_id="avoin",
    title="Avoin",
    contents=[{"code": "n", "title": "Lukumäärä", "unit": "henkilöä"}],
    dimensions=[{"name": "kind", "text": ["Luokka"]}],
)


def rows(texts: list[str], *, area: bool) -> Cells:
    codes = [one.code for one in REGIONS.all]
    lines = [
        [text, "2024", "a", 1] if area else [codes[place % 308], "2024", text, 1]
        for place, text in enumerate(texts)
    ]
    return [["Kuntakoodi", "Vuosi", "Luokka", "Lukumäärä"], *lines]


def importable(*, longest: int) -> list[str]:
    """Return texts that a spreadsheet can hold."""
    return [one.text for one in CORPUS if len(one.text) <= longest and "\ufffe" not in one.text]


def test_municipalities_of_an_import_are_checked_one_by_one(tmp_path: Path) -> None:
    texts = importable(longest=20_000)
    with pytest.raises(ImportProblems) as caught:
        take(save(tmp_path, rows(texts, area=True)), OPEN)
    told = str(caught.value)
    assert UNSEEN.search(told) is None
    assert max(map(len, told.splitlines())) < 2000
    assert everything(tmp_path) <= {"file.xlsx", "data"}


def test_imported_codes_hold_only_what_is_seen(tmp_path: Path) -> None:
    texts = [text for text in importable(longest=100) if visible(text).replace("\u00ad", "").strip()]
    result = take(save(tmp_path, rows(texts, area=False)), OPEN)
    kinds = set(result.frame["kind"])
    assert len(kinds) > 0.9 * len(set(texts))
    assert [kind for kind in kinds if UNSEEN.search(kind) or "\n" in kind] == []
    assert UNSEEN.search(" ".join(result.remarks)) is None


def test_a_code_of_ten_thousand_letters_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ImportProblems, match=r"row 2, column C .*too long for kind → write at most 120"):
        take(save(tmp_path, rows(["A" * 10_240], area=False)), OPEN)


def test_names_of_imported_files_stay_names(tmp_path: Path) -> None:
    content = save(tmp_path, rows(["a"], area=False)).read_bytes()
    tried = 0
    for one in CORPUS:
        folder = tmp_path / f"in-{one.id}"
        folder.mkdir()
        name = f"{one.text}.xlsx"
        if "/" in name or "\x00" in name or len(os.fsencode(name)) > 255:
            continue
        tried += 1
        result = take(save(folder, content, name), OPEN)
        assert result.archived.parent == folder / "data" / "raw" / "import"
        assert re.fullmatch(r"[0-9a-f]{64}\.[a-z0-9]+", result.archived.name)
        shown_name = result.provenance.answers[0].address
        assert UNSEEN.search(shown_name) is None
        assert len(shown_name) <= 120
    assert tried > 100


# --- Parameters of the notebook -----------------------------------------------------------------------------


def test_a_parameter_of_another_name_never_reaches_the_notebook(tmp_path: Path) -> None:
    made = template(tmp_path / "t.ipynb")
    sound: dict[str, Any] = {"member": "tornio", "peers": None, "themes": None}
    assert refusal(check_parameters, made, sound) == ""
    others = [one.text for one in CORPUS if one.text not in sound]
    assert [text for text in others if not refusal(check_parameters, made, {**sound, text: 1})] == []


@pytest.mark.slow
def test_values_of_parameters_stay_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = [one.text for one in CORPUS]
    probe = "import json; bundle['text/html'] = json.dumps(peers); bundle['text/plain'] = member"
    made = template(tmp_path / "t.ipynb", extra=probe)
    before = everything(tmp_path)
    given: dict[str, Any] = {"member": texts[0], "peers": texts, "themes": texts}
    # In a process of its own: the browser's loop in this one would leave threads here.
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as apart:
        told = apart.submit(execute, made, tmp_path / "out.ipynb", parameters=given, workspace=tmp_path)
        notebook = told.result().notebook
    (output,) = notebook.cells[-1].outputs
    received = json.loads(output.data["text/html"])
    # A shared folder of a network is hidden in what is handed on, as a home folder is.
    hidden = {text: got for text, got in zip(texts, received, strict=True) if text != got}
    assert hidden == {r"\\server\share\x": r"~\x"}
    assert everything(tmp_path) - before == {"out.ipynb"}
    assert PARAMETERS.splitlines()[0] in notebook.cells[0].source


def test_values_that_nobody_sees_are_refused(workspace: Workspace) -> None:
    from uso_lib import open_situation

    for one in of("unseen"):
        with pytest.raises(UsoError) as caught:
            open_situation("tornio", peers=[one.text, "Kemi"], workspace=workspace)
        assert UNSEEN.search(str(caught.value)) is None
