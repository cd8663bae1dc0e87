"""The door for facts from the chair: check the batch, append it, have each room fold its own, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import groupby
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from tiemchung.domain.access import actions as access_actions
from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Device, DeviceStatus
from tiemchung.domain.declarations import actions as declarations
from tiemchung.domain.declarations.events import Consented, Screened
from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization.events import Confirmed, Corrected, DoseGiven, Voided
from tiemchung.domain.intake import engine, rules
from tiemchung.domain.intake.errors import BatchTooLarge, BatchUnreadable, BrokenChain, UnknownSender, WrongSignature
from tiemchung.domain.intake.values import RELEASABLE, Answer, Outcome, Reason, Receipt
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.journal.values import Chain, NewEntry, SetAside
from tiemchung.domain.journal.values import Outcome as Appended
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
from tiemchung.kernel.actor import Actor, Power, Reach
from tiemchung.kernel.clock import business_day_bounds
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.finding import Finding
from tiemchung.kernel.ids import made_at, uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rowsecurity import reaching

AWAITS = "awaits-entry"
"""The finding of a fold that lacks what its entry refers to; the entry is folded again by a job."""

RELEASED_AT_ONCE = 2_000
"""As many as one device may leave with us; more waits for the next call."""

_SOME_INSTANT = datetime(2021, 1, 1, tzinfo=UTC)
_STOCK = (VialOpened, VialWasted, VialReturned, Counted, LotHeldHere)
_RECORD = (DoseGiven, Confirmed, Corrected, Voided)
_DECLARED = (Consented, Screened)
_TOO_LARGE = frozenset({wire.WireCode.BATCH_TOO_LARGE, wire.WireCode.TOO_MANY_ENTRIES, wire.WireCode.ENTRY_TOO_LARGE})


def receive(batch: bytes, *, now: datetime) -> Receipt:
    """Take one signed batch of a device; `now` is the center's clock. Acknowledged means once and for ever.

    Refuses the whole batch, and stores nothing of it, if it is too large, unreadable, of an unknown sender, wrongly signed, or
    does not continue the device's chain. Otherwise every entry is answered: kept, known (a repeat) or set aside.
    """
    header, lines = _parse(batch)
    device = access.device_for_batch(header.device)
    if device is None or device.status is DeviceStatus.WAITING:
        raise UnknownSender(device=header.device)
    if not wire.verify_head(_public_key(device.public_key), header):
        raise WrongSignature(device=header.device)
    with reaching(Reach(sites=frozenset({device.site}))):
        chain = journal.lock_chain(device.id)
        if wire.chain(header.previous, header.first, lines) != header.head:
            raise BrokenChain(last_sequence=chain.last_sequence, head=chain.head)
        if device.status is DeviceStatus.ENROLLED:
            access_actions.hear(device, at=now)
        return _take(header, lines, chain=chain, device=device, now=now)


def record(events: Sequence[Event], *, actor: Actor, site: str, now: datetime) -> list[Answer]:
    """Keep what somebody entered on a page at a site, as the server device: the same path as a tablet's batch.

    The caller's policy has allowed it. The id of an event is its idempotency key: a page sent twice is one fact.
    """
    with reaching(Reach(sites=frozenset({site}))):
        # A form sent twice at once comes to two server devices: the second waits here and finds the first.
        journal.lock_ids([event.id for event in events])
        chain = journal.lock_chain(journal.server_device())
        known = _known_events(events)
        fresh = [event for event in events if event.id not in known]
        lines = [
            msgspec.json.encode(msgspec.structs.replace(event, seq=seq, staff=event.staff or actor.id, site=site))
            for seq, event in enumerate(fresh, chain.last_sequence + 1)
        ]
        answers = [
            Answer(id=event.id, seq=0, outcome=known[event.id], reason=_reused(known[event.id]))
            for event in events
            if event.id in known
        ]
        if lines:
            header = journal.sign_lines(lines, chain)
            batch = _Batch(id=uuid7(), device=chain.device, site=site, kinds=None, now=now)
            answers += _keep(header, lines, chain=chain, batch=batch)
        return answers


def release(site: str, *, actor: Actor, now: datetime) -> list[Answer]:
    """Let in what revoked or expired devices of a site had sent, after the lead has held it against stock and persons.

    Each entry is appended with its own device and sequence; its signed batch lies beside it. What cannot be read, or was
    never the device's to send, stays aside.
    Refuses who may not attest at the site (`not-permitted`).
    """
    if actor.id is None or not actor.can(Power.ATTEST) or not actor.reaches(site):
        raise NotPermitted(site=site)
    answers: list[Answer] = []
    with reaching(Reach(sites=frozenset({site}))):
        waiting = journal_queries.held_aside(site, reasons=RELEASABLE, limit=RELEASED_AT_ONCE)
        for device, held in groupby(waiting, key=lambda one: one.device):
            lines = {one.seq: one.line for one in held}
            chain = journal.lock_chain(device)
            enrolled = access.device_for_batch(device)
            kinds = enrolled.kinds if enrolled else None
            batch = _Batch(id=uuid7(), device=device, site=site, kinds=kinds, now=now)
            told, unread = _read(lines, batch)
            appended = _append(told, lines, chain=chain, batch=batch)
            answers += appended.with_findings(_fold(appended.fresh, batch=batch)) + [
                Answer(id=one.entry, seq=one.seq, outcome=Outcome.SET_ASIDE, reason=one.reason)
                for one in [*unread, *appended.reused]
            ]
        done = {(one.id, one.seq) for one in answers if one.outcome is not Outcome.SET_ASIDE}
        journal.mark_released(
            [one.id for one in waiting if (engine.id_in(one.line), one.seq) in done], by=actor.id, now=now
        )
    return answers


def _known_events(events: Sequence[Event]) -> dict[UUID, Outcome]:
    """Tell which events a page has sent before. A page's line holds its place in the chain, so what it says is compared."""
    before = {entry.id: entry for entry in journal_queries.entries([event.id for event in events])}
    known = {}
    for event in events:
        entry = before.get(event.id)
        if entry is not None:
            kept = (
                msgspec.json.decode(entry.body, type=type(event), strict=True) if entry.kind == event.kind() else None
            )
            same = kept is not None and _as_told(kept) == _as_told(event)
            known[event.id] = Outcome.KNOWN if same else Outcome.SET_ASIDE
    return known


