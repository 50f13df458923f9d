"""Keep the table of docs/snapshot.md in step with the snapshot's manifest.

Does not write anything else on the page: the prose around the table is written by hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from uso_lib.errors import SnapshotError

BEGIN = "<!-- tables of the manifest: begin -->"
END = "<!-- tables of the manifest: end -->"
_HEAD = (
    "table",
    "title",
    "producer, table",
    "vintage",
    "periods",
    "municipalities",
    "rows",
    "figure file",
    "note",
)


def tables_markdown(manifest: dict[str, Any]) -> str:
    """Return the manifest's tables and registers as a Markdown table."""
    rows = [_HEAD, ("---",) * len(_HEAD)]
    for table in manifest["tables"]:
        first, last = table["periods"]
        rows.append(
            (
                f"`{table['id']}`",
                table["title"],
                f"{table['producer']}, {table['table_id']}",
                table["vintage"],
                first if first == last else f"{first}–{last}",
                str(table["n_areas"]),
                str(table["rows"]),
                table["source_file"],
                table["note"],
            )
        )
    for register in manifest["registers"]:
        name, source = f"`{register['id']}`", register["source_file"]
        rows.append(
            (name, register["title"], register["producer"], "", "", "", str(register["rows"]), source, "")
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def refresh_page(page: Path, manifest: dict[str, Any]) -> None:
    """Rewrite what stands between the two marks of the page.

    Raises
    ------
    SnapshotError
        The page does not have both marks, in order.
    """
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        message = f"{page}: the marks {BEGIN} and {END} are not on the page in this order. Restore them."
        raise SnapshotError(message)
    page.write_text(f"{before}{BEGIN}\n{tables_markdown(manifest)}\n{END}{after}", encoding="utf-8")
