"""Telling a person otherwise, by a decision: name, birth and sex, an identity number, a phone, where they live.

A correction is a new fact. What stood before is kept beside it, with the decision that ended it; doses, visits and
everything medical stay as they were written. A number that was wrong finds nobody any more; one that was right until
another took its place ends, and still finds whom it named.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import policy, rules
from tiemchung.domain.people.errors import CorrectionEmpty, CorrectionUnreadable, EvidenceMissing, PersonOutOfReach
from tiemchung.domain.people.events import PersonCorrected
from tiemchung.domain.people.values import PersonCorrection
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Level
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.names import display_name, name_key, sorted_key
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing
from tiemchung.plumbing.rowsecurity import reaching

LONGEST_NAME = 80
"""Letters of a name; UI speaks of names of one letter and of eighty."""
LONGEST_NUMBER = 40
_PHONE = "phone"

_KEEP_FORMER = """
insert into people_former (person_id, id, ended_at, born_from, born_to, sex, commune, site, name, rewords, reached)
select id, %s, %s, born_from, born_to, sex, commune, site, name, %s, %s from people_person where id = %s
"""


def correct(person: UUID, to: PersonCorrection, *, decision: UUID, actor: Actor, now: datetime) -> list[str]:
    """Let a person be told otherwise from now on, in the caller's transaction, whose session reaches them.

    Returns the phones that were taken off them: what hung on those is the caller's to end.

    Refuses who may not mend (`not-permitted`) and what `check_correction` refuses. `decision` is the case that says so.
    """
    if not policy.may_correct(actor):
        raise NotPermitted
    database.row("select 1 from people_person where id = %s for update", [person])
    changed = check_correction(person, to, now=now)
    number = "" if _has_number(person, to) else rules.identifier_key(to.number)
    since = date.fromisoformat(to.number_since) if number and to.number_since else None
    wrong_kind = to.number_kind if number and since is None else ""
    gone = _take_away(person, kind=wrong_kind, phones=bool(to.phone))
    phone, phones = rules.phone_key(to.phone), [value for kind, value in gone if kind == _PHONE]
    if not changed and not number and phones == [phone]:
        raise CorrectionEmpty
    fact = PersonCorrected(
        id=uuid7(now),
        at=now,
        person=person,
        decision=decision,
        name=to.name.strip() if "name" in changed else "",
        born=to.born if "born_from" in changed else "",
        sex=to.sex if "sex" in changed else "",
        number_kind=to.number_kind if number else "",
        number=number,
        number_since=to.number_since if number else "",
        phone=phone,
        commune=changed.get("commune", ""),
        seen=tuple(to.seen),
    )
    kept = sealing.seal("identity", now.date(), msgspec.json.encode(gone), fact.id.bytes) if gone else None
    database.run(_KEEP_FORMER, [fact.id, now, bool(changed.keys() - {"commune"}), kept, person])
    site = _write(person, changed)
    if since is not None:
        database.run("select people_end_numbers(%s, %s, %s)", [person, to.number_kind, since])
    with reaching(Reach(sites=frozenset({site}))):
        if number:
            _add_number(to.number_kind, number, person, site=site, since=since, now=now)
        if phone:
            _add_phone(phone, person, site=site, now=now)
    journal.append([fact], actor=actor, recorded_at=now, persons={fact.id: person})
    return phones


def move(person: UUID, commune: str, *, decision: UUID, seen: tuple[str, ...], actor: Actor, now: datetime) -> None:
    """Let a person live in another commune from now on, in the caller's transaction, whose session reaches them."""
    fact = PersonCorrected(id=uuid7(now), at=now, person=person, decision=decision, commune=commune, seen=seen)
    database.run(_KEEP_FORMER, [fact.id, now, False, None, person])
    _write(person, {"commune": commune})
    journal.append([fact], actor=actor, recorded_at=now, persons={fact.id: person})


def check_correction(person: UUID, to: PersonCorrection, *, now: datetime) -> dict[str, Any]:
    """Return the columns that a correction writes of this person, with their values. Nothing is written.

    Refuses a person beyond reach (`person-out-of-reach`), what cannot be read (`correction-unreadable`), a number, a phone
    or a residence without what was seen for it (`evidence-missing`), and what stands already (`correction-empty`). Whoever
    proposes a correction that somebody else decides is told so at once.
    """
    row = database.row("select name, born_from, born_to, sex, commune from people_person where id = %s", [person])
    if row is None:
        raise PersonOutOfReach
    name, *stands = sealing.unseal(bytes(row[0]), person.bytes).decode(), *row[1:]
    changed = _read(to, person, now=now)
    if "name" in changed and display_name(to.name) == name:
        changed = {column: value for column, value in changed.items() if not column.startswith("name")}
    if (changed.get("born_from"), changed.get("born_to")) == (stands[0], stands[1]):
        changed = {column: value for column, value in changed.items() if not column.startswith("born")}
    for column, stood in (("sex", stands[2]), ("commune", stands[3])):
        if changed.get(column) == stood:
            del changed[column]
    if not changed and not to.phone and (not to.number or _has_number(person, to)):
        raise CorrectionEmpty
    return changed


