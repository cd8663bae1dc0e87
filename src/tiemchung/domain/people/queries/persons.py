"""Reading persons. Whoever asks for a name gives a purpose, and the view is logged."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import rules
from tiemchung.domain.people.values import (
    IdentifierShown,
    IdentifierTold,
    PersonBlock,
    PersonFacts,
    PersonNamed,
    PersonShort,
    PersonShown,
)
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.names import display_name, token_key
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database, sealing


def facts(persons: Collection[UUID]) -> dict[UUID, PersonFacts]:
    """Return residence, sex, birth and target group of those of these persons that are here. No identity: nothing is logged."""
    found = database.rows(
        "select person_id, commune, sex, born_from, born_to, target_group from people_facts_of(%b::uuid[])",
        [arrays.uuids(list(persons))],
    )
    return {
        person: PersonFacts(
            person=person,
            commune=commune,
            sex=rules.SEXES[sex],
            born_from=born_from,
            born_to=born_to,
            target_group=target_group,
        )
        for person, commune, sex, born_from, born_to, target_group in found
    }


def known(persons: Collection[UUID]) -> set[UUID]:
    """Return those of these persons that are here. No identity: nothing is logged."""
    found = database.rows("select person_id from people_facts_of(%b::uuid[])", [arrays.uuids(list(persons))])
    return {person for (person,) in found}


NUMBERS = """
select person_id, kind, hash, sealed, valid_from, valid_to from people_identifier where person_id = any(%b::uuid[])
order by valid_to desc nulls first, kind <> 'personal-number', recorded_at desc, hash
"""
# The number that holds before those that ended, the personal number before others.


def persons(
    identifiers: Sequence[UUID], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> dict[UUID, PersonShown]:
    """Return those of these persons that the actor reaches, as a screen may show them. The view is logged in one insert."""
    wanted = arrays.uuids(identifiers)
    numbers: defaultdict[UUID, list[IdentifierShown]] = defaultdict(list)
    for person, kind, hashed, sealed, since, until in database.rows(NUMBERS, [wanted]):
        clear = sealing.unseal(bytes(sealed), person.bytes + bytes(hashed)).decode()
        shown = IdentifierShown(kind=kind, value=rules.last_digits(clear), valid_from=since, valid_to=until)
        numbers[person].append(shown)
    phones = {
        person: rules.last_digits(sealing.unseal(bytes(sealed), person.bytes + bytes(hashed)).decode(), 3)
        for person, hashed, sealed in database.rows(
            "select person_id, hash, sealed from people_contact where person_id = any(%b::uuid[])", [wanted]
        )
    }
    found = database.rows(
        "select id, name, sex, born_from, born_to, commune, target_group from people_person where id = any(%b::uuid[])",
        [wanted],
    )
    journal.log_views([row[0] for row in found], actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return {
        person: PersonShown(
            person=person,
            name=sealing.unseal(bytes(name), person.bytes).decode(),
            born=str(PartialDate.between(born_from, born_to) or ""),
            sex=rules.SEXES[sex],
            identifiers=numbers[person],
            phone=phones.get(person),
            commune=commune,
            target_group=target_group,
        )
        for person, name, sex, born_from, born_to, commune, target_group in found
    }


def shows(shown: PersonShown, told: PersonBlock) -> bool:
    """Tell whether what a screen shows of a person is what a block tells: name, birth, sex, and the ends of their numbers.

    A number that holds no more may be told, and need not be.
    """
    numbers = {(one.kind, rules.last_digits(rules.identifier_key(one.value))) for one in told.identifiers}
    held = {(one.kind, one.value) for one in shown.identifiers if one.valid_to is None}
    phone = rules.last_digits(rules.phone_key(told.phone), 3) if told.phone else None
    return (
        (shown.name, shown.born, shown.sex) == (display_name(told.name), told.born, told.sex)
        and held <= numbers <= {(one.kind, one.value) for one in shown.identifiers}
        and shown.phone == phone
    )


def corrections_of(wanted: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the last correction of name, birth or sex of those of these persons that had one. Ids and nothing else."""
    return dict(
        database.rows(
            "select distinct on (person_id) person_id, id from people_former where person_id = any(%b::uuid[]) "
            "and rewords order by person_id, ended_at desc, id desc",
            [arrays.uuids(list(wanted))],
        )
    )


