"""The way of a batch: bytes in, one answer an entry out. A plain view, for this is the hot path of a campaign."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse

from tiemchung.domain.intake import actions as intake
from tiemchung.faces.shared.busy import busy
from tiemchung.faces.shared.refusals import problem, refused
from tiemchung.faces.shared.tabletkeys import unsealing_key
from tiemchung.kernel import wire
from tiemchung.kernel.refusal import Refusal
from tiemchung.kernel.sealed import SealedError, inflate
from tiemchung.plumbing.time import clock

IDENTITY, DEFLATE = "identity", "deflate"
"""The codings of a body, as HTTP names them; the second is zlib (RFC 1950)."""
SEALED = "application/vnd.tiemchung.sealed+ndjson"
"""A batch whose lines are sealed to the server: a locked tablet sends what it has never seen in clear again."""

_encoder = msgspec.json.Encoder()


def receive(request: HttpRequest) -> HttpResponse:
    """Take a signed batch and answer what became of each entry; refuse the whole batch by a status and a code."""
    if request.method != "POST":
        return problem("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED)
    body = _clear(request)
    if isinstance(body, HttpResponse):
        return body
    sealed_to = unsealing_key() if request.content_type == SEALED else None
    try:
        receipt = intake.receive(body, now=clock().now(), sealed_to=sealed_to)
    except Refusal as refusal:
        return refused(refusal)
    except OperationalError as error:
        # No middleware stands before this door.
        return busy(error, view="a batch")
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
        headers={"X-Content-Type-Options": "nosniff"},
    )


def _clear(request: HttpRequest) -> bytes | HttpResponse:
    """Return the body as it was before it was deflated, or the answer to one that cannot be taken."""
    body = request.read(wire.MAX_BATCH_BYTES + 1)
    coding = request.headers.get("Content-Encoding", IDENTITY)
    if coding == IDENTITY:
        return body
    if coding != DEFLATE:
        return problem("encoding-unknown", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, known=[IDENTITY, DEFLATE])
    try:
        inflated = inflate(body, at_most=wire.MAX_BATCH_BYTES)
    except SealedError:
        return problem("body-unreadable", HTTPStatus.BAD_REQUEST)
    if inflated is None:
        return problem("body-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, max_bytes=wire.MAX_BATCH_BYTES)
    return inflated
