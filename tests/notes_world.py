"""A consultant at a desk, in small: a template, an editor, runs, crashes, and a record of every word typed.

Every text typed is a token that occurs nowhere else; the world knows which of them live and how often. Uses
the real code from the desk copy's bytes to the notes file's; only the kernel and the disk are pretended.
"""

from __future__ import annotations

import copy
import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from uso_lib.notes import desk as desk_module
from uso_lib.notes.collecting import SET_ASIDE
from uso_lib.notes.disk import Disk

TOKEN = re.compile(r"§[a-z]*\d+§")
MEMBER = "juva"
ROOT = Path("/world")
NOTES = ROOT / "notebooks" / "members"
NOTES_FILE = NOTES / f"{MEMBER}.ipynb"
TEMPLATE = ROOT / "notebooks" / "situation.ipynb"
OUTPUTS = ROOT / "outputs" / MEMBER
DESK = OUTPUTS / "situation.ipynb"
ASIDE = OUTPUTS / SET_ASIDE

#: How many random sequences are played, in parts that two test files share: a file is one process's work.
SEQUENCES = int(os.environ.get("USO_SEQUENCES", "10000"))
PARTS = 10

Data = dict[str, Any]


class Killed(BaseException):
    """The process ends here, as by kill -9."""


class MemoryDisk(Disk):
    """Keep files in memory, and stop before a chosen one of the steps that change something."""

    def __init__(self) -> None:
        self.files: dict[Path, list[bytes]] = {}
        self.steps = 0
        self.kill_before: int | None = None

    def step(self) -> None:
        self.steps += 1
        if self.kill_before is not None and self.steps == self.kill_before:
            raise Killed

    def read(self, path: Path) -> bytes | None:
        held = self.files.get(path)
        return held[0] if held else None

    def write(self, path: Path, content: bytes) -> None:
        made = path.with_name(f".{path.name}.tmp")
        self.write_part(made, content)
        self.put_in_place(made, path)

    def write_part(self, made: Path, content: bytes) -> None:
        self.step()
        self.files[made] = [content]

    def put_in_place(self, made: Path, path: Path) -> None:
        self.step()
        self.files[path] = self.files.pop(made)

    def second_name(self, path: Path, other: Path) -> None:
        self.step()
        self.files[other] = self.files[path]

    def remove(self, path: Path) -> None:
        self.step()
        self.files.pop(path, None)

    def names(self, folder: Path) -> list[str]:
        return sorted(path.name for path in self.files if path.parent == folder)

    @contextmanager
    def alone(self, path: Path) -> Iterator[None]:
        yield

    def save(self, path: Path, content: bytes) -> None:
        """Write into a file as an editor does: in place, under all its names."""
        self.files.setdefault(path, [b""])[0] = content


def generated(name: str, source: str, kind: str = "code", tags: tuple[str, ...] = ()) -> Data:
    cell: Data = {"cell_type": kind, "id": name, "metadata": {"tags": list(tags)} if tags else {}}
    cell["source"] = source
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def first_template() -> list[Data]:
    cells = [
        generated("about", "Pohja.", "markdown", ("remove-cell",)),
        generated("parameters", 'member = "tornio"', tags=("parameters",)),
        generated("open", "situation = open_situation(member)"),
        generated("cover", "situation.cover()"),
    ]
    for chapter in ("vaesto", "talous"):
        cells.append(generated(f"heading-{chapter}", f"## {chapter}", "markdown"))
        for part in ("a", "b"):
            name = f"{chapter}_{part}"
            cells.append(generated(f"heading-{name}", f"### {name}", "markdown"))
            cells.append(generated(f"section-{name}", f'situation.section("{name}")'))
    cells.append(generated("heading-lahteet", "## Lähteet", "markdown"))
    cells += [generated("sources", "situation.sources()"), generated("proof", "situation.proof()")]
    return cells


def notebook(cells: list[Data]) -> Data:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def as_bytes(data: Data) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def tokens_of(text: str) -> list[str]:
    return TOKEN.findall(text)