def restricted(wanted: Collection[UUID]) -> set[UUID]:
    """Return those of these persons whose data serve care and the law alone. Ids and nothing else."""
    found = database.rows(
        "select p from unnest(%b::uuid[]) as p where people_is_restricted(p)", [arrays.uuids(list(wanted))]
    )
    return {person for (person,) in found}


def restricted_since(person: UUID, *, purpose: Purpose) -> datetime | None:
    """Return since when the use of these data is restricted, for the session that reaches the person; None if it is not."""
    del purpose
    row = database.row(
        "select since from people_restriction where person_id = any(%b::uuid[]) and ended_at is null order by since",
        [arrays.uuids(list(ids_of(person)))],
    )
    return row[0] if row else None


def names_to_sign(wanted: Collection[UUID]) -> dict[UUID, PersonNamed]:
    """Return name and birth of those of these persons that are here, for certificates to sign: nobody looks."""
    return {
        person: PersonNamed(
            person=person,
            name=sealing.unseal(bytes(name), person.bytes).decode(),
            born=str(PartialDate.between(born_from, born_to) or ""),
        )
        for person, name, born_from, born_to in database.rows(
            "select id, name, born_from, born_to from people_person where id = any(%b::uuid[])",
            [arrays.uuids(list(wanted))],
        )
    }


