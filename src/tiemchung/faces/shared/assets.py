"""Where the built styles and scripts lie: their names carry a digest, which the build's manifest tells."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.core import checks
from django.templatetags.static import static
from markupsafe import Markup, escape

BUILD = Path(__file__).parent / "static" / "build"
_POINTED = re.compile(r"url\(\"?/static/build/([^)\"]+)\"?\)")
HOW_TO_BUILD = "Run `npm ci` and `npm run build` in frontend/."


def manifest() -> dict[str, dict[str, Any]]:
    """Return what the build made, by the name of its source; nothing before the first build."""
    path = BUILD / "manifest.json"
    return _read(path, path.stat().st_mtime_ns) if path.exists() else {}


@cache
def _read(path: Path, _written: int) -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return content


def files_of(built: dict[str, dict[str, object]], name: str) -> set[str]:
    """Return the files of an entry with what it imports, now or later, its assets, and what its styles point to."""
    found: set[str] = set()
    waiting, seen = [name], {name}
    while waiting:
        entry = built.get(waiting.pop(), {})
        for key in ("css", "assets"):
            found.update(_names(entry.get(key)))
        if isinstance(entry.get("file"), str):
            found.add(str(entry["file"]))
        for key in ("imports", "dynamicImports"):
            fresh = [each for each in _names(entry.get(key)) if each not in seen]
            seen.update(fresh)
            waiting.extend(fresh)
    styles = [(BUILD / file).read_text(encoding="utf-8") for file in found if file.endswith(".css")]
    return found.union(*map(_POINTED.findall, styles))


def _names(told: object) -> list[str]:
    return [str(each) for each in told] if isinstance(told, list) else []


def stylesheet(source: str) -> Markup:
    """Link the stylesheet built from this source. Without a build the page is plain, which a system check tells."""
    entry = manifest().get(source)
    if entry is None:
        return Markup()
    return Markup('<link rel="stylesheet" href="{}">').format(static(f"build/{entry['file']}"))


def script(source: str) -> Markup:
    """Load the script built from this source as a module, after the page has been read."""
    entry = manifest().get(source)
    if entry is None:
        return Markup()
    return Markup('<script type="module" src="{}"></script>').format(escape(static(f"build/{entry['file']}")))


def check_build(**_kwargs: object) -> list[checks.CheckMessage]:
    """Tell at start that the pages' styles have not been built."""
    if manifest():
        return []
    return [checks.Warning("The pages' styles and scripts have not been built.", hint=HOW_TO_BUILD, id="shared.W001")]
