"""Frozen types that pass between access and the rooms and faces above: roles, posts, devices, accounts, links, proofs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from tiemchung.domain.people.values import PersonBlock
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.purpose import Purpose


class Role(StrEnum):
    """What a member of the staff is, at a place. A role is a set of powers; without a row here it grants nothing."""

    VACCINATOR = "vaccinator"
    SCREENER = "screener"
    RECORDER = "recorder"
    LEAD = "lead"
    OBSERVER = "observer"
    CHECK_IN = "check-in"
    DUTY_OFFICER = "duty-officer"
    AUDITOR = "auditor"
    LOADER = "loader"
    STOREKEEPER = "storekeeper"
    QUALITY_OFFICER = "quality-officer"
    CHECKPOINT = "checkpoint"
    WARD_OFFICER = "ward-officer"
    PLANNER = "planner"
    AEFI_OFFICER = "aefi-officer"


ROLE_POWERS: dict[Role, frozenset[Power]] = {
    Role.VACCINATOR: frozenset({Power.RECORD_DOSE, Power.OBSERVE}),
    Role.RECORDER: frozenset({Power.RECORD_DOSE, Power.CHECK_IN}),
    Role.SCREENER: frozenset({Power.SCREEN}),
    Role.LEAD: frozenset({Power.ATTEST, Power.ENROLL_DEVICE, Power.RECEIVE_STOCK, Power.SEE_BOARD, Power.MEND}),
    Role.OBSERVER: frozenset({Power.OBSERVE}),
    Role.CHECK_IN: frozenset({Power.CHECK_IN}),
    Role.DUTY_OFFICER: frozenset({Power.SEE_BOARD, Power.RESPOND, Power.MEND}),
    Role.AUDITOR: frozenset({Power.AUDIT, Power.SEE_BOARD}),
    Role.LOADER: frozenset({Power.LOAD}),
    Role.STOREKEEPER: frozenset({Power.RECEIVE_STOCK}),
    Role.QUALITY_OFFICER: frozenset({Power.JUDGE_QUALITY}),
    Role.CHECKPOINT: frozenset({Power.CHECK_PASSAGE}),
    Role.WARD_OFFICER: frozenset({Power.PLAN, Power.ENROLL_CHECKPOINT, Power.MEND}),
    Role.PLANNER: frozenset({Power.PLAN, Power.DECLARE_ZONE}),
    Role.AEFI_OFFICER: frozenset({Power.FOLLOW_UP}),
}
"""Powers of each role. A lead attests and enrolls but gives no doses under that role: nobody attests her own work."""


class PlaceLevel(StrEnum):
    """How wide a role reaches: one site, the sites under one administrative unit, or the country."""

    SITE = "site"
    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"
    EVERYWHERE = "everywhere"


class DeviceKind(StrEnum):
    """A tablet is carried by people; a server device signs what pages and rooms write."""

    TABLET = "tablet"
    SERVER = "server"


class DeviceStatus(StrEnum):
    """Where a device stands. Only `enrolled` is listened to as one of us."""

    WAITING = "waiting"
    ENROLLED = "enrolled"
    REVOKED = "revoked"
    FORK = "fork"


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device as a batch meets it. `public_key` is a raw P-256 point; `kinds` None allows every chair kind."""

    id: UUID
    kind: DeviceKind
    site: str
    public_key: bytes = field(repr=False)
    kinds: frozenset[str] | None
    status: DeviceStatus
    expires_at: datetime
    agreement_key: bytes | None = field(default=None, repr=False)

    def listened_to(self, now: datetime) -> bool:
        """Tell whether this device is enrolled and its term not over."""
        return self.status is DeviceStatus.ENROLLED and now < self.expires_at

    def may_send(self, kind: str) -> bool:
        """Tell whether the enrollment allows entries of this kind."""
        return self.kinds is None or kind in self.kinds


@dataclass(frozen=True, kw_only=True)
class DeviceWord:
    """What a device last said: when, what it still holds unsent, and since when; when it took a list, when it erased all."""

    at: datetime
    pending: int
    oldest_pending_at: datetime | None
    bundle_at: datetime | None
    erased_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DeviceListed:
    """A device on the lead's page, with its last word if it ever said one."""

    id: UUID
    name: str
    site: str
    status: DeviceStatus
    fingerprint: str
    kinds: frozenset[str] | None
    enrolled_at: datetime
    expires_at: datetime
    word: DeviceWord | None


