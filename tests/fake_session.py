"""A session that answers from a dictionary: address with its query string → body, or an error to raise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from uso_lib.errors import Refused
from uso_lib.sources.service import Answer, Call

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FakeSession:
    """Answer calls; what is not in the dictionary is refused as a service refuses an unknown address."""

    def __init__(
        self, answers: Mapping[str, Any], headers: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self.answers, self.headers, self.asked = dict(answers), dict(headers or {}), list[str]()

    def send(self, call: Call) -> Answer:
        address = call.url + (
            "?" + "&".join(f"{name}={value}" for name, value in call.params) if call.params else ""
        )
        self.asked.append(address)
        body = self.answers.get(address)
        if body is None:
            message = f"{address}: 404 Not Found"
            raise Refused(message)
        if isinstance(body, Exception):
            raise body
        content = (
            body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else as_json(body)
        )
        return Answer(call, content, NOW, self.headers.get(address, {}))


def as_json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
