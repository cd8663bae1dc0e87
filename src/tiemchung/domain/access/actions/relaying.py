"""What a hub brings: its envelope is proved, and when it took a batch is noted beside the center's own time."""

from __future__ import annotations

from datetime import datetime

from tiemchung.domain.access.actions.devices import hear
from tiemchung.domain.access.errors import RelayRefused
from tiemchung.domain.access.queries import service as queries
from tiemchung.domain.access.values import Device, DeviceKind
from tiemchung.kernel import relay, wire
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database


def open_envelope(content: bytes, *, now: datetime) -> tuple[Device, relay.Envelope]:
    """Return the enrolled hub that signed an envelope, and what it brings; whoever brings, lives.

    Refuses anybody else alike (`relay-refused`). Brought again it opens again: what it carries is known by its own chain.
    """
    try:
        envelope = relay.parse_envelope(content)
    except wire.WireError as error:
        raise RelayRefused from error
    hub = queries.device_for_batch(envelope.hub)
    if hub is None or hub.kind is not DeviceKind.HUB or not hub.listened_to(now):
        raise RelayRefused
    if not relay.verify_envelope(wire.load_public_key(hub.public_key), envelope):
        raise RelayRefused
    hear(hub.id, at=now)
    return hub, envelope


def note_relayed(header: wire.Header, *, hub: Device, taken_at: datetime, recorded_at: datetime) -> None:
    """Keep when a hub took a batch, by its own clock. Brought again, the first time stands."""
    database.run(
        """insert into access_relayed (id, site, device, first, last, head, hub, taken_at, recorded_at)
           values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing""",
        (uuid7(), hub.site, header.device, header.first, header.last, header.head, hub.id, taken_at, recorded_at),
    )
