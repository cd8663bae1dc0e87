"""Facts of a visit and of a site's day, as they come over the wire."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec

from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.visits.values import Explained
from tiemchung.kernel.events import Code, Event, Small


class Arrived(Event, frozen=True, kw_only=True):
    """Somebody came; the block makes the person when the device did not know them."""

    visit: UUID
    person: UUID
    ticket: str
    campaign_session: UUID | None = None
    appointment: UUID | None = None
    block: PersonBlock | None = None


class Identified(Event, frozen=True, kw_only=True):
    """Somebody on the staff made sure who it is, and how."""

    visit: UUID
    person: UUID
    how: Literal["card-scanned", "document-seen", "known-to-officer", "told"]
    document: str | None = None


class Deferred(Event, frozen=True, kw_only=True):
    """No dose today: until when, if that is known, and a reason code."""

    visit: UUID
    person: UUID
    reason: str
    until: date | None = None


class Observed(Event, frozen=True, kw_only=True):
    """Somebody looked after the dose: how many minutes after it, and the state seen."""

    visit: UUID
    person: UUID
    minutes: Small
    state: str


class Released(Event, frozen=True, kw_only=True):
    """The observation ended: after how many minutes, in which state."""

    visit: UUID
    person: UUID
    minutes: Small
    state: str


class Left(Event, frozen=True, kw_only=True):
    """The person went before the end, after how many minutes, and a reason code."""

    visit: UUID
    person: UUID
    minutes: Small
    reason: str


class SessionOpened(Event, frozen=True, kw_only=True):
    """A campaign session began at the site."""

    campaign_session: UUID
    reason: str | None = None


class SessionStopped(Event, frozen=True, kw_only=True):
    """A campaign session was stopped, and why."""

    campaign_session: UUID
    reason: str


class SessionClosed(Event, frozen=True, kw_only=True):
    """A campaign session ended; `lines` are the day's lines as the device saw them."""

    campaign_session: UUID
    reason: str | None = None
    lines: dict[str, Any] | None = None


class ChangeSettled(Event, frozen=True, kw_only=True):
    """A lead looked at what became otherwise of a visit meanwhile, and said what holds; of two persons, and why."""

    visit: UUID
    person: UUID
    change: Code
    other: UUID
    verdict: Code
    why: str = ""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A WebAuthn assertion of the attester, base64url: their own signature, not the device's."""

    credential: str
    authenticator_data: str
    client_data: str
    signature: str


class Attested(Event, frozen=True, kw_only=True):
    """`staff` stands for the site's day (its lines under this hash) or for single doses.

    The proof signs the challenge of `wire.day_challenge` or `wire.doses_challenge`. Without one, only a page counts:
    there the signed-in person is the proof. `explained` says why lines of the day do not come to nothing.
    """

    day: date | None = None
    lines_hash: str | None = None
    doses: list[UUID] = msgspec.field(default_factory=list)
    explained: list[Explained] = msgspec.field(default_factory=list)
    proof: Proof | None = None
