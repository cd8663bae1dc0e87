"""The guide quotes what stands on the pages: a button that is renamed makes its page of the guide wrong, and this fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.plan import ROOT

VIETNAMESE, ENGLISH = 0, 1
BOTH = (VIETNAMESE, ENGLISH)
SPEAKS = {"vi.md": (VIETNAMESE,), "nguoi-dan.md": (VIETNAMESE,), "en.md": (ENGLISH,), "citizen.md": (ENGLISH,)}
"""Pages of the guide that quote one language alone; the others quote both."""
GUIDE = ROOT / "docs" / "guide"
SAYS = {"t", "Words"}
BETWEEN = " · "
"""Stands between the two languages where a page quotes both."""
QUOTED = re.compile(r'["“](?P<words>[^"“”\n]+(?:\n[^"“”\n]+)?)["”]')
PAIR = re.compile(r"\bt\(\s*(?P<vi>\"(?:[^\"\\]|\\.)*\")\s*,\s*(?P<en>\"(?:[^\"\\]|\\.)*\")", re.DOTALL)
HOLE = re.compile(r"\\\{\w+\\\}")
FORMS = re.compile(r"\[([^\]|]*)\|([^\]|]*)\]")


@cache
def said(tongue: int) -> frozenset[str]:
    """Return every sentence that a page or the app says in a language, lower-case, with what is counted in each form."""
    pairs = [pair for file in (ROOT / "src" / "tiemchung" / "faces").rglob("*.py") for pair in in_code(file)]
    pairs += [pair for file in (ROOT / "src" / "tiemchung" / "faces").rglob("*.html") for pair in in_pages(file)]
    return frozenset(form for pair in pairs for form in forms(" ".join(pair[tongue].split())))


def in_code(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the pairs of languages that stand in a module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYS:
            told = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if len(told) == len(("vi", "en")):
                yield told[0], told[1]


def in_pages(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the pairs of languages that stand in a template."""
    for pair in PAIR.finditer(file.read_text(encoding="utf-8")):
        yield ast.literal_eval(pair["vi"]), ast.literal_eval(pair["en"])


def forms(text: str) -> set[str]:
    """Return a text in the forms that it takes by what is counted; whole, and by what stands before its first mark.

    The guide leaves out what a button adds behind a comma, or which day or name stands at its end.
    """
    counted = {FORMS.sub(r"\1", text), FORMS.sub(r"\2", text)}
    short = {re.split(r"[,.:?!] | \{\w+\}$", form)[0] for form in counted}
    return {folded(form) for form in counted | short}


def folded(text: str) -> str:
    """Return a text without its case, its line breaks, and the marks at its end."""
    return " ".join(text.split()).strip(" .,:;?!…").casefold()


def stands(words: str, catalog: frozenset[str]) -> bool:
    """Tell whether words are the whole of something that is said; a number or a name stands for what fills a hole."""
    wanted = folded(words)
    return wanted in catalog or any(pattern.fullmatch(wanted) for pattern in with_holes(catalog))


@cache
def with_holes(catalog: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    """Return the sentences with something to fill in, as patterns that hold at least one word of their own."""
    return tuple(
        re.compile(HOLE.sub(r"[^.]{1,30}", re.escape(text)))
        for text in catalog
        if re.search(r"\{\w+\}", text) and re.sub(r"\{\w+\}|\W", "", text)
    )


def astray(text: str, tongues: tuple[int, ...]) -> list[str]:
    """Return what a page of the guide quotes and no page of the platform says."""
    quoted = {words for match in QUOTED.finditer(text) for words in " ".join(match["words"].split()).split(BETWEEN)}
    return sorted(words for words in quoted if not any(stands(words, said(tongue)) for tongue in tongues))


@pytest.mark.parametrize("page", sorted(GUIDE.glob("*.md")), ids=lambda page: page.name)
def test_what_the_guide_quotes_stands_on_a_page(page: Path) -> None:
    assert astray(page.read_text(encoding="utf-8"), SPEAKS.get(page.name, BOTH)) == []


def test_a_renamed_button_is_noticed() -> None:
    assert astray('Bấm "Đã tiêm mũi 1", rồi "Gửi mã cho tôi".', (VIETNAMESE,)) == []
    assert astray('Bấm "Đã chích mũi 1", rồi "Gửi mã cho\ntôi".', (VIETNAMESE,)) == ["Đã chích mũi 1"]
    assert astray('Press "Send me the code".', (VIETNAMESE,)) == ["Send me the code"], "each page quotes its language"
