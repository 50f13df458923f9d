"""The history of publications: bounded, by content, in order, and never a reason to fail."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from report_fakes import code, executed, number, numbers, section, shown

from uso_lib.reports import history
from uso_lib.reports.harvest import COLUMNS, harvest
from uso_lib.reports.proof import PROOF_MIME

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def record(value: float = 1.0, **given: Any) -> dict[str, Any]:
    texts = {"rows": [{"id": "lainakanta", "paragraph": "Lainaa on."}]}
    told = numbers(number(value=value), number(period="2019", value=7))
    row = code(shown(section(numbers=told, texts=texts), html="<p>x</p>"))
    content = {"code": "851", "municipalities": ["005", "851"], "areas": ["851", "005"],
               "groups": {"region": [0, 1]}, "indicators": {"loans": {
                   "title": "Lainakanta", "unit": "€", "formula": "level", "read_from": [
                       {"table": "a", "content": "lainat", "periods": "2010-2020"}]}}}  # fmt: skip
    proof = code()
    proof.outputs = [shown()]
    proof.outputs[0].data[PROOF_MIME] = {"schema": 1, "content": json.dumps(content), "declared": []}
    notebook = executed(row, proof)
    return history.record_of(notebook, harvest(notebook), **given)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_record_holds_what_was_published() -> None:
    told = record(words={"a": "Omaa"}, claims=[{"cell": "a", "holds": True}])
    assert (told["member"], told["peers"]) == ("tornio", ["Iisalmi", "Kokkola"])
    assert [line[COLUMNS.index("value")] for line in told["numbers"]["data"]] == [1.0, 7]
    assert told["rows"] == {"lainakanta": {"title": "Lainakannan kehitys", "text": "Lainaa on."}}
    assert told["areas"] == {"country": ["005", "851"], "region": ["005", "851"]}
    assert told["words"] == {"a": "Omaa"}
    assert told["claims"] == [{"cell": "a", "holds": True}]
    (declared,) = told["declarations"].values()
    assert declared["contents"] == [{"content": "lainat", "dims": None}]
    assert "table" not in str(declared), "another table with the same contents is no other definition"


def test_the_same_publication_is_kept_once(tmp_path: Path) -> None:
    first = history.keep(tmp_path, record(), now=NOON)
    assert history.keep(tmp_path, record(), now=NOON + timedelta(days=1)) == first
    assert len(names(tmp_path)) == 1
    turned = record()
    turned["numbers"]["data"].reverse()
    assert history.keep(tmp_path, turned) == first, "a moved section is no change"


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [history.keep(tmp_path / name, record(), now=NOON) for name in "ab"]
    assert files[0].name == files[1].name
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].name.startswith("20261122T120000Z-")


def test_a_record_is_known_by_its_lines_in_any_order_whatever_their_texts_hold() -> None:
    told = record()
    rows = [["a], [b", 1.5, None], ["c", "d]]", True], ["ä\u2028", 10**20, 0.1]]
    for lines in ([], rows, rows[1:], [[]]):
        held = {**told, "numbers": {"columns": ["x", "y", "z"], "data": lines}}
        each = sorted(json.dumps(line, ensure_ascii=False) for line in lines)
        plain = {**held, "numbers": [["x", "y", "z"], each]}
        packed = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        assert history.digest_of(held) == hashlib.sha256(packed).hexdigest()
        turned = {**held, "numbers": {**held["numbers"], "data": lines[::-1]}}
        assert history.digest_of(turned) == history.digest_of(held)


def test_what_returns_becomes_the_newest(tmp_path: Path) -> None:
    for value in (1.0, 2.0, 1.0):
        history.keep(tmp_path, record(value), now=NOON)
    found, messages = history.earlier(tmp_path)
    assert [kept.content["numbers"]["data"][0][COLUMNS.index("value")] for kept in found] == [1.0, 2.0]
    assert messages == ()
    assert found[0].time > found[1].time, "records keep their order although the clock stood still"


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    (tmp_path / "oma.txt").write_text("x", encoding="utf-8")
    for value in range(20):
        history.keep(tmp_path, record(float(value)), now=NOON + timedelta(minutes=value))
    found, _ = history.earlier(tmp_path, record(19.0))
    assert len(found) == history.KEPT - 1
    assert found[0].content["numbers"]["data"][0][COLUMNS.index("value")] == 18.0
    assert history.earlier(tmp_path, record(19.0), most=1)[0] == found[:1]
    assert len(names(tmp_path)) == history.KEPT + 1
    assert "oma.txt" in names(tmp_path), "other files are left alone"


@pytest.mark.parametrize("damage", ["torn", "empty", "other", "foreign", "hollow", "no gzip"])
def test_a_damaged_record_is_told_and_passed_over(tmp_path: Path, damage: str) -> None:
    kept = history.keep(tmp_path, record(1.0), now=NOON)
    broken = history.keep(tmp_path, record(2.0), now=NOON + timedelta(hours=1))
    data = broken.read_bytes()
    broken.write_bytes({
        "torn": data[:-20],
        "empty": b"",
        "other": gzip.compress(b'{"schema": 99}'),
        "foreign": gzip.compress(history._packed(record(3.0))),
        "hollow": gzip.compress(history._packed({**record(2.0), "numbers": {}})),
        "no gzip": b"{}",
    }[damage])  # fmt: skip
    found, messages = history.earlier(tmp_path)
    assert [one.time for one in found] == [NOON]
    assert messages == (f"history/{broken.name} is damaged and was passed over; it may be removed.",)
    assert kept.exists()
    history.keep(tmp_path, record(4.0))
    assert len(history.earlier(tmp_path)[0]) == 2


def test_a_record_of_another_member_tells_nothing(tmp_path: Path) -> None:
    """A copied folder of outputs would tell one member's words as another's earlier ones."""
    history.keep(tmp_path, {**record(1.0), "member": "juva"}, now=NOON)
    found, messages = history.earlier(tmp_path, record(2.0))
    assert (found, len(messages)) == ((), 1)


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        history.keep(tmp_path, record())
    assert names(tmp_path) == []


def test_without_a_history_there_is_nothing_earlier(tmp_path: Path) -> None:
    assert history.earlier(tmp_path / "history", record()) == ((), ())
