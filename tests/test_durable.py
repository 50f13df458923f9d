"""Writing files that survive: what is waited for, and where a folder cannot be."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from uso_lib.sources.keeping import durable
from uso_lib.sources.keeping.durable import settle, write_durably, write_whole


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the kinds of what was waited for, in order."""
    kinds: list[str] = []
    wait = os.fsync

    def watching(handle: int) -> None:
        kinds.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        wait(handle)

    monkeypatch.setattr(durable.os, "fsync", watching)
    return kinds


def test_a_file_and_its_name_are_waited_for(tmp_path: Path, synced: list[str]) -> None:
    write_durably(tmp_path / "a", b"one")
    assert synced == ["file", "folder"]
    assert (tmp_path / "a").read_bytes() == b"one"


def test_the_name_can_be_waited_for_later(tmp_path: Path, synced: list[str]) -> None:
    write_whole(tmp_path / "a", b"one")
    write_whole(tmp_path / "b", b"two")
    settle(tmp_path)
    assert synced == ["file", "file", "folder"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "b"]


def test_a_folder_is_not_opened_where_that_cannot_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "os", SimpleNamespace(name="nt"))
    settle(tmp_path)


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_durably(tmp_path / "a", b"one")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_durably(tmp_path / "a", b"two")
    assert [file.name for file in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"one"
