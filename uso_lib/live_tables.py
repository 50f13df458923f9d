"""Load the declared live tables and services of live/*.yml.

Does not ask any service (sources/) and does not know which indicators use a table (catalog.py).
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ValidationError

from uso_lib.errors import InputErrors, Problem, UnknownName
from uso_lib.live_specs import LiveFile, LiveTable, Service, ServiceName, ServicesFile
from uso_lib.strict_yaml import Document, did_you_mean, read_yaml, validation_problems

LIVE = Path(__file__).resolve().parent / "live"
SERVICES = "services.yml"
ENVIRONMENT_VARIABLE = "USO_SERVICES"
#: Hosts of this very machine, the only ones that may be called without encryption.
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
#: Columns of every tidy table; a dimension must not be called like one of them.
OWN_COLUMNS = frozenset({"table", "area", "period", "content", "value", "symbol"})
#: Services whose tables are found without a declared address.
WITHOUT_ADDRESS = frozenset({"sotkanet", "import"})

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class LiveTables:
    """Answer which tables services and files may fill.

    Parameters
    ----------
    tables
        By file name, within a file in declared order.
    """

    tables: tuple[LiveTable, ...]

    @cached_property
    def _by_id(self) -> Mapping[str, LiveTable]:
        return {one.id: one for one in self.tables}

    def has(self, table_id: str) -> bool:
        """Tell whether a table is declared."""
        return table_id in self._by_id

    def table(self, table_id: str) -> LiveTable:
        """Return one table; raise UnknownName with the nearest id when there is none."""
        if table_id in self._by_id:
            return self._by_id[table_id]
        message = f'There is no live table "{table_id}": {did_you_mean(table_id, self._by_id)}'
        raise UnknownName(message)

    def by_service(self, name: ServiceName) -> tuple[LiveTable, ...]:
        """Return the tables of one service in declared order."""
        return tuple(one for one in self.tables if one.service == name)


def load_live_tables(folder: Path | None = None) -> LiveTables:
    """Load and validate the tables of every file in the folder, once per folder.

    Parameters
    ----------
    folder
        Folder of the files, the bundled one by default; its services.yml is not read.

    Raises
    ------
    InputErrors
        Something in the files is wrong; every problem is listed.
    """
    return _load((folder or LIVE).resolve())


def load_services(path: Path | None = None) -> ServicesFile:
    """Load and validate the services.

    Parameters
    ----------
    path
        The file; by default the one that the environment variable ``USO_SERVICES`` names, otherwise the
        bundled live/services.yml.

    Raises
    ------
    InputErrors
        Something in the file is wrong; every problem is listed.
    """
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    file = path or (Path(named) if named else LIVE / SERVICES)
    problems: list[Problem] = []
    document = read_yaml(file)
    declared = _model(document, ServicesFile, problems)
    if declared is not None:
        problems += _service_problems(document, declared)
    if problems or declared is None:
        raise InputErrors(problems)
    return declared


@lru_cache(maxsize=8)
def _load(folder: Path) -> LiveTables:
    """Read the files of one folder."""
    problems: list[Problem] = []
    read: list[tuple[Document, LiveFile]] = []
    files = [file for file in sorted(folder.glob("*.yml")) if file.name != SERVICES]
    if not files:
        problems.append(Problem(folder, "", "there is no file of live tables in the folder", "add one"))
    for file in files:
        document = read_yaml(file)
        declared = _model(document, LiveFile, problems)
        if declared is not None:
            read.append((document, declared))
            problems += _file_problems(document, declared)
    problems += _repeated_tables(read)
    if problems:
        raise InputErrors(sorted(problems, key=lambda one: (one.file.name, one.line or 0)))
    return LiveTables(tuple(table for _, declared in read for table in declared.tables))


def _model(document: Document, model: type[Model], problems: list[Problem]) -> Model | None:
    """Return the document as a model, or None with its problems added."""
    problems.extend(document.problems)
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        if document.complete and (document.data or not document.problems):
            problems.extend(validation_problems(error, document.file, document.lines, model))
    return None


def _file_problems(document: Document, declared: LiveFile) -> list[Problem]:
    """List what is wrong with the tables of one file, each by itself."""
    found: list[tuple[str, str, str]] = []
    service = declared.tables[0].service if declared.tables else None
    for place, table in enumerate(declared.tables):
        key = f"tables[{place}]"
        if table.service != service:
            reason = f"the first table of the file is of {service}, this one of {table.service}"
            found.append((f"{key}.service", reason, "keep the tables of one service in one file"))
        found += [(f"{key}.{part}", reason, hint) for part, reason, hint in _table_faults(table)]
    return [_problem(document, *fault) for fault in found]


def _table_faults(table: LiveTable) -> Iterable[tuple[str, str, str]]:
    """Give key within the table, reason and hint of every fault that the model itself does not see."""
    if table.address is None and table.service not in WITHOUT_ADDRESS:
        yield "address", f"a table of {table.service} needs an address", "add address"
    codes = [one.code for one in table.contents]
    for code in _repeated(codes):
        yield "contents", f'the content "{code}" is declared twice', "keep one"
    for code in _repeated(one.name for one in table.dimensions):
        yield "dimensions", f'the dimension "{code}" is declared twice', "keep one"
    for place, dimension in enumerate(table.dimensions):
        if dimension.name in OWN_COLUMNS:
            reason = f'"{dimension.name}" is a column of every table'
            yield f"dimensions[{place}].name", reason, "call the dimension something else"
    for place, content in enumerate(table.contents):
        weight = getattr(content.merge, "weighted", None)
        if weight is not None and weight not in codes:
            reason = f'"{weight}" is not a content of the table'
            yield f"contents[{place}].merge.weighted", reason, did_you_mean(weight, codes)
        if content.low is not None and content.high is not None and content.low > content.high:
            yield f"contents[{place}].low", "low is greater than high", "exchange them"
    yield from _sotkanet_faults(table)


def _sotkanet_faults(table: LiveTable) -> Iterable[tuple[str, str, str]]:
    """Give the faults of what only Sotkanet's tables declare."""
    if table.service != "sotkanet":
        for key in ("find", "field"):
            if key in table.model_fields_set:
                yield key, f"{key} is only for tables of sotkanet", "remove it"
        return
    if table.find is None and any(one.marker is None for one in table.contents):
        yield "contents", "nothing says which indicator of Sotkanet is meant", "add marker: id, or find"
    if table.find is not None:
        try:
            re.compile(table.find.pattern)
        except re.error as error:
            yield "find.pattern", f"not a regular expression: {error}", "escape special characters with \\"


