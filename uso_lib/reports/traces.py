"""Take out of an executed notebook what tells of this run, this machine and the person at it.

The notebook lies beside the report and is handed on with it. What stays is the same whenever the inputs are:
text, code, outputs. Does not execute anything and does not change the template.
"""

from __future__ import annotations

import base64
import binascii
import copy
import re
import sys
import tempfile
from collections.abc import Callable, Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

from uso_lib.reports.pictures import as_address, bare, bare_svg, without_notes_within

INJECTED = "injected-parameters"
#: Cells with one of these tags stand in no report.
HIDDEN_TAGS = frozenset({"remove-cell", "parameters", INJECTED})
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
#: What a cell's metadata may say; editors write times, paths and states of their own beside these.
KEPT_METADATA = ("tags", "jupyter", "slideshow", "editable", "deletable")
#: The home folder of anyone, whoever's machine a text comes from.
_HOMES = (
    r"(?:/home|(?:/mnt/[a-z]|/[a-z])?/Users)/[^/\s\"'<>:]+|[A-Za-z]:\\+Users\\+[^\\\s\"'<>:]+"
    # A shared folder, "\\\\server\\share"; a formula's "\\\\hline\\end{x}" or "{2}\\\\10\\\\20" is none.
    r"|(?<![\\})\]])\\{2,4}(?!x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})[A-Za-z0-9][\w.-]+\\{1,2}[\w$.-]{2,}(?![\w{])"
)
#: Texts without which there is no home folder and no shared one: long texts are searched for these first.
_HINTS = ("/home/", "/Users/", ":\\", "\\\\")
_END = r"(?![\w.-])"
_MEMORY = re.compile(r" at 0x[0-9a-fA-F]{6,}")

Change = Callable[[str], str]


def without_traces(notebook: Any, *, workspace: Path | None = None, telling: Collection[str] = ()) -> Any:
    """Return a copy of an executed notebook without times, folders, warnings, errors and random cell ids.

    Parameters
    ----------
    workspace
        Its folder becomes "." wherever a text names it, a home folder "~".
    telling
        Ids of cells whose errors stay: failed cells of the consultant's own.
    """
    clean = copy.deepcopy(notebook)
    hide = _hider(workspace)
    language = {
        key: value for key, value in clean.metadata.get("language_info", {}).items() if key != "version"
    }
    clean["metadata"] = type(clean.metadata)({"kernelspec": dict(KERNEL), "language_info": language})
    for cell in clean.cells:
        cell["metadata"] = {key: cell.metadata[key] for key in KEPT_METADATA if key in cell.metadata}
        cell["source"] = hide(cell.source)
        if INJECTED in cell.metadata.get("tags", []):
            cell["id"] = INJECTED
        if "attachments" in cell:
            cell["attachments"] = {name: _bundle(held, hide) for name, held in cell.attachments.items()}
        if cell.cell_type == "code":
            errors = cell.get("id") in telling
            cell["outputs"] = [_output(one, hide) for one in cell.outputs if _is_shown(one, errors=errors)]
    return clean


def without_places(data: Any, workspace: Path) -> Any:
    """Return a text, such as the reason of a failure, or plain data without the folders of this machine."""
    return _throughout(data, _hider(workspace))


def _is_shown(output: Any, *, errors: bool) -> bool:
    return bool((errors or output.output_type != "error") and output.get("name") != "stderr")


def _output(output: Any, hide: Change) -> Any:
    if output.output_type == "error":
        output["evalue"] = hide(output.evalue)
        lines = [hide(line) for line in output.get("traceback", [])]
        plain = f"{output.ename}: {output.evalue}" if output.evalue else output.ename
        output["traceback"] = lines if len(lines) == 1 else [plain]
    if "text" in output:
        output["text"] = hide(output.text)
    if "data" in output:
        output["data"] = _bundle(output.data, hide)
        output["metadata"] = _throughout(output.get("metadata", {}), hide)
    return output


def _bundle(data: Any, hide: Change) -> dict[str, Any]:
    """Clean every form of one output or attachment."""
    return {kind: _form(kind, content, hide) for kind, content in data.items()}


def _form(kind: str, content: Any, hide: Change) -> Any:
    if kind == "image/svg+xml" and isinstance(content, str):
        if "<" in content:
            return hide(bare_svg(content))
        return (as_address(kind, content) or "").partition(",")[2]
    if kind.startswith("image/") and isinstance(content, str):
        try:
            return base64.b64encode(bare(base64.b64decode("".join(content.split()), validate=True))).decode()
        except (binascii.Error, ValueError):
            return ""
    changed = _throughout(content, hide)
    return _MEMORY.sub("", changed) if kind == "text/plain" and isinstance(changed, str) else changed


def _throughout(data: Any, hide: Change) -> Any:
    if isinstance(data, str):
        return hide(data)
    if isinstance(data, dict):
        return {hide(str(key)): _throughout(value, hide) for key, value in data.items()}
    return [_throughout(one, hide) for one in data] if isinstance(data, list | tuple) else data


def _hider(workspace: Path | None) -> Change:
    """Return what takes the folders of this machine, and characters no file can hold, out of a text."""
    named = {str(workspace): ".", str(Path.home()): "~", sys.prefix: "~", tempfile.gettempdir(): "~"}
    if workspace is not None:
        named[str(workspace.resolve())] = "."
    places = {place: sign for place, sign in named.items() if len(place) > 3 and place != "None"}
    listed = "|".join(re.escape(place) + _END for place in sorted(places, key=len, reverse=True))
    pattern = re.compile(rf"(?:(?<![\w.])|(?<=\\[nrt]))(?:{listed}|{_HOMES})")

    hints = (*places, *_HINTS)

    @lru_cache(maxsize=10_000)  # names of areas and tables come again and again
    def hide(text: str) -> str:
        hidden = without_notes_within(text)
        if any(hint in hidden for hint in hints):
            hidden = pattern.sub(lambda match: places.get(match[0], "~"), hidden)
        return hidden if _is_whole(hidden) else _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", hidden)

    return hide


_SURROGATE = re.compile("[\ud800-\udfff]")


def _is_whole(text: str) -> bool:
    """Tell whether a text holds no half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
