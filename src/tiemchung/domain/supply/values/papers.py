"""Papers that come with a consignment, and what a logger's file tells of a fridge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Media(StrEnum):
    """What kind of file a paper is, by its first bytes and whatever its name says."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    HEIC = "image/heic"


@dataclass(frozen=True, kw_only=True)
class PaperShown:
    """A paper of a consignment, with the digest of its bytes that also stands in the journal."""

    id: UUID
    consignment: UUID
    name: str
    media: Media
    size: int
    sha256: str
    told_by: UUID | None
    kept_at: datetime


@dataclass(frozen=True, kw_only=True)
class Logged:
    """One point of a logger's file."""

    at: datetime
    temp_c: float


@dataclass(frozen=True, kw_only=True)
class LotOutside:
    """How long a lot in the fridge was outside its own product's limits by the logger; `worst_c` is the farthest outside."""

    lot: str
    product: str
    low_c: float | None
    high_c: float
    minutes: int
    worst_c: float | None


@dataclass(frozen=True, kw_only=True)
class LoggerHeard:
    """What a logger's file told: points, span, extremes, minutes outside the fridge's limits, and each lot's own account.

    `fresh` is whether this file had not been told before.
    """

    fresh: bool
    points: int
    first: datetime
    last: datetime
    lowest_c: float
    highest_c: float
    minutes_outside: int
    lots: tuple[LotOutside, ...]
