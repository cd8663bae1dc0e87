"""Doses as they were given, into the record, with everything that is found in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tiemchung.domain.access import queries as access
from tiemchung.domain.immunization import queries, rules
from tiemchung.domain.immunization.actions.judging import about_person
from tiemchung.domain.immunization.engine import ARMS
from tiemchung.domain.immunization.events import (
    DoseGiven,
)
from tiemchung.domain.immunization.queries import by_book
from tiemchung.domain.immunization.values import (
    DoseStatus,
    HistoryDose,
    codes_of,
    mask_of,
)
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonFacts
from tiemchung.domain.places import queries as places
from tiemchung.domain.supply import queries as supply_queries
from tiemchung.domain.supply.values import LotFacts
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.finding import Finding
from tiemchung.plumbing import arrays, database

_INSERT = """
insert into immunization_dose (person_id, id, visit, vaccinator, recorder, occurred_at, recorded_at, given_on, volume_ml,
    findings, rule_book, dose_number, dose_number_told, status, arm, site, province, commune, product, lot, vial)
select * from unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::uuid[], %b::uuid[], %b::timestamptz[], %b::timestamptz[],
    %b::date[], %b::real[], %b::int4[], %b::int4[], %b::int2[], %b::int2[], %b::int2[], %b::int2[], %b::text[], %b::text[],
    %b::text[], %b::text[], %b::text[], %b::text[])
on conflict do nothing
"""


class _New(NamedTuple):
    """A dose to be recorded: the fact, how the rules see it, the doses of the human being among whom it stands."""

    kept: Kept[Event]
    event: DoseGiven
    dose: HistoryDose
    line: Sequence[HistoryDose]
    person: PersonFacts | None


def record(kept: Sequence[Kept[Event]]) -> list[Finding]:
    """Fold given doses into the record and return what is found in them; two of one person in one batch see each other."""
    if not kept:
        return []
    given = [(one, one.event) for one in kept if isinstance(one.event, DoseGiven)]
    persons = {event.person for _, event in given}
    facts = people.facts(persons)
    lines = queries.timelines(persons)
    provinces = places.provinces_of({one.site for one, _ in given if one.site})
    new = []
    for one, event in sorted(given, key=_order):
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
        line = lines[event.person]
        line.append(dose)
        new.append(_New(one, event, dose, line, facts.get(event.person)))
    numbers = [rules.rank(one.dose, one.line) for one in new]
    by_the_book = by_book([(one.dose, one.line, one.person) for one in new])
    own = _own_findings(new, provinces)
    masks = [
        mask_of(by_itself) | mask_of(codes) | mask_of(about_person(one.dose, number, one.person))
        for one, number, by_itself, codes in zip(new, numbers, own, by_the_book, strict=True)
    ]
    _insert(new, numbers, masks)
    return [
        Finding(code=code, entry=one.event.id)
        for one, mask in zip(new, masks, strict=True)
        if mask
        for code in codes_of(mask)
    ]


def _order(given: tuple[Kept[Event], DoseGiven]) -> tuple[datetime, int]:
    one, event = given
    return one.occurred_at, event.id.int


def _own_findings(new: Sequence[_New], provinces: Mapping[str, str]) -> list[list[str]]:
    """Find what each dose tells by itself: its clock, its site, its lot, who gave it."""
    rosters = {site: {staff.int for staff in access.roster(site)} for site in provinces}
    numbers: defaultdict[str, set[str]] = defaultdict(set)
    for one in new:
        numbers[one.kept.site or ""].add(one.event.lot)
    lots = {site: supply_queries.lots_known(lots, site=site) for site, lots in numbers.items()}
    nobody: set[int] = set()
    return [
        _found_in(
            one,
            known=(one.kept.site or "") in provinces,
            roster=rosters.get(one.kept.site or "", nobody),
            lot=lots[one.kept.site or ""].get(one.event.lot),
        )
        for one in new
    ]


def _found_in(new: _New, *, known: bool, roster: Collection[int], lot: LotFacts | None) -> list[str]:
    kept, event = new.kept, new.event
    codes = rules.lot_findings(
        product=event.product,
        given_on=new.dose.given_on,
        lot_product=lot.product if lot else None,
        expires_on=lot.expires_on if lot else None,
        held=lot is not None and lot.held_since is not None and lot.held_since <= kept.occurred_at,
    )
    if kept.late:
        codes.append("late")
    if kept.backdated:
        codes.append("backdated")
    if not kept.plausible:
        codes.append("time-implausible")
    if not known:
        codes.append("site-unknown")
    if event.site is not None and event.site != (kept.site or ""):
        codes.append("site-differs")
    if event.vaccinator.int not in roster:
        codes.append("vaccinator-not-on-roster")
    if event.recorder is not None and event.recorder.int not in roster:
        codes.append("recorder-not-on-roster")
    return codes


def _insert(new: Sequence[_New], numbers: Sequence[int], masks: Sequence[int]) -> None:
    events = [one.event for one in new]
    kept = [one.kept for one in new]
    days = [one.dose.given_on for one in new]
    book = vaccines.rule_book(max((day for day in days if day), default=kept[0].recorded_at.date())).version
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
            arrays.integers(masks),
            arrays.integers([book] * len(events)),
            arrays.smallints(numbers),
            arrays.smallints([event.dose_number_told for event in events]),
            arrays.smallints([DoseStatus.WAITING] * len(events)),
            arrays.smallints([ARMS.index(event.arm) for event in events]),
            arrays.texts([one.site or "" for one in kept]),
            arrays.texts([one.dose.province or "" for one in new]),
            arrays.texts([one.person.commune if one.person else "" for one in new]),
            arrays.texts([event.product for event in events]),
            arrays.texts([event.lot for event in events]),
            arrays.texts([event.vial for event in events]),
        ],
    )
