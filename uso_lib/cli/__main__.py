"""Run the command line with ``python -m uso_lib.cli``. Does nothing else."""

from uso_lib.cli import main

main()
