"""What people typed, read with distrust: ids, days and words that a form or an address sent."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

_WRITTEN = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})")


def uuid_in(text: str | None) -> UUID | None:
    """Return the id that a form sent, None if it sent none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def day_in(text: str | None) -> date | None:
    """Return the day that a form (23/10/2021) or an address (2021-10-23) names, None if it names none."""
    written = _WRITTEN.fullmatch((text or "").strip())
    try:
        return date(int(written[3]), int(written[2]), int(written[1])) if written else date.fromisoformat(text or "")
    except ValueError:
        return None


def words_in(text: str | None, *, longest: int) -> str:
    """Return what somebody typed as one line: no control characters, no more than so many letters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())[:longest]