def _as_told(event: Event) -> Event:
    return msgspec.structs.replace(event, seq=0, staff=None, site=None, at=_SOME_INSTANT)


def _reused(outcome: Outcome) -> str | None:
    return Reason.ID_REUSED if outcome is Outcome.SET_ASIDE else None


def _parse(batch: bytes) -> tuple[wire.Header, list[bytes]]:
    try:
        return wire.parse_batch(batch)
    except wire.WireError as error:
        refusal = BatchTooLarge if error.code in _TOO_LARGE else BatchUnreadable
        raise refusal(wire_code=str(error.code), detail=error.detail) from error


@lru_cache(maxsize=4096)
def _public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    return wire.load_public_key(point)


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """What all entries of a batch share."""

    id: UUID
    device: UUID
    site: str
    kinds: frozenset[str] | None
    now: datetime


# Where the batch stands against the chain we hold


def _take(header: wire.Header, lines: Sequence[bytes], *, chain: Chain, device: Device, now: datetime) -> Receipt:
    if header.first > chain.last_sequence + 1:
        raise BrokenChain(last_sequence=chain.last_sequence, head=chain.head)
    batch = _Batch(id=uuid7(), device=device.id, site=device.site, kinds=device.kinds, now=now)
    overlap = min(chain.last_sequence - header.first + 1, len(lines))
    if overlap > 0 and not _is_prefix(header, lines, overlap, chain):
        forked = _fork(header, lines, chain=chain, batch=batch)
        return Receipt(recorded_at=now, last_sequence=chain.last_sequence, head=chain.head, answers=forked)
    if overlap == 0 and header.previous != chain.head:
        raise BrokenChain(last_sequence=chain.last_sequence, head=chain.head)
    answers = _again(header.first, lines[:overlap], batch) if overlap > 0 else []
    if overlap == len(lines):
        return Receipt(recorded_at=now, last_sequence=chain.last_sequence, head=chain.head, answers=answers)
    rest = lines[overlap:]
    first = header.first + overlap
    if chain.forked:
        answers += _hold(first, rest, Reason.FORK, header=header, chain=chain, batch=batch)
    elif device.status is not DeviceStatus.ENROLLED:
        answers += _hold(first, rest, Reason.DEVICE_REVOKED, header=header, chain=chain, batch=batch)
    elif not device.listened_to(now):
        answers += _hold(first, rest, Reason.DEVICE_EXPIRED, header=header, chain=chain, batch=batch)
    else:
        answers += _keep(header, rest, chain=chain, batch=batch, first=first)
    return Receipt(recorded_at=now, last_sequence=header.last, head=header.head, answers=answers)


