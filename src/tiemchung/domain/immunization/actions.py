"""Writing the record: doses as they were given, amendments, attestation, and judging again when the facts around a dose change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.access import queries as access
from tiemchung.domain.immunization import policy, queries, rules
from tiemchung.domain.immunization.events import (
    Confirmed,
    Corrected,
    Correction,
    DoseGiven,
    DoseRejudged,
    DoseRenumbered,
    DosesAttested,
    Voided,
)
from tiemchung.domain.immunization.values import (
    FINDING_BITS,
    HOLDS_UP,
    PERSON_MISSING,
    PLAUSIBLE_AGAIN,
    DoseStatus,
    HistoryDose,
    codes_of,
    mask_of,
)
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonFacts
from tiemchung.domain.places import queries as places
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply import queries as supply_queries
from tiemchung.domain.supply.values import Draw, LotFacts
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.vaccines.rules import judge
from tiemchung.domain.vaccines.values import Prior, Proposed
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.finding import Finding
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing

_ABOUT_LOT = mask_of(["lot-unknown", "lot-product-differs", "lot-held", "lot-expired"])
_OFF_ROSTER = mask_of(["vaccinator-not-on-roster"])
_BY_REJUDGING = PLAUSIBLE_AGAIN | mask_of([PERSON_MISSING, "told-number-differs"])
ATTESTED_AT_ONCE = 200
"""Doses named with their persons in one `doses-attested` fact: at 39 bytes an id its line stays under the 16 KB of an entry."""

_INSERT = """
insert into immunization_dose (person_id, id, visit, vaccinator, recorder, occurred_at, recorded_at, given_on, volume_ml,
    findings, rule_book, dose_number, dose_number_told, status, arm, site, province, commune, product, lot, vial)
select * from unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::uuid[], %b::uuid[], %b::timestamptz[], %b::timestamptz[],
    %b::date[], %b::real[], %b::int4[], %b::int4[], %b::int2[], %b::int2[], %b::int2[], %b::int2[], %b::text[], %b::text[],
    %b::text[], %b::text[], %b::text[], %b::text[])
on conflict do nothing
"""


def dose_given(
    identifier: UUID,
    *,
    visit: UUID,
    person: UUID,
    product: str,
    lot: str,
    vial: str | None,
    arm: Literal["left", "right"],
    number_told: int,
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


def fold(kept: Sequence[Kept[Event]]) -> list[Finding]:
    """Fold doses and what amends them into the record; returns every finding, by entry. Folded again, nothing changes.

    A void or correction of a dose that is not here yet comes back as `awaits-entry` and is folded again later; one
    from another site than the dose's changes nothing (`amends-elsewhere`). Draws that an
    amendment gives back go to supply here; the draws of the doses themselves are intake's.
    """
    findings = _record([one for one in kept if isinstance(one.event, DoseGiven)])
    amendments = [one for one in kept if isinstance(one.event, Confirmed | Corrected | Voided)]
    return findings + (_amend(amendments) if amendments else [])


# Recording


def _record(kept: Sequence[Kept[Event]]) -> list[Finding]:
    if not kept:
        return []
    given = [(one, one.event) for one in kept if isinstance(one.event, DoseGiven)]
    persons = {event.person for _, event in given}
    facts = people.facts(persons)
    lines = queries.timelines(persons)
    sites = {one.site for one, _ in given if one.site}
    provinces = places.provinces_of(sites)
    new = []
    for one, event in sorted(given, key=lambda pair: (pair[0].occurred_at, pair[1].id)):
        dose = HistoryDose(
            person=event.person,
            id=event.id,
            occurred_at=one.occurred_at,
            given_on=business_day(one.occurred_at) if one.plausible else None,
            product=event.product,
            dose_number=0,
            told=event.dose_number_told,
            findings=0,
            status=DoseStatus.WAITING,
            province=provinces.get(one.site or ""),
        )
        # Two doses of one person in one batch see each other: both stand on the line before either is judged.
        lines[event.person].append(dose)
        new.append(dose)
    numbers = {dose.id: rules.ranks(lines[dose.person])[dose.id] for dose in new}
    by_book = _judged(new, lines, facts)
    own = _own_findings(given, provinces)
    masks = {}
    for dose in new:
        codes = [*own[dose.id], *by_book[dose.id], *_about_person(dose, numbers[dose.id], facts)]
        masks[dose.id] = mask_of(codes)
    _insert(given, numbers, masks, facts, provinces)
    return [Finding(code=code, entry=dose.id) for dose in new for code in codes_of(masks[dose.id])]


def _judged(
    doses: Sequence[HistoryDose], lines: Mapping[UUID, Sequence[HistoryDose]], facts: Mapping[UUID, PersonFacts]
) -> Mapping[UUID, list[str]]:
    """Judge these doses by the rule book, each against the person's others. One with no known day cannot be judged."""
    dated = [dose for dose in doses if dose.given_on is not None]
    codes: dict[UUID, list[str]] = {dose.id: [] for dose in doses}
    if not dated:
        return codes
    proposed = []
    for dose in dated:
        person = facts.get(dose.person)
        born = person.born if person else None
        proposed.append(
            Proposed(
                product=dose.product,
                given_on=_known(dose.given_on),
                born_earliest=born.earliest if born else None,
                born_latest=born.latest if born else None,
                province=dose.province,
                prior=[
                    Prior(other.product, _known(other.given_on)) for other in rules.others(dose, lines[dose.person])
                ],
            )
        )
    book = vaccines.rule_book(max(_known(dose.given_on) for dose in dated))
    for dose, found in zip(dated, judge(proposed, book), strict=True):
        codes[dose.id] = [finding.code for finding in found]
    return codes


