"""Nothing in any shared file tells of the machine, the person or the run it was made on."""

from __future__ import annotations

import base64
import gzip
import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from privacy import Secret, addresses_in, as_json, leaks, secrets_of_this_machine

from uso_lib.reports import publish
from uso_lib.reports.lock import LOCK
from uso_lib.reports.section_cache import FOLDER
from uso_lib.verification.packing import enclose, enclosed

#: A folder that nobody has.
PLANTED = "/home/maija.meikalainen/uso"
SECRETS = [Secret("user name", b"maija.meikalainen"), Secret("environment variable TOKEN", b"hunter2hunter2")]
SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><desc>{PLANTED}</desc></svg>'


def _workbook(folder: Path, part: str) -> bytes:
    """Return a workbook with the secret in a cell, its properties or a comment of the archive."""
    book = openpyxl.Workbook()
    if part == "cell":
        book.active["A1"] = PLANTED
    elif part == "properties":
        book.properties.creator = "maija.meikalainen"
    book.save(folder / "x.xlsx")
    if part == "comment":
        with zipfile.ZipFile(folder / "x.xlsx", "a") as parts:
            parts.comment = PLANTED.encode()
    return (folder / "x.xlsx").read_bytes()


def _pdf(folder: Path, part: str) -> bytes:
    """Return a PDF with the secret in its properties, in packed metadata or in a packed page."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        if part == "properties":
            pdf.docinfo["/Author"] = "maija.meikalainen"
        elif part == "metadata":
            with pdf.open_metadata() as metadata:
                metadata["dc:creator"] = ["maija.meikalainen"]
        else:
            page.Contents = pdf.make_stream(f"BT ({PLANTED}) Tj ET".encode() * 20)
        packed = pikepdf.ObjectStreamMode.generate
        pdf.save(folder / "x.pdf", compress_streams=True, object_stream_mode=packed)
    return (folder / "x.pdf").read_bytes()


def _archive(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("a/b.txt", content)
    return made.getvalue()


def _png(content: bytes) -> bytes:
    """Return the beginning of a PNG with a packed note."""
    note = b"zTXtComment\0\0" + zlib.compress(content)
    return b"\x89PNG\r\n\x1a\n" + len(note).to_bytes(4, "big") + note + b"\xff\xfe"


def b64(content: str | bytes) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


CONTAINERS: dict[str, Callable[[Path], bytes]] = {
    "text": lambda _: PLANTED.encode(),
    "attribute": lambda _: f'<img alt="{PLANTED}">'.encode(),
    "HTML entities": lambda _: b"&#47;home&#x2f;maija.meikalainen",
    "percent signs": lambda _: b"%2Fhome%2Fmaija%2Emeikalainen",
    "SVG in base64": lambda _: f'<img src="data:image/svg+xml;base64,{b64(SVG)}">'.encode(),
    "base64 in base64": lambda _: b64(b64(SVG)).encode(),
    "base64 for addresses": lambda _: base64.urlsafe_b64encode(b"\xfb\xff" + SVG.encode()),
    "zlib in base64": lambda _: f"<template>{b64(zlib.compress(SVG.encode()))}</template>".encode(),
    "gzip in base64": lambda _: b64(gzip.compress(SVG.encode())).encode(),
    "xz in base64": lambda _: b64(lzma.compress(SVG.encode())).encode(),
    "zip": lambda _: _archive(PLANTED.encode()),
    "zip in zip": lambda _: _archive(_archive(PLANTED.encode())),
    "picture": lambda _: _png(PLANTED.encode()),
    "picture in base64": lambda _: b64(_png(PLANTED.encode())).encode(),
    "JSON in JSON": lambda _: as_json({"a": json.dumps({"b": "C:\\Users\\maija"})}),
    "JSON with escapes": lambda _: b'{"a": "\\u002fhome\\u002fmaija.meikalainen"}',
    "UTF-16": lambda _: PLANTED.encode("utf-16"),
    "cell of a workbook": lambda folder: _workbook(folder, "cell"),
    "properties of a workbook": lambda folder: _workbook(folder, "properties"),
    "comment of a workbook": lambda folder: _workbook(folder, "comment"),
    "properties of a PDF": lambda folder: _pdf(folder, "properties"),
    "metadata of a PDF": lambda folder: _pdf(folder, "metadata"),
    "page of a PDF": lambda folder: _pdf(folder, "page"),
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_the_scanner_sees_into_every_container(tmp_path: Path, container: str) -> None:
    file = tmp_path / "shared"
    file.write_bytes(CONTAINERS[container](tmp_path))
    assert leaks(file, SECRETS)


@pytest.mark.parametrize(
    "said",
    [
        "/root/x", "/var/lib/x", "/opt/office", "C:\\Users\\maija", "C:\\\\Users\\\\maija", "file:///x",
        "maija@kunta.fi", "hunter2hunter2", "Traceback (most recent call last):", 'File "x.py", line 3',
        "lib/python3.11/site-packages/x", "<Axes at 0x7f3a12345678>", "PosixPath('x')",
        "kernel-1f3a5b7c-1234-5678-9abc-def012345678.json", "<ipython-input-3-abc>",
    ],
)  # fmt: skip
def test_the_scanner_knows_what_is_private(tmp_path: Path, said: str) -> None:
    file = tmp_path / "shared"
    file.write_text(f"<p>{said}</p>", encoding="utf-8")
    assert leaks(file, SECRETS)


def test_the_scanner_lets_ordinary_texts_pass(tmp_path: Path) -> None:
    file = tmp_path / "shared"
    said = "Asukkaita 20 823, 1/10; tiedot@tornio.fi http://www.w3.org/2000/svg https://pxdata.stat.fi/home/x"
    file.write_text(f"<p>{said} {'a' * 500} {b64('Tornion tilanne ja verrokit')}</p>", encoding="utf-8")
    assert leaks(file, SECRETS, addresses=["tiedot@tornio.fi"]) == []


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    ("said", "chance"),
    [
        (b"2@O.UX", True), (b"maija@kunta.fi", False), (b"/Author (info@hel.fi)", False),
        (b"mailto:jo@ely.fi", False), (b"tEXtAuthor\0info@hel.fi\0", False),
        (b"tiedot@tornio.fi-maija@kunta.fi", False), (b"tiedot@tornio.fi%2Cmaija@kunta.fi", False),
    ],
)  # fmt: skip
def test_only_short_odd_addresses_in_packed_bytes_are_taken_for_chance(
    tmp_path: Path, said: bytes, chance: bool, packed: bool
) -> None:
    file = tmp_path / "shared"
    file.write_bytes((b"\xff\x9c" if packed else b" ") + said + b" ")
    assert bool(leaks(file, SECRETS, addresses=["tiedot@tornio.fi"])) is not (chance and packed)


def test_this_machines_names_are_among_the_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("USO_PLANTED", "planted-value-of-the-environment")
    known = {secret.value.decode() for secret in secrets_of_this_machine(tmp_path)}
    assert {str(tmp_path), str(Path.home()), "planted-value-of-the-environment"} <= known


@pytest.mark.slow
def test_what_is_planted_in_a_real_report_is_found(network: Path, tmp_path: Path) -> None:
    page = (network / "kuhmoinen" / publish.REPORT).read_text(encoding="utf-8")
    pictures = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", page)
    svg = base64.b64decode(pictures[-1]).decode().replace("</svg>", f"<desc>{PLANTED}</desc></svg>")
    proof = enclosed(page)
    changed = {
        "picture": page.replace(pictures[-1], b64(svg)),
        "proof": enclose(proof.page, {**proof.content, "planted": PLANTED}),
        "text": page.replace("</main>", f"<p>{PLANTED}</p></main>"),
    }
    for name, text in changed.items():
        file = tmp_path / f"{name}.html"
        file.write_text(text, encoding="utf-8")
        assert leaks(file, SECRETS), name


@pytest.mark.slow
def test_nothing_private_is_in_any_file_of_the_network(network: Path, root: Path) -> None:
    secrets = secrets_of_this_machine(network.parent, root)
    allowed = addresses_in(root / "parameters")
    # A checkout keeps its empty outputs folder with a file of its own.
    kept = {".gitkeep", LOCK}
    files = [file for file in sorted(network.rglob("*")) if file.is_file() and file.name not in kept]
    # What is kept of sections is what the notebooks show: a few are looked at, and nobody is sent them.
    sections = [file for file in files if file.parent.name == FOLDER]
    files = [file for file in files if file not in sections[3:]]
    assert not (network / LOCK).exists() or not (network / LOCK).read_bytes()
    assert len(files) >= 18 * len(publish.PUBLISHED) + 2
    # Pages of the same kind hold the same pictures: all are looked at, none is left to chance.
    found = {
        str(file.relative_to(network)): told
        for file in files
        if (told := leaks(file, secrets, addresses=allowed))
    }
    assert found == {}
    assert len(sections) == 18
    assert not [file for file in files if file.name.startswith(".")], "nothing half-made is left behind"
    assert {file.stat().st_mode & 0o133 for file in files} == {0}
