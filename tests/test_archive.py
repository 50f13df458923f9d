"""The archive of raw answers: what comes back, what is not there, and what a crash or damage leaves."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.errors import UsoError
from uso_lib.sources.keeping import archive as archive_module
from uso_lib.sources.keeping.archive import Archive
from uso_lib.sources.service import Answer, Call

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
UPDATED = "2026-05-04T05:00:00Z"
BODY = {"query": [{"code": "Ikä", "selection": {"filter": "item", "values": ["SSS"]}}]}
CALL = Call("statfin", "https://pxdata.stat.fi/t.px", (("a", "1"), ("a", "2")), BODY)
CONTENT = '{"value": [1, 2], "note": "Väestö"}'.encode()


def answer(content: bytes = CONTENT, *, updated: str = UPDATED, call: Call = CALL, hours: int = 0) -> Answer:
    headers = {"content-type": "application/json"}
    return Answer(call, content, NOON + timedelta(hours=hours), headers, updated)


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    """Return an archive that holds one answer."""
    archive = Archive(tmp_path / "raw")
    archive.keep(answer(), licence="CC BY 4.0")
    return archive


def files(archive: Archive) -> list[str]:
    return sorted(file.name for file in archive.folder.rglob("*") if file.is_file())


def content_file(archive: Archive) -> Path:
    return next(archive.folder.rglob("*.gz"))


def record_file(archive: Archive) -> Path:
    return next(archive.folder.rglob("*.json"))


def test_an_answer_comes_back_as_it_came(kept: Archive) -> None:
    assert kept.find(CALL, UPDATED) == answer()


def test_the_record_tells_what_was_asked_when_and_what_came(kept: Archive) -> None:
    record = record_file(kept)
    told = json.loads(record.read_text(encoding="utf-8"))
    assert told == {
        "schema": 1,
        "service": "statfin",
        "address": "https://pxdata.stat.fi/t.px",
        "params": [["a", "1"], ["a", "2"]],
        "query": BODY,
        "fetched": "2026-11-21T12:00:00+00:00",
        "updated": UPDATED,
        "licence": "CC BY 4.0",
        "sha256": answer().sha256,
        "size": len(CONTENT),
        "content": content_file(kept).name,
        "headers": {"content-type": "application/json"},
    }
    assert record.parent == kept.folder / "statfin" / CALL.key[:2]
    assert record.name.startswith(f"{CALL.key}-")
    assert gzip.decompress(content_file(kept).read_bytes()) == CONTENT


def test_the_same_answer_gives_the_same_bytes(kept: Archive, tmp_path: Path) -> None:
    again = Archive(tmp_path / "again")
    again.keep(answer(), licence="CC BY 4.0")
    assert content_file(again).read_bytes() == content_file(kept).read_bytes()
    assert record_file(again).read_bytes() == record_file(kept).read_bytes()


@pytest.mark.parametrize(
    "other",
    [
        Call("vero", CALL.url, CALL.params, BODY),
        Call("statfin", "https://pxdata.stat.fi/u.px", CALL.params, BODY),
        Call("statfin", CALL.url, (("a", "2"), ("a", "1")), BODY),
        Call("statfin", CALL.url, CALL.params, {"query": []}),
        Call("statfin", CALL.url, CALL.params),
    ],
)
def test_another_question_has_no_answer(kept: Archive, other: Call) -> None:
    assert kept.find(other, UPDATED) is None


def test_figures_of_another_time_are_another_answer(kept: Archive) -> None:
    assert kept.find(CALL, "2026-05-05T05:00:00Z") is None
    assert kept.find(CALL, "") is None
    kept.keep(answer(b"[]", updated="2026-05-05T05:00:00Z"), licence="CC BY 4.0")
    newer, older = kept.find(CALL, "2026-05-05T05:00:00Z"), kept.find(CALL, UPDATED)
    assert newer is not None
    assert older is not None
    assert (newer.content, older.content) == (b"[]", CONTENT)


def test_without_a_time_of_the_service_the_newest_answer_is_found(kept: Archive) -> None:
    for hours, content in ((2, b"[2]"), (3, b"[3]"), (1, b"[1]")):
        kept.keep(answer(content, updated="", hours=hours), licence="CC BY 4.0")
    found = kept.find(CALL, "")
    assert found is not None
    assert found.content == b"[3]"


def test_an_answer_of_the_same_time_takes_the_earlier_ones_place(kept: Archive) -> None:
    kept.keep(answer(b"[5]", hours=1), licence="CC BY 4.0")
    found = kept.find(CALL, UPDATED)
    assert found is not None
    assert found.content == b"[5]"
    assert len(list(kept.folder.rglob("*.json"))) == 1


# --- crashes and damage ------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stand for the end of the process."""


