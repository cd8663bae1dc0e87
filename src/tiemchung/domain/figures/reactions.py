"""What the figures do about a fact: count the doses that it touches as what they are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from tiemchung.domain.figures import actions, queries
from tiemchung.domain.figures.rules import age_band, delay
from tiemchung.domain.figures.values import UNKNOWN, Counted, DoseKey
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.events import Corrected, DoseGiven, DoseRejudged, DoseRenumbered, Voided
from tiemchung.domain.immunization.values import DoseFact
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import Entry
from tiemchung.domain.people.events import PersonCorrected
from tiemchung.domain.places.values import era_on
from tiemchung.kernel.dates import PartialDate

_GIVEN, _CORRECTED = DoseGiven.kind(), PersonCorrected.kind()
_AMENDED: Mapping[str, type[Corrected | Voided]] = {event.kind(): event for event in (Corrected, Voided)}
_MOVED: Mapping[str, type[DoseRenumbered | DoseRejudged]] = {
    event.kind(): event for event in (DoseRenumbered, DoseRejudged)
}


def count(entries: Sequence[Entry], *, now: datetime) -> None:  # noqa: ARG001 - every reaction is told the time
    """Count every dose that these entries touch as what it is now; void, correction and renumbering count back.

    The facts are read afresh, so that neither the order of the entries nor a second telling makes a difference.
    """
    doses = touched(entries)
    actions.count_as(dict.fromkeys(doses) | _wanted(immunization.dose_facts(list(doses))))
    actions.stand_at(max(entry.recorded_at for entry in entries))


def pace(entries: Sequence[Entry], *, now: datetime) -> None:
    """Count by the minute how many doses come in."""
    actions.count_minutes(entries, now=now)


def touched(entries: Iterable[Entry]) -> set[DoseKey]:
    """Return the doses whose facts may have changed by these entries."""
    doses = set()
    amended: set[UUID] = set()
    corrected: set[UUID] = set()
    for entry in entries:
        if entry.kind == _GIVEN and entry.person is not None:
            doses.add(DoseKey(entry.person, entry.id))
        elif entry.kind == _CORRECTED and entry.person is not None:
            corrected.add(entry.person)
        elif entry.kind in _AMENDED:
            amended.add(msgspec.json.decode(entry.body, type=_AMENDED[entry.kind]).entry)
        elif entry.kind in _MOVED:
            moved = msgspec.json.decode(entry.body, type=_MOVED[entry.kind])
            doses.add(DoseKey(moved.person, moved.dose))
    if corrected:
        doses |= queries.counted_doses_of(corrected)
    told = journal.told_of(amended) if amended else {}
    doses |= {DoseKey(about.person, dose) for dose, about in told.items() if about.person is not None}
    return doses


def _wanted(facts: Iterable[DoseFact]) -> dict[DoseKey, Counted]:
    """Return what each of these doses is to be counted as; a voided one counts as nothing and is not there."""
    return {
        DoseKey(fact.person, fact.id): Counted(
            site=fact.site,
            given_on=fact.given_on,
            recorded_on=fact.recorded_on,
            product=fact.product,
            dose_number=fact.dose_number,
            commune=fact.commune or UNKNOWN,
            era=era_on(fact.given_on or fact.recorded_on),
            sex=fact.sex,
            age_band=_band(fact.born, fact.given_on),
            target_group=fact.target_group,
            delay=delay(fact.given_on, fact.recorded_on),
        )
        for fact in facts
        if fact.counts
    }


@lru_cache(maxsize=100_000)
def _band(born: PartialDate | None, on: date | None) -> str:
    if born is None:
        return UNKNOWN
    return age_band(born.earliest, born.latest, on=on, bands=queries.age_bands())
