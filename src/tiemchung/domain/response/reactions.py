"""What response does about a fact: it looks for what cannot be true, and for what must not wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.journal.values import Entry
from tiemchung.domain.response import actions, queries
from tiemchung.domain.response.rules import farther_outside, most_doses
from tiemchung.domain.response.values import AlertKind, Case, Facts, Signal
from tiemchung.domain.safety import queries as safety
from tiemchung.domain.safety.events import Aefi
from tiemchung.domain.safety.values import SEVERITIES
from tiemchung.domain.supply.events import LoggerRead, LotIssued, LotReceived, TemperatureRead

_GIVEN, _AEFI = DoseGiven.kind(), Aefi.kind()
_RECEIVED, _ISSUED = LotReceived.kind(), LotIssued.kind()
_READ, _LOGGED = TemperatureRead.kind(), LoggerRead.kind()


def watch(entries: Sequence[Entry], *, now: datetime) -> None:
    """Feel the pulse of sites, count their hours, keep their adverse events, and look at the stock they touched."""
    actions.feel_pulses(entries)
    _watch_pace([entry for entry in entries if entry.kind == _GIVEN], now=now)
    _watch_bodies([entry for entry in entries if entry.kind == _AEFI], now=now)
    _watch_fridges([entry for entry in entries if entry.kind in (_READ, _LOGGED) and entry.site], now=now)
    sites = _sites(entries)
    actions.sweep(AlertKind.STOCK_NEGATIVE, queries.stock_negative(sites), now=now, sites=sites)


def _sites(entries: Sequence[Entry]) -> set[str]:
    """Return the sites whose stock these entries may have moved. What is loaded for many sites at once stands at none."""
    sites = {entry.site for entry in entries if entry.site}
    for entry in entries:
        if entry.kind == _RECEIVED:
            sites.add(msgspec.json.decode(entry.body, type=LotReceived).site or "")
        elif entry.kind == _ISSUED:
            issued = msgspec.json.decode(entry.body, type=LotIssued)
            sites |= {issued.site or "", issued.destination}
    return sites - {""}


def _watch_fridges(told: Sequence[Entry], *, now: datetime) -> None:
    """Hold what somebody read against the fridges' limits; what a logger saw between two readings is a fact of its own."""
    if not told:
        return
    sites = {entry.site for entry in told}
    actions.sweep(AlertKind.EXCURSION, queries.fridges_outside(sites), now=now, sites=sites)
    logged = [(entry, msgspec.json.decode(entry.body, type=LoggerRead)) for entry in told if entry.kind == _LOGGED]
    fridges = queries.fridges_named([(entry.site, read.fridge) for entry, read in logged])
    actions.raise_once(
        [
            Signal(
                kind=AlertKind.EXCURSION_LOGGED,
                site=entry.site,
                key=str(entry.id),
                facts=Facts(
                    reason=fridge.name,
                    temp_c=farther_outside(read.lowest_c, read.highest_c, low_c=fridge.low_c, high_c=fridge.high_c),
                    minutes=read.minutes_outside,
                    since=read.first,
                ),
            )
            for entry, read in logged
            if read.minutes_outside and (fridge := fridges.get((entry.site, read.fridge)))
        ],
        now=now,
    )


def _watch_pace(doses: Sequence[Entry], *, now: datetime) -> None:
    if not doses:
        return
    hours = actions.count_hours(doses, now=now)
    vaccinators = queries.vaccinators_of({site for site, _ in hours})
    actions.raise_once(
        [
            Signal(
                kind=AlertKind.PACE_IMPOSSIBLE,
                site=site,
                key=hour.isoformat(),
                facts=Facts(doses=count, most=most, since=hour),
            )
            for (site, hour), count in sorted(hours.items())
            if count > (most := most_doses(vaccinators.get(site, 0)))
        ],
        now=now,
    )


def _watch_bodies(told: Sequence[Entry], *, now: datetime) -> None:
    if not told:
        return
    events = [(entry, msgspec.json.decode(entry.body, type=Aefi)) for entry in told]
    given = queries.lots_given_before([(event.person, event.onset) for _, event in events if event.person is not None])
    cases: dict[UUID, Case] = {}
    for entry, event in events:
        dose = given.get(event.person) if event.person is not None else None
        case = Case(
            id=safety.episode_of(person=event.person, visit=event.visit, telling=entry.id, onset=event.onset),
            site=entry.site,
            severity=event.severity,
            onset=event.onset,
            recorded_at=entry.recorded_at,
            product=dose.product if dose else "",
            lot=dose.lot if dose else "",
        )
        first = cases.setdefault(case.id, case)
        gravest = max(first.severity, case.severity, key=SEVERITIES.index)
        cases[case.id] = msgspec.structs.replace(first, severity=gravest)
    actions.keep_cases(list(cases.values()))
    actions.raise_once(
        [
            Signal(
                kind=AlertKind.ANAPHYLAXIS,
                site=case.site,
                key=str(case.id),
                facts=Facts(lot=case.lot, since=case.onset),
            )
            for case in cases.values()
            if case.severity == "anaphylaxis"
        ],
        now=now,
    )
