"""The documents say what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.plan import ROOT
from tiemchung.project import environment, variables

LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)#]+)(?:#[^)]*)?\)")


def documents() -> list[Path]:
    """Return every page that is ours."""
    return [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/**/*.md")]


def broken(page: Path, text: str) -> list[str]:
    """Return the links of a page that lead nowhere in the project."""
    targets = (match["target"] for match in LINK.finditer(text))
    return [
        f"{page.name}: {target}"
        for target in targets
        if not target.startswith("http") and not (page.parent / target).exists()
    ]


def test_no_link_leads_nowhere() -> None:
    assert [fault for page in documents() for fault in broken(page, page.read_text(encoding="utf-8"))] == []


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    assert broken(tmp_path / "page.md", "see [this](gone.md#there) and [that](https://example.org)") == [
        "page.md: gone.md"
    ]


def test_every_setting_is_documented_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    text = variables.Reader.text

    def remembered(self: variables.Reader, name: str, default: str = "") -> str:
        asked.add(name)
        return text(self, name, default)

    monkeypatch.setattr(variables.Reader, "text", remembered)
    environment.read({})
    page = (ROOT / "docs" / "operations" / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) == asked


def test_every_decision_is_on_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {page.name for page in folder.glob("[0-9]*.md")}


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")), ids=lambda page: page.stem)
def test_a_decision_tells_what_would_change_our_mind(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    told = ["**Context.**", "**Decision.**", "**Consequences.**", "**What would change our mind.**"]
    assert [part for part in told if part not in text] == []
