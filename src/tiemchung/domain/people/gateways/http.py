"""A population register over HTTP, as `docs/operations/population-register.md` describes it."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Final, NamedTuple, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.domain.people.errors import RegisterSilent
from tiemchung.domain.people.values import Exchanged, FeedPage
from tiemchung.kernel import register as interface
from tiemchung.kernel.register import Answer, Answered, Asked, Changes, Grounds, Question

TIMEOUT_S: Final = 20.0
"""How long a whole exchange may take, however slowly its bytes drip."""
LONGEST_ANSWER: Final = 4 * 1024 * 1024
LONGEST_WAIT_S: Final = 3_600.0
"""The longest that the register's own word to wait is followed before somebody asks again."""
_NOT_TAKEN: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
_PIECE: Final = 64 * 1024


Told = TypeVar("Told")


class _Got(NamedTuple):
    status: int
    body: bytes
    signature: str
    retry_after: str


class HttpRegister:
    """Asks the register at an address: signs each request with our key, believes answers under its key alone.

    It follows no redirection and no proxy: questions go to the address that was set and nowhere else.
    """

    def __init__(
        self,
        url: str,
        *,
        client: str,
        key: ec.EllipticCurvePrivateKey,
        register_key: ec.EllipticCurvePublicKey,
        timeout_s: float = TIMEOUT_S,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._there = urlsplit(url)
        self._client = client
        self._key = key
        self._register_key = register_key
        self._timeout_s = timeout_s
        self._tls = tls
        self._monotonic = monotonic

    def check(self, persons: Sequence[Asked], *, grounds: Grounds | None, exchange: UUID, at: datetime) -> Exchanged:
        """Ask about up to `MOST_PERSONS` persons; `RegisterSilent` for anything but an answer that can be believed."""
        question = msgspec.json.encode(Question(persons=list(persons), grounds=grounds))
        asked_by, got = self._exchange("POST", interface.CHECKS, question, exchange=exchange, at=at)
        answers = _decoded(got.body, Answer).answers
        _insist_answers(persons, answers, with_fields=grounds is not None)
        return Exchanged(
            exchange=exchange,
            question=question,
            asked_by=asked_by,
            answer=got.body,
            answered_by=got.signature,
            answers=answers,
        )

    def changes(self, after: int, *, exchange: UUID, at: datetime) -> FeedPage:
        """Return the next page of the feed; `RegisterSilent` for anything but an answer that can be believed."""
        target = f"{interface.CHANGES}?after={after}"
        asked_by, got = self._exchange("GET", target, b"", exchange=exchange, at=at)
        found = _decoded(got.body, Changes)
        sequences = [change.sequence for change in found.changes]
        if sequences != sorted(set(sequences)) or any(sequence <= after for sequence in sequences):
            raise RegisterSilent("disordered", may_pass=False)
        if found.more and not sequences:
            raise RegisterSilent("disordered", may_pass=False)
        return FeedPage(
            exchange=exchange,
            after=after,
            question=target.encode(),
            asked_by=asked_by,
            answer=got.body,
            answered_by=got.signature,
            changes=found.changes,
            more=found.more,
        )

    def _exchange(self, method: str, target: str, body: bytes, *, exchange: UUID, at: datetime) -> tuple[str, _Got]:
        """Sign, send and read; believe the answer if the register signed it for this exchange."""
        asked_by = interface.authorization(
            self._key, client=self._client, exchange=exchange, at=at, method=method, target=target, body=body
        )
        got = self._send(method, target, body, asked_by=asked_by)
        believed = interface.is_answered_by(
            self._register_key, got.signature, exchange=exchange, status=got.status, body=got.body
        )
        if got.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE) and believed:
            raise RegisterSilent("told-to-wait", may_pass=False, wait_s=_wait_s(got.retry_after))
        if got.status != HTTPStatus.OK:
            raise RegisterSilent(
                f"status-{got.status}",
                may_pass=got.status >= HTTPStatus.INTERNAL_SERVER_ERROR,
                refused=believed and got.status in _NOT_TAKEN,
                groundless=believed and got.status == HTTPStatus.FORBIDDEN,
            )
        if not believed:
            raise RegisterSilent("not-signed", may_pass=False)
        return asked_by, got

    def _send(self, method: str, target: str, body: bytes, *, asked_by: str) -> _Got:
        until = self._monotonic() + self._timeout_s
        connection = self._connection()
        headers = {"Authorization": asked_by, "Content-Type": "application/json"}
        end = threading.Timer(self._timeout_s, _hang_up, [connection])
        end.daemon = True
        end.start()
        try:
            connection.request(method, self._there.path.rstrip("/") + target, body=body or None, headers=headers)
            answer = connection.getresponse()
            told = self._read(answer, until=until)
        except (OSError, http.client.HTTPException) as fault:
            raise RegisterSilent(type(fault).__name__, may_pass=True) from fault
        finally:
            end.cancel()
            connection.close()
        return _Got(
            answer.status,
            told,
            answer.getheader(interface.ANSWER_SIGNATURE, ""),
            answer.getheader("Retry-After", ""),
        )

    def _connection(self) -> http.client.HTTPConnection:
        if self._there.scheme == "https":
            return http.client.HTTPSConnection(self._there.netloc, timeout=self._timeout_s, context=self._tls)
        return http.client.HTTPConnection(self._there.netloc, timeout=self._timeout_s)

    def _read(self, answer: http.client.HTTPResponse, *, until: float) -> bytes:
        told = bytearray()
        while piece := answer.read1(_PIECE):
            told += piece
            if len(told) > LONGEST_ANSWER:
                raise RegisterSilent("too-long", may_pass=False)
            if self._monotonic() > until:
                raise RegisterSilent("too-slow", may_pass=True)
        if answer.length:
            raise RegisterSilent("cut", may_pass=True)
        return bytes(told)


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """End an exchange that takes too long: a header that comes letter by letter restarts every other limit."""
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _decoded(body: bytes, kind: type[Told]) -> Told:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RegisterSilent("unreadable", may_pass=False) from error


def _insist_answers(persons: Sequence[Asked], answers: Sequence[Answered], *, with_fields: bool) -> None:
    """Refuse to believe answers that are not those to this question, one each in its order, or that contradict themselves."""
    if [one.ref for one in persons] != [one.ref for one in answers]:
        raise RegisterSilent("disordered", may_pass=False)
    for one in answers:
        wrong = one.verdict is interface.Verdict.WRONG
        if bool(one.fields) != (wrong and with_fields):
            raise RegisterSilent("contradicts-itself", may_pass=False)


def _wait_s(told: str) -> float:
    seconds = float(told) if told.isascii() and told.isdigit() else 0.0
    return min(max(seconds, 1.0), LONGEST_WAIT_S)