def is_own(cell: Data) -> bool:
    """Tell whether a cell is no generated one, edited or not."""
    return "made" not in cell["metadata"].get("uso", {})


def is_notice(cell: Data) -> bool:
    return str(cell["metadata"].get("uso", {}).get("id", "")).startswith("notice-")


class Person:
    """Someone with a workspace: template, desk copy, notes and an editor.

    Parameters
    ----------
    living
        Token → how often it is to be found; two people merging their notes share it.
    """

    def __init__(self, rng: random.Random, disk: Disk | None = None, name: str = "") -> None:
        self.rng = rng
        self.name = name
        self.disk = disk or MemoryDisk()
        self.notes_folder, self.template_file, self.desk_file = NOTES, TEMPLATE, DESK
        self.living: Counter[str] = Counter()
        self.ever: set[str] = set()
        self.template = first_template()
        self.log: list[str] = []
        self.count = 0
        self.dirty_order = False
        self.bare = False
        self.messages: tuple[str, ...] = ()

    # The desk ------------------------------------------------------------------------------------

    def doc(self) -> Data:
        content = self.disk.read(self.desk_file)
        assert content is not None
        return dict(json.loads(content))

    def save(self, doc: Data) -> None:
        assert isinstance(self.disk, MemoryDisk)
        self.disk.save(self.desk_file, as_bytes(doc))

    def token(self) -> str:
        self.count += 1
        made = f"§{self.name}{self.count}§"
        self.ever.add(made)
        self.living[made] += 1
        return made

    def forget(self, text: str) -> None:
        self.living.subtract(tokens_of(text))

    def new_id(self) -> str:
        return f"{self.rng.getrandbits(32):08x}"

    # A run ---------------------------------------------------------------------------------------

    def write_template(self) -> None:
        self.disk.write(self.template_file, as_bytes(notebook(self.template)))

    def run(
        self, meanwhile: Callable[[], None] | None = None, late: Callable[[], None] | None = None
    ) -> None:
        """Make a report: gather, compose, pretend to execute, publish."""
        prepared = desk_module.prepare(
            self.notes_folder, MEMBER, self.template_file, self.desk_file, disk=self.disk
        )
        executed = executed_copy(prepared.notebook)
        made = desk_module.stamped(executed, prepared)
        if meanwhile:
            meanwhile()
        told = desk_module.before_publishing(prepared, disk=self.disk)
        if late:
            late()
        self.disk.write(self.desk_file, as_bytes(made))
        self.messages = (*prepared.messages, *told)

    # What must hold ------------------------------------------------------------------------------

    def found_in_desk(self) -> Counter[str]:
        cells = [cell for cell in self.doc()["cells"] if not is_notice(cell)]
        return Counter(token for cell in cells for token in tokens_of("".join(cell["source"])))

    def found_in_notes(self) -> Counter[str]:
        content = self.disk.read(self.notes_folder / f"{MEMBER}.ipynb")
        data = json.loads(content) if content else notebook([])
        return Counter(token for cell in data["cells"] for token in tokens_of("".join(cell["source"])))

    def expected(self) -> Counter[str]:
        return Counter({token: count for token, count in self.living.items() if count})

    def check(self, *, desk: bool = True) -> None:
        expected = self.expected()
        notes = self.found_in_notes()
        assert notes == expected, f"notes: lost {expected - notes}, too many {notes - expected}"
        if desk:
            shown = self.found_in_desk()
            assert shown == expected, f"desk: lost {expected - shown}, too many {shown - expected}"


def executed_copy(prepared_notebook: Any) -> Any:
    """Return a notebook as papermill and the cleaning leave it: parameters put in, outputs, few metadata."""
    made = prepared_notebook
    at = next(
        index for index, cell in enumerate(made["cells"]) if "parameters" in cell["metadata"].get("tags", [])
    )
    injected = type(made)(
        generated("injected-parameters", f'member = "{MEMBER}"', tags=("injected-parameters",))
    )
    injected["metadata"] = type(made)(injected["metadata"])
    made["cells"].insert(at + 1, injected)
    for cell in made["cells"]:
        kept = {key: value for key, value in cell["metadata"].items() if key in ("tags", "slideshow")}
        cell["metadata"] = type(made)(kept)
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    return made


