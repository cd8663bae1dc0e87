"""What response does about a fact: it looks for what cannot be true, and for what must not wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.journal.values import Entry
from tiemchung.domain.response import actions, queries
from tiemchung.domain.response.rules import most_doses
from tiemchung.domain.response.values import AlertKind, Case, Facts, Signal
from tiemchung.domain.safety.events import Aefi
from tiemchung.domain.supply.events import LotIssued, LotReceived, TemperatureRead

_GIVEN, _AEFI = DoseGiven.kind(), Aefi.kind()
_RECEIVED, _ISSUED = LotReceived.kind(), LotIssued.kind()
_READ = TemperatureRead.kind()


def watch(entries: Sequence[Entry], *, now: datetime) -> None:
    """Feel the pulse of sites, count their hours, keep their adverse events, and look at the stock they touched."""
    actions.feel_pulses(entries)
    _watch_pace([entry for entry in entries if entry.kind == _GIVEN], now=now)
    _watch_bodies([entry for entry in entries if entry.kind == _AEFI], now=now)
    read = {entry.site for entry in entries if entry.kind == _READ and entry.site}
    if read:
        actions.sweep(AlertKind.EXCURSION, queries.fridges_outside(read), now=now, sites=read)
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
    cases = []
    for entry, event in events:
        dose = given.get(event.person) if event.person is not None else None
        cases.append(
            Case(
                id=entry.id,
                site=entry.site,
                severity=event.severity,
                onset=event.onset,
                recorded_at=entry.recorded_at,
                product=dose.product if dose else "",
                lot=dose.lot if dose else "",
            )
        )
    actions.keep_cases(cases)
    actions.raise_once(
        [
            Signal(
                kind=AlertKind.ANAPHYLAXIS,
                site=case.site,
                key=str(case.id),
                facts=Facts(lot=case.lot, since=case.onset),
            )
            for case in cases
            if case.severity == "anaphylaxis"
        ],
        now=now,
    )
