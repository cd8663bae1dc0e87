"""A hub at work for its tests: its door and its carrier between a hall's tablets and a center in memory."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from tests.project.hub.hall import ORIGIN, Center, Tablet
from tiemchung.kernel import wire
from tiemchung.project.hub.carrier import ROSTER_EVERY, Carrier
from tiemchung.project.hub.door import BATCHES, NOTES, RECEIPTS, SEALED, Door
from tiemchung.project.hub.store import Store
from tiemchung.project.hub.uplink import Uplink, believed

KEY = ec.generate_private_key(ec.SECP256R1())
LATER = timedelta(hours=1)


class Hall:
    """A center, a hub with its door and its carrier, and what a test asks of them."""

    def __init__(self, store: Store) -> None:
        self.center, self.store, self.said = Center(), store, list[str]()
        self.center.hub_key = wire.dump_public_key(KEY.public_key())
        self.start_again()
        self.now = datetime.now(tz=UTC)

    def start_again(self) -> None:
        """Let the hub's processes end, and begin anew on the same disk."""
        uplink = Uplink(self.center.ask, hub=self.center.hub, key=KEY, server_key=self.center.server_key)
        self.carrier = Carrier(self.store, uplink, say=self.said.append)
        self.door = Door(self.store, hub=self.center.hub, key=KEY, origin=ORIGIN)

    def tablet(self) -> Tablet:
        """Let a tablet in that the hub has heard of."""
        made = self.center.tablet()
        self.later(ROSTER_EVERY)
        return made

    def later(self, passed: timedelta = LATER) -> bool:
        """Let the hub look for work after a while."""
        self.now += passed
        return self.carrier.round(now=self.now)

    def ask(
        self, path: str, body: bytes = b"", *, method: str = "POST", **told: str
    ) -> tuple[int, Any, dict[str, str]]:
        """Ask the door as the server before it would."""
        heard: list[Any] = []
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": SEALED,
            "wsgi.input": io.BytesIO(body),
            **told,
        }
        content = b"".join(self.door(environ, lambda status, headers: heard.extend([status, dict(headers)])))
        return int(heard[0].split()[0]), json.loads(content) if content else None, heard[1]

    def leave(self, batch: bytes) -> dict[str, Any]:
        """Leave a batch with the hub."""
        status, told, _ = self.ask(BATCHES, batch)
        assert status == 200, told
        found: dict[str, Any] = told
        return found

    def refuses(self, batch: bytes, **told: str) -> tuple[int, str]:
        """Return with which status and code the hub turns a batch away."""
        status, problem, _ = self.ask(BATCHES, batch, **told)
        return status, problem["code"]

    def receipt(self, header: wire.Header) -> dict[str, Any] | None:
        """Ask for a receipt by the header's line, and return what it says under the center's key."""
        line = wire.frame(header, []).rstrip(b"\n")
        status, told, _ = self.ask(RECEIPTS, line)
        assert status == 200, told
        if told["receipt"] is None:
            return None
        said = believed(told["receipt"], server_key=self.center.server_key, typ="tc-receipt+jws")
        assert said is not None
        return said

    def tell(self, tablet: Tablet, *, first: int = 1, after: str = "") -> dict[str, Any]:
        """Let a tablet leave notes of its entries from a place on, and hear what the others left."""
        status, told, _ = self.ask(NOTES, tablet.notes(first, after=after, hub=self.center.hub))
        assert status == 200, told
        found: dict[str, Any] = told
        return found
