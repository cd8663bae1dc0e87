"""The close of a site's day: somebody stands for its lines with a proof of their own, and its doses are attested.

An attestation that does not hold is kept like every fact, with the finding that says why; it attests nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.access import actions as access
from tiemchung.domain.access import queries as staff
from tiemchung.domain.access.values import DeviceKind
from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.visits import policy, queries
from tiemchung.domain.visits.errors import DayEmpty, DayNotBegun, LinesChanged, LineUnexplained
from tiemchung.domain.visits.events import Attested
from tiemchung.domain.visits.values import Explained
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event, Kept, of_class
from tiemchung.kernel.finding import Finding, Severity
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database

_CLOSE = """
insert into visits_siteday (site, day, closed_at, by, entry, lines_hash, explained) values (%s, %s, %s, %s, %s, %s, %s::jsonb)
on conflict do nothing
"""


def close_day(
    site: str, day: date, *, lines_hash: str, actor: Actor, now: datetime, explained: Sequence[Explained] = ()
) -> Attested:
    """Return the fact with which a signed-in lead closes the day whose lines they looked at, to be recorded by the page.

    `explained` are their words for lines that do not come to nothing. Refuses who may not attest here (`not-permitted`),
    a day to come (`day-not-begun`) or without a visit and a dose (`day-empty`), lines that have changed since
    (`lines-changed`) and lines that nothing explains (`line-unexplained`).
    """
    if actor.id is None or not policy.may_attest(actor, site):
        raise NotPermitted(site=site)
    if day > business_day(now):
        raise DayNotBegun(site=site, day=day)
    lines = queries.day_lines(site, day)
    if lines.hash != lines_hash:
        raise LinesChanged(site=site, day=day)
    if lines.empty:
        raise DayEmpty(site=site, day=day)
    unexplained = queries.unexplained(lines).without(explained)
    if unexplained:
        raise LineUnexplained(site=site, day=day, unexplained=unexplained)
    return Attested(
        id=uuid7(now), at=now, site=site, staff=actor.id, day=day, lines_hash=lines_hash, explained=list(explained)
    )


def stand_for(identifier: UUID, doses: Sequence[UUID], *, site: str, actor: Actor, now: datetime) -> Attested:
    """Return the fact with which a signed-in lead stands, as a second person, for single doses that they looked at.

    Whoever gave, typed or mended a dose stands for none of them: the record leaves it as it is. Refuses who may not
    attest here (`not-permitted`).
    """
    if actor.id is None or not policy.may_attest(actor, site):
        raise NotPermitted(site=site)
    return Attested(id=identifier, at=now, site=site, staff=actor.id, doses=list(doses))


def fold_attestations(kept: Sequence[Kept[Event]]) -> list[Finding]:
    """Attest what each attestation stands for; one that does not hold attests nothing and gets its finding.

    Findings: `attestation-not-permitted` (nobody who may attest here), `attestation-proof-invalid`,
    `attestation-day-not-begun`, `attestation-day-empty` (neither a visit nor a dose), `attestation-lines-differ` (other lines
    than ours), `attestation-unexplained` (a line that nothing explains).
    """
    findings = []
    for one in of_class(kept, Attested):
        code = _attest(one)
        if code is not None:
            findings.append(Finding(code=code, severity=Severity.BLOCKS, entry=one.event.id))
    return findings


def _attest(kept: Kept[Attested]) -> str | None:
    event, site = kept.event, kept.site or ""
    attester = _attester(event.staff, site)
    if attester is None:
        return "attestation-not-permitted"
    if event.day is None:
        return _attest_doses(kept, attester)
    return _attest_day(kept, event.day, attester)


def _attest_doses(kept: Kept[Attested], attester: Attester) -> str | None:
    event = kept.event
    if not _proved(kept, attester, wire.doses_challenge(event.doses)):
        return "attestation-proof-invalid"
    immunization.attest_doses(
        event.doses, by=attester.id, site=kept.site or "", actor=attester.actor, now=kept.recorded_at
    )
    return None


def _attest_day(kept: Kept[Attested], day: date, attester: Attester) -> str | None:
    event, site = kept.event, kept.site or ""
    try:
        challenge = wire.day_challenge(site=site, day=day, lines_hash=bytes.fromhex(event.lines_hash or ""))
    except ValueError:
        return "attestation-lines-differ"
    if not _proved(kept, attester, challenge):
        return "attestation-proof-invalid"
    if queries.was_closed_by(site, day, event.id):
        return None
    if day > business_day(kept.recorded_at):
        return "attestation-day-not-begun"
    return _close(kept, day, attester)


def _fault(site: str, day: date, event: Attested) -> str | None:
    lines = queries.day_lines(site, day)
    if lines.hash != event.lines_hash:
        return "attestation-lines-differ"
    if lines.empty:
        return "attestation-day-empty"
    return "attestation-unexplained" if queries.unexplained(lines).without(event.explained) else None


def _close(kept: Kept[Attested], day: date, attester: Attester) -> str | None:
    site, at = kept.site or "", kept.recorded_at
    with transaction.atomic():
        immunization.attest(site, day, by=attester.id, before=at, actor=attester.actor, now=at)
        # Asked behind the update and not before: another tablet's batch may have been committed in between, and nobody signed
        # for its doses. An attestation that does not hold is rare, and costs an update that is taken back.
        fault = _fault(site, day, kept.event)
        if fault is not None:
            transaction.set_rollback(True)
            return fault
        words = msgspec.json.encode(kept.event.explained).decode()
        database.run(_CLOSE, [site, day, at, attester.id, kept.event.id, kept.event.lines_hash, words])
    return None


class Attester(NamedTuple):
    """A member of the staff, and the actor they are at a post that may attest here."""

    id: UUID
    actor: Actor


def _attester(who: UUID | None, site: str) -> Attester | None:
    if who is None:
        return None
    actors = (staff.actor_of_staff(who, post=post.key) for post in staff.posts_of(who))
    return next((Attester(who, actor) for actor in actors if policy.may_attest(actor, site)), None)


def _proved(kept: Kept[Attested], attester: Attester, challenge: bytes) -> bool:
    proof = kept.event.proof
    if proof is None:
        return _from_a_page(kept.device)
    return access.verify_assertion(attester.id, challenge, proof)


def _from_a_page(device: UUID) -> bool:
    """Tell whether this is a device of the server: intake lets nobody else in who is not enrolled as a tablet."""
    found = staff.device_for_batch(device)
    return found is None or found.kind is DeviceKind.SERVER
