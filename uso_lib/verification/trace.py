"""Tell where numbers of a report come from: value, indicator, table, file or query, fingerprint, licence.

Does not recompute (measures.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from uso_lib.verification.finnish import MINUS, magnitude, rounded
from uso_lib.verification.lines import Line, Result
from uso_lib.verification.proof import Part, Proof
from uso_lib.verification.verify import Verdict

#: Kind of subject → where the proof describes it.
_DESCRIBED = {"indicator": "indicators", "breakdown": "breakdowns", "flow": "flows", "criterion": "criteria"}
_MOST_VALUES = 12


def traced(verdict: Verdict, words: str) -> Iterator[str]:
    """Give lines on every subject whose id or title holds the words: its newest numbers and their tables."""
    proof = verdict.proof
    wanted = words.casefold()
    found: dict[tuple[str, str], list[tuple[Line, Result]]] = {}
    for line, result in zip(verdict.lines, verdict.results, strict=True):
        if wanted in f"{line.subject} {title_of(proof, line)}".casefold():
            found.setdefault((line.kind, line.subject), []).append((line, result))
    if not found:
        yield f'No number is about "{words}".'
    for (_, subject), pairs in found.items():
        yield f"{title_of(proof, pairs[0][0])} ({subject}), {len(pairs)} numbers"
        newest = sorted(pairs, key=lambda pair: pair[0].period.rpartition("-")[2], reverse=True)
        for line, result in newest[:_MOST_VALUES]:
            yield f"  {described(line, result)}"
        if len(pairs) > _MOST_VALUES:
            yield f"  and {len(pairs) - _MOST_VALUES} more"
        for table in tables_of(proof, newest[0][0]):
            yield from _table(proof, table)


def title_of(proof: Proof, line: Line) -> str:
    """Return the Finnish title of what a line is about."""
    if line.kind not in _DESCRIBED:
        return line.subject
    part = proof.part(_DESCRIBED[line.kind])
    return part.part(line.subject).text("title", line.subject) if line.subject in part else line.subject


def described(line: Line, result: Result) -> str:
    """Write a number with what it is."""
    about = " ".join(filter(None, (line.measure, line.group, line.area, line.part, line.period)))
    if result.value is None:
        return f"{about}: none"
    sign = MINUS if rounded(result.value, line.decimals) < 0 else ""
    how = "a cell" if result.leaf else "recomputed" if result.known else "as told"
    return f"{about}: {sign}{magnitude(result.value, line.decimals)} ({how})"


def tables_of(proof: Proof, line: Line) -> list[str]:
    """Return the tables that the numbers of a line's subject come from, those of its operands too."""
    keys = {"indicator": "grids", "breakdown": "breakdowns", "flow": "flows", "criterion": "criteria"}
    if line.kind in ("likeness", "property"):
        return proof.part("likeness").texts("from")
    if line.kind not in keys or line.subject not in proof.part(keys[line.kind]):
        return []
    texts = proof.part(keys[line.kind]).part(line.subject).texts("from")
    return list(dict.fromkeys(name for text in texts for name in text.split("+") if name))


def _table(proof: Proof, key: str) -> Iterator[str]:
    tables = proof.part("tables")
    if key not in tables:
        yield f"  table {key}: not described"
        return
    table = tables.part(key)
    told = (table.text(key) for key in ("producer", "table_id", "title", "licence"))
    yield f"  from {', '.join(told)}"
    for part in _records(table, "parts"):
        yield f"    {part.text('vintage')}, gathered {part.text('retrieved')}, sha256 {part.text('sha256')}"
        for raw in _records(part, "raw"):
            name = (
                raw.text("file")
                if "file" in raw
                else f"{raw.text('address')} {raw.text('query', '')}".strip()
            )
            when = f", {raw.text('time')}" if "time" in raw else ""
            yield f"      {name}{when}, sha256 {raw.text('sha256')}"


def _records(part: Part, key: str) -> list[Part]:
    found = part.content.get(key, [])
    return [Part(one, f"{part.name}.{key}") for one in found] if isinstance(found, list) else []
