"""Voids, corrections and confirmations of doses: each goes on from what the one before made of the dose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain.access import queries as access
from tiemchung.domain.immunization import rules
from tiemchung.domain.immunization.actions.judging import ABOUT_LOT
from tiemchung.domain.immunization.engine import ARMS
from tiemchung.domain.immunization.events import (
    Confirmed,
    Corrected,
    DoseGiven,
    Voided,
)
from tiemchung.domain.immunization.values import (
    DoseStatus,
    mask_of,
)
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply import queries as supply_queries
from tiemchung.domain.supply.values import Draw
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.finding import Finding
from tiemchung.plumbing import arrays, database, sealing

_OFF_ROSTER = mask_of(["vaccinator-not-on-roster"])


class _Target(msgspec.Struct, frozen=True, kw_only=True):
    person: UUID
    dose: UUID
    site: str
    product: str
    lot: str
    vial: str | None
    volume_ml: float
    arm: int
    vaccinator: UUID
    dose_number_told: int | None
    occurred_at: datetime
    given_on: date | None
    findings: int
    status: DoseStatus


def amend(amendments: Sequence[Kept[Event]]) -> list[Finding]:
    """Fold amendments in their order; returns what keeps one from being folded, or from counting."""
    wanted = {one.event.id: _amended(one.event) for one in amendments}
    told = journal_queries.told_of(set(wanted.values()))
    targets = _targets({dose: about.person for dose, about in told.items() if about.person is not None})
    findings = []
    confirmed: list[_Target] = []
    for one in amendments:
        dose = wanted[one.event.id]
        about = told.get(dose)
        target = targets.get(dose)
        if about is not None and about.kind != DoseGiven.kind():
            findings.append(Finding(code="amends-no-dose", entry=one.event.id))
        elif target is None:
            findings.append(Finding(code="awaits-entry", entry=one.event.id))
        elif one.site != target.site:
            findings.append(Finding(code="amends-elsewhere", entry=one.event.id))
        # Each amendment of a dose goes on from what the one before it made of it.
        elif isinstance(one.event, Voided):
            targets[dose] = _void(one, one.event, target)
        elif isinstance(one.event, Corrected):
            targets[dose] = _correct(one, one.event, target)
        elif one.event.staff != target.vaccinator:
            findings.append(Finding(code="confirmed-by-another", entry=one.event.id))
        else:
            confirmed.append(target)
    _confirm(confirmed)
    return findings


def _amended(event: Event) -> UUID:
    if isinstance(event, Confirmed | Corrected | Voided):
        return event.entry
    raise TypeError(event.kind())


def _targets(persons: Mapping[UUID, UUID]) -> dict[UUID, _Target]:
    found = database.rows(
        "select d.person_id, d.id, d.site, d.product, d.lot, d.vial, d.volume_ml, d.arm, d.vaccinator, d.dose_number_told, "
        "d.occurred_at, d.given_on, d.findings, d.status from immunization_dose d "
        "join unnest(%b::uuid[], %b::uuid[]) as w(person, id) "
        "on d.person_id = w.person and d.id = w.id order by d.person_id, d.id for update of d",
        [arrays.uuids(list(persons.values())), arrays.uuids(list(persons))],
    )
    return {
        row[1]: _Target(**dict(zip(_Target.__struct_fields__, (*row[:-1], DoseStatus(row[-1])), strict=True)))
        for row in found
    }


def _void(one: Kept[Event], event: Voided, target: _Target) -> _Target:
    if not _note_amendment(one, target, {"reason": event.reason, "evidence": event.evidence}):
        return target
    database.run(
        "update immunization_dose set status = %s, voided_by = %s where person_id = %s and id = %s and status <> %s",
        [DoseStatus.VOIDED, event.id, target.person, target.dose, DoseStatus.VOIDED],
    )
    if target.status is not DoseStatus.VOIDED:
        supply.draw([_draw(event.id, target, doses=-1)], batch=event.id)
    return msgspec.structs.replace(target, status=DoseStatus.VOIDED)


def _correct(one: Kept[Event], event: Corrected, target: _Target) -> _Target:
    new = msgspec.to_builtins(event.values)
    before = {field: getattr(target, field) for field in new}
    if not _note_amendment(one, target, {"reason": event.reason, "evidence": event.evidence, "before": before}):
        return target
    later = _corrected_later(one, target)
    new = {field: value for field, value in new.items() if field not in later}
    if "arm" in new:
        new["arm"] = ARMS.index(new["arm"])
    if "vaccinator" in new:
        new["vaccinator"] = UUID(new["vaccinator"])
    after = msgspec.structs.replace(target, **new)
    after = msgspec.structs.replace(after, findings=_findings_after(target, after))
    if target.status is DoseStatus.ATTESTED and _differs(target, after):
        # Nobody has stood for what it says now: it waits for a second person again.
        after = msgspec.structs.replace(after, status=DoseStatus.WAITING)
    database.run(
        "update immunization_dose set status = %s, attested_by = case when %s then attested_by end, "
        "attested_at = case when %s then attested_at end, product = %s, lot = %s, vial = %s, volume_ml = %s, arm = %s, "
        "vaccinator = %s, dose_number_told = %s, findings = %s where person_id = %s and id = %s",
        [
            after.status,
            after.status is target.status,
            after.status is target.status,
            after.product,
            after.lot,
            after.vial,
            after.volume_ml,
            after.arm,
            after.vaccinator,
            after.dose_number_told,
            after.findings,
            target.person,
            target.dose,
        ],
    )
    if (after.lot, after.vial) != (target.lot, target.vial) and target.status is not DoseStatus.VOIDED:
        supply.draw([_draw(event.id, target, doses=-1), _draw(event.id, after, doses=1)], batch=event.id)
    return after


def _corrected_later(one: Kept[Event], target: _Target) -> set[str]:
    """Return the fields that a correction recorded after this one has mended already: folded late, it leaves them alone."""
    found = database.rows(
        "select id, sealed from immunization_amendment "
        "where person_id = %s and dose = %s and kind = %s and recorded_at > %s",
        [target.person, target.dose, Corrected.kind(), one.recorded_at],
    )
    return {
        field
        for identifier, sealed in found
        for field in msgspec.json.decode(sealing.unseal(bytes(sealed), identifier.bytes))["before"]
    }


def _differs(before: _Target, after: _Target) -> bool:
    told = ("product", "lot", "vial", "volume_ml", "arm", "vaccinator")
    return any(getattr(before, field) != getattr(after, field) for field in told)


def _findings_after(before: _Target, after: _Target) -> int:
    """Return the findings of a corrected dose: another lot, product or vaccinator is looked at anew, the rest by `rejudge`."""
    mask = after.findings
    if (before.lot, before.product) != (after.lot, after.product):
        lot = supply_queries.lots_known([after.lot], site=after.site).get(after.lot)
        codes = rules.lot_findings(
            product=after.product,
            given_on=after.given_on,
            lot_product=lot.product if lot else None,
            expires_on=lot.expires_on if lot else None,
            held=lot is not None and lot.held_since is not None and lot.held_since <= after.occurred_at,
        )
        mask = mask & ~ABOUT_LOT | mask_of(codes)
    if before.vaccinator != after.vaccinator:
        off = after.vaccinator not in access.roster(after.site)
        mask = mask & ~_OFF_ROSTER | (_OFF_ROSTER if off else 0)
    return mask


def _confirm(doses: Sequence[_Target]) -> None:
    """Note that whoever gave these doses confirmed them; a dose that was told so twice in one batch, by whoever gave it last."""
    if not doses:
        return
    last = {target.dose: target for target in doses}
    in_order = sorted(last.values(), key=lambda target: (target.person, target.dose))
    database.run(
        "update immunization_dose d set confirmed_by = x.by from unnest(%b::uuid[], %b::uuid[], %b::uuid[]) as x(p, i, by) "
        "where d.person_id = x.p and d.id = x.i",
        [
            arrays.uuids([target.person for target in in_order]),
            arrays.uuids([target.dose for target in in_order]),
            arrays.uuids([target.vaccinator for target in in_order]),
        ],
    )


def _draw(entry: UUID, target: _Target, *, doses: int) -> Draw:
    return Draw(
        entry=entry, site=target.site, lot=target.lot, vial=target.vial, doses=doses, occurred_at=target.occurred_at
    )


def _note_amendment(one: Kept[Event], target: _Target, told: Mapping[str, object]) -> bool:
    """Keep what an amendment told beside the dose; False if it was noted before."""
    noted = database.run(
        "insert into immunization_amendment (person_id, id, dose, staff, occurred_at, recorded_at, kind, site, sealed) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        [
            target.person,
            one.event.id,
            target.dose,
            one.event.staff,
            one.occurred_at,
            one.recorded_at,
            one.event.kind(),
            one.site or "",
            sealing.seal("health", one.recorded_at.date(), msgspec.json.encode(told), one.event.id.bytes),
        ],
    )
    return noted == 1
