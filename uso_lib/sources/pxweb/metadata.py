"""Read what a service says of a table: its variables, their codes and texts.

Does not decide which variable means what (resolve.py) and does not ask for anything (adapter.py, v2.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uso_lib.sources.pxweb.body import is_text, plain, read_json, refuse, text_at

#: Table file before 8 June 2026: ``statfin_tyonv_pxt_12r5.px``, and its present name ``12r5.px``.
_OLD_NAME = re.compile(r"(?P<database>[a-z]+)_(?P<subject>\w+)_pxt_(?P<table>\w+)\.px", re.IGNORECASE)
#: Only this database's tables were renamed.
_RENAMED = "StatFin"


@dataclass(frozen=True)
class Variable:
    """Describe one variable of a table.

    Parameters
    ----------
    values, texts
        Codes and their texts in the service's order, texts without HTML; both empty and `listed` false when
        the service has too many to list.
    eliminable
        Whether it may be left out of a query.
    time, contents
        Whether the service itself says that it holds periods or contents.
    """

    code: str
    text: str
    values: tuple[str, ...]
    texts: tuple[str, ...]
    eliminable: bool = False
    time: bool = False
    contents: bool = False
    listed: bool = True

    @property
    def text_of(self) -> dict[str, str]:
        """Return code → text."""
        return dict(zip(self.values, self.texts, strict=True))

    def is_called(self, beginning: str) -> bool:
        """Return whether its text or code begins so, in any case."""
        start = beginning.casefold()
        return self.text.casefold().startswith(start) or self.code.casefold().startswith(start)


@dataclass(frozen=True)
class TableMetadata:
    """Describe one table: its title without HTML, its variables, and what else the service tells."""

    title: str
    variables: tuple[Variable, ...]
    updated: str = ""
    table_id: str = ""


def read_metadata(content: bytes, *, where: str) -> TableMetadata:
    """Read the metadata that PxWeb's API v1 gives of a table.

    Raises
    ------
    BadAnswer
        The answer is something else (a folder, a message), or a variable contradicts itself.
    """
    body = read_json(content, where=where)
    found = body.get("variables") if isinstance(body, dict) else None
    if not isinstance(found, list) or not found:
        refuse(where, "the answer does not describe a table")
    variables = tuple(_variable(item, where) for item in found)
    if len({variable.code for variable in variables}) < len(variables):
        refuse(where, "two variables have the same code")
    return TableMetadata(title=plain(body.get("title")), variables=variables)


def read_metadata_v2(content: bytes, *, where: str) -> TableMetadata:
    """Read the metadata that PxWebApi v2 gives of a table: a JSON-stat dataset without figures.

    Raises
    ------
    BadAnswer
        The answer is something else, or a variable contradicts itself.
    """
    body = read_json(content, where=where)
    names, dimensions = (body.get("id"), body.get("dimension")) if isinstance(body, dict) else (None, None)
    if not isinstance(names, list) or not names or not isinstance(dimensions, dict):
        refuse(where, "the answer does not describe a table")
    if not all(map(is_text, names)) or len(set(names)) < len(names):
        refuse(where, "the variables have no proper codes of their own")
    return TableMetadata(
        title=plain(body.get("label")),
        variables=tuple(_dimension(name, dimensions.get(name), body.get("role"), where) for name in names),
        updated=text_at(body, "updated"),
        table_id=text_at(body, "extension", "px", "tableid"),
    )


def addresses(address: str, legacy: str | None) -> tuple[str, ...]:
    """Return the paths a table may stand at, the present one first.

    Parameters
    ----------
    address
        Declared path, with the table's present name or the one before 8 June 2026.
    legacy
        Declared path before that; derived by default for the database that was renamed.
    """
    *folders, name = address.split("/")
    old = _OLD_NAME.fullmatch(name)
    if not folders or folders[0] != _RENAMED or not name.endswith(".px"):
        found = [address, legacy]
    elif old:
        present = "/".join([folders[0], old["subject"], f"{old['table']}.px"])
        found = [present, legacy or address]
    else:
        subject = folders[-1] if len(folders) > 1 else None
        former = f"{'/'.join(folders)}/statfin_{subject}_pxt_{name}" if subject else None
        found = [address, legacy or former]
    return tuple(dict.fromkeys(path for path in found if path))


def folder_names(content: bytes, *, where: str) -> dict[str, str]:
    """Return table file → title of a folder listing; empty when it lists none."""
    body = read_json(content, where=where)
    items = [item for item in body if isinstance(item, dict)] if isinstance(body, list) else []
    return {item["id"]: plain(item.get("text")) for item in items if is_text(item.get("id"))}


def _variable(item: Any, where: str) -> Variable:
    code = item.get("code") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(code, str) or not is_text(code):
        refuse(where, "a variable has no code")
    values, texts = item.get("values"), item.get("valueTexts")
    codes = _codes(values if isinstance(values, list) else [], f"{where}, variable {code}")
    labels = [plain(text) for text in texts] if codes and isinstance(texts, list) else list(codes)
    if len(labels) != len(codes):
        refuse(where, f"the variable {code} has {len(codes)} codes and {len(labels)} texts")
    return Variable(
        code=code,
        text=plain(item.get("text")) or code,
        values=codes,
        texts=tuple(labels),
        eliminable=item.get("elimination") is True,
        time=item.get("time") is True,
        listed=bool(codes),
    )


def _dimension(name: str, item: Any, roles: Any, where: str) -> Variable:
    category = item.get("category") if isinstance(item, dict) else None
    if not isinstance(category, dict):
        refuse(where, f"the variable {name} has no categories")
    codes = _codes(_ordered(category.get("index"), name, where), f"{where}, variable {name}")
    given = category.get("label")
    labels: Mapping[str, Any] = given if isinstance(given, dict) else {}
    extension = item.get("extension")
    return Variable(
        code=name,
        text=plain(item.get("label")) or name,
        values=codes,
        texts=tuple(plain(labels.get(code)) or code for code in codes),
        eliminable=isinstance(extension, dict) and extension.get("elimination") is True,
        time=name in _role(roles, "time"),
        contents=name in _role(roles, "metric"),
    )


def _ordered(index: Any, name: str, where: str) -> list[Any]:
    if isinstance(index, dict) and all(type(place) is int for place in index.values()):
        return sorted(index, key=index.__getitem__)
    if not isinstance(index, list) or not index:
        refuse(where, f"the variable {name} has no codes in order")
    return index


def _role(roles: Any, name: str) -> list[Any]:
    found = roles.get(name) if isinstance(roles, dict) else None
    return found if isinstance(found, list) else []


def _codes(values: list[Any], where: str) -> tuple[str, ...]:
    if not all(map(is_text, values)) or len(set(values)) < len(values):
        refuse(where, "its codes are not distinct texts")
    return tuple(values)
