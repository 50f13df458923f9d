"""Run ``uso`` commands, each in a process of its own that is ready at once; run by test_kill.py.

Reads orders from standard input, one JSON object a line, and answers each with the number of the process and,
when that has ended, its exit status (negative: killed by that signal). Does not decide when to kill.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

import uso_lib.commands.fetch  # noqa: F401 - what every process needs is imported once
from uso_lib.catalog import load_catalog
from uso_lib.cli import main as uso
from uso_lib.regions import load_regions


def main() -> None:
    """Carry orders out until standard input ends."""
    load_catalog()
    load_regions()
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            _carry_out(json.loads(line))
        _say(process)
        _, status = os.waitpid(process, 0)
        _say(os.waitstatus_to_exitcode(status))


def _carry_out(order: dict[str, Any]) -> None:
    """Run the command as this process, which ends with it.

    At once: at the usual end of a process libraries wait for threads that a forked one has not.
    """
    os.environ.update(order["environment"])
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    status: object = 1
    try:
        uso(order["arguments"])
    except SystemExit as left:
        status = left.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 1)


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
