"""What passes in and out of certificates: standings, what is signed, what is shown, verdicts, keys that are trusted."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple
from uuid import UUID

import msgspec


class State(IntEnum):
    """What can be done for a dose. The numbers lie in the table and never change their meaning."""

    WAITING = 1
    READY = 2
    WITHHELD = 3


class Reason(IntEnum):
    """Why a dose is not ready. The numbers lie in the table and never change their meaning."""

    NONE = 0
    NOT_ATTESTED = 1
    PERSON_NOT_PROVED = 2
    VOIDED = 3
    DATE_UNKNOWN = 4
    BACKDATED = 5
    LATE = 6
    FLAGGED = 7
    PRODUCT_UNKNOWN = 8
    NAME_UNKNOWN = 9


class Standing(NamedTuple):
    """A state with its reason; a dose that is ready has none."""

    state: State
    reason: Reason


class Kind(IntEnum):
    """What is signed for a dose: the certificate by the national key, or the domestic pass by another."""

    CERTIFICATE = 1
    PASS = 2


class Withdrawn(IntEnum):
    """Why a certificate was revoked. The numbers lie in the table and never change their meaning."""

    REPLACED = 1
    """Another stands in its place: the dose was mended, or the person proved."""
    DOSE_VOIDED = 2
    PROOF_WITHDRAWN = 3
    DOSE_IN_DOUBT = 4


class Signable(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate says of one dose, before it has a name of its own. Codes are those of the EU's value sets."""

    name: str
    born: str
    product: str
    prophylaxis: str
    holder: str
    dose_number: int
    series_doses: int
    given_on: date


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """A public key that signs certificates. `uses` are the entries it may sign (v, t, r), empty for all of them."""

    kid: bytes
    country: str
    kind: Kind
    ours: bool
    public_key: bytes
    valid_from: datetime
    valid_to: datetime
    uses: str = ""
    certificate: bytes = b""


class TrustRow(msgspec.Struct, frozen=True, kw_only=True):
    """One signer of a country's list: its X.509 certificate in base64, and its key id if that is not the usual hash."""

    certificate: str
    kid: str = ""
    country: str = ""


class TrustChange(NamedTuple):
    """How many keys a list brought, and how many it no longer holds."""

    new: int
    gone: int


class CertificateShown(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate as its bearer sees it. `text` is what stands in the QR code; a withdrawn one has none."""

    id: UUID
    person: UUID
    dose: UUID
    kind: Kind
    issued_at: datetime
    expires_at: datetime
    withdrawn: Withdrawn | None
    withdrawn_at: datetime | None
    identifier: str
    name: str
    name_latin: str
    born: str
    product: str
    dose_number: int
    series_doses: int
    given_on: date
    text: str
    log: UUID


class Word(StrEnum):
    """The one word of a verdict."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    LOOK = "look"
    STOP = "stop"


class Why(StrEnum):
    """Why a verdict is what it is. The frontend's `verify/verdict.ts` says the same words."""

    SIGNED = "signed"
    PROVISIONAL = "provisional"
    NO_VACCINATION = "no-vaccination"
    UNREADABLE = "unreadable"
    WRONG_CONTENT = "wrong-content"
    NOT_A_CERTIFICATE = "not-a-certificate"
    WRONG_ALGORITHM = "wrong-algorithm"
    UNKNOWN_KEY = "unknown-key"
    KEY_NOT_VALID = "key-not-valid"
    KEY_FOR_OTHER_USE = "key-for-other-use"
    WRONG_PREFIX = "wrong-prefix"
    WRONG_SIGNATURE = "wrong-signature"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Bearer(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate says, once its signature was found right (`expired` and `revoked` ones show it too).

    `entry` is v, t or r: a vaccination, a test, a recovery; without a vaccination there is no dose. `product` is a code
    of the EU's value sets.
    """

    name: str
    name_latin: str
    born: str
    country: str
    issuer: str
    identifier: str
    issued_at: datetime | None
    expires_at: datetime
    entry: str = "v"
    product: str = ""
    dose_number: int = 0
    series_doses: int = 0
    given_on: date | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The word, why, of what kind, and what the certificate says. `since` is the day from which it is revoked."""

    word: Word
    why: Why
    kind: Kind | None = None
    bearer: Bearer | None = None
    since: date | None = None


class Revoked(NamedTuple):
    """A revocation: its day, and whether another certificate stands in the place of this one."""

    day: date
    replaced: bool


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the transparency log: the root over what was signed or revoked together, chained to the line before."""

    id: UUID
    at: datetime
    what: str
    leaves: int
    root: bytes
    previous: bytes
    head: bytes


class Inclusion(msgspec.Struct, frozen=True, kw_only=True):
    """The proof that something stands in a line of the log: its hash, its place, and its neighbors up to the root."""

    leaf: bytes
    index: int
    count: int
    path: list[bytes]
