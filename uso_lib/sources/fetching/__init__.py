"""Fetch declared tables: connect, plan, gather answers, make tables of them, in a module each.

Does not know any protocol (the adapters do) and does not print anything (the command line does).
"""

from uso_lib.sources.fetching.gathering import FetchProgress
from uso_lib.sources.fetching.opening import Fetching, open_fetching
from uso_lib.sources.fetching.planning import PlannedTable, plan_table, plan_tables
from uso_lib.sources.fetching.running import TableResult, fetch_table, fetch_tables

__all__ = [
    "FetchProgress",
    "Fetching",
    "PlannedTable",
    "TableResult",
    "fetch_table",
    "fetch_tables",
    "open_fetching",
    "plan_table",
    "plan_tables",
]
