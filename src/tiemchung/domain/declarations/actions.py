"""Keeping what people declare, and loading the forms by which they are asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.declarations import engine, queries, rules
from tiemchung.domain.declarations.events import Consented, Screened
from tiemchung.domain.declarations.policy import may_load, may_screen
from tiemchung.domain.declarations.values import (
    FINDING_BITS,
    Answer,
    Fired,
    Form,
    Outcome,
    SealedConsent,
    SealedScreening,
    Vitals,
)
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.finding import Finding
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing
from tiemchung.plumbing.reference import Changes, put_all

_FORM = {"code": "text", "effective_from": "date", "digest": "text", "document": "jsonb"}
_KEEP_SCREENINGS = """
insert into declarations_screening
    (person_id, id, visit, occurred_at, recorded_at, findings, site, form, sealed)
select * from unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::timestamptz[], %b::timestamptz[], %b::int2[], %b::text[],
    %b::text[], %b::bytea[])
on conflict do nothing
"""
_KEEP_CONSENTS = """
insert into declarations_consent
    (person_id, id, visit, occurred_at, recorded_at, findings, agreed, site, form, sealed)
select * from unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::timestamptz[], %b::timestamptz[], %b::int2[], %b::bool[],
    %b::text[], %b::text[], %b::bytea[])
