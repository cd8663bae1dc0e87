"""The JSON of enrollment and unlocking, as the Devices API's document shows it. Binary fields are base64url without padding."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from tiemchung.faces.devices.schemas import DEVICE, POINT

SIGNATURE = "f0xWzKq3bq0c2Vx1lK5wt4vP0cQ2u3nq9KcS1H8xkQf0xWzKq3bq0c2Vx1lK5wt4vP0cQ2u3nq9KcS1H8xkQAA"
Point = Annotated[str, Field(min_length=87, max_length=87)]


class EnrollmentAsked(Schema):
    """A tablet asks to be one of us with a one-time code and its public keys (raw P-256 points of 65 bytes).

    Secrets are sealed to `agreement_key`; `agreement_proof` is the first key's signature over it. Without them the tablet
    sends and pulls, and nobody can unlock it by a PIN. A hub, and nobody else, tells the `address` at which it answers.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "code": "Jm3kq0v9T2mS1yP6bHcWxg",
                "public_key": POINT,
                "name": "Máy 03",
                "agreement_key": POINT,
                "agreement_proof": SIGNATURE,
            }
        },
    )

    code: Annotated[str, Field(min_length=1, max_length=200)]
    public_key: Point
    name: Annotated[str, Field(max_length=80)] = ""
    agreement_key: Point | None = None
    agreement_proof: Annotated[str, Field(min_length=86, max_length=86)] | None = None
    address: Annotated[str, Field(max_length=200)] = ""


class EnrollmentTold(Schema):
    """Where an enrollment stands: `waiting`, `enrolled`, `expired`, `revoked` or `fork`.

    While it waits, the tablet shows the fingerprint and the site's lead types it. Once it is enrolled, `statement` says all
    of this again as a compact JWS under `server_key`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "device": DEVICE,
                "status": "waiting",
                "fingerprint": "402718",
                "name": "Máy 03",
                "site": "79-0012",
                "session": None,
                "enrolled_at": "2021-09-13T01:00:00Z",
                "expires_at": "2022-03-12T01:00:00Z",
                "kinds": None,
                "server_key": POINT,
                "sealing_key": POINT,
                "statement": None,
                "poll_after_s": 2,
            }
        }
    )

    device: UUID
    status: str
    fingerprint: str
    name: str
    site: str
    session: UUID | None
    enrolled_at: datetime
    expires_at: datetime
    kinds: list[str] | None
    server_key: str
    sealing_key: str
    statement: str | None
    poll_after_s: int


class ProofTold(Schema):
    """A WebAuthn assertion, base64url: a passkey's word over tablet, member of the staff and this request's nonce."""

    model_config = ConfigDict(extra="forbid")

    credential: Annotated[str, Field(max_length=1400)]
    authenticator_data: Annotated[str, Field(max_length=1400)]
    client_data: Annotated[str, Field(max_length=1400)]
    signature: Annotated[str, Field(max_length=700)]


class UnlockAsked(Schema):
    """A member of the staff may unlock this tablet from now on: by eight digits that were given to them, or by a passkey."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"staff": DEVICE, "code": "40721866"}})

    staff: UUID
    code: Annotated[str, Field(max_length=20)] | None = None
    proof: ProofTold | None = None


class DayUnlock(Schema):
    """The secret of a business day, sealed to the tablet's agreement key."""

    day: date
    secret: str


class UnlockTold(Schema):
    """How one member of the staff unlocks this tablet: salt and rounds for PBKDF2 over the PIN, and the days' secrets."""

    staff: UUID
    salt: str
    iterations: int
    days: list[DayUnlock]


class UnlocksTold(Schema):
    """Everybody who may unlock this tablet today. Who is missing may not any more: delete their wraps."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "server_time": "2021-09-13T06:58:12.345Z",
                "day": "2021-09-13",
                "staff": [
                    {
                        "staff": DEVICE,
                        "salt": "0q1Y0k7zL4q3m6xXG0m0og",
                        "iterations": 600000,
                        "days": [{"day": "2021-09-13", "secret": "AQRr..."}],
                    }
                ],
            }
        }
    )

    server_time: datetime
    day: date
    staff: list[UnlockTold]
