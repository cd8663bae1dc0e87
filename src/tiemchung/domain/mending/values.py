"""What is asked to be mended, and how such a request stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

LONGEST_STORY = 2_000
"""Letters of a complaint's own words. Ours: about a page, far below the 16 KB of an entry."""


class ComplaintKind(msgspec.Struct, frozen=True, kw_only=True):
    """One thing people ask to have mended, with how long an answer may take; a row of `complaint_kinds.csv`."""

    code: str
    label_vi: str
    label_en: str
    answered_within: timedelta


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    ANSWERED = "answered"


class ComplaintTold(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint as somebody writes it: `id` is made where it is written, so that sending it twice files one.

    `site` is the code of the site it is about, empty if not known; `phone` is where the answer goes, if anywhere.
    """

    id: UUID
    kind: str
    story: str
    site: str = ""
    phone: str = ""


class ComplaintFiled(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt: the number to ask by, and until when an answer is due."""

    number: str
    due_at: datetime


class ComplaintStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How a complaint stands, for whoever holds its number. Nothing of what was told is in it."""

    number: str
    kind: str
    filed_at: datetime
    due_at: datetime
    state: ComplaintState
