"""What a decision or the person's own word changes: a corrected name, birth or sex, and a restriction of the use of data.

A correction is a new fact. What stood before is kept beside it, with the decision that ended it; doses, visits and
everything medical stay as they were written.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import policy, queries, rules
from tiemchung.domain.people.errors import CorrectionEmpty, CorrectionUnreadable, PersonOutOfReach
from tiemchung.domain.people.events import PersonCorrected, RestrictionLifted, UseRestricted
from tiemchung.domain.people.values import PersonCorrection
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

_KEEP_FORMER = """
insert into people_former (person_id, id, ended_at, born_from, born_to, sex, commune, site, name)
select id, %s, %s, born_from, born_to, sex, commune, site, name from people_person where id = %s
"""


def correct(person: UUID, to: PersonCorrection, *, decision: UUID, actor: Actor, now: datetime) -> None:
    """Let a person be told otherwise from now on, in the caller's transaction, whose session reaches them.

    Refuses who may not mend (`not-permitted`), a correction that changes nothing (`correction-empty`) or cannot be read
    (`correction-unreadable`), and a person beyond reach (`person-out-of-reach`). `decision` is the case that says so.
    """
    if not policy.may_correct(actor):
        raise NotPermitted
    database.row("select 1 from people_person where id = %s for update", [person])
    changed = check_correction(person, to, now=now)
    fact = PersonCorrected(
        id=uuid7(now),
        at=now,
        person=person,
        decision=decision,
        name=to.name.strip() if "name" in changed else "",
        born=to.born if "born_from" in changed else "",
        sex=to.sex if "sex" in changed else "",
    )
    if not database.run(_KEEP_FORMER, [fact.id, now, person]):
        raise PersonOutOfReach
    database.run(
        f"update people_person set {', '.join(f'{column} = %s' for column in changed)} where id = %s",
        [*changed.values(), person],
    )
    journal.append([fact], actor=actor, recorded_at=now, persons={fact.id: person})


def check_correction(person: UUID, to: PersonCorrection, *, now: datetime) -> dict[str, Any]:
    """Return the columns that a correction of this person writes, with their values; refuses as `correct` does.

    Nothing is written: whoever proposes a correction that somebody else decides is told at once what is wrong with it.
    """
    row = database.row("select name, born_from, born_to, sex from people_person where id = %s", [person])
    if row is None:
        raise PersonOutOfReach
    stands_name, *stands = sealing.unseal(bytes(row[0]), person.bytes).decode(), *row[1:]
    changed = _read(to, person, now=now)
    if "name" in changed and display_name(to.name) == stands_name:
        changed = {column: value for column, value in changed.items() if not column.startswith("name")}
    if (changed.get("born_from"), changed.get("born_to")) == (stands[0], stands[1]):
        changed = {column: value for column, value in changed.items() if not column.startswith("born")}
    if changed.get("sex") == stands[2]:
        del changed["sex"]
    if not changed:
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
        try:
            born = PartialDate.parse(to.born)
        except ValueError as error:
            raise CorrectionUnreadable(field="born") from error
        if born.earliest > business_day(now):
            raise CorrectionUnreadable(field="born")
        changed |= {"born_from": born.earliest, "born_to": born.latest}
    if to.sex:
        if to.sex not in rules.SEXES:
            raise CorrectionUnreadable(field="sex")
        changed["sex"] = rules.sex_number(to.sex)
    return changed


def restrict(person: UUID, *, decision: UUID, actor: Actor, now: datetime) -> None:
    """Let a person's data serve care and the law alone from now on; restricted twice, they are restricted once."""
    if not policy.may_correct(actor):
        raise NotPermitted
    row = database.row("select site, commune from people_person where id = %s", [person])
    if row is None:
        raise PersonOutOfReach
    fact = UseRestricted(id=uuid7(now), at=now, person=person, decision=decision)
    fresh = database.run(
        "insert into people_restriction (person_id, id, since, site, commune) values (%s, %s, %s, %s, %s) "
        "on conflict do nothing",
        [person, fact.id, now, *row],
    )
    if fresh:
        journal.append([fact], actor=actor, recorded_at=now, persons={fact.id: person})


def lift_restriction(person: UUID, *, actor: Actor, now: datetime) -> None:
    """End a restriction by the word of whose data they are. Refuses anybody else; where there is none, nothing happens."""
    if not policy.may_lift(actor, person):
        raise NotPermitted
    with reaching(actor.reach):
        ended = database.run(
            "update people_restriction set ended_at = %s where person_id = any(%b::uuid[]) and ended_at is null",
            [now, arrays.uuids(sorted(queries.ids_of(person)))],
        )
    if ended:
        fact = RestrictionLifted(id=uuid7(now), at=now, person=person)
        with reaching(Reach()):
            journal.append([fact], actor=actor, recorded_at=now, persons={fact.id: person})
