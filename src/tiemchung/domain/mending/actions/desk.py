"""A case on a desk while a step of it is taken: locked within reach, and the step kept as a row and a fact."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import policy
from tiemchung.domain.mending.errors import CaseClosed, CaseUnknown, CaseWordsMissing, StepOfAnotherCase
from tiemchung.domain.mending.values import (
    CENTER,
    LONGEST_STORY,
    NO_SITE,
    NOT_ME,
    WITHDRAW,
    CaseState,
    Origin,
    Outcome,
    StepKind,
    joins,
)
from tiemchung.domain.people.values import PersonCorrection
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.events import Event
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import reaching


class Locked(NamedTuple):
    """A case as it stands while a step of it is taken, locked until the transaction ends."""

    id: UUID
    origin: Origin
    kind: str
    site: str
    commune: str
    state: CaseState
    owner: UUID | None
    outcome: Outcome | None
    proposed_by: UUID | None
    person: UUID | None
    other: UUID | None
    dose: UUID | None
    number: str
    proposed: PersonCorrection | None

    @property
    def disputes(self) -> bool:
        """Tell whether it is about whose a dose is."""
        return self.dose is not None and self.kind in (NOT_ME, WITHDRAW)


@contextmanager
def at_their_desks(actor: Actor, *, and_site: str = "") -> Iterator[None]:
    """Reach the desks whose cases this actor works, and the one to which a case goes."""
    reach = policy.desks_of(actor)
    with reaching(Reach(sites=reach.sites | {and_site} - {""}, communes=reach.communes)):
        yield


def locked(case: UUID, *, actor: Actor, step: UUID, what: StepKind | None = None) -> Locked:
    """Lock a case on one of the actor's desks. A step that was taken before may find it decided by itself."""
    found = locked_within_reach(case)
    if found is None or not policy.may_mend(actor, site=found.site, commune=found.commune):
        raise CaseUnknown(case=case)
    if found.state is CaseState.DECIDED and not _may_open_again(found, what) and not was_taken(step, case):
        raise CaseClosed(case=case)
    return found


def locked_within_reach(case: UUID) -> Locked | None:
    """Lock a case that the session reaches, whoever may work it; None where it reaches none of this id."""
    row = database.row(
        "select id, origin, kind, site, commune, state, owner, outcome, proposed_by, person, other, dose, sealed, proposed "
        "from mending_case where id = %s for update",
        [case],
    )
    if row is None:
        return None
    return Locked(
        id=row[0],
        origin=Origin(row[1]),
        kind=row[2],
        site=row[3],
        commune=row[4],
        state=CaseState(row[5]),
        owner=row[6],
        outcome=Outcome(row[7]) if row[7] else None,
        proposed_by=row[8],
        person=row[9],
        other=row[10],
        dose=row[11],
        number=msgspec.json.decode(sealing.unseal(bytes(row[12]), row[0].bytes))["number"],
        proposed=None
        if row[13] is None
        else msgspec.json.decode(sealing.unseal(bytes(row[13]), row[0].bytes), type=PersonCorrection),
    )


def _may_open_again(found: Locked, what: StepKind | None) -> bool:
    """Tell whether the step may be taken with a decided case: one that joined two records is opened again, whenever."""
    return what is StepKind.DISAGREED and joins(found.kind, found.outcome)


def was_taken(step: UUID, case: UUID) -> bool:
    """Tell whether this step of this case was taken before."""
    return database.row("select 1 from mending_step where id = %s and of_case = %s", [step, case]) is not None


def newest_proposal(case: UUID) -> UUID | None:
    """Return the step that proposed last how a case should end."""
    row = database.row(
        "select id from mending_step where of_case = %s and what = %s order by at desc, id desc limit 1",
        [case, StepKind.PROPOSED],
    )
    return row[0] if row else None


def site_of(desk: str) -> str:
    """Return the site of a desk, "" where it is the center's or a ward's."""
    return "" if desk in (CENTER, NO_SITE) else desk


def keep_step(
    found: Locked,
    step: UUID,
    what: StepKind,
    fact: Event,
    *,
    by: Actor,
    now: datetime,
    text: str = "",
    to_site: str = "",
    outcome: Outcome | None = None,
) -> None:
    """Keep a step of a case as a row and a fact; sent twice it is one. Refuses the step of another case."""
    noted = database.run(
        "insert into mending_step (id, of_case, by, at, what, site, commune, to_site, outcome, text) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        [
            *(step, found.id, by.id, now, what, found.site, found.commune, to_site, outcome),
            sealing.seal("health", now.date(), text.encode(), step.bytes) if text else None,
        ],
    )
    if noted:
        site = site_of(found.site)
        persons = {} if found.person is None else {step: found.person}
        journal.append([fact], actor=by, recorded_at=now, site=site, persons=persons)
    elif not was_taken(step, found.id):
        raise StepOfAnotherCase(step=step)


def words_of(text: str) -> str:
    """Return the words of a step, cut where they are too long. Refuses a step that needs words and has none."""
    words = text.replace("\r\n", "\n").strip()[:LONGEST_STORY]
    if not words:
        raise CaseWordsMissing
    return words
