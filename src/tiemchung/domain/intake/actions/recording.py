"""Entries that no tablet sends now: what somebody enters on a page, and what a lead lets in that was set aside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.access import queries as access
from tiemchung.domain.intake.actions.keeping import Batch, keep, let_in
from tiemchung.domain.intake.errors import AsideReasonMissing, ToldOtherwiseBefore
from tiemchung.domain.intake.values import RELEASABLE, Answer, Outcome
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.kernel.actor import Actor, Power, Reach
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rowsecurity import reaching

RELEASED_AT_ONCE = 2_000
"""As many as one device may leave with us; more waits for the next call."""

_OF_THE_SENDING = frozenset({"seq", "staff", "site", "recorder"})
"""Fields of a line that a page does not say: its place in the chain, by whom it was typed and where it was sent."""


def record(events: Sequence[Event], *, actor: Actor, site: str, now: datetime) -> list[Answer]:
    """Keep what somebody entered on a page at a site, as the server device: the same path as a tablet's batch.

    The caller's policy has allowed it. The id of an event is its idempotency key: a page sent twice is one fact. Sent
    again with other words, nothing of it is taken and whoever stands before the page is told (`told-otherwise-before`):
    part of a page kept and part of it not would contradict itself.
    """
    return _record(events, actor=actor, site=site, now=now)


def record_from_paper(events: Sequence[Event], *, actor: Actor, site: str, now: datetime) -> list[Answer]:
    """Keep what somebody typed from a sheet of paper: as `record`, but written down only now, whenever its ids were made.

    The sheet's rows have had their ids since it was printed, so that it may be brought twice; an id of yesterday morning
    would else make of a dose typed a week later one that was written down in time.
    """
    return _record(events, actor=actor, site=site, now=now, appended_at=now)


def _record(
    events: Sequence[Event], *, actor: Actor, site: str, now: datetime, appended_at: datetime | None = None
) -> list[Answer]:
    with reaching(Reach(sites=frozenset({site}))):
        # A form sent twice at once comes to two server devices: the second waits here and finds the first.
        journal.lock_ids([event.id for event in events])
        chain = journal.lock_chain(journal.server_device())
        known = _known_events(events)
        if Outcome.SET_ASIDE in known.values():
            raise ToldOtherwiseBefore
        fresh = [event for event in events if event.id not in known]
        lines = [
            msgspec.json.encode(msgspec.structs.replace(event, seq=seq, staff=event.staff or actor.id, site=site))
            for seq, event in enumerate(fresh, chain.last_sequence + 1)
        ]
        answers = [Answer(id=event.id, seq=0, outcome=known[event.id]) for event in events if event.id in known]
        if lines:
            header = journal.sign_lines(lines, chain)
            batch = Batch(id=uuid7(), device=chain.device, site=site, kinds=None, now=now, appended_at=appended_at)
            answers += keep(header, lines, chain=chain, batch=batch)
        return answers


def release(site: str, *, actor: Actor, now: datetime, only: Collection[UUID] | None = None) -> list[Answer]:
    """Let in what revoked or expired devices of a site had sent, after the lead held it against stock and persons.

    `only` are those that the lead looked at: what a stolen tablet sends meanwhile is not among them.

    Each entry is appended with its own device and sequence; its signed batch lies beside it. What cannot be read, or was
    never the device's to send, stays aside.
    Refuses who may not attest at the site (`not-permitted`).
    """
    if actor.id is None or not actor.can(Power.ATTEST) or not actor.reaches(site):
        raise NotPermitted(site=site)
    answers: list[Answer] = []
    done: set[tuple[UUID, int]] = set()
    with reaching(Reach(sites=frozenset({site}))):
        waiting = journal_queries.held_aside(site, reasons=RELEASABLE, limit=RELEASED_AT_ONCE, only=only)
        for whose, held in groupby(waiting, key=lambda one: one.device):
            lines = {one.seq: one.line for one in held}
            chain = journal.lock_chain(whose)
            enrolled = access.device_for_batch(whose)
            kinds = enrolled.kinds if enrolled else None
            batch = Batch(id=uuid7(), device=whose, site=site, kinds=kinds, now=now)
            told = let_in(lines, chain=chain, batch=batch)
            # By its place in its own device's chain: two devices may have used one id, and only one of them is let in.
            done |= {(whose, one.seq) for one in told if one.outcome is not Outcome.SET_ASIDE}
            answers += told
        journal.mark_released([one.id for one in waiting if (one.device, one.seq) in done], by=actor.id, now=now)
    return answers


def close(site: str, waiting: Collection[UUID], *, why: str, actor: Actor, now: datetime) -> int:
    """Close what is set aside at a site, for a reason: it does not count and waits for nobody. Returns how many.

    Its bytes stay, with who closed it and why. Refuses who may not attest at the site, and without a reason.
    """
    if actor.id is None or not actor.can(Power.ATTEST) or not actor.reaches(site):
        raise NotPermitted(site=site)
    if not why.strip():
        raise AsideReasonMissing
    with reaching(Reach(sites=frozenset({site}))):
        return journal.close_aside(waiting, why=why.strip(), by=actor.id, now=now)


def _known_events(events: Sequence[Event]) -> dict[UUID, Outcome]:
    """Tell which events a page has sent before. A page's line holds its place in the chain, so what it says is compared."""
    before = {entry.id: entry for entry in journal_queries.entries([event.id for event in events])}
    known = {}
    for event in events:
        entry = before.get(event.id)
        if entry is not None:
            same = entry.kind == event.kind() and _same_words(entry.body, event)
            known[event.id] = Outcome.KNOWN if same else Outcome.SET_ASIDE
    return known


def _same_words(kept: bytes, event: Event) -> bool:
    """Tell whether a form says what it said before: its place in the chain and the instants of its own sending aside."""
    before, told = msgspec.json.decode(kept), msgspec.json.decode(msgspec.json.encode(event))
    sent = {before["at"], told["at"]}
    return bool(_words_of(before, sent) == _words_of(told, sent))


def _words_of(line: dict[str, Any], sent: set[str]) -> Any:
    return _without(sent, {name: value for name, value in line.items() if name not in _OF_THE_SENDING})


def _without(sent: set[str], value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(sent, one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(sent, one) for one in value]
    return None if isinstance(value, str) and value in sent else value
