"""The JSON of the Devices API, as its OpenAPI document shows it. Binary fields are base64url without padding."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

DEVICE = "01997b4c-8f6a-7cc2-9d7e-1f2a3b4c5d6e"
POINT = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"


class NonceTold(Schema):
    """A nonce that signs one request, within so many seconds."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"nonce": "t4vP0cQ2u3nq9KcS1H8xkQAAAXvd3ocAYw8mXn0PqBzq0c2Vx1lK5w", "seconds": 120}
        }
    )

    nonce: str
    seconds: int


class Heartbeat(Schema):
    """A device's word that it lives: how many entries it still holds unsent, since when, and which bundle it works by.

    `erased_at`: when it deleted its data key after five wrong PINs, if it did.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"pending": 18, "oldest_pending_at": "2021-09-13T06:42:00Z", "bundle_version": 7}
        },
    )

    pending: Annotated[int, Field(ge=0, le=2_147_483_647)]
    oldest_pending_at: AwareDatetime | None = None
    bundle_version: Annotated[int, Field(ge=1, le=9_223_372_036_854_775_807)] | None = None
    erased_at: AwareDatetime | None = None


class HeartbeatHeard(Schema):
    """The center's time, by which a device measures its own clock's error, and where the device's chain stands here.

    A center that came back from a backup stands before what it answered for: the device sends the rest again.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "server_time": "2021-09-13T06:58:12.345Z",
                "last_sequence": 412,
                "head": "mPbrRVTMIGwSLPWmtXHl9QGRO0WyDwoKZBnWqGyFzWk",
            }
        }
    )

    server_time: datetime
    last_sequence: int
    head: str


class Problem(Schema):
    """Why a request was refused (RFC 9457). A broken chain also tells the last sequence and head that are known here."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "urn:tiemchung:problem:request-not-signed",
                "title": "Unauthorized",
                "status": 401,
                "code": "request-not-signed",
            }
        },
    )

    type: str
    title: str
    status: int
    code: str


ANSWER: dict[str, Any] = {"id": DEVICE, "seq": 41, "outcome": "kept", "findings": ["interval-too-short"]}


class AnswerTold(Schema):
    """What became of one entry: `kept`, `known` or `set-aside` with its reason; findings stand beside what was kept."""

    model_config = ConfigDict(json_schema_extra={"example": ANSWER})

    id: UUID | None
    seq: int
    outcome: str
    reason: str | None = None
    findings: list[str]


class ReceiptTold(Schema):
    """The answer to a batch: from now on every entry answered here is safe and need not be sent again."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "recorded_at": "2021-09-13T06:58:12.345Z",
                "last_sequence": 41,
                "head": "0q1Y0k7zL4q3m6xXG0m0o8mXy2fVJ0mQ1yP6bHcWxgE",
                "answers": [ANSWER],
            }
        }
    )

    recorded_at: datetime
    last_sequence: int
    head: str
    answers: list[AnswerTold]


class DayTold(Schema):
    """The lines of a site's day, the SHA-256 of their canonical JSON in hex, and what is not explained yet.

    A `vial-wasted` answers each of `vials`, a `vial-opened` with a reason each of `draws`; `differences` (persons adrift, slips
    against visits, vials issued against those opened, returned and wasted) are answered by the `explained` of the attestation,
    which a closed day tells.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "lines": {
                    "site": "79-0012",
                    "day": "2021-09-13",
                    "visits": {
                        "visits": 2,
                        "dosed": 1,
                        "deferred": 0,
                        "left": 0,
                        "released": 0,
                        "observed": 1,
                        "declined": 0,
                    },
                    "lots": [],
                    "counted": [{"what": "slips", "lot": None, "quantity": 1}],
                },
                "hash": "5b8bdc4a1cf0a1e0a4d3d6f0b1a9f1a8b1c60b5cf7e1f2ad7ce9a0d5b0b4c7d2",
                "unexplained": {
                    "vials": [{"lot": "ABX6412", "vial": "LQ7-0412", "doses": 2}],
                    "draws": [{"lot": "ABX6413", "doses": 1}],
                    "differences": [{"line": "persons", "lot": None, "difference": 1}],
                },
                "closed_at": None,
                "explained": [],
            }
        }
    )

    lines: dict[str, Any]
    hash: str
    unexplained: dict[str, list[dict[str, Any]]]
    closed_at: datetime | None
    explained: list[dict[str, Any]]


class EntryTold(Schema):
    """An entry of another device: whose it is, when the center learned of it, and what it says, cut down."""

    device: UUID
    seq: int
    recorded_at: datetime
    entry: dict[str, Any]


class OwnKept(Schema):
    """An entry of the device that asks, which the journal holds."""

    id: UUID
    seq: int


class Judged(Schema):
    """A dose of today with its findings as they stand now."""

    dose: UUID
    dose_number: int
    findings: list[str]


class Linked(Schema):
    """A person of today who is known to be the same human being as another row."""

    person: UUID
    same_as: UUID


class EntriesTold(Schema):
    """A stretch of what the site's other devices and pages wrote, and what stands now: holds, links, doses with findings."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "server_time": "2021-09-13T06:58:12.345Z",
                "after": "281474976711102-40712",
                "more": False,
                "entries": [
                    {
                        "device": DEVICE,
                        "seq": 12,
                        "recorded_at": "2021-09-13T06:58:12.345Z",
                        "entry": {"kind": "arrived", "id": DEVICE, "person": DEVICE, "visit": DEVICE, "ticket": "31"},
                    }
                ],
                "own": [{"id": DEVICE, "seq": 41}],
                "judged": [{"dose": DEVICE, "dose_number": 2, "findings": ["interval-too-short"]}],
                "links": [{"person": DEVICE, "same_as": DEVICE}],
                "held_lots": [
                    {"number": "PV9001", "since": "2021-09-13T06:00:00Z", "reason": "cold-chain", "everywhere": True}
                ],
                "devices_cut_off": [DEVICE],
            }
        }
    )

    server_time: datetime
    after: str
    more: bool
    entries: list[EntryTold]
    own: list[OwnKept]
    judged: list[Judged]
    links: list[Linked]
    held_lots: list[dict[str, Any]]
    devices_cut_off: list[UUID]
