"""Turn cell outputs and Markdown into HTML that may stand in a report.

Chooses what is shown of each cell; everything shown passes through cleaning.py. Warnings, errors and what
would need a program in the browser are left out. Does not order or number anything.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

from uso_lib.plain_text import visible
from uso_lib.reports.cleaning import NO_DESCRIPTION, foreign, is_empty, own
from uso_lib.reports.harvest import DESK_MIME, section_data
from uso_lib.reports.pictures import KINDS as PICTURES
from uso_lib.reports.pictures import as_address

ATTACHMENT = "attachment:"
NOT_SHOWN = "Tulosteen esittäminen vaatisi selaimessa toimivan ohjelman, joten se on jätetty raportista pois."
OUTPUT_LABEL = "Tuloste"
#: Media types whose source is worth reading as text.
SOURCES = ("text/latex", "text/vnd.mermaid")
#: A cell that prints without end shall not fill the report.
MOST_TEXT = 20_000

Attachments = Mapping[str, Mapping[str, str]]


def blocks_of(outputs: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the HTML of cell outputs; an output with nothing to show gives nothing."""
    shown = (_block(output) for output in outputs)
    return [block for block in shown if block.strip()]


def markdown(source: str, attachments: Attachments | None = None) -> str:
    """Render Markdown: raw HTML and formulas as text, headings from the fourth level on, pictures within.

    Parameters
    ----------
    attachments
        Pictures pasted into the cell: name → media type → base64.
    """
    if not source.strip():
        return ""
    if attachments:
        return foreign(_renderer(attachments)(visible(source))).strip()
    return foreign(_plain_renderer()(visible(source))).strip()


def _block(output: Mapping[str, Any]) -> str:
    if output["output_type"] == "stream":
        return _preformatted(output["text"]) if output.get("name") == "stdout" else ""
    data = output.get("data", {})
    if DESK_MIME in data:
        return ""
    if section_data(output) is not None:
        return own(_text(data.get("text/html")))
    shown = _shown(data, output.get("metadata", {}))
    if shown:
        return shown
    live = [kind for kind in data if kind not in ("text/plain", *PICTURES)]
    plain = _text(data.get("text/plain"))
    if live and (not plain or plain.lstrip().startswith("<")):
        return f"<p>{NOT_SHOWN}</p>"
    return _preformatted(plain)


def _shown(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    """Return the richest form of an output that can stand on a page, nothing when there is none."""
    if "text/html" in data:
        cleaned = foreign(_text(data["text/html"]))
        if not is_empty(cleaned):
            return cleaned
    if "text/markdown" in data:
        return markdown(_text(data["text/markdown"]))
    for kind in PICTURES:
        picture = _picture(kind, _text(data.get(kind)), metadata)
        if picture:
            return picture
    source = next((_text(data[kind]) for kind in SOURCES if kind in data), "")
    return _preformatted(source)


def _text(content: Any) -> str:
    """Return what an output holds as text; a notebook may keep it as a list of lines."""
    if isinstance(content, list):
        return "".join(map(str, content))
    return content if isinstance(content, str) else ""


def _preformatted(text: Any) -> str:
    plain = visible(_text(text)).rstrip()
    if not plain.strip():
        return ""
    shown = plain if len(plain) <= MOST_TEXT else f"{plain[:MOST_TEXT]} …"
    # A group, no region: regions are landmarks, and those of one name cannot be told apart.
    box = f'<pre class="output" role="group" aria-label="{OUTPUT_LABEL}" tabindex="0">'
    return f"{box}{html.escape(shown)}</pre>"


def _picture(kind: str, content: str, metadata: Mapping[str, Any]) -> str:
    address = as_address(kind, content) if content.strip() else None
    if address is None:
        return ""
    described = metadata.get(kind)
    alt = described.get("alt") if isinstance(described, Mapping) else None
    return f'<img src="{address}" alt="{html.escape(visible(str(alt or NO_DESCRIPTION)))}">'


@cache
def _plain_renderer() -> Callable[[str], str]:
    return _renderer({})


def _renderer(attachments: Attachments) -> Callable[[str], str]:
    import mistune
    import mistune.util
    from mistune.plugins.math import math

    class Careful(mistune.HTMLRenderer):
        """Find pasted pictures; what may stay of addresses is decided when the whole is cleaned."""

        def image(self, text: str, url: str, title: str | None = None) -> str:
            del title  # a tooltip is out of reach of keyboards and paper
            address = _attached(unquote(html.unescape(url)), attachments)
            alt = html.escape(html.unescape(mistune.util.striptags(text)))
            return f'<img src="{html.escape(address)}" alt="{alt}">' if address else text

        def sanitize_url(self, url: str) -> str:
            return url

    careful = Careful(escape=True)
    render = mistune.create_markdown(escape=True, renderer=careful, plugins=["table", "strikethrough", math])
    careful.register("inline_math", lambda _, text: html.escape(f"${text}$"))
    careful.register("block_math", lambda _, text: html.escape(f"$${text}$$") + "\n")
    return lambda source: str(render(source))


def _attached(url: str, attachments: Attachments) -> str | None:
    """Return the address of a picture within the page, None for one from elsewhere."""
    if not url.startswith(ATTACHMENT):
        return url if url.startswith("data:image/") else None
    held = attachments.get(url.removeprefix(ATTACHMENT), {})
    return next((as_address(kind, _text(held[kind])) for kind in PICTURES if kind in held), None)
