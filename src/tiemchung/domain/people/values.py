"""What is told of a person, and what is shown of one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.events import Code


class IdentifierTold(msgspec.Struct, frozen=True, kw_only=True):
    """An identity number as it was read or typed; `kind` is a code of `identifier_rules.csv`."""

    kind: Code
    value: str


class PersonBlock(msgspec.Struct, frozen=True, kw_only=True):
    """Who arrived, told by a device that does not know the person (PROTOCOL, `arrived`). This is what creates a person.

    `born` is a year, a year and month, or a day; `sex` is FHIR's administrative gender; `commune` is a code of either era.
    """

    name: str
    born: str
    sex: str
    identifiers: list[IdentifierTold] = []
    phone: str | None = None
    commune: Code | None = None
    target_group: Code | None = None


class PersonTold(msgspec.Struct, frozen=True, kw_only=True):
    """A person block with the person it makes, the entry that told it, the row's site and the center's instant."""

    entry: UUID
    person: UUID
    block: PersonBlock
    site: str
    recorded_at: datetime


class PersonFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What rules and counters need of a person, and no name: residence, birth, sex, target group."""

    person: UUID
    commune: str
    sex: str
    born: PartialDate | None
    target_group: str


class PersonShown(msgspec.Struct, frozen=True, kw_only=True):
    """A person as a screen may show one: the name in full, identifiers and phone by their last digits only."""

    person: UUID
    name: str
    born: str
    sex: str
    identifiers: list[IdentifierTold]
    phone: str | None
    commune: str
    target_group: str


class PersonNamed(msgspec.Struct, frozen=True, kw_only=True):
    """A person's name and birth (empty where nothing is known), to be signed or printed."""

    person: UUID
    name: str
    born: str
