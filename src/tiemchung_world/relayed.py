"""How a tablet's outbox goes by a site's hub while the center is out of reach: left there sealed, answered for by the center alone.

| the hub's answer | what the tablet does |
|---|---|
| `held` | nothing: its entries wait as before |
| a receipt under the center's key, for exactly that batch | forgets what was answered, entry by entry |
| none, 429, 5xx | asks again a little later |
"""

from __future__ import annotations

import http.client
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from tiemchung.kernel import sealed, wire
from tiemchung_world import bundle, sent
from tiemchung_world.center import Center, insist
from tiemchung_world.uplink import BATCHES, RefusedError, UnexpectedAnswerError

if TYPE_CHECKING:
    from tiemchung_world.center import Answer
    from tiemchung_world.tablet import Entry, Tablet

SEALED: Final = "application/vnd.tiemchung.sealed+ndjson"
RECEIPTS: Final = "/api/devices/receipts"


@dataclass(frozen=True, kw_only=True)
class Left:
    """One batch as it lies with the hub."""

    header: wire.Header
    entries: list[Entry]


@dataclass(kw_only=True)
class ByHub:
    """One tablet's way by the hub. `sealing_key` and `server_key` are the center's, as the enrollment told them: raw points."""

    hub: Center
    tablet: Tablet
    sealing_key: bytes
    server_key: bytes
    sent_file: sent.SentFile
    left: deque[Left] = field(default_factory=deque)

    def leave(self, size: int) -> None:
        """Leave the whole outbox with the hub, in batches of so many entries. It stays in the outbox."""
        previous, to = self.tablet.previous, wire.load_public_key(self.sealing_key)
        entries = iter(self.tablet.outbox)
        while batch := list(islice(entries, size)):
            header = wire.sign_batch(
                [entry.line for entry in batch],
                device=self.tablet.device,
                first=batch[0].seq,
                previous=previous,
                private_key=self.tablet.key,
            )
            lines = [sealed.seal_entry(to, entry.line, device=self.tablet.device, seq=entry.seq) for entry in batch]
            body = wire.frame(header, [wire.to_base64url(line).encode() for line in lines])
            answer = insist(lambda body=body: self.hub.request("POST", BATCHES, body, headers={"Content-Type": SEALED}))  # type: ignore[misc]  # a default binds it
            if answer.status != http.client.OK:
                raise RefusedError(answer)
            self.left.append(Left(header=header, entries=batch))
            previous = header.head

    def asks_for_nothing(self) -> Answer:
        """Ask for the receipt of a batch that was never left: a hub that knows the tablet says `not-held`."""
        header = wire.sign_batch(
            [b""],
            device=self.tablet.device,
            first=self.tablet.seq + 1,
            previous=self.tablet.previous,
            private_key=self.tablet.key,
        )
        return insist(lambda: self.hub.request("POST", RECEIPTS, wire.frame(header, [])))

    def collect(self) -> None:
        """Take the receipts that the hub has by now, in the chain's order, and forget what they answer for."""
        while self.left:
            first = self.left[0]
            answer = insist(lambda first=first: self.hub.request("POST", RECEIPTS, wire.frame(first.header, [])))  # type: ignore[misc]  # same
            if answer.status != http.client.OK:
                raise RefusedError(answer)
            outcomes = self._answered(first, answer)
            if outcomes is None:
                return
            self.sent_file.write(
                device=self.tablet.device, site=self.tablet.site, answered=zip(first.entries, outcomes, strict=True)
            )
            self.tablet.forget(first.entries)
            self.left.popleft()

    def _answered(self, left: Left, answer: Answer) -> list[str] | None:
        """Return what the center's receipt says of each entry; None while there is none. Anybody else's is no receipt."""
        receipt = answer.json().get("receipt")
        if receipt is None:
            return None
        told: dict[str, Any] = bundle.opened(str(receipt).encode(), server_key=self.server_key)
        header = left.header
        meant = {"device": str(header.device), "first": header.first, "count": header.count}
        if any(told.get(name) != value for name, value in meant.items()) or told["head"] != wire.to_base64url(
            header.head
        ):
            raise UnexpectedAnswerError(f"a receipt for another batch: {told}")
        outcomes = {one["seq"]: one["outcome"] for one in told["answers"]}
        return [outcomes[entry.seq] for entry in left.entries]
