"""Record what a member's report was made of and what it holds.

The only file of a report with times in it. Does not read figures.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import Any

from uso_lib.editions import read_record, recorded_tables
from uso_lib.reports.harvest import Harvest

SCHEMA = 1
#: What readers of a manifest rely on.
_READ = {"facts": dict, "rows": dict, "missing": list, "files": dict, "finished": str}
#: What stands between the proof and the rest: a key of the first level begins a line after one space.
_PROOF = ',\n "proof": '
_plain = json.JSONEncoder(ensure_ascii=False).encode
PACKAGES = ("pandas", "matplotlib", "seaborn", "papermill", "nbconvert", "xlsxwriter")


def manifest(
    harvest: Harvest, *, parameters: Mapping[str, Any], made_from: Mapping[str, Any], files: list[Path]
) -> dict[str, Any]:
    """Describe a report.

    Parameters
    ----------
    parameters
        What the notebook was executed with: member, peers, themes.
    made_from
        Digests of template, parameter file and snapshot, and the times.
    files
        The files of the report, all but the manifest itself.

    Returns
    -------
    Plain data for JSON: member, code, facts of the cover, rows filled per theme, what is missing, newest
    period, digests, sizes, versions.
    """
    first = harvest.sections[0]
    hidden = {
        one.id: one.facts["hidden_figures"] for one in harvest.sections if "hidden_figures" in one.facts
    }
    return {
        "schema": SCHEMA,
        "member": first.member,
        "code": first.code,
        "peers": parameters["peers"],
        "themes": parameters["themes"],
        "facts": dict(harvest.facts),
        "newest": harvest.newest,
        "rows": {
            theme: {"filled": sum(section.rows > 0 for section in sections), "of": len(sections)}
            for theme, sections in harvest.by_theme().items()
        },
        "missing": [dict(item) for item in harvest.missing],
        **({"hidden_figures": hidden} if hidden else {}),
        "numbers": len(harvest.numbers),
        **made_from,
        "versions": versions(),
        "files": {file.name: {"sha256": digest(file), "bytes": file.stat().st_size} for file in files},
    }


def read_manifest(file: Path) -> dict[str, Any] | None:
    """Return a manifest without its proof, None when there is none or it cannot be read by this version.

    The proof is its last part and nine tenths of it; the page encloses it too.
    """
    try:
        text = file.read_text(encoding="utf-8")
        head, proof, _ = text.partition(_PROOF)
        found = json.loads(f"{head}}}" if proof and text.endswith("\n}\n") else text)
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        return None
    return found if all(isinstance(found.get(key), kind) for key, kind in _READ.items()) else None


def digest(file: Path) -> str:
    """Return the sha256 of a file, in hexadecimal digits."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def snapshot_origin(file: Path) -> dict[str, Any]:
    """Return the digest of the snapshot's manifest and of each table it lists."""
    listed = json.loads(file.read_text(encoding="utf-8"))
    tables = {table["id"]: table["sha256"] for table in listed["tables"]}
    return {"manifest_sha256": digest(file), "data_as_of": listed["data_as_of"], "tables": tables}


def fetched_origin(data: Path | None) -> dict[str, list[dict[str, str]]]:
    """Return what was fetched or imported over the snapshot: table → its editions, the newest first.

    Raises
    ------
    SnapshotError
        A record is damaged.
    """
    records = [read_record(data, table) for table in recorded_tables(data)] if data else []
    return {
        record.id: [
            {
                "kind": edition.kind,
                "sha256": edition.sha256,
                "retrieved": edition.retrieved,
                "updated": edition.updated,
                "vintage": edition.vintage,
            }
            for edition in record.editions
        ]
        for record in records
        if record is not None
    }


def versions() -> dict[str, str]:
    """Return the versions of this library and of the packages that shape a report."""
    found = {}
    for package in ("uso-workbench", *PACKAGES):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "unknown"
    return found


def as_json(content: Mapping[str, Any]) -> str:
    """Return data as JSON text that people can read; a list of plain values stands on one line."""
    return "".join(_json(content, "")) + "\n"


def _are_numbers(rows: list[list[Any]]) -> bool:
    """Tell whether a table, as those of a proof, holds numbers only, or none."""
    return {*map(type, chain.from_iterable(rows))} <= {int, float, type(None)}


def _json(content: Any, indent: str) -> Iterator[str]:
    inner = f"{indent} "
    if isinstance(content, Mapping) and content:
        before = "{"
        for key, value in content.items():
            yield f"{before}\n{inner}{_plain(str(key))}: "
            yield from _json(value, inner)
            before = ","
        yield f"\n{indent}}}"
    elif isinstance(content, list) and {*map(type, content)} == {list} and _are_numbers(content):
        rows = _plain(content)[1:-1].replace("], [", f"],\n{inner}[")
        yield f"[\n{inner}{rows}\n{indent}]"
    elif isinstance(content, list) and any(issubclass(one, Mapping | list) for one in {*map(type, content)}):
        before = "["
        for value in content:
            yield f"{before}\n{inner}"
            yield from _json(value, inner)
            before = ","
        yield f"\n{indent}]"
    else:
        yield _plain(content)