def _known(day: date | None) -> date:
    if day is None:
        raise ValueError("a dose of unknown day stands among dated ones")
    return day


def _about_person(dose: HistoryDose, number: int, facts: Mapping[UUID, PersonFacts]) -> list[str]:
    codes = [] if dose.person in facts else [PERSON_MISSING]
    if dose.told is not None and dose.told != number:
        codes.append("told-number-differs")
    return codes


def _own_findings(
    given: Sequence[tuple[Kept[Event], DoseGiven]], provinces: Mapping[str, str]
) -> Mapping[UUID, list[str]]:
    """Find what a dose tells by itself: its clock, its site, its lot, who gave it."""
    rosters = {site: access.roster(site) for site in provinces}
    numbers: defaultdict[str, set[str]] = defaultdict(set)
    for one, event in given:
        numbers[one.site or ""].add(event.lot)
    lots = {site: supply_queries.lots_known(lots, site=site) for site, lots in numbers.items()}
    found: dict[UUID, list[str]] = {}
    for one, event in given:
        site = one.site or ""
        codes = [code for code, holds in (("late", one.late), ("backdated", one.backdated)) if holds]
        if not one.plausible:
            codes.append("time-implausible")
        if site not in provinces:
            codes.append("site-unknown")
        if event.site is not None and event.site != site:
            codes.append("site-differs")
        roster = rosters.get(site, set())
        if event.vaccinator not in roster:
            codes.append("vaccinator-not-on-roster")
        if event.recorder is not None and event.recorder not in roster:
            codes.append("recorder-not-on-roster")
        found[event.id] = codes + _about_lot(one, event.product, lots[site].get(event.lot))
    return found


def _about_lot(one: Kept[Event], product: str, lot: LotFacts | None) -> list[str]:
    return rules.lot_findings(
        product=product,
        given_on=business_day(one.occurred_at) if one.plausible else None,
        lot_product=lot.product if lot else None,
        expires_on=lot.expires_on if lot else None,
        held=lot is not None and lot.held_since is not None and lot.held_since <= one.occurred_at,
    )


def _insert(
    given: Sequence[tuple[Kept[Event], DoseGiven]],
    numbers: Mapping[UUID, int],
    masks: Mapping[UUID, int],
    facts: Mapping[UUID, PersonFacts],
    provinces: Mapping[str, str],
) -> None:
    events = [event for _, event in given]
    kept = [one for one, _ in given]
    sites = [one.site or "" for one in kept]
    days = [business_day(one.occurred_at) if one.plausible else None for one in kept]
    book = vaccines.rule_book(max((day for day in days if day), default=kept[0].recorded_at.date())).version
    communes = [facts[event.person].commune if event.person in facts else "" for event in events]
    database.run(
        _INSERT,
        [
            arrays.uuids([event.person for event in events]),
            arrays.uuids([event.id for event in events]),
            arrays.uuids([event.visit for event in events]),
            arrays.uuids([event.vaccinator for event in events]),
            arrays.uuids([event.recorder for event in events]),
            arrays.instants([one.occurred_at for one in kept]),
            arrays.instants([one.recorded_at for one in kept]),
            arrays.dates(days),
            arrays.reals([event.volume_ml for event in events]),
            arrays.integers([masks[event.id] for event in events]),
            arrays.integers([book] * len(events)),
            arrays.smallints([numbers[event.id] for event in events]),
            arrays.smallints([event.dose_number_told for event in events]),
            arrays.smallints([DoseStatus.WAITING] * len(events)),
            arrays.smallints([queries.ARMS.index(event.arm) for event in events]),
            arrays.texts(sites),
            arrays.texts([provinces.get(site) or "" for site in sites]),
            arrays.texts(communes),
            arrays.texts([event.product for event in events]),
            arrays.texts([event.lot for event in events]),
            arrays.texts([event.vial for event in events]),
        ],
    )


