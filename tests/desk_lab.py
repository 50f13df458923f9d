"""Start a real JupyterLab as `uso lab` does and work in it through a browser, as a consultant would.

Used by test_desk_lab.py and by the walk-through (desk_walkthrough.py).
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
#: What a server and a kernel need at most on a busy machine, seconds.
PATIENCE = 180
ADDRESS = re.compile(r"http://(?:localhost|127\.0\.0\.1):\d+/lab\S*\?token=\w+")
#: Puts a picture on the page's clipboard event, as pasting from a screenshot does.
PASTE = """([element, name, data]) => {
  const bytes = Uint8Array.from(atob(data), sign => sign.charCodeAt(0));
  const held = new DataTransfer();
  held.items.add(new File([bytes], name, {type: 'image/png'}));
  element.dispatchEvent(new ClipboardEvent('paste', {clipboardData: held, bubbles: true, cancelable: true}));
}"""
#: What makes a view look as it does, without what depends on the width it has.
PROPERTIES = [
    "color", "background-color", "background-image", "font-family", "font-size", "font-weight", "font-style",
    "line-height", "display", "white-space", "vertical-align", "list-style-type", "padding", "margin",
    "text-align", "border-top", "border-bottom", "border-left", "border-right", "border-collapse", "cursor",
    "font-variant-numeric", "letter-spacing", "max-width", "min-width", "position", "overflow-x",
    "text-decoration-line", "text-transform",
]  # fmt: skip
#: JupyterLab puts an anchor and a number of its own into headings.
LOOK = """(section, properties) => [...section.querySelectorAll('*')]
  .filter(one => !one.closest('.jp-InternalAnchorLink, .numbering-entry'))
  .map(one => {
    const style = getComputedStyle(one);
    return [`${one.tagName} ${one.className}`, ...properties.map(name => style.getPropertyValue(name))];
  })"""


def environment(workspace: Path, home: Path) -> dict[str, str]:
    """Return what a person with an untouched home folder has, working in a workspace."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
    return kept | {"USO_WORKSPACE": str(workspace), "HOME": str(home)}


def uso(workspace: Path, home: Path, *arguments: str) -> str:
    """Run a command and return what it said."""
    command = [sys.executable, "-m", "uso_lib.cli", *arguments]
    given = environment(workspace, home)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=given, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def look_of(section: Any) -> list[list[str]]:
    """Return every element of a section as it is drawn: its name, then the computed properties."""
    found: list[list[str]] = section.evaluate(LOOK, PROPERTIES)
    return found


@contextmanager
def lab(workspace: Path, home: Path, *arguments: str) -> Iterator[str]:
    """Run `uso lab` while the block lasts; give the address of the notebook it opens."""
    root = ["--allow-root"] if os.name == "posix" and os.geteuid() == 0 else []
    command = [sys.executable, "-m", "uso_lib.cli", "lab", *arguments]
    said = uso(workspace, home, "lab", *arguments, "--dry-run")
    opened = said.split(" -m jupyterlab ")[1].split()[0]
    log = home / "lab.log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [*command, "--", "--no-browser", *root],
            stdout=stream, stderr=stream, env=environment(workspace, home), cwd=ROOT,
        )  # fmt: skip
        try:
            yield _address(server, log).replace("/lab?", f"/lab/tree/{opened}?")
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    ended = time.monotonic() + PATIENCE
    while time.monotonic() < ended:
        text = log.read_text(encoding="utf-8", errors="replace")
        if found := ADDRESS.search(text):
            return found.group()
        assert server.poll() is None, text
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))


def in_the_dark(home: Path) -> None:
    """Choose JupyterLab's dark theme for every page opened from now on."""
    settings = home / ".jupyter/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('{"theme": "JupyterLab Dark"}', encoding="utf-8")


def beside(address: str, notebook: str) -> str:
    """Return the address of another notebook of the same server."""
    return re.sub(r"/lab/tree/[^?]*", f"/lab/tree/{notebook}", address)


