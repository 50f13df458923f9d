"""Pictures lose what nobody sees in them, and nothing else."""

from __future__ import annotations

import base64
import io

import matplotlib as mpl
import pytest
from PIL import Image

from uso_lib.reports.pictures import as_address, bare, bare_svg

NOTE = b"GPS 60.17N 24.94E /home/maija/kuva"


def picture(kind: str) -> bytes:
    """Return a picture with notes: Exif, comments, the name of a program."""
    image = Image.new("RGB", (8, 4), "#336699")
    exif = image.getexif()
    exif[0x010E] = NOTE.decode()
    made = io.BytesIO()
    more = {"comment": NOTE} if kind in ("JPEG", "GIF") else {}
    image.save(made, kind, **({"exif": exif} if kind != "GIF" else {}), **more)
    return made.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_notes_go_and_pixels_stay(kind: str) -> None:
    with_notes = picture(kind)
    without = bare(with_notes)
    assert NOTE in with_notes
    assert NOTE not in without
    before, after = (Image.open(io.BytesIO(one)).convert("RGB") for one in (with_notes, without))
    assert before.tobytes() == after.tobytes()
    assert bare(without) == without


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_half_a_picture_does_not_stop_the_report(kind: str) -> None:
    whole = picture(kind)
    for end in range(0, len(whole), 7):
        assert isinstance(bare(whole[:end]), bytes)


def test_a_drawing_programs_own_notes_go() -> None:
    svg = (
        '<?xml version="1.0"?><!-- /home/maija --><svg xmlns="http://www.w3.org/2000/svg" '
        'sodipodi:docname="salainen.svg" inkscape:export-filename="/home/maija/x.png" viewBox="0 0 1 1">'
        "<metadata><dc:creator>Maija</dc:creator></metadata><path d='M0 0'/></svg>"
    )
    assert (
        bare_svg(svg) == '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d=\'M0 0\'/></svg>'
    )


def test_the_same_picture_drawn_by_two_versions_has_the_same_bytes() -> None:
    from matplotlib.figure import Figure

    pictures = []
    for program in (f"Matplotlib {mpl.__version__}", "Matplotlib 9.9"):
        made = io.BytesIO()
        Figure(figsize=(1, 1)).savefig(made, metadata={"Software": program})
        pictures.append(bare(made.getvalue()))
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("content", ['"><script>', "", "====", "a" * 5, "ä"])
def test_what_is_no_base64_is_no_picture(content: str) -> None:
    assert as_address("image/png", content) is None


def test_an_address_holds_the_picture() -> None:
    address = as_address("image/jpeg", base64.encodebytes(picture("JPEG")).decode())
    assert address is not None
    assert base64.b64decode(address.removeprefix("data:image/jpeg;base64,")) == bare(picture("JPEG"))
