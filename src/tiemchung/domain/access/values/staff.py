"""Who serves: roles and their powers, posts, passkeys, and the rows of a campaign file that name them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from tiemchung.kernel.actor import Power


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


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """How many rows a load found, and how many of them were new."""

    rows: int
    new: int
