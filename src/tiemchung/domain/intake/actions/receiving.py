"""A device's signed batch: who sends it, where it stands against the chain we hold, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.domain.access import actions as access_actions
from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Device, DeviceKind, DeviceStatus
from tiemchung.domain.intake import engine
from tiemchung.domain.intake.actions.keeping import Batch, keep
from tiemchung.domain.intake.errors import BatchTooLarge, BatchUnreadable, BrokenChain, UnknownSender, WrongSignature
from tiemchung.domain.intake.values import Answer, Outcome, Reason, Receipt
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.journal.values import Chain, SetAside
from tiemchung.kernel import sealed, wire
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.rowsecurity import reaching

_TOO_LARGE = frozenset({wire.WireCode.BATCH_TOO_LARGE, wire.WireCode.TOO_MANY_ENTRIES, wire.WireCode.ENTRY_TOO_LARGE})


def receive(batch: bytes, *, now: datetime, sealed_to: ec.EllipticCurvePrivateKey | None = None) -> Receipt:
    """Take one signed batch of a device; `now` is the center's clock. Acknowledged means once and for ever.

    Refuses the whole batch, and stores nothing of it, if it is too large, unreadable, of an unknown sender, wrongly signed, or
    does not continue the device's chain. Otherwise every entry is answered: kept, known (a repeat) or set aside.
    With `sealed_to` its lines are sealed to this key; the header signs what they say.
    """
    header, lines = _parse(batch, max_line_bytes=wire.MAX_ENTRY_BYTES if sealed_to is None else sealed.MAX_LINE_BYTES)
    opened = sealed_to is None
    while True:
        known = _sender(header)
        if sealed_to is not None and not opened:
            # Only for a sender that we know: opening costs more than anything a stranger may make us do.
            lines, opened = _opened(header, lines, sealed_to), True
        with reaching(Reach(sites=frozenset({known.site}))):
            chain = journal.lock_chain(header.device)
            # Read when the chain is ours: a revocation that was committed while this batch waited for it holds.
            device = access_actions.hear(header.device, at=now)
            if device is not None and (device.site, device.public_key) == (known.site, known.public_key):
                if wire.chain(header.previous, header.first, lines) != header.head:
                    raise BrokenChain(last_sequence=chain.last_sequence, head=chain.head)
                return _take(header, lines, chain=chain, device=device, now=now)
        _senders.pop(header.device, None)


_senders: dict[UUID, Device] = {}
_MOST_SENDERS = 10_000


def _sender(header: wire.Header) -> Device:
    """Return who signed this batch. Key and site of a device are remembered; whether it may speak is asked each time."""
    device = _senders.get(header.device)
    if device is None:
        device = access.device_for_batch(header.device)
        if device is None or device.status is DeviceStatus.WAITING or device.kind is DeviceKind.HUB:
            raise UnknownSender(device=header.device)
    if not wire.verify_head(_public_key(device.public_key), header):
        _senders.pop(header.device, None)
        raise WrongSignature(device=header.device)
    if len(_senders) >= _MOST_SENDERS:
        _senders.clear()
    _senders[header.device] = device
    return device


def _parse(batch: bytes, *, max_line_bytes: int) -> tuple[wire.Header, list[bytes]]:
    try:
        return wire.parse_batch(batch, max_line_bytes=max_line_bytes)
    except wire.WireError as error:
        refusal = BatchTooLarge if error.code in _TOO_LARGE else BatchUnreadable
        raise refusal(wire_code=str(error.code), detail=error.detail) from error


def _opened(header: wire.Header, lines: Sequence[bytes], key: ec.EllipticCurvePrivateKey) -> list[bytes]:
    clear = []
    for seq, line in enumerate(lines, header.first):
        try:
            raw = wire.from_base64url(line.decode("ascii"))
            clear.append(sealed.unseal_entry(key, raw, device=header.device, seq=seq))
        except (wire.WireError, UnicodeDecodeError, sealed.SealedError) as error:
            raise BatchUnreadable(wire_code="sealed-unreadable", detail=f"sequence {seq}") from error
    if sum(map(len, clear)) > wire.MAX_BATCH_BYTES:
        raise BatchTooLarge(wire_code=str(wire.WireCode.BATCH_TOO_LARGE), detail="what was sealed in it")
    return clear


@lru_cache(maxsize=4096)
def _public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    return wire.load_public_key(point)


# Where the batch stands against the chain we hold


def _take(header: wire.Header, lines: Sequence[bytes], *, chain: Chain, device: Device, now: datetime) -> Receipt:
    batch = Batch(id=uuid7(), device=device.id, site=device.site, kinds=device.kinds, now=now)
    overlap = min(chain.last_sequence - header.first + 1, len(lines))
    is_next = header.first == chain.last_sequence + 1 and header.previous == chain.head
    # Of a chain that forked already, whatever else follows is held too: a tablet gets rid of all that it wrote.
    parts = not _is_prefix(header, lines, overlap, chain) if overlap > 0 else chain.forked and not is_next
    if parts:
        forked = _fork(header, lines, chain=chain, batch=batch)
        return Receipt(recorded_at=now, last_sequence=chain.last_sequence, head=chain.head, answers=forked)
    if overlap <= 0 and not is_next:
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
        answers += keep(header, rest, chain=chain, batch=batch, first=first)
    return Receipt(recorded_at=now, last_sequence=header.last, head=header.head, answers=answers)


def _is_prefix(header: wire.Header, lines: Sequence[bytes], overlap: int, chain: Chain) -> bool:
    """Tell whether the batch's first entries are exactly those we hold at these sequences.

    A link covers everything before it: if the batch's link at our last sequence is our head, all of it is the same. A repeat
    that ends earlier is known by the head of a batch taken before, or else entry by entry.
    """
    if header.last >= chain.last_sequence:
        return wire.chain(header.previous, header.first, lines[:overlap]) == chain.head
    if journal_queries.has_batch(chain.device, header.head, last=header.last):
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


def _again(first: int, lines: Sequence[bytes], batch: Batch) -> list[Answer]:
    """Answer a repeat as it stands now: known, or set aside for the same reason unless somebody has let it in since."""
    aside = journal_queries.set_aside_at(batch.device, first, first + len(lines) - 1)
    return [_stands(line, seq, aside.get((seq, journal.mark(line)))) for seq, line in enumerate(lines, first)]


def _stands(line: bytes, seq: int, reason: str | None) -> Answer:
    outcome = Outcome.KNOWN if reason is None else Outcome.SET_ASIDE
    return Answer(id=engine.id_in(line), seq=seq, outcome=outcome, reason=reason)


def _fork(header: wire.Header, lines: Sequence[bytes], *, chain: Chain, batch: Batch) -> list[Answer]:
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
    first: int, lines: Sequence[bytes], reason: Reason, *, header: wire.Header, chain: Chain, batch: Batch
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
