"""Find in a shared file what tells of the machine or the person it was made on, however deep it is packed.

Looks at the bytes as they are and at everything that can be unpacked from them: zip, zlib, gzip, xz, base64
in base64, escapes of JSON and HTML, percent signs, UTF-16, streams of a PDF. Does not change anything
(traces.py takes out what it can) and stops nothing.
"""

from __future__ import annotations

import base64
import binascii
import getpass
import gzip
import hashlib
import html
import io
import lzma
import os
import re
import socket
import sys
import tempfile
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

DEEPEST = 5
#: What shared files may say although a rule would find it: addresses of namespaces, of the program's makers.
ADDRESSES_OF_NOBODY = re.compile(rb"^(?:[\w.-]+@(?:example|invalid)\b.*)$")
PLACES = (b"home", b"root", b"tmp", b"work", b"Users", b"usr", b"opt", b"var", b"mnt", b"private", b"srv")
PATHS = re.compile(
    rb"(?<![\w.:/<&;-])/(?:" + b"|".join(PLACES) + rb")/[\w.~-]|"
    rb"(?<![\w:])[A-Za-z]:\\{1,4}(?:Users|Windows|Temp|Program|Documents)|"
    rb"file:///[\w.%-]|"
    rb"(?<![\w:\\])(?:/mnt/[a-z]|/[a-z])/Users/[\w.~-]"
)
#: A shared folder of a network; an escaped letter, "\\\\xe4", is none.
SHARES = re.compile(
    rb"(?<!\\)\\{2,4}(?!x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})"
    rb"[A-Za-z0-9][\w.-]{2,}\\{1,2}[A-Za-z0-9][\w$.-]{2,}(?![\w{])"
)
_ADDRESS = rb"[A-Za-z0-9._%+-]++@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}\b"
#: From the beginning of a word, and all of it at once: long words are packed pictures.
LETTERS_TO = re.compile(rb"(?<![A-Za-z0-9._%+-])" + _ADDRESS)
_NEXT_LETTERS_TO = re.compile(_ADDRESS)
TRACEBACKS = re.compile(rb"Traceback \(most recent call|File \"[^\"]+\", line \d+|\bin <module>|-----> ?\d")
MACHINERY = re.compile(
    # A package's version, as a manifest lists them all, tells of no machine.
    rb"site-packages|dist-packages|ipykernel(?!\": \"\d[\d.]*\")|ipython-input|kernel-[0-9a-f]{8}-[0-9a-f]{4}"
    rb"|connection_file|ipykernel_\d+|/lib/python\d|\bpython3?\.\d+/|\.venv\b|PosixPath\(|WindowsPath\("
    rb"| at 0x[0-9a-f]{8,}"
)
MACHINES = (b"-packages", b"ipykernel", b"ipython", b"kernel-", b"connection_file", b"python", b".venv",
            b"Path(", b" at 0x")  # fmt: skip
#: What is told of a file → how it is found, and bytes without which there is nothing to find (long files are
#: searched for these first, many times faster).
RULES = (
    ("path", PATHS, (*(b"/" + place + b"/" for place in PLACES), b":\\", b"file:///")),
    ("path", SHARES, (b"\\\\",)),
    ("traceback", TRACEBACKS, (b"Traceback", b'File "', b"in <module>", b"----->")),
    ("machinery", MACHINERY, MACHINES),
)
#: Values too common to tell anything.
COMMON = {"true", "false", "linux", "xterm-256color", "truecolor", "production", "development", "unknown"}
LEAST_VALUE = 8
#: In what is packed or drawn, shorter ones than this, or others than these, stand by chance: once in some
#: tens of megabytes.
LEAST_ADDRESS = 12
PLAIN_ADDRESS = re.compile(rb"[a-z0-9._-]{2,}@[a-z0-9-]{2,}\.[a-z]{2,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")


@dataclass(frozen=True)
class Secret:
    """Hold one thing that must not be shared: what it is, and its bytes."""

    what: str
    value: bytes


def secrets_of_this_machine(*folders: Path) -> list[Secret]:
    """Return user and host names, folders and values of the environment that only this machine has."""
    home = Path.home()
    named = {"home folder": str(home), "host name": socket.gethostname(), "folder of Python": sys.prefix,
             "temporary folder": str(Path(tempfile.gettempdir()) / "pytest")}  # fmt: skip
    found = [Secret(what, value.encode()) for what, value in named.items() if len(value) > 4]
    found += [
        Secret("folder", str(place).encode()) for folder in folders for place in (folder, folder.resolve())
    ]
    user = getpass.getuser()
    if len(user) >= LEAST_VALUE:  # a short name is part of many words; folders give it away elsewhere
        found.append(Secret("user name", user.encode()))
    for name, value in os.environ.items():
        if len(value) >= LEAST_VALUE and value.casefold() not in COMMON and not value.isdigit():
            found.append(Secret(f"environment variable {name}", value.encode("utf-8", "surrogateescape")))
    return found


