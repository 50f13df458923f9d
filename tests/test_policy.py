"""The policy of every page that leaves the house: a browser enforces it and finds nothing to refuse."""

from __future__ import annotations

import base64
import hashlib
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from uso_lib.reports import publish

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Runs before the page: gathers what the browser refuses.
LISTEN = """window.__refused = [];
document.addEventListener('securitypolicyviolation', one => window.__refused.push(one.violatedDirective));"""
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


def pages(network: Path) -> list[Path]:
    return sorted(network.rglob("*.html"))


def test_every_page_declares_the_policy_of_its_own_style(network: Path) -> None:
    found = pages(network)
    assert len([file for file in found if file.name == publish.REPORT]) == 18
    assert network / "index.html" in found
    for file in found:
        text = file.read_text(encoding="utf-8")
        (declared,) = POLICY.findall(text)
        head, _, body = text.partition("<body")
        (style,) = re.findall(r"<style>(.*?)</style>", head, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        rules = dict(rule.strip().partition(" ")[::2] for rule in unescape(declared).split(";"))
        assert rules == {
            "default-src": "'none'", "img-src": "data:", "style-src": f"'sha256-{digest}'",
            "base-uri": "'none'", "form-action": "'none'",
        }, file  # fmt: skip
        assert head.index("Content-Security-Policy") < head.index("<style>"), file
        assert not re.search(
            r"<(?:script|style|iframe|object|embed|form|base|link|svg|math)\b", body, re.I
        ), file
        assert not re.search(r"<[^<>]*\s(?:style|on\w+)\s*=", body), file


def test_a_browser_refuses_nothing_and_asks_for_nothing(browser: Any, network: Path) -> None:
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page, said, asked = context.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    context.on("request", lambda request: asked.append(request.url))
    for file in pages(network):
        asked.clear()
        page.goto(file.as_uri())
        assert page.evaluate("window.__refused") == [], file
        assert [
            address for address in asked if not address.startswith(("data:image/", file.as_uri()))
        ] == [], file
    assert said == []
    context.close()
