"""Every pair of sentences that the faces' sources say, read out of Python and templates as they are written."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

FACES = Path("src/tiemchung/faces")
_FORMS = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_PLURAL = re.compile(r"\b(?:[a-z]{3,}s|people)\b")
_NO_NOUNS = {"has", "was", "does", "its", "this", "wards’"}
_LITERAL = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_IN_TEMPLATE = re.compile(rf"\bt\(\s*{_LITERAL}\s*,\s*{_LITERAL}")


@dataclass(frozen=True)
class Sentence:
    """One thing said in both languages, and where."""

    where: str
    vi: str
    en: str

    @property
    def plurals(self) -> set[str]:
        """Return the nouns that it counts, in their form for several: the first plural of each pair."""
        found = (_PLURAL.search(several) for _, several in _FORMS.findall(self.en))
        return {word[0] for word in found if word} - _NO_NOUNS

    def counts_bare(self, plurals: Collection[str]) -> bool:
        """Tell whether one of these nouns stands behind a number, at most one word away, without its form for one."""
        bare = _FORMS.sub("[]", self.en)
        return bool(re.search(rf"\{{\w+\}} (?:[a-z-]+ )?(?:{'|'.join(sorted(plurals))})\b", bare))

    @property
    def forms_are_counted(self) -> bool:
        """Tell whether a number stands before every pair of forms, which only English has."""
        first = _FORMS.search(self.en)
        return not _FORMS.search(self.vi) and (first is None or bool(re.search(r"\{\w+\}", self.en[: first.start()])))


def sentences() -> Iterator[Sentence]:
    """Return every `t("…", "…")` and `Words("…", "…")` of the faces."""
    for path in sorted(FACES.rglob("*.py")):
        yield from _of_python(path)
    for path in sorted(FACES.rglob("*.html")):
        for vi, en in _IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
            yield Sentence(str(path), ast.literal_eval(vi), ast.literal_eval(en))


def _of_python(path: Path) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in ("t", "Words"):
            continue
        said = [one.value for one in node.args[:2] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if len(said) == 2:
            yield Sentence(f"{path}:{node.lineno}", *said)