def _is_prefix(header: wire.Header, lines: Sequence[bytes], overlap: int, chain: Chain) -> bool:
    """Tell whether the batch's first entries are exactly those we hold at these sequences.

    A link covers everything before it: if the batch's link at our last sequence is our head, all of it is the same. A repeat
    that ends earlier is known by the head of a batch taken before, or else entry by entry.
    """
    if header.last >= chain.last_sequence:
        return wire.chain(header.previous, header.first, lines[:overlap]) == chain.head
    if journal_queries.has_batch(chain.device, header.head):
        return True
    held = _held(chain.device, header.first, lines)
    return all(seq in held for seq in range(header.first, header.last + 1))


def _held(device: UUID, first: int, lines: Sequence[bytes]) -> dict[int, str | None]:
    """Tell which of these lines are here, by sequence: with the reason for which one is set aside, or None if it counts."""
    ids = [engine.id_in(line) for line in lines]
    kept = journal_queries.digests([one for one in ids if one is not None])
    aside = journal_queries.set_aside_at(device, first, first + len(lines) - 1)
    held: dict[int, str | None] = {}
    for seq, (line, entry) in enumerate(zip(lines, ids, strict=True), first):
        mark = journal.mark(line)
        if entry is not None and kept.get(entry) == mark:
            held[seq] = None
        elif (seq, mark) in aside:
            held[seq] = aside[seq, mark]
    return held


def _again(first: int, lines: Sequence[bytes], batch: _Batch) -> list[Answer]:
    """Answer a repeat as it stands now: known, or set aside for the same reason unless somebody has let it in since."""
    aside = journal_queries.set_aside_at(batch.device, first, first + len(lines) - 1)
    return [_stands(line, seq, aside.get((seq, journal.mark(line)))) for seq, line in enumerate(lines, first)]


def _stands(line: bytes, seq: int, reason: str | None) -> Answer:
    outcome = Outcome.KNOWN if reason is None else Outcome.SET_ASIDE
    return Answer(id=engine.id_in(line), seq=seq, outcome=outcome, reason=reason)


def _fork(header: wire.Header, lines: Sequence[bytes], *, chain: Chain, batch: _Batch) -> list[Answer]:
    """Set aside what a tablet restored from a backup sends under used sequences; the device must be enrolled again.

    Sent again, it is not held twice.
    """
    held = _held(chain.device, header.first, lines)
    aside = [
        SetAside(entry=engine.id_in(line), seq=seq, reason=Reason.FORK, line=line)
        for seq, line in enumerate(lines, header.first)
        if seq not in held
    ]
    journal.set_aside(aside, chain=chain, site=batch.site, recorded_at=batch.now)
    journal.close_batch(
        header,
        batch=batch.id,
        site=batch.site,
        recorded_at=batch.now,
        last_occurred_at=None,
        set_aside_count=len(aside),
        forked=True,
    )
    access_actions.stop_forked(chain.device, now=batch.now)
    return [_stands(line, seq, held.get(seq, Reason.FORK)) for seq, line in enumerate(lines, header.first)]


