"""What passes in and out of notices: messages to be sent, what goes over a gateway, and where each stands."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Channel(StrEnum):
    """How a message reaches somebody. What is printed is carried by people and passes no gateway."""

    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    PRINT = "print"


class Kind(StrEnum):
    """Codes go out first and have a budget of their own; everything else waits its turn."""

    CODE = "code"
    OTHER = "other"


class State(StrEnum):
    """Where a message stands. Each is in exactly one."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    NO_CONTACT = "no-contact"
    REFUSED = "refused"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `id` is the key: sent twice, it goes out once. It names a person or a contact, never both.

    `values` fill the template; an SMS takes no identity and no health. `expires_at` is real time: after it a code is
    not worth sending. `purpose` says in a word what it is about, for the tally.
    """

    id: UUID
    channel: Channel
    template: str
    values: dict[str, str] = {}
    to_person: UUID | None = None
    to_contact: str | None = None
    language: str = "vi"
    purpose: str = ""
    campaign: str = ""
    site: str | None = None
    expires_at: datetime | None = None


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A row of message_templates.csv: one text for one channel, in both languages."""

    code: str
    kind: Kind
    channel: Channel
    vi: str
    en: str


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway is given. The id is the key by which it delivers once, however often it is told."""

    id: UUID
    channel: Channel
    to: str
    text: str


class Outcome(StrEnum):
    """What a gateway says of one message."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    LATER = "later"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A gateway's answer for one message; `reason` is its own word."""

    id: UUID
    outcome: Outcome
    reason: str = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one message stands, and why; by which channel it goes, and when it was handed to us for sending."""

    state: State
    reason: str
    channel: Channel
    queued_at: datetime


class OutboxLine(msgspec.Struct, frozen=True, kw_only=True):
    """A message as the simulated operator of the demo received it."""

    at: datetime
    channel: Channel
    to: str
    text: str
