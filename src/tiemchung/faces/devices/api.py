"""The Devices API as OpenAPI describes it: enrollment, nonces, the site bundle, heartbeats."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Status
from ninja.errors import HttpError, ValidationError

from tiemchung.domain.access import actions as access
from tiemchung.domain.access.values import Device
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.devices import bundle, enrolling, relays, standby
from tiemchung.faces.devices.admitting import EnrollmentAsked, EnrollmentTold, UnlockAsked, UnlocksTold
from tiemchung.faces.devices.calling_in import StandbyAnswer, StandbyNoted, StandbyTold
from tiemchung.faces.devices.document import DevicesAPI
from tiemchung.faces.devices.proving import SignedByHub, SignedRequest
from tiemchung.faces.devices.pulling import pulled
from tiemchung.faces.devices.schemas import (
    DayTold,
    EntriesTold,
    Heartbeat,
    HeartbeatHeard,
    NonceTold,
    Problem,
)
from tiemchung.faces.shared.refusals import problem, refused
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.time import clock

_DESCRIPTION = """What tablets speak with the center; `docs/operations/station.md` tells it as a story.

Binary fields are base64url without padding, ids UUIDv7, instants RFC 3339 in UTC.
A device enrolls once with a one-time code, sends what happened as signed batches, and signs its other requests over method,
path and a nonce of the server's, for its clock may be wrong:
`Authorization: TC1 device=<uuid>,nonce=<nonce>,signature=<base64url>`. Every answer tells the center's time in `TC-Time`.
No cookie is read or set."""


api = DevicesAPI(
    title="Tiêm Chủng: Devices",
    version="1",
    description=_DESCRIPTION,
    urls_namespace="devices",
    docs_url=None,  # its page loads scripts from elsewhere
)
signed, signed_by_hub = SignedRequest(), SignedByHub()


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
    now = clock().now()
    try:
        public_key = wire.from_base64url(asked.public_key)
        agreement = enrolling.agreement_of(asked)
    except wire.WireError:
        return problem("public-key-unreadable", HTTPStatus.BAD_REQUEST)
    receipt = access.enroll(
        asked.code, public_key=public_key, name=asked.name, now=now, agreement=agreement, address=asked.address
    )
    return Status(HTTPStatus.CREATED, enrolling.enrollment_told(receipt))


@api.get(
    "/enrollments/{uuid:device}",
    response={200: EnrollmentTold, 404: Problem},
    summary="Where an enrollment stands",
    operation_id="enrollment",
)
def enrollment(request: HttpRequest, device: UUID) -> dict[str, Any]:
    """Tell whether the lead has confirmed the fingerprint by now."""
    del request
    return enrolling.enrollment_told(access.enrollment_of(device))


@api.get(
    "/unlocks",
    auth=signed,
    response={200: UnlocksTold, 401: Problem, 429: Problem},
    summary="Who may unlock the device, with the days' secrets",
    operation_id="unlocks",
)
def unlocks(request: HttpRequest) -> dict[str, Any]:
    """Tell everybody who may unlock this device today, with the secrets of today and three days more, sealed to it."""
    device: Device = request.auth  # type: ignore[attr-defined]  # ninja puts what `signed` returned there
    return enrolling.unlocks_told(device)


@api.post(
    "/unlocks",
    auth=signed,
    response={200: UnlocksTold, 400: Problem, 401: Problem, 403: Problem, 409: Problem, 429: Problem},
    summary="Let a member of the staff unlock the device",
    operation_id="unlock",
)
def unlock(request: HttpRequest, asked: UnlockAsked) -> dict[str, Any] | HttpResponse:
    """Take eight digits that the site's lead gave to this member, or a passkey's word, and tell the days' secrets.

    An answer that got lost: ask again who may; digits serve once.
    """
    device: Device = request.auth  # type: ignore[attr-defined]  # ninja puts what `signed` returned there
    now = clock().now()
    if asked.proof is not None and asked.code is None:
        _, nonce, _ = wire.parse_authorization(request.headers["Authorization"])
        access.unlock_by_passkey(device, asked.staff, asked.proof, nonce=nonce, now=now)
    elif asked.code is not None and asked.proof is None:
        access.unlock_by_code(device, asked.staff, asked.code, now=now)
    else:
        return problem("body-unreadable", HTTPStatus.BAD_REQUEST, faults=[{"where": "body", "why": "code or proof"}])
    return enrolling.unlocks_told(device)


@api.get("/nonce", response=NonceTold, summary="A nonce for one signed request", operation_id="nonce")
def nonce(request: HttpRequest) -> dict[str, Any]:
    """Give a nonce. It serves one request of one device; none is stored before it has."""
    del request
    return {"nonce": access.new_nonce(), "seconds": int(access.NONCE_TERM.total_seconds())}


@api.get(
    "/bundle",
    auth=signed,
    response={401: Problem, 429: Problem},
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


@api.get(
    "/entries",
    auth=signed,
    response={200: EntriesTold, 400: Problem, 401: Problem, 429: Problem},
    summary="What the site's other devices and pages wrote",
    operation_id="entries",
)
def entries(
    request: HttpRequest,
    after: Annotated[str | None, Query(max_length=60)] = None,
    bundle: Annotated[int | None, Query(ge=1, le=9_223_372_036_854_775_807)] = None,
) -> HttpResponse:
    """Tell the next stretch of the site's entries after a place, in the journal's order; without one, from the day's beginning.

    The person block is cut down to what a list holds; `bundle` names the bundle under whose key its tokens stand.
    """
    device: Device = request.auth  # type: ignore[attr-defined]  # ninja puts what `signed` returned there
    told = pulled(device, after=after, bundle=bundle, now=clock().now())
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


@api.post(
    "/heartbeat",
    auth=signed,
    response={200: HeartbeatHeard, 401: Problem, 429: Problem},
    summary="The device lives",
    operation_id="heartbeat",
)
def heartbeat(request: HttpRequest, word: Heartbeat) -> dict[str, Any]:
    """Keep the device's last word, and tell the center's time and where the device's chain stands."""
    device: Device = request.auth  # type: ignore[attr-defined]  # ninja puts what `signed` returned there
    now = clock().now()
    access.keep_word(
        device,
        at=now,
        pending=word.pending,
        oldest_pending_at=word.oldest_pending_at,
        bundle_version=word.bundle_version,
        erased_at=word.erased_at,
    )
    chain = journal.chain(device.id)
    last, head = (chain.last_sequence, chain.head) if chain else (0, wire.genesis(device.id))
    return {"server_time": now, "last_sequence": last, "head": wire.to_base64url(head)}