def _repeated_tables(read: list[tuple[Document, LiveFile]]) -> list[Problem]:
    """List the tables whose id an earlier table has."""
    problems: list[Problem] = []
    first: dict[str, str] = {}
    for document, declared in read:
        for place, table in enumerate(declared.tables):
            key = f"tables[{place}].id"
            here = f"{document.file.name}:{document.lines.get(key, 0)}"
            if first.setdefault(table.id, here) != here:
                reason = f'the table "{table.id}" stands in {first[table.id]} too'
                problems.append(_problem(document, key, reason, "give one of them another id"))
    return problems


def _service_problems(document: Document, declared: ServicesFile) -> list[Problem]:
    """List what the model itself does not see in the services."""
    found: list[tuple[str, str, str]] = []
    if not (declared.user_agent.isascii() and declared.user_agent.isprintable()):
        found.append(("user_agent", "holds letters that a request header cannot carry", "use plain ASCII"))
    for name, service in declared.services.items():
        for key, reason, hint in _service_faults(service):
            found.append((f"services.{name}.{key}", reason, hint))
    return [_problem(document, *fault) for fault in found]


def _service_faults(service: Service) -> Iterable[tuple[str, str, str]]:
    """Give key, reason and hint of every fault of one service."""
    address = _split(service.base)
    if address is None or not address.hostname:
        yield "base", f'"{service.base}" is not an address', 'write it as "https://host/path/"'
        return
    if address.scheme != "https" and (address.scheme != "http" or address.hostname not in LOOPBACK):
        yield "base", "the address is not encrypted", "begin it with https://"
    if address.username or address.password:
        yield "base", "the address holds credentials", "name environment variables: user, password"
    if not service.base.endswith("/") or address.query or address.fragment:
        yield "base", "paths cannot be appended to it", 'end it with "/"'
    for place, host in enumerate(service.hosts):
        if not re.fullmatch(r"[a-z0-9.-]+", host):
            yield f"hosts[{place}]", f'"{host}" is not a host name', "write the name alone, in small letters"
    if (service.user is None) != (service.password is None):
        missing = "password" if service.password is None else "user"
        yield "user" if service.user else "password", f"{missing} is missing", f"add {missing}"


def _split(address: str) -> SplitResult | None:
    """Return the parts of an address, or None when it is none."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        return None
    return parts


def _repeated(words: Iterable[str]) -> list[str]:
    """Return the words that stand more than once."""
    return [word for word, count in Counter(words).items() if count > 1]


def _problem(document: Document, key: str, reason: str, hint: str) -> Problem:
    """Make a problem of a key, on the line of the nearest key above it that stands in the file."""
    above = key
    while above and above not in document.lines:
        above = above[: max(above.rfind("."), above.rfind("["), 0)]
    return Problem(document.file, key, reason, hint, document.lines.get(above))
