"""Work at the desk as a consultant does, in a real JupyterLab, and write docs/desk.md with pictures of it.

The same steps are a test (test_desk_lab.py). To write the document anew, with the times of this machine:
`python tests/desk_walkthrough.py`.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desk_lab import Desk, beside, lab, look_of, uso
from made_figures import live_table, published
from playwright import sync_api

from uso_lib.live_specs import LiveContent
from uso_lib.store import open_store
from uso_lib.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT, PICTURES = ROOT / "docs" / "desk.md", ROOT / "docs" / "desk"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MEMBER, ROW = "juva", "lainakanta"
COMMENT = "Velka kasvoi, koska koulukeskus rakennettiin vuosina 2014 ja 2015."
BETTER = "Velka kasvoi koulukeskuksen takia; lyhennykset alkoivat vuonna 2022."
PEERS = 'situation.with_peers(["Kemi", "Oulu", "Mikkeli"])'
HIDDEN = 'situation.section("koulutus", hide=[1])'
MISTAKE = 'situation.section("lainakannat")'
ADDED = 'situation.figure("loans_per_capita", kind="map")'
EXPLORER = "notebooks/explore.ipynb"
#: Cell of the notebook → where the report shows it.
SECTIONS = {
    "situation.summary()": "yhteenveto",
    'situation.section("vaestonmuutokset")': "vaestonmuutokset",
    f'situation.section("{ROW}")': ROW,
    'situation.section("kriisikunta")': "kriisikunta",
    'situation.section("vetovoima")': "vetovoima",
    "situation.peers_overview()": "verrokit",
    "situation.sources()": "lahteet",
}
SCREEN = {"width": 1000, "height": 680}


@dataclass
class Walk:
    """Hold what a walk left behind.

    Parameters
    ----------
    seconds
        Step → how long it took.
    said
        Step → what was said on the screen.
    looks
        Cell → how its section looks in the notebook and in the report.
    """

    workspace: Workspace
    seconds: dict[str, float] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    looks: dict[str, tuple[list[list[str]], list[list[str]]]] = field(default_factory=dict)

    @property
    def desk_copy(self) -> Path:
        """Return the notebook the consultant works in."""
        return self.workspace.outputs / MEMBER / "situation.ipynb"

    @property
    def page(self) -> str:
        """Return the report as it is now."""
        return (self.workspace.outputs / MEMBER / "situation.html").read_text(encoding="utf-8")


def new_workspace(folder: Path) -> Workspace:
    """Return a workspace with the real parameters and notebooks."""
    shutil.copytree(ROOT / "parameters", folder / "parameters")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns("members"))
    return Workspace(folder)


def walk(
    folder: Path,
    browser: Any,
    pictures: Path,
    *,
    themes: Sequence[str] = (),
    more: Callable[[Walk, str], None] | None = None,
) -> Walk:
    """Go through a consultant's day and photograph it.

    Parameters
    ----------
    themes
        Of the member's reports; all by default. With fewer they are made sooner.
    more
        What else to do while JupyterLab runs, with its address.
    """
    done = Walk(new_workspace(folder / "work"))
    if themes:
        with (done.workspace.parameters / f"{MEMBER}.yml").open("a", encoding="utf-8") as file:
            file.write("\n".join(["", "themes:", *(f"  - {one}" for one in themes), ""]))
    home = folder / "home"
    home.mkdir()
    pictures.mkdir(parents=True, exist_ok=True)
    _report(done, home, "first report")
    shown = done.page.partition('id="koulutus"')[2].partition("</section>")[0]
    done.said["figures"] = "; ".join(re.findall(r'class="figure-title">([^<]+)', shown))
    with lab(done.workspace.root, home, MEMBER) as address:
        desk = Desk(browser, address, **SCREEN)
        done.seconds["opening the notebook"] = desk.opening_seconds
        compare(done, desk, browser)
        write(done, desk, browser, pictures)
        explore(done, Desk(browser, beside(address, EXPLORER), first=False, **SCREEN), pictures)
        new_figures(done.workspace)
        done.said["report"] = _report(done, home, "report after an edit and new figures")
        read(done, browser, pictures / "5-report.png")
        done.said["first page"] = done.page
        rewrite(done, Desk(browser, address, first=False, **SCREEN))
        if more is not None:
            more(done, address)
    _report(done, home, "report after another edit")
    return done


def compare(done: Walk, desk: Desk, browser: Any) -> None:
    """Note how sections look in the notebook and in the report."""
    page = browser.new_page(viewport=SCREEN)
    page.goto((done.workspace.outputs / MEMBER / "situation.html").as_uri())
    for source, place in SECTIONS.items():
        shown = desk.cell(source).locator("uso-view > .section").first
        done.looks[source] = (look_of(shown), look_of(page.locator(f"#{place} .section").first))
    page.close()


def write(done: Walk, desk: Desk, browser: Any, pictures: Path) -> None:
    """Comment in the member's notebook, paste a picture, hide a figure, try other peers, save."""
    desk.write_below(f'situation.section("{ROW}")', f"{COMMENT}\n\n")
    desk.paste_picture("koulu.png", _picture_of(browser))
    desk.run().evaluate("cell => cell.scrollIntoView({block: 'center'})")
    desk.picture(pictures / "1-comment.png")
    desk.replace('situation.section("koulutus")', HIDDEN)
    desk.select('member = "juva"')
    desk.run()
    desk.select("from uso_lib import open_situation")
    desk.run_quietly()
    desk.write_below("from uso_lib import open_situation", f'situation.section("{ROW}")', kind="code")
    done.seconds["running a section"] = desk.run_code()[1]
    desk.replace_active(PEERS)
    cell, done.seconds["other peers at once"] = desk.run_code()
    done.said["peers"] = cell.inner_text()
    desk.show_top(PEERS)
    desk.picture(pictures / "2-peers.png")
    desk.replace_active(MISTAKE)
    cell, _ = desk.run_code()
    done.said["mistake"] = cell.locator(".jp-OutputArea").inner_text()
    desk.write_below(MISTAKE, 'situation.section("va', kind="code")
    done.said["completion"] = desk.complete()
    desk.show_top(MISTAKE)
    desk.picture(pictures / "3-names.png")
    desk.delete_active()
    desk.save(done.desk_copy, holding="attachment:")
    desk.close()