@api.get(
    "/standby",
    auth=signed,
    response={200: StandbyTold, 401: Problem, 403: Problem, 429: Problem},
    summary="Who may be called in today",
    operation_id="standby",
)
def told_standby(request: HttpRequest) -> dict[str, Any]:
    """Tell who may be called in to today's sessions, with phones: for tablets that the lead works on, and logged as a view."""
    device: Device = request.auth  # type: ignore[attr-defined]  # ninja puts what `signed` returned there
    return standby.standby_of(device, now=clock().now())


@api.post(
    "/standby",
    auth=signed,
    response={200: StandbyNoted, 400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 429: Problem},
    summary="What came of calling somebody in",
    operation_id="tell_standby",
)
def tell_standby(request: HttpRequest, told: StandbyAnswer) -> dict[str, Any]:
    """Note what came of a call from the stand-by list; the last word stands. For tablets that the lead works on."""
    device: Device = request.auth  # type: ignore[attr-defined]  # ninja puts what `signed` returned there
    now = clock().now()
    standby.tell(device, session=told.session, person=told.person, state=told.state, staff=told.staff, now=now)
    return {"server_time": now}


@api.get(
    "/days/{day}",
    auth=signed,
    response={200: DayTold, 401: Problem, 429: Problem},
    summary="The lines of a day at the device's site",
    operation_id="day",
)
def day_lines(request: HttpRequest, day: date) -> HttpResponse:
    """Tell a day's lines as they stand, their digest for the lead to sign, and what keeps the day from being closed."""
    device: Device = request.auth  # type: ignore[attr-defined]  # ninja puts what `signed` returned there
    with reaching(Reach(sites=frozenset({device.site}))):
        lines = visits.day_lines(device.site, day)
        told = {"lines": lines, "hash": lines.hash, "unexplained": visits.unexplained(lines)}
        closed = visits.day_closed(device.site, day)
    told |= {"closed_at": closed and closed.closed_at, "explained": closed.explained if closed else []}
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


@api.get(
    "/roster",
    auth=signed_by_hub,
    response={401: Problem, 429: Problem},
    summary="The tablets of a hub's site, signed",
    operation_id="roster",
    openapi_extra={
        "responses": {
            200: {
                "description": "A compact JWS (ES256) under the server's key: ids and public keys, and nothing of anybody.",
                "content": {
                    "application/jose": {"schema": {"type": "string"}, "example": "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"}
                },
            }
        }
    },
)
def site_roster(request: HttpRequest) -> HttpResponse:
    """Tell a hub whose batches it keeps: every tablet of its site that was ever let in."""
    hub: Device = request.auth  # type: ignore[attr-defined]  # ninja puts what `signed_by_hub` returned there
    return HttpResponse(relays.roster(hub), content_type="application/jose")
