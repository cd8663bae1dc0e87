"""PROTOCOL's table of answers, written down a second time: what a center owes to each batch, without any database."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import UUID

import msgspec

from tiemchung.kernel import wire

KEPT, KNOWN = "kept", "known"
FORK, REVOKED, REUSED, UNREADABLE = "fork", "device-revoked", "id-reused", "unreadable"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a sender hears: an outcome for each entry, or the code of a refusal; and where its chain stands, if told."""

    outcomes: tuple[str, ...] = ()
    refusal: str = ""
    last: int | None = None
    head: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One entry of the record: whose it is, and the exact line."""

    device: UUID
    seq: int
    site: str
    line: bytes

    @property
    def told(self) -> dict[str, Any]:
        """Return what the line says."""
        said: dict[str, Any] = msgspec.json.decode(self.line)
        return said


@dataclass(kw_only=True)
class Book:
    """What the center holds of one device: its chain, and what of it is set aside and waits."""

    site: str
    links: list[bytes]
    lines: list[bytes] = field(default_factory=list)
    aside: dict[tuple[int, bytes], str] = field(default_factory=dict)
    revoked: bool = False
    forked: bool = False

    @property
    def listened_to(self) -> bool:
        """Tell whether what this device says next counts."""
        return not self.revoked and not self.forked


def id_in(line: bytes) -> UUID | None:
    """Return the id that a line of these tests tells; what is no JSON has none."""
    try:
        return UUID(msgspec.json.decode(line)["id"])
    except msgspec.DecodeError:
        return None


@dataclass
class Protocol:
    """The center as the table has it. `copy` is a backup."""

    books: dict[UUID, Book] = field(default_factory=dict)
    kept: dict[UUID, Kept] = field(default_factory=dict)

    def enroll(self, device: UUID, *, site: str) -> None:
        """Know a device from now on."""
        self.books[device] = Book(site=site, links=[wire.genesis(device)])

    def copy(self) -> Self:
        """Return what a backup of now would hold."""
        return deepcopy(self)

    def stands(self, device: UUID) -> Told:
        """Return where a device's chain stands."""
        book = self.books[device]
        return Told(last=len(book.lines), head=book.links[-1])

    def holds(self, device: UUID, seq: int, line: bytes) -> bool:
        """Tell whether this entry of a device is here, whatever became of it."""
        book = self.books[device]
        return book.lines[seq - 1 : seq] == [line] or self._is_held(book, seq, line)

    def take(self, header: wire.Header, lines: Sequence[bytes]) -> Told:
        """Return what a batch is owed that its device has signed, and hold what it brings."""
        book = self.books.get(header.device)
        if book is None:
            return Told(refusal="unknown-sender")
        stands, first = self.stands(header.device), header.first
        if wire.chain(header.previous, first, lines) != header.head:
            return replace(stands, refusal="broken-chain")
        overlap = max(0, min(len(book.lines) - first + 1, len(lines)))
        follows = first <= len(book.lines) + 1 and header.previous == book.links[first - 1]
        if follows and book.lines[first - 1 : first - 1 + overlap] == list(lines[:overlap]):
            outcomes = [self._stands(book, seq, line) for seq, line in enumerate(lines[:overlap], first)]
            outcomes.extend([self._append(header.device, book, line) for line in lines[overlap:]])
            return replace(self.stands(header.device), outcomes=tuple(outcomes))
        # Of a chain that parted before, whatever else follows is held too: a tablet gets rid of all that it wrote.
        if overlap > 0 or book.forked:
            return replace(stands, outcomes=self._part(book, header, lines))
        return replace(stands, refusal="broken-chain")

    def _append(self, device: UUID, book: Book, line: bytes) -> str:
        """Let the chain go on by one entry, whatever becomes of it."""
        seq = len(book.lines) + 1
        book.lines.append(line)
        book.links.append(wire.link(book.links[-1], seq, line))
        if book.forked:
            return self._set_aside(book, seq, line, FORK)
        if book.revoked:
            return self._set_aside(book, seq, line, REVOKED)
        return self._keep(device, book, seq, line)

    def _keep(self, device: UUID, book: Book, seq: int, line: bytes) -> str:
        entry = id_in(line)
        if entry is None:
            return self._set_aside(book, seq, line, UNREADABLE)
        before = self.kept.get(entry)
        if before is None:
            self.kept[entry] = Kept(device=device, seq=seq, site=book.site, line=line)
            return KEPT
        return KNOWN if before.line == line else self._set_aside(book, seq, line, REUSED)

    def _part(self, book: Book, header: wire.Header, lines: Sequence[bytes]) -> tuple[str, ...]:
        """Hold what a second life of a device wrote; the chain of the first stays where it is."""
        book.forked = True
        outcomes = []
        for seq, line in enumerate(lines, header.first):
            if not self._is_held(book, seq, line):
                self._set_aside(book, seq, line, FORK)
            outcomes.append(self._stands(book, seq, line))
        return tuple(outcomes)

    def _is_held(self, book: Book, seq: int, line: bytes) -> bool:
        entry = id_in(line)
        before = None if entry is None else self.kept.get(entry)
        return (seq, line) in book.aside or (before is not None and before.line == line)

    def _stands(self, book: Book, seq: int, line: bytes) -> str:
        reason = book.aside.get((seq, line))
        return KNOWN if reason is None else f"set-aside {reason}"

    def _set_aside(self, book: Book, seq: int, line: bytes, reason: str) -> str:
        book.aside[seq, line] = reason
        return f"set-aside {reason}"

    def release(self, site: str) -> int:
        """Let in what revoked devices of a site had sent, and return how much that is.

        What cannot be read, or whose id is used, stays aside.
        """
        let_in = 0
        for device, book in sorted(self.books.items(), key=lambda item: item[0]):
            for seq, line in sorted(key for key, reason in book.aside.items() if reason == REVOKED):
                entry = id_in(line)
                if book.site != site or entry is None:
                    continue
                before = self.kept.setdefault(entry, Kept(device=device, seq=seq, site=site, line=line))
                if before.line == line:
                    del book.aside[seq, line]
                    let_in += 1
        return let_in
