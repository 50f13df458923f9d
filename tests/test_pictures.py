"""Pictures lose what nobody sees in them, and nothing else."""

from __future__ import annotations

import base64
import io
import re
from urllib.parse import quote, unquote

import matplotlib as mpl
import pytest
from nbformat import v4
from PIL import Image

from uso_lib.reports.blocks import markdown
from uso_lib.reports.cleaning import foreign, own
from uso_lib.reports.pictures import as_address, bare, bare_svg
from uso_lib.reports.traces import without_traces

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


@pytest.mark.parametrize("progressive", [False, True])
def test_a_photo_stays_the_right_way_up_and_takes_nothing_along(progressive: bool) -> None:
    """Phones keep a picture lying and note which way up it is; a film with its place may follow it."""
    image = Image.effect_noise((64, 40), 50)
    exif = image.getexif()
    exif[0x0112], exif[0x010E] = 6, NOTE.decode()
    made = io.BytesIO()
    image.save(made, "JPEG", exif=exif, progressive=progressive, quality=97)
    without = bare(made.getvalue() + b"\x00\x00ftyp" + NOTE)
    assert NOTE not in without
    assert without.endswith(b"\xff\xd9")
    before, after = Image.open(made), Image.open(io.BytesIO(without))
    assert dict(after.getexif()) == {0x0112: 6}
    assert before.tobytes() == after.tobytes()
    assert bare(without) == without


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("more", [b"x", b"xx", NOTE])
def test_what_follows_a_picture_does_not_keep_its_notes_in_it(kind: str, more: bytes) -> None:
    whole = picture(kind)
    assert bare(whole + more) == bare(whole)


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


SVG_WITH_NOTE = f"<svg xmlns='http://www.w3.org/2000/svg'><metadata>{NOTE.decode()}</metadata></svg>"
BARE_SVG = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'></svg>").decode()


def packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


ADDRESSES = {
    "jpeg": f"data:image/jpeg;base64,{packed(picture('JPEG'))}",
    "png": f"data:image/png;base64,{packed(picture('PNG'))}",
    "webp": f"data:image/webp;base64,{packed(picture('WEBP'))}",
    "svg": f"data:image/svg+xml;base64,{packed(SVG_WITH_NOTE.encode())}",
    "svg as text": f"data:image/svg+xml,{quote(SVG_WITH_NOTE)}",
}


def opened(text: str) -> bytes:
    """Return everything packed in a text, and the text."""
    found = re.findall(r"base64,([A-Za-z0-9+/=]+)", text)
    return b" ".join([unquote(text).encode(), *map(base64.b64decode, found)])


@pytest.mark.parametrize("kind", ADDRESSES)
def test_pictures_given_as_addresses_lose_their_notes_on_the_page(kind: str) -> None:
    assert NOTE in opened(ADDRESSES[kind])
    image = f'<img src="{ADDRESSES[kind]}" alt="x">'
    written = [markdown(f"![x]({ADDRESSES[kind]})")] if "text" not in kind else []
    for made in (foreign(image), own(image), *written):
        assert 'src="data:image/' in made
        assert NOTE not in opened(made)


@pytest.mark.parametrize("kind", [one for one in ADDRESSES if one != "svg as text"])
def test_pictures_given_as_addresses_lose_their_notes_in_the_notebook(kind: str) -> None:
    address = ADDRESSES[kind]
    folded = address[:80] + "\n".join(["", *re.findall(".{1,76}", address[80:])])
    cells = [
        v4.new_markdown_cell(f"![x]({address})\n\nTeksti."),
        v4.new_code_cell("x", outputs=[
            v4.new_output("display_data", data={
                "text/html": f'<img src="{address}">', "text/markdown": f"![x]({address})"
            }),
            v4.new_output("display_data", data={"image/svg+xml": packed(SVG_WITH_NOTE.encode())}),
        ]),
        v4.new_code_cell(f'HTML(\'<img src="{folded}">\')'),
        v4.new_code_cell('f"data:image/png;base64,{packed}"'),
    ]  # fmt: skip
    clean = without_traces(v4.new_notebook(cells=cells))
    assert NOTE not in opened(str(clean).replace("\\n", ""))
    assert clean.cells[0].source.startswith("![x](data:image/")
    assert clean.cells[0].source.endswith(")\n\nTeksti.")
    assert clean.cells[1].outputs[1].data["image/svg+xml"] == BARE_SVG
    assert clean.cells[3].source == cells[3].source, "code that makes an address stays"


@pytest.mark.parametrize("held", ["AAAA", "YWJj"])
def test_what_is_no_svg_is_no_picture(held: str) -> None:
    assert as_address("image/svg+xml", held) is None
    assert as_address("image/tiff", held) is None
    assert "src" not in foreign(f'<img src="data:image/svg+xml;base64,{held}" alt="x">')
