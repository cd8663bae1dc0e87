"""Who may be called in at the end of the day, for a tablet on which the lead is signed in."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Device
from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.scheduling import actions
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import SessionState, Standby, StandbyState
from tiemchung.domain.visits import queries as visits
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rowsecurity import reaching

LEADS = "session-closed"
"""The kind of entry by which a tablet is known as one that the lead works on: phones go to no other."""


def standby_of(device: Device, *, now: datetime) -> dict[str, Any]:
    """Return who may be called in to each open session of the day. The views are logged. Refuses a tablet of one desk."""
    if not device.may_send(LEADS):
        raise NotPermitted(site=device.site)
    actor, day = _actor(device), business_day(now)
    asking: dict[str, Any] = {"actor": actor, "purpose": Purpose.REGISTRATION, "viewed_at": now}
    but = partial(visits.not_to_be_called, today=day, on=day)
    with reaching(actor.reach):
        lists = [
            {
                "session": session.id,
                "product": session.product,
                "persons": [_told(one) for one in scheduling.standby(session, but=but, **asking).listed],
            }
            for session in scheduling.sessions_at([device.site], first=day, last=day)
            if session.state is SessionState.OPEN
        ]
    return {"day": day, "told_at": now, "lists": lists}


def tell(
    device: Device, *, session: UUID, person: UUID, state: StandbyState, staff: UUID | None, now: datetime
) -> None:
    """Note what came of a call, told on a tablet that the lead works on. Refuses any other (`not-permitted`).

    It stands under whoever of the site's roster was signed in there; under the tablet where it names nobody of them.
    """
    if not device.may_send(LEADS):
        raise NotPermitted(site=device.site)
    actor = _actor(device)
    with reaching(actor.reach):
        by = staff if staff in access.roster(device.site) else None
        actions.tell_standby(person, session=session, site=device.site, state=state, by=by, actor=actor, now=now)


def _actor(device: Device) -> Actor:
    return Actor(id=device.id, kind=ActorKind.DEVICE, reach=Reach(sites=frozenset({device.site})))


def _told(one: Standby) -> dict[str, Any]:
    group = campaigns.target_groups().get(one.target_group)
    return {
        "person": one.person,
        "name": one.shown.name if one.shown else "",
        "born": one.shown.born[:4] if one.shown else "",
        "group": [group.label_vi, group.label_en] if group else None,
        "phone": one.phone,
        "state": one.state,
        "told_at": one.told_at,
    }
