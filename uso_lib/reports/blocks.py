"""Turn cell outputs and Markdown into HTML that may stand in a report.

Sections of the workbench are taken as they are; everything else is foreign: raw HTML in Markdown is escaped,
HTML tables are cleaned, pictures become data addresses, warnings and errors are left out. Does not order or
number anything.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from uso_lib.reports.harvest import section_data

TABLE_TAGS = frozenset(
    [
        *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
        *(
            "p",
            "div",
            "span",
            "br",
            "b",
            "i",
            "em",
            "strong",
            "ul",
            "ol",
            "li",
            "h4",
            "h5",
            "h6",
            "a",
            "code",
            "pre",
        ),
    ]
)
TABLE_ATTRIBUTES = {"*": ["class", "scope", "colspan", "rowspan", "lang"], "a": ["href"]}
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
NO_DESCRIPTION = "Kuva, jolle ei ole kirjoitettu tekstivastinetta"
_UNREAD = re.compile(r"<(script|style|template|noscript)\b.*?(</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)


def blocks_of(outputs: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the HTML of cell outputs; an output with nothing to show gives nothing."""
    shown = (_block(output) for output in outputs)
    return [block for block in shown if block.strip()]


def markdown(source: str) -> str:
    """Render Markdown: raw HTML as text, headings from the fourth level on, pictures from data only."""
    return _renderer()(source).strip() if source.strip() else ""


def _block(output: Mapping[str, Any]) -> str:
    if output["output_type"] == "stream":
        return _preformatted(output["text"]) if output.get("name") == "stdout" else ""
    data = output.get("data", {})
    if section_data(output) is not None:
        return str(data.get("text/html", ""))
    if "text/html" in data:
        return _foreign_html(data["text/html"])
    if "text/markdown" in data:
        return markdown(data["text/markdown"])
    for kind in PICTURES:
        if kind in data:
            return _picture(kind, data[kind], output.get("metadata", {}))
    return _preformatted(data.get("text/plain", ""))


def _preformatted(text: str) -> str:
    return f'<pre class="output">{html.escape(text.rstrip())}</pre>' if text.strip() else ""


def _foreign_html(source: str) -> str:
    import bleach  # type: ignore[import-untyped]

    cleaned: str = bleach.clean(
        _UNREAD.sub("", source), tags=TABLE_TAGS, attributes=TABLE_ATTRIBUTES, strip=True, strip_comments=True
    )
    return f'<div class="table-scroll" tabindex="0">{cleaned}</div>' if "<table" in cleaned else cleaned


def _picture(kind: str, content: str, metadata: Mapping[str, Any]) -> str:
    described = metadata.get(kind, {})
    alt = described.get("alt") if isinstance(described, Mapping) else None
    # Producers send PNG as base64 text already; SVG comes as its source.
    encoded = (
        base64.b64encode(content.encode()).decode() if kind == "image/svg+xml" else "".join(content.split())
    )
    return f'<img src="data:{kind};base64,{encoded}" alt="{html.escape(alt or NO_DESCRIPTION)}">'


@cache
def _renderer() -> Callable[[str], str]:
    import mistune

    class Careful(mistune.HTMLRenderer):
        """Render headings below the report's own and no picture from another address."""

        def heading(self, text: str, level: int, **attrs: Any) -> str:
            return super().heading(text, max(level, 4), **attrs)

        def link(self, text: str, url: str, title: str | None = None) -> str:
            return text if url.lstrip().lower().startswith("data:") else super().link(text, url, title)

        def image(self, text: str, url: str, title: str | None = None) -> str:
            inside = url.startswith(("data:image/png;", "data:image/jpeg;", "data:image/svg+xml;"))
            return super().image(text, url, title) if inside else text

    careful = Careful(escape=True, allow_harmful_protocols=["data:image/"])
    render = mistune.create_markdown(escape=True, renderer=careful, plugins=["table"])
    return lambda source: str(render(source))
