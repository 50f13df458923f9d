"""Every way a service can fail during ``uso fetch``, what the user then sees and what the store holds.

Does not run anything: test_faults.py carries the cases out and compares the page with them.
Run ``python tests/fault_cases.py > docs/fetch_faults.md``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from services.faults import CUTS, Fault

Holds = Literal["old", "new", "nothing"]
PX, OTHER_PX = "tyokay_115x", "tyokay_125s"
SOTKANET, KELA, SYKE, ACCOUNTS = "sotkanet_3178", "kela_tyottomyysturva_2025", "syke_alas", "vk_kknr"
#: Releases of the emulated figures: what the store has before, and what the service has now.
OLD, NEW = 1, 4
#: All requests of the PxWeb table; its queries are the probe for the time of publication, then the parts.
TABLE, PROBE, FIRST_PART, SECOND_PART = "115x", 1, 2, 3
ALWAYS = None
#: Sixteen of the twenty municipalities of the emulated country are fewer than 70 %.
MANY = ("005", "009", "010", "016", "018", "019", "020")
CUT_NAMES = {
    "before": "before the first byte",
    "in_headers": "within the headers",
    "header_end": "after the headers",
    "first_byte": "after the first byte of the body",
    "middle": "in the middle of the body",
    "last_byte": "before the last byte",
}


@dataclass(frozen=True)
class Case:
    """Declare one fault and its result.

    Parameters
    ----------
    id
        Short name.
    injected
        What goes wrong, in words.
    faults
        The same for the emulated services.
    seen
        Excerpts of what ``uso fetch`` prints, besides the table's id.
    holds
        Figures in the store after it: the old table, the new one, or none when nothing was there before.
    status
        Exit status.
    table
        Which table is fetched.
    release
        Which release the service has; with `OLD` only the fault changes the figures.
    before
        Whether the store has the old table when it begins.
    then
        What the way out gives: the same command again when the fault is over ("again"), or the same with
        ``--accept`` while it lasts ("accept"); always the new table.
    refused
        How many calls the service refused with 429; None when the case is not about that.
    hasty
        Whether answers are awaited for a second only.
    zipped
        Whether answers are zipped.
    other
        Whether the new table is the one that the fault makes, although there is a new release.
    """

    id: str
    injected: str
    faults: tuple[Fault, ...]
    seen: tuple[str, ...]
    holds: Holds
    status: int
    table: str = PX
    release: int = NEW
    before: bool = True
    then: Literal["again", "accept", ""] = ""
    refused: int | None = None
    hasty: bool = False
    zipped: bool = False
    other: bool = False


def passes(
    name: str, injected: str, *faults: Fault, seen: tuple[str, ...] = ("fetched",), **more: object
) -> Case:
    """Return a case in which the new table is stored all the same."""
    return Case(name, injected, faults, seen, "new", 0, **more)  # type: ignore[arg-type]


def fails(name: str, injected: str, *faults: Fault, seen: tuple[str, ...], **more: object) -> Case:
    """Return a case in which the old table stays; the same command gives the new one when it is over."""
    holds: Holds = "old" if more.get("before", True) else "nothing"
    return Case(name, injected, faults, ("FAILED", *seen), holds, 1, **{"then": "again", **more})  # type: ignore[arg-type]


def stops(name: str, injected: str, fault: Fault, *, seen: tuple[str, ...], **more: object) -> Case:
    """Return a case in which a drift check keeps the old table until a person accepts the new one."""
    way_out = ("STOPPED", "The table in the store was kept", "--accept")
    return Case(
        name, injected, (fault,), (*way_out, *seen), "old", 1, **{"release": OLD, "then": "accept", **more}
    )  # type: ignore[arg-type]


def part(kind: str, *, nth: int = SECOND_PART, times: int | None = ALWAYS, argument: object = None) -> Fault:
    """Return a fault of a query for figures of the PxWeb table."""
    return Fault(kind, TABLE, nth=nth, times=times, argument=argument, method="POST")  # type: ignore[arg-type]


def metadata(kind: str, *, argument: object = None) -> Fault:
    """Return a lasting fault of the metadata of the PxWeb table."""
    return Fault(kind, TABLE, times=ALWAYS, argument=argument, method="GET")  # type: ignore[arg-type]


def lasting(kind: str, path: str = "", argument: object = None) -> Fault:
    """Return a fault of every request of a path."""
    return Fault(kind, path, times=ALWAYS, argument=argument)  # type: ignore[arg-type]


REFUSALS = (
    passes("429", "429, Retry-After: 1 (once)", part("429", times=1, argument=1), refused=1),
    passes("429_thrice", "429, Retry-After: 1 (twice in a row)", part("429", times=2, argument=1), refused=2),
    passes("429_silent", "429 without Retry-After (once)", part("429", times=1, argument=""), refused=1),
    fails(
        "429_hour",
        "429, Retry-After: 3600",
        part("429", argument=3600),
        refused=1,
        seen=("too many calls", "wants no calls for 60 min"),
    ),
    fails(
        "429_always",
        "429, Retry-After: 1, again and again",
        part("429", argument=1),
        refused=3,
        seen=("answered 429", "too many calls", "Try again later"),
    ),
    passes("cells", "403 too many cells (once)", part("403_cells", times=1)),
    fails(
        "cells_always",
        "403 too many cells, whatever is asked",
        part("403_cells"),
        seen=("refuses even one figure as too many",),
    ),
    fails(
        "400",
        "400 to a query",
        part("400"),
        seen=("answered 400", "does not know or allow what was asked", "uso fetch --check"),
    ),
    fails("400_metadata", "400 to the metadata", metadata("400"), seen=("has no table at", "115x.px")),
    passes("500", "500 (once)", part("500", times=1)),
    fails("500_always", "500", part("500"), seen=("answered 500", "overloaded or out of order")),
    passes("503", "503 (twice)", part("503", times=2)),
    fails("503_metadata", "503 to the metadata", metadata("503"), seen=("answered 503", "Try again later")),
    fails(
        "503_empty_store",
        "503 when nothing was fetched before",
        part("503"),
        before=False,
        seen=("answered 503",),
    ),
    passes("html", "a proxy's page with status 200 (once)", part("html", times=1)),
    fails(
        "html_always",
        "a proxy's page with status 200",
        part("html"),
        seen=("a web page came instead of JSON", "Access to this site is filtered", "not kept"),
    ),
    fails(
        "html_403",
        "a proxy's page with status 403",
        part("html", argument=403),
        seen=("answered 403", "probably a proxy or firewall"),
    ),
)
SLOWNESS = (
    passes("timeout", "no answer in time (once)", part("timeout", times=1), hasty=True),
    fails(
        "timeout_always",
        "no answer in time",
        part("timeout"),
        hasty=True,
        seen=("no whole answer within 1 s",),
    ),
    fails(
        "drip",
        "the answer drips, a byte at a time",
        part("drip", argument=0.05),
        hasty=True,
        seen=("no whole answer within 1 s",),
    ),
    fails(
        "drip_metadata",
        "the metadata drip, a byte at a time",
        metadata("drip", argument=0.05),
        hasty=True,
        seen=("no whole answer within 1 s",),
    ),
)
DAMAGE = (
    passes("truncated", "JSON truncated (once)", part("truncated", times=1)),
    fails("truncated_always", "JSON truncated", part("truncated"), seen=("not whole JSON", "not kept")),
    fails(
        "truncated_end",
        "JSON without its last byte",
        part("truncated", argument=0.99999),
        seen=("not whole JSON", "not kept"),
    ),
    passes("corrupt", "JSON corrupt (once)", part("corrupt", times=1)),
    fails("corrupt_always", "JSON corrupt", part("corrupt"), seen=("not whole JSON", "not kept")),
    fails("truncated_metadata", "metadata truncated", metadata("truncated"), seen=("not whole JSON",)),
)
CUT_OFF = (
    *(
        passes(f"cut_{one}", f"connection cut {CUT_NAMES[one]} (once)", part("cut", times=1, argument=one))
        for one in CUTS
    ),
    *(
        fails(
            f"cut_{one}_always",
            f"connection cut {CUT_NAMES[one]}",
            part("cut", argument=one),
            seen=("out of reach" if one in ("before", "in_headers") else "broke off before its end",),
        )
        for one in CUTS
    ),
    *(
        fails(
            f"cut_{one}_zipped",
            f"connection cut {CUT_NAMES[one]}, answers zipped",
            part("cut", argument=one),
            zipped=True,
            seen=("broke off before its end",),
        )
        for one in ("first_byte", "middle", "last_byte")
    ),
    fails(
        "cut_metadata",
        "connection cut in the middle of the metadata",
        metadata("cut", argument="middle"),
        seen=("broke off before its end",),
    ),
)
CONTENT = (
    fails(
        "wrong_table",
        "another table answers a query",
        part("wrong_table", argument="125s"),
        seen=('is of the table "125s', "not kept"),
    ),
    fails(
        "wrong_metadata",
        "another table's metadata",
        metadata("wrong_table", argument="125s"),
        seen=("the table is not as declared", "the content tyollisyysaste"),
    ),
    passes("renamed", "the area variable has a new code and name", lasting("renamed", TABLE), release=OLD),
    passes(
        "renamed_contents",
        "the variable of contents has a new code and name",
        lasting("renamed", TABLE, ("Tiedot", "sisalto", "Sisältö")),
        release=OLD,
    ),
    fails(
        "renamed_between",
        "the area variable is renamed between metadata and query",
        part("renamed", nth=1),
        seen=("answered 400", "uso fetch --check"),
    ),
    passes("new_year", "a new year", lasting("new_year", TABLE), release=OLD),
    passes(
        "removed",
        "a municipality is no longer there",
        lasting("removed", TABLE, "005"),
        release=OLD,
        seen=("fetched",),
    ),
    stops(
        "removed_many",
        "35 % of the municipalities are no longer there",
        lasting("removed", TABLE, MANY),
        seen=("coverage", "13 municipalities have a figure, 20 before"),
    ),
    passes(
        "revised",
        "past figures revised by 5 %",
        lasting("revised", TABLE, 0.05),
        release=OLD,
        seen=("fetched", "look at", "past figures changed"),
    ),
    passes(
        "revised_much",
        "past figures revised by 50 %",
        lasting("revised", TABLE, 0.5),
        release=OLD,
        seen=("fetched", "look at", "past figures changed by more than a tenth"),
    ),
    stops(
        "unit",
        "every figure ten times as large",
        lasting("unit", TABLE),
        seen=("jump", "the figures are 10 times the figures before"),
    ),
    fails(
        "duplicated_same",
        "a row stands twice, same figure",
        part("duplicated", argument="same"),
        seen=("a code stands twice", "not kept"),
    ),
    fails(
        "duplicated_other",
        "a row stands twice, other figure",
        part("duplicated", argument="other"),
        seen=("a code stands twice", "not kept"),
    ),
)
OTHERS = (
    fails(
        "sotkanet_400",
        "Sotkanet: 400",
        lasting("400", "rest/1.1/json"),
        table=SOTKANET,
        seen=("answered 400",),
    ),
    fails(
        "sotkanet_truncated",
        "Sotkanet: JSON truncated",
        lasting("truncated", "rest/1.1/json"),
        table=SOTKANET,
        seen=("not whole JSON", "not kept"),
    ),
    fails(
        "sotkanet_wrong",
        "Sotkanet: rows of another indicator",
        lasting("wrong_table", "rest/1.1/json"),
        table=SOTKANET,
        seen=("asked for indicator 3178, the answer holds",),
    ),
    fails(
        "sotkanet_title",
        "Sotkanet: the id has become another indicator",
        lasting("wrong_table", "indicators/3178"),
        table=SOTKANET,
        seen=("Sairastavuusindeksi",),
    ),
    fails(
        "sotkanet_renamed",
        "Sotkanet: field renamed",
        lasting("renamed", "rest/1.1/json", ("value", "arvo", "")),
        table=SOTKANET,
        seen=("has `absValue`", "but `value` in none"),
    ),
    passes("sotkanet_year", "Sotkanet: a new year", lasting("new_year"), table=SOTKANET, release=OLD),
    passes(
        "sotkanet_same",
        "Sotkanet: a row twice, same figure",
        lasting("duplicated", "rest/1.1/json", "same"),
        table=SOTKANET,
    ),
    fails(
        "sotkanet_other",
        "Sotkanet: a row twice, other figure",
        lasting("duplicated", "rest/1.1/json", "other"),
        table=SOTKANET,
        seen=("the answers contradict each other",),
    ),
    stops(
        "sotkanet_unit",
        "Sotkanet: ten times as large",
        lasting("unit"),
        table=SOTKANET,
        seen=("the figures are 10 times the figures before",),
    ),
    fails(
        "kela_html",
        "Kela: a proxy's page in place of the file",
        lasting("html", "download"),
        table=KELA,
        seen=("a web page came instead of CSV",),
    ),
    fails(
        "kela_truncated",
        "Kela: file truncated within a row",
        lasting("truncated", "download"),
        table=KELA,
        seen=("the last row is cut off",),
    ),
    fails(
        "kela_corrupt",
        "Kela: file corrupt",
        lasting("corrupt", "download"),
        table=KELA,
        seen=("it is damaged",),
    ),
    fails(
        "kela_cut",
        "Kela: connection cut in the middle of the file",
        lasting("cut", "download", "middle"),
        table=KELA,
        seen=("broke off before its end",),
    ),
    passes(
        "kela_wrong",
        "Kela: the file of another package, with the same columns",
        lasting("wrong_table", "download"),
        table=KELA,
        other=True,
        seen=("fetched", "look at", "past figures changed by more than a tenth"),
    ),
    fails(
        "kela_renamed",
        "Kela: column renamed",
        lasting("renamed", "download", ("saaja_lkm", "henkilot", "")),
        table=KELA,
        seen=("columns are missing", "saaja_lkm", "henkilot"),
    ),
    passes(
        "kela_removed",
        "Kela: a municipality is no longer there",
        lasting("removed", "", "005"),
        table=KELA,
        release=OLD,
    ),
    stops(
        "kela_unit",
        "Kela: ten times as large",
        lasting("unit"),
        table=KELA,
        seen=("the figures are 10 times the figures before",),
    ),
    fails(
        "kela_other",
        "Kela: a row twice, other figure",
        lasting("duplicated", "download", "other"),
        table=KELA,
        seen=("contradict",),
    ),
    fails(
        "syke_truncated",
        "Syke: one file truncated within a row",
        lasting("truncated", "kunta_16", 0.5),
        table=SYKE,
        seen=("the last row is cut off",),
    ),
    fails(
        "syke_truncated_late",
        "Syke: one file truncated within the last column",
        lasting("truncated", "kunta_16", 0.8),
        table=SYKE,
        seen=("the last row is cut off",),
    ),
    passes(
        "syke_missing",
        "Syke: one municipality's file is not there",
        lasting("removed", "kunta_16", "016"),
        table=SYKE,
        other=True,
        seen=("fetched", "left out", "answered 404"),
    ),
    fails(
        "syke_renamed",
        "Syke: column renamed",
        lasting("renamed", "kunta_", ("kt", "kilotonnit", "")),
        table=SYKE,
        seen=("columns are missing: content kt (kt)", "kilotonnit"),
    ),
    passes(
        "syke_same", "Syke: a row twice, same figure", lasting("duplicated", "kunta_", "same"), table=SYKE
    ),
    stops(
        "syke_unit",
        "Syke: ten times as large",
        lasting("unit", "kunta_"),
        table=SYKE,
        seen=("times the figures before",),
    ),
    fails(
        "accounts_wrong",
        "Valtiokonttori: another municipality's accounts",
        lasting("wrong_table", "dokument"),
        table=ACCOUNTS,
        seen=("the answer has ytunnus",),
    ),
    fails(
        "accounts_renamed",
        "Valtiokonttori: field renamed",
        lasting("renamed", "dokument", ("arvo", "summa", "")),
        table=ACCOUNTS,
        seen=("lacks tunnusluku or arvo",),
    ),
    fails(
        "accounts_503",
        "Valtiokonttori: 503 in the middle",
        Fault("503", "dokument", nth=10, times=ALWAYS),
        table=ACCOUNTS,
        seen=("answered 503",),
    ),
    fails(
        "accounts_other",
        "Valtiokonttori: a figure twice, another one",
        lasting("duplicated", "dokument", "other"),
        table=ACCOUNTS,
        seen=("two values for one key",),
    ),
)
GROUPS = {
    "Refusals (PxWeb)": REFUSALS,
    "Slowness": SLOWNESS,
    "Damaged answers": DAMAGE,
    "Connections cut": CUT_OFF,
    "Other content than expected": CONTENT,
    "Other services": OTHERS,
}
CASES = tuple(case for group in GROUPS.values() for case in group)

HEAD = """# What `uso fetch` does when a service fails