def leaks(file: Path, secrets: Iterable[Secret], *, addresses: Iterable[str] = ()) -> list[str]:
    """Return what a file gives away, each with where in the file it is packed.

    Parameters
    ----------
    addresses
        E-mail addresses that may be shared.
    """
    allowed = {address.encode().lower() for address in addresses}
    known = list(secrets)
    found: dict[str, str] = {}
    for where, content in layers(file.read_bytes(), file.name):
        for what, said in told(content, known, allowed):
            found.setdefault(f"{what}: {said.decode('utf-8', 'replace')[:120]!r}", where)
    return [f"{where}: {leak}" for leak, where in found.items()]


def layers(
    content: bytes, where: str, depth: int = 0, seen: set[bytes] | None = None
) -> Iterator[tuple[str, bytes]]:
    """Go through some bytes and everything packed in them; what comes out in several ways comes once.

    Parameters
    ----------
    seen
        Digests of what was gone through already.
    """
    seen = set() if seen is None else seen
    digest = hashlib.blake2b(content, digest_size=16).digest()
    if digest in seen:
        return
    seen.add(digest)
    yield where, content
    if depth >= DEEPEST:
        return
    for how, inner in _unpacked(content):
        yield from layers(inner, f"{where} > {how}", depth + 1, seen)


def told(content: bytes, secrets: list[Secret], allowed: set[bytes]) -> Iterator[tuple[str, bytes]]:
    """Go through what some bytes tell as they are; what it is, and the bytes around it."""
    for secret in secrets:
        if secret.value in content:
            yield secret.what, secret.value
    for what, pattern, hints in RULES:
        for match in pattern.finditer(content) if any(hint in content for hint in hints) else ():
            yield what, content[max(match.start() - 20, 0) : match.end() + 40]
    for address in _addresses(content) if b"@" in content else ():
        if address.lower() not in allowed and not ADDRESSES_OF_NOBODY.match(address):
            yield "e-mail address", address


def _addresses(content: bytes) -> Iterator[bytes]:
    """Go through e-mail addresses, also those that follow each other without a gap."""
    text = _as_text(content) is not None
    for first in LETTERS_TO.finditer(content):
        match: re.Match[bytes] | None = first
        while match:
            if text or len(match[0]) >= LEAST_ADDRESS or PLAIN_ADDRESS.fullmatch(match[0]):
                yield match[0]
            match = _NEXT_LETTERS_TO.match(content, match.end())


def _unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Go through everything that one unpacking gives."""
    if content.startswith(b"PK\x03\x04"):
        yield from _zipped(content)
        return
    if content.startswith(b"\x1f\x8b"):
        yield "gzip", gzip.decompress(content)
    if content.startswith(b"\xfd7zXZ\x00"):
        yield "xz", lzma.decompress(content)
        return
    if content.startswith(b"%PDF"):
        yield from _pdf(content)
        return
    if _ZLIB.match(content):
        yield from _inflated(content)
    if (
        content.startswith((b"\xff\xfe", b"\xfe\xff"))
        or content[1:40:2] == b"\x00" * len(content[1:40:2]) != b""
    ):
        yield "UTF-16", content.decode("utf-16", "ignore").encode()
    text = _as_text(content)
    if text is None:
        # A picture: notes stand in it as they are, or packed (PNG's zTXt and iCCP).
        for match in list(_ZLIB.finditer(content))[:200]:
            yield from _inflated(content[match.start() :])
        return
    for how, change in (
        ("HTML", html.unescape),
        ("percent signs", urllib.parse.unquote),
        ("JSON", _unescaped),
    ):
        changed = change(text)
        if changed != text:
            yield how, changed.encode("utf-8", "surrogatepass")
    for match in _BASE64.finditer(content):
        yield from _decoded(match[0])


def _as_text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _unescaped(text: str) -> str:
    """Undo JSON's escapes of one level."""
    if "\\" not in text:
        return text
    signs = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "/": "/", "\\": "\\"}

    def plain(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else signs[match[2]]

    return re.sub(r'\\(?:u([0-9a-fA-F]{4})|([ntr"/\\]))', plain, text)


def _zipped(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        yield "names and comments", "\n".join([*parts.namelist(), repr(parts.comment)]).encode()
        for part in parts.infolist():
            yield part.filename, parts.read(part)


def _pdf(content: bytes) -> Iterator[tuple[str, bytes]]:
    for number, match in enumerate(_STREAM.finditer(content), start=1):
        yield f"stream {number}", match[1]
        if _ZLIB.match(match[1]):
            yield from _inflated(match[1])


def _inflated(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        inner = zlib.decompressobj().decompress(content, 50_000_000)
    except zlib.error:
        return
    if len(inner) > 3:
        yield "zlib", inner


def _decoded(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Decode base64 of either alphabet; most that looks like it is only a long word."""
    plain = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    if len(plain) % 4 == 1:
        plain = plain[:-1]
    try:
        yield "base64", base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return
