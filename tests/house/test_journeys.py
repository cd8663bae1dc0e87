"""A browser test waits for what it looks at: a page comes when the machine has time for it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.plan import ROOT

AT_ONCE = {
    "all_inner_texts",
    "all_text_contents",
    "content",
    "count",
    "get_attribute",
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


def hasty(source: str) -> list[str]:
    """Return the lines that assert what a page shows right now, or where it is, or that click by the mouse twice."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            found += [_told(part) for part in ast.walk(node.test) if _looks_at_once(part)]
        elif isinstance(node, ast.Attribute) and node.attr == "dblclick":
            found.append(_told(node))
    return sorted(found)


def _looks_at_once(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in AT_ONCE and not node.args
    return isinstance(node, ast.Attribute) and node.attr == "url" and ast.unparse(node.value).endswith("page")


def _told(node: ast.AST) -> str:
    assert isinstance(node, ast.expr)
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
    ],
)
def test_a_hasty_look_is_noticed(line: str) -> None:
    assert len(hasty(line)) == 1


@pytest.mark.parametrize("line", ['expect(page).to_have_url("/")', 'assert "a b".count("a") == 1', "assert site.url"])
def test_a_look_that_waits_is_none(line: str) -> None:
    assert hasty(line) == []
