"""The queue of cases for those who work them, one case with its steps, and how one's own requests stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.access import queries as access
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import policy
from tiemchung.domain.mending.errors import CaseUnknown
from tiemchung.domain.mending.values import (
    CENTER,
    LETTERS,
    NO_SITE,
    CaseListed,
    CaseShown,
    CaseStanding,
    CaseState,
    Origin,
    Outcome,
    Rung,
    StepKind,
    StepShown,
    ToldFacts,
)
from tiemchung.domain.people.rules import last_digits
from tiemchung.domain.people.values import PersonCorrection
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database, sealing
from tiemchung.plumbing.rowsecurity import reaching

LIST_LIMIT = 100
"""Rows of one list. Ours: more than anybody works through in a day; what is due first stands first."""

_COLUMNS = "id, origin, kind, site, commune, filed_at, due_at, state, owner, outcome, proposed_by, decided_at, level"


def cases_waiting(*, actor: Actor, limit: int = LIST_LIMIT) -> list[CaseListed]:
    """Return the cases that wait on the actor's desks, what is due first on top. They name nobody."""
    return _of_desks("state <> 'decided' order by due_at, id", actor=actor, limit=limit)


def cases_decided(*, actor: Actor, limit: int = LIST_LIMIT) -> list[CaseListed]:
    """Return the cases that were decided on the actor's desks, the latest first."""
    return _of_desks("state = 'decided' order by decided_at desc, id", actor=actor, limit=limit)


def _of_desks(which: str, *, actor: Actor, limit: int) -> list[CaseListed]:
    with reaching(policy.desks_of(actor)):
        found = database.rows(f"select {_COLUMNS} from mending_case where {which} limit %s", [limit])
    return _listed([row for row in found if policy.may_mend(actor, site=row[3], commune=row[4])])


def _listed(rows: Sequence[tuple[Any, ...]]) -> list[CaseListed]:
    names = access.staff_names([row[8] for row in rows if row[8] is not None])
    return [
        CaseListed(
            id=row[0],
            origin=Origin(row[1]),
            kind=row[2],
            site="" if row[3] in (CENTER, NO_SITE) else row[3],
            commune="" if row[4] == NO_SITE else row[4],
            filed_at=row[5],
            due_at=row[6],
            state=CaseState(row[7]),
            owner=row[8],
            owner_name=names.get(row[8], ""),
            outcome=Outcome(row[9]) if row[9] else None,
            proposed_by=row[10],
            decided_at=row[11],
            level=Rung(row[12]),
        )
        for row in rows
    ]


def case(identifier: UUID, *, actor: Actor, purpose: Purpose) -> CaseShown:
    """Return one case of the actor's desks with what was told; refuses any other as unknown (`case-unknown`).

    Of persons it holds ids alone: who asks for their names, or for the dose, is logged there with the purpose.
    """
    with reaching(policy.desks_of(actor)):
        row = database.row(
            f"select {_COLUMNS}, sealed, person, other, dose, proposed, reason, confirmed_at from mending_case where id = %s",
            [identifier],
        )
        if row is None or not policy.may_mend(actor, site=row[3], commune=row[4]):
            raise CaseUnknown(case=identifier)
        (listed,) = _listed([row])
        told = _told(listed, purpose=purpose)
        slips = database.rows("select id from mending_slip where of_case = %s order by id", [identifier])
    return CaseShown(
        listed=listed,
        number=msgspec.json.decode(sealing.unseal(bytes(row[13]), identifier.bytes))["number"],
        story=told.get("story", ""),
        phone_shown=last_digits(told["phone"], 3) if told.get("phone") else "",
        person=row[14],
        other=row[15],
        dose=row[16],
        proposed=None if row[17] is None else _proposed(row[17], identifier),
        reason=row[18] or "",
        facts=ToldFacts(**{name: told.get(name, "") for name in ToldFacts.__struct_fields__}),
        slips=tuple(slip for (slip,) in slips),
        confirmed=row[19] is not None,
    )


