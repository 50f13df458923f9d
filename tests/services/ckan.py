"""Open data catalogues of the CKAN kind (avoindata.suomi.fi): packages, search, CSV resources, datastore.

Not emulated: ``datastore_search_sql`` and everything that needs a key.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.exchange import CSV, Changes, Request, Response
from services.rows import Rows, changed, written

ACTION = "data/api/3/action/"


@dataclass(frozen=True)
class Resource:
    """Describe one file of a package.

    Parameters
    ----------
    rows
        Gives the rows; `delimiter`, `encoding` and `decimal` say how they are written.
    """

    name: str
    rows: Callable[[], Rows]
    modified: str = "2026-10-12T05:31:07.123456"
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    form: str = "CSV"

    @property
    def id(self) -> str:
        """Return an id as CKAN gives them."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.name))

    def content(self, changes: Changes, other: Resource | None = None) -> bytes:
        """Return the file as it is downloaded."""
        rows = (other or self).rows() if changes.wrong is not None else self.rows()
        rows = changed(rows, changes)
        return written(rows, delimiter=self.delimiter, decimal=self.decimal).encode(self.encoding)


@dataclass(frozen=True)
class Package:
    """Describe one data set: its name in addresses, its title, its files."""

    name: str
    title: str
    resources: tuple[Resource, ...]

    @property
    def id(self) -> str:
        """Return an id as CKAN gives them."""
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, self.name))


@dataclass(frozen=True)
class Ckan:
    """Answer as a CKAN catalogue does; files are downloaded from the same host."""

    packages: Sequence[Package] | Callable[[], Sequence[Package]]

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        packages = list(self.packages() if callable(self.packages) else self.packages)
        if request.path.startswith("data/dataset/"):
            return _download(packages, request)
        actions = {
            "package_show": _show,
            "package_search": _search,
            "datastore_search": _datastore,
        }
        action = actions.get(request.path.removeprefix(ACTION).strip("/"))
        if action is None or not request.path.startswith(ACTION):
            return Response.json({"success": False, "error": {"__type": "Not Found Error"}}, 404)
        return action(packages, request)


def _show(packages: list[Package], request: Request) -> Response:
    """Answer ``package_show?id=`` with a name or an id."""
    wanted = request.first("id")
    for one in packages:
        if wanted in (one.name, one.id):
            return Response.json({"help": "", "success": True, "result": _package(one, request)})
    error = {"message": "Ei löytynyt", "__type": "Not Found Error"}
    return Response.json({"help": "", "success": False, "error": error}, 404)


def _search(packages: list[Package], request: Request) -> Response:
    """Answer ``package_search?q=``; no match is 200 with count 0."""
    wanted = request.first("q").removeprefix("name:").strip('"*').casefold()
    rows, start = int(request.first("rows", "10")), int(request.first("start", "0"))
    found = [one for one in packages if wanted in f"{one.name} {one.title} kansaneläkelaitos".casefold()]
    results = [_package(one, request) for one in found[start : start + rows]]
    return Response.json({"help": "", "success": True, "result": {"count": len(found), "results": results}})


def _datastore(packages: list[Package], request: Request) -> Response:
    """Answer ``datastore_search?resource_id=&limit=&offset=``; every figure is text."""
    resource = _resource(packages, request.first("resource_id"))
    if resource is None:
        return Response.json({"success": False, "error": {"__type": "Not Found Error"}}, 404)
    text = resource.content(request.changes).decode(resource.encoding)
    records = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=resource.delimiter))
    start, count = int(request.first("offset", "0")), int(request.first("limit", "100"))
    result = {"total": len(records), "records": records[start : start + count]}
    return Response.json({"help": "", "success": True, "result": result})


def _download(packages: list[Package], request: Request) -> Response:
    """Answer with a file."""
    key = request.path.split("/resource/")[-1].split("/")[0]
    resource = _resource(packages, key)
    if resource is None:
        return Response.page("404 Not Found", 404)
    others = [one for package in packages for one in package.resources if one.id != resource.id]
    content = resource.content(request.changes, next(iter(others), None))
    return Response(content, content_type=CSV.split(";")[0])


def _resource(packages: list[Package], key: str) -> Resource | None:
    """Return the resource with an id."""
    return next((one for package in packages for one in package.resources if one.id == key), None)


def _package(one: Package, request: Request) -> dict[str, Any]:
    """Describe a package and its files."""
    return {
        "id": one.id,
        "name": one.name,
        "title": one.title,
        "metadata_modified": max(each.modified for each in one.resources),
        "owner_org": "6c2af1b3-0000-4000-8000-000000000000",
        "resources": [_described(one, each, request) for each in one.resources],
    }


def _described(package: Package, one: Resource, request: Request) -> dict[str, Any]:
    """Describe a file; figures that changed have a new time of change."""
    modified = "2026-11-20T06:00:00.000000" if request.changes.published else one.modified
    url = f"{request.root}/data/dataset/{package.id}/resource/{one.id}/download/{one.name}"
    return {
        "id": one.id,
        "name": one.name,
        "format": one.form,
        "mimetype": "text/csv",
        "url": url,
        "last_modified": modified,
        "created": "2025-01-15T08:00:00.000000",
        "datastore_active": True,
    }
