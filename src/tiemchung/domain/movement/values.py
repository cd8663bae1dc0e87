"""What passes in and out of movement: declarations before a journey, and what an officer finds in what is shown."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TypeAlias

import msgspec

from tiemchung.domain.certificates.values import Verdict, Word
from tiemchung.domain.places.values import Era

Code: TypeAlias = str


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """A declaration before a journey. It is stored nowhere: its code carries all of it, signed.

    Of the traveler it holds initials and birth year, which tie it to a card, and nothing else. Places are told as deep as
    the traveler likes: a province, a district or a commune, by its code of either era.
    """

    identifier: str
    initials: str
    born_year: int
    origin: Code
    destination: Code
    day: date
    origin_era: Era = Era.Y2021
    destination_era: Era = Era.Y2021


class Live(StrEnum):
    """Whether what was shown came with a code that turns: none on paper, an old one on a picture of a screen."""

    NONE = "none"
    LIVE = "live"
    OLD = "old"


class CheckWhy(StrEnum):
    """Why an officer's verdict differs from the signature's own.

    Of a journey: it touches a closed zone, or there is one somewhere within a place that was told no closer. Of any paper:
    the checkpoint lies in a zone that asks for a look at certificates too.
    """

    DECLARED = "declared"
    DECLARED_OTHER_DAY = "declared-other-day"
    OLD_CODE = "old-code"
    SEEN_ELSEWHERE = "seen-elsewhere"
    ZONE_CLOSED = "zone-closed"
    ZONE_WITHIN = "zone-within"
    ZONE_HERE = "zone-here"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer is told: the word, why, what lies beneath, and the token under which the passage is noted.

    `rule` names what decided, for the entry. `token` is empty where nothing readable was shown.
    """

    word: Word
    why: str
    rule: str
    token: str
    live: Live = Live.NONE
    certificate: Verdict | None = None
    declared: Declared | None = None
    zone: str = ""


class Decision(StrEnum):
    """What became of a traveler."""

    PASSED = "passed"
    LET_THROUGH = "let-through"
    HELD = "held"
    STOPPED = "stopped"
