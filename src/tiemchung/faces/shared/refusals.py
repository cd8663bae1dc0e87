"""How a refusal reaches whoever asked: a page with its sentence, or problem details (RFC 9457) for a machine."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tiemchung.faces.shared.failures import not_this_way
from tiemchung.faces.shared.sentences import FIELDS, REFUSALS, UNNAMED
from tiemchung.faces.shared.words import said
from tiemchung.kernel import wire
from tiemchung.kernel.refusal import Refusal

PROBLEM = "application/problem+json"
STATUSES: dict[str, HTTPStatus] = {
    "not-permitted": HTTPStatus.FORBIDDEN,
    "consent-unknown": HTTPStatus.NOT_FOUND,
    "link-unknown": HTTPStatus.NOT_FOUND,
    "enrollment-refused": HTTPStatus.FORBIDDEN,
    "relay-refused": HTTPStatus.UNAUTHORIZED,
    "request-not-signed": HTTPStatus.UNAUTHORIZED,
    "unlock-refused": HTTPStatus.FORBIDDEN,
    "unlock-tries-spent": HTTPStatus.TOO_MANY_REQUESTS,
    "unlock-tries-spent-at-site": HTTPStatus.TOO_MANY_REQUESTS,
    "too-many-requests": HTTPStatus.TOO_MANY_REQUESTS,
    "unknown-sender": HTTPStatus.UNAUTHORIZED,
    "wrong-signature": HTTPStatus.UNAUTHORIZED,
    "device-unknown": HTTPStatus.NOT_FOUND,
    "incident-unknown": HTTPStatus.NOT_FOUND,
    "case-unknown": HTTPStatus.NOT_FOUND,
    "scan-unknown": HTTPStatus.NOT_FOUND,
    "list-unknown": HTTPStatus.NOT_FOUND,
    "checked-list-unknown": HTTPStatus.NOT_FOUND,
    "session-unknown": HTTPStatus.NOT_FOUND,
    "shipment-unknown": HTTPStatus.NOT_FOUND,
    "batch-unreadable": HTTPStatus.BAD_REQUEST,
    "cursor-unreadable": HTTPStatus.BAD_REQUEST,
    "public-key-unreadable": HTTPStatus.BAD_REQUEST,
    "batch-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
"""HTTP statuses by code. Any other refusal is a conflict with how things stand."""


def status_of(refusal: Refusal) -> HTTPStatus:
    """Return the HTTP status that carries this refusal."""
    return STATUSES.get(refusal.code, HTTPStatus.CONFLICT)


def sentence(refusal: Refusal) -> str:
    """Say in the request's language what was refused and what to do; a field by its word, not by its name in a program."""
    facts = {
        name: said(FIELDS[fact]) if name == "field" and fact in FIELDS else fact for name, fact in refusal.facts.items()
    }
    return said(REFUSALS.get(refusal.code, UNNAMED), **facts)


def problem(code: str, status: HTTPStatus, /, **facts: Any) -> HttpResponse:
    """Answer a machine with a code and its facts; binary facts travel as base64url, like everywhere on the wire.

    A fact that bears the name of a standard member (`status`) gives way to it.
    """
    body = {"type": f"urn:tiemchung:problem:{code}", "title": status.phrase, "status": status.value, "code": code}
    told = {name: wire.to_base64url(fact) if isinstance(fact, bytes) else fact for name, fact in facts.items()}
    return HttpResponse(msgspec.json.encode({**told, **body}), status=status.value, content_type=PROBLEM)


def refused(refusal: Refusal) -> HttpResponse:
    """Answer a machine whose request was refused: the code for its program, the sentence for who looks at its screen."""
    answer = problem(refusal.code, status_of(refusal), **{"detail": sentence(refusal), **refusal.facts})
    if "seconds" in refusal.facts:
        answer["Retry-After"] = str(refusal.facts["seconds"])
    return answer


class RefusalMiddleware:
    """Turns a refusal that a view let through into an answer. What is no refusal is our own fault and passes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; where a face answers people, say in words that an address is opened by a button alone."""
        answer = self.get_response(request)
        if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED or answer.content or not of_people(request):
            return answer
        page = not_this_way(request)
        page["Allow"] = answer["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave everything else to Django."""
        if not isinstance(exception, Refusal):
            return None
        if not of_people(request):
            return refused(exception)
        status = status_of(exception)
        page = {"sentence": sentence(exception), "code": exception.code, "status": status.value}
        return render(request, "shared/refused.html", page, status=status)


def of_people(request: HttpRequest) -> bool:
    """Tell whether somebody looks at the answer, not a machine."""
    return not request.path_info.startswith("/api/") and request.accepts("text/html")
