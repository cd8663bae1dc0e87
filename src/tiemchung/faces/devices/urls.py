"""Addresses of the Devices API. Each view gets its policy, and the size of body beyond which nothing is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from tiemchung.faces.devices import api, batches, relays
from tiemchung.faces.shared.doors import device_only, public
from tiemchung.faces.shared.refusals import problem
from tiemchung.kernel import relay, wire
from tiemchung.plumbing.time import clock

MAX_JSON_BYTES = 8 * 1024
"""No question of a tablet's but a batch is longer."""
OPEN = {
    "enroll": "who holds a one-time code may spend it",
    "enrollment": "tells a tablet that knows its own id where it stands",
    "nonce": "gives random bytes that open nothing by themselves",
    "openapi-json": "the document of this API",
    "api-root": "names the API's address and holds nothing",
}
"""Views that need no signature, with the reason."""
View = Callable[..., HttpResponse]


def limited(view: View, max_bytes: int) -> View:
    """Refuse a body that is longer than told here or tells no length, before a byte of it is read; tell the time with the rest."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        told = request.headers.get("Content-Length", "")
        if "Transfer-Encoding" in request.headers and not told:
            return problem("length-missing", HTTPStatus.LENGTH_REQUIRED)
        if told.isdecimal() and int(told) > max_bytes:
            return problem("body-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, max_bytes=max_bytes)
        answer = view(request, *args, **kwargs)
        answer["TC-Time"] = f"{clock().now().astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
        answer["Cache-Control"] = "no-store"
        return answer

    return checked


def _guarded(pattern: URLPattern) -> URLPattern:
    why = OPEN.get(pattern.name or "")
    view = limited(pattern.callback, MAX_JSON_BYTES)
    pattern.callback = device_only(view) if why is None else public(why)(view)
    return pattern


app_name = "devices"
urlpatterns = [
    path("batches", device_only(limited(batches.receive, wire.MAX_BATCH_BYTES)), name="batch"),
    path("relays", device_only(limited(relays.receive, relay.MAX_ENVELOPE_BYTES)), name="relay"),
    *(_guarded(pattern) for pattern in api.api.urls[0] if isinstance(pattern, URLPattern)),
]
