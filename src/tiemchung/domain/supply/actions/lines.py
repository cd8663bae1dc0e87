"""Stock lines that somebody tells on a page, each returned as the fact to be recorded under the id of its form.

The page records them as a tablet's entries are recorded. Refused are who may not tell them here (`not-permitted`) and a
line without its reason (`reason-needed`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from tiemchung.domain.supply import policy
from tiemchung.domain.supply.errors import ReasonNeeded
from tiemchung.domain.supply.events import Counted, LotHeldHere, VialOpened, VialReturned, VialWasted
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.refusal import NotPermitted


def vial_opened(
    identifier: UUID, *, lot: str, vial: str, doses: int, reason: str | None, site: str, actor: Actor, now: datetime
) -> VialOpened:
    """Say that a vial was opened; with a reason, that it stands for doses which named none."""
    _insist(policy.may_note_vials(actor, site), site=site)
    return VialOpened(
        id=identifier, at=now, site=site, staff=actor.id, lot=lot, vial=vial, doses=doses, reason=reason or None
    )


def vial_wasted(
    identifier: UUID, *, lot: str, vial: str, doses: int, reason: str, site: str, actor: Actor, now: datetime
) -> VialWasted:
    """Say that doses of a vial reached nobody and never will."""
    _insist(policy.may_note_vials(actor, site), site=site, lot=lot, reason=reason)
    return VialWasted(id=identifier, at=now, site=site, staff=actor.id, lot=lot, vial=vial, doses=doses, reason=reason)


def vial_returned(
    identifier: UUID, *, lot: str, vial: str | None, doses: int, reason: str, site: str, actor: Actor, now: datetime
) -> VialReturned:
    """Say that doses went back to the store; without a label, whole vials that nobody had opened."""
    _insist(policy.may_note_vials(actor, site), site=site, lot=lot, reason=reason)
    return VialReturned(
        id=identifier, at=now, site=site, staff=actor.id, lot=lot, vial=vial, doses=doses, reason=reason
    )


def counted(
    identifier: UUID,
    *,
    what: Literal["slips", "vials", "doses"],
    quantity: int,
    lot: str | None,
    day: date | None,
    site: str,
    actor: Actor,
    now: datetime,
) -> Counted:
    """Say what was counted by hand, of an earlier `day` or of today (None); the latest count of a thing on a day holds."""
    _insist(policy.may_note_vials(actor, site), site=site)
    return Counted(id=identifier, at=now, site=site, staff=actor.id, what=what, quantity=quantity, lot=lot, day=day)


def lot_held_here(
    identifier: UUID, *, lot: str, reason: str, site: str, actor: Actor, now: datetime, vial: str | None = None
) -> LotHeldHere:
    """Say that the site sets a lot aside until two persons decide, and maybe a vial whatever they decide."""
    _insist(policy.may_hold_here(actor, site), site=site, lot=lot, reason=reason)
    return LotHeldHere(id=identifier, at=now, site=site, staff=actor.id, lot=lot, reason=reason, vial=vial)


def _insist(permitted: bool, *, site: str, lot: str = "", reason: str = "told") -> None:  # noqa: FBT001 - the policy's answer
    if not permitted:
        raise NotPermitted(site=site)
    if not reason:
        raise ReasonNeeded(lot=lot)
