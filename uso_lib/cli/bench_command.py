"""The command that measures what reports cost: bench.

Does not do any of the work itself, and imports what it needs only when it runs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from uso_lib.cli.statuses import FAILED
from uso_lib.cli.terminal import say
from uso_lib.workspace import find_workspace


@click.command()
@click.option(
    "--rounds",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="N",
    help="How often everything is measured. Example: --rounds 9",
)
@click.option(
    "--country",
    is_flag=True,
    help="Make reports of all municipalities, too, once; it takes long.",
)
@click.option(
    "--members", metavar="LIST", help="Measure with these members only. Example: --members juva,orivesi"
)
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the page into a file instead. Example: --write docs/benchmarks.md",
)
def bench(rounds: int, *, country: bool, members: str | None, write: Path | None) -> int:
    """Measure what reports cost, side by side: plain commands, our engine, the drawing alone.

    Works in a temporary folder; your reports stay as they are. Leave the machine alone meanwhile. Exit status
    1 when a bar is not reached.

    \b
    Examples:
      uso bench --rounds 1 --members juva,orivesi
      uso bench --country --write docs/benchmarks.md
    """  # noqa: D301 - click reads the \b itself
    from uso_lib.bench.rounds import measure_rounds
    from uso_lib.bench.table import bars, page

    named = [name.strip() for name in (members or "").split(",") if name.strip()]
    found = measure_rounds(
        find_workspace(), rounds=rounds, country=country, say=lambda text: say(text, err=True), members=named
    )
    options = [f"--rounds {rounds}", *(["--country"] if country else [])]
    options += [f"--members {','.join(named)}"] if named else []
    command = " ".join(["uso bench", *options])
    text = page(found, command=command, day=datetime.now(UTC).date(), rounds=rounds)
    if write:
        write.write_text(text, encoding="utf-8")
        say(f"Written to {write}.")
    else:
        say(text)
    return 0 if all(reached for *_, reached in bars(found)) else FAILED
