"""Our drawings, set into the page itself: icons and status shapes need no second request and take the text's color."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

SHEET = Path(__file__).parent / "drawings" / "icons.svg"
SYMBOL = re.compile(r'<symbol id="(?P<name>[^"]+)" viewBox="(?P<box>[^"]+)">(?P<body>.*?)</symbol>')


@cache
def _symbols() -> dict[str, tuple[str, str]]:
    sheet = SHEET.read_text(encoding="utf-8")
    return {found["name"]: (found["box"], found["body"]) for found in SYMBOL.finditer(sheet)}


def icon(name: str, *, large: bool = False) -> Markup:
    """Draw an icon of the sheet (`i-...`). It is hidden from readers: a word stands beside it."""
    box, body = _symbols()[name]
    kind = "tc-icon tc-icon--large" if large else "tc-icon"
    return Markup('<svg class="{}" viewBox="{}" aria-hidden="true">{}</svg>').format(kind, box, Markup(body))  # noqa: S704 - our own file


def shape(name: str) -> Markup:
    """Draw a status shape of the sheet (`s-...`). It is hidden from readers: a word stands beside it."""
    box, body = _symbols()[name]
    return Markup('<svg class="tc-shape" viewBox="{}" aria-hidden="true">{}</svg>').format(box, Markup(body))  # noqa: S704 - our own file
