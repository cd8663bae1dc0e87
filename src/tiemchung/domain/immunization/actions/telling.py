"""Facts that somebody tells on a page: each is returned here for the page to record, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from tiemchung.domain.immunization import policy
from tiemchung.domain.immunization.events import (
    Confirmed,
    Corrected,
    Correction,
    DoseGiven,
    Voided,
)
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.refusal import NotPermitted


def dose_given(
    identifier: UUID,
    *,
    visit: UUID,
    person: UUID,
    product: str,
    lot: str,
    vial: str | None,
    arm: Literal["left", "right"],
    number_told: int | None,
    vaccinator: UUID,
    site: str,
    actor: Actor,
    now: datetime,
) -> DoseGiven:
    """Return the fact that somebody at a page's chair tells, to be recorded by the page under the id of its form.

    The volume is the product's own. Whoever types for the vaccinator stands beside them as the recorder. Refuses who may
    not record at this site (`not-permitted`).
    """
    if actor.id is None or not policy.may_record_dose(actor, site):
        raise NotPermitted(site=site)
    return DoseGiven(
        id=identifier,
        at=now,
        site=site,
        staff=actor.id,
        visit=visit,
        person=person,
        product=product,
        lot=lot,
        vial=vial,
        volume_ml=vaccines.products()[product].dose_ml,
        arm=arm,
        dose_number_told=number_told,
        vaccinator=vaccinator,
        recorder=None if vaccinator == actor.id else actor.id,
    )


def confirmed(identifier: UUID, *, dose: UUID, site: str, actor: Actor, now: datetime) -> Confirmed:
    """Return the vaccinator's word that a recorder typed the dose right. Refuses who may not record here."""
    if actor.id is None or not policy.may_record_dose(actor, site):
        raise NotPermitted(site=site)
    return Confirmed(id=identifier, at=now, site=site, staff=actor.id, entry=dose)


def corrected(
    identifier: UUID, *, dose: UUID, values: Mapping[str, object], reason: str, site: str, actor: Actor, now: datetime
) -> Corrected:
    """Return the fact that some values of a dose were told wrong; `values` holds those that differ, by field.

    Refuses who may not amend here.
    """
    if actor.id is None or not policy.may_amend(actor, site):
        raise NotPermitted(site=site)
    told = msgspec.convert(values, Correction)
    return Corrected(id=identifier, at=now, site=site, staff=actor.id, entry=dose, values=told, reason=reason)


def voided(identifier: UUID, *, dose: UUID, reason: str, site: str, actor: Actor, now: datetime) -> Voided:
    """Return the fact that the dose never happened, or not to this person. Refuses who may not amend here."""
    if actor.id is None or not policy.may_amend(actor, site):
        raise NotPermitted(site=site)
    return Voided(id=identifier, at=now, site=site, staff=actor.id, entry=dose, reason=reason)