# Amending


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


def _amend(amendments: Sequence[Kept[Event]]) -> list[Finding]:
    wanted = {one.event.id: _amended(one.event) for one in amendments}
    told = journal_queries.told_of(set(wanted.values()))
    targets = _targets({dose: about.person for dose, about in told.items() if about.person is not None})
    findings = []
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
            _confirm(target, target.vaccinator)
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
        new["arm"] = queries.ARMS.index(new["arm"])
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
        mask = mask & ~_ABOUT_LOT | mask_of(codes)
    if before.vaccinator != after.vaccinator:
        off = after.vaccinator not in access.roster(after.site)
        mask = mask & ~_OFF_ROSTER | (_OFF_ROSTER if off else 0)
    return mask


def _confirm(target: _Target, by: UUID) -> None:
    database.run(
        "update immunization_dose set confirmed_by = %s where person_id = %s and id = %s",
        [by, target.person, target.dose],
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


# Judging again


def rejudge(persons: Collection[UUID], *, now: datetime) -> int:
    """Number and judge again every dose of these human beings; returns how many changed. Run again, none does.

    For a session that sees every site: a dose elsewhere may change because of one here. This is the guarantee behind the
    courtesy check of a batch, which cannot see what another tablet writes at the same moment.
    """
    if not persons:
        return 0
    lines = queries.timelines(persons)
    human: dict[UUID, HistoryDose] = {dose.id: dose for line in lines.values() for dose in line}
    standing = [dose for dose in human.values() if dose.status is not DoseStatus.VOIDED]
    facts = people.facts({dose.person for dose in standing})
    line_of = {dose.id: line for line in lines.values() for dose in line}
    by_book = _judged(standing, {dose.person: line_of[dose.id] for dose in standing}, facts)
    numbers: dict[UUID, int] = {}
    for line in {id(line): line for line in lines.values()}.values():
        numbers.update(rules.ranks(line))
    changed: list[tuple[HistoryDose, int, int]] = []
    for dose in standing:
        codes = [*by_book[dose.id], *_about_person(dose, numbers[dose.id], facts)]
        mask = dose.findings & ~_BY_REJUDGING | mask_of(codes)
        found_person = dose.findings >> FINDING_BITS[PERSON_MISSING] & 1 and dose.person in facts
        if (numbers[dose.id], mask) != (dose.dose_number, dose.findings) or found_person:
            changed.append((dose, numbers[dose.id], mask))
    if changed:
        _rewrite(changed, facts, now=now)
    return len(changed)


def _rewrite(
    changed: Sequence[tuple[HistoryDose, int, int]], facts: Mapping[UUID, PersonFacts], *, now: datetime
) -> None:
    in_order = sorted(changed, key=lambda one: (one[0].person, one[0].id))
    book = vaccines.rule_book(business_day(now)).version
    events: list[Event] = []
    persons = {}
    for dose, number, mask in in_order:
        if number != dose.dose_number:
            events.append(DoseRenumbered(id=uuid7(now), at=now, dose=dose.id, person=dose.person, dose_number=number))
        else:
            events.append(DoseRejudged(id=uuid7(now), at=now, dose=dose.id, person=dose.person, findings=mask))
        persons[events[-1].id] = dose.person
    with transaction.atomic():
        database.run(
            # Only the bits judged here: a lot registered or a correction folded meanwhile has written the others.
            "update immunization_dose d set dose_number = x.n, findings = (d.findings & (~%s::int4)) | (x.f & %s::int4), "
            "rule_book = %s, commune = case when d.commune = '' then x.c else d.commune end "
            "from unnest(%b::uuid[], %b::uuid[], %b::int2[], %b::int4[], %b::text[]) as x(p, i, n, f, c) "
            "where d.person_id = x.p and d.id = x.i",
            [
                _BY_REJUDGING,
                _BY_REJUDGING,
                book,
                arrays.uuids([dose.person for dose, _, _ in in_order]),
                arrays.uuids([dose.id for dose, _, _ in in_order]),
                arrays.smallints([number for _, number, _ in in_order]),
                arrays.integers([mask for _, _, mask in in_order]),
                arrays.texts([facts[d.person].commune if d.person in facts else "" for d, _, _ in in_order]),
            ],
        )
        journal.append(events, actor=SYSTEM, recorded_at=now, persons=persons)


def rejudge_lots(numbers: Collection[str], *, now: datetime) -> int:
    """Judge again the doses whose lot nobody had registered, now that these are; returns how many changed."""
    lots = supply_queries.lots_known(numbers)
    if not lots:
        return 0
    found = database.rows(
        # The literal repeats the predicate of the index that holds just these doses.
        "select person_id, id, product, lot, given_on, occurred_at, findings from immunization_dose "
        "where lot = any(%b::text[]) and findings & 64 <> 0 order by 1, 2",
        [arrays.texts(list(lots))],
    )
    events: list[Event] = []
    for person, dose, product, number, given_on, occurred_at, mask in found:
        lot = lots[number]
        codes = rules.lot_findings(
            product=product,
            given_on=given_on,
            lot_product=lot.product,
            expires_on=lot.expires_on,
            held=lot.held_since is not None and lot.held_since <= occurred_at,
        )
        again = mask & ~_ABOUT_LOT | mask_of(codes)
        events.append(DoseRejudged(id=uuid7(now), at=now, dose=dose, person=person, findings=again))
    told = [event for event in events if isinstance(event, DoseRejudged)]
    with transaction.atomic():
        database.run(
            "update immunization_dose d set findings = (d.findings & (~%s::int4)) | (x.f & %s::int4) "
            "from unnest(%b::uuid[], %b::uuid[], %b::int4[], %b::text[]) as x(p, i, f, lot) "
            "where d.person_id = x.p and d.id = x.i and d.lot = x.lot",
            [
                _ABOUT_LOT,
                _ABOUT_LOT,
                arrays.uuids([event.person for event in told]),
                arrays.uuids([event.dose for event in told]),
                arrays.integers([event.findings for event in told]),
                arrays.texts([number for _, _, _, number, _, _, _ in found]),
            ],
        )
        journal.append(events, actor=SYSTEM, recorded_at=now, persons={event.id: event.person for event in told})
    return len(told)


def tell_again(amendments: Collection[UUID], *, now: datetime) -> None:
    """Tell the followers of the journal to read again the doses that these amendments changed after their first reading."""
    found = database.rows(
        "select d.person_id, d.id, d.findings from immunization_amendment a join immunization_dose d "
        "on d.person_id = a.person_id and d.id = a.dose where a.id = any(%b::uuid[]) order by 1, 2",
        [arrays.uuids(list(amendments))],
    )
    rejudge({person for person, _, _ in found}, now=now)
    told = [
        DoseRejudged(id=uuid7(now), at=now, dose=dose, person=person, findings=mask) for person, dose, mask in found
    ]
    journal.append(told, actor=SYSTEM, recorded_at=now, persons={event.id: event.person for event in told})


# Attesting


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

    This is the second person's word on late, back-dated or flagged doses, so findings do not hold them up here.
    """
    return _attest(
        "d.site = %s and d.id = any(%b::uuid[])", [site, arrays.uuids(doses)], by=by, site=site, actor=actor, now=now
    )


def _attest(which: str, values: Sequence[object], *, by: UUID, site: str, actor: Actor, now: datetime) -> list[UUID]:
    if not policy.may_attest(actor, site) and actor != SYSTEM:
        raise NotPermitted(site=site)
    with transaction.atomic():
        found = database.rows(
            f"update immunization_dose d set status = %s, attested_by = %s, attested_at = %s where {which} "
            "and d.status = %s and d.vaccinator <> %s and d.recorder is distinct from %s "
            # Who gave a dose could name another as its vaccinator and then stand for it: nobody attests what they mended.
            "and not exists (select 1 from immunization_amendment a "
            "where a.person_id = d.person_id and a.dose = d.id and a.staff = %s) returning d.person_id, d.id",
            [DoseStatus.ATTESTED, by, now, *values, DoseStatus.WAITING, by, by, by],
        )
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
    return [dose for _, dose in found]
