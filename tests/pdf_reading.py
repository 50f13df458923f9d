"""Read a tagged PDF as a screen reader does: the tree of tags, and the text of each in its order.

Shares nothing with the library: text is decoded from the pages with the fonts' own tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

SHOWS = {"Tj", "'", '"'}
PAINTS = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE", "TJ", *SHOWS}
_HEX = re.compile(rb"<([0-9A-Fa-f]*)>")


@dataclass
class Tag:
    """Hold one structure element: its name, alternative text and attributes, its parts and its own text."""

    name: str
    alt: str | None
    attributes: dict[str, str]
    parent: Tag | None
    parts: list[Tag | str] = field(default_factory=list)

    @property
    def tags(self) -> list[Tag]:
        return [part for part in self.parts if isinstance(part, Tag)]

    @property
    def text(self) -> str:
        """Return the text in reading order; a picture is silent, its alternative text is read apart."""
        if self.name == "Figure":
            return ""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    def walk(self) -> Iterator[Tag]:
        yield self
        for tag in self.tags:
            yield from tag.walk()


@dataclass
class Read:
    """Hold a PDF as read.

    Parameters
    ----------
    unmarked
        Painting that is neither tagged nor an artifact.
    untagged
        Marked content that no tag claims.
    artifacts
        Text of the artifacts: page numbers, running titles.
    """

    document: Tag
    unmarked: int
    untagged: list[str]
    artifacts: list[str]

    def all(self, *names: str) -> list[Tag]:
        return [tag for tag in self.document.walk() if tag.name in names]


def read(file: Path) -> Read:
    with pikepdf.open(file) as pdf:
        texts: dict[tuple[Any, int], str] = {}
        unmarked, artifacts = 0, []
        for page in pdf.pages:
            marked, more, decorations = _page(page)
            texts |= {(page.obj.objgen, number): text for number, text in marked.items()}
            unmarked += more
            artifacts += decorations
        left = dict(texts)
        document = Tag("StructTreeRoot", None, {}, None)
        _fill(document, pdf.Root.StructTreeRoot, left)
        return Read(document, unmarked, [text for text in left.values() if text.strip()], artifacts)


def squeezed(text: str) -> str:
    """Return a text without spaces of any kind and soft hyphens, which pages break lines with."""
    return re.sub(r"[\s\u00ad\u200b]+", "", text)


def _fill(tag: Tag, element: Any, left: dict[tuple[Any, int], str]) -> None:
    held = element.get("/K")
    for kid in list(held) if isinstance(held, Array) else [] if held is None else [held]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            assert kid.P.objgen == element.objgen, "a tag names another parent"
            alt = str(kid.Alt) if "/Alt" in kid else None
            child = Tag(str(kid.S).removeprefix("/"), alt, _attributes(kid), tag)
            tag.parts.append(child)
            _fill(child, kid, left)
        elif not isinstance(kid, Dictionary):
            tag.parts.append(left.pop((element.Pg.objgen, int(kid))))
        elif "/MCID" in kid:
            page = kid.Pg if "/Pg" in kid else element.Pg
            tag.parts.append(left.pop((page.objgen, int(kid.MCID))))


def _attributes(element: Any) -> dict[str, str]:
    held = element.get("/A")
    listed = list(held) if isinstance(held, Array) else [held] if held is not None else []
    return {str(key): str(value) for one in listed for key, value in one.items()}


def _page(page: Any) -> tuple[dict[int, str], int, list[str]]:
    fonts = {name: _letters(font) for name, font in page.resources.get("/Font", {}).items()}
    marked: dict[int, str] = {}
    artifacts: list[str] = []
    stack: list[tuple[str, Any]] = []
    unmarked, letters = 0, None
    for one in pikepdf.parse_content_stream(page):
        name = str(one.operator)
        if name == "BDC" or name == "BMC":
            settings = one.operands[1] if len(one.operands) > 1 else Dictionary()
            number = settings.get("/MCID")
            stack.append((str(one.operands[0]), settings))
            if number is not None:
                marked.setdefault(int(number), "")
        elif name == "EMC":
            _, settings = stack.pop()
            instead = settings.get("/ActualText")
            if instead is not None:
                _put(str(instead), stack, marked, artifacts)
        elif name == "Tf":
            letters = fonts[str(one.operands[0])]
        elif name in PAINTS:
            unmarked += not stack
            replaced = any("/ActualText" in settings for _, settings in stack)
            if name in SHOWS | {"TJ"} and not replaced:
                strings = list(one.operands[0]) if name == "TJ" else [one.operands[-1]]
                for part in strings:
                    if isinstance(part, pikepdf.String):
                        _put(_decoded(bytes(part), letters), stack, marked, artifacts)
    assert not stack
    return marked, unmarked, artifacts


def _put(text: str, stack: list[tuple[str, Any]], marked: dict[int, str], artifacts: list[str]) -> None:
    number = next((settings["/MCID"] for _, settings in reversed(stack) if "/MCID" in settings), None)
    if number is not None:
        marked[int(number)] += text
    elif stack:
        artifacts.append(text)


def _letters(font: Any) -> tuple[int, dict[int, str]]:
    """Return the bytes of a code and what every code stands for, from the font's table."""
    table = font.ToUnicode.read_bytes()
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.S):
        codes = _HEX.findall(block)
        found |= {int(code, 16): _utf16(text) for code, text in zip(codes[::2], codes[1::2], strict=True)}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.S):
        for line in block.strip().splitlines():
            first, last, *texts = _HEX.findall(line)
            start = int(first, 16)
            for code in range(start, int(last, 16) + 1):
                if len(texts) > 1 or b"[" in line:
                    found[code] = _utf16(texts[code - start])
                else:
                    text = bytes.fromhex(texts[0].decode())
                    number = int.from_bytes(text, "big") + code - start
                    found[code] = number.to_bytes(len(text), "big").decode("utf-16-be")
    return (2 if font.Subtype == Name.Type0 else 1), found


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def _decoded(codes: bytes, letters: Any) -> str:
    size, table = letters
    numbers = [int.from_bytes(codes[at : at + size], "big") for at in range(0, len(codes), size)]
    return "".join(table[number] for number in numbers)