def explore(done: Walk, desk: Desk, pictures: Path) -> None:
    """Pick a view in the explorer and add it to the member's notebook."""
    desk.select("from uso_lib.explore")
    _, done.seconds["opening the explorer"] = desk.run_code()
    field = desk.page.get_by_label("Kunta")
    field.fill("juva")
    field.press("Enter")
    pick(desk, "Teema", "4 Kunnan talous")
    pick(desk, "Tunnusluku", "Lainakanta asukasta kohti")
    desk.page.get_by_role("button", name="Kartta").click()
    desk.page.locator("code", has_text=ADDED).wait_for()
    desk.page.locator(".uso-explorer figure").first.wait_for()
    desk.show_top("from uso_lib.explore")
    desk.picture(pictures / "4-explorer.png")
    add = desk.page.get_by_role("button", name="Lisää kunnan muistikirjaan")
    for pressed, words in (("explorer", "Lisätty kunnan Juva muistikirjaan"), ("again", "on jo kunnan Juva")):
        add.click()
        told = desk.page.get_by_text(words)
        told.wait_for()
        done.said[pressed] = told.inner_text()
    desk.close()


def pick(desk: Desk, label: str, choice: str) -> None:
    """Choose from one of the explorer's lists."""
    row = desk.page.locator(".widget-dropdown", has_text=label).first
    row.locator("select").select_option(label=choice)


def new_figures(workspace: Workspace) -> None:
    """Publish figures of a new year, as `uso fetch` does: everywhere a thousand inhabitants more."""
    table, content = "vaerak_11ra", "vaerak-vaesto"
    rows = open_store().read(table).drop(columns="table").query("content == @content")
    rows = rows.assign(period="2026", value=rows["value"] + 1000)
    live = live_table(table, table_id="vaerak 11ra", contents=[LiveContent(code=content)])
    published(workspace.data, rows, table=live)


def read(done: Walk, browser: Any, target: Path) -> None:
    """Open the new report where the comment stands."""
    page = browser.new_page(viewport=SCREEN)
    page.goto((done.workspace.outputs / MEMBER / "situation.html").as_uri())
    page.locator(".words", has_text=COMMENT).scroll_into_view_if_needed()
    target.write_bytes(page.screenshot())
    page.close()


def rewrite(done: Walk, desk: Desk) -> None:
    """Write the comment anew."""
    desk.replace("", BETTER, rendered=COMMENT)
    desk.run()
    desk.save(done.desk_copy, holding=BETTER)
    desk.close()


def _report(done: Walk, home: Path, step: str) -> str:
    begun = time.monotonic()
    said = uso(done.workspace.root, home, "report", MEMBER, "--quiet")
    done.seconds[step] = time.monotonic() - begun
    return said


def _picture_of(browser: Any) -> bytes:
    """Make a small picture such as a consultant would paste."""
    page = browser.new_page(viewport={"width": 320, "height": 90})
    page.set_content(
        "<body style='margin:0;font:16px sans-serif;background:#e8eaec;display:grid;place-items:center;"
        "height:100vh'>Koulukeskus 2014–2015, valokuva</body>"
    )
    found: bytes = page.screenshot()
    page.close()
    return found