def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process die before its step-th file is written."""
    write, count = archive_module.write_whole, 0

    def dying(path: Path, content: bytes) -> None:
        nonlocal count
        count += 1
        if count == step:
            raise Killed
        write(path, content)

    monkeypatch.setattr(archive_module, "write_whole", dying)


@pytest.mark.parametrize("step", [1, 2])
def test_a_process_killed_while_keeping_leaves_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    archive = Archive(tmp_path / "raw")
    with monkeypatch.context() as patch:
        killed_at(step, patch)
        with pytest.raises(Killed):
            archive.keep(answer(), licence="CC BY 4.0")
    assert len(files(archive)) == step - 1
    assert archive.find(CALL, UPDATED) is None
    archive.keep(answer(), licence="CC BY 4.0")
    assert archive.find(CALL, UPDATED) == answer()


@pytest.mark.parametrize("step", [1, 2])
def test_a_process_killed_while_replacing_leaves_the_earlier_answer(
    kept: Archive, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    with monkeypatch.context() as patch:
        killed_at(step, patch)
        with pytest.raises(Killed):
            kept.keep(answer(b"[5]"), licence="CC BY 4.0")
    assert kept.find(CALL, UPDATED) == answer()


def test_no_damaged_byte_of_the_content_ever_gives_another_answer(kept: Archive) -> None:
    file = content_file(kept)
    whole = file.read_bytes()
    unharmed = 0
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        found = kept.find(CALL, UPDATED)
        assert found in (None, answer())
        unharmed += found is not None
        kept.keep(answer(), licence="CC BY 4.0")
    # Some bits of the format say nothing of what is packed: time, system, filling.
    assert unharmed < 12 < len(whole)


@pytest.mark.parametrize("part", ["content", "record"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_half_written_file_is_as_good_as_none_and_removed(kept: Archive, part: str, share: float) -> None:
    file = content_file(kept) if part == "content" else record_file(kept)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    assert kept.find(CALL, UPDATED) is None
    assert not list(kept.folder.rglob("*.json"))
    kept.keep(answer(), licence="CC BY 4.0")
    assert kept.find(CALL, UPDATED) == answer()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sha256", "../../../../etc/passwd"),
        ("sha256", "0" * 64),
        ("sha256", None),
        ("fetched", "yesterday"),
        ("headers", 5),
        ("address", "https://pxdata.stat.fi/another.px"),
        ("query", None),
        ("updated", None),
    ],
)
def test_a_record_that_was_tampered_with_gives_nothing(kept: Archive, key: str, value: Any) -> None:
    record = record_file(kept)
    told = json.loads(record.read_bytes())
    record.write_text(json.dumps(told | {key: value}), encoding="utf-8")
    assert kept.find(CALL, UPDATED) is None


def test_a_record_that_is_no_object_gives_nothing(kept: Archive) -> None:
    record_file(kept).write_text("[1]", encoding="utf-8")
    assert kept.find(CALL, UPDATED) is None
    assert not list(kept.folder.rglob("*.json"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file stands here", encoding="utf-8")
    with pytest.raises(UsoError, match=r"cannot be kept .* room on the disk"):
        Archive(tmp_path / "raw").keep(answer(), licence="CC BY 4.0")


def test_nothing_an_answer_says_becomes_a_path(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "raw")
    evil = Call("statfin", "https://pxdata.stat.fi/../../../evil.px", (("../..", "/etc/passwd"),))
    told = Answer(evil, b"[]", NOON, {"etag": "../../x"}, "../../../../evil")
    archive.keep(told, licence="../licence")
    assert archive.find(evil, "../../../../evil") == told
    names = {file.relative_to(archive.folder).parts for file in tmp_path.rglob("*") if file.is_file()}
    assert {(len(parts), parts[0], parts[1]) for parts in names} == {(3, "statfin", evil.key[:2])}


# --- pruning -----------------------------------------------------------------------------------------------


TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=40, deadline=None)
@given(
    content=st.binary(max_size=300),
    updated=TEXTS,
    params=st.lists(st.tuples(TEXTS, TEXTS), max_size=3),
    body=st.none()
    | st.dictionaries(TEXTS, st.lists(TEXTS | st.integers() | st.none(), max_size=3), max_size=3),
    headers=st.dictionaries(st.sampled_from(["etag", "last-modified"]), TEXTS),
    fetched=st.datetimes(timezones=st.just(UTC)),
)
def test_any_answer_comes_back_whole(
    tmp_path_factory: pytest.TempPathFactory,
    content: bytes,
    updated: str,
    params: list[tuple[str, str]],
    body: dict[str, Any] | None,
    headers: dict[str, str],
    fetched: datetime,
) -> None:
    archive = Archive(tmp_path_factory.mktemp("raw"))
    call = Call("kela", "https://avoindata.suomi.fi/data/x", tuple(params), body)
    told = Answer(call, content, fetched, headers, updated)
    archive.keep(told, licence="CC BY 4.0")
    assert archive.find(call, updated) == told


# --- when names are on the disk ----------------------------------------------------------------------------


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the folders whose names were waited for."""
    folders: list[Path] = []
    monkeypatch.setattr(archive_module, "settle", folders.append)
    return folders


def test_folders_are_settled_once_for_many_answers(tmp_path: Path, settled: list[Path]) -> None:
    archive = Archive(tmp_path / "raw")
    for place in range(3):
        archive.keep(answer(updated=f"2026-05-0{place + 1}"), licence="CC BY 4.0")
    assert settled == []
    archive.settle()
    own = archive.folder / "statfin"
    assert settled == [archive.folder, own, own / CALL.key[:2]]
    archive.settle()
    assert len(settled) == 3


def test_a_folder_that_cannot_be_settled_is_told(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(archive_module, "settle", failing)
    with pytest.raises(UsoError, match=r"cannot be kept in .*raw \(Input/output error\)"):
        kept.settle()


def test_settling_an_empty_archive_touches_nothing(tmp_path: Path, settled: list[Path]) -> None:
    Archive(tmp_path / "none").settle()
    assert settled == []