on conflict do nothing
"""


@transaction.atomic
def load_forms(content: bytes, *, actor: Actor) -> Changes:
    """Make the forms those of the file (`engine.FILE`), or refuse the first bad entry. Told twice, nothing changes."""
    if not may_load(actor):
        raise NotPermitted
    rows = []
    for form in engine.read_forms(content):
        document = msgspec.to_builtins(form)
        digest = hashlib.sha256(msgspec.json.encode(document, order="sorted")).hexdigest()
        rows.append({"code": form.code, "effective_from": form.effective_from, "digest": digest, "document": document})
    changes = put_all("declarations_form", _FORM, rows, key=("code",))
    queries.FORMS.forget()
    return changes


def consented(
    identifier: UUID,
    *,
    visit: UUID,
    person: UUID,
    form: str,
    agreed: bool,
    guardian_name: str | None,
    guardian_phone: str | None,
    site: str,
    actor: Actor,
    now: datetime,
) -> Consented:
    """Return the fact that somebody agreed or did not, to be recorded by the page under the id of its form.

    Refuses who may not screen at this site (`not-permitted`).
    """
    if not may_screen(actor, site):
        raise NotPermitted(site=site)
    return Consented(
        id=identifier,
        at=now,
        site=site,
        staff=actor.id,
        visit=visit,
        person=person,
        form=form,
        agreed=agreed,
        guardian_name=guardian_name,
        guardian_phone=guardian_phone,
    )


def screened(
    identifier: UUID,
    *,
    visit: UUID,
    person: UUID,
    form: str,
    answers: dict[str, Answer],
    vitals: Vitals,
    conclusion: Outcome,
    reasons: list[str],
    site: str,
    actor: Actor,
    now: datetime,
) -> Screened:
    """Return the fact that somebody was screened, to be recorded by the page under the id of its form.

    Refuses who may not screen at this site (`not-permitted`).
    """
    if not may_screen(actor, site):
        raise NotPermitted(site=site)
    return Screened(
        id=identifier,
        at=now,
        site=site,
        staff=actor.id,
        visit=visit,
        person=person,
        form=form,
        answers=answers,
        vitals=vitals,
        conclusion=conclusion,
        reasons=reasons,
    )


def fold(kept: Sequence[Kept[Event]], *, batch: UUID) -> list[Finding]:
    """Keep screenings and consents, each with what its dated form says; returns the findings, by entry.

    Folded again, nothing changes. Nothing is refused: an unknown form or a conclusion against the rows is a finding.
    """
    del batch  # a declaration knows its entry; no row of this room belongs to the batch as such
    screened = [(one, one.event) for one in kept if isinstance(one.event, Screened)]
    consented = [(one, one.event) for one in kept if isinstance(one.event, Consented)]
    return [*_keep_screenings(screened), *_keep_consents(consented)]


def _keep_screenings(screened: Sequence[tuple[Kept[Event], Screened]]) -> list[Finding]:
    if not screened:
        return []
    judged = [(one, event, *_judged(one, event)) for one, event in screened]
    database.run(
        _KEEP_SCREENINGS,
        [
            arrays.uuids([event.person for _, event, _, _ in judged]),
            arrays.uuids([event.id for _, event, _, _ in judged]),
            arrays.uuids([event.visit for _, event, _, _ in judged]),
            arrays.instants([one.occurred_at for one, _, _, _ in judged]),
            arrays.instants([one.recorded_at for one, _, _, _ in judged]),
            arrays.smallints([_mask(found) for _, _, found, _ in judged]),
            arrays.texts([one.site or "" for one, _, _, _ in judged]),
            arrays.texts([event.form for _, event, _, _ in judged]),
            arrays.binaries([_sealed_screening(one, event, fired) for one, event, _, fired in judged]),
        ],
    )
    return [_about(event.id, finding) for _, event, found, _ in judged for finding in found]


def _keep_consents(consented: Sequence[tuple[Kept[Event], Consented]]) -> list[Finding]:
    if not consented:
        return []
    judged = [(one, event, rules.findings(queries.form(event.form), _day(one))) for one, event in consented]
    database.run(
        _KEEP_CONSENTS,
        [
            arrays.uuids([event.person for _, event, _ in judged]),
            arrays.uuids([event.id for _, event, _ in judged]),
            arrays.uuids([event.visit for _, event, _ in judged]),
            arrays.instants([one.occurred_at for one, _, _ in judged]),
            arrays.instants([one.recorded_at for one, _, _ in judged]),
            arrays.smallints([_mask(found) for _, _, found in judged]),
            arrays.booleans([event.agreed for _, event, _ in judged]),
            arrays.texts([one.site or "" for one, _, _ in judged]),
            arrays.texts([event.form for _, event, _ in judged]),
            arrays.binaries([_sealed_consent(one, event) for one, event, _ in judged]),
        ],
    )
    return [_about(event.id, finding) for _, event, found in judged for finding in found]


def _judged(one: Kept[Event], event: Screened) -> tuple[list[Finding], tuple[Fired, ...]]:
    form: Form | None = queries.form(event.form)
    found = rules.findings(form, _day(one))
    if form is None:
        return found, ()
    evaluation = rules.evaluate(form, event.answers, event.vitals)
    return found + rules.conclusion_findings(form, evaluation, event.conclusion), evaluation.fired


def _day(one: Kept[Event]) -> date | None:
    return business_day(one.occurred_at) if one.plausible else None


def _sealed_screening(one: Kept[Event], event: Screened, fired: tuple[Fired, ...]) -> bytes:
    told = SealedScreening(
        answers=event.answers,
        vitals=msgspec.structs.astuple(event.vitals),
        conclusion=event.conclusion,
        reasons=event.reasons,
        fired=fired,
    )
    return sealing.seal("health", business_day(one.recorded_at), msgspec.msgpack.encode(told), event.id.bytes)


def _sealed_consent(one: Kept[Event], event: Consented) -> bytes | None:
    if event.guardian_name is None and event.guardian_phone is None:
        return None
    told = SealedConsent(guardian_name=event.guardian_name, guardian_phone=event.guardian_phone)
    return sealing.seal("identity", business_day(one.recorded_at), msgspec.msgpack.encode(told), event.id.bytes)


def _mask(found: Iterable[Finding]) -> int:
    return sum(1 << FINDING_BITS[code] for code in {finding.code for finding in found})


def _about(entry: UUID, finding: Finding) -> Finding:
    return msgspec.structs.replace(finding, entry=entry)