class World(Person):
    """One consultant who does things at random."""

    def __init__(self, seed: int) -> None:
        super().__init__(random.Random(seed))
        self.write_template()
        self.run()
        self.log.clear()

    def act(self) -> None:
        """Do one thing at random and save."""
        weighted = OPERATIONS if not self.bare else BARE_OPERATIONS
        name = self.rng.choice(weighted)
        self.log.append(name)
        getattr(self, name)()

    def cells(self, doc: Data, *, own: bool | None = None) -> list[int]:
        """Return the indices of own cells (those with tokens), of generated ones, or of both."""
        found = []
        for index, cell in enumerate(doc["cells"]):
            typed = bool(tokens_of("".join(cell["source"])))
            if not is_notice(cell) and (own is None or typed == own):
                found.append(index)
        return found

    @contextmanager
    def editing(self) -> Iterator[Data]:
        doc = self.doc()
        yield doc
        self.save(doc)

    def pick(self, doc: Data, *, own: bool | None = None) -> int | None:
        choices = self.cells(doc, own=own)
        return self.rng.choice(choices) if choices else None

    # Editing -------------------------------------------------------------------------------------

    def insert(self) -> None:
        kind = self.rng.choice(("markdown", "markdown", "code", "raw"))
        text = self.rng.choice(("{}", "Huomio {}.\nToinen rivi.", "# {}", "  {}  \n", "{}\r\nrivi"))
        with self.editing() as doc:
            at = self.rng.randint(0, len(doc["cells"]))
            cell = generated(self.new_id(), text.format(self.token()), kind)
            if self.rng.random() < 0.1:
                del cell["id"]
            elif self.rng.random() < 0.05:
                cell["metadata"]["uso"] = {"id": self.rng.choice(("section-toinen", "own-vieras", "sources"))}
            doc["cells"].insert(at, cell)

    def type_same_text_twice(self) -> None:
        token = self.token()
        self.living[token] += 1
        with self.editing() as doc:
            for _ in range(2):
                at = self.rng.randint(0, len(doc["cells"]))
                doc["cells"].insert(at, generated(self.new_id(), token, "markdown"))

    def edit(self) -> None:
        with self.editing() as doc:
            at = self.pick(doc, own=True)
            if at is None:
                return
            cell = doc["cells"][at]
            if self.rng.random() < 0.5:
                cell["source"] += f" ja {self.token()}"
            else:
                self.forget(cell["source"])
                cell["source"] = f"Uusi {self.token()}"

    def edit_generated(self) -> None:
        with self.editing() as doc:
            at = self.pick(doc, own=False)
            if at is not None:
                doc["cells"][at]["source"] += f"\n# {self.token()}"

    def edit_notice(self) -> None:
        with self.editing() as doc:
            notices = [cell for cell in doc["cells"] if is_notice(cell) and not tokens_of(cell["source"])]
            if notices:
                self.rng.choice(notices)["source"] += f" {self.token()}"

    def delete_notice(self) -> None:
        with self.editing() as doc:
            doc["cells"] = [
                cell for cell in doc["cells"] if not is_notice(cell) or tokens_of("".join(cell["source"]))
            ]

    def revert_generated(self) -> None:
        made = {cell["id"]: cell for cell in self.template}
        with self.editing() as doc:
            edited = [
                cell
                for cell in doc["cells"]
                if cell["metadata"].get("uso", {}).get("id") == cell.get("id")
                and cell.get("id") in made
                and cell["cell_type"] == made[cell["id"]]["cell_type"]
                and "#" in cell["source"]
            ]
            if edited:
                cell = self.rng.choice(edited)
                self.forget(cell["source"])
                cell["source"] = made[cell["id"]]["source"]
                cell["metadata"]["tags"] = made[cell["id"]]["metadata"].get("tags", [])

    def move(self) -> None:
        with self.editing() as doc:
            at = self.pick(doc, own=True)
            if at is not None:
                cell = doc["cells"].pop(at)
                doc["cells"].insert(self.rng.randint(0, len(doc["cells"])), cell)
                self.dirty_order |= not is_own(cell)

    def move_generated(self) -> None:
        self.dirty_order = True
        with self.editing() as doc:
            at = self.pick(doc, own=False)
            if at is not None:
                cell = doc["cells"].pop(at)
                doc["cells"].insert(self.rng.randint(0, len(doc["cells"])), cell)

    def split(self) -> None:
        with self.editing() as doc:
            at = self.pick(doc, own=True)
            if at is None:
                return
            cell = doc["cells"][at]
            self.dirty_order |= not is_own(cell)
            cut = self.rng.randint(0, len(cell["source"]))
            while any(match.start() < cut < match.end() for match in TOKEN.finditer(cell["source"])):
                cut += 1
            second = copy.deepcopy(cell)
            second["id"] = self.new_id()
            cell["source"], second["source"] = cell["source"][:cut], cell["source"][cut:]
            if self.rng.random() < 0.3:
                cell["id"], second["id"] = second["id"], cell.get("id", self.new_id())
            doc["cells"].insert(at + 1, second)

    def merge(self) -> None:
        with self.editing() as doc:
            at = self.pick(doc, own=True)
            if at is None or at + 1 >= len(doc["cells"]):
                return
            below = doc["cells"][at + 1]
            if not is_notice(below):
                self.dirty_order |= not is_own(below)
                doc["cells"][at]["source"] += f"\n{below['source']}"
                del doc["cells"][at + 1]

    def duplicate(self) -> None:
        with self.editing() as doc:
            at = self.pick(doc, own=True)
            if at is None:
                return
            second = copy.deepcopy(doc["cells"][at])
            self.dirty_order |= not is_own(second)
            self.living.update(tokens_of(second["source"]))
            if self.rng.random() < 0.8:
                second["id"] = self.new_id()
            doc["cells"].insert(self.rng.randint(0, len(doc["cells"])), second)

    def cut_and_paste(self) -> None:
        with self.editing() as doc:
            at = self.pick(doc, own=True)
            if at is not None:
                cell = doc["cells"].pop(at)
                cell["id"] = self.new_id()
                doc["cells"].insert(self.rng.randint(0, len(doc["cells"])), cell)
                self.dirty_order |= not is_own(cell)

    def delete(self) -> None:
        with self.editing() as doc:
            at = self.pick(doc, own=True)
            if at is not None:
                self.forget(doc["cells"].pop(at)["source"])

    def hide(self) -> None:
        with self.editing() as doc:
            at = self.pick(doc, own=False)
            if at is not None:
                del doc["cells"][at]

    def change_kind(self) -> None:
        with self.editing() as doc:
            at = self.pick(doc, own=True)
            if at is not None:
                doc["cells"][at]["cell_type"] = self.rng.choice(("markdown", "code", "raw"))

    # Editors and files ---------------------------------------------------------------------------

    def save_without_ids(self) -> None:
        """Save as a program does that knows format 4.4 only, sometimes nothing of others' metadata."""
        thorough = self.rng.random() < 0.5
        self.dirty_order |= thorough
        with self.editing() as doc:
            doc["nbformat_minor"] = 4
            for cell in doc["cells"]:
                cell.pop("id", None)
                if thorough and not is_notice(cell):
                    cell["metadata"].pop("uso", None)
                cell["source"] = cell["source"].splitlines(keepends=True)
        with self.editing() as doc:
            for cell in doc["cells"]:
                cell["source"] = "".join(cell["source"])

    def repeat_ids(self) -> None:
        with self.editing() as doc:
            ids = [cell["id"] for cell in doc["cells"] if cell.get("id")]
            for cell in doc["cells"]:
                if ids and self.rng.random() < 0.2 and cell.get("id"):
                    cell["id"] = self.rng.choice(ids)

    def collapse_cells(self) -> None:
        with self.editing() as doc:
            for cell in doc["cells"]:
                cell["metadata"] |= {
                    "collapsed": True,
                    "jp-MarkdownHeadingCollapsed": True,
                    "scrolled": False,
                }
            doc["metadata"]["kernelspec"] = {"name": "python3", "display_name": "other"}

    # The template --------------------------------------------------------------------------------

    def template_adds(self) -> None:
        self.dirty_order = True
        self.count += 1
        at = self.rng.randint(3, len(self.template))
        name = f"uusi_{self.count}"
        added = [generated(f"section-{name}", f'situation.section("{name}")')]
        if self.rng.random() < 0.5:
            added.insert(0, generated(f"heading-{name}", f"### {name}", "markdown"))
        self.template[at:at] = added
        self.write_template()

    def template_removes(self) -> None:
        self.dirty_order = True
        if len(self.template) > 6:
            at = self.rng.randint(3, len(self.template) - 1)
            del self.template[at : at + self.rng.choice((1, 1, 2, 4))]
            self.write_template()

    def template_renames(self) -> None:
        self.dirty_order = True
        if len(self.template) > 4:
            cell = self.rng.choice(self.template[3:])
            self.count += 1
            cell["id"] = f"{cell['id'].split('-')[0]}-nimi_{self.count}"
            self.write_template()

    def template_reorders(self) -> None:
        self.dirty_order = True
        rest = self.template[3:]
        self.rng.shuffle(rest)
        self.template[3:] = rest
        self.write_template()

    def template_changes_text(self) -> None:
        self.dirty_order = True
        self.count += 1
        cell = self.rng.choice(self.template[2:])
        cell["source"] += f"x{self.count}"
        self.write_template()

    def template_as_at_first(self) -> None:
        self.dirty_order = True
        self.template = first_template()
        self.write_template()

    # Runs ----------------------------------------------------------------------------------------

    def report(self) -> None:
        """Run, check everything, run again: nothing may change."""
        before = self.doc() if not self.dirty_order and not self.bare else None
        self.run()
        self.bare = False
        self.check()
        if before is not None:
            assert story(self.doc()) == story(before), f"order: {story(before)} → {story(self.doc())}"
        held = self.disk.read(NOTES_FILE), self.disk.read(DESK)
        self.run()
        assert self.disk.read(NOTES_FILE) == held[0], "a second run changed the notes"
        assert self.disk.read(DESK) == held[1], "a second run changed the notebook"
        self.dirty_order = False

    def crash(self) -> None:
        """Run, be killed between two steps, sometimes go on writing, and run again."""
        assert isinstance(self.disk, MemoryDisk)
        self.disk.kill_before = self.disk.steps + self.rng.randint(1, 12)
        try:
            self.run()
        except Killed:
            self.log.append("killed")
        self.disk.kill_before = None
        self.dirty_order = True

    def saved_meanwhile(self) -> None:
        """Write while the report is being made, or at the very moment it is published."""
        if self.bare:
            return
        doing = self.rng.choice((self.insert, self.edit, self.delete, self.move, self.duplicate, self.hide))
        late = self.rng.random() < 0.5
        self.log.append(f"{doing.__name__} {'late' if late else 'meanwhile'}")
        self.run(**{"late" if late else "meanwhile": doing})
        if not late:
            self.check(desk=False)
        self.dirty_order = True
        self.run()
        self.check()

    def autosaved_late(self) -> None:
        """Let an editor save outputs, and no word, into the notebook that has been replaced."""
        assert isinstance(self.disk, MemoryDisk)
        content = self.disk.read(ASIDE)
        if content is None or self.disk.files[ASIDE] is self.disk.files[DESK]:
            return
        doc = json.loads(content)
        doc["cells"][0]["metadata"]["scrolled"] = self.rng.random()
        self.disk.save(ASIDE, as_bytes(doc))

    def old_tab(self) -> None:
        """Make a report while an editor holds the old notebook, write there, and save it over the new one."""
        held = self.disk.read(DESK)
        assert held is not None
        self.run()
        self.check()
        self.bare = False
        self.save(json.loads(held))
        self.dirty_order = True

    def outputs_deleted(self) -> None:
        assert isinstance(self.disk, MemoryDisk)
        self.run()
        self.bare = False
        for path in [path for path in self.disk.files if path.parent == OUTPUTS]:
            del self.disk.files[path]
        self.run()
        self.check()

    def stripped(self) -> None:
        """Save without anything the run left in it, so that nothing tells where the notebook comes from."""
        self.run()
        self.check()
        self.bare = self.dirty_order = True
        with self.editing() as doc:
            doc["metadata"] = {}
            for cell in doc["cells"]:
                cell["metadata"] = {"tags": cell["metadata"]["tags"]} if "tags" in cell["metadata"] else {}
                if self.rng.random() < 0.5:
                    cell.pop("id", None)
            doc["cells"] = [cell for cell in doc["cells"] if not str(cell.get("id")).startswith("notice-")]
            doc["cells"] = [cell for cell in doc["cells"] if "Ilmoitus ei tule" not in cell["source"]]

    def from_another_member(self) -> None:
        """Let a notebook of another member lie here."""
        self.run()
        self.check()
        self.bare = self.dirty_order = True
        with self.editing() as doc:
            doc["metadata"]["uso"]["member"] = "pello"


