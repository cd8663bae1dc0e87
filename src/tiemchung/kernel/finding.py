"""What a rule finds. A fact is kept with its findings beside it; only an intention can be refused because of one."""

from __future__ import annotations

from enum import IntEnum
from uuid import UUID

import msgspec


class Severity(IntEnum):
    """How much a finding weighs."""

    NOTES = 1
    WARNS = 2
    BLOCKS = 3


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: a stable code, its weight, the source of the rule ("" for ours), the entry it is about.

    `days_missing` belongs to a wait that was too short.
    """

    code: str
    severity: Severity = Severity.WARNS
    source: str = ""
    entry: UUID | None = None
    days_missing: int | None = None
