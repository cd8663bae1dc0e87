"""Whether this platform lives and which run it is; and, in a demo, the setting of its clock."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tiemchung.faces.shared.doors import demo_only, public
from tiemchung.plumbing.time import clock, set_clock


class _Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    starts_at: datetime
    factor: float


@public("load balancers and the demo's supervisor ask before anybody signs in; it tells nothing but the time")
@require_GET
@never_cache
def health(_request: HttpRequest) -> HttpResponse:
    """Answer 200 with the run's id while the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"run": settings.TIEMCHUNG_RUN, "status": "no-database"}, status=503)
    return JsonResponse({"run": settings.TIEMCHUNG_RUN, "status": "ok", "now": _text(clock().now())})


@csrf_exempt  # a replay has no cookie; a page elsewhere cannot send this content type without our leave
@demo_only
@require_POST
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Let the domain's time start at an instant and run at a pace: {"starts_at", "factor"}."""
    if request.content_type != "application/json":
        return _problem(415, "unsupported-media-type", "send application/json")
    try:
        wanted = msgspec.json.decode(request.body, type=_Wanted)
        told = set_clock(starts_at=wanted.starts_at, factor=wanted.factor)
    except (msgspec.MsgspecError, ValueError) as error:
        return _problem(400, "clock-not-understood", str(error))
    return JsonResponse({"now": _text(told.now())})


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _problem(status: int, code: str, detail: str) -> HttpResponse:
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")
