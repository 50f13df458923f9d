"""Notes as a file: its form, its versions, what cannot be read, and what an editor does to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from notes_world import MEMBER

from uso_lib.errors import NotesError
from uso_lib.notes.cells import Cell, Notes, OwnCell
from uso_lib.notes.desk import add_cell, before_publishing, prepare, stamped
from uso_lib.notes.disk import Disk
from uso_lib.notes.forms import NotANotebook, parse_notebook
from uso_lib.notes.keeping import read_notes, write_notes
from uso_lib.notes.merging import other_name
from uso_lib.notes.notes_text import notes_text, parse_notes
from uso_lib.notes.versions import find_version, keep_version, versions

CELLS = some.builds(
    OwnCell,
    cell=some.builds(
        Cell,
        id=some.from_regex(r"own-[a-z0-9_-]{1,20}", fullmatch=True),
        kind=some.sampled_from(("markdown", "code", "raw")),
        source=some.text(some.characters(), max_size=60),
        tags=some.lists(some.text(min_size=1, max_size=8), max_size=2).map(tuple),
    ),
    anchor=some.sampled_from(("", "cover", "section-talous")),
    section=some.sampled_from(("", "heading-a")),
    conflict=some.sampled_from(("", "own-x")),
)


@settings(deadline=None)
@given(
    some.lists(CELLS, max_size=5, unique_by=lambda own: own.id),
    some.lists(some.just("section-x"), max_size=1),
)
def test_every_notes_file_reads_back_as_it_was(cells: list[OwnCell], hidden: list[str]) -> None:
    notes = Notes(MEMBER, tuple(cells), tuple(hidden))
    content = notes_text(notes)
    assert parse_notes(content, MEMBER) == notes
    assert notes_text(parse_notes(content, MEMBER)) == content


def example() -> Notes:
    cells = (
        OwnCell(
            Cell("own-a", "markdown", "Ensimmäinen\nkappale", attachments={"k.png": {"image/png": "QQ=="}})
        ),
        OwnCell(Cell("own-b", "code", "1 + 1", tags=("oma",)), "cover"),
        OwnCell(Cell("section-x", "code", "oma"), "cover", replaces="section-x", base="abc"),
    )
    return Notes(MEMBER, cells, ("summary",))


def test_the_file_is_a_valid_notebook_without_outputs() -> None:
    notebook = nbformat.reads(notes_text(example()).decode(), as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.get("outputs") for cell in notebook.cells)


def test_a_file_saved_by_an_editor_says_the_same() -> None:
    """An editor sorts keys and writes texts its own way, as nbformat does for JupyterLab and others."""
    notebook = nbformat.reads(notes_text(example()).decode(), as_version=4)
    assert parse_notes(nbformat.writes(notebook).encode(), MEMBER) == example()


def test_what_is_typed_into_the_file_itself_is_kept_too() -> None:
    data: dict[str, Any] = json.loads(notes_text(example()))
    typed = {"cell_type": "markdown", "id": "0a1b2c3d", "metadata": {}, "source": "suoraan tiedostoon"}
    data["cells"].insert(3, typed)
    data["cells"][0]["source"] = "muokattu alku"
    cells = parse_notes(json.dumps(data).encode(), MEMBER).cells
    assert [own.cell.source for own in cells] == [
        "muokattu alku", "Ensimmäinen\nkappale", "1 + 1", "suoraan tiedostoon", "oma",
    ]  # fmt: skip
    assert cells[3].anchor == "cover"


@pytest.mark.parametrize("left", ["", "12ab34cd"], ids=["no ids", "other ids"])
def test_the_first_and_last_cell_are_nobodys_words_without_their_ids(left: str) -> None:
    """Programs of earlier formats drop ids, others make up new ones."""
    data = json.loads(notes_text(example()))
    for number, cell in enumerate(data["cells"]):
        cell.pop("id")
        if left:
            cell["id"] = f"{left}{number}"
    assert parse_notes(json.dumps(data).encode(), MEMBER) == example()


@pytest.mark.parametrize("same", [True, False])
def test_a_cell_doubled_by_a_merge_of_lines_is_one_unless_its_texts_differ(same: bool) -> None:
    data = json.loads(notes_text(example()))
    second = json.loads(json.dumps(data["cells"][1]))
    if not same:
        second["source"] = ["toinen"]
    data["cells"].insert(3, second)
    found = [own.cell.source for own in parse_notes(json.dumps(data).encode(), MEMBER).cells]
    assert len(found) == (3 if same else 4)
    assert ("toinen" in found) is not same


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"cells": 1}', b'{"nbformat": 4, "cells": [{}]}', b"\xff"]
)
def test_what_is_no_notebook_is_said_with_the_way_out_and_set_aside(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / f"{MEMBER}.ipynb"
    file.write_bytes(content)
    with pytest.raises(NotesError, match=f"uso notes {MEMBER} --restore") as told:
        read_notes(Disk(), tmp_path, MEMBER)
    assert str(file) in str(told.value)
    assert file.read_bytes() == content
    assert [one.read_bytes() for one in tmp_path.glob("*.conflict-*")] == [content]


def test_an_old_notebook_format_is_read() -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [{"cells": [{"cell_type": "markdown", "source": ["vanha"], "metadata": {}}]}],
    }
    cells = parse_notebook(json.dumps(old).encode())["cells"]
    assert "".join(cells[0]["source"]) == "vanha"
    with pytest.raises(NotANotebook):
        parse_notebook(b'{"nbformat": 3}')


def test_every_writing_keeps_both_versions_once(tmp_path: Path) -> None:
    disk = Disk()
    file = tmp_path / f"{MEMBER}.ipynb"
    file.write_bytes(notes_text(Notes(MEMBER)))
    kept = read_notes(disk, tmp_path, MEMBER)
    kept = write_notes(disk, tmp_path, kept, example())
    assert len(versions(disk, tmp_path, MEMBER)) == 2
    write_notes(disk, tmp_path, kept, example())
    assert len(versions(disk, tmp_path, MEMBER)) == 2
    assert file.read_bytes() == notes_text(example())
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_versions_stay_in_order_when_the_clock_is_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk()
    keep_version(disk, tmp_path, MEMBER, b"1")
    past = datetime.now(UTC) - timedelta(days=400)
    monkeypatch.setattr("uso_lib.notes.versions._now", lambda: past)
    keep_version(disk, tmp_path, MEMBER, b"2")
    found = versions(disk, tmp_path, MEMBER)
    assert [disk.read(one.path) for one in found] == [b"2", b"1"]
    assert disk.read(find_version(disk, tmp_path, MEMBER, "", b"2").path) == b"1"


def test_a_version_is_named_by_its_beginning_or_told_to_be_missing(tmp_path: Path) -> None:
    disk = Disk()
    for content in (b"1", b"2", b"3"):
        keep_version(disk, tmp_path, MEMBER, content)
    newest, middle, oldest = versions(disk, tmp_path, MEMBER)
    assert find_version(disk, tmp_path, MEMBER, middle.sha[:6], b"3").sha == middle.sha
    assert find_version(disk, tmp_path, MEMBER, oldest.path.name[:22], b"3").sha == oldest.sha
    for wanted, word in (("zz", "no version"), ("2", "several versions")):
        with pytest.raises(NotesError, match=f"{word}.*--versions"):
            find_version(disk, tmp_path, MEMBER, wanted, b"3")
    assert newest.sha != middle.sha
    with pytest.raises(NotesError, match="no version before"):
        find_version(disk, tmp_path, "pello", "", None)


def test_a_second_name_shows_what_is_written_in_place_and_survives_a_replacement(tmp_path: Path) -> None:
    disk, file, other = Disk(), tmp_path / "a", tmp_path / "b"
    disk.write(file, b"1")
    for _ in range(2):
        disk.second_name(file, other)
    file.write_bytes(b"2")
    disk.write(file, b"3")
    assert (other.read_bytes(), file.read_bytes()) == (b"2", b"3")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_notes_that_stand_in_another_place_are_written_there(tmp_path: Path) -> None:
    disk, place, name = Disk(), tmp_path / "shared" / "a", tmp_path / "a"
    disk.write(place, b"1")
    name.symlink_to(place)
    disk.write(name, b"2")
    assert name.is_symlink()
    assert (place.read_bytes(), [file.name for file in place.parent.iterdir()]) == (b"2", ["a"])


def test_another_members_first_and_last_cell_are_nobodys_words() -> None:
    assert parse_notes(notes_text(example()), "tornio").cells == example().cells


def test_a_third_text_under_one_id_is_kept_too() -> None:
    data = json.loads(notes_text(Notes(MEMBER, (OwnCell(Cell("own-a", "markdown", "yksi")),))))
    other = {**data["cells"][1], "source": ["kaksi"]}
    taken = other_name("own-a", Cell("", "markdown", "kaksi"))
    uso = {"uso": {"anchor": "", "id": taken}}
    data["cells"][2:2] = [{**other, "id": taken, "metadata": uso, "source": ["kolme"]}, other]
    found = {own.cell.source for own in parse_notes(json.dumps(data).encode(), MEMBER).cells}
    assert found == {"yksi", "kaksi", "kolme"}


def test_a_cell_added_from_the_desk_stands_after_its_row(root: Path, tmp_path: Path) -> None:
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    template = notebooks / "situation.ipynb"
    template.write_bytes((root / "notebooks" / "situation.ipynb").read_bytes())
    members = notebooks / "members"
    first = add_cell(members, MEMBER, "situation.figure('population')", "section-lainakanta")
    second = add_cell(members, MEMBER, "Huomio", "section-lainakanta", kind="markdown")
    prepared = prepare(members, MEMBER, template, tmp_path / "outputs" / MEMBER / "situation.ipynb")
    nbformat.validate(prepared.notebook)
    order = [cell.id for cell in prepared.notebook.cells]
    start = order.index("section-lainakanta")
    assert order[start + 1 : start + 3] == [first, second]
    assert prepared.composition.own == (first, second)
    own = prepared.notes.by_id[first]
    assert (own.section, own.chapter) == ("heading-lainakanta", "heading-talous")
    with pytest.raises(NotesError, match="markdown"):
        add_cell(members, MEMBER, "x", "cover", kind="heading")


def test_the_real_template_without_notes_is_run_as_it_is(root: Path, tmp_path: Path) -> None:
    template = root / "notebooks" / "situation.ipynb"
    prepared = prepare(tmp_path / "members", MEMBER, template, tmp_path / "situation.ipynb")
    plain = nbformat.read(template, as_version=4)
    assert prepared.notebook == plain
    assert prepared.messages == ()
    first, second = (nbformat.writes(stamped(prepared.notebook, prepared)) for _ in range(2))
    assert first == second
    assert "uso" not in plain.metadata


class Refusing(Disk):
    """A machine that refuses one thing."""

    def __init__(self, what: str) -> None:
        self.what = what

    def write_part(self, made: Path, content: bytes) -> None:
        if self.what == "full disk":
            made.write_bytes(content[:10])
            raise OSError(28, "No space left on device", str(made))
        super().write_part(made, content)

    def put_in_place(self, made: Path, path: Path) -> None:
        if self.what == "read-only folder":
            raise PermissionError(13, "Permission denied", str(path))
        super().put_in_place(made, path)

    @contextmanager
    def alone(self, path: Path) -> Iterator[None]:
        if self.what == "another run":
            raise TimeoutError
        with super().alone(path):
            yield


@pytest.mark.parametrize("what", ["full disk", "read-only folder", "another run"])
def test_what_the_machine_refuses_is_said_in_words_and_loses_nothing(
    root: Path, tmp_path: Path, what: str
) -> None:
    template, members = tmp_path / "notebooks" / "situation.ipynb", tmp_path / "notebooks" / "members"
    members.mkdir(parents=True)
    template.write_bytes((root / "notebooks" / "situation.ipynb").read_bytes())
    desk = tmp_path / "outputs" / MEMBER / "situation.ipynb"
    desk.parent.mkdir(parents=True)
    data = json.loads(template.read_bytes())
    data["cells"].insert(3, {"cell_type": "markdown", "id": "1a2b3c4d", "metadata": {}, "source": "Oma."})
    desk.write_text(json.dumps(data), encoding="utf-8")
    refusing, before = Refusing(what), desk.read_bytes()
    prepared = prepare(tmp_path / "elsewhere", MEMBER, template, desk)
    calls = (
        lambda: prepare(members, MEMBER, template, desk, disk=refusing),
        lambda: before_publishing(prepared, disk=refusing),
        lambda: add_cell(members, MEMBER, "1", "cover", disk=refusing),
    )
    for call in calls:
        with pytest.raises(NotesError, match=rf"(try again\.|: uso report {MEMBER})$") as told:
            call()
        assert told.value.finnish.endswith("yritä uudelleen.")
        assert desk.read_bytes() == before
    assert list(members.glob("*.ipynb")) == []
    assert [own.cell.source for own in prepare(members, MEMBER, template, desk).notes.cells] == ["Oma."]


def test_notes_that_cannot_be_read_are_told_in_finnish_where_a_cell_is_added(tmp_path: Path) -> None:
    (tmp_path / f"{MEMBER}.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(NotesError) as told:
        add_cell(tmp_path, MEMBER, "1", "cover")
    assert told.value.in_notebook.startswith(f"Tiedostoa notebooks/members/{MEMBER}.ipynb ei voi lukea")
    assert str(tmp_path) not in told.value.in_notebook
