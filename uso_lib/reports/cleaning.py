"""Say what HTML may stand on a page, and leave everything else out.

Nothing reaches a page without passing here: sections of the workbench with everything its templates use,
foreign HTML with much less. Does not choose what is shown of a cell (blocks.py).
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

from uso_lib.plain_text import visible
from uso_lib.reports.pictures import without_notes

NO_DESCRIPTION = "Kuva, jolle ei ole kirjoitettu tekstivastinetta"
NAMELESS_TABLE = "Taulukko"
#: Foreign HTML beyond these would make the page too heavy to read, or take apart what stands after it.
LONGEST, DEEPEST = 5_000_000, 60
TOO_LONG = "Sisältö on liian pitkä esitettäväksi, joten se on jätetty raportista pois."
TOO_DEEP = "Sisällön rakenne on liian syvä esitettäväksi, joten se on jätetty raportista pois."


def _tags(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


FOREIGN_TAGS = _tags(
    "h4 h5 h6 p div span br hr b i em strong s del ins sub sup mark small abbr ul ol li dl dt dd blockquote",
    "code pre kbd samp a img figure figcaption table caption colgroup col thead tbody tfoot tr th td",
)
OWN_TAGS = FOREIGN_TAGS | _tags(
    "h1 h2 h3 header footer section article aside nav main address details summary time data dfn q cite u",
    "var wbr hgroup",
)
#: What is inside these is no text for readers.
UNREAD = _tags(
    "script style template noscript noembed noframes iframe object embed applet svg math title textarea",
    "select xmp plaintext head frameset audio video canvas",
)
_CELL = {"colspan", "rowspan", "scope"}
_FOREIGN: dict[str, set[str]] = {
    "*": {"lang"}, "a": {"href"}, "img": {"src", "alt", "width", "height"}, "ol": {"start"}, "th": _CELL,
    "td": _CELL,
}  # fmt: skip
_OWN: dict[str, set[str]] = {
    **_FOREIGN,
    "*": {"lang", "class", "id", "role", "tabindex", "hidden", "title"},
    "a": {"href", "rel"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "th": {*_CELL, "headers", "abbr"},
    "td": {*_CELL, "headers"},
    "ol": {"start", "type", "reversed"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "time": {"datetime"},
    "data": {"value"},
}
_PROOF = 'id="uso-proof"'
_LINK = re.compile(r"https?://[^\s\\/@<>\"'`]+(?:/[^\s\\<>\"`]*|[?#][^\s\\<>\"`]*)?|#[\w.-]*", re.IGNORECASE)
_LETTER_TO = re.compile(
    r"mailto:[^\s\\<>\"'`?&]+@[^\s\\<>\"'`?&]+(?:\?subject=[^\s<>\"'`&]*)?", re.IGNORECASE
)
_PICTURE = re.compile(
    r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}"
    r"|data:image/svg\+xml(?:;charset=utf-8|;utf8)?,[\w%.~!*();:@&=+$,/?#\[\]-]+"
)
_NUMBER = re.compile(r"-?[0-9]{1,5}(?:px|%)?")
_NUMBERS = {"colspan", "rowspan", "span", "start", "width", "height", "tabindex"}
_HIGH_HEADING = re.compile(r"<(/?)h[1-3](?=[\s>/])", re.IGNORECASE)
_HEAD_CELL = re.compile(r"<(/?)thead>|<th(?![a-z])([^<>]*)>")
_ELEMENT = re.compile(r"<(/?)(?!(?:br|hr|img|col|wbr)\b)[a-z]")
_TABLE = re.compile(r"<(/?)table>")
_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
_LEADING_NOWHERE = re.compile(r"<a(?![^<>]* href=)[^<>]*>(.*?)</a>", re.DOTALL)
_SCREEN_TEXT = re.compile(r"<[^<>]*>")
_UNDESCRIBED = re.compile(r"<img(?![^<>]* alt=\"[^\"])([^<>]*)>")


def own(section: str) -> str:
    """Return a section of the workbench as its templates made it, whatever was put into them."""
    return _clean(section, own=True)


def foreign(source: str) -> str:
    """Return HTML of any origin as what may stand in a report.

    Headings begin from the fourth level, header cells say what they head, tables scroll alone, pictures have
    an alternative text and are within the page, links lead to web pages, letters and places of the report.
    """
    if len(source) > LONGEST:
        return f"<p>{TOO_LONG}</p>"
    once = _clean(_HIGH_HEADING.sub(r"<\1h4", source))
    if _depth(once) > DEEPEST:
        return f"<p>{TOO_DEEP}</p>"
    # No attribute of what comes out of the first cleaning holds < or >, so these patterns see tags only. The
    # second cleaning has the last word.
    return _clean(_boxed(_described(_scoped(_LEADING_NOWHERE.sub(r"\1", once)))), boxes=True)


def is_empty(cleaned: str) -> bool:
    """Tell whether cleaned HTML shows neither text nor a picture."""
    return "<img" not in cleaned and not html.unescape(_SCREEN_TEXT.sub("", cleaned)).strip()


def _clean(source: str, *, own: bool = False, boxes: bool = False) -> str:
    cleaned: str = visible(_cleaner(own=own, boxes=boxes).clean(visible(source)))
    # The cleaner writes spaces that do not break as six letters. The mark of the proof stands on a page once.
    return cleaned.replace("&nbsp;", "\N{NO-BREAK SPACE}").replace(_PROOF, _PROOF.replace('"', "&quot;"))


@cache
def _cleaner(*, own: bool, boxes: bool) -> Any:
    import nh3

    box: dict[str, Any] = {
        "allowed_classes": {"div": {"table-scroll"}, "pre": {"output"}},
        "tag_attribute_values": {"div": {"role": {"group"}, "tabindex": {"0"}},
                                 "pre": {"role": {"group"}, "tabindex": {"0"}}},
        "generic_attribute_prefixes": {"aria-"},
    }  # fmt: skip
    return nh3.Cleaner(
        tags=set(OWN_TAGS if own else FOREIGN_TAGS),
        clean_content_tags=set(UNREAD),
        attributes=_OWN if own else _FOREIGN,
        attribute_filter=_attribute,
        strip_comments=True,
        link_rel=None if own else "noopener noreferrer",
        url_schemes={"http", "https", "mailto", "data"},
        **({"generic_attribute_prefixes": {"aria-"}} if own else box if boxes else {}),
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value an attribute may have, None when it may not stand there."""
    if name == "href":
        return value if _LINK.fullmatch(value) or _LETTER_TO.fullmatch(value) else None
    if name == "src":
        return without_notes(value) if _PICTURE.fullmatch(value) else None
    if name in _NUMBERS:
        return value if _NUMBER.fullmatch(value) else None
    if name == "scope":
        return value if value in ("col", "row", "colgroup", "rowgroup") else None
    return value.replace("<", "").replace(">", "") if tag != "img" or name != "alt" else _flat(value)


