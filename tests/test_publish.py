"""Putting files in their place: whole or not at all, nothing else touched."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from uso_lib.reports import publish


def made(outputs: Path, text: str = "new") -> Path:
    folder = publish.temporary_folder(outputs, "tornio")
    for name in publish.PUBLISHED:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def made_with_companions(outputs: Path, text: str) -> Path:
    folder = made(outputs, text)
    for name in publish.COMPANIONS:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def cut_off(folder: Path, target: Path, *, after: int) -> None:
    """Publish until a number of files have taken their places, as if killed then."""
    replace, left = Path.replace, after

    def killed(self: Path, to: Path) -> Path:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        return replace(self, to)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            publish.publish(folder, target)


def refused(*given: object, **_: object) -> Any:
    """Be a call that the disk refuses."""
    raise PermissionError(13, "Permission denied", str(given))


def killed() -> None:
    """Be the moment of a kill."""
    raise KeyboardInterrupt


def ended_process() -> int:
    """Return the number of a process that is no more."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child


def left_by(process: int) -> str:
    """Return the name of what a process of this machine left."""
    return f".tornio.{process}@{publish._host()}.abc"


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_a_report_replaces_the_earlier_one_and_leaves_other_files(tmp_path: Path) -> None:
    target = tmp_path / "tornio"
    target.mkdir()
    for name in (*publish.PUBLISHED, publish.FAILED_NOTEBOOK, "notes.md"):
        (target / name).write_text("old", encoding="utf-8")
    publish.publish(made(tmp_path), target)
    assert contents(target) == {**dict.fromkeys(publish.PUBLISHED, "new"), "notes.md": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["tornio"]


def test_the_manifest_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[str] = []
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, to: (moved.append(self.name), replace(self, to))[1])
    publish.publish(made(tmp_path), tmp_path / "tornio")
    assert sorted(moved) == sorted(publish.PUBLISHED)
    assert moved[-1] == publish.MANIFEST


def test_every_file_is_on_the_disk_before_any_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    replace, write_through = Path.replace, publish.write_through
    monkeypatch.setattr(Path, "replace", lambda self, to: (order.append("move"), replace(self, to))[1])
    monkeypatch.setattr(publish, "write_through", lambda path: (order.append("sync"), write_through(path))[1])
    publish.publish(made(tmp_path), tmp_path / "tornio")
    assert order == ["sync"] * 6 + ["move"] * 6 + ["sync"]


def test_a_report_that_lacks_a_file_replaces_nothing(tmp_path: Path) -> None:
    publish.publish(made(tmp_path, "old"), tmp_path / "tornio")
    lacking = made(tmp_path)
    (lacking / publish.WORKBOOK).unlink()
    with pytest.raises(FileNotFoundError):
        publish.publish(lacking, tmp_path / "tornio")
    assert set(contents(tmp_path / "tornio").values()) == {"old"}


def test_a_failure_leaves_the_earlier_report(tmp_path: Path) -> None:
    publish.publish(made(tmp_path, "old"), tmp_path / "tornio")
    failed = publish.temporary_folder(tmp_path, "tornio")
    (failed / publish.FAILED_NOTEBOOK).write_text("why", encoding="utf-8")
    publish.publish_failure(failed, tmp_path / "tornio")
    assert contents(tmp_path / "tornio") == {
        **dict.fromkeys(publish.PUBLISHED, "old"),
        publish.FAILED_NOTEBOOK: "why",
    }
    assert not failed.exists()


def test_leftovers_of_processes_that_are_no_more_are_removed_and_nothing_else(tmp_path: Path) -> None:
    left = left_by(ended_process())
    for name in (left, ".git", "tornio", ".tornio.notes"):
        (tmp_path / name).mkdir()
    own = publish.temporary_folder(tmp_path, "juva")
    assert publish.remove_leftovers(tmp_path) == (left,)
    assert {path.name for path in tmp_path.iterdir()} == {".git", "tornio", ".tornio.notes", own.name}


def test_a_leftover_older_than_a_day_is_removed_although_its_number_lives(tmp_path: Path) -> None:
    old, fresh = (tmp_path / f"{left_by(os.getppid())}{name}" for name in ("old", "fresh"))
    for folder in (old, fresh):
        folder.mkdir()
    os.utime(old, (0, 0))
    assert publish.remove_leftovers(tmp_path) == (old.name,)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="tells ended processes by /proc")
def test_what_a_process_left_that_has_ended_and_was_not_asked_how_is_removed(tmp_path: Path) -> None:
    ended = os.fork()
    if ended == 0:
        os._exit(0)
    try:
        os.waitid(os.P_PID, ended, os.WEXITED | os.WNOWAIT)
        left = tmp_path / left_by(ended)
        left.mkdir()
        assert publish.remove_leftovers(tmp_path) == (left.name,)
    finally:
        os.waitpid(ended, 0)


