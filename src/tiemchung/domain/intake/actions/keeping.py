"""Keeping a batch's entries: read, appended to the journal, and folded by each room, from the ground up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from tiemchung.domain.declarations import actions as declarations
from tiemchung.domain.declarations.events import Consented, Screened
from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization.events import Confirmed, Corrected, DoseGiven, Voided
from tiemchung.domain.intake import engine, rules
from tiemchung.domain.intake.values import Answer, Outcome, Reason
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.journal.values import Chain, NewEntry, SetAside
from tiemchung.domain.journal.values import Outcome as Appended
from tiemchung.domain.movement import actions as movement
from tiemchung.domain.movement.events import Passed
from tiemchung.domain.people import actions as people
from tiemchung.domain.people.values import PersonTold
from tiemchung.domain.safety import actions as safety
from tiemchung.domain.safety.events import Aefi
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply.events import Counted, LotHeldHere, VialOpened, VialReturned, VialWasted
from tiemchung.domain.supply.values import Draw
from tiemchung.domain.visits import actions as visits
from tiemchung.domain.visits import queries as visit_queries
from tiemchung.domain.visits.events import Arrived
from tiemchung.kernel import wire
from tiemchung.kernel.clock import business_day, business_day_bounds
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.finding import Finding
from tiemchung.kernel.ids import made_at

ROOM_TO_COME = "room-to-come"
"""Why an entry waits whose room has not arrived; a job folds it when it has."""

AWAITS = "awaits-entry"
"""The finding of a fold that lacks what its entry refers to; the entry is folded again by a job."""

_STOCK = (VialOpened, VialWasted, VialReturned, Counted, LotHeldHere)
_RECORD = (DoseGiven, Confirmed, Corrected, Voided)
_AMENDS = (Confirmed, Corrected, Voided)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What all entries of a batch share; `appended_at` where it is known better than from their ids."""

    id: UUID
    device: UUID
    site: str
    kinds: frozenset[str] | None
    now: datetime
    appended_at: datetime | None = None


def keep(
    header: wire.Header, lines: Sequence[bytes], *, chain: Chain, batch: Batch, first: int | None = None
) -> list[Answer]:
    """Keep the lines of a batch from the sequence `first` on, and answer each in their order."""
    at = dict(enumerate(lines, header.first if first is None else first))
    events, unread = read(at, batch)
    kept, outcomes, last_occurred_at = _append(events, at, chain=chain, batch=batch)
    aside = unread + _reused(kept, outcomes, at)
    journal.set_aside(aside, chain=chain, site=batch.site, recorded_at=batch.now)
    journal.close_batch(
        header,
        batch=batch.id,
        site=batch.site,
        recorded_at=batch.now,
        last_occurred_at=last_occurred_at,
        set_aside_count=len(aside),
    )
    # The chain moves on before the rooms fold: what they append themselves may continue this very chain.
    found = _fold(_fresh(kept, outcomes), batch=batch)
    return _answers(kept, outcomes, found, aside)


def let_in(lines: Mapping[int, bytes], *, chain: Chain, batch: Batch) -> list[Answer]:
    """Keep lines that were set aside before, by their sequences, and answer each; the chain stays where it is."""
    events, unread = read(lines, batch)
    kept, outcomes, _ = _append(events, lines, chain=chain, batch=batch)
    found = _fold(_fresh(kept, outcomes), batch=batch)
    return _answers(kept, outcomes, found, unread + _reused(kept, outcomes, lines))


def read(lines: Mapping[int, bytes], batch: Batch) -> tuple[dict[int, Event], list[SetAside]]:
    """Read each line, by its sequence; what cannot be read, or may not be sent, comes apart with its reason."""
    events: dict[int, Event] = {}
    aside: list[SetAside] = []
    for seq, line in lines.items():
        told = engine.read(line, seq)
        if isinstance(told, engine.Unread):
            aside.append(SetAside(entry=told.id, seq=seq, reason=told.reason, line=line))
        elif batch.kinds is not None and told.kind() not in batch.kinds:
            aside.append(SetAside(entry=told.id, seq=seq, reason=Reason.KIND_NOT_ALLOWED, line=line))
        else:
            events[seq] = told
    return events, aside


def _append(
    events: Mapping[int, Event], lines: Mapping[int, bytes], *, chain: Chain, batch: Batch
) -> tuple[dict[int, Kept[Event]], list[Appended], datetime | None]:
    """Append what was read; return it with what became of each, and the last instant that can be believed."""
    if not events:
        return {}, [], None
    kept, last_occurred_at = _in_time(events, chain=chain, batch=batch)
    amended = _amended_persons(events)
    entries = [
        NewEntry(
            id=one.event.id,
            kind=one.event.kind(),
            seq=seq,
            occurred_at=one.occurred_at,
            person=engine.person_of(one.event) or amended.get(seq),
            line=lines[seq],
        )
        for seq, one in kept.items()
    ]
    outcomes = journal.append_entries(entries, device=batch.device, site=batch.site, recorded_at=batch.now)
    return kept, outcomes, last_occurred_at


def _fresh(kept: Mapping[int, Kept[Event]], outcomes: Sequence[Appended]) -> list[Kept[Event]]:
    return [one for one, outcome in zip(kept.values(), outcomes, strict=True) if outcome is Appended.KEPT]


def _reused(
    kept: Mapping[int, Kept[Event]], outcomes: Sequence[Appended], lines: Mapping[int, bytes]
) -> list[SetAside]:
    return [
        SetAside(entry=one.event.id, seq=seq, reason=Reason.ID_REUSED, line=lines[seq])
        for (seq, one), outcome in zip(kept.items(), outcomes, strict=True)
        if outcome is Appended.REUSED
    ]


