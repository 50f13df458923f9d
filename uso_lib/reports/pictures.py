"""Take out of pictures what no reader sees: the place, the camera, the program and the folder they come from.

Does not look at what the picture shows and never changes a pixel.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from uso_lib.plain_text import visible

SVG = "image/svg+xml"
#: Kinds of pictures that may stand inside a page; as pictures none of them can run anything.
KINDS = (SVG, "image/png", "image/jpeg", "image/gif", "image/webp")
#: A picture given as the address of itself, alone and in base64 within any text.
_ADDRESS = re.compile(
    r"data:(?P<kind>image/[\w.+-]+)(?:;(?!base64,)[\w=.+-]*)*(?P<packed>;base64)?,(?P<held>.*)",
    re.IGNORECASE | re.DOTALL,
)
_PACKED = re.compile(
    r"data:image/[\w.+-]+(?:;[\w=.+-]*)*;base64,(?:[A-Za-z0-9+/]{60,}\s*\n\s*)*[A-Za-z0-9+/]+={0,2}",
    re.IGNORECASE,
)
PNG, JPEG, RIFF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF"
#: Parts of a PNG that change what is seen; all others only tell about the picture.
SEEN = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD",
        b"pHYs", b"acTL", b"fcTL", b"fdAT"}  # fmt: skip
#: JPEG segments that tell about the picture: APP1 (Exif, XMP), APP3 to APP13, APP15 and comments.
TOLD = {0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE}
EXIF = b"Exif\0\0"
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
_SVG_TOLD = re.compile(
    r"<metadata\b.*?</metadata>|<!--.*?-->|<\?.*?\?>|\s(?:inkscape|sodipodi):[\w-]+=(?:\"[^\"]*\"|'[^']*')",
    re.DOTALL,
)


def as_address(kind: str, content: str) -> str | None:
    """Return a picture as the address of itself; None when the content is no picture that can be read.

    Parameters
    ----------
    kind
        Media type: ``image/png``, ``image/jpeg``, ``image/gif``, ``image/webp`` or ``image/svg+xml``.
    content
        The source of an SVG, or base64; base64 of the others.
    """
    made = _without_notes(kind, content)
    return f"data:{kind};base64,{base64.b64encode(made).decode('ascii')}" if made else None


def without_notes(address: str) -> str | None:
    """Return a picture's ``data:`` address as `as_address` does; None when there is no such picture in it."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    packed = found["packed"] is not None
    return as_address(found["kind"].lower(), found["held"] if packed else unquote(found["held"]))


def without_notes_within(text: str) -> str:
    """Return HTML, Markdown or code whose pictures in base64 hold no notes; what is no picture is left out.

    Sources of SVG that stand as text are left alone: what may not be told is found in them as in any text.
    """
    if "base64" not in text.lower():
        return text
    return _PACKED.sub(lambda found: without_notes("".join(found[0].split())) or "", text)


def _without_notes(kind: str, content: str) -> bytes | None:
    if kind not in KINDS:
        return None
    try:
        if kind != SVG:
            return bare(base64.b64decode("".join(content.split()), validate=True))
        if "<" not in content:
            content = base64.b64decode("".join(content.split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return bare_svg(content).encode("utf-8") if "<" in content else None


def bare_svg(source: str) -> str:
    """Return an SVG without comments, metadata and what drawing programs note for themselves."""
    return _SVG_TOLD.sub("", visible(source)).strip()


def bare(picture: bytes) -> bytes:
    """Return a picture without notes in it; one that cannot be taken apart comes back as it is."""
    try:
        if picture.startswith(PNG):
            return PNG + b"".join(_png_parts(picture))
        if picture.startswith(JPEG):
            return b"".join(_jpeg_parts(picture))
        if picture.startswith(RIFF) and picture[8:12] == b"WEBP":
            body = b"WEBP" + b"".join(_webp_parts(picture))
            return RIFF + struct.pack("<I", len(body)) + body
    except (struct.error, IndexError, zlib.error):
        pass
    return picture


def _png_parts(picture: bytes) -> Iterator[bytes]:
    at = len(PNG)
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        end = at + 12 + length
        if picture[at + 4 : at + 8] in SEEN:
            yield picture[at:end]
        if picture[at + 4 : at + 8] == b"IEND":  # what follows is no part of the picture
            return
        at = end


def _jpeg_parts(picture: bytes) -> Iterator[bytes]:
    yield JPEG
    at = len(JPEG)
    while picture[at] == 0xFF and picture[at + 1] != 0xDA:
        end = at + 2 + struct.unpack_from(">H", picture, at + 2)[0]
        if picture[at + 1] not in TOLD:
            yield picture[at:end]
        elif picture[at + 4 : at + 10] == EXIF:
            yield _turned(picture[at + 10 : end])
        at = end
    yield picture[at : _end_of_jpeg(picture, at)]


def _turned(notes: bytes) -> bytes:
    """Return Exif notes that say nothing but which way up the picture is; b"" when they do not say it."""
    order = "<" if notes.startswith(b"II") else ">"
    try:
        (at,) = struct.unpack_from(f"{order}I", notes, 4)
        (count,) = struct.unpack_from(f"{order}H", notes, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, _, way = struct.unpack_from(f"{order}HHIH", notes, entry)
            if (tag, kind) == (0x0112, 3) and way in range(2, 9):
                told = EXIF + struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, tag, kind, 1, way, 0, 0)
                return b"\xff\xe1" + struct.pack(">H", 2 + len(told)) + told
    except struct.error:
        pass
    return b""


def _end_of_jpeg(picture: bytes, at: int) -> int:
    """Return where a JPEG ends, from its first lines on: phones put further pictures and films after it."""
    while at + 4 <= len(picture) and picture[at + 1] != 0xD9:
        (length,) = struct.unpack_from(">H", picture, at + 2)
        marker = _MARKER.search(picture, at + 2 + length)
        if marker is None:
            return len(picture)
        at = marker.start()
    return at + 2


def _webp_parts(picture: bytes) -> Iterator[bytes]:
    at = 12
    while at + 8 <= len(picture):
        (length,) = struct.unpack_from("<I", picture, at + 4)
        end = at + 8 + length + length % 2
        name, part = picture[at : at + 4], picture[at:end]
        if name == b"VP8X":  # its flags say which notes follow
            part = part[:8] + bytes([part[8] & ~0b1100]) + part[9:]
        if name not in (b"EXIF", b"XMP "):
            yield part
        at = end
