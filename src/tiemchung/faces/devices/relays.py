"""The door for a site's hub: one batch in an envelope, answered by a receipt that the hub hands on and cannot make."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from tiemchung.domain.access import actions as access
from tiemchung.domain.access import queries as access_queries
from tiemchung.domain.access.values import Device
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.values import Receipt
from tiemchung.faces.shared import tabletkeys as signing
from tiemchung.faces.shared.refusals import problem, refused
from tiemchung.kernel import relay, wire
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

RELAYED = "application/vnd.tiemchung.relay"
"""An envelope's type."""
RECEIPT_FORMAT, ROSTER_FORMAT = "tiemchung/receipt/1", "tiemchung/roster/1"


def receive(request: HttpRequest) -> HttpResponse:
    """Take one batch that a hub brings, as if its tablet had sent it; refuse the envelope, or the batch, by a code."""
    if request.method != "POST":
        return problem("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED)
    now = clock().now()
    try:
        hub, envelope = access.open_envelope(request.read(relay.MAX_ENVELOPE_BYTES + 1), now=now)
        receipt = intake.receive(envelope.batch, now=now, sealed_to=signing.unsealing_key())
        header = wire.parse_header(envelope.batch.partition(b"\n")[0])
        access.note_relayed(header, hub=hub, taken_at=envelope.taken_at, recorded_at=now)
    except Refusal as refusal:
        return refused(refusal)
    told = {"receipt": signing.compact(_receipt(header, receipt), typ=signing.RECEIPT)}
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


def roster(hub: Device) -> str:
    """Return the tablets whose batches the hub of a site keeps, under the server's key."""
    cut_off = set(access_queries.devices_cut_off(hub.site))
    tablets = [
        {"device": device, "public_key": wire.to_base64url(point), "cut_off": device in cut_off}
        for device, point in access_queries.tablets_known(hub.site)
    ]
    content = {
        "format": ROSTER_FORMAT,
        "hub": hub.id,
        "site": hub.site,
        "issued_at": clock().now(),
        "devices": tablets,
    }
    return signing.compact(content, typ=signing.ROSTER)


def _receipt(header: wire.Header, receipt: Receipt) -> dict[str, Any]:
    """Return what the center says to one batch of one tablet: which stretch of the chain it was, and what became of it."""
    return {
        "format": RECEIPT_FORMAT,
        "device": header.device,
        "first": header.first,
        "count": header.count,
        "head": wire.to_base64url(header.head),
        "recorded_at": receipt.recorded_at,
        "last_sequence": receipt.last_sequence,
        "answers": receipt.answers,
    }
