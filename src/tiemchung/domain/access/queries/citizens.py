"""What access knows of citizens: an account's links, who is proved, who holds a book, what a desk may see of a claim."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.access.errors import DeskCodeRefused, LinkUnknown
from tiemchung.domain.access.policy import may_vouch
from tiemchung.domain.access.rules import claims, codes
from tiemchung.domain.access.values import ClaimShown, Holder, Link, LinkState, ProvedHow, Relation
from tiemchung.domain.people import queries as people
from tiemchung.domain.people import rules as people_rules
from tiemchung.domain.people.values import PersonBlock
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.names import display_name
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing
from tiemchung.plumbing.rowsecurity import looking

_LINK = "select id, account, person, relation, state, how, since, told from access_link "


def proved_persons(persons: Collection[UUID]) -> dict[UUID, datetime]:
    """Return since when each of these persons is proved behind some account; who is not, is absent.

    A person known under several ids is asked for under each of them.
    """
    return dict(database.rows("select person_id, since from access_proved(%b::uuid[])", [arrays.uuids(list(persons))]))


def links_of(account: UUID, *, purpose: Purpose, now: datetime) -> list[Link]:
    """Return whom an account holds, itself first, then by when they came. A grown child's link shows as ended.

    What is returned is what the account typed itself; nothing of the persons is read, so no view is logged.
    """
    del purpose
    with looking(Reach(account=account)):
        return _standing(open_links(account), now=now)


def open_links(account: UUID) -> list[Link]:
    """Return an account's links that nobody has ended. The session must be that account's."""
    found = database.rows(f"{_LINK} where account = %s and ended_at is null order by relation <> 'self', id", [account])
    return [_link(row) for row in found]


def own_link(account: UUID, link: UUID) -> Link:
    """Return this link of this account; any other is refused as unknown, whoever it belongs to."""
    row = database.row(f"{_LINK} where id = %s and account = %s and ended_at is null", [link, account])
    if row is None:
        raise LinkUnknown
    return _link(row)


def citizen_actor(account: UUID, *, now: datetime) -> Actor:
    """Return the actor that an account is: no powers, and the reach of the persons whose book it opens by a proof."""
    return actor_with(account, links_of(account, purpose=Purpose.OWN, now=now))


def actor_with(account: UUID, links: Collection[Link]) -> Actor:
    """Return the actor that an account with these links is, `links_of` having told them."""
    proved = [link.person for link in links if link.proved]
    same = people.ids_of_many(proved) if proved else {}
    persons = frozenset().union(*same.values())
    return Actor(id=account, kind=ActorKind.CITIZEN, reach=Reach(account=account, books=persons))


def citizen_of(account: UUID) -> Actor:
    """Return an account as who acts, without any person: for facts that it tells about itself."""
    return Actor(id=account, kind=ActorKind.CITIZEN, reach=Reach(account=account))


def holders_of(person: UUID, *, actor: Actor, purpose: Purpose) -> list[Holder]:
    """Return who opens this person's book, the actor's own link first; phones by their last three digits.

    Only for an actor who opens the book too: others are told nothing.
    """
    del purpose
    if person not in actor.reach.books:
        raise LinkUnknown
    rows = people.ids_of(person)
    found = database.rows(
        "select id, account, relation, since, phone from access_holders(%b::uuid[])", [arrays.uuids(sorted(rows))]
    )
    holders = [
        Holder(
            link=link,
            phone=people_rules.last_digits(sealing.unseal(bytes(phone), account.bytes).decode(), 3),
            relation=Relation(relation),
            since=since,
            own=account == actor.id,
        )
        for link, account, relation, since, phone in found
    ]
    return sorted(holders, key=lambda holder: (not holder.own, holder.since))


def phones_of_holders(person: UUID, *, but: UUID) -> list[str]:
    """Return the phones that open this person's book, one account's left out: for messages, not for eyes."""
    return [
        sealing.unseal(bytes(phone), account.bytes).decode()
        for _link, account, _relation, _since, phone in database.rows(
            "select id, account, relation, since, phone from access_holders(%b::uuid[])", [arrays.uuids([person])]
        )
        if account != but
    ]


def claims_at_desk(code: str, *, actor: Actor, site: str, purpose: Purpose) -> ClaimShown:
    """Return the claim whose code is shown at this desk, to be held beside the document. Refuses a code that is not good."""
    del purpose
    if not may_vouch(actor, site=site):
        raise NotPermitted(site=site)
    found = database.row("select account, link from access_desk_claim(%s)", [desk_hash(code)])
    if found is None:
        raise DeskCodeRefused
    with looking(Reach(account=found[0])):
        link = own_link(*found)
    told = link.told or PersonBlock(name="", born="", sex="unknown")
    return ClaimShown(
        link=link.id,
        relation=link.relation,
        name=display_name(told.name),
        born=told.born,
        sex=told.sex,
        identifiers=[number for _kind, number in masked_numbers(told)],
    )


def slip_in_hand(person: UUID, *, site: str, now: datetime) -> datetime | None:
    """Return when this site made the code on the slip of this person that still opens the book; None if there is none."""
    with looking(Reach(sites=frozenset({site}))):
        found = database.row(
            "select max(issued_at) from access_proofcode "
            "where person = %s and void_at is null and spent_at is null and expires_at > %s",
            [person, now],
        )
    return found[0] if found else None


def masked_numbers(told: PersonBlock) -> list[tuple[str, str]]:
    """Return the identity numbers of a claim by kind, with their last digits and no more."""
    return [(n.kind, people_rules.last_digits(people_rules.identifier_key(n.value))) for n in told.identifiers]


def phone_hash_of(account: UUID) -> bytes:
    """Return the keyed hash of the phone that an account is."""
    with looking(Reach(account=account)):
        found = database.row("select phone_hash from access_account where id = %s", [account])
    if found is None:
        raise LinkUnknown
    return bytes(found[0])


def desk_hash(code: str) -> bytes:
    """Return the keyed hash under which a code for the desk lies."""
    return sealing.lookup_hash("desk-code", codes.letters_of(code))


def _link(row: tuple[Any, ...]) -> Link:
    link, account, person, relation, state, how, since, told = row
    return Link(
        id=link,
        account=account,
        person=person,
        relation=Relation(relation),
        state=LinkState(state),
        how=ProvedHow(how) if how else None,
        since=since,
        told=None if told is None else msgspec.json.decode(sealing.unseal(bytes(told), link.bytes), type=PersonBlock),
    )


def _standing(links: list[Link], *, now: datetime) -> list[Link]:
    """Leave out children who have come of age: their book is their own."""
    children = [link.person for link in links if link.relation is Relation.CHILD and link.proved]
    today = business_day(now)
    grown = {
        person
        for person, facts in (people.facts(children) if children else {}).items()
        if facts.born is not None and claims.is_adult(facts.born, today)
    }
    return [link for link in links if link.person not in grown or link.relation is not Relation.CHILD]
