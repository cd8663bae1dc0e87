"""Who acts: a person on the staff, a device, a citizen or the platform itself, with what they may do and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Power(StrEnum):
    """One verb that a role may grant. A power counts only inside the actor's reach."""

    CHECK_IN = "check-in"
    RECORD_DOSE = "record-dose"
    SCREEN = "screen"
    OBSERVE = "observe"
    RECEIVE_STOCK = "receive-stock"
    JUDGE_QUALITY = "judge-quality"
    ATTEST = "attest"
    ENROLL_DEVICE = "enroll-device"
    PLAN = "plan"
    FOLLOW_UP = "follow-up"
    SEE_BOARD = "see-board"
    RESPOND = "respond"
    MEND = "mend"
    CHECK_PASSAGE = "check-passage"
    ENROLL_CHECKPOINT = "enroll-checkpoint"
    DECLARE_ZONE = "declare-zone"
    LOAD = "load"
    AUDIT = "audit"
    READ_RECORD = "read-record"


class ActorKind(StrEnum):
    """What stands behind an action."""

    STAFF = "staff"
    DEVICE = "device"
    CITIZEN = "citizen"
    PARTNER = "partner"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What an actor reaches: places (codes of sites and of communes, both eras) or everywhere; a citizen own persons.

    A citizen reaches their own account and `books`: the persons whose book it opens by a proof.
    """

    everywhere: bool = False
    sites: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    books: frozenset[UUID] = frozenset()
    account: UUID | None = None

    def covers_site(self, site: str) -> bool:
        """Tell whether a site of this code lies within."""
        return self.everywhere or site in self.sites

    def covers_commune(self, commune: str) -> bool:
        """Tell whether a commune of this code lies within."""
        return self.everywhere or commune in self.communes


NOWHERE = Reach()
EVERYWHERE = Reach(everywhere=True)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody or something that acts, as known at sign-in. Closed by default: no powers and no reach."""

    id: UUID | None
    kind: ActorKind
    name: str = ""
    powers: frozenset[Power] = frozenset()
    reach: Reach = NOWHERE

    def can(self, power: Power) -> bool:
        """Tell whether a role of this actor grants the power."""
        return power in self.powers

    def reaches(self, site: str) -> bool:
        """Tell whether the site of this code is within the actor's reach."""
        return self.reach.covers_site(site)


SYSTEM = Actor(id=None, kind=ActorKind.SYSTEM, name="system", powers=frozenset(Power), reach=EVERYWHERE)
"""The platform itself: reactions, jobs and commands of the operator."""

ANYBODY = Actor(id=None, kind=ActorKind.CITIZEN, name="")
"""Somebody who has not signed in: no powers, no reach."""