class Desk:
    """Hold a page of JupyterLab with one notebook open in front.

    Parameters
    ----------
    first
        Whether nobody has used this JupyterLab before: then it asks whether it may fetch news of itself.
    """

    def __init__(
        self, browser: Any, address: str, *, width: int = 1280, height: int = 900, first: bool = True
    ) -> None:
        address = address.replace("/lab/tree/", f"/lab/workspaces/{uuid.uuid4().hex}/tree/")
        self.page = browser.new_page(viewport={"width": width, "height": height})
        self.page.set_default_timeout(PATIENCE * 1000)
        self.requests: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        begun = time.monotonic()
        self.page.goto(address)
        self.panel = self.page.locator(".jp-NotebookPanel").first
        self.panel.locator(".jp-Cell").first.wait_for()
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        self.opening_seconds = time.monotonic() - begun
        if first:
            self.page.get_by_role("button", name="No", exact=True).click()
        self.page.keyboard.press("Control+B")  # the list of files away: more room for the notebook

    def cell(self, source: str) -> Any:
        """Return the cell whose source holds a text, brought into view."""
        inside = self.page.locator(".jp-InputArea", has_text=source)
        found = self.panel.locator(".jp-Cell", has=inside).first
        found.scroll_into_view_if_needed()
        return found

    def select(self, source: str) -> Any:
        """Select a cell, so that keys command it."""
        found = self.cell(source)
        found.locator(".jp-InputPrompt").first.click()
        self.page.keyboard.press("Escape")
        return found

    def write_below(self, source: str, text: str, *, kind: str = "markdown") -> Any:
        """Insert a cell below another and type into it; it stays open for more."""
        self.select(source)
        self.page.keyboard.press("b")
        if kind == "markdown":
            self.page.keyboard.press("m")
        self.page.keyboard.press("Enter")
        self.page.get_by_text("Mode: Edit").wait_for()
        self.page.keyboard.insert_text(text)
        return self.panel.locator(".jp-Cell.jp-mod-active")

    def replace(self, source: str, text: str, *, rendered: str = "") -> Any:
        """Type another text into a cell.

        Parameters
        ----------
        rendered
            What a Markdown cell shows when it is not being edited.
        """
        if rendered:
            shown = self.panel.locator(".jp-RenderedMarkdown").get_by_text(rendered, exact=True).first
            shown.scroll_into_view_if_needed()
            shown.click()
        else:
            self.select(source)
        self.page.keyboard.press("Enter")
        self.page.get_by_text("Mode: Edit").wait_for()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        return self.panel.locator(".jp-Cell.jp-mod-active")

    def paste_picture(self, name: str, content: bytes) -> None:
        """Paste a picture into the cell that is being written."""
        editor = self.panel.locator(".jp-Cell.jp-mod-active .cm-content")
        data = base64.b64encode(content).decode("ascii")
        editor.evaluate("(element, given) => (" + PASTE + ")([element, ...given])", [name, data])
        self.panel.locator(".jp-Cell.jp-mod-active", has_text="attachment:").wait_for()

    def run(self) -> Any:
        """Run the active cell and return it when it has finished."""
        active = self.panel.locator(".jp-Cell.jp-mod-active")
        self.page.keyboard.press("Control+Enter")
        return active

    def run_code(self) -> tuple[Any, float]:
        """Run the active code cell; return it and how many seconds it took to show something."""
        active = self.panel.locator(".jp-Cell.jp-mod-active")
        before, begun = active.locator(".jp-InputPrompt").first.inner_text(), time.monotonic()
        self.run()
        ended = begun + PATIENCE
        while (now := active.locator(".jp-InputPrompt").first.inner_text()) == before or "*" in now:
            assert time.monotonic() < ended, "the cell does not end"
            time.sleep(0.02)
        active.locator(".jp-OutputArea-child").first.wait_for()
        return active, time.monotonic() - begun

    def run_quietly(self) -> None:
        """Run the active cell, which shows nothing."""
        active = self.run()
        active.locator(".jp-InputPrompt", has_text=re.compile(r"\[\d+\]")).wait_for()

    def run_all(self, *, last: str) -> None:
        """Run every cell from the menu, and wait for the last one."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.cell(last).locator(".jp-InputPrompt", has_text=re.compile(r"\[\d+\]")).wait_for()

    def replace_active(self, text: str) -> None:
        """Type another text into the active cell, and clear what it showed."""
        self.page.keyboard.press("Enter")
        self.page.get_by_text("Mode: Edit").wait_for()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def complete(self) -> str:
        """Press the Tab key and return what is offered."""
        self.page.keyboard.press("Tab")
        offered = self.page.locator(".jp-Completer-list")
        offered.wait_for()
        return str(offered.inner_text())

    def delete_active(self) -> None:
        """Delete the active cell, as a consultant does who only tried something."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("d")
        self.page.keyboard.press("d")

    def show_top(self, source: str) -> None:
        """Bring a cell to the top of the window."""
        self.cell(source).evaluate("cell => cell.scrollIntoView({block: 'start'})")

    def save(self, file: Path, *, holding: str) -> None:
        """Save as the keyboard does, and wait until the file holds a text."""
        self.page.keyboard.press("Control+S")
        ended = time.monotonic() + PATIENCE
        while holding not in file.read_text(encoding="utf-8"):
            assert time.monotonic() < ended, f"{file.name} was not saved"
            time.sleep(0.1)

    def picture(self, target: Path) -> None:
        """Photograph the page."""
        target.write_bytes(self.page.screenshot())

    def close(self) -> None:
        """Close the page without its question about leaving."""
        self.page.close(run_before_unload=False)
