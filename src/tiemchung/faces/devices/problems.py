"""What a device is told when something is refused: problem details (RFC 9457) with the code that its program reads."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpResponse

from tiemchung.kernel import wire
from tiemchung.kernel.refusal import Refusal

PROBLEM = "application/problem+json"
STATUSES: dict[str, HTTPStatus] = {
    "request-not-signed": HTTPStatus.UNAUTHORIZED,
    "unknown-sender": HTTPStatus.UNAUTHORIZED,
    "wrong-signature": HTTPStatus.UNAUTHORIZED,
    "enrollment-refused": HTTPStatus.FORBIDDEN,
    "device-unknown": HTTPStatus.NOT_FOUND,
    "batch-unreadable": HTTPStatus.BAD_REQUEST,
    "batch-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "broken-chain": HTTPStatus.CONFLICT,
    "public-key-unreadable": HTTPStatus.BAD_REQUEST,
}
"""HTTP statuses by code; a refusal of any other code is a conflict with how things stand."""


def problem(code: str, status: HTTPStatus, **facts: Any) -> HttpResponse:
    """Answer with a code and its facts; binary facts travel as base64url, like everywhere on the wire."""
    body = {"type": f"urn:tiemchung:problem:{code}", "title": status.phrase, "status": status.value, "code": code}
    told = {name: wire.to_base64url(fact) if isinstance(fact, bytes) else fact for name, fact in facts.items()}
    return HttpResponse(msgspec.json.encode({**body, **told}), status=status.value, content_type=PROBLEM)


def refused(refusal: Refusal) -> HttpResponse:
    """Answer a refusal."""
    return problem(refusal.code, STATUSES.get(refusal.code, HTTPStatus.CONFLICT), **refusal.facts)