@pytest.mark.parametrize(
    "name", [".tornio.{}@0123456789ab.abc", ".tornio.{}.abc"], ids=["host", "earlier version"]
)
@pytest.mark.parametrize("process", [ended_process, os.getpid])
def test_what_another_machine_left_is_in_use_for_a_day(
    tmp_path: Path, name: str, process: Callable[[], int]
) -> None:
    """A shared drive: the numbers of another machine's processes say nothing here."""
    left = tmp_path / name.format(process())
    left.mkdir()
    assert publish.remove_leftovers(tmp_path) == ()
    os.utime(left, (0, 0))
    assert publish.remove_leftovers(tmp_path) == (left.name,)


@pytest.mark.parametrize("host", ["desk", "Desk-2.local", "työ_pöytä @1", "a.123.b", "x" * 200, ""])
def test_any_name_of_a_machine_gives_folders_and_files_that_are_known_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    target, process = tmp_path / "yla-savo", ended_process()
    publish.publish(made(tmp_path, "old"), target)
    (target / publish.FAILED_NOTEBOOK).write_text("why", encoding="utf-8")
    monkeypatch.setattr(os, "getpid", lambda: process)
    folder = publish.temporary_folder(tmp_path, "yla-savo")
    for name in publish.PUBLISHED:
        (folder / name).write_text("new", encoding="utf-8")
    cut_off(folder, target, after=1)
    file = tmp_path / publish._prefix("run.json")
    file.touch()
    assert publish.remove_leftovers(tmp_path) == (), "they are its own"
    assert not host or host not in f"{folder.name} {file.name}"
    monkeypatch.undo()
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    file.rename(file.with_name(f"{file.name}abc"))
    assert len(publish.remove_leftovers(tmp_path)) == 2
    assert contents(target) == dict.fromkeys(publish.PUBLISHED, "new")


@pytest.mark.parametrize("after", range(8))
def test_what_was_cut_off_is_thrown_away_when_a_newer_report_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    target = tmp_path / "tornio"
    publish.publish(made_with_companions(tmp_path, "old"), target)
    cut_off(made_with_companions(tmp_path, "cut off"), target, after=after)
    publish.publish(made(tmp_path, "newest"), target)
    monkeypatch.setattr(publish, "_in_use", lambda *_: False)
    assert len(publish.remove_leftovers(tmp_path)) == 1
    assert contents(target) == dict.fromkeys(publish.PUBLISHED, "newest")


@pytest.mark.parametrize("after", range(8))
def test_a_publication_cut_off_anywhere_is_finished_or_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    target, names = tmp_path / "tornio", (*publish.PUBLISHED, *publish.COMPANIONS)
    publish.publish(made_with_companions(tmp_path, "old"), target)
    cut_off(made_with_companions(tmp_path, "new"), target, after=after)
    monkeypatch.setattr(publish, "_in_use", lambda *_: False)
    publish.remove_leftovers(tmp_path)
    assert contents(target) == dict.fromkeys(names, "new" if after else "old")
    assert [path.name for path in tmp_path.iterdir()] == ["tornio"]


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("moves", range(9))
@pytest.mark.parametrize("refused_at", range(1, 8))
@pytest.mark.parametrize("companions", [True, False])
def test_taking_back_that_was_cut_off_is_gone_through_with(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    refused_at: int,
    moves: int,
    companions: bool,
    links: bool,
) -> None:
    target = tmp_path / "tornio"
    if not links:
        monkeypatch.setattr(os, "link", refused)
    publish.publish((made_with_companions if companions else made)(tmp_path, "old"), target)
    before = contents(target)
    replace, done = Path.replace, 0

    def refused_then_killed(self: Path, to: Path) -> Path:
        nonlocal done
        done += 1
        if done == refused_at:
            monkeypatch.setattr(shutil, "copy2", refused)  # the disk is full, too
            raise PermissionError(13, "Permission denied", str(to))
        if done > refused_at + moves:
            raise KeyboardInterrupt
        return replace(self, to)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", refused_then_killed)
        with pytest.raises((PermissionError, KeyboardInterrupt)):
            publish.publish(made_with_companions(tmp_path, "new"), target)
    monkeypatch.setattr(publish, "_in_use", lambda *_: False)
    publish.remove_leftovers(tmp_path)
    assert contents(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["tornio"]


@pytest.mark.parametrize("removed", range(24))
@pytest.mark.parametrize("after", [0, 4, "refused"])
def test_a_kill_while_what_was_cut_off_is_removed_takes_nothing_from_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, removed: int, after: int | str
) -> None:
    target, names = tmp_path / "tornio", (*publish.PUBLISHED, *publish.COMPANIONS)
    publish.publish(made_with_companions(tmp_path, "old"), target)
    folder = made_with_companions(tmp_path, "new")
    if isinstance(after, int):
        cut_off(folder, target, after=after)
    else:
        with pytest.MonkeyPatch.context() as patch:
            replace, calls = Path.replace, iter((True, True, True, False))
            patch.setattr(Path, "replace", lambda *given: (replace if next(calls, True) else refused)(*given))
            patch.setattr(publish, "discard", lambda _: None)
            with pytest.raises(PermissionError):
                publish.publish(folder, target)
    monkeypatch.setattr(publish, "_in_use", lambda *_: False)
    with pytest.MonkeyPatch.context() as patch:
        # What rmtree() calls for every file; the order in a folder is the disk's.
        unlink, left = os.unlink, iter(range(removed))
        patch.setattr(
            os, "unlink", lambda *given, **more: killed() if next(left, -1) < 0 else unlink(*given, **more)
        )
        with suppress(KeyboardInterrupt):
            publish.remove_leftovers(tmp_path)
    publish.remove_leftovers(tmp_path)
    assert contents(target) == dict.fromkeys(names, "new" if after == 4 else "old")
    assert [path.name for path in tmp_path.iterdir()] == ["tornio"]