def _flat(text: str) -> str:
    """Return an alternative text whose signs of comparison cannot be taken for tags."""
    return text.replace("<", "‹").replace(">", "›")


def _scoped(cleaned: str) -> str:
    """Let header cells say whether they head a column or a row."""
    inside = False

    def told(match: re.Match[str]) -> str:
        nonlocal inside
        if match[2] is None:
            inside = not match[1]
            return match[0]
        attributes = match[2] if " scope=" in match[2] else f'{match[2]} scope="{"col" if inside else "row"}"'
        return f"<th{attributes}>"

    return _HEAD_CELL.sub(told, cleaned)


def _depth(cleaned: str) -> int:
    """Return how many elements stand within each other at most."""
    depth = deepest = 0
    for match in _ELEMENT.finditer(cleaned):
        depth += -1 if match[1] else 1
        deepest = max(depth, deepest)
    return deepest


def _described(cleaned: str) -> str:
    return _UNDESCRIBED.sub(rf'<img\1 alt="{NO_DESCRIPTION}">', cleaned.replace(' alt=""', ""))


def _boxed(cleaned: str) -> str:
    """Put every outermost table into a box that scrolls, named by the table's caption."""
    pieces: list[str] = []
    start = depth = 0
    for match in _TABLE.finditer(cleaned):
        depth += -1 if match[1] else 1
        if not match[1] and depth == 1:
            pieces.append(cleaned[start : match.start()])
            start = match.start()
        elif match[1] and depth == 0:
            pieces.append(_box(cleaned[start : match.end()]))
            start = match.end()
    return "".join([*pieces, cleaned[start:]])


def _box(table: str) -> str:
    caption = _CAPTION.search(table)
    name = html.unescape(_SCREEN_TEXT.sub("", caption[1])).strip() if caption else ""
    label = html.escape(name or NAMELESS_TABLE)
    return f'<div class="table-scroll" role="group" aria-label="{label}" tabindex="0">{table}</div>'
