"""Keep every answer of the services as it came, and give it back when the same is asked again.

Does not judge answers (client.py, adapters) and does not make tables of them (fetched.py).

One answer is two files under ``<service>/<first two of the call's key>/``: its content, zipped, named after
its own fingerprint, and a record that says what was asked, when, and what came. The record is written last
and appears at once; without it the content counts for nothing. Both are on the disk when an answer is kept;
their names are only when the archive is settled, which is done once for many answers: before that, a power
failure (not a killed process) may take the last ones back.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from uso_lib.errors import FetchError
from uso_lib.sources.keeping.durable import settle, write_whole
from uso_lib.sources.service import Answer, Call

SCHEMA = 1
SHORT = 12

_UNREADABLE = (OSError, ValueError, KeyError, TypeError, RecursionError)


class Archive:
    """Keep raw answers in a folder and find them again.

    Parameters
    ----------
    folder
        Where they are kept; it need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._unsettled: set[Path] = set()

    def keep(self, answer: Answer, *, licence: str) -> Path:
        """Keep an answer and return the path of its record.

        An answer to the same call with the same `updated` takes the earlier one's place, at once.

        Raises
        ------
        FetchError
            The files cannot be written.
        """
        record = self._record(answer.call, answer.updated or answer.sha256)
        content = _content_file(record, answer.sha256)
        try:
            record.parent.mkdir(parents=True, exist_ok=True)
            write_whole(content, gzip.compress(answer.content, mtime=0))
            write_whole(record, _written(answer, licence=licence, content=content.name))
        except OSError as error:
            raise _unkept(record.parent, error) from error
        self._unsettled.add(record.parent)
        return record

    def settle(self) -> None:
        """Wait until every kept answer is on the disk with its name: before a table is made of them.

        Raises
        ------
        FetchError
            A folder of the archive cannot be reached.
        """
        held = {above for folder in self._unsettled for above in (folder, *folder.parents)}
        for folder in sorted(one for one in held if one.is_relative_to(self.folder)):
            try:
                settle(folder)
            except OSError as error:
                raise _unkept(folder, error) from error
        self._unsettled.clear()

    def find(self, call: Call, updated: str) -> Answer | None:
        """Return the kept answer to a call, or None when there is none that is whole.

        A damaged or half-written answer is removed.

        Parameters
        ----------
        updated
            The service's own time of the figures; with an empty one, the newest answer that has none.
        """
        if updated:
            return self._read(self._record(call, updated), call, updated)
        kept = (self._read(record, call, "") for record in self._records(call))
        return max(filter(None, kept), key=lambda one: one.fetched, default=None)

    def _record(self, call: Call, told: str) -> Path:
        """Return the path of a record: made of fingerprints only, never of anything an answer says."""
        tag = hashlib.sha256(told.encode()).hexdigest()[:SHORT]
        return self.folder / call.service / call.key[:2] / f"{call.key}-{tag}.json"

    def _records(self, call: Call) -> list[Path]:
        """Return the paths of all records of a call."""
        return sorted((self.folder / call.service / call.key[:2]).glob(f"{call.key}-*.json"))

    def _read(self, record: Path, call: Call, updated: str) -> Answer | None:
        """Return the answer of a record if it is whole; remove what is not."""
        if not record.is_file():
            return None
        try:
            told = json.loads(record.read_bytes())
            if told["updated"] != updated:
                return None
            content = gzip.decompress(_content_file(record, told["sha256"]).read_bytes())
            answer = Answer(
                call, content, datetime.fromisoformat(told["fetched"]), dict(told["headers"]), updated
            )
            whole = answer.sha256 == told["sha256"] and _asked(call).items() <= told.items()
            whole = whole and answer.fetched.tzinfo is not None
        except (
            OSError,
            EOFError,
            zlib.error,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
        ):
            whole = False
        if not whole:
            _remove(record)
            return None
        return answer


def _unkept(folder: Path, error: OSError) -> FetchError:
    """Return the error that tells a person what to look at."""
    message = (
        f"The answer cannot be kept in {folder} ({error.strerror}). "
        "See that there is room on the disk and that you may write there."
    )
    return FetchError(message)


def _content_file(record: Path, sha256: str) -> Path:
    """Return the path of the content that a record tells of."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        message = "not a fingerprint"
        raise ValueError(message)
    key = record.name.partition("-")[0]
    return record.with_name(f"{key}-{sha256[:SHORT]}.gz")


def _asked(call: Call) -> Mapping[str, Any]:
    """Return what a record says about the call; credentials are no part of a call."""
    body = None if call.body is None else json.loads(json.dumps(call.body))
    return {
        "service": call.service,
        "address": call.url,
        "params": [list(pair) for pair in call.params],
        "query": body,
    }


def _written(answer: Answer, *, licence: str, content: str) -> bytes:
    """Return the text of a record."""
    told = {
        "schema": SCHEMA,
        **_asked(answer.call),
        "fetched": answer.fetched.isoformat(),
        "updated": answer.updated,
        "licence": licence,
        "sha256": answer.sha256,
        "size": len(answer.content),
        "content": content,
        "headers": dict(answer.headers),
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _content_of(record: Path) -> list[Path]:
    """Return the content file of a record, none when the record cannot be read."""
    try:
        return [_content_file(record, json.loads(record.read_bytes())["sha256"])]
    except _UNREADABLE:
        return []


def _remove(record: Path) -> None:
    """Remove a damaged answer: the record first, for without it the content counts for nothing."""
    for file in [record, *_content_of(record)]:
        with suppress(OSError):
            file.unlink(missing_ok=True)
