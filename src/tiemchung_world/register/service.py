"""Questions and answers of the register, without a network: a request in, a reply out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from math import ceil
from typing import TYPE_CHECKING, Final

import msgspec

from tiemchung.kernel.register import (
    ANSWER_SIGNATURE,
    CHANGES,
    CHECKS,
    MOST_BYTES,
    MOST_PERSONS,
    STATUS,
    Answer,
    Answered,
    Changes,
    Ground,
    Question,
    Signed,
    Verdict,
    is_asked_by,
    read_authorization,
    sign_answer,
)
from tiemchung_world.register.limits import Rates

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

    from tiemchung_world.register.limits import Client, Plan
    from tiemchung_world.register.store import Store

FRESH: Final = timedelta(minutes=5)
"""How far a client's clock may be from the register's."""
_CHANGES = re.compile(re.escape(CHANGES) + r"\?after=(\d{1,15})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What came in; `target` is path and query as sent."""

    method: str
    target: str
    authorization: str = ""
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What goes out, as JSON."""

    status: HTTPStatus
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class _No(Exception):  # noqa: N818 - tells the answer of a request
    def __init__(self, status: HTTPStatus, code: str, *, retry_after_s: float = 0) -> None:
        self.reply = Reply(
            status=status,
            body=msgspec.json.encode({"code": code}),
            headers={"Retry-After": str(ceil(retry_after_s))} if retry_after_s else {},
        )


class Service:
    """The register: its people, who may ask, and the key under which it answers."""

    def __init__(
        self,
        *,
        store: Store,
        plan: Plan,
        key: ec.EllipticCurvePrivateKey,
        now: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
    ) -> None:
        self._store = store
        self._plan = plan
        self._key = key
        self._now = now
        self._rates = Rates()

    @property
    def plan(self) -> Plan:
        """Return who may ask, and when nobody may."""
        return self._plan

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Return the key under which its answers are believed."""
        return self._key.public_key()

    def reply(self, request: Request) -> Reply:
        """Answer a request. Whatever names its exchange gets a signed answer, a refusal too."""
        now = self._now()
        if (request.method, request.target) == ("GET", STATUS):
            return Reply(status=HTTPStatus.OK, body=msgspec.json.encode(self._status(now)))
        signed = read_authorization(request.authorization)
        try:
            answer = self._answer(request, signed, now=now)
        except _No as no:
            answer = no.reply
        if signed is None:
            return answer
        signature = sign_answer(self._key, exchange=signed.exchange, status=answer.status, body=answer.body)
        return Reply(status=answer.status, body=answer.body, headers={**answer.headers, ANSWER_SIGNATURE: signature})

    def _status(self, now: datetime) -> dict[str, object]:
        outage = self._plan.outage(now)
        return {
            "state": "outage" if outage else "open",
            "now": now,
            "outages": [planned for planned in self._plan.outages if now < planned.ends_at],
        }

    def _answer(self, request: Request, signed: Signed | None, *, now: datetime) -> Reply:
        if outage := self._plan.outage(now):
            wait_s = (outage.ends_at - now).total_seconds()
            raise _No(HTTPStatus.SERVICE_UNAVAILABLE, "outage", retry_after_s=wait_s)
        if signed is None:
            raise _No(HTTPStatus.UNAUTHORIZED, "unsigned")
        client = self._client(request, signed, now=now)
        if request.method == "POST" and request.target == CHECKS:
            found: Answer | Changes = self._check(request.body, str(signed.exchange), client, now=now)
        elif request.method == "GET" and (page := _CHANGES.fullmatch(request.target)):
            changes, more = self._store.changes_after(int(page[1]), client=client.code)
            found = Changes(changes=changes, more=more)
        else:
            raise _No(HTTPStatus.NOT_FOUND, "no-such-address")
        return Reply(status=HTTPStatus.OK, body=msgspec.json.encode(found))

    def _client(self, request: Request, signed: Signed, *, now: datetime) -> Client:
        client = self._plan.client(signed.client)
        if client is None:
            raise _No(HTTPStatus.UNAUTHORIZED, "unknown-client")
        if not is_asked_by(client.public_key, signed, method=request.method, target=request.target, body=request.body):
            raise _No(HTTPStatus.UNAUTHORIZED, "wrong-signature")
        if abs(now - signed.at) > FRESH:
            raise _No(HTTPStatus.UNAUTHORIZED, "clock")
        return client

    def _check(self, body: bytes, exchange: str, client: Client, *, now: datetime) -> Answer:
        question = _question(body)
        with_fields = question.grounds is not None
        if with_fields:
            _insist_grounds(question, client)
        asked = client.code, hashlib.sha256(body).digest()
        stands = self._store.exchange(exchange)
        if stands not in (None, asked):
            raise _No(HTTPStatus.CONFLICT, "exchange-reused")
        # The same question told again, for its answer was lost, costs nothing.
        wait_s = self._rates.wait_s(client, len(question.persons), now=now) if stands is None else 0.0
        if wait_s:
            raise _No(HTTPStatus.TOO_MANY_REQUESTS, "too-many", retry_after_s=wait_s)
        self._store.keep_exchange(exchange, *asked)
        found = self._store.disagreements(question.persons, client=client.code)
        return Answer(
            answers=[
                Answered(
                    ref=one.ref,
                    verdict=Verdict.WRONG if fields else Verdict.RIGHT,
                    fields=fields if with_fields else [],
                )
                for one, fields in zip(question.persons, found, strict=True)
            ]
        )


def _question(body: bytes) -> Question:
    if len(body) > MOST_BYTES:
        raise _No(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large")
    try:
        question = msgspec.json.decode(body, type=Question)
    except msgspec.MsgspecError as error:
        raise _No(HTTPStatus.BAD_REQUEST, "unreadable") from error
    if not 0 < len(question.persons) <= MOST_PERSONS:
        raise _No(HTTPStatus.REQUEST_ENTITY_TOO_LARGE if question.persons else HTTPStatus.BAD_REQUEST, "persons")
    return question


def _insist_grounds(question: Question, client: Client) -> None:
    """Refuse to tell fields to a client who may not ask, without who and for what, or for more than stand at a desk."""
    grounds = question.grounds
    if not client.fields or grounds is None or not (grounds.reference.strip() and grounds.told_by.strip()):
        raise _No(HTTPStatus.FORBIDDEN, "no-grounds")
    if grounds.ground is Ground.PRESENT and len(question.persons) > 1:
        raise _No(HTTPStatus.FORBIDDEN, "one-person-at-a-desk")
