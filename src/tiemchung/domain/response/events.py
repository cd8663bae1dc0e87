"""Facts of response: what was noticed, and each step that somebody took about it. `staff` of the event is who did it.

What people wrote is in the journal only sealed, like everything there.
"""

from __future__ import annotations

from uuid import UUID

from tiemchung.kernel.events import Event


class AlertRaised(Event, frozen=True, kw_only=True):
    """A check found something that cannot be true or must not wait."""

    alert: UUID
    alert_kind: str
    key: str


class AlertCleared(Event, frozen=True, kw_only=True):
    """What an alert told of no longer holds."""

    alert: UUID


class IncidentOpened(Event, frozen=True, kw_only=True):
    """An incident was opened: from an alert, from a call, or by an officer who saw something."""

    incident: UUID
    origin: str
    alert: UUID | None = None
    call: UUID | None = None
    subject: str = ""


class IncidentTaken(Event, frozen=True, kw_only=True):
    """Somebody said: this one is mine."""

    incident: UUID


class IncidentEscalated(Event, frozen=True, kw_only=True):
    """An incident's time has passed and it is not resolved: it stands above all others from now on."""

    incident: UUID


class IncidentAssigned(Event, frozen=True, kw_only=True):
    """Somebody gave an incident to somebody, from `before` (None: it was nobody's)."""

    incident: UUID
    owner: UUID
    before: UUID | None


class IncidentGivenToTeam(Event, frozen=True, kw_only=True):
    """Somebody gave an incident to a team, from `before` (None: it was nobody's); one of the team takes it."""

    incident: UUID
    team: UUID
    before: UUID | None


class TeamFormed(Event, frozen=True, kw_only=True):
    """A support team was formed, under this name."""

    team: UUID
    name: str


class TeamJoined(Event, frozen=True, kw_only=True):
    """Somebody belongs to a team from now on."""

    team: UUID
    member: UUID


class TeamLeft(Event, frozen=True, kw_only=True):
    """Somebody belongs to a team no more."""

    team: UUID
    member: UUID


class TeamDisbanded(Event, frozen=True, kw_only=True):
    """A team is no more. What it had and nobody of it took waits for somebody again."""

    team: UUID


class IncidentCommented(Event, frozen=True, kw_only=True):
    """Somebody wrote down what they did or learned."""

    incident: UUID
    text: str


class IncidentResolved(Event, frozen=True, kw_only=True):
    """The owner closed an incident, and how it ended."""

    incident: UUID
    outcome: str
    text: str


class CallNoted(Event, frozen=True, kw_only=True):
    """A citizen called and said something; their number stands in the call's row alone, sealed."""

    call: UUID
    words: str


class CallDialed(Event, frozen=True, kw_only=True):
    """An officer had a caller's whole number shown, to call back."""

    call: UUID
    purpose: str


class CallCodeSent(Event, frozen=True, kw_only=True):
    """A code was sent to a caller's number, to be read out."""

    call: UUID


class CallerConfirmed(Event, frozen=True, kw_only=True):
    """A caller showed that the number is in their hands."""

    call: UUID
    how: str


class CallDropped(Event, frozen=True, kw_only=True):
    """A call was laid aside: nobody held the number, or there was nothing in it."""

    call: UUID
    reason: str


class PaperBegun(Event, frozen=True, kw_only=True):
    """Somebody knows why a site is silent: it writes on paper for now."""

    reason: str


class PaperEnded(Event, frozen=True, kw_only=True):
    """A site that wrote on paper is heard again, or somebody said that it no longer does."""
