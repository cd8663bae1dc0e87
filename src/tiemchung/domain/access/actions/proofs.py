"""Claims and proofs. What an account types is claimed; only a proof opens a book, and a proof can be withdrawn.

Nothing here looks for a person by a number, and nothing answers differently for a person who exists (DESIGN, law 5).
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from django.db import transaction

from tiemchung.domain.access.actions import ending, whose
from tiemchung.domain.access.actions.asking import MOST_PROOF_TRIES, count_up
from tiemchung.domain.access.errors import (
    ClaimIncomplete,
    DeskCodeRefused,
    LinkUnknown,
    ProofCodeOver,
    ProofRefused,
    TooManyTries,
)
from tiemchung.domain.access.events import IdentityProved
from tiemchung.domain.access.policy import may_vouch
from tiemchung.domain.access.queries import citizens as queries
from tiemchung.domain.access.queries import signing
from tiemchung.domain.access.queries.signing import phone_of
from tiemchung.domain.access.rules import claims, codes
from tiemchung.domain.access.values import Link, LinkState, ProvedHow, Relation
from tiemchung.domain.people import actions as people
from tiemchung.domain.people import queries as people_queries
from tiemchung.domain.people import rules as people_rules
from tiemchung.domain.people.values import PersonBlock, PersonTold
from tiemchung.kernel.actor import SYSTEM, Actor, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import opening, reaching

SLIP_TERM = timedelta(days=30)
"""How long a proof code holds (PROTOCOL, Attested and proved)."""
DESK_TERM = timedelta(minutes=10)
"""How long a code shown at a desk holds, in real time. Ours: it is made while one stands there."""


# --- claims ------------------------------------------------------------------------------------------------------


def claim(account: UUID, told: PersonBlock, *, relation: Relation, link: UUID, now: datetime) -> Link:
    """Put somebody on an account's list as it typed them. `link` is the key: told twice, it is one. Nobody is looked up.

    One of them is the account's holder: a second one is refused (`claim-incomplete`, of the `relation`).
    """
    field = claims.fault_of_claim(told, today=business_day(now), relation=relation)
    if field:
        raise ClaimIncomplete(field=field)
    with reaching(Reach(account=account)):
        made = database.run(
            "insert into access_link (id, account, person, relation, state, how, since, told, ended_why) "
            "values (%s, %s, %s, %s, %s, '', %s, %s, '') on conflict do nothing",
            [link, account, uuid7(now), relation, LinkState.CLAIMED, now, _sealed(told, link=link, now=now)],
        )
        if not made and relation is Relation.SELF:
            own = whose.oneself(queries.open_links(account))
            if own is not None and own.id != link:
                raise ClaimIncomplete(field="relation")
        return queries.own_link(account, link)


def amend_claim(account: UUID, link: UUID, told: PersonBlock, *, now: datetime) -> Link:
    """Put what an account typed of somebody right, while it is a claim. Nobody is looked up, and nothing else changes.

    The claim is of a person of its own from then on: what was told of the mistyped one stays with that one. Refuses what
    `claim` refuses, and a link that is no standing claim of this account (`link-unknown`).
    """
    with reaching(Reach(account=account)):
        before = queries.own_link(account, link)
        if before.state is not LinkState.CLAIMED:
            raise LinkUnknown
        field = claims.fault_of_claim(told, today=business_day(now), relation=before.relation)
        if field:
            raise ClaimIncomplete(field=field)
        if told == before.told:
            return before
        amended = database.run(
            "update access_link set told = %s, person = %s where id = %s and account = %s and state = %s "
            "and ended_at is null",
            [_sealed(told, link=link, now=now), uuid7(now), link, account, LinkState.CLAIMED],
        )
        if not amended:
            raise LinkUnknown
        return queries.own_link(account, link)


def end_link(account: UUID, link: UUID, *, why: str, now: datetime) -> None:
    """End one of this account's links, or another account's link to a person whose book this one opens by a proof.

    The proof behind it is withdrawn with it. What is ended already stays as it was. Whoever only helps a person shuts
    nobody out of that person's book (`link-unknown`), and who is shut out is told.
    """
    reach = queries.citizen_actor(account, now=now).reach
    with reaching(reach):
        ended = database.row(
            _END_LINK, [now, why, link, account, LinkState.PROVED, account, LinkState.PROVED, Relation.HELPED]
        )
        if ended is None:
            raise LinkUnknown
        person, state, theirs = ended
        if state == LinkState.PROVED:
            ending.withdraw([person], link=link, why=why, actor=_citizen(account), now=now)
    if theirs != account:
        ending.tell_phones([phone_of(theirs)], "book-shut-out", now=now)


_END_LINK = """
update access_link l set ended_at = %s, ended_why = %s where l.id = %s and l.ended_at is null and (
    l.account = %s or l.state = %s and exists (
        select 1 from access_link mine where mine.account = %s and mine.person = l.person and mine.ended_at is null
        and mine.state = %s and mine.relation <> %s
    )
) returning l.person, l.state, l.account
"""


# --- proofs by the person -------------------------------------------------------------------------------------------


def prove_by_code(
    account: UUID, code: str, birth_year: int, *, relation: Relation = Relation.SELF, claimed: UUID | None = None,
    now: datetime,
) -> Link:  # fmt: skip
    """Open the book of the person to whom the slip with this code was handed. Told again by the same account, the same.

    `claimed` is the link on whose page the code was typed: where name and birth year agree, the proved one takes its
    place. Whoever says "mine" without one stands for the claim of themselves. Refuses alike an unknown, used, expired or
    withdrawn code and a wrong year; five wrong years end a code.
    """
    if count_up("proof", str(account)) > MOST_PROOF_TRIES:
        raise TooManyTries
    letters = codes.letters_of(code)
    found = database.row(
        "select person, site, fits from access_try_code(%s, %s, %s, %s)",
        [_slip_hash(letters), ending.year_hash(letters, birth_year), account, now],
    )
    if found is None or not found[2]:
        raise ProofRefused
    return _prove(
        account, found[0], relation=relation, how=ProvedHow.CODE, site=found[1], claimed=claimed, by=None, now=now
    )


def prove_by_phone(account: UUID, birth_year: int, *, now: datetime) -> list[Link]:
    """Open the books of everybody born in this year who confirmed this account's phone as their own, face to face.

    An empty list is no answer about any person: nobody confirmed it, or not with this year. Of several who share a phone
    the one whom the account claimed to be is its holder, else who confirmed it first; the others it helps.
    """
    if count_up("proof", str(account)) > MOST_PROOF_TRIES:
        raise TooManyTries
    phone = queries.phone_hash_of(account)
    found = database.rows(
        "select person, site from access_confirmed(%s, %s)", [phone, ending.year_hash(phone.hex(), birth_year)]
    )
    with reaching(Reach(account=account)):
        own = whose.oneself(queries.open_links(account))
    if len(found) > 1 and own is not None and own.told is not None:
        told = own.told
        with reaching(Reach(account=account, books=frozenset(person for person, _site in found))):
            found.sort(key=lambda row: not whose.tells_of(told, row[0], account=account, now=now))
    return [
        _prove(account, person, relation=Relation.SELF, how=ProvedHow.PHONE, site=site, claimed=None, by=None, now=now)
        for person, site in found
    ]


def show_at_desk(account: UUID, link: UUID) -> str:
    """Return a short code by which a desk finds this claim for ten minutes, to hold it beside the document."""
    code = codes.written(secrets.randbits(5 * codes.DESK_LETTERS), codes.DESK_LETTERS)
    with reaching(Reach(account=account)):
        queries.own_link(account, link)
        database.run(
            "insert into access_deskcode (code_hash, account, link, expires_at) values (%s, %s, %s, %s)",
            [queries.desk_hash(code), account, link, datetime.now(tz=UTC) + DESK_TERM],
        )
    return code


# --- proofs by the staff --------------------------------------------------------------------------------------------


def issue_proof_code(
    person: UUID, *, born_year: int, by: Actor, site: str, now: datetime, key: UUID | None = None
) -> str:
    """Return the proof code for the slip that is handed to this person; it is kept as a hash.

    Asked again under the same `key`, by a page that is sent again, it is the code that was printed, while that opens
    the book (`proof-code-over`). A new code ends the one before it.
    """
    if by != SYSTEM and not may_vouch(by, site=site):
        raise NotPermitted(site=site)
    made = sealing.lookup_hash("proof-code-made", f"{key or uuid4()}{person}{site}")
    code = codes.written(int.from_bytes(made), codes.SLIP_LETTERS)
    letters = codes.letters_of(code)
    with reaching(Reach(sites=frozenset({site}))):
        printed = database.row(
            "select void_at is null and spent_at is null and expires_at > %s from access_proofcode where code_hash = %b",
            [now, _slip_hash(letters)],
        )
        if printed == (True,):
            return code
        if printed is not None:
            raise ProofCodeOver
        ending.void_codes(person, now=now)
        database.run(
            "insert into access_proofcode (code_hash, year_hash, person, site, issued_by, issued_at, expires_at, tries) "
            "values (%s, %s, %s, %s, %s, %s, %s, 0) on conflict do nothing",
            [_slip_hash(letters), ending.year_hash(letters, born_year), person, site, by.id, now, now + SLIP_TERM],
        )
    return code


def confirm_phone(person: UUID, phone: str, *, born_year: int, by: Actor, site: str, now: datetime) -> None:
    """Note that this person said at a site, face to face: this phone is mine. Told again, the first time stands.

    One that was ended, or confirmed under another birth year, is confirmed anew.
    """
    if by != SYSTEM and not may_vouch(by, site=site):
        raise NotPermitted(site=site)
    hashed = sealing.lookup_hash("phone", people_rules.phone_key(phone))
    # The person too: what was confirmed before may lie by another site, and stands or is renewed all the same.
    with reaching(Reach(sites=frozenset({site}), books=frozenset({person}))):
        database.run(_CONFIRM, [hashed, person, ending.year_hash(hashed.hex(), born_year), site, by.id, now])


_CONFIRM = """
insert into access_confirmedphone as p (phone_hash, person_id, year_hash, site, confirmed_by, confirmed_at)
values (%s, %s, %s, %s, %s, %s)
on conflict (phone_hash, person_id) do update set year_hash = excluded.year_hash, site = excluded.site,
    confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at, ended_at = null
