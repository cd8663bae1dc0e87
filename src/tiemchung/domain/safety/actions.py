"""What can be done in safety: say on a page what was seen, and keep what was seen anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from tiemchung.domain.safety import policy
from tiemchung.domain.safety.events import Action, Aefi
from tiemchung.domain.safety.values import SEVERITIES
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.events import Event, Kept, of_class
from tiemchung.kernel.finding import Finding
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing

_INSERT = """
insert into safety_adverseevent (site, id, onset, recorded_at, person, visit, severity, sealed)
select * from unnest(%b::text[], %b::uuid[], %b::timestamptz[], %b::timestamptz[], %b::uuid[], %b::uuid[], %b::int2[],
    %b::bytea[])
on conflict do nothing
"""


def reported(
    identifier: UUID,
    *,
    visit: UUID,
    person: UUID,
    onset: datetime,
    severity: Literal["mild", "moderate", "severe", "anaphylaxis"],
    signs: list[str],
    actions: Sequence[tuple[datetime, str]],
    site: str,
    actor: Actor,
    now: datetime,
) -> Aefi:
    """Return what was seen after a dose and what was done when, to be recorded by the page under the id of its form.

    What is told later of the same reaction (same visit, same onset) is another such fact beside the first. Refuses who
    may not report here (`not-permitted`).
    """
    if not policy.may_report(actor, site):
        raise NotPermitted(site=site)
    return Aefi(
        id=identifier,
        at=now,
        site=site,
        staff=actor.id,
        visit=visit,
        person=person,
        onset=onset,
        severity=severity,
        signs=signs,
        actions=[Action(at=at, what=what) for at, what in actions],
    )


def fold(kept: Sequence[Kept[Event]]) -> list[Finding]:
    """Keep the adverse events of a batch; told twice, one is one. Nothing is judged here, so nothing is found."""
    told = of_class(kept, Aefi)
    if told:
        database.run(
            _INSERT,
            [
                arrays.texts([one.site or "" for one in told]),
                arrays.uuids([one.event.id for one in told]),
                arrays.instants([one.event.onset for one in told]),
                arrays.instants([one.recorded_at for one in told]),
                arrays.uuids([one.event.person for one in told]),
                arrays.uuids([one.event.visit for one in told]),
                arrays.smallints([SEVERITIES.index(one.event.severity) + 1 for one in told]),
                arrays.binaries([_sealed(one) for one in told]),
            ],
        )
    return []


def _sealed(kept: Kept[Aefi]) -> bytes:
    body = {"signs": kept.event.signs, "actions": kept.event.actions}
    return sealing.seal("health", kept.recorded_at.date(), msgspec.json.encode(body), kept.event.id.bytes)
