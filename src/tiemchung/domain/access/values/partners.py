"""Which other systems may read, by which scopes, and what a citizen allowed them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose


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
READABLE = ("Patient", "Immunization", "ImmunizationRecommendation")
SCOPES = tuple(f"{begins}{name}.rs" for begins in (SYSTEM_SCOPE, PATIENT_SCOPE) for name in READABLE)
"""All there are. A partner cannot be registered for another."""
ALGORITHMS = ("ES256", "ES384", "RS384")
"""By which a partner may sign: ES384 and RS384 are those of the profile; ES256 is what our own devices have."""


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
