"""The Devices API as OpenAPI describes it: enrollment, nonces, the site bundle, heartbeats."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Status
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import APIKeyHeader

from tiemchung.domain.access import actions as access
from tiemchung.domain.access.values import Device, EnrollmentReceipt
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.devices import bundle
from tiemchung.faces.devices.schemas import (
    DayTold,
    EnrollmentAsked,
    EnrollmentTold,
    Heartbeat,
    HeartbeatHeard,
    NonceTold,
    Problem,
    ReceiptTold,
)
from tiemchung.faces.shared.refusals import problem, refused
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.time import clock

BATCHES = "/api/devices/batches"
"""Answered by a plain view (`batches`), described here."""
_DESCRIPTION = """What tablets speak with the center.

Binary fields are base64url without padding, ids UUIDv7, instants RFC 3339 in UTC.
A device enrolls once with a one-time code, sends what happened as signed batches, and signs its other requests over method,
path and a nonce of the server's, for its clock may be wrong:
`Authorization: TC1 device=<uuid>,nonce=<nonce>,signature=<base64url>`."""


class SignedRequest(APIKeyHeader):
    """A request signed by an enrolled device over method, path and a nonce that serves once."""

    param_name = "Authorization"

    def authenticate(self, request: HttpRequest, key: str | None) -> Device:
        """Return the device; raises `RequestNotSigned` for anybody else. Whoever asks, lives: the site is not silent."""
        now = clock().now()
        device = access.prove_request(key or "", method=request.method or "", path=request.get_full_path(), now=now)
        access.hear(device.id, at=now)
        return device


class DevicesAPI(NinjaAPI):
    """The API with the batch endpoint in its document, though ninja does not serve it."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        """Return the OpenAPI document."""
        schema = super().get_openapi_schema(*args, **kwargs)
        schema["paths"][BATCHES] = {"post": _batch_operation()}
        schema["components"]["schemas"].update(_definitions(ReceiptTold))
        for operations in schema["paths"].values():
            for operation in operations.values():
                _tell_problems(operation["responses"])
        return schema


api = DevicesAPI(
    title="Tiêm Chủng: Devices",
    version="1",
    description=_DESCRIPTION,
    urls_namespace="devices",
    docs_url=None,  # its page loads scripts from elsewhere
)
signed = SignedRequest()


@api.exception_handler(Refusal)
def _refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    del request
    return refused(refusal)


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    del request
    faults = [{"where": ".".join(map(str, fault["loc"])), "why": fault["msg"]} for fault in error.errors]
    return problem("body-unreadable", HTTPStatus.BAD_REQUEST, faults=faults)


@api.exception_handler(HttpError)
def _no_json(request: HttpRequest, error: HttpError) -> HttpResponse:
    del request
    return problem("body-unreadable", HTTPStatus(error.status_code), faults=[{"where": "body", "why": str(error)}])


@api.post(
    "/enrollments",
    response={201: EnrollmentTold, 400: Problem, 403: Problem},
    summary="Enroll with a one-time code",
    operation_id="enroll",
)
def enroll(request: HttpRequest, asked: EnrollmentAsked) -> Status[dict[str, Any]] | HttpResponse:
    """Spend the code on this key. A key vouched for in advance is `enrolled` at once; any other is `waiting` for the lead.

    The same key may ask again with the same code and hears the same: an answer that got lost costs nothing.
    """
    del request
    try:
        public_key = wire.from_base64url(asked.public_key)
    except wire.WireError:
        return problem("public-key-unreadable", HTTPStatus.BAD_REQUEST)
    receipt = access.enroll(asked.code, public_key=public_key, name=asked.name, now=clock().now())
    return Status(HTTPStatus.CREATED, _told(receipt))


@api.get(
    "/enrollments/{uuid:device}",
    response={200: EnrollmentTold, 404: Problem},
    summary="Where an enrollment stands",
    operation_id="enrollment",
)
def enrollment(request: HttpRequest, device: UUID) -> dict[str, Any]:
    """Tell whether the lead has confirmed the fingerprint by now."""
    del request
    return _told(access.enrollment_of(device))


@api.get("/nonce", response=NonceTold, summary="A nonce for one signed request", operation_id="nonce")
def nonce(request: HttpRequest) -> dict[str, Any]:
    """Give a nonce. It serves one request of one device; none is stored before it has."""
    del request
    return {"nonce": access.new_nonce(), "seconds": int(access.NONCE_TERM.total_seconds())}


@api.get(
    "/bundle",
    auth=signed,
    response={401: Problem},
    summary="The site bundle, signed",
    operation_id="bundle",
    openapi_extra={
        "responses": {
            200: {
                "description": "A compact JWS (ES256) under the server's key; versions of a site only rise.",
                "content": {
                    "application/jose": {"schema": {"type": "string"}, "example": "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"}
                },
            }
        }
    },
)
def site_bundle(request: HttpRequest) -> HttpResponse:
    """Give everything that the device's site needs to work without a network."""
    device: Device = request.auth  # type: ignore[attr-defined]  # ninja puts what `signed` returned there
    return HttpResponse(bundle.issue(device, now=clock().now()), content_type="application/jose")