def _hold(
    first: int, lines: Sequence[bytes], reason: Reason, *, header: wire.Header, chain: Chain, batch: _Batch
) -> list[Answer]:
    """Set every entry aside for one reason; they use up their sequences."""
    aside = [
        SetAside(entry=engine.id_in(line), seq=seq, reason=reason, line=line) for seq, line in enumerate(lines, first)
    ]
    journal.set_aside(aside, chain=chain, site=batch.site, recorded_at=batch.now)
    journal.close_batch(
        header,
        batch=batch.id,
        site=batch.site,
        recorded_at=batch.now,
        last_occurred_at=None,
        set_aside_count=len(aside),
    )
    return [Answer(id=one.entry, seq=one.seq, outcome=Outcome.SET_ASIDE, reason=reason) for one in aside]


# Keeping and folding


@dataclass(frozen=True, kw_only=True)
class _Appended:
    """What became of the readable entries of a batch."""

    answers: list[Answer]
    reused: list[SetAside]
    fresh: list[Kept[Event]]
    last_occurred_at: datetime | None

    def with_findings(self, found: Mapping[UUID, list[str]]) -> list[Answer]:
        """Return the answers with what the rooms found in the entries that were new."""
        return [
            msgspec.structs.replace(answer, findings=found.get(answer.id, []))
            if answer.outcome is Outcome.KEPT and answer.id is not None
            else answer
            for answer in self.answers
        ]


def _keep(
    header: wire.Header, lines: Sequence[bytes], *, chain: Chain, batch: _Batch, first: int | None = None
) -> list[Answer]:
    at = dict(enumerate(lines, header.first if first is None else first))
    events, unread = _read(at, batch)
    appended = _append(events, at, chain=chain, batch=batch)
    aside = unread + appended.reused
    journal.set_aside(aside, chain=chain, site=batch.site, recorded_at=batch.now)
    journal.close_batch(
        header,
        batch=batch.id,
        site=batch.site,
        recorded_at=batch.now,
        last_occurred_at=appended.last_occurred_at,
        set_aside_count=len(aside),
    )
    # The chain moves on before the rooms fold: what they append themselves may continue this very chain.
    answers = appended.with_findings(_fold(appended.fresh, batch=batch))
    held = [Answer(id=one.entry, seq=one.seq, outcome=Outcome.SET_ASIDE, reason=one.reason) for one in aside]
    return sorted(answers + held, key=lambda answer: answer.seq)


def _read(lines: Mapping[int, bytes], batch: _Batch) -> tuple[dict[int, Event], list[SetAside]]:
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


def _append(events: Mapping[int, Event], lines: Mapping[int, bytes], *, chain: Chain, batch: _Batch) -> _Appended:
    """Append what was read; what is new is still to be folded, an id that another fact has used to be set aside."""
    if not events:
        return _Appended(answers=[], reused=[], fresh=[], last_occurred_at=None)
    kept = _in_time(events, chain=chain, batch=batch)
    persons = _persons(events.values())
    entries = [
        NewEntry(
            id=one.event.id,
            kind=one.event.kind(),
            seq=seq,
            occurred_at=one.occurred_at,
            person=persons.get(one.event.id),
            line=lines[seq],
        )
        for seq, one in kept.items()
    ]
    told = journal.append_entries(entries, device=batch.device, site=batch.site, recorded_at=batch.now)
    outcomes = dict(zip(kept, told, strict=True))
    answers = []
    reused = []
    for seq, one in kept.items():
        entry = one.event.id
        if outcomes[seq] is Appended.REUSED:
            reused.append(SetAside(entry=entry, seq=seq, reason=Reason.ID_REUSED, line=lines[seq]))
        elif outcomes[seq] is Appended.KNOWN:
            answers.append(Answer(id=entry, seq=seq, outcome=Outcome.KNOWN))
        else:
            answers.append(Answer(id=entry, seq=seq, outcome=Outcome.KEPT))
    believable = [one.occurred_at for one in kept.values() if one.plausible]
    return _Appended(
        answers=answers,
        reused=reused,
        fresh=[one for seq, one in kept.items() if outcomes[seq] is Appended.KEPT],
        last_occurred_at=believable[-1] if believable else None,
    )


