"""Write a list of peers into a member's parameter file, keeping everything else a consultant wrote there.

Does not choose the peers (analysis/peers.py) and writes nothing unless the finished file reads back soundly.

The lines of the list are replaced in the text itself, so that every other byte stays as it was. The round
trip of a YAML library hangs comments between two keys on the list's last item and loses them with it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from uso_lib.errors import InputErrors, Problem
from uso_lib.parameters import member_file
from uso_lib.regions import Municipality, Regions, UnknownMunicipality
from uso_lib.strict_yaml import Document, read_yaml
from uso_lib.workspace import Workspace

KEY = "peers"
KEY_LINE = re.compile(rf"{KEY}:\s*(?P<inline>[^#\s][^#]*)?(?P<comment>#.*)?")
#: Ends the lines that tell where a list comes from; comments below it belong to the first peer.
ORIGIN_END = "You may change these peers; delete these lines when you do."
UNSAFE = "the list of peers cannot be replaced safely"
END_COMMENT = re.compile(r"\s+#.*$")


def write_peers(
    workspace: Workspace,
    municipality: Municipality,
    peers: Sequence[Municipality],
    *,
    origin: Sequence[str],
    regions: Regions,
) -> Path:
    """Replace the peers in a member's parameter file, or create the file.

    Other keys and all their comments are kept, and so are the comments of peers that stay: behind the name,
    or on lines of their own above it. The comment lines above the first peer, which tell where the list comes
    from, are replaced by `origin` and a line saying that the list may be changed. The file changes at once or
    not at all.

    Parameters
    ----------
    origin
        Comment lines, without ``#``, that tell where these peers come from.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InputErrors
        The present file cannot be read soundly, or its peers do not begin a line; it is left as it is.
    """
    file = member_file(workspace, municipality)
    document, lines = _present(file, municipality)
    first, last = _extent(document, lines)
    kept = _kept_comments(document, lines, regions) if last > first + 1 else {}
    block = _block(peers, origin, kept, key_line=_key_line(lines, first, last))
    _replace(file, "\n".join([*lines[:first], *block, *lines[last:]]), [one.name for one in peers])
    return file


def change_peers(
    workspace: Workspace, municipality: Municipality, peers: Sequence[Municipality], *, regions: Regions
) -> Path:
    """Replace the peers by those a person chose, and keep every comment.

    Only the lines that say how a rule chose the present peers go, for they would no longer be true. Comments
    of a peer that goes stay at the end of the list, behind its name.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InputErrors
        As `write_peers`.
    """
    file = member_file(workspace, municipality)
    document, lines = _present(file, municipality)
    first, last = _extent(document, lines)
    listed = last > first + 1
    kept = _kept_comments(document, lines, regions) if listed else {}
    block = [_key_line(lines, first, last), *(_unruled(document, lines) if listed else [])]
    for one in peers:
        above, behind = kept.pop(one.code, ([], ""))
        block += [*above, f"  - {one.name}{behind}"]
    for code, (above, behind) in kept.items():
        block += [*above, *([f"  # {regions.by_code(code).name}{behind}"] if behind else [])]
    if listed:
        ends = max(
            (document.lines[f"{KEY}[{place}]"] for place in range(_count(document))), default=first + 1
        )
        block += [line for line in lines[ends:last] if line.strip().startswith("#")]
    _replace(file, "\n".join([*lines[:first], *block, *lines[last:]]), [one.name for one in peers])
    return file


def _unruled(document: Document, lines: Sequence[str]) -> list[str]:
    """Return the comment lines above the first peer, unless they say how a rule chose the peers."""
    if not _count(document):
        return []
    above = lines[document.lines[KEY] : document.lines[f"{KEY}[0]"] - 1]
    return [] if any(line.endswith(ORIGIN_END) for line in above) else [one for one in above if one.strip()]


def _count(document: Document) -> int:
    return len(document.data.get(KEY) or [])


def _present(file: Path, municipality: Municipality) -> tuple[Document, list[str]]:
    """Return what the file says and its lines; those of a new file when there is none."""
    if not file.exists():
        return Document(file, {}, {}, ()), [f"municipality: {municipality.name}", ""]
    document = read_yaml(file)
    if document.problems:
        raise InputErrors(list(document.problems))
    return document, file.read_text(encoding="utf-8-sig").split("\n")


def _extent(document: Document, lines: Sequence[str]) -> tuple[int, int]:
    """Return where the list's lines begin and end, counted from 0; for a new list, an empty place at the end.

    Empty lines and unindented comments after the last peer belong to what follows.
    """
    if KEY not in document.lines:
        end = len(lines) - (lines[-1] == "")
        return end, end
    first = document.lines[KEY] - 1
    if not KEY_LINE.fullmatch(lines[first].rstrip()):
        hint = f"write {KEY}: on a line of its own and each peer on a line below it"
        finnish = f"Verrokkeja ei voi vaihtaa. Kirjoita {KEY}: ja jokainen verrokki omalle rivilleen."
        problem = Problem(document.file, KEY, UNSAFE, hint, first + 1, finnish)
        raise InputErrors([problem])
    later = [document.lines[key] - 1 for key in document.data if document.lines[key] - 1 > first]
    last = min(later, default=len(lines))
    while last > first + 1 and (not lines[last - 1].strip() or lines[last - 1].startswith("#")):
        last -= 1
    return first, last


def _kept_comments(
    document: Document, lines: Sequence[str], regions: Regions
) -> dict[str, tuple[list[str], str]]:
    """Return municipality code → the comment lines above a peer and the comment behind its name."""
    found: dict[str, tuple[list[str], str]] = {}
    previous = document.lines[KEY] - 1
    for place, written in enumerate(document.data.get(KEY) or []):
        at = document.lines[f"{KEY}[{place}]"] - 1
        above = [line for line in lines[previous + 1 : at] if line.strip().startswith("#")]
        if place == 0:
            ends = [number for number, line in enumerate(above, start=1) if line.endswith(ORIGIN_END)]
            above = above[ends[-1] :] if ends else []
        behind = END_COMMENT.search(lines[at])
        previous = at
        try:
            found[regions.find(str(written)).code] = (above, behind[0] if behind else "")
        except UnknownMunicipality:
            continue  # a peer that is no municipality has no place in the new list either
    return found


def _key_line(lines: Sequence[str], first: int, last: int) -> str:
    """Return the line of the key as it was, but without an inline list."""
    if first == last:
        return f"{KEY}:"
    match = KEY_LINE.fullmatch(lines[first].rstrip())
    if match is None or not match["inline"]:
        return lines[first]
    return f"{KEY}:  {match['comment']}" if match["comment"] else f"{KEY}:"


def _block(
    peers: Sequence[Municipality],
    origin: Sequence[str],
    kept: Mapping[str, tuple[list[str], str]],
    *,
    key_line: str,
) -> list[str]:
    """Return the lines of the new list."""
    block = [key_line, *(f"  # {line}" for line in origin), f"  # {ORIGIN_END}"]
    for one in peers:
        above, behind = kept.get(one.code, ([], ""))
        block += [*above, f"  - {one.name}{behind}"]
    return block


def _replace(file: Path, text: str, names: list[str]) -> None:
    """Put a text in the file's place in one step, after reading it back."""
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        written = read_yaml(part)
        if written.problems or written.data.get(KEY) != names:
            finnish = "Verrokkeja ei voi vaihtaa. Kirjoita ne tiedostoon itse."
            hint = "write the peers into the file by hand"
            raise InputErrors([Problem(file, KEY, UNSAFE, hint, finnish=finnish)])
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