Generated by `python tests/fault_cases.py > docs/fetch_faults.md`; do not edit. `tests/test_faults.py`
carries every line out: it runs `uso fetch --table …` against emulated services on this machine that fail
in the way named, and compares the whole table in the store, figure by figure, with those of undisturbed
fetches. No figure of the old table is one of the new, so that a mixture would show.

What holds in every line:

- The store has **the old table or the new one, whole**, never a mixture, and no half-written file lies
  about.
- The archive of raw answers (`data/raw`) has whole answers only: nothing truncated, no proxy's page.
- The message names the table, the reason and the way out; there is no traceback.
- Where the old table was kept, the way out gives the new one: the same command when the fault is over,
  or the same command with `--accept` where a drift check stopped figures that look wrong. Answers that
  had come before the fault are not asked for again.

A fault lasts for the whole fetch unless it says otherwise. A call that fails for a passing reason
(haste, overload, time-out, cut connection, damaged answer, a proxy's page) is sent again after a wait
that doubles, five times at the most (three times here), and after a 429 not before the time the service
names."""
FOOT = """## Published while it is fetched

| What happens | Result | Store | Exit status |
| --- | --- | --- | --- |
| a PxWeb table is published anew between two of its parts | it is begun again | the newest one | 0 |
| the same twice in one fetch | "the table was updated in between": nothing is taken | the old one | 1 |
| Syke changes files in between | "they do not belong together": nothing is taken | the old one | 1 |

## Killed

`tests/test_kill.py` kills `uso fetch` with signal 9, which leaves no chance to clean up, at 50 random
moments between the first request and the last line it prints, while two PxWeb tables, Syke's files or
Valtiokonttori's accounts are fetched. After each kill every table in the store is the old one or the new
one. The same command given again goes on where it was: no call whose answer was kept is made again, and
afterwards every table is the same, byte for byte, as after a fetch that nobody disturbed.

## What cannot be noticed

- A file of Kela's with the same columns, served in place of another: its figures are taken. They are
  told as revised ("past figures changed by more than a tenth"), and stop the table only if they are of
  another size.
- A CSV file that ends between two rows before its time, when the server tells the shorter length: the
  table is stopped when more than 30 % of the municipalities lose their figures, otherwise the loss of
  rows is not told."""
OF_STORE = {"old": "the old table", "new": "the new table", "nothing": "nothing, as before"}


def page() -> str:
    """Return docs/fetch_faults.md."""
    parts = [HEAD]
    for title, cases in GROUPS.items():
        heading = ("What goes wrong", "What `uso fetch` says", "Store", "Exit status", "Way out")
        rows = [f"| {' | '.join(row)} |" for row in (heading, ["---"] * len(heading), *map(_row, cases))]
        parts.append("\n".join([f"## {title}", "", *rows]))
    return "\n\n".join([*parts, FOOT]) + "\n"


def _row(case: Case) -> tuple[str, ...]:
    """Return a case as a row of the page."""
    said = " … ".join(text for text in case.seen if text not in ("--accept",))
    ways = {"again": "the same command, later", "accept": "look, then `--accept`", "": ""}
    refused = "" if case.refused is None else f" (429 {case.refused} ×)"
    store = "the table the service gave" if case.other else OF_STORE[case.holds]
    return case.injected, said + refused, store, str(case.status), ways[case.then] or "–"


if __name__ == "__main__":
    sys.stdout.write(page())
