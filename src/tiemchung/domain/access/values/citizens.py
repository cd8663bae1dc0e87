"""Whose book is whose: links claimed and proved, presence shown at a desk, sign-ins, requests about own data."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tiemchung.domain.people.values import PersonBlock


class LinkState(StrEnum):
    """*Claimed* is what an account typed and nothing more; *proved* is what somebody made sure of (DESIGN, law 5)."""

    CLAIMED = "claimed"
    PROVED = "proved"


class Relation(StrEnum):
    """Whom a linked person is to whoever holds the phone: themselves, a minor in their care, somebody they help."""

    SELF = "self"
    CHILD = "child"
    HELPED = "helped"


class ProvedHow(StrEnum):
    """The ways in which a link is proved (PROTOCOL, Attested and proved)."""

    PHONE = "phone"
    CODE = "code"
    SITE = "site"


ADULT_AT_YEARS = 18
"""From this age on a guardian's link shows nothing: the grown child opens the book alone. Civil Code 2015, art. 20."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An account's tie to a person. `told` is what this account typed itself, and all that a claimed link may show."""

    id: UUID
    account: UUID
    person: UUID
    relation: Relation
    state: LinkState
    how: ProvedHow | None
    since: datetime
    told: PersonBlock | None

    @property
    def proved(self) -> bool:
        """Tell whether history and certificates open."""
        return self.state is LinkState.PROVED


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """An account that opens a person's book, as the others who open it see it: the phone by its last digits."""

    link: UUID
    phone: str
    relation: Relation
    since: datetime
    own: bool


class ClaimShown(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as the desk sees it beside the document: what the account typed, numbers by their last digits."""

    link: UUID
    relation: Relation
    name: str
    born: str
    sex: str
    identifiers: list[str]


class ShownHow(StrEnum):
    """What somebody showed at a desk. A book's signed code opens the record, the others doses, days and warnings.

    `NAME` is a name with the very birth date and a phone or a commune, that fit one person and no other.
    """

    CODE = "code"
    CARD = "card"
    NUMBER = "number"
    NAME = "name"


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody stands at a site's desk, until when (real time), by what they showed, and for which visit if for one."""

    id: UUID
    person: UUID
    site: str
    how: ShownHow
    visit: UUID | None
    ends_at: datetime


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A code is on its way. `token` goes into the asking browser's cookie: with any other the digits are worth nothing."""

    token: str
    channel: str
    number: str
    sent_at: datetime
    expires_at: datetime


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody signed in, in one browser."""

    account: UUID
    id: UUID
    opened_at: datetime


class BrowserListed(msgspec.Struct, frozen=True, kw_only=True):
    """A browser in which an account is signed in, for its owner to see and to end."""

    id: UUID
    browser: str
    opened_at: datetime
    seen_at: datetime


class About(StrEnum):
    """What somebody may ask about their own data."""

    CORRECT = "correct"
    RESTRICT = "restrict"
    NOT_ME = "not-me"


class RequestState(StrEnum):
    """Where such a request stands."""

    OPEN = "open"
    ANSWERED = "answered"


class OwnRequestShown(msgspec.Struct, frozen=True, kw_only=True):
    """A request about own data, as whoever asked and whoever answers sees it."""

    id: UUID
    person: UUID
    about: About
    dose: UUID | None
    story: str
    state: RequestState
    asked_at: datetime
    answer: str
    closed_at: datetime | None
