"""What a consultant does in the notebook, one thing at a time, and what becomes of it in the next one."""

from __future__ import annotations

import copy
import json
from typing import Any
from unittest.mock import patch

import pytest
from notes_world import (
    DESK,
    MEMBER,
    NOTES_FILE,
    Killed,
    MemoryDisk,
    World,
    as_bytes,
    generated,
    is_notice,
)

from uso_lib.notes.collecting import SET_ASIDE
from uso_lib.notes.desk import prepare
from uso_lib.notes.notes_text import parse_notes

Data = dict[str, Any]


@pytest.fixture
def world() -> World:
    return World(11)


def names(doc: Data) -> list[str]:
    return [cell["id"] for cell in doc["cells"]]


def at(doc: Data, name: str) -> int:
    return names(doc).index(name)


def write(world: World, after: str, text: str, kind: str = "markdown") -> str:
    """Insert a cell after another one and save; return its id."""
    name = world.new_id()
    with world.editing() as doc:
        doc["cells"].insert(at(doc, after) + 1, generated(name, text, kind))
    return name


def texts(world: World) -> dict[str, str]:
    return {cell["id"]: cell["source"] for cell in world.doc()["cells"]}


def notes(world: World) -> dict[str, Any]:
    content = world.disk.read(NOTES_FILE)
    return parse_notes(content, MEMBER).by_id if content else {}


def hidden(world: World) -> tuple[str, ...]:
    content = world.disk.read(NOTES_FILE)
    return parse_notes(content, MEMBER).hidden if content else ()


def test_a_comment_stands_in_its_place_after_a_run(world: World) -> None:
    name = write(world, "section-vaesto_a", "Oma huomio.")
    world.run()
    doc = world.doc()
    assert at(doc, name) == at(doc, "section-vaesto_a") + 1
    own = notes(world)[name]
    assert (own.anchor, own.section, own.chapter) == (
        "section-vaesto_a",
        "heading-vaesto_a",
        "heading-vaesto",
    )


def test_nothing_written_leaves_no_notes_file(world: World) -> None:
    world.run()
    assert world.disk.read(NOTES_FILE) is None


def test_pictures_tags_and_metadata_come_along(world: World) -> None:
    name = write(world, "cover", "![kuva](attachment:kuva.png)")
    with world.editing() as doc:
        cell = doc["cells"][at(doc, name)]
        cell["attachments"] = {"kuva.png": {"image/png": "QUJD"}}
        cell["metadata"] = {"tags": ["hide-input"], "slideshow": {"slide_type": "slide"}, "oma": 1}
    for _ in range(2):
        world.run()
    cell = notes(world)[name].cell
    assert cell.attachments == {"kuva.png": {"image/png": "QUJD"}}
    assert (cell.tags, cell.metadata) == (("hide-input",), {"slideshow": {"slide_type": "slide"}, "oma": 1})
    assert world.doc()["cells"][at(world.doc(), name)]["attachments"] == cell.attachments


def test_a_picture_made_bare_for_publication_stays_whole_in_the_notes(world: World) -> None:
    name = write(world, "cover", "![kuva](attachment:kuva.png)")
    with world.editing() as doc:
        doc["cells"][at(doc, name)]["attachments"] = {"kuva.png": {"image/png": "KOKO"}}
    world.run()
    shown = world.doc()
    prepared_like = copy.deepcopy(shown)
    prepared_like["cells"][at(shown, name)]["attachments"] = {"kuva.png": {"image/png": "KARSITTU"}}
    own = prepared_like["metadata"]["uso"]["own"][name]
    own["kept"] = copy.deepcopy(own["shown"])
    from uso_lib.notes.cells import mark_of
    from uso_lib.notes.forms import cell_of

    bare = mark_of(cell_of(prepared_like["cells"][at(shown, name)]))
    own["shown"]["pictures"] = dict(bare.pictures)
    prepared_like["cells"][at(shown, name)]["source"] += " Lisäys."
    world.save(prepared_like)
    world.run()
    cell = notes(world)[name].cell
    assert cell.source.endswith("Lisäys.")
    assert cell.attachments == {"kuva.png": {"image/png": "KOKO"}}