@api.post(
    "/heartbeat",
    auth=signed,
    response={200: HeartbeatHeard, 401: Problem},
    summary="The device lives",
    operation_id="heartbeat",
)
def heartbeat(request: HttpRequest, word: Heartbeat) -> dict[str, Any]:
    """Keep the device's last word, and tell the center's time."""
    device: Device = request.auth  # type: ignore[attr-defined]  # ninja puts what `signed` returned there
    now = clock().now()
    access.keep_word(
        device,
        at=now,
        pending=word.pending,
        oldest_pending_at=word.oldest_pending_at,
        bundle_version=word.bundle_version,
    )
    return {"server_time": now}


@api.get(
    "/days/{day}",
    auth=signed,
    response={200: DayTold, 401: Problem},
    summary="The lines of a day at the device's site",
    operation_id="day",
)
def day_lines(request: HttpRequest, day: date) -> HttpResponse:
    """Tell a day's lines as they stand, their digest for the lead to sign, and what keeps the day from being closed."""
    device: Device = request.auth  # type: ignore[attr-defined]  # ninja puts what `signed` returned there
    with reaching(Reach(sites=frozenset({device.site}))):
        lines = visits.day_lines(device.site, day)
        told = {"lines": lines, "hash": lines.hash, "unexplained": visits.unexplained(lines)}
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


def _told(receipt: EnrollmentReceipt) -> dict[str, Any]:
    return {
        "device": receipt.device,
        "status": receipt.status.value,
        "fingerprint": receipt.fingerprint,
        "site": receipt.site,
        "expires_at": receipt.expires_at,
        "kinds": None if receipt.kinds is None else list(receipt.kinds),
        "server_key": bundle.server_key(),
    }


def _tell_problems(answers: dict[Any, Any]) -> None:
    """Say of every refusal that it is a problem document (RFC 9457): ninja knows one type for all answers."""
    for status, told in answers.items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            told["content"] = _PROBLEM


def _definitions(schema: type[ReceiptTold]) -> dict[str, Any]:
    told = schema.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**told.pop("$defs", {}), schema.__name__: told}


_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _batch_operation() -> dict[str, Any]:
    problem_body = _PROBLEM
    example = (
        '{"device":"01997b4c-8f6a-7cc2-9d7e-1f2a3b4c5d6e","first":41,"count":1,"previous":"...","head":"...",'
        '"signature":"..."}\n'
        '{"kind":"vial-opened","id":"01997b4d-0000-7000-8000-000000000001","schema":1,"seq":41,'
        '"at":"2021-09-13T06:58:12.345Z","offset_ms":-120,"site":"79-0012",'
        '"staff":"01997b40-0000-7000-8000-000000000002","lot":"ABX6412","vial":"LQ7-0412","doses":10,"reason":null}\n'
    )
    return {
        "operationId": "batch",
        "summary": "Send a signed batch",
        "description": (
            "1 to 500 chained entries, one a line, after a header line that signs the chain's head. Each entry is answered "
            "`kept`, `known` (a repeat) or `set-aside`; what is answered is safe. Anything wrong with sender, signature, "
            "chain or size refuses the whole batch, and nothing of it is stored."
        ),
        "requestBody": {
            "required": True,
            "content": {"application/x-ndjson": {"schema": {"type": "string"}, "example": example}},
        },
        "responses": {
            200: {
                "description": "One answer an entry, in the order of the batch.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReceiptTold"}}},
            },
            400: {"description": "No batch can be read from these bytes.", "content": problem_body},
            401: {"description": "Unknown sender or wrong signature.", "content": problem_body},
            409: {
                "description": "The chain does not continue the one known here: `last_sequence` and `head` tell where it stands.",
                "content": problem_body,
            },
            413: {"description": "More bytes or entries than a batch may have.", "content": problem_body},
        },
    }
