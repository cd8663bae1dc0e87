"""What people type: numbers with the marks of either language, days, times, ids. What cannot be read is None."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from uuid import UUID

from django.http import QueryDict

from tiemchung.faces.shared.words import Words, said, t
from tiemchung.kernel.clock import VIET_NAM

LONGEST = 200
"""Characters of any text of a form that are kept; ours."""
_GROUPED = re.compile(r"\d{1,3}([. ,]\d{3})+")
_WHOLE = re.compile(r"\d{1,8}")
_DECIMAL = re.compile(r"-?\d{1,3}(\.\d{1,2})?")


def text_in(form: QueryDict, name: str) -> str:
    """Return a text without blanks around it, cut to what we keep."""
    return form.get(name, "").strip()[:LONGEST]


def whole(text: str | None) -> int | None:
    """Read a whole number: 1200, 1.200 or 1,200."""
    told = (text or "").strip().replace("\u00a0", " ")
    if _GROUPED.fullmatch(told):
        told = re.sub(r"[. ,]", "", told)
    return int(told) if _WHOLE.fullmatch(told) and told.isascii() else None


def decimal(text: str | None) -> float | None:
    """Read a temperature: 4,7 or 4.7, -18 or −18."""
    told = (text or "").strip().replace(",", ".").replace("\u2212", "-").replace("–", "-")
    return float(told) if _DECIMAL.fullmatch(told) and told.isascii() else None


def day(text: str | None) -> date | None:
    """Read a day as a date field sends it, or as people write it: 2021-12-31 or 31/12/2021."""
    told = (text or "").strip()
    if found := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", told):
        told = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def instant(on: date, text: str | None) -> datetime | None:
    """Read a time of day in Viet Nam on a day: 16:50."""
    try:
        return datetime.combine(on, time.fromisoformat((text or "").strip()), tzinfo=VIET_NAM)
    except ValueError:
        return None


def identifier(text: str | None) -> UUID | None:
    """Read an id."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def amount_wrong() -> str:
    """Say what is wrong with an amount."""
    return t("Ghi số, từ 1 trở lên.", "Enter a number, 1 or more.")


def missing(name: Words) -> str:
    """Say that the field of this name is empty."""
    return t("Ghi {what}.", "Enter the {what}.", what=said(name))
