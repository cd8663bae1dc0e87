"""What tablets meet at a hub: it keeps a sealed batch that one of its site's tablets signed, and says so after the commit.

A small WSGI application. It answers pages of the center's origin alone; a browser asks it first whether it may (CORS), and once
more on a private network.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import notes, relay, sealed, wire
from tiemchung.kernel.wire import WireCode, WireError
from tiemchung.project.hub.store import Full, Rostered, Store

log = logging.getLogger(__name__)

BATCHES, RECEIPTS, HEALTH = "/api/devices/batches", "/api/devices/receipts", "/healthz"
NOTES = "/api/devices/notes"
NOTES_AT_ONCE = 500
SEALED = "application/vnd.tiemchung.sealed+ndjson"
RETRY_AFTER_S = 2
REMEMBERED_S = 7200
"""How long a browser may remember that it may ask here; none remembers longer."""
_MAY_ASK = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Allow-Private-Network": "true",
    "Access-Control-Max-Age": str(REMEMBERED_S),
}
_TOO_LARGE = frozenset({WireCode.BATCH_TOO_LARGE, WireCode.TOO_MANY_ENTRIES, WireCode.ENTRY_TOO_LARGE})
Environ = dict[str, Any]


class Refused(Exception):  # noqa: N818 - it tells what the matter is
    """What is asked is not done: a status and a code, as the center has them."""

    def __init__(self, status: HTTPStatus, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Door:
    """Answers the requests of tablets."""

    def __init__(self, store: Store, *, hub: UUID, key: ec.EllipticCurvePrivateKey, origin: str) -> None:
        self._store, self._hub, self._key, self._origin = store, hub, key, origin

    def __call__(self, environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        """Answer one request."""
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Vary": "Origin"}
        try:
            headers |= self._cross_origin(environ)
            status, told = self._answer(environ)
        except Refused as refusal:
            status, told = refusal.status, _problem(refusal.status, refusal.code)
        except psycopg.OperationalError as error:
            log.warning("nothing can be kept now: %s", type(error).__name__)
            status, told = HTTPStatus.SERVICE_UNAVAILABLE, _problem(HTTPStatus.SERVICE_UNAVAILABLE, "busy")
            headers["Retry-After"] = str(RETRY_AFTER_S)
        body = b"" if told is None else msgspec.json.encode(told)
        if told is not None:
            headers["Content-Type"] = (
                "application/json" if status < HTTPStatus.BAD_REQUEST else "application/problem+json"
            )
            headers["Content-Length"] = str(len(body))
        start_response(f"{status.value} {status.phrase}", list(headers.items()))
        return [body]

    def _cross_origin(self, environ: Environ) -> dict[str, str]:
        """Return the headers that let the center's page read the answer; a page of any other origin is refused."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is None:
            return {}
        if origin != self._origin:
            raise Refused(HTTPStatus.FORBIDDEN, "origin-unknown")
        return {"Access-Control-Allow-Origin": origin, **(_MAY_ASK if environ["REQUEST_METHOD"] == "OPTIONS" else {})}

    def _answer(self, environ: Environ) -> tuple[HTTPStatus, dict[str, Any] | None]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if (method, path) == ("GET", HEALTH):
            return HTTPStatus.OK, {"hub": self._hub, "waiting": self._store.waiting()}
        if path not in {BATCHES, RECEIPTS, NOTES}:
            raise Refused(HTTPStatus.NOT_FOUND, "not-found")
        if method == "OPTIONS":
            return HTTPStatus.NO_CONTENT, None
        if method != "POST":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed")
        body = _body(environ)
        if path == NOTES:
            return HTTPStatus.OK, self._pass_on(body)
        return HTTPStatus.OK, self._keep(environ, body) if path == BATCHES else self._find(body)

    def _keep(self, environ: Environ, body: bytes) -> dict[str, Any]:
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip() != SEALED or "HTTP_CONTENT_ENCODING" in environ:
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "sealed-only")
        try:
            header, lines = wire.parse_batch(body, max_line_bytes=sealed.MAX_LINE_BYTES)
        except WireError as error:
            if error.code in _TOO_LARGE:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "batch-too-large") from error
            raise Refused(HTTPStatus.BAD_REQUEST, "batch-unreadable") from error
        self._believe(header)
        if not all(map(_is_sealed, lines)):
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "sealed-only")
        try:
            self._store.keep(header, body, now=datetime.now(tz=UTC))
        except Full as full:
            raise Refused(HTTPStatus.INSUFFICIENT_STORAGE, "hub-full") from full
        _, receipt = self._store.receipt_of(header)
        return self._told(header, receipt)

    def _find(self, body: bytes) -> dict[str, Any]:
        try:
            header = wire.parse_header(body.removesuffix(b"\n"))
        except WireError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, "batch-unreadable") from error
        self._believe(header)
        is_held, receipt = self._store.receipt_of(header)
        if not is_held:
            raise Refused(HTTPStatus.NOT_FOUND, "not-held")
        return self._told(header, receipt)

    def _pass_on(self, body: bytes) -> dict[str, Any]:
        """Keep a tablet's notes, and give it those of the others that it has not got."""
        try:
            told = notes.parse(body)
        except WireError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, "notes-unreadable") from error
        tablet = self._known(told.device)
        if not notes.verify(wire.load_public_key(tablet.public_key), told, hub=self._hub):
            raise Refused(HTTPStatus.UNAUTHORIZED, "wrong-signature")
        if tablet.is_cut_off:
            raise Refused(HTTPStatus.FORBIDDEN, "cut-off")
        try:
            self._store.put_notes(told.device, told.notes, now=datetime.now(tz=UTC))
        except Full as full:
            raise Refused(HTTPStatus.INSUFFICIENT_STORAGE, "hub-full") from full
        found = self._store.notes_behind(told.behind, besides=told.device, most=NOTES_AT_ONCE)
        return {
            "after": str(found[-1].place) if found else told.after,
            "more": len(found) == NOTES_AT_ONCE,
            "notes": [{"device": one.device, "seq": one.seq, "note": one.note} for one in found],
        }

    def _believe(self, header: wire.Header) -> None:
        if not wire.verify_head(wire.load_public_key(self._known(header.device).public_key), header):
            raise Refused(HTTPStatus.UNAUTHORIZED, "wrong-signature")

    def _known(self, device: UUID) -> Rostered:
        tablet = self._store.tablet(device)
        if tablet is None:
            self._store.note_stranger(now=datetime.now(tz=UTC))
            raise Refused(HTTPStatus.UNAUTHORIZED, "unknown-sender")
        return tablet

    def _told(self, header: wire.Header, receipt: str | None) -> dict[str, Any]:
        held = wire.sign(self._key, relay.held_message(header))
        return {"held": wire.to_base64url(held), "receipt": receipt}


def _body(environ: Environ) -> bytes:
    told = environ.get("CONTENT_LENGTH", "")
    if not told.isascii() or not told.isdecimal():
        raise Refused(HTTPStatus.LENGTH_REQUIRED, "length-missing")
    if len(told) > len(str(wire.MAX_BATCH_BYTES)) or int(told) > wire.MAX_BATCH_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "batch-too-large")
    body: bytes = environ["wsgi.input"].read(int(told))
    return body


def _is_sealed(line: bytes) -> bool:
    """Tell whether this may be sealed bytes: a hub keeps nothing that somebody could read."""
    try:
        raw = wire.from_base64url(line.decode("ascii"))
    except (UnicodeDecodeError, WireError):
        return False
    return len(raw) > sealed.OVERHEAD_BYTES and raw.startswith(sealed.VERSION)


def _problem(status: HTTPStatus, code: str) -> dict[str, Any]:
    return {"type": f"urn:tiemchung:problem:{code}", "title": status.phrase, "status": status.value, "code": code}