def holders_of(
    kind: str, number: str, *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> frozenset[UUID]:
    """Return every person in the country who has this identity number, for staff who hold the card. The view is logged.

    Ids and nothing else: `persons` tells of those whom the session reaches.
    """
    hashed = sealing.lookup_hash(f"identifier:{kind}", rules.identifier_key(number))
    found = database.rows("select person_id from people_holders(%b::bytea[])", [arrays.binaries([hashed])])
    holders = sorted({person for (person,) in found})
    journal.log_views(holders, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return frozenset(holders)


_SHARED = """
select w.id, o.person_id from unnest(%b::uuid[]) as w(id)
join people_person p on p.id = w.id
join people_identifier a on a.person_id = w.id
join lateral (
    select b.person_id from people_identifier b join people_person q on q.id = b.person_id
    where b.hash = a.hash and b.kind = a.kind and b.person_id <> w.id
      and (q.name_tokens <> p.name_tokens or q.born_to < p.born_from or p.born_to < q.born_from)
    order by b.person_id limit 1
) o on true
order by 1, 2
"""
# By the key of the directory, and one holder alone: a number that a thousand desks type for "none" is one doubt each.


def numbers_of_another(persons: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Return those of these persons with whose identity number somebody of another name or birth was told first, and whom.

    Whoever is known to be the same human being is left out. Ids and nothing else; for a session that sees every person.
    """
    found = database.rows(_SHARED, [arrays.uuids(sorted(persons))])
    same = ids_of_many({person for person, _ in found})
    return sorted({(person, other) for person, other in found if other not in same[person]})


def short_of(
    persons: Sequence[UUID], *, token_key: bytes, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> dict[UUID, PersonShort]:
    """Return those of these persons that the session reaches, as a tablet takes them along: as little as finds somebody.

    The view is logged. Tokens are those of `token_of` under this key.
    """
    wanted = arrays.uuids(persons)
    numbers: defaultdict[UUID, list[IdentifierTold]] = defaultdict(list)
    tokens: defaultdict[UUID, list[bytes]] = defaultdict(list)
    for person, kind, hashed, sealed in database.rows(
        "select person_id, kind, hash, sealed from people_identifier where person_id = any(%b::uuid[]) order by 1, 2, 3",
        [wanted],
    ):
        clear = sealing.unseal(bytes(sealed), person.bytes + bytes(hashed)).decode()
        numbers[person].append(IdentifierTold(kind=kind, value=rules.last_four(clear)))
        tokens[person].append(token_of(clear, key=token_key))
    found = database.rows(
        "select id, name, sex, born_from, born_to from people_person where id = any(%b::uuid[])", [wanted]
    )
    journal.log_views([row[0] for row in found], actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return {
        person: PersonShort(
            person=person,
            name=sealing.unseal(bytes(name), person.bytes).decode(),
            born_year=born_from.year if born_from and born_to and born_from.year == born_to.year else None,
            sex=rules.SEXES[sex],
            last_four=numbers[person],
            tokens=tokens[person],
        )
        for person, name, sex, born_from, born_to in found
    }


def token_of(number: str, *, key: bytes) -> bytes:
    """Return the first 16 bytes of HMAC-SHA-256 under `key` over a number as it is compared (letters and digits, capitals).

    Whoever has read a number off a card finds the person by it; nobody reads a number out of it.
    """
    return hmac.digest(key, rules.identifier_key(number).encode(), "sha256")[: sealing.LOOKUP_BYTES]


def ids_of(person: UUID) -> frozenset[UUID]:
    """Return every person row that is this human being now, the row itself included."""
    return ids_of_many([person])[person]


def ids_of_many(wanted: Collection[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """Return for each person every row that is the same human being now. One query, whatever the number.

    Few have a second row: only those are told by the database.
    """
    others: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for root, linked in database.rows(
        "select root, id from people_linked(%b::uuid[]) where id <> root", [arrays.uuids(list(set(wanted)))]
    ):
        others[root].append(linked)
    return {person: frozenset((person, *others.get(person, ()))) for person in wanted}


def phones_to_call(
    persons: Collection[UUID], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> dict[UUID, str]:
    """Return the whole phone of each of these persons for somebody who calls them; who has none is absent. Logged."""
    found = phones_of(persons)
    journal.log_views(list(found), actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return found


def joined(pairs: Collection[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Return those of these pairs (the lower id first) whose rows a link of their own makes one now."""
    return set(
        database.rows(
            "select s.person, s.other from people_same_as s join unnest(%b::uuid[], %b::uuid[]) as x(person, other) "
            "on s.person = x.person and s.other = x.other where s.valid_to is null",
            [arrays.uuids([one for one, _ in pairs]), arrays.uuids([other for _, other in pairs])],
        )
    )


def with_phone(persons: Collection[UUID]) -> set[UUID]:
    """Return those of these persons who can be phoned, of those that the session reaches. No number is read.

    Whom the register told to be dead nobody calls and nobody writes to.
    """
    found = database.rows(
        "select distinct person_id from people_contact where person_id = any(%b::uuid[]) "
        "and ((select not people_any_dead()) or not people_is_dead(person_id))",
        [arrays.uuids(list(persons))],
    )
    return {person for (person,) in found}


def phones_of(persons: Collection[UUID]) -> dict[UUID, str]:
    """Return the phone of each of these persons, as last told; who has none, or is told to be dead, is absent.

    For jobs that send, not for eyes.
    """
    return {
        person: sealing.unseal(bytes(sealed), person.bytes + bytes(hashed)).decode()
        for person, hashed, sealed in database.rows(
            "select person_id, hash, sealed from people_contact where person_id = any(%b::uuid[]) "
            "and ((select not people_any_dead()) or not people_is_dead(person_id)) order by recorded_at",
            [arrays.uuids(list(persons))],
        )
    }


def told_like(among: Collection[UUID] | None, *, name: str, phone: str) -> set[UUID]:
    """Return whom the session reaches who was told with this name, in whatever order, or with this phone; no name is read.

    A name is looked for only `among` persons who are known for another reason: alone it is many people's.
    """
    found: set[UUID] = set()
    if phone:
        hashed = sealing.lookup_hash("phone", rules.phone_key(phone))
        found.update(who for (who,) in database.rows("select person_id from people_contact where hash = %b", [hashed]))
    if name and among:
        tokens = sealing.lookup_hash("tokens", token_key(name))
        named = "select id from people_person where id = any(%b::uuid[]) and name_tokens = %b"
        found.update(who for (who,) in database.rows(named, [arrays.uuids(list(among)), tokens]))
    return found