def _answers(
    kept: Mapping[int, Kept[Event]],
    outcomes: Sequence[Appended],
    found: Mapping[int, list[str]],
    aside: Sequence[SetAside],
) -> list[Answer]:
    nothing: list[str] = []
    answers = [
        Answer(id=one.event.id, seq=seq, outcome=Outcome.KEPT, findings=found.get(one.event.id.int, nothing))
        if outcome is Appended.KEPT
        else Answer(id=one.event.id, seq=seq, outcome=Outcome.KNOWN)
        for (seq, one), outcome in zip(kept.items(), outcomes, strict=True)
        if outcome is not Appended.REUSED
    ]
    if not aside:
        return answers
    held = [Answer(id=one.entry, seq=one.seq, outcome=Outcome.SET_ASIDE, reason=one.reason) for one in aside]
    return sorted(answers + held, key=lambda answer: answer.seq)


def _in_time(
    events: Mapping[int, Event], *, chain: Chain, batch: Batch
) -> tuple[dict[int, Kept[Event]], datetime | None]:
    """Give each event its two clocks, and say whether it is plausible, late or back-dated."""
    first, last = business_day_bounds(settings.TIEMCHUNG_CAMPAIGN_START)[0], batch.now + rules.AHEAD
    closed: Collection[date] = visit_queries.closed_days(batch.site)
    kept: dict[int, Kept[Event]] = {}
    previous = chain.last_occurred_at
    previous_day = None if previous is None else business_day(previous)
    for seq, event in events.items():
        at = engine.occurred_at(event)
        plausible = first <= at <= last
        late = backdated = False
        if plausible:
            day = business_day(at)
            appended_at = batch.appended_at or made_at(event.id)
            late = rules.late(at, day, appended_at=appended_at, recorded_at=batch.now, closed_days=closed)
            backdated = previous_day is not None and day < previous_day
            previous, previous_day = at, day
        kept[seq] = Kept(
            event=event,
            site=batch.site,
            device=batch.device,
            occurred_at=at,
            recorded_at=batch.now,
            plausible=plausible,
            late=late,
            backdated=backdated,
        )
    believable = any(one.plausible for one in kept.values())
    return kept, previous if believable else None


def _amended_persons(events: Mapping[int, Event]) -> dict[int, UUID]:
    """Return, by sequence, the person an amendment is about: that of the entry it amends, if that is here."""
    amended = {seq: event.entry for seq, event in events.items() if isinstance(event, _AMENDS)}
    if not amended:
        return {}
    persons = ((event.id, engine.person_of(event)) for event in events.values())
    about = {entry: person for entry, person in persons if person is not None}
    told = journal_queries.told_of(set(amended.values()) - about.keys())
    found = {
        seq: about[target] if target in about else told[target].person
        for seq, target in amended.items()
        if target in about or target in told
    }
    return {seq: person for seq, person in found.items() if person is not None}


def _fold(kept: Sequence[Kept[Event]], *, batch: Batch) -> dict[int, list[str]]:
    """Have each room fold its own, from the ground up, and gather what they found, by the entry's number."""
    if not kept:
        return {}
    by_class: defaultdict[type[Event], list[Kept[Any]]] = defaultdict(list)
    for one in kept:
        by_class[type(one.event)].append(one)

    def of(*classes: type[Event]) -> list[Kept[Any]]:
        if len(classes) == 1:
            return by_class.get(classes[0], [])
        told = {each for each in classes if each in by_class}
        # In the order of the batch: what amends a dose goes on from what came before it.
        return [one for one in kept if type(one.event) in told] if told else []

    found = people.fold_blocks(_blocks(of(Arrived)))
    found += declarations.fold(of(Consented, Screened), batch=batch.id)
    found += supply.fold(of(*_STOCK), batch=batch.id, draws=_draws(of(DoseGiven)))
    found += immunization.fold(of(*_RECORD))
    found += visits.fold(kept)
    found += safety.fold(of(Aefi))
    found += movement.fold(of(Passed))
    _mark_unfolded(kept, found, batch=batch)
    gathered: defaultdict[int, list[str]] = defaultdict(list)
    for finding in found:
        if finding.entry is not None:
            gathered[finding.entry.int].append(finding.code)
    return gathered


def _blocks(arrived: Sequence[Kept[Arrived]]) -> list[PersonTold]:
    return [
        PersonTold(
            entry=one.event.id,
            person=one.event.person,
            block=one.event.block,
            site=one.site or "",
            recorded_at=one.recorded_at,
        )
        for one in arrived
        if one.event.block is not None
    ]


def _draws(given: Sequence[Kept[DoseGiven]]) -> list[Draw]:
    return [
        Draw(
            entry=one.event.id,
            site=one.site or "",
            lot=one.event.lot,
            vial=one.event.vial,
            occurred_at=one.occurred_at,
        )
        for one in given
    ]


def _mark_unfolded(kept: Sequence[Kept[Event]], found: Sequence[Finding], *, batch: Batch) -> None:
    waiting = {
        one.event.id: (one.event.kind(), ROOM_TO_COME) for one in kept if type(one.event) in engine.NOT_YET_FOLDED
    }
    awaiting = {finding.entry for finding in found if finding.code == AWAITS}
    if awaiting:
        waiting |= {one.event.id: (one.event.kind(), AWAITS) for one in kept if one.event.id in awaiting}
    journal.mark_unfolded(waiting, site=batch.site, recorded_at=batch.now)