def _read(to: PersonCorrection, person: UUID, *, now: datetime) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    name = display_name(to.name)
    if to.name.strip():
        if not any(letter.isalpha() for letter in name) or len(name) > LONGEST_NAME:
            raise CorrectionUnreadable(field="name")
        key = name_key(name)
        changed["name"] = sealing.seal("identity", now.date(), name.encode(), person.bytes)
        changed["name_key"] = sealing.lookup_hash("name", key)
        changed["name_tokens"] = sealing.lookup_hash("tokens", sorted_key(key))
    if to.born:
        born = _born(to.born, now=now)
        changed |= {"born_from": born.earliest, "born_to": born.latest}
    if to.sex:
        if to.sex not in rules.SEXES:
            raise CorrectionUnreadable(field="sex")
        changed["sex"] = rules.sex_number(to.sex)
    _insist_reached(to, now=now)
    if to.commune:
        changed["commune"] = to.commune
    return changed


def _insist_reached(to: PersonCorrection, *, now: datetime) -> None:
    """Refuse a number, a phone or a commune that is none, or that goes by nothing seen."""
    if to.number and not (to.number_kind and 0 < len(rules.identifier_key(to.number)) <= LONGEST_NUMBER):
        raise CorrectionUnreadable(field="number")
    if to.number_since:
        _insist_day(to.number_since, now=now)
    if to.phone and not rules.phone_key(to.phone):
        raise CorrectionUnreadable(field="phone")
    if to.commune and not _is_commune(to.commune):
        raise CorrectionUnreadable(field="commune")
    if to.wanting:
        raise EvidenceMissing(field=to.wanting[0])


def _insist_day(told: str, *, now: datetime) -> None:
    try:
        since = date.fromisoformat(told)
    except ValueError as error:
        raise CorrectionUnreadable(field="number_since") from error
    if since > business_day(now):
        raise CorrectionUnreadable(field="number_since")


def _born(told: str, *, now: datetime) -> PartialDate:
    try:
        born = PartialDate.parse(told)
    except ValueError as error:
        raise CorrectionUnreadable(field="born") from error
    if born.earliest > business_day(now):
        raise CorrectionUnreadable(field="born")
    return born


def _is_commune(code: str) -> bool:
    found = [unit for era in Era if (unit := places.unit(era, code))]
    return any(unit.level is Level.COMMUNE for unit in found)


def _has_number(person: UUID, to: PersonCorrection) -> bool:
    """Tell whether the person is known by this very number already."""
    if not to.number:
        return False
    hashed = _number_hash(to.number_kind, rules.identifier_key(to.number))
    found = database.rows("select person_id from people_holders(%b::bytea[])", [arrays.binaries([hashed])])
    return any(holder == person for (holder,) in found)


def _number_hash(kind: str, number: str) -> bytes:
    return sealing.lookup_hash(f"identifier:{kind}", number)


def _take_away(person: UUID, *, kind: str, phones: bool) -> list[tuple[str, str]]:
    """Take the numbers of this kind, and the phones, off a person; return what they were, by kind."""
    if not kind and not phones:
        return []
    gone = database.rows("select kind, hash, sealed from people_take_away(%s, %s, %s)", [person, kind, phones])
    return sorted(
        (kind, sealing.unseal(bytes(sealed), person.bytes + bytes(hashed)).decode()) for kind, hashed, sealed in gone
    )


def _write(person: UUID, changed: Mapping[str, Any]) -> str:
    """Write the columns of a person's row; return the site that made it."""
    row = database.row("select site, commune from people_person where id = %s", [person])
    if row is None:
        raise PersonOutOfReach
    if changed:
        # Somebody may have moved out of the ward that decides: the row is written as its old and its new ward see it.
        communes = frozenset({row[1], changed.get("commune", row[1])})
        with reaching(Reach(sites=frozenset({row[0]}), communes=communes)):
            database.run(
                f"update people_person set {', '.join(f'{column} = %s' for column in changed)} where id = %s",
                [*changed.values(), person],
            )
    return str(row[0])


def _add_number(kind: str, number: str, person: UUID, *, site: str, since: date | None, now: datetime) -> None:
    """Let a person be known by this number from now on; with a personal number an old card ends."""
    hashed = _number_hash(kind, number)
    sealed = sealing.seal("identity", now.date(), number.encode(), person.bytes + hashed)
    database.run(
        "insert into people_identifier (hash, kind, person_id, site, recorded_at, sealed, valid_from) "
        "values (%b, %s, %s, %s, %s, %b, %s)",
        [hashed, kind, person, site, now, sealed, since],
    )
    database.run("select people_end_succeeded(%b::uuid[], %s)", [arrays.uuids([person]), since or business_day(now)])


def _add_phone(phone: str, person: UUID, *, site: str, now: datetime) -> None:
    """Let a person be reached at this phone, as told at the site that made them."""
    hashed = sealing.lookup_hash("phone", phone)
    sealed = sealing.seal("identity", now.date(), phone.encode(), person.bytes + hashed)
    database.run(
        "insert into people_contact (hash, person_id, site, recorded_at, sealed) values (%b, %s, %s, %s, %b)",
        [hashed, person, site, now, sealed],
    )
