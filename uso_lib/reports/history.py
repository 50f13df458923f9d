"""Keep what was published of a member, so that a later report can tell what has changed.

A record holds the numbers, sentences, peers, declarations, own words and claims of one publication, not the
files. Only the newest `KEPT` stay. Does not compare records (changes.py).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

from uso_lib.reports.harvest import COLUMNS, Harvest, section_data
from uso_lib.reports.proof import carried
from uso_lib.reports.publish import write_atomically, write_through

FOLDER = "history"
SCHEMA = 1
KEPT = 12
#: What a record of this schema holds.
_HELD = {
    "schema": int, "member": str, "numbers": dict, "rows": dict, "peers": list, "declarations": dict,
    "areas": dict, "words": dict, "claims": list,
}  # fmt: skip
_LINES = ("columns", "data")
_NAME = re.compile(r"^(?P<time>\d{8}T\d{6}Z)-(?P<digest>[0-9a-f]{12})\.json\.gz$")
_STAMP = "%Y%m%dT%H%M%SZ"
#: How an indicator is told to be measured; where its figures are kept is no part of its definition.
_MEASURED = (
    "unit", "decimals", "direction", "formula", "of", "per", "minus", "base", "years", "weight", "interval",
    "weights", "in_per_cent", "continued_by", "country",
)  # fmt: skip

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """Hold one earlier publication: when it was made, and what it held."""

    time: datetime
    content: Record


def record_of(
    notebook: Mapping[str, Any],
    harvested: Harvest,
    *,
    words: Mapping[str, str] | None = None,
    claims: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return what is kept of a publication: plain data, the same for the same report.

    Parameters
    ----------
    notebook
        The executed notebook the report was made of.
    words, claims
        The consultant's own words as rendered, by cell; their claims with the values.
    """
    first, proof = harvested.sections[0], carried(notebook)
    content = proof.content if proof else {}
    lines = dict.fromkeys(map(itemgetter(*COLUMNS), harvested.numbers))
    return {
        "schema": SCHEMA,
        "member": first.member,
        "code": first.code,
        "title": harvested.title,
        "numbers": {"columns": list(COLUMNS), "data": [list(line) for line in lines]},
        "rows": _rows(notebook, harvested),
        "peers": list(harvested.facts.get("peers", ())),
        "declarations": {
            name: _measured(declared) for name, declared in content.get("indicators", {}).items()
        },
        "areas": _areas(content),
        "words": dict(words or {}),
        "claims": [dict(claim) for claim in claims],
    }


def digest_of(content: Record) -> str:
    """Return what a record is known by: the sha256 of its content; a moved section is no other content."""
    numbers = content["numbers"]
    lines = sorted(_each_as_json(numbers["data"]))
    return hashlib.sha256(_packed({**content, "numbers": [numbers["columns"], lines]})).hexdigest()


def _each_as_json(lines: Sequence[Any]) -> list[str]:
    """Return every line as JSON; all are written at once and parted where no text in them looks like it."""
    parted = json.dumps(lines, ensure_ascii=False)[2:-2].split("], [")
    if len(parted) != len(lines):
        return [json.dumps(line, ensure_ascii=False) for line in lines]
    return [f"[{line}]" for line in parted]


def earlier(
    folder: Path, content: Record | None = None, *, most: int = KEPT, digest: str = ""
) -> tuple[tuple[Kept, ...], tuple[str, ...]]:
    """Return the earlier publications, the newest first, and what could not be read.

    Parameters
    ----------
    folder
        The member's folder of `FOLDER`; it need not exist.
    content
        A record that is left out: making the same report again is no change. One of another member is none
        of ours.
    most
        How many are wanted; reading one takes a tenth of a second.
    digest
        The record's own, where it is known.
    """
    same = (digest or digest_of(content))[:12] if content is not None else ""
    found: list[Kept] = []
    messages: list[str] = []
    for file in _files(folder):
        match = _NAME.match(file.name)
        if match is None or match["digest"] == same:
            continue
        if len(found) == most:
            break
        read = _read(file)
        strange = read is not None and content is not None and read["member"] != content["member"]
        if read is None or strange or not digest_of(read).startswith(match["digest"]):
            messages.append(f"{FOLDER}/{file.name} is damaged and was passed over; it may be removed.")
        else:
            found.append(Kept(_time(match["time"]), read))
    return tuple(found), tuple(messages)


def keep(folder: Path, content: Record, *, now: datetime | None = None, digest: str = "") -> Path:
    """Keep a record of a publication and return its file; what is kept already is not kept twice.

    Parameters
    ----------
    now
        When it was published, this moment by default. Records keep their order even when clocks go back.
    digest
        The record's own, where it is known.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files, digest = _files(folder), (digest or digest_of(content))[:12]
    if files and files[0].name.endswith(f"-{digest}.json.gz") and _read(files[0]) is not None:
        return files[0]
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    if files:
        moment = max(moment, _time(files[0].name[:16]) + timedelta(seconds=1))
    target = folder / f"{moment.strftime(_STAMP)}-{digest}.json.gz"
    write_atomically(target, gzip.compress(_packed(content), mtime=0))
    superseded = [file for file in files if file.name.endswith(f"-{digest}.json.gz")]
    rest = [file for file in files if file not in superseded]
    for file in (*superseded, *rest[KEPT - 1 :]):
        file.unlink(missing_ok=True)
    write_through(folder)
    return target


def is_kept(folder: Path, digest: str) -> bool:
    """Tell whether the record of a publication is there."""
    return any(file.name.endswith(f"-{digest[:12]}.json.gz") for file in _files(folder))


def _rows(notebook: Mapping[str, Any], harvested: Harvest) -> dict[str, dict[str, str]]:
    """Return the rows of the report in order: id → title and the sentences on it."""
    found = {one.id: {"title": one.title, "text": ""} for one in harvested.sections if one.kind == "row"}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            texts = (section_data(output) or {}).get("texts") or {}
            for row in texts.get("rows", ()):
                if row.get("id") in found:
                    found[row["id"]]["text"] = str(row.get("paragraph", ""))
    return found


def _measured(declared: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: declared[name] for name in _MEASURED if name in declared}
    read = [{"content": one.get("content"), "dims": one.get("dims")} for one in declared.get("read_from", ())]
    return {
        "title": declared.get("title", ""),
        **found,
        "contents": [one for one in read if any(one.values())],
    }


def _areas(content: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the municipalities of the country, the network and the region by their codes."""
    areas, groups = content.get("areas", ()), content.get("groups", {})
    members = {
        name: sorted(areas[place] for place in groups[name])
        for name in ("network", "region")
        if name in groups
    }
    return {"country": sorted(content.get("municipalities", ())), **members}


def _files(folder: Path) -> list[Path]:
    """Return the records of a folder, the newest first; other files are none of ours."""
    found = [file for file in folder.glob("*.json.gz") if _NAME.match(file.name)] if folder.is_dir() else []
    return sorted(found, key=lambda file: file.name, reverse=True)


def _read(file: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(gzip.decompress(file.read_bytes()))
    except (OSError, EOFError, ValueError, zlib.error):
        return None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        return None
    held = all(isinstance(found.get(key), kind) for key, kind in _HELD.items())
    return found if held and all(isinstance(found["numbers"].get(key), list) for key in _LINES) else None


def _packed(content: Record) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "replace"
    )


def _time(stamp: str) -> datetime:
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
