"""A tablet of the model: it keeps all that it wrote, sends what is not answered, and goes on from where the center stands."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from tests.domain.intake.chair import NOW, TestTablet
from tests.domain.intake.model.protocol import FORK, REVOKED, Told
from tiemchung.kernel import wire

AGO = timedelta(minutes=5)
"""How long before the center's instant everything here happens."""


class Tablet(TestTablet):
    """A tablet with its whole chain: `links` has the link before the first line too.

    `acknowledged` is what the center has answered for, by sequence and line, as its owner believes it: never lost.
    """

    __test__ = False

    def __init__(self, device: UUID, key: ec.EllipticCurvePrivateKey, *, site: str) -> None:
        super().__init__(device, key, site=site)
        self.lines: list[bytes] = []
        self.links = [self.head]
        self.answered = 0
        self.stopped = ""
        self.acknowledged: set[tuple[int, bytes]] = set()
        self.error = timedelta(0)
        self.offset_ms: int | None = None
        self.cursor: str | None = None
        self.pulled: Counter[UUID] = Counter()
        self.own: Counter[UUID] = Counter()
        self._parted: int | None = None

    def reads(self) -> dict[str, Any]:
        """Return what this tablet's clock says now, and how wrong it knows it to be."""
        at: datetime = NOW - AGO + self.error
        return {"at": at.isoformat(), "offset_ms": self.offset_ms}

    def write(self, line: bytes) -> None:
        """Append the line that `line` has just made, or any bytes in its place."""
        self.lines.append(line)
        self.sequence = len(self.lines)
        self.links.append(wire.link(self.links[-1], self.sequence, line))

    @property
    def waits(self) -> bool:
        """Tell whether something is not answered yet."""
        return self.answered < len(self.lines)

    def next_batch(self, at_most: int) -> tuple[int, list[bytes], bytes]:
        """Return the next entries to send: the first sequence, the lines, and the signed bytes."""
        start = min(self.answered, (self._parted or self.answered + 1) - 1)
        lines = self.lines[start : start + at_most]
        signed = wire.encode_batch(
            lines, device=self.device, first=start + 1, previous=self.links[start], private_key=self.key
        )
        return start + 1, lines, signed

    def hear(self, first: int, lines: list[bytes], told: Told) -> None:
        """Take an answer to heart, as the app does (sync/send.ts)."""
        if told.refusal == "broken-chain":
            self._compare(told)
        elif not told.refusal:
            assert len(told.outcomes) == len(lines), "every entry is answered"
            self.answered, self._parted = first - 1 + len(lines), None
            for seq, (line, outcome) in enumerate(zip(lines, told.outcomes, strict=True), first):
                self.acknowledged.add((seq, line))
                if outcome.endswith((FORK, REVOKED)):
                    self.stopped = outcome

    def hear_where(self, told: Told) -> None:
        """Go back to where the center stands, if it came back from a backup (sync/round.ts)."""
        assert told.last is not None
        if told.last < self.answered and self.links[told.last] == told.head:
            self.answered, self._parted = told.last, None

    def last_batch(self) -> bytes:
        """Return the last entry that was answered, signed once more: whether the center holds it still."""
        start = self.answered - 1
        return wire.encode_batch(
            [self.lines[start]],
            device=self.device,
            first=self.answered,
            previous=self.links[start],
            private_key=self.key,
        )

    def hear_of_the_last(self, told: Told) -> None:
        """Go back to where the center stands, if it has lost what it answered for (sync/send.ts)."""
        if told.refusal == "broken-chain":
            self._compare(told)

    def hear_nothing(self, first: int, lines: list[bytes]) -> None:
        """Wait in vain for an answer: what was sent stays, and is sent again."""

    def _compare(self, told: Told) -> None:
        assert told.last is not None, "who is refused for the chain is told where it stands"
        if told.last <= len(self.lines) and self.links[told.last] == told.head:
            self.answered, self._parted = told.last, None
        else:
            # From its last sequence on the center holds another entry than ours: it is shown them, and keeps both.
            self._parted = told.last

    def restore(self, length: int) -> None:
        """Come back from a backup of the tablet that was made after so many entries. Its owner remembers the answers."""
        del self.lines[length:], self.links[length + 1 :]
        self.sequence, self.answered, self._parted = length, min(self.answered, length), None
        self.stopped = ""