TEXT = """\
# A day at the consultant's desk

Written by `python tests/desk_walkthrough.py`, which does all of this in a real JupyterLab; the same steps are a test
(`tests/test_desk_lab.py`). Nothing needs to be set up.

## Writing
After a first `uso report juva`, `uso lab juva` opens `outputs/juva/situation.ipynb`. (Before it the template opens: what is written there
goes into every member's report.) Write between the generated cells (`B` adds a cell below, `M` makes it text), paste pictures, save with
`Ctrl+S`. The next `uso report juva` or `uso notes juva` takes the words into `notebooks/members/juva.ipynb`, which git keeps.

![A comment and a pasted picture below a generated section](desk/1-comment.png)

- One figure less: `{hidden}` hides the first figure of a section, counted as shown. A cell
  changed so is yours from then on; when the template's changes, a note beside it shows the new one.
- A whole section less: delete its cell. `uso notes juva` lists what is hidden, `uso notes juva --show section-koulutus` brings it back.
- Generated cells stay in the template's order: one that was moved goes back, yours stay where you put them.
- Own code has `situation` at hand; in a newly opened notebook run the first two code cells once. `situation.section("{row}")`, `situation.figure("loans_per_capita", kind="map")`;
  `situation.names()` lists what can be written.
- A cell that fails stops nothing: the report leaves it out, the run says so, the notebook shows the error.
- Sections look in the notebook as in the report, in a dark JupyterLab as on white paper. A notebook that came from another machine shows
  them plainly until its cells are run or it is trusted (*View → Activate Command Palette → Trust Notebook*).
- Figures that stay true in your text, and sentences that are checked: [bound words](bound_words.md).
- Something went wrong: `uso notes juva --versions` lists the earlier versions kept on this machine, `uso notes juva --restore` brings the
  one before back. Without `outputs/` the words are still there.

## Other peers
`{peers}` shows at once what they would change. Nothing is saved, and a trial never stands in a report. `.save_peers()` behind it writes
`parameters/juva.yml`, your comments kept; the next report uses them.

![A trial with three other peers: means and places now and on trial](desk/2-peers.png)

## Names and mistakes
The Tab key completes names within the quotes, methods after the dot. A mistake is told in one line, in Finnish.

![The Tab key completes a section's name; a mistake is one line](desk/3-names.png)

## Trying views out
`uso lab --explore` opens `notebooks/explore.ipynb`: run its one cell, then pick municipality, peers, indicator and kind of figure. Any
municipality of the country can be looked at: clear the field and type its name, in Finnish or Swedish. *Lisää kunnan muistikirjaan* puts
the view into a member's notebook as a cell of your own, below the section of its row, once; only members have one. With other peers than
the member's own, the figure names them. *Tallenna verrokit* makes them the member's own. What is added comes with the next `uso report juva`;
an open notebook does not show it before.

![The explorer with a map, and the button that adds it](desk/4-explorer.png)

## The next report
New figures have come. `uso report juva` runs template and own cells on them: the comment stands where it was written, the added map below
it. `outputs/juva/changes.html` tells what has changed since the report before, a cell at the top of the notebook the most important of it.

![The new report with the comment and the picture at their place](desk/5-report.png)

Close the notebook or choose *File → Reload Notebook from Disk* after a run: the report's run has written it anew. What was saved during
the run is kept and comes with the next one; the run says so.

Earlier texts, deleted ones too, stay in `outputs/juva/history/`, in the hidden `outputs/juva/.situation.before.ipynb`, in
`notebooks/members/history/` and for one report in `changes.html`. Hand on the page, the slides, the PDF or the workbook, never the folder;
and `changes.html` only to those who may see what was there before. So that your own JupyterLab shows a new notebook as it is, the run signs
it in Jupyter's data folder of your account, as Jupyter itself does when a notebook is saved.

## Times
Seconds of one run on two cores; a load above two means that other work slowed it down.

| step | s |
|---|--:|
{times}

*Running a section* is the first section of a kernel; it loads the drawing library. The next one takes about a second.
"""  # noqa: E501 - the lines of a document


def document(seconds: dict[str, float]) -> str:
    """Write the document."""
    measured = {**seconds, "*load of the machine meanwhile*": os.getloadavg()[1]}
    times = "\n".join(f"| {step} | {value:.1f} |" for step, value in measured.items())
    return TEXT.format(hidden=HIDDEN, row=ROW, peers=PEERS, times=times)


def main(say: Callable[[str], object] = print) -> None:
    """Walk, and write document and pictures."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        sys.exit("no Chromium on this machine: install the package 'chromium'")
    with tempfile.TemporaryDirectory() as folder, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found)
        done = walk(Path(folder), browser, PICTURES)
        browser.close()
    DOCUMENT.write_text(document(done.seconds), encoding="utf-8")
    for step, value in done.seconds.items():
        say(f"{step}: {value:.1f} s")
    for step in ("peers", "mistake", "completion", "explorer", "report"):
        say(f"{step}: {done.said[step]}")


if __name__ == "__main__":
    main()