EDITING = [
    *["insert"] * 5, *["edit"] * 4, *["edit_generated"] * 2, "edit_notice", "delete_notice",
    "revert_generated",
    *["move"] * 3, "move_generated", *["split"] * 2, *["merge"] * 2, *["duplicate"] * 2, "cut_and_paste",
    *["delete"] * 2, "hide", "change_kind", "type_same_text_twice", "collapse_cells",
]  # fmt: skip
FILES = ["save_without_ids", "repeat_ids"]
TEMPLATES = [
    "template_adds", "template_removes", "template_renames", "template_reorders", "template_changes_text",
    "template_as_at_first",
]  # fmt: skip
RUNS = [
    *["report"] * 6, *["crash"] * 5, *["saved_meanwhile"] * 2, *["autosaved_late"] * 2, "old_tab",
    "outputs_deleted",
]  # fmt: skip
STRANGE = ["stripped", "from_another_member"]
OPERATIONS = [*EDITING, *FILES, *TEMPLATES, *RUNS, *STRANGE]
#: What can be done in a notebook that does not say where it comes from: nothing counts as deleted there.
BARE_OPERATIONS = ["insert", "insert", "crash", "report", "report"]


def story(doc: Data) -> list[str]:
    """Return what stands in a notebook in order: tokens, and the ids of generated cells without any."""
    told: list[str] = []
    for cell in doc["cells"]:
        if is_notice(cell) and not tokens_of(cell["source"]):
            continue
        found = tokens_of(cell["source"])
        if found:
            told += found
    return told


def played(seed: int, length: int) -> World:
    """Play one sequence to its end: every token that lives is there, none other."""
    # Plain data in place of nbformat's: the same keys, and ten thousand sequences in a minute.
    with patch.object(desk_module, "_as_node", lambda data: data):
        world = World(seed)
        try:
            for _ in range(length):
                world.act()
            world.log.append("report")
            world.report()
        except AssertionError as problem:
            message = f"seed {seed}: {' · '.join(world.log)}\n{problem}"
            raise AssertionError(message) from problem
    return world


def played_part(part: int) -> Counter[str]:
    """Play every tenth of the sequences and return how often each thing was done."""
    steps: Counter[str] = Counter()
    for seed in range(part, SEQUENCES, PARTS):
        steps.update(played(seed, 4 + seed // PARTS % 7).log)
    assert steps["report"] >= SEQUENCES // PARTS
    if SEQUENCES >= 1000:
        assert set(OPERATIONS) | set(BARE_OPERATIONS) <= set(steps)
        assert steps["killed"] > 10
    return steps