def _proposed(sealed: bytes, case: UUID) -> PersonCorrection:
    """Return how a person is to be told by the proposal of a case."""
    return msgspec.json.decode(sealing.unseal(bytes(sealed), case.bytes), type=PersonCorrection)


def slip(identifier: UUID, *, case_: UUID, actor: Actor, purpose: Purpose, viewed_at: datetime) -> bytes | None:
    """Return a photo that came with a case of the actor's desks, as a JPEG of ours; None if there is none such.

    Refuses a case out of reach as unknown. Where the case is about a known person the look is logged.
    """
    found = case(case_, actor=actor, purpose=purpose)
    with reaching(policy.desks_of(actor)):
        row = database.row("select sealed from mending_slip where id = %s and of_case = %s", [identifier, case_])
        if row is not None and found.person is not None:
            persons = [found.person]
            journal.log_views(persons, actor=actor, purpose=purpose, viewed_at=viewed_at, site=found.listed.site)
    return None if row is None else sealing.unseal(bytes(row[0]), identifier.bytes)


def _told(listed: CaseListed, *, purpose: Purpose) -> dict[str, str]:
    """Return what was told, and the phone that was left; the session reaches the case's desk."""
    if listed.origin in LETTERS:
        return letter_of(listed.id)
    if listed.origin is Origin.BOOK:
        return {"story": access.story_of_request(listed.id, purpose=purpose)}
    return {}


def letter_of(complaint: UUID) -> dict[str, str]:
    """Return what a complaint told, as it lies sealed; the session reaches its desk."""
    found = database.row("select sealed from mending_complaint where id = %s", [complaint])
    if found is None:
        return {}
    return msgspec.json.decode(sealing.unseal(bytes(found[0]), complaint.bytes), type=dict[str, str])


def phone_of_complaint(complaint: UUID) -> str:
    """Return the phone that was left for the answer, "" if none was: for the message, not for eyes."""
    return letter_of(complaint).get("phone", "")


def day_of_complaint(complaint: UUID) -> str:
    """Return on which day the dose of a complaint was given, as it was written, "" if that was not told."""
    return letter_of(complaint).get("day", "")


def steps_of(identifier: UUID, *, actor: Actor, purpose: Purpose) -> list[StepShown]:
    """Return what was done with a case, in order; refuses as `case` does."""
    case(identifier, actor=actor, purpose=purpose)
    with reaching(policy.desks_of(actor)):
        rows = database.rows(
            "select id, what, at, by, to_site, outcome, text from mending_step where of_case = %s order by at, id",
            [identifier],
        )
    names = access.staff_names([row[3] for row in rows if row[3] is not None])
    return [
        StepShown(
            id=row[0],
            what=StepKind(row[1]),
            at=row[2],
            by_name=None if row[3] is None else names.get(row[3], ""),
            site=row[4],
            outcome=Outcome(row[5]) if row[5] else None,
            text="" if row[6] is None else sealing.unseal(bytes(row[6]), row[0].bytes).decode(),
        )
        for row in rows
    ]


def standing_of_requests(requests: Collection[UUID], *, purpose: Purpose) -> dict[UUID, CaseStanding]:
    """Return how the cases of these requests stand, for the account that asked; the session is its own.

    One whose case is not open yet (some seconds) is absent.
    """
    del purpose
    return {
        row[0]: CaseStanding(
            number=msgspec.json.decode(sealing.unseal(bytes(row[1]), row[0].bytes))["number"],
            due_at=row[2],
            state=CaseState(row[3]),
            outcome=Outcome(row[4]) if row[4] and row[3] == CaseState.DECIDED else None,
        )
        for row in database.rows(
            "select id, sealed, due_at, state, outcome from mending_case where id = any(%b::uuid[])",
            [arrays.uuids(list(requests))],
        )
    }


def decided_by_nobody(cases: Collection[UUID]) -> set[UUID]:
    """Return those of these cases that linkage opened and that no clerk has decided or opened again. Ids and nothing else."""
    found = database.rows(
        "select c.id from mending_case c where c.id = any(%b::uuid[]) and c.state = 'decided' and c.decided_by is null",
        [arrays.uuids(sorted(cases))],
    )
    return {case for (case,) in found}