@pytest.mark.parametrize("after", range(8))
def test_a_first_report_that_was_cut_off_is_finished_or_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    target = tmp_path / "tornio"
    cut_off(made_with_companions(tmp_path, "new"), target, after=after)
    monkeypatch.setattr(publish, "_in_use", lambda *_: False)
    publish.remove_leftovers(tmp_path)
    names = (*publish.PUBLISHED, *publish.COMPANIONS) if after else ()
    assert contents(target) == dict.fromkeys(names, "new")


@pytest.mark.parametrize("names", ["ab", "ba"])
@pytest.mark.parametrize("first", range(1, 8))
@pytest.mark.parametrize("second", range(1, 8))
def test_of_two_that_were_cut_off_the_newer_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int, second: int, names: str
) -> None:
    target = tmp_path / "tornio"
    publish.publish(made_with_companions(tmp_path, "old"), target)
    for number, (text, after) in enumerate((("first", first), ("second", second))):
        folder = made_with_companions(tmp_path, text)
        cut_off(folder, target, after=after)
        left = folder.rename(tmp_path / f"{left_by(1)}{names[number]}")
        os.utime(left, (number, number))
    monkeypatch.setattr(publish, "_in_use", lambda *_: False)
    assert len(publish.remove_leftovers(tmp_path)) == 2
    assert contents(target) == dict.fromkeys((*publish.PUBLISHED, *publish.COMPANIONS), "second")


def test_a_refused_rename_deletes_nothing_when_the_earlier_files_were_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "tornio"
    publish.publish(made(tmp_path, "old"), target)
    folder = made(tmp_path)

    def refused(self: Path, to: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(to))

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(PermissionError):
        publish.publish(folder, target, last=lambda: shutil.rmtree(folder / "aside"))
    assert contents(target) == dict.fromkeys(publish.PUBLISHED, "old")


def test_no_outputs_no_leftovers(tmp_path: Path) -> None:
    assert publish.remove_leftovers(tmp_path / "outputs") == ()


def test_a_text_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    publish.write_atomically(tmp_path / "a" / "run.json", "ä")
    assert (tmp_path / "a" / "run.json").read_text(encoding="utf-8") == "ä"
    assert (tmp_path / "a" / "run.json").stat().st_mode & 0o777 == 0o644
    assert len(list((tmp_path / "a").iterdir())) == 1


def test_a_text_that_cannot_be_put_in_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "run.json").mkdir()
    with pytest.raises(OSError, match=r"run\.json"):
        publish.write_atomically(tmp_path / "run.json", "{}")
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_companions_are_published_with_their_report_and_go_with_it(tmp_path: Path) -> None:
    target = tmp_path / "tornio"
    with_both = made(tmp_path, "first")
    for name in publish.COMPANIONS:
        (with_both / name).write_text("first", encoding="utf-8")
    publish.publish(with_both, target)
    assert contents(target) == dict.fromkeys((*publish.PUBLISHED, *publish.COMPANIONS), "first")
    with_slides = made(tmp_path, "second")
    (with_slides / publish.SLIDES).write_text("second", encoding="utf-8")
    publish.publish(with_slides, target)
    assert contents(target) == dict.fromkeys((*publish.PUBLISHED, publish.SLIDES), "second")
    publish.publish(made(tmp_path, "third"), target)
    assert contents(target) == dict.fromkeys(publish.PUBLISHED, "third")


@pytest.mark.parametrize("moved", range(7))
def test_no_crash_leaves_a_new_report_beside_old_companions(tmp_path: Path, moved: int) -> None:
    target = tmp_path / "tornio"
    publish.publish(made_with_companions(tmp_path, "old"), target)
    cut_off(made_with_companions(tmp_path, "new"), target, after=moved)
    found = contents(target)
    companions = {found[name] for name in publish.COMPANIONS if name in found}
    # The companions come first: beside an old report they are new ones, which its manifest does not list.
    assert "old" not in companions


def test_a_report_that_lacks_a_file_keeps_the_companions_of_the_earlier_one(tmp_path: Path) -> None:
    folder = made(tmp_path, "old")
    (folder / publish.PDF).write_text("old", encoding="utf-8")
    publish.publish(folder, tmp_path / "tornio")
    lacking = made(tmp_path)
    (lacking / publish.MANIFEST).unlink()
    with pytest.raises(FileNotFoundError):
        publish.publish(lacking, tmp_path / "tornio")
    assert contents(tmp_path / "tornio")[publish.PDF] == "old"
