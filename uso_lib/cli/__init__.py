"""The command line: uso report · list · check · peers · lab · notes · fetch · import · status and others.

Turns errors into messages and exit statuses; the commands stand in the modules beside this one.
Does not do any of the work itself.

Exit statuses: 0 all went well, 1 a report or a table failed, 2 something in the input is wrong and nothing
was written, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from uso_lib.cli import (
    bench_command,
    figure_commands,
    member_commands,
    notes_command,
    report_commands,
    verify_command,
)
from uso_lib.cli.statuses import FAILED, INTERRUPTED, WRONG_INPUT
from uso_lib.cli.terminal import say
from uso_lib.errors import UsoError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status; a foreseeable mistake shows no traceback."""
    try:
        status = uso.main(args=arguments, prog_name="uso", standalone_mode=False)
    except click.ClickException as mistake:
        mistake.show()
        sys.exit(mistake.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. Give the same command again to go on.", err=True)
        sys.exit(INTERRUPTED)
    except UsoError as problem:
        say(str(problem), err=True)
        sys.exit(WRONG_INPUT)
    except BrokenPipeError:
        # The reader of the output, such as head, has seen enough; nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except OSError as problem:
        say(f"{problem}. Free space or give access, then repeat the command.", err=True)
        sys.exit(FAILED)
    sys.exit(status if isinstance(status, int) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="uso-workbench", message="%(prog)s %(version)s")
def uso() -> None:
    """Make situation analyses of Finnish municipalities from published figures.

    A first run: `uso check`, `uso report tornio`, then open outputs/tornio/situation.html in a browser.

    The workbench is found from the current folder upwards, or named by the environment variable
    USO_WORKSPACE.
    """


for _command in (
    report_commands.report,
    member_commands.list_members,
    member_commands.check,
    member_commands.peers,
    member_commands.lab,
    notes_command.notes,
    figure_commands.fetch,
    figure_commands.import_figures,
    figure_commands.status,
    figure_commands.snapshot,
    verify_command.verify,
    bench_command.bench,
):
    uso.add_command(_command)