def test_halves_of_characters_stay_in_the_notes(world: World) -> None:
    name = write(world, "cover", "puolikas \ud83d tässä")
    world.disk.write(DESK, json.dumps(world_doc_with(world, name)).encode())
    world.run()
    assert notes(world)[name].cell.source == "puolikas \ud83d tässä"
    assert texts(world)[name] == "puolikas \N{REPLACEMENT CHARACTER} tässä"
    with world.editing() as doc:
        doc["cells"][at(doc, name)]["metadata"]["tags"] = ["oma"]
    world.run()
    assert notes(world)[name].cell.source == "puolikas \ud83d tässä"
    assert notes(world)[name].cell.tags == ("oma",)


def world_doc_with(world: World, name: str) -> Data:
    doc = world.doc()
    doc["cells"][at(doc, name)]["source"] = "puolikas \ud83d tässä"
    return doc


@pytest.fixture(autouse=True)
def _halves_can_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pretended editor write what JSON can say."""
    monkeypatch.setattr("notes_world.as_bytes", lambda data: json.dumps(data).encode())


def test_a_deleted_generated_cell_stays_hidden_until_it_is_shown(world: World) -> None:
    with world.editing() as doc:
        del doc["cells"][at(doc, "section-vaesto_a")]
    for _ in range(2):
        world.run()
        assert "section-vaesto_a" not in names(world.doc())
    assert hidden(world) == ("section-vaesto_a",)


def test_a_hidden_cell_pasted_back_is_there_again(world: World) -> None:
    before = world.doc()["cells"]
    kept = next(cell for cell in before if cell["id"] == "section-vaesto_a")
    with world.editing() as doc:
        del doc["cells"][at(doc, "section-vaesto_a")]
    world.run()
    with world.editing() as doc:
        doc["cells"].insert(at(doc, "heading-vaesto_a") + 1, kept)
    world.run()
    assert hidden(world) == ()
    assert at(world.doc(), "section-vaesto_a") == at(world.doc(), "heading-vaesto_a") + 1


def test_own_cells_keep_their_place_around_a_hidden_cell(world: World) -> None:
    first = write(world, "heading-vaesto_a", "ennen")
    second = write(world, "section-vaesto_a", "jälkeen")
    world.run()
    with world.editing() as doc:
        del doc["cells"][at(doc, "section-vaesto_a")]
    world.run()
    third = write(world, second, "viimeinen")
    world.run()
    doc = world.doc()
    assert names(doc)[at(doc, first) :][:3] == [first, second, third]
    assert notes(world)[third].anchor == "section-vaesto_a"


def test_cells_no_report_can_do_without_come_back(world: World) -> None:
    with world.editing() as doc:
        gone = ("parameters", "open", "proof")
        doc["cells"] = [cell for cell in doc["cells"] if cell["id"] not in gone]
    world.run()
    assert {"parameters", "open", "proof"} <= set(names(world.doc()))
    assert len([message for message in world.messages if "no report can do without it" in message]) == 3


def test_an_edited_generated_cell_is_kept_as_an_own_version(world: World) -> None:
    with world.editing() as doc:
        doc["cells"][at(doc, "section-vaesto_a")]["source"] = 'situation.section("vaesto_a", hide=[2])'
    for _ in range(2):
        world.run()
        assert texts(world)["section-vaesto_a"].endswith("hide=[2])")
    assert notes(world)["section-vaesto_a"].replaces == "section-vaesto_a"


def test_a_changed_template_is_told_beside_an_own_version_until_it_is_seen(world: World) -> None:
    with world.editing() as doc:
        doc["cells"][at(doc, "section-vaesto_a")]["source"] = "oma versio"
    world.run()
    next(cell for cell in world.template if cell["id"] == "section-vaesto_a")["source"] = "uusi pohja ```"
    world.write_template()
    for _ in range(2):
        world.run()
        doc = world.doc()
        notice = doc["cells"][at(doc, "section-vaesto_a") + 1]
        assert notice["id"] == "notice-section-vaesto_a"
        assert notice["metadata"]["tags"] == ["remove-cell"]
        assert "Pohjan solu on muuttunut" in notice["source"]
        assert "````python\nuusi pohja ```\n````" in notice["source"]
    with world.editing() as doc:
        del doc["cells"][at(doc, "notice-section-vaesto_a")]
    for _ in range(2):
        world.run()
        assert "notice-section-vaesto_a" not in names(world.doc())
    assert texts(world)["section-vaesto_a"] == "oma versio"


def test_an_own_version_put_back_as_it_was_follows_the_template_again(world: World) -> None:
    original = texts(world)["section-vaesto_a"]
    for text in ("oma versio", original):
        with world.editing() as doc:
            doc["cells"][at(doc, "section-vaesto_a")]["source"] = text
        world.run()
    assert notes(world) == {}
    assert hidden(world) == ()


def test_an_edited_notice_becomes_an_own_cell(world: World) -> None:
    test_an_edited_generated_cell_is_kept_as_an_own_version(world)
    next(cell for cell in world.template if cell["id"] == "section-vaesto_a")["source"] = "uusi pohja"
    world.write_template()
    world.run()
    with world.editing() as doc:
        doc["cells"][at(doc, "notice-section-vaesto_a")]["source"] += " Tarkistettu, MK."
    world.run()
    assert [text for text in texts(world).values() if "Tarkistettu, MK." in text]
    assert sum("MK." in own.cell.source for own in notes(world).values()) == 1


def test_edited_parameters_are_kept_but_not_run(world: World) -> None:
    with world.editing() as doc:
        doc["cells"][at(doc, "injected-parameters")]["source"] = 'member = "toinen"'
    world.run()
    cell = world.doc()["cells"][at(world.doc(), "own-injected-parameters")]
    assert (cell["cell_type"], cell["source"]) == ("raw", 'member = "toinen"')
    assert "parameters/juva.yml" in " ".join(world.messages)
    assert texts(world)["injected-parameters"] == 'member = "juva"'


def test_a_copy_of_the_parameters_is_one_own_cell_however_often_it_runs(world: World) -> None:
    """Its tag would make the run take it for the parameters themselves, and double it each time."""
    with world.editing() as doc:
        second = copy.deepcopy(doc["cells"][at(doc, "injected-parameters")])
        doc["cells"].append({**second, "id": "deadbeef", "source": "kopio"})
    world.run()
    prepared = prepare(world.notes_folder, MEMBER, world.template_file, world.desk_file, disk=world.disk)
    own = next(cell for cell in prepared.notebook["cells"] if cell["id"] == "deadbeef")
    assert "tags" not in own["metadata"]
    assert notes(world)["deadbeef"].cell.tags == ("injected-parameters",)
    copied = world.doc()["cells"][at(world.doc(), "deadbeef")]
    assert copied["metadata"]["tags"] == ["injected-parameters"]


def test_a_notice_edited_again_and_again_loses_and_doubles_nothing(world: World) -> None:
    test_an_edited_notice_becomes_an_own_cell(world)
    for text in ("toinen", "kolmas", "neljäs"):
        with world.editing() as doc:
            doc["cells"][at(doc, "notice-section-vaesto_a")]["source"] = text
            mine = [cell for cell in doc["cells"] if "own-notice" in cell["id"]]
            rest = [cell for cell in doc["cells"] if cell not in mine]
            doc["cells"] = [*reversed(mine), *rest]
        world.run()
        world.run()
    kept = [own.cell.source for own in notes(world).values() if own.id.startswith("own-notice")]
    assert sorted(kept)[1:] == ["kolmas", "neljäs", "toinen"]
    assert "MK." in sorted(kept)[0]
    assert len(kept) == 4


def test_a_lost_notes_file_takes_no_words_with_it(world: World) -> None:
    name = write(world, "cover", "tärkeä")
    world.run()
    world.disk.remove(NOTES_FILE)
    for told in (True, False):
        world.run()
        assert ("its notes were gone" in " ".join(world.messages)) is told
        assert texts(world)[name] == "tärkeä"
        assert notes(world)[name].cell.source == "tärkeä"


def test_a_second_conflict_of_a_cell_keeps_its_text_though_the_first_one_was_edited(world: World) -> None:
    name = write(world, "cover", "yhteinen")
    world.run()
    for here, there in (("minun", "kollegan"), ("uusi", "kollegan")):
        colleague_writes(world, name, there)
        with world.editing() as doc:
            doc["cells"][at(doc, name)]["source"] = here
        world.run()
        if here == "minun":
            with world.editing() as doc:
                other = next(cell for cell in doc["cells"] if "".join(cell["source"]) == "kollegan")
                other["source"] = "kollegan, muokattu"
            world.run()
    assert {"uusi", "kollegan", "kollegan, muokattu"} <= set(texts(world).values())


def colleague_writes(world: World, name: str, text: str) -> None:
    content = world.disk.read(NOTES_FILE)
    assert content is not None
    data = json.loads(content)
    next(cell for cell in data["cells"] if cell["id"] == name)["source"] = [text]
    world.disk.write(NOTES_FILE, json.dumps(data).encode())


def with_picture(world: World) -> str:
    """Write a cell that shows a picture, and run; return its id."""
    name = write(world, "cover", "Alku.\n\n![k](attachment:k k.png)\n\nLoppu.")
    with world.editing() as doc:
        doc["cells"][at(doc, name)]["attachments"] = {"k k.png": {"image/png": "QUJD"}}
    world.run()
    return name


def pictures(world: World) -> dict[str, dict[str, Any]]:
    """Return the pictures by the text of their cell, the same in the notes and in the notebook."""
    held = {own.cell.source: dict(own.cell.attachments) for own in notes(world).values()}
    shown = {cell["source"]: cell.get("attachments", {}) for cell in world.doc()["cells"]}
    assert {text: shown[text] for text in held} == held
    return {text: found for text, found in held.items() if found}


def test_an_old_notebook_saved_late_without_an_edit_deletes_nothing_after_a_crash(world: World) -> None:
    """An editor saves outputs into the replaced file; the run that gathers it is killed and made again."""
    assert isinstance(world.disk, MemoryDisk)
    world.run()
    aside = DESK.with_name(SET_ASIDE)
    late = json.loads(world.disk.read(aside) or b"")
    late["cells"][0]["metadata"]["collapsed"] = True
    world.disk.save(aside, as_bytes(late))
    name = write(world, "cover", "uusi huomio")
    with patch.object(world.disk, "remove", side_effect=Killed), pytest.raises(Killed):
        world.run()
    assert name in notes(world)
    world.run()
    assert name in notes(world)


def test_a_cell_split_by_jupyterlab_keeps_its_picture(world: World) -> None:
    """JupyterLab leaves the last part and the pictures in the old cell, then removes those not shown."""
    name = with_picture(world)
    with world.editing() as doc:
        cell = doc["cells"][at(doc, name)]
        del cell["attachments"]
        first = {**copy.deepcopy(cell), "id": world.new_id(), "source": "Alku.\n\n![k](attachment:k%20k.png)"}
        cell["source"] = "Loppu."
        doc["cells"].insert(at(doc, name), first)
    for _ in range(2):
        world.run()
        assert pictures(world) == {first["source"]: {"k k.png": {"image/png": "QUJD"}}}


def test_cells_merged_by_jupyterlab_keep_the_picture_of_each(world: World) -> None:
    """Merged with the cell above, only the pictures of the chosen cell stay in the file; its id is new."""
    name = with_picture(world)
    below = write(world, name, "Toinen.")
    world.run()
    with world.editing() as doc:
        above, chosen = doc["cells"][at(doc, name)], doc["cells"][at(doc, below)]
        text = f"{above['source']}\n\n{chosen['source']}"
        doc["cells"][at(doc, below)] = {**chosen, "id": world.new_id(), "source": text}
        doc["cells"].remove(above)
    world.run()
    assert pictures(world) == {text: {"k k.png": {"image/png": "QUJD"}}}


def test_a_cell_made_code_and_text_again_keeps_its_picture(world: World) -> None:
    """JupyterLab makes a new cell of the other kind, without the pictures."""
    name = with_picture(world)
    for kind in ("code", "markdown"):
        with world.editing() as doc:
            cell = doc["cells"][at(doc, name)]
            made = generated(world.new_id(), cell["source"], kind) | {"metadata": cell["metadata"]}
            doc["cells"][at(doc, name)] = made
        world.run()
    (text,) = pictures(world)
    assert text == texts(world)[name]


def test_a_picture_no_text_shows_any_more_goes(world: World) -> None:
    name = with_picture(world)
    with world.editing() as doc:
        cell = doc["cells"][at(doc, name)]
        del cell["attachments"]
        cell["source"] = "Alku."
    world.run()
    assert pictures(world) == {}


def test_a_drawing_kept_line_by_line_is_the_same_drawing(world: World) -> None:
    """Writers of notebooks differ in that: it is no edit, and the notes keep the whole picture."""
    name = write(world, "cover", "![k](attachment:k.svg)")
    with world.editing() as doc:
        drawing = {"image/svg+xml": "<svg>\n<!-- koko -->\n</svg>"}
        doc["cells"][at(doc, name)]["attachments"] = {"k.svg": drawing}
    world.run()
    before = notes(world)[name]
    with world.editing() as doc:
        held = doc["cells"][at(doc, name)]["attachments"]["k.svg"]
        held["image/svg+xml"] = "".join(held["image/svg+xml"]).splitlines(keepends=True)
    world.run()
    assert notes(world)[name] == before
    assert before.cell.attachments == {"k.svg": drawing}


def test_a_moved_generated_cell_goes_back_and_own_cells_stay(world: World) -> None:
    name = write(world, "section-vaesto_a", "oma")
    world.run()
    before = names(world.doc())
    with world.editing() as doc:
        doc["cells"].append(doc["cells"].pop(at(doc, "section-vaesto_a")))
    world.run()
    assert names(world.doc()) == before
    assert name in before
    assert any("was moved" in message for message in world.messages)


def test_own_cells_whose_place_is_gone_go_to_section_chapter_and_loose_chapter(world: World) -> None:
    in_section = write(world, "section-vaesto_a", "osio")
    in_chapter = write(world, "section-vaesto_b", "luku")
    loose = write(world, "section-talous_b", "irrallinen")
    world.run()
    gone = ("section-vaesto_a", "heading-vaesto_b", "section-vaesto_b")
    world.template = [c for c in world.template if c["id"] not in gone and "talous" not in c["id"]]
    world.write_template()
    for _ in range(2):
        world.run()
        order = names(world.doc())
        start = order.index("heading-vaesto_a")
        assert order[start : start + 3] == ["heading-vaesto_a", in_section, in_chapter]
        assert order[order.index("heading-irralliset_huomiot") :][:3] == [
            "heading-irralliset_huomiot",
            loose,
            "heading-lahteet",
        ]
    from notes_world import first_template

    world.template = first_template()
    world.write_template()
    world.run()
    order = names(world.doc())
    assert "heading-irralliset_huomiot" not in order
    for name, anchor in (
        (in_section, "section-vaesto_a"), (in_chapter, "section-vaesto_b"), (loose, "section-talous_b")
    ):  # fmt: skip
        assert order.index(name) == order.index(anchor) + 1, "back where it was written"


def test_a_copy_from_another_members_notebook_adds_and_deletes_nothing(world: World) -> None:
    mine = write(world, "cover", "oma")
    world.run()
    with world.editing() as doc:
        doc["metadata"]["uso"]["member"] = "pello"
        doc["cells"] = [cell for cell in doc["cells"] if cell["id"] not in (mine, "section-vaesto_a")]
    theirs = write(world, "cover", "toisen kunnan huomio")
    world.run()
    assert {mine, theirs} <= set(names(world.doc()))
    assert hidden(world) == ()
    assert any("made for pello" in message for message in world.messages)


@pytest.mark.parametrize(
    "strange",
    [
        {"metadata": []},
        {"metadata": None},
        {"metadata": {"uso": 7}},
    ],
)
def test_a_notebook_of_strange_form_is_read_all_the_same(world: World, strange: Data) -> None:
    write(world, "cover", "oma")
    doc = world.doc() | strange
    doc["cells"].append({"cell_type": "markdown", "source": None})
    world.save(doc)
    world.run()
    assert "oma" in [own.cell.source for own in notes(world).values()]
    assert "section-vaesto_a" in names(world.doc())


def test_a_torn_notebook_is_set_aside_and_the_notes_stand(world: World) -> None:
    name = write(world, "cover", "oma")
    world.run()
    content = world.disk.read(DESK) or b""
    world.disk.write(DESK, content[: len(content) // 2])
    world.run()
    assert name in names(world.doc())
    held = [path for path in world.disk.files if ".conflict-" in path.name]  # type: ignore[attr-defined]
    assert [world.disk.read(path) for path in held] == [content[: len(content) // 2]]
    assert any("cannot be read" in message for message in world.messages)


def test_a_conflict_shows_both_texts_and_is_settled_by_an_edit(world: World) -> None:
    name = write(world, "cover", "vanha")
    world.run()
    content = (world.disk.read(NOTES_FILE) or b"").replace(b"vanha", b"kollegan")
    world.disk.write(NOTES_FILE, content)
    with world.editing() as doc:
        doc["cells"][at(doc, name)]["source"] = "minun"
    world.run()
    doc = world.doc()
    start = at(doc, name)
    assert [cell["source"] for cell in doc["cells"][start : start + 2]] == ["minun", "kollegan"]
    assert is_notice(doc["cells"][start + 2])
    assert "Kaksi versiota" in doc["cells"][start + 2]["source"]
    with world.editing() as doc:
        doc["cells"][start]["source"] = "minun ja kollegan"
        del doc["cells"][start + 1]
    world.run()
    assert [own.cell.source for own in notes(world).values()] == ["minun ja kollegan"]
    assert not [cell for cell in world.doc()["cells"] if is_notice(cell)]


def test_what_a_colleague_deleted_and_i_did_not_touch_is_gone(world: World) -> None:
    name, other = write(world, "cover", "poistettava"), write(world, "open", "jäävä")
    world.run()
    held = parse_notes(world.disk.read(NOTES_FILE) or b"", MEMBER)
    from dataclasses import replace

    from uso_lib.notes.notes_text import notes_text

    left = tuple(own for own in held.cells if own.id != name)
    world.disk.write(NOTES_FILE, notes_text(replace(held, cells=left)))
    world.run()
    assert name not in names(world.doc())
    assert other in names(world.doc())


def test_an_older_notebook_without_a_base_hides_and_deletes_nothing(world: World) -> None:
    """A report made before there were notes: the template had fewer cells, the consultant wrote one."""
    with world.editing() as doc:
        doc["metadata"] = {}
        for cell in doc["cells"]:
            cell["metadata"].pop("uso")
        doc["cells"] = [cell for cell in doc["cells"] if cell["id"] != "proof"]
    name = write(world, "cover", "vanha huomio")
    world.run()
    assert hidden(world) == ()
    assert list(notes(world)) == [name]
    assert "proof" in names(world.doc())
