"""What follows from an arrival, a dose and a closed day in the rooms below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization import queries as immunization_queries
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.journal.values import Entry
from tiemchung.domain.people.events import PersonsJoined
from tiemchung.domain.scheduling import actions as scheduling
from tiemchung.domain.scheduling.events import AppointmentCancelled, AppointmentMoved
from tiemchung.domain.scheduling.values import Came
from tiemchung.domain.visits import actions, queries
from tiemchung.domain.visits.events import Arrived, Attested, Left
from tiemchung.kernel.clock import business_day

_CHANGING = {each.kind() for each in (Arrived, PersonsJoined, AppointmentCancelled, AppointmentMoved)}
"""The kinds by which a visit comes to stand otherwise than its desk knew: told in either order."""


def rejudge_arrived(entries: Sequence[Entry], *, now: datetime) -> None:
    """Judge the doses of those who arrived again: the arrival may tell who they are after another tablet told the dose."""
    arrived = {entry.person for entry in entries if entry.person is not None}
    # Whose doses were recorded knowing them need no second look; a dose still on its way is judged when it is heard of.
    immunization.rejudge(immunization_queries.persons_awaited(arrived), now=now)


def attest_judged(entries: Sequence[Entry], *, now: datetime) -> None:
    """Let a closed day cover the doses that were only being judged when its lead closed it.

    It follows behind those who judge again (`project.reactions.AFTER`): whatever was told before the close is judged by now,
    and a dose that stands clear is attested as it would have been at the close, had they been quicker.
    """
    immunization.attest_judged(queries.days_stood_for([entry.id for entry in entries]), now=now)


def keep_appointments(entries: Sequence[Entry], *, now: datetime) -> None:
    """Let appointments say who came and who did not, by the visits and the closed days as they stand now.

    What became otherwise of a visit meanwhile is found here too: it is the same persons' appointments and links.
    """
    _find_changes(entries, now=now)
    of_persons = {entry.person for entry in entries if entry.person is not None}
    came = queries.came(of_persons)
    left = {entry.person for entry in entries if entry.kind == Left.kind() and entry.person is not None}
    if left:
        scheduling.reopen(left, came=[one for one in came if one.person in left])
    # A dose that names no visit was given all the same.
    doses = {
        (entry.person, entry.site, business_day(entry.occurred_at))
        for entry in entries
        if entry.kind == DoseGiven.kind() and entry.person is not None and entry.site
    }
    doses -= {(one.person, one.site, one.day) for one in came}
    told = [*came, *(Came(person=person, site=site, day=day) for person, site, day in doses)]
    scheduling.fulfill(sorted(told, key=lambda one: (one.person, one.day or date.min, one.site)))
    scheduling.miss_of_days(queries.days_closed_by([entry.id for entry in entries if entry.kind == Attested.kind()]))


def _find_changes(entries: Sequence[Entry], *, now: datetime) -> None:
    told = [entry for entry in entries if entry.kind in _CHANGING]
    late = [
        actions.ArrivedLate(entry.person, entry.site, business_day(entry.occurred_at), entry.recorded_at)
        for entry in told
        if entry.kind == Arrived.kind()
        and entry.person is not None
        and entry.recorded_at - entry.occurred_at > actions.TOLD_AT_ONCE
    ]
    actions.find_changes({entry.person for entry in told if entry.person is not None}, late=late, now=now)