def _in_time(events: Mapping[int, Event], *, chain: Chain, batch: _Batch) -> dict[int, Kept[Event]]:
    """Give each event its two clocks, and say whether it is plausible, late or back-dated."""
    instants = {seq: engine.occurred_at(event) for seq, event in events.items()}
    campaign_start, _ = business_day_bounds(settings.TIEMCHUNG_CAMPAIGN_START)
    sane = {
        seq: rules.plausible(at, campaign_start=campaign_start, recorded_at=batch.now) for seq, at in instants.items()
    }
    closed: Collection[date] = visit_queries.closed_days(batch.site)
    kept: dict[int, Kept[Event]] = {}
    previous = chain.last_occurred_at
    for seq, event in events.items():
        at = instants[seq]
        kept[seq] = Kept(
            event=event,
            site=batch.site,
            device=batch.device,
            occurred_at=at,
            recorded_at=batch.now,
            plausible=sane[seq],
            late=sane[seq] and rules.late(at, appended_at=made_at(event.id), recorded_at=batch.now, closed_days=closed),
            backdated=sane[seq] and rules.backdated(at, previous),
        )
        if sane[seq]:
            previous = at
    return kept


def _persons(events: Iterable[Event]) -> dict[UUID, UUID]:
    """Return the person each event is about; an amendment is about the person of the entry it amends, if that is here."""
    about: dict[UUID, UUID] = {}
    amended: dict[UUID, UUID] = {}
    for event in events:
        person = engine.person_of(event)
        if person is not None:
            about[event.id] = person
        elif isinstance(event, Confirmed | Corrected | Voided):
            amended[event.id] = event.entry
    if amended:
        told = journal_queries.told_of(set(amended.values()) - about.keys())
        for entry, target in amended.items():
            found = about.get(target) or (told[target].person if target in told else None)
            if found is not None:
                about[entry] = found
    return about


def _fold(kept: Sequence[Kept[Event]], *, batch: _Batch) -> dict[UUID, list[str]]:
    """Have each room fold its own, from the ground up, and gather what they found, by entry."""
    if not kept:
        return {}
    found = people.fold_blocks(_blocks(kept))
    found += declarations.fold([one for one in kept if isinstance(one.event, _DECLARED)], batch=batch.id)
    found += supply.fold([one for one in kept if isinstance(one.event, _STOCK)], batch=batch.id, draws=_draws(kept))
    found += immunization.fold([one for one in kept if isinstance(one.event, _RECORD)])
    found += visits.fold(kept)
    found += safety.fold([one for one in kept if isinstance(one.event, Aefi)])
    _mark_unfolded(kept, found, batch=batch)
    gathered: defaultdict[UUID, list[str]] = defaultdict(list)
    for finding in found:
        if finding.entry is not None:
            gathered[finding.entry].append(finding.code)
    return gathered


def _blocks(kept: Sequence[Kept[Event]]) -> list[PersonTold]:
    return [
        PersonTold(
            entry=one.event.id,
            person=one.event.person,
            block=one.event.block,
            site=one.site or "",
            recorded_at=one.recorded_at,
        )
        for one in kept
        if isinstance(one.event, Arrived) and one.event.block is not None
    ]


def _draws(kept: Sequence[Kept[Event]]) -> list[Draw]:
    return [
        Draw(
            entry=one.event.id,
            site=one.site or "",
            lot=one.event.lot,
            vial=one.event.vial,
            occurred_at=one.occurred_at,
        )
        for one in kept
        if isinstance(one.event, DoseGiven)
    ]


def _mark_unfolded(kept: Sequence[Kept[Event]], found: Sequence[Finding], *, batch: _Batch) -> None:
    kinds = {one.event.id: one.event.kind() for one in kept}
    waiting = {entry: (kind, "room-to-come") for entry, kind in kinds.items() if kind in engine.NOT_YET_FOLDED}
    for finding in found:
        if finding.code == AWAITS and finding.entry is not None:
            waiting[finding.entry] = (kinds[finding.entry], AWAITS)
    journal.mark_unfolded(waiting, site=batch.site, recorded_at=batch.now)
