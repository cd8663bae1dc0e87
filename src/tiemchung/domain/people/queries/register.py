"""What the population register says of persons, who is to be asked about, and how the line to it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings

from tiemchung.domain.people import rules
from tiemchung.domain.people.engine.circuit import Circuit
from tiemchung.domain.people.queries.persons import NUMBERS
from tiemchung.domain.people.values import (
    CheckedList,
    Differing,
    IdentifierTold,
    PersonToCheck,
    Verification,
    fields_of,
)
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database, sealing


def register_is_set() -> bool:
    """Tell whether this platform has a population register to ask."""
    return bool(settings.TIEMCHUNG_REGISTER_URL)


def to_check(wanted: Collection[UUID]) -> list[PersonToCheck]:
    """Return those of these persons that are here with what the register is asked about, for the job: nobody looks."""
    packed = arrays.uuids(sorted(wanted))
    numbers: defaultdict[UUID, list[IdentifierTold]] = defaultdict(list)
    for person, kind, hashed, sealed, _, until in database.rows(NUMBERS, [packed]):
        if until is None:
            clear = sealing.unseal(bytes(sealed), person.bytes + bytes(hashed)).decode()
            numbers[person].append(IdentifierTold(kind=kind, value=clear))
    return [
        PersonToCheck(
            person=person,
            name=sealing.unseal(bytes(name), person.bytes).decode(),
            born=str(PartialDate.between(born_from, born_to) or ""),
            sex=rules.SEXES[sex],
            numbers=numbers[person],
        )
        for person, name, sex, born_from, born_to in database.rows(
            "select id, name, sex, born_from, born_to from people_person where id = any(%b::uuid[]) order by id",
            [packed],
        )
    ]


def verifications(wanted: Collection[UUID]) -> dict[UUID, Verification]:
    """Return what the register says of those of these persons whom the session reaches. No identity: nothing is logged."""
    found = database.rows(
        "select person_id, state from people_register_state where person_id = any(%b::uuid[])",
        [arrays.uuids(sorted(wanted))],
    )
    states = {person: Verification(state) for person, state in found}
    return {person: states.get(person, Verification.NOT_YET) for person in wanted}


MOST_COUNTED: Final = 10_000
"""So many persons of a state are counted for a page; beyond, it says that there are more."""
_STATES_OF = """
select s, (select count(*) from (
    select 1 from people_register_state r where r.commune = any(%b::text[]) and r.state = s limit %s) found)
from generate_series(0, 3) s
"""


class LineShown(NamedTuple):
    """How the line to the register has been, in real time; `reason` is why it failed last, empty after an answer.

    `held` is why nobody is asked about until somebody has looked, empty while it goes on.
    """

    circuit: Circuit
    answered_at: datetime | None
    failed_at: datetime | None
    reason: str
    held: str


def circuit() -> Circuit:
    """Return whether the register may be asked, as all processes have found it."""
    row = database.row("select failures, pause_s, until from people_register_line")
    return Circuit(failures=row[0], pause_s=row[1], until=row[2]) if row else Circuit()


def register_line() -> LineShown:
    """Return how the line to the register is. No person is in it: nothing is logged."""
    row = database.row("select answered_at, failed_at, reason, held from people_register_line") or (None, None, "", "")
    return LineShown(circuit(), *row)


def waiting_for_register() -> int:
    """Return how many persons wait to be asked about, for whoever runs the platform: all are counted."""
    ((waiting,),) = database.rows("select count(*) from people_register_state where due_at is not null")
    return int(waiting)


def verified_in(communes: Sequence[str]) -> dict[Verification, int]:
    """Return how many persons of these wards, of those whom the session reaches, are in each state, up to a bound."""
    counted = dict(database.rows(_STATES_OF, [arrays.texts(communes), MOST_COUNTED]))
    return {state: counted[state] for state in Verification}


def in_state(communes: Sequence[str], state: Verification, *, after: UUID | None, limit: int) -> list[UUID]:
    """Return the next persons of these wards who are in a state, of those whom the session reaches. Ids and nothing else."""
    found = database.rows(
        "select person_id from people_register_state where commune = any(%b::text[]) and state = %s and person_id > %s "
        "order by person_id limit %s",
        [arrays.texts(communes), state, after or UUID(int=0), limit],
    )
    return [person for (person,) in found]


_CHECKED = "select id, commune, sent_by, sent_at, signed_by, signed_at from people_register_list"
_STATES_OF_LIST = """
select coalesce(s.state, 0), count(*), count(*) filter (where s.due_at is not null)
from people_register_listed l left join people_register_state s on s.person_id = l.person_id
where l.list = %s group by 1
"""
_OF_LIST = """
select l.person_id, coalesce(s.fields, 0)
from people_register_listed l left join people_register_state s on s.person_id = l.person_id
where l.list = %s and coalesce(s.state, 0) = %s and l.person_id > %s order by l.person_id limit %s
"""
LISTS_SHOWN: Final = 20


def checked_list(identifier: UUID) -> CheckedList | None:
    """Return a list that was sent to the register, with its four states, of those that the session reaches."""
    found = database.rows(f"{_CHECKED} where id = %s", [identifier])
    return _checked(found[0]) if found else None


def checked_lists(communes: Sequence[str]) -> list[CheckedList]:
    """Return the lists that these wards sent, the newest first."""
    found = database.rows(
        f"{_CHECKED} where commune = any(%b::text[]) order by sent_at desc, id limit %s",
        [arrays.texts(communes), LISTS_SHOWN],
    )
    return [_checked(row) for row in found]


def _checked(row: tuple[Any, ...]) -> CheckedList:
    counted = {state: (count, due) for state, count, due in database.rows(_STATES_OF_LIST, [row[0]])}
    return CheckedList(
        id=row[0],
        commune=row[1],
        sent_by=row[2],
        sent_at=row[3],
        signed_by=row[4],
        signed_at=row[5],
        counts={state: counted.get(state, (0, 0))[0] for state in Verification},
        waiting=sum(due for _, due in counted.values()),
    )


def of_list(
    identifier: UUID, state: Verification, *, purpose: Purpose, after: UUID | None, limit: int
) -> list[Differing]:
    """Return the next persons of a list who are in a state, with the fields that differ; `persons` names them."""
    del purpose
    found = database.rows(_OF_LIST, [identifier, state, after or UUID(int=0), limit])
    return [Differing(person=person, fields=fields_of(bits)) for person, bits in found]
