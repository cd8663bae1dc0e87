"""The way of a batch: bytes in, one answer an entry out. A plain view, for this is the hot path of a campaign."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from django.http import HttpRequest, HttpResponse

from tiemchung.domain.intake import actions as intake
from tiemchung.faces.devices.problems import problem, refused
from tiemchung.kernel import wire
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

_encoder = msgspec.json.Encoder()


def receive(request: HttpRequest) -> HttpResponse:
    """Take a signed batch and answer what became of each entry; refuse the whole batch by a status and a code."""
    if request.method != "POST":
        return problem("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED)
    try:
        receipt = intake.receive(request.read(wire.MAX_BATCH_BYTES + 1), now=clock().now())
    except Refusal as refusal:
        return refused(refusal)
    return HttpResponse(
        _encoder.encode(
            {
                "recorded_at": receipt.recorded_at,
                "last_sequence": receipt.last_sequence,
                "head": wire.to_base64url(receipt.head),
                "answers": receipt.answers,
            }
        ),
        content_type="application/json",
    )
