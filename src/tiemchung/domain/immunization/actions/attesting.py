"""Standing for doses: of a site's day, or one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.access import queries as access
from tiemchung.domain.immunization import policy
from tiemchung.domain.immunization.events import (
    DosesAttested,
)
from tiemchung.domain.immunization.values import (
    DISPUTED,
    HOLDS_UP,
    DayStoodFor,
    DoseStatus,
)
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database

ATTESTED_AT_ONCE = 200
"""Doses named with their persons in one `doses-attested` fact: at 39 bytes an id its line stays under the 16 KB of an entry."""


def attest(site: str, day: date, *, by: UUID, before: datetime, actor: Actor, now: datetime) -> list[UUID]:
    """Attest a site's day: its doses recorded until `before`, free of findings, given by staff on the roster.

    Never a dose that the attester gave, typed or mended. The caller has checked the attester's own proof and the day's
    lines. Returns the doses attested now; told again, none.
    """
    return _attest(
        "d.site = %s and d.given_on = %s and d.recorded_at <= %s and d.findings & %s = 0 and d.vaccinator = any(%b::uuid[])",
        [site, day, before, HOLDS_UP, arrays.uuids(sorted(access.roster(site)))],
        by=by,
        site=site,
        actor=actor,
        now=now,
    )


def attest_doses(doses: Sequence[UUID], *, by: UUID, site: str, actor: Actor, now: datetime) -> list[UUID]:
    """Attest single doses of a site by a second person, never the one who gave or typed them. Returns those attested now.

    This is the second person's word on late, back-dated or flagged doses, so findings do not hold them up here. It
    covers the findings of now: one that a dose gets afterwards wants that word again. A disputed dose is left out: its
    case is decided first.
    """
    return _attest(
        "d.site = %s and d.id = any(%b::uuid[])", [site, arrays.uuids(doses)], by=by, site=site, actor=actor, now=now
    )


def attest_judged(days: Sequence[DayStoodFor], *, now: datetime) -> list[UUID]:
    """Attest what leads stood for when they closed these days and what was only then being judged. Told again, none.

    The same doses as `attest` takes: kept before the close, by staff on the roster, not the lead's own, and free of findings
    now that all told before the close was read. One mended after the close is not what the lead stood for.
    """
    if not days:
        return []
    on_roster = [(site, staff) for site in sorted({one.site for one in days}) for staff in sorted(access.roster(site))]
    with transaction.atomic(savepoint=False):
        found = database.rows(
            _ATTEST_JUDGED,
            [
                *(DoseStatus.ATTESTED, now),
                arrays.texts([one.site for one in days]),
                arrays.dates([one.day for one in days]),
                arrays.uuids([one.by for one in days]),
                arrays.instants([one.closed_at for one in days]),
                arrays.texts([site for site, _ in on_roster]),
                arrays.uuids([staff for _, staff in on_roster]),
            ],
        )
        doses: defaultdict[tuple[str, UUID], list[tuple[UUID, UUID]]] = defaultdict(list)
        for person, dose, site, by in found:
            doses[site, by].append((person, dose))
        for (site, by), some in sorted(doses.items()):
            _tell(some, by=by, site=site, actor=SYSTEM, now=now)
    return [dose for _, dose, _, _ in found]


# `status = 0` is a literal: the index of the doses that nobody stood for holds just these.
_ATTEST_JUDGED = f"""
update immunization_dose d set status = %s, attested_by = c.by, attested_at = %s, attested_findings = d.findings
from unnest(%b::text[], %b::date[], %b::uuid[], %b::timestamptz[]) as c(site, day, by, closed_at)
where d.status = 0 and d.site = c.site and d.given_on = c.day and d.recorded_at <= c.closed_at and d.findings & {HOLDS_UP} = 0
  and (d.site, d.vaccinator) in (select * from unnest(%b::text[], %b::uuid[]))
  and d.vaccinator <> c.by and d.recorder is distinct from c.by
  and not exists (
    select 1 from immunization_amendment a
    where a.person_id = d.person_id and a.dose = d.id and (a.staff = c.by or a.recorded_at > c.closed_at))
returning d.person_id, d.id, d.site, c.by
"""


def _attest(which: str, values: Sequence[object], *, by: UUID, site: str, actor: Actor, now: datetime) -> list[UUID]:
    if not policy.may_attest(actor, site) and actor != SYSTEM:
        raise NotPermitted(site=site)
    with transaction.atomic(savepoint=False):
        found = database.rows(
            "update immunization_dose d set status = %s, attested_by = %s, attested_at = %s, "
            f"attested_findings = d.findings where {which} "
            # Attested before, but not with a finding that came later: somebody must stand for that one too.
            "and d.findings & %s = 0 and (d.status = %s or d.status = %s and d.findings & ~d.attested_findings & %s <> 0) "
            "and d.vaccinator <> %s and d.recorder is distinct from %s "
            # Who gave a dose could name another as its vaccinator and then stand for it: nobody attests what they mended.
            "and not exists (select 1 from immunization_amendment a "
            "where a.person_id = d.person_id and a.dose = d.id and a.staff = %s) returning d.person_id, d.id",
            [
                *(DoseStatus.ATTESTED, by, now, *values),
                *(DISPUTED, DoseStatus.WAITING, DoseStatus.ATTESTED, HOLDS_UP, by, by, by),
            ],
        )
        _tell(found, by=by, site=site, actor=actor, now=now)
    return [dose for _, dose in found]


def _tell(found: Sequence[tuple[UUID, UUID]], *, by: UUID, site: str, actor: Actor, now: datetime) -> None:
    """Append that these doses, each behind its person, were attested."""
    facts: list[Event] = [
        DosesAttested(
            id=uuid7(now),
            at=now,
            site=site,
            by=by,
            persons=[person for person, _ in some],
            doses=[dose for _, dose in some],
        )
        for some in (found[i : i + ATTESTED_AT_ONCE] for i in range(0, len(found), ATTESTED_AT_ONCE))
    ]
    journal.append(facts, actor=actor, recorded_at=now, site=site)