WAITING_TERM = timedelta(hours=24)
"""How long a tablet that spent its code may wait for the lead. Ours: both stand in the same hall."""
EXPIRED = "expired"
"""How an enrollment stands whose time is over: a word of the wire, no status of the table."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The key to which a device lets secrets be sealed, and its own key's signature over it."""

    public_key: bytes
    proof: bytes


@dataclass(frozen=True, kw_only=True)
class EnrollmentTerms:
    """What an enrollment is for: a campaign session, if one is named, and for how many days; None for as long as any."""

    session: UUID | None = None
    days: int | None = None


@dataclass(frozen=True, kw_only=True)
class EnrollmentReceipt:
    """What a device learns when it enrolls: its id, where it stands, and the six digits that its screen shows."""

    device: UUID
    status: DeviceStatus
    fingerprint: str
    name: str
    site: str
    session: UUID | None
    kinds: tuple[str, ...] | None
    public_key: bytes
    agreement_key: bytes | None
    enrolled_at: datetime
    expires_at: datetime

    def standing(self, now: datetime) -> str:
        """Return how it stands on the wire: who has waited too long, or whose term is over, is `expired`."""
        over = {DeviceStatus.WAITING: self.enrolled_at + WAITING_TERM, DeviceStatus.ENROLLED: self.expires_at}
        return EXPIRED if self.status in over and now >= over[self.status] else self.status.value


@dataclass(frozen=True, kw_only=True)
class UnlockTold:
    """How one member of the staff unlocks one tablet: salt and rounds for the PIN, and the days' secrets, sealed to it."""

    staff: UUID
    salt: bytes
    iterations: int
    days: tuple[tuple[date, bytes], ...]


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """Somebody on the staff, with the roles held at one place or at all of them."""

    id: UUID
    name: str
    roles: frozenset[Role]


@dataclass(frozen=True, kw_only=True)
class Post:
    """A place at which somebody holds roles. Powers of one post never leak into another's reach."""

    level: PlaceLevel
    era: str
    place: str
    roles: frozenset[Role]

    @property
    def key(self) -> str:
        """Name the post within its holder's posts."""
        return f"{self.level}:{self.era}:{self.place}"

    @property
    def powers(self) -> frozenset[Power]:
        """Return the powers of all roles held here."""
        return frozenset().union(*(ROLE_POWERS[role] for role in self.roles))


@dataclass(frozen=True, kw_only=True)
class LastWord:
    """When a site was last heard: its devices' latest heartbeat and how many entries they still hold unsent."""

    site: str
    devices: int
    at: datetime
    pending: int
    oldest_pending_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """A public key (COSE bytes) that somebody on the staff registered under a domain, told by its SHA-256."""

    credential: bytes
    public_key: bytes
    rp_id_hash: bytes


class Assertion(Protocol):
    """A WebAuthn assertion as it travels: four base64url strings (WebAuthn Level 2, 5.2.2)."""

    @property
    def credential(self) -> str:
        """Return the credential's id."""

    @property
    def authenticator_data(self) -> str:
        """Return the bytes the authenticator signed first."""

    @property
    def client_data(self) -> str:
        """Return the client data as JSON bytes, whose digest was signed after them."""

    @property
    def signature(self) -> str:
        """Return the signature, in DER for ES256."""


class RoleRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role in a campaign file: at a `site`, at a `place` of another level and its `era`, or everywhere."""

    role: Role
    site: str | None = None
    level: PlaceLevel = PlaceLevel.SITE
    era: Literal["", "2021", "2025"] = ""
    place: str = ""

    def names_one_place(self) -> bool:
        """Tell whether it says exactly where the role is held."""
        if self.site is not None:
            return bool(self.site) and (self.level, self.era, self.place) == (PlaceLevel.SITE, "", "")
        if self.level is PlaceLevel.EVERYWHERE:
            return (self.era, self.place) == ("", "")
        return bool(self.place) and (self.level is PlaceLevel.SITE) == (self.era == "")


class PasskeyRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passkey in a campaign file; the key is a COSE key or a raw P-256 point, base64url."""

    credential: str
    public_key: str
    rp_id: str


class StaffRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member of the staff in a campaign file."""

    id: UUID
    name: str
    login: str
    roles: list[RoleRow]
    passkeys: list[PasskeyRow] = []


class EnrollmentRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A one-time enrollment code in a campaign file; a vouched key (SHA-256 of the raw point, hex) enrolls at once."""

    code: str
    site: str
    name: str
    expires_at: datetime
    kinds: list[str] | None = None
    public_key_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Partner:
    """Another system that may read: who it is and where it reaches, why it reads, by which scopes, and its public keys."""

    client: str
    actor: Actor
    purpose: Purpose
    scopes: frozenset[str]
    keys: tuple[dict[str, Any], ...] = field(repr=False)
    addresses: frozenset[str] = frozenset()
    """Where a citizen's browser may be sent back to with a code."""

    @property
    def asks_citizens(self) -> frozenset[str]:
        """Return the scopes that a citizen may allow this partner."""
        return frozenset(scope for scope in self.scopes if scope.startswith(PATIENT_SCOPE))


PATIENT_SCOPE, SYSTEM_SCOPE = "patient/", "system/"
"""What a scope begins with: read by a citizen's consent, or by the partner's own reach."""


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """Who reads with a token: the partner, as an actor that reaches what the token opens, and whose book it is.

    `person` is None for a partner that reads by its own reach.
    """

    client: str
    actor: Actor
    purpose: Purpose
    person: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a token request opens. `refresh` and `person` are those of a citizen's consent."""

    token: str
    scopes: frozenset[str]
    person: UUID | None = None
    refresh: str = ""


@dataclass(frozen=True, kw_only=True)
class ConsentShown:
    """What another system may read of a book, and until when; `used` tells whether its code was taken up."""

    id: UUID
    person: UUID
    client: str
    scopes: tuple[str, ...]
    given_at: datetime
    ends_at: datetime
    used: bool


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """How many rows a load found, and how many of them were new."""

    rows: int
    new: int


class LinkState(StrEnum):
    """*Claimed* is what an account typed and nothing more; *proved* is what somebody made sure of (DESIGN, law 5)."""

    CLAIMED = "claimed"
    PROVED = "proved"


class Relation(StrEnum):
    """Whom a linked person is to whoever holds the phone: themselves, a minor in their care, somebody they help."""

    SELF = "self"
    CHILD = "child"
    HELPED = "helped"


class ProvedHow(StrEnum):
    """The ways in which a link is proved (PROTOCOL, Attested and proved)."""

    PHONE = "phone"
    CODE = "code"
    SITE = "site"


ADULT_AT_YEARS = 18
"""From this age on a guardian's link shows nothing: the grown child opens the book alone. Civil Code 2015, art. 20."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An account's tie to a person. `told` is what this account typed itself, and all that a claimed link may show."""

    id: UUID
    account: UUID
    person: UUID
    relation: Relation
    state: LinkState
    how: ProvedHow | None
    since: datetime
    told: PersonBlock | None

    @property
    def proved(self) -> bool:
        """Tell whether history and certificates open."""
        return self.state is LinkState.PROVED


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """An account that opens a person's book, as the others who open it see it: the phone by its last digits."""

    link: UUID
    phone: str
    relation: Relation
    since: datetime
    own: bool


class ClaimShown(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as the desk sees it beside the document: what the account typed, numbers by their last digits."""

    link: UUID
    relation: Relation
    name: str
    born: str
    sex: str
    identifiers: list[str]


class ShownHow(StrEnum):
    """What somebody showed at a desk. A book's signed code opens the record, the others doses, days and warnings."""

    CODE = "code"
    CARD = "card"
    NUMBER = "number"


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody stands at a site's desk, until when (real time), by what they showed, and for which visit if for one."""

    id: UUID
    person: UUID
    site: str
    how: ShownHow
    visit: UUID | None
    ends_at: datetime


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A code is on its way. `token` goes into the asking browser's cookie: with any other the digits are worth nothing."""

    token: str
    channel: str
    number: str
    sent_at: datetime
    expires_at: datetime


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody signed in, in one browser."""

    account: UUID
    id: UUID
    opened_at: datetime


class BrowserListed(msgspec.Struct, frozen=True, kw_only=True):
    """A browser in which an account is signed in, for its owner to see and to end."""

    id: UUID
    browser: str
    opened_at: datetime
    seen_at: datetime


class About(StrEnum):
    """What somebody may ask about their own data."""

    CORRECT = "correct"
    RESTRICT = "restrict"
    NOT_ME = "not-me"


class RequestState(StrEnum):
    """Where such a request stands."""

    OPEN = "open"
    ANSWERED = "answered"


class OwnRequestShown(msgspec.Struct, frozen=True, kw_only=True):
    """A request about own data, as whoever asked and whoever answers sees it."""

    id: UUID
    person: UUID
    about: About
    dose: UUID | None
    story: str
    state: RequestState
    asked_at: datetime
    answer: str
    closed_at: datetime | None
