"""A browser test waits for what it looks at: a page comes when the machine has time for it."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path

import pytest

from tests.house.plan import ROOT

AT_ONCE = {
    "all_inner_texts",
    "all_text_contents",
    "content",
    "count",
    "inner_html",
    "inner_text",
    "input_value",
    "is_checked",
    "is_disabled",
    "is_enabled",
    "is_hidden",
    "is_visible",
    "text_content",
    "title",
}
"""Calls that answer with what stands on the page at that moment; `expect(...)` waits for the same."""
ASKED_AT_ONCE = {"evaluate", "evaluate_all", "get_attribute"}
"""The same, of calls that are told what to ask for; `until(...)` of the journeys' conftest asks until the answer is yes."""
NEVER = {
    "dblclick": "the second click may meet the next page: click_twice",
    "wait_for_function": "takes a promise for a yes: until",
    "networkidle": "a busy machine is idle for half a second before it has asked: wait for what the page shows",
}
DEEDS = {"click", "press", "click_twice"}
BREAKS_OFF = {"goto", "reload", "go_back", "set_offline", "clear_cookies", "close"}
"""What ends the request that a deed has just begun."""


def hasty(source: str) -> list[str]:
    """Return the lines that look at a page, or go on from it, before what they wait for can be there."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert | ast.If | ast.While):
            found += [_told(part) for part in ast.walk(node.test) if _looks_at_once(part)]
        elif {getattr(node, "attr", None), getattr(node, "value", None)} & NEVER.keys():
            found.append(_told(node))
        for steps in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            if isinstance(steps, list):
                found += [
                    _told(then)
                    for deed, then in itertools.pairwise(steps)
                    if _called(deed) in DEEDS and _breaks_off(then)
                ]
    return sorted(found)


def _looks_at_once(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ASKED_AT_ONCE or (node.func.attr in AT_ONCE and not node.args)
    return isinstance(node, ast.Attribute) and node.attr == "url" and ast.unparse(node.value).endswith("page")


def _called(step: ast.stmt) -> str:
    """Return the name of what a step calls, if it is nothing but a call."""
    if not (isinstance(step, ast.Expr) and isinstance(step.value, ast.Call)):
        return ""
    called = step.value.func
    return called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)


def _breaks_off(step: ast.stmt) -> bool:
    """Tell whether a step cannot wait for what the deed before it brings."""
    return isinstance(step, ast.Assert) or _called(step) in BREAKS_OFF


def _told(node: ast.AST) -> str:
    assert isinstance(node, ast.expr | ast.stmt)
    return f"{node.lineno}: {ast.unparse(node)}"


def browser_tests() -> list[Path]:
    """Return the files that drive a browser."""
    return sorted((ROOT / "tests" / "journeys").rglob("*.py"))


@pytest.mark.parametrize("path", browser_tests(), ids=lambda path: path.stem)
def test_a_browser_test_waits_for_what_it_looks_at(path: Path) -> None:
    assert hasty(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        'assert page.url.endswith("#main")',
        'assert visit.page.locator("h1").inner_text() == "Dừng"',
        "assert 0 == page.locator('button').count()",
        "page.get_by_role('button').dblclick()",
        "assert page.evaluate('sessionStorage.length') == 0",
        "assert row.get_attribute('href') == '/'",
        "if page.get_by_role('button').count():\n    pass",
        "page.wait_for_function('caches.match(name)')",
        "page.goto('/', wait_until='networkidle')",
        "button.click()\npage.goto('/')",
        "click_twice(button)\nassert len(doses()) == 1",
        "def test() -> None:\n    field.press('Enter')\n    page.context.set_offline(True)",
    ],
)
def test_a_hasty_look_is_noticed(line: str) -> None:
    assert len(hasty(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        'expect(page).to_have_url("/")',
        'assert "a b".count("a") == 1',
        "assert site.url",
        "button.click()\nexpect(page).to_have_title('Sổ')\npage.reload()",
        "found = page.evaluate(JUDGE)\nassert found == told",
    ],
)
def test_a_look_that_waits_is_none(line: str) -> None:
    assert hasty(line) == []
