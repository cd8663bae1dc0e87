"""What is found in doses: by the rule book, about their persons; and judging again when the facts around a dose change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.immunization import queries, rules
from tiemchung.domain.immunization.events import (
    DoseRejudged,
    DoseRenumbered,
)
from tiemchung.domain.immunization.queries import by_book
from tiemchung.domain.immunization.values import (
    FINDING_BITS,
    PERSON_MISSING,
    PLAUSIBLE_AGAIN,
    DoseStatus,
    HistoryDose,
    mask_of,
)
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonFacts
from tiemchung.domain.supply import queries as supply_queries
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database

ABOUT_LOT = mask_of(["lot-unknown", "lot-product-differs", "lot-held", "lot-expired"])
BY_REJUDGING = PLAUSIBLE_AGAIN | mask_of([PERSON_MISSING, "told-number-differs"])


def about_person(dose: HistoryDose, number: int, person: PersonFacts | None) -> list[str]:
    """Find what a dose and its person say of each other: nobody has told who this is, or the told number differs."""
    codes = [PERSON_MISSING] if person is None else []
    if dose.told is not None and dose.told != number:
        codes.append("told-number-differs")
    return codes


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
    by_the_book = by_book([(dose, line_of[dose.id], facts.get(dose.person)) for dose in standing])
    numbers: dict[UUID, int] = {}
    for line in {id(line): line for line in lines.values()}.values():
        numbers.update(rules.ranks(line))
    changed: list[tuple[HistoryDose, int, int]] = []
    for dose, found in zip(standing, by_the_book, strict=True):
        codes = [*found, *about_person(dose, numbers[dose.id], facts.get(dose.person))]
        mask = dose.findings & ~BY_REJUDGING | mask_of(codes)
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
    with transaction.atomic(savepoint=False):
        database.run(
            # Only the bits judged here: a lot registered or a correction folded meanwhile has written the others.
            "update immunization_dose d set dose_number = x.n, findings = (d.findings & (~%s::int4)) | (x.f & %s::int4), "
            "rule_book = %s, commune = case when d.commune = '' then x.c else d.commune end "
            "from unnest(%b::uuid[], %b::uuid[], %b::int2[], %b::int4[], %b::text[]) as x(p, i, n, f, c) "
            "where d.person_id = x.p and d.id = x.i",
            [
                BY_REJUDGING,
                BY_REJUDGING,
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
        again = mask & ~ABOUT_LOT | mask_of(codes)
        events.append(DoseRejudged(id=uuid7(now), at=now, dose=dose, person=person, findings=again))
    told = [event for event in events if isinstance(event, DoseRejudged)]
    with transaction.atomic(savepoint=False):
        database.run(
            "update immunization_dose d set findings = (d.findings & (~%s::int4)) | (x.f & %s::int4) "
            "from unnest(%b::uuid[], %b::uuid[], %b::int4[], %b::text[]) as x(p, i, f, lot) "
            "where d.person_id = x.p and d.id = x.i and d.lot = x.lot",
            [
                ABOUT_LOT,
                ABOUT_LOT,
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
