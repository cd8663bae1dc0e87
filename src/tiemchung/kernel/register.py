"""The interface to a population register: questions, answers, and the bytes that both sides sign.

`docs/operations/population-register.md` describes it for whoever puts a real register behind it. The register keeps no
session: each exchange carries an id, the caller's signature over the whole request, and the register's over the answer.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import wire

MOST_PERSONS: Final = 10_000
"""Persons of one question."""
MOST_CHANGES: Final = 1_000
"""Changes of one page of the feed."""
MOST_BYTES: Final = 4 * 1024 * 1024
"""Bytes of a question."""
CHECKS: Final = "/v1/checks"
CHANGES: Final = "/v1/changes"
STATUS: Final = "/v1/status"
ANSWER_SIGNATURE: Final = "TCR-Signature"
"""The header in which the register's signature over its answer stands, base64url."""

_ASK: Final = b"tc/register/ask/1"
_ANSWER: Final = b"tc/register/answer/1"
_AUTHORIZATION: Final = re.compile(
    r"TCR1 client=(?P<client>[a-z0-9-]{1,40}),exchange=(?P<exchange>[0-9a-f-]{36}),"
    r"at=(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ),signature=(?P<signature>[A-Za-z0-9_-]{86})",
    re.ASCII,
)


class Verdict(StrEnum):
    """What a register says of a person: the four fields belong together, or they do not."""

    RIGHT = "right"
    WRONG = "wrong"


class Field(StrEnum):
    """A field that does not agree. Where no person has the number, `number` alone is named."""

    NUMBER = "number"
    NAME = "name"
    BORN = "born"
    SEX = "sex"


class Ground(StrEnum):
    """Why somebody may know which field is wrong: one person stands at a desk, or a ward has signed a list."""

    PRESENT = "present"
    SIGNED_LIST = "signed-list"


class What(StrEnum):
    """What became of a person."""

    DIED = "died"
    MOVED = "moved"
    RENUMBERED = "renumbered"


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person of a question. `ref` is the asker's own word for the row; nothing is read into it.

    `number` is a personal number or an old card's; `born` a year, a year and month or a day; `sex` male or female.
    """

    ref: str
    number: str
    name: str
    born: str
    sex: str


class Grounds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why fields are asked for, the visit or list it is for, and who says so."""

    ground: Ground
    reference: str
    told_by: str


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to `MOST_PERSONS` persons; with grounds, the wrong fields are told as well."""

    persons: list[Asked]
    grounds: Grounds | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the register says of one person of a question."""

    ref: str
    verdict: Verdict
    fields: list[Field] = []


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answers to a question, in its order."""

    answers: list[Answered]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the feed: from this day on, what is known under `number` is otherwise. Of a death nothing `becomes`.

    `number` is the one under which this client asked; `sequence` grows with each line that this client is told.
    """

    sequence: Annotated[int, msgspec.Meta(ge=1, lt=10**15)]
    day: str
    what: What
    number: str
    becomes: str


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the feed; `more` says that the next one is not empty."""

    changes: list[Change]
    more: bool


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What the Authorization header of an exchange says."""

    client: str
    exchange: UUID
    at: datetime
    signature: bytes


def authorization(
    private_key: ec.EllipticCurvePrivateKey,
    *,
    client: str,
    exchange: UUID,
    at: datetime,
    method: str,
    target: str,
    body: bytes,
) -> str:
    """Sign a request; return the value of its Authorization header. `target` is path and query as sent."""
    told = Signed(client=client, exchange=exchange, at=at, signature=b"")
    signature = wire.sign(private_key, _ask_message(told, method=method, target=target, body=body))
    return f"TCR1 client={client},exchange={exchange},at={_instant(at)},signature={wire.to_base64url(signature)}"


def read_authorization(value: str) -> Signed | None:
    """Read an Authorization header; None if it is none of these."""
    found = _AUTHORIZATION.fullmatch(value)
    if found is None:
        return None
    try:
        return Signed(
            client=found["client"],
            exchange=UUID(found["exchange"]),
            at=datetime.fromisoformat(found["at"]),
            signature=wire.from_base64url(found["signature"]),
        )
    except ValueError:
        return None


def is_asked_by(
    public_key: ec.EllipticCurvePublicKey, signed: Signed, *, method: str, target: str, body: bytes
) -> bool:
    """Tell whether this key signed this request."""
    return wire.verify(public_key, _ask_message(signed, method=method, target=target, body=body), signed.signature)


def sign_answer(private_key: ec.EllipticCurvePrivateKey, *, exchange: UUID, status: int, body: bytes) -> str:
    """Sign an answer; return the value of `ANSWER_SIGNATURE`."""
    return wire.to_base64url(wire.sign(private_key, _answer_message(exchange, status, body)))


def is_answered_by(
    public_key: ec.EllipticCurvePublicKey, signature: str, *, exchange: UUID, status: int, body: bytes
) -> bool:
    """Tell whether the register gave this answer to this exchange."""
    try:
        raw = wire.from_base64url(signature)
    except ValueError:
        return False
    return wire.verify(public_key, _answer_message(exchange, status, body), raw)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ask_message(signed: Signed, *, method: str, target: str, body: bytes) -> bytes:
    """Join what is signed: each text after its length as u16, the exchange as 16 bytes, the body by its SHA-256."""
    message = _ASK
    for text in (method, target, signed.client, _instant(signed.at)):
        raw = text.encode()
        message += len(raw).to_bytes(2, "big") + raw
    return message + signed.exchange.bytes + hashlib.sha256(body).digest()


def _answer_message(exchange: UUID, status: int, body: bytes) -> bytes:
    return _ANSWER + exchange.bytes + status.to_bytes(2, "big") + hashlib.sha256(body).digest()
