"""How a refusal reaches whoever asked: a page with its sentence, or problem details (RFC 9457) for a machine."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tiemchung.faces.shared.sentences import REFUSALS, UNNAMED
from tiemchung.faces.shared.words import said
from tiemchung.kernel.refusal import Refusal

STATUSES: dict[str, int] = {"not-permitted": 403, "unknown-sender": 401, "wrong-signature": 401, "too-large": 413}
"""HTTP statuses by code. Any other refusal is a conflict with how things stand."""
CONFLICT = 409
PROBLEM = "application/problem+json"


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status that carries this refusal."""
    return STATUSES.get(refusal.code, CONFLICT)


def sentence(refusal: Refusal) -> str:
    """Say in the request's language what was refused and what to do."""
    return said(REFUSALS.get(refusal.code, UNNAMED), **refusal.facts)


def problem(refusal: Refusal) -> HttpResponse:
    """Answer a machine: code, sentence and the refusal's facts as problem details."""
    body = {"title": sentence(refusal), "status": status_of(refusal), "code": refusal.code, **refusal.facts}
    return HttpResponse(msgspec.json.encode(body), status=status_of(refusal), content_type=PROBLEM)


class RefusalMiddleware:
    """Turns a refusal that a view let through into an answer. What is no refusal is our own fault and passes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave everything else to Django."""
        if not isinstance(exception, Refusal):
            return None
        if request.path_info.startswith("/api/") or not request.accepts("text/html"):
            return problem(exception)
        page = {"sentence": sentence(exception), "code": exception.code}
        return render(request, "shared/refused.html", page, status=status_of(exception))
