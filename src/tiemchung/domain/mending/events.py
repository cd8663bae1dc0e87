"""Facts of mending. Who asks, what was told and what was written lie sealed in the rows of the case, not in the journal."""

from __future__ import annotations

from uuid import UUID

from tiemchung.kernel.events import Event


class ComplaintReceived(Event, frozen=True, kw_only=True):
    """Somebody says that something is wrong. Who and what lie sealed in the complaint, not in the journal."""

    topic: str


class CaseOpened(Event, frozen=True, kw_only=True):
    """Something is to be mended, by this instant; `origin` tells who asks."""

    case: UUID
    topic: str
    origin: str


class CaseTaken(Event, frozen=True, kw_only=True):
    """Somebody said: this one is mine."""

    case: UUID


class CaseNoted(Event, frozen=True, kw_only=True):
    """Somebody wrote down what they did or learned about a case."""

    case: UUID


class CaseHandedOn(Event, frozen=True, kw_only=True):
    """A case went to the desk of another site, or of the response center (`*`)."""

    case: UUID
    desk: str


class CaseProposed(Event, frozen=True, kw_only=True):
    """The first of two persons said how a case should end."""

    case: UUID
    outcome: str


class CaseDisagreed(Event, frozen=True, kw_only=True):
    """The second person did not agree: the case is open again."""

    case: UUID


class CaseObjected(Event, frozen=True, kw_only=True):
    """Whoever holds the book of one of two records said that they are not one person: the case is open again."""

    case: UUID


class CaseDecided(Event, frozen=True, kw_only=True):
    """A case ended; of one that two persons decide, `proposed_by` is the first and the event's `staff` the second."""

    case: UUID
    topic: str
    outcome: str
    proposed_by: UUID | None = None


class CaseFound(Event, frozen=True, kw_only=True):
    """Somebody found whom a case is about, and which dose if it is about one."""

    case: UUID
    dose: UUID | None = None


class CaseEscalated(Event, frozen=True, kw_only=True):
    """A case's answer is overdue: the district above its desk answers for it (1), then the province (2)."""

    case: UUID
    level: int


class RepairProposed(Event, frozen=True, kw_only=True):
    """One error hit many doses of a site's day; the first of two persons said how they are to be mended."""

    repair: UUID
    doses: int


class RepairDecided(Event, frozen=True, kw_only=True):
    """The second person agreed to a repair (`done`), or somebody took the proposal away (`dropped`)."""

    repair: UUID
    state: str