where p.ended_at is not null or p.year_hash <> excluded.year_hash
"""


def confirm_told_phone(person: UUID, *, born_year: int, by: Actor, site: str, now: datetime) -> None:
    """Note that this person said at a site, face to face: the phone you have of me is mine. Without one nothing is noted."""
    with opening([person]):
        phone = people_queries.phones_of([person]).get(person)
    if phone is not None:
        confirm_phone(person, phone, born_year=born_year, by=by, site=site, now=now)


@transaction.atomic
def prove_at_desk(code: str, *, person: UUID | None, by: Actor, site: str, now: datetime) -> Link:
    """Confirm a claim whose code was shown at this desk, its holder's document seen; the code is spent.

    `person` is whom the site knows already; without one the claim itself makes the person. Refuses a code that is
    unknown, used or expired, alike.
    """
    if not may_vouch(by, site=site):
        raise NotPermitted(site=site)
    spent = database.row("select account, link from access_spend_desk_code(%s)", [queries.desk_hash(code)])
    if spent is None:
        raise DeskCodeRefused
    account, link = spent
    with reaching(Reach(account=account)):
        claimed = queries.own_link(account, link)
    if person is None and claimed.told is not None:
        made = PersonTold(entry=link, person=claimed.person, block=claimed.told, site=site, recorded_at=now)
        with reaching(Reach(sites=frozenset({site}))):
            people.fold_blocks([made])
    who = person or claimed.person
    if claimed.relation is Relation.SELF and claimed.told is not None:
        # Whoever shows the code on their own phone, document in hand, has confirmed that phone face to face.
        year = int(claimed.told.born[:4])
        confirm_phone(who, signing.phone_of(account), born_year=year, by=by, site=site, now=now)
    return _prove(account, who, relation=claimed.relation, how=ProvedHow.SITE, site=site, claimed=link, by=by, now=now)


# --- inside ------------------------------------------------------------------------------------------------------


def _prove(
    account: UUID,
    person: UUID,
    *,
    relation: Relation,
    how: ProvedHow,
    site: str,
    claimed: UUID | None,
    by: Actor | None,
    now: datetime,
) -> Link:
    with reaching(Reach(account=account, books=frozenset({person}))):
        before = next((held for held in queries.open_links(account) if held.person == person), None)
        if before is not None and before.proved:
            return before
        if before is None:
            before = _insert(account, person, relation=relation, how=how, claimed=claimed, now=now)
        else:
            relation = whose.relation_of(person, said=before.relation, page=None, own=None, now=now)
            database.run(
                "update access_link set state = %s, how = %s, since = %s, relation = %s where id = %s",
                [LinkState.PROVED, how, now, relation, before.id],
            )
        database.run(
            "insert into access_proof (person_id, id, how, since, site, by, withdrawn_why) "
            "values (%s, %s, %s, %s, %s, %s, '') on conflict do nothing",
            [person, before.id, how, now, site, None if by is None else by.id],
        )
        _warn_holders(person, but=account, now=now)
        told = IdentityProved(id=uuid7(now), at=now, person=person, how=how)
        ending.tell([told], persons={told.id: person}, actor=by or _citizen(account), now=now)
        return queries.own_link(account, before.id)


def _warn_holders(person: UUID, *, but: UUID, now: datetime) -> None:
    """Tell the other phones that open this book that one more does, so that they can shut it out."""
    ending.tell_phones(queries.phones_of_holders(person, but=but), "book-opened", now=now)


def _insert(
    account: UUID, person: UUID, *, relation: Relation, how: ProvedHow, claimed: UUID | None, now: datetime
) -> Link:
    """Make a proved link. A claim of the same person gives it what was typed and steps back; at a desk they are the same."""
    link, told = uuid7(now), None
    held = queries.open_links(account)
    page = next((each for each in held if each.id == claimed), None)
    own = whose.oneself(held)
    old = page or (own if relation is Relation.SELF else None)
    if old is not None and old.told is not None and not old.proved:
        same = whose.tells_of(old.told, person, account=account, now=now)
        if same or (page and how is ProvedHow.SITE):
            told = _sealed(old.told, link=link, now=now) if same else None
            database.run(
                "update access_link set ended_at = %s, ended_why = 'proved-as-another' where id = %s", [now, old.id]
            )
            own = None if old == own else own
    relation = whose.relation_of(person, said=relation, page=page, own=own, now=now)
    if relation is Relation.SELF and own is not None:
        # Somebody else was typed as oneself, and who it is has been proved now.
        database.run("update access_link set relation = %s where id = %s", [Relation.HELPED, own.id])
    database.run(
        "insert into access_link (id, account, person, relation, state, how, since, told, ended_why) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, '')",
        [link, account, person, relation, LinkState.PROVED, how, now, told],
    )
    return queries.own_link(account, link)


def _citizen(account: UUID) -> Actor:
    return queries.citizen_of(account)


def _sealed(told: PersonBlock, *, link: UUID, now: datetime) -> bytes:
    return sealing.seal("identity", now.date(), msgspec.json.encode(told), link.bytes)


def _slip_hash(letters: str) -> bytes:
    return sealing.lookup_hash("proof-code", letters)
