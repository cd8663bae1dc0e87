"""What must hold once everything has settled, asked of the tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from tests.domain.intake.chair import NOW
from tests.domain.intake.model.center import Center
from tests.domain.intake.model.faults import Broken, Fault
from tests.domain.intake.model.protocol import Protocol
from tests.domain.intake.model.tablets import Tablet
from tiemchung.domain.immunization.values import DoseStatus

TOO_SOON = {"interval-too-short", "dose-after-series"}
CAMPAIGN_STARTS = datetime.fromisoformat("2021-03-08T00:00:00+07:00")
AHEAD = timedelta(minutes=10)

Doses = Mapping[UUID, tuple[UUID, int, set[str]]]


def faults(center: Center, protocol: Protocol, tablets: Sequence[Tablet], persons: Sequence[UUID]) -> list[Fault]:
    """Return what is not as PROTOCOL says; `persons` are those who may clash, the last with the first one's number."""
    doses = center.doses()
    return [
        *_in_the_journal(center, protocol, tablets),
        *_in_the_record(center, protocol, doses),
        *_unflagged(protocol, doses),
        *_undoubted(center, protocol, persons),
        *_untold(protocol, tablets),
    ]


def _in_the_journal(center: Center, protocol: Protocol, tablets: Sequence[Tablet]) -> Iterator[Fault]:
    record, aside = center.record(protocol.books), center.aside(protocol.books)
    held = Counter(record)
    for (device, seq, _, digest), times in aside.items():
        held[device, seq, digest] += times
    kept = {digest for _, _, digest in record}
    for tablet in tablets:
        for seq, line in sorted(tablet.acknowledged):
            digest = sha256(line).digest()
            times = held[tablet.device, seq, digest]
            # The same bytes under the same id are one entry: another device may have brought them first.
            if times != 1 and not (times == 0 and digest in kept):
                yield Fault(Broken.LOST, f"{tablet.device}'s entry {seq} is here {times} times")
    due = Counter((one.device, one.seq, sha256(one.line).digest()) for one in protocol.kept.values())
    due_aside = Counter(
        (device, seq, reason, sha256(line).digest())
        for device, book in protocol.books.items()
        for (seq, line), reason in book.aside.items()
    )
    if record - due:
        yield Fault(Broken.UNDUE, _places(record - due))
    if due - record:
        yield Fault(Broken.MISSING, _places(due - record))
    if aside != due_aside:
        yield Fault(Broken.ASIDE, f"not due: {_places(aside - due_aside)}; not there: {_places(due_aside - aside)}")


def _places(entries: Mapping[tuple[Any, ...], int]) -> str:
    return ", ".join(f"{entry[0]} {entry[1:-1]}" for entry in entries)


def _in_the_record(center: Center, protocol: Protocol, doses: Doses) -> Iterator[Fault]:
    told = {entry: one.told for entry, one in protocol.kept.items()}
    given = {entry: UUID(said["person"]) for entry, said in told.items() if said["kind"] == "dose-given"}
    if {dose: person for dose, (person, _, _) in doses.items()} != given:
        yield Fault(Broken.RECORD, f"{len(doses)} are there, {len(given)} were kept")
    amends = {entry: UUID(said["entry"]) for entry, said in told.items() if said["kind"] in {"voided", "corrected"}}
    if (waiting := center.awaiting()) != (lost := {entry for entry, dose in amends.items() if dose not in told}):
        yield Fault(Broken.WAITING, f"though it came: {waiting - lost}; not waited for: {lost - waiting}")
    for entry, dose in amends.items():
        is_here = dose in given and dose in doses and protocol.kept[dose].site == protocol.kept[entry].site
        if is_here and told[entry]["kind"] == "voided" and doses[dose][1] != DoseStatus.VOIDED:
            yield Fault(Broken.UNVOIDED, str(dose))


def _unflagged(protocol: Protocol, doses: Doses) -> Iterator[Fault]:
    dated: defaultdict[UUID, list[set[str]]] = defaultdict(list)
    for dose, (person, status, findings) in doses.items():
        kept = protocol.kept.get(dose)
        if kept is None:
            continue
        if is_plausible(kept.told) == ("time-implausible" in findings):
            yield Fault(Broken.CLOCK, f"{dose}: {sorted(findings)}")
        elif is_plausible(kept.told) and status != DoseStatus.VOIDED:
            dated[person].append(findings)
    for person, found in dated.items():
        if len(found) > 1 and not all(findings & TOO_SOON for findings in found):
            yield Fault(Broken.UNFLAGGED, f"{len(found)} doses of {person}: {found}")


def _undoubted(center: Center, protocol: Protocol, persons: Sequence[UUID]) -> Iterator[Fault]:
    met = {said["person"] for said in (one.told for one in protocol.kept.values()) if said["kind"] == "arrived"}
    both = {persons[0], persons[-1]}
    if {str(person) for person in both} <= met and not both <= center.doubted():
        yield Fault(Broken.UNDOUBTED)


def is_plausible(said: Mapping[str, Any]) -> bool:
    """Tell whether an entry's clock may have been right."""
    at = datetime.fromisoformat(said["at"]) + timedelta(milliseconds=said["offset_ms"] or 0)
    return CAMPAIGN_STARTS <= at <= NOW + AHEAD


def _untold(protocol: Protocol, tablets: Sequence[Tablet]) -> Iterator[Fault]:
    for tablet in tablets:
        if not protocol.books[tablet.device].listened_to:
            continue
        of_site = {entry: one.device for entry, one in protocol.kept.items() if one.site == tablet.site}
        others = Counter(entry for entry, device in of_site.items() if device != tablet.device)
        own = Counter(entry for entry, device in of_site.items() if device == tablet.device)
        if tablet.pulled != others:
            where = f"{tablet.device} missed {others - tablet.pulled}, was told twice {tablet.pulled - others}"
            yield Fault(Broken.UNTOLD, where)
        if tablet.own != own:
            yield Fault(Broken.UNTOLD, f"{tablet.device} heard of its own {tablet.own}, not {own}")
