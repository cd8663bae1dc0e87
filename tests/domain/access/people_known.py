"""Accounts and persons for tests of claims and proofs: each function states what a test does not care about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.chair import arrival, record
from tiemchung.domain.access import actions
from tiemchung.domain.access.values import Link, Relation
from tiemchung.domain.people.values import IdentifierTold, PersonBlock
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import reaching

NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
SITE = "79-0001"
PHONE, OTHER_PHONE = "0903123218", "0912000111"


def account(phone: str = PHONE) -> UUID:
    """Return an account as a first sign-in makes one."""
    made, hashed = uuid7(), sealing.lookup_hash("phone", phone)
    with reaching(Reach(account=made)):
        database.run(
            "insert into access_account (id, phone_hash, phone, opened_at) values (%s, %s, %s, now())",
            [made, hashed, sealing.seal("identity", datetime.now(tz=UTC).date(), phone.encode(), made.bytes)],
        )
    return made


def told(**values: Any) -> PersonBlock:
    usual: dict[str, Any] = {
        "name": "Trần Thị Mai",
        "born": "1980-05-01",
        "sex": "female",
        "identifiers": [IdentifierTold(kind="personal-number", value="079180004417")],
        "commune": "26740",
    }
    return PersonBlock(**(usual | values))


def claimed(owner: UUID, relation: Relation = Relation.SELF, **values: Any) -> Link:
    return actions.claim(owner, told(**values), relation=relation, link=uuid7(NOW), now=NOW)


def arrived_person(**values: Any) -> UUID:
    """Return a person who was met at the site."""
    person = uuid7(NOW)
    with reaching(Reach(sites=frozenset({SITE}))):
        record(arrival(person, **values))
    return person


def desk(site: str = SITE) -> Actor:
    return Actor(
        id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.SCREEN}), reach=Reach(sites=frozenset({site}))
    )
