"""Ending proofs: a site withdraws them all, and a person who is told otherwise takes theirs off a phone or a birth year.

Whoever loses a book by it is told, for a wrong decision is noticed by nobody else.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.conf import settings

from tiemchung.domain.access.events import ProofWithdrawn
from tiemchung.domain.access.policy import may_vouch
from tiemchung.domain.access.queries.signing import account_of_phone, phone_of
from tiemchung.domain.access.values import LinkState, ProvedHow, Relation
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Channel, Message
from tiemchung.domain.people import queries as people_queries
from tiemchung.domain.people import rules as people_rules
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import reaching

REPLACED = "phone-replaced"
"""Why a link ends whose phone is not its person's any more; the message that tells so has the same name."""


def withdraw_proofs(person: UUID, *, reason: str, by: Actor, site: str, now: datetime) -> None:
    """Withdraw every proof of this person at a site: all accounts lose the book, slips and phones hold no longer."""
    if not may_vouch(by, site=site):
        raise NotPermitted(site=site)
    rows = people_queries.ids_of(person)
    with reaching(Reach(sites=frozenset({site}), books=rows)):
        for row in rows:
            database.run(
                "update access_link set ended_at = %s, ended_why = %s where person = %s and state = %s "
                "and ended_at is null",
                [now, reason, row, LinkState.PROVED],
            )
            void_codes(row, now=now)
            database.run(
                "update access_confirmedphone set ended_at = %s where person_id = %s and ended_at is null", [now, row]
            )
        withdraw(rows, link=None, why=reason, actor=by, now=now)


def replace_phones(person: UUID, gone: Collection[str], *, phone: str, by: Actor, now: datetime) -> None:
    """Let nothing open this person's book that hung on a phone which is not theirs any more; `phone` is theirs now.

    What was confirmed of other phones ends. The accounts of those phones, and of the numbers that are `gone`, lose the
    link by which they were the person, and their open sign-ins; each of them is told. In the caller's transaction, which
    has decided it.
    """
    rows, stays = people_queries.ids_of(person), _phone_hash(phone)
    hashes = {_phone_hash(number) for number in gone}
    with reaching(Reach(books=rows)):
        for row in sorted(rows):
            ended = database.rows(
                "update access_confirmedphone set ended_at = %s where person_id = %s and phone_hash <> %b "
                "and ended_at is null returning phone_hash",
                [now, row, stays],
            )
            hashes |= {bytes(hashed) for (hashed,) in ended}
    accounts = [account for hashed in sorted(hashes - {stays}) if (account := account_of_phone(hashed))]
    told = {people_rules.phone_key(number) for number in gone} - {people_rules.phone_key(phone)}
    for account in accounts:
        if _shut_out(account, rows, by=by, now=now):
            told.add(phone_of(account))
    tell_phones(sorted(told), REPLACED, now=now)


def end_other_years(person: UUID, *, born_year: int, now: datetime) -> None:
    """End what was confirmed of this person's phones under another birth year, which it would go on asking for."""
    rows = people_queries.ids_of(person)
    with reaching(Reach(books=rows)):
        for row in sorted(rows):
            held = database.rows(
                "select phone_hash, year_hash from access_confirmedphone where person_id = %s and ended_at is null",
                [row],
            )
            for phone, year in held:
                if bytes(year) != year_hash(bytes(phone).hex(), born_year):
                    database.run(
                        "update access_confirmedphone set ended_at = %s where person_id = %s and phone_hash = %b",
                        [now, row, bytes(phone)],
                    )


def withdraw(persons: Collection[UUID], *, link: UUID | None, why: str, actor: Actor, now: datetime) -> None:
    """Withdraw the proofs of these persons, or that of one link, and tell so. The session reaches them."""
    events: list[Event] = []
    about = {}
    for person in sorted(persons):
        touched = database.run(
            "update access_proof set withdrawn_at = %s, withdrawn_why = %s "
            "where person_id = %s and id = coalesce(%s, id) and withdrawn_at is null",
            [now, why, person, link],
        )
        if touched:
            events.append(ProofWithdrawn(id=uuid7(now), at=now, person=person, reason=why))
            about[events[-1].id] = person
    tell(events, persons=about, actor=actor, now=now)


def tell(events: Collection[Event], *, persons: dict[UUID, UUID], actor: Actor, now: datetime) -> None:
    """Append these facts, which belong to no site."""
    with reaching(Reach()):
        journal.append(list(events), actor=actor, recorded_at=now, persons=persons)


def tell_phones(phones: Collection[str], template: str, *, now: datetime) -> None:
    """Send each of these phones the message of this name, with the way to the book."""
    link = f"{settings.TIEMCHUNG_PUBLIC_URL}/so-suc-khoe/"
    notices.send(
        [
            Message(
                id=uuid7(now),
                channel=Channel.SMS,
                template=template,
                values={"link": link},
                to_contact=phone,
                purpose=template,
            )
            for phone in phones
        ],
        now=now,
    )


def void_codes(person: UUID, *, now: datetime) -> None:
    """Let no slip that was handed to this person before open anything."""
    database.run(
        "update access_proofcode set void_at = %s where person = %s and spent_at is null and void_at is null",
        [now, person],
    )


def year_hash(salt: str, year: int) -> bytes:
    """Return the keyed hash of a birth year as it lies beside what it guards."""
    return sealing.lookup_hash("proof-year", f"{salt}\0{year}")


def _shut_out(account: UUID, rows: Collection[UUID], *, by: Actor, now: datetime) -> bool:
    """End the proved links by which this account is the person, or which hang on its phone, and its open sign-ins.

    Tells whether there were links.
    """
    with reaching(Reach(account=account, books=frozenset(rows))):
        ended = database.rows(
            "update access_link set ended_at = %s, ended_why = %s where account = %s and person = any(%s) "
            "and (relation = %s or how = %s) and state = %s and ended_at is null returning id, person",
            [now, REPLACED, account, sorted(rows), Relation.SELF, ProvedHow.PHONE, LinkState.PROVED],
        )
        for link, row in ended:
            withdraw([row], link=link, why=REPLACED, actor=by, now=now)
        # Real time, as all of a sign-in's.
        database.run("update access_signin set ended_at = now() where account = %s and ended_at is null", [account])
    return bool(ended)


def _phone_hash(phone: str) -> bytes:
    return sealing.lookup_hash("phone", people_rules.phone_key(phone))
