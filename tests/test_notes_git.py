"""Two people's notes merged by git itself, and what git could not merge merged by cell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from notes_world import MEMBER, Data, World, as_bytes, tokens_of
from test_notes_conservation import QuickDisk

from uso_lib.errors import NotesError
from uso_lib.notes.cells import Cell, Notes, OwnCell
from uso_lib.notes.disk import Disk
from uso_lib.notes.git_merge import has_marks, merge_notes
from uso_lib.notes.keeping import read_notes
from uso_lib.notes.merging import other_name
from uso_lib.notes.notes_text import notes_text, parse_notes

PAIRS = int(os.environ.get("USO_PAIRS", "30"))
DOINGS = ("insert", "insert", "edit", "edit", "move", "delete", "split", "merge", "hide", "edit_generated")


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *settings, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Colleague(World):
    """A consultant with a checkout of their own."""

    def __init__(self, folder: Path, seed: int, name: str) -> None:
        self.folder = folder
        super().__init__(seed)
        self.name = name

    def write_template(self) -> None:
        self.disk = QuickDisk()
        self.notes_folder = self.folder / "notebooks" / "members"
        self.template_file = self.folder / "notebooks" / "situation.ipynb"
        self.desk_file = self.folder / "outputs" / MEMBER / "situation.ipynb"
        super().write_template()

    def save(self, doc: Data) -> None:
        self.desk_file.write_bytes(as_bytes(doc))

    @property
    def file(self) -> Path:
        return self.notes_folder / f"{MEMBER}.ipynb"

    def commit(self) -> None:
        self.run()
        git(self.folder, "add", "notebooks/members")
        git(self.folder, "commit", "-q", "--allow-empty", "-m", "words")

    def notes(self) -> Notes:
        return parse_notes(self.file.read_bytes(), MEMBER)


def pair(folder: Path, seed: int) -> tuple[Colleague, Colleague]:
    """Return two people who start from the same notes."""
    a = Colleague(folder / "a", seed, "a")
    git(a.folder, "init", "-q", "-b", "main")
    (a.folder / ".gitignore").write_text("outputs/\nnotebooks/members/history/\n", encoding="utf-8")
    git(a.folder, "add", ".gitignore", "notebooks/situation.ipynb")
    for _ in range(4):
        a.insert()
    a.commit()
    git(folder, "clone", "-q", str(a.folder), "b")
    b = Colleague(folder / "b", seed + 50_000, "b")
    b.run()
    return a, b


def tokens(notes: Notes) -> Counter[str]:
    return Counter(token for own in notes.cells for token in tokens_of(own.cell.source))


def touched(token: str, base: Notes, side: Notes) -> bool:
    """Tell whether someone edited, moved or deleted the cell that held a token."""
    present = side.by_id
    return any(
        (own.id not in present)
        or (own.cell.source, own.anchor) != (present[own.id].cell.source, present[own.id].anchor)
        for own in base.cells
        if token in own.cell.source
    )


def wrong(base: Notes, a: Notes, b: Notes, merged: Notes, *, moved: bool) -> list[str]:
    """Return what a merge lost, doubled or brought back, judged from the four notes alone.

    What both touched may stay in both texts. A cell that one moved and the other deleted may stay: git takes
    it so, and no word is lost.
    """
    found, was, at_a, at_b = tokens(merged), tokens(base), tokens(a), tokens(b)
    paired = {name for own in merged.cells if own.conflict for name in (own.id, own.conflict)}
    told = {token for own in merged.cells if own.id in paired for token in tokens_of(own.cell.source)}
    problems = []
    for token in {**was, **at_a, **at_b}:
        by_both = touched(token, base, a) and touched(token, base, b)
        deleted = token in was and (token not in at_a or token not in at_b)
        if not deleted and not found[token]:
            problems.append(f"lost {token}")
        if deleted and not by_both and found[token] and not moved:
            problems.append(f"{token} came back")
        if found[token] > 1 and token not in told and not by_both:
            problems.append(f"{token} is there {found[token]} times")
    return problems


def test_two_peoples_words_survive_gits_merge(tmp_path: Path, tell: Callable[[str, object], None]) -> None:
    conflicts = 0
    for seed in range(PAIRS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        a, b = pair(folder, seed)
        base = a.notes()
        for person in (a, b):
            chance = Random(f"{seed}{person.name}")
            person.log = chance.choices(DOINGS, k=chance.randint(1, 5))
            for doing in person.log:
                getattr(person, doing)()
            person.commit()
        sides = a.notes(), b.notes()
        git(b.folder, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main", check=False)
        conflicts += has_marks(b.file.read_bytes())
        b.run()
        merged = parse_notes(b.file.read_bytes(), MEMBER)
        moved = "move" in {*a.log, *b.log}
        assert wrong(base, *sides, merged, moved=moved) == [], f"seed {seed}: {a.log} {b.log}"
        assert b.found_in_desk() == b.found_in_notes()
        git(b.folder, "add", "-A")
        git(b.folder, "commit", "-q", "--allow-empty", "-m", "merged")
        git(a.folder, "pull", "-q", "--no-rebase", "--no-edit", str(b.folder), "main")
        a.run()
        assert a.found_in_desk() == a.found_in_notes() == b.found_in_notes()
        shutil.rmtree(folder)
    tell("pairs of people, conflicts of git", (PAIRS, conflicts))
    assert 0 < conflicts < PAIRS


def own(name: str, text: str, anchor: str = "cover", **fields: str) -> OwnCell:
    return OwnCell(Cell(name, "markdown", text), anchor, **fields)  # type: ignore[arg-type]


def notes(*cells: OwnCell, hidden: tuple[str, ...] = ()) -> Notes:
    return Notes(MEMBER, cells, hidden)


def test_both_edited_one_cell_so_both_texts_are_kept_side_by_side() -> None:
    merged = merge_notes(notes(own("x", "vanha")), notes(own("x", "minun")), notes(own("x", "sinun")))
    first, second = merged.cells
    assert (first.id, first.cell.source) == ("x", "minun")
    assert (second.cell.source, second.conflict, second.anchor) == ("sinun", "x", "cover")


def test_one_edits_and_the_other_deletes_so_the_edit_stays() -> None:
    base, edited = notes(own("x", "vanha")), notes(own("x", "uusi"))
    assert merge_notes(base, edited, notes()).cells == edited.cells
    assert merge_notes(base, notes(), edited).cells == edited.cells
    assert merge_notes(base, base, notes()).cells == ()


def test_one_edits_and_the_other_joins_the_cell_to_another_so_both_are_told_of() -> None:
    base = notes(own("x", "vanha"), own("y", "toinen"))
    joined = notes(own("y", "toinen\nvanha"))
    for merged in (
        merge_notes(base, notes(own("x", "vanha uusi"), own("y", "toinen")), joined),
        merge_notes(base, joined, notes(own("x", "vanha uusi"), own("y", "toinen"))),
    ):
        assert {one.id: one.conflict for one in merged.cells} == {"x": "y", "y": ""}


def test_one_edits_and_the_other_moves_so_both_happen() -> None:
    base = notes(own("x", "vanha"), own("y", "toinen"))
    moved = notes(own("y", "toinen"), own("x", "vanha", "sources"))
    merged = merge_notes(base, notes(own("x", "uusi"), own("y", "toinen")), moved)
    assert {one.id: (one.cell.source, one.anchor) for one in merged.cells} == {
        "x": ("uusi", "sources"),
        "y": ("toinen", "cover"),
    }


def test_what_either_hid_or_brought_back_counts() -> None:
    base, a, b = notes(hidden=("p", "q")), notes(hidden=("p", "q", "r")), notes(hidden=("q", "s"))
    assert merge_notes(base, a, b).hidden == ("q", "r", "s")


def test_without_a_common_origin_nothing_is_deleted() -> None:
    merged = merge_notes(None, notes(own("x", "yksi")), notes(own("x", "yksi"), own("y", "kaksi")))
    assert [one.cell.source for one in merged.cells] == ["yksi", "kaksi"]


def conflicted(base: Notes | None, ours: Notes, theirs: Notes) -> bytes:
    """Return a file with marks around everything, as from a patch without a repository."""
    origin = [b"||||||| base\n", notes_text(base)] if base else []
    return b"".join(
        [b"<<<<<<< HEAD\n", notes_text(ours), *origin, b"=======\n", notes_text(theirs), b">>>>>>> other\n"]
    )


@pytest.mark.parametrize("origin", [True, False])
def test_marks_without_a_repository_are_enough(tmp_path: Path, origin: bool) -> None:
    base = notes(own("x", "vanha"))
    content = conflicted(base if origin else None, notes(own("x", "minun")), notes(own("x", "sinun")))
    (tmp_path / f"{MEMBER}.ipynb").write_bytes(content)
    kept = read_notes(Disk(), tmp_path, MEMBER)
    assert [one.cell.source for one in kept.notes.cells] == ["minun", "sinun"]
    assert "git add" in kept.messages[0]
    assert (tmp_path / f"{MEMBER}.ipynb").read_bytes() == content, "reading writes nothing"


def test_marks_around_something_else_are_set_aside_and_nothing_is_overwritten(tmp_path: Path) -> None:
    content = b'<<<<<<< HEAD\n{"cells": [\n=======\nmuuta\n>>>>>>> other\n'
    (tmp_path / f"{MEMBER}.ipynb").write_bytes(content)
    for _ in range(2):
        with pytest.raises(NotesError, match=r"--restore"):
            read_notes(Disk(), tmp_path, MEMBER)
    assert (tmp_path / f"{MEMBER}.ipynb").read_bytes() == content
    aside = list(tmp_path.glob(f"{MEMBER}.conflict-*.ipynb"))
    assert [file.read_bytes() for file in aside] == [content]


def test_what_was_typed_between_the_marks_by_hand_is_kept(tmp_path: Path) -> None:
    a, b = pair(tmp_path, 5)
    for person in (a, b):
        doc = person.doc()
        cell = next(cell for cell in doc["cells"] if "§" in cell["source"])
        cell["source"] = f"Muutos: {person.token()}"
        person.save(doc)
        person.commit()
    git(b.folder, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main", check=False)
    marked = b.file.read_bytes()
    assert has_marks(marked)
    b.file.write_bytes(marked.replace("Muutos: §b".encode(), "Käsin lisätty, muutos: §b".encode()))
    b.run()
    texts = [one.cell.source for one in b.notes().cells]
    assert any(text.startswith("Käsin lisätty") for text in texts)
    assert any(text.startswith("Muutos: §a") for text in texts)


def test_lines_that_begin_and_end_a_cell_are_its_own() -> None:
    text = notes_text(notes(own("x", "yksi\nkaksi"), own("y", "kolme"))).decode()
    assert json.loads(text)["nbformat_minor"] == 5
    lines = [line.strip() for line in text.splitlines()]
    assert '"yksi\\n",' in lines
    for name in ("x", "y"):
        opens, closes = lines.index(f'"id": "{name}",'), lines.index(f'"id": "{name}"')
        between = lines[opens:closes]
        assert '"source": [' in between
        assert "}," not in between


@pytest.mark.parametrize(("here", "there"), [("minun", "kollegan"), ("kollegan", "minun")])
def test_both_texts_are_kept_though_a_cell_of_an_earlier_conflict_was_edited(here: str, there: str) -> None:
    taken = other_name("x", Cell("x", "markdown", "minun"))
    base, mine, other = (notes(own("x", text), own(taken, "muokattu")) for text in ("yhteinen", here, there))
    found = {one.cell.source for one in merge_notes(base, mine, other).cells}
    assert found == {"minun", "kollegan", "muokattu"}
