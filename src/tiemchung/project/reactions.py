"""Who listens to what: the whole afterlife of every fact, readable in one glance.

A reaction lives in the highest room it touches, takes a batch of entries in journal order, keeps its own place in the
journal and may be run again. Every event of the domain has a row here; one that nobody follows says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from tiemchung.domain.access import events as access
from tiemchung.domain.campaigns import events as campaigns
from tiemchung.domain.certificates import events as signing
from tiemchung.domain.certificates import reactions as certificates
from tiemchung.domain.declarations import events as declarations
from tiemchung.domain.figures import reactions as figures
from tiemchung.domain.immunization import events as record
from tiemchung.domain.immunization import reactions as immunization
from tiemchung.domain.journal.values import Entry
from tiemchung.domain.mending import events as mending
from tiemchung.domain.mending import reactions as mending_reactions
from tiemchung.domain.movement import events as movement
from tiemchung.domain.people import events as people
from tiemchung.domain.places import events as places
from tiemchung.domain.response import events as response
from tiemchung.domain.response import reactions as center
from tiemchung.domain.safety import events as safety
from tiemchung.domain.scheduling import events as scheduling
from tiemchung.domain.scheduling import reactions as scheduling_reactions
from tiemchung.domain.supply import events as supply
from tiemchung.domain.visits import events as visits
from tiemchung.domain.visits import reactions as visit_reactions
from tiemchung.kernel.events import Event


class Reaction(Protocol):
    """What a room does about entries; `now` is the domain's clock."""

    def __call__(self, entries: Sequence[Entry], *, now: datetime) -> None:
        """Take a batch of entries in journal order, in the caller's transaction."""
        ...


REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    # the chair
    visits.Arrived: [
        visit_reactions.rejudge_arrived,
        center.watch,
        visit_reactions.keep_appointments,
        mending_reactions.queue_doubts,
        mending_reactions.queue_questions,
        mending_reactions.queue_linkage,
    ],
    visits.Identified: [certificates.prepare],
    declarations.Consented: [],
    declarations.Screened: [center.watch],
    visits.Deferred: [],
    record.DoseGiven: [
        immunization.rejudge,
        figures.count,
        figures.pace,
        certificates.prepare,
        center.watch,
        immunization.ask_was_it_you,
        visit_reactions.keep_appointments,
        mending_reactions.ask_after_death,
        mending_reactions.tie_missing,
    ],
    record.Confirmed: [],
    record.Corrected: [immunization.rejudge, figures.count, certificates.prepare, mending_reactions.tell_repaired],
    record.Voided: [immunization.rejudge, figures.count, certificates.prepare],
    visits.Observed: [],
    visits.Released: [center.watch],
    visits.Left: [visit_reactions.keep_appointments],
    safety.Aefi: [center.watch],
    supply.VialOpened: [center.watch],
    supply.VialWasted: [center.watch],
    supply.VialReturned: [center.watch],
    supply.Counted: [],
    supply.LotHeldHere: [],
    visits.SessionOpened: [],
    visits.SessionStopped: [],
    visits.SessionClosed: [],
    visits.ChangeSettled: [mending_reactions.part_doubted],
    visits.Attested: [visit_reactions.attest_judged, visit_reactions.keep_appointments],
    movement.Passed: [],
    # the rooms' own
    record.DoseRenumbered: [figures.count, certificates.prepare],
    record.DoseRejudged: [figures.count, certificates.prepare],
    record.DosesAttested: [certificates.prepare],
    supply.LotRegistered: [immunization.rejudge_lots],
    supply.LotReceived: [center.watch],
    supply.LotIssued: [center.watch],
    supply.StockAdjusted: [center.watch],
    supply.LotHeld: [],
    supply.LotReleased: [],
    signing.CertificatesSigned: [],
    signing.CertificatesRevoked: [],
    supply.LotRecalled: [],
    supply.RecallAnswered: [],
    supply.LotHeldAtStore: [],
    supply.LotDestroyed: [],
    supply.LotShelved: [],
    supply.TemperatureRead: [center.watch],
    supply.LoggerRead: [center.watch],
    supply.PaperKept: [],
    supply.ConsignmentReceived: [center.watch],
    supply.ConsignmentReleased: [center.watch],
    supply.ConsignmentRefused: [center.watch],
    supply.ShipmentPicked: [],
    supply.ShipmentCancelled: [],
    supply.ShipmentDispatched: [center.watch],
    supply.ShipmentArrived: [center.watch],
    supply.ShipmentExplained: [center.watch],
    supply.ShelvesCounted: [],
    supply.DifferenceExplained: [],
    supply.DecisionProposed: [],
    supply.DecisionWithdrawn: [],
    people.PersonCorrected: [
        immunization.rejudge,
        figures.count,
        certificates.prepare,
        mending_reactions.queue_doubts,
        mending_reactions.queue_questions,
        mending_reactions.queue_linkage,
    ],
    people.PersonsJoined: [
        immunization.rejudge,
        certificates.prepare,
        visit_reactions.keep_appointments,
        mending_reactions.tell_joined,
        mending_reactions.tie_missing,
    ],
    people.PersonsParted: [
        immunization.rejudge,
        certificates.prepare,
        visit_reactions.keep_appointments,
        mending_reactions.tell_joined,
    ],
    people.RegisterAsked: [],
    people.RegisterFailed: [],
    people.FeedRead: [],
    people.PersonDied: [scheduling_reactions.free_places, mending_reactions.ask_after_death],
    people.DeathDenied: [],
    people.MoveTold: [],
    people.NumberTold: [
        mending_reactions.queue_doubts,
        mending_reactions.queue_questions,
        mending_reactions.queue_linkage,
    ],
    people.ListSent: [],
    people.ListSigned: [],
    people.UseRestricted: [],
    people.RestrictionLifted: [],
    places.ZoneDeclared: [],
    places.ZoneEnded: [],
    access.DeviceEnrolled: [],
    access.DeviceRevoked: [],
    access.RoleGranted: [],
    access.IdentityProved: [certificates.prepare],
    access.PresenceOpened: [],
    access.OwnDataAsked: [mending_reactions.open_cases],
    access.ProofWithdrawn: [certificates.prepare],
    access.ConsentGiven: [],
    access.ConsentWithdrawn: [],
    campaigns.Registered: [
        mending_reactions.queue_doubts,
        mending_reactions.queue_questions,
        mending_reactions.queue_linkage,
    ],
    campaigns.RegistrationWithdrawn: [],
    campaigns.RegistrationMoved: [],
    campaigns.RegistrationRegrouped: [],
    scheduling.CampaignSessionPlanned: [],
    scheduling.CampaignSessionCalledOff: [],
    scheduling.CallListPutForward: [],
    scheduling.CallListApproved: [],
    scheduling.CallListReturned: [],
    scheduling.AppointmentBooked: [],
    scheduling.AppointmentMoved: [visit_reactions.keep_appointments],
    scheduling.AppointmentCancelled: [visit_reactions.keep_appointments],
    scheduling.AppointmentMissed: [],
    scheduling.StandbyTold: [],
    scheduling.AppointmentConfirmed: [],
    response.AlertRaised: [],
    response.AlertCleared: [],
    response.IncidentOpened: [],
    response.IncidentTaken: [],
    response.IncidentAssigned: [],
    response.IncidentEscalated: [],
    response.IncidentGivenToTeam: [],
    response.TeamFormed: [],
    response.TeamJoined: [],
    response.TeamLeft: [],
    response.TeamDisbanded: [],
    response.IncidentCommented: [],
    response.IncidentResolved: [],
    response.CallNoted: [],
    response.CallDialed: [],
    response.CallCodeSent: [],
    response.CallerConfirmed: [],
    response.CallDropped: [],
    response.PaperBegun: [],
    response.PaperEnded: [],
    mending.ComplaintReceived: [],
    mending.CaseOpened: [],
    mending.CaseTaken: [],
    mending.CaseNoted: [],
    mending.CaseHandedOn: [],
    mending.CaseProposed: [mending_reactions.tell_proposed],
    mending.CaseObjected: [],
    mending.CaseDisagreed: [mending_reactions.join_decided],
    mending.CaseDecided: [mending_reactions.join_decided],
    mending.CaseFound: [],
    mending.CaseEscalated: [],
    mending.RepairProposed: [],
    mending.RepairDecided: [],
}


BEHIND: Collection[Reaction] = (
    certificates.prepare,
    visit_reactions.keep_appointments,
    mending_reactions.queue_doubts,
    mending_reactions.queue_linkage,
    mending_reactions.queue_questions,
    mending_reactions.ask_after_death,
    scheduling_reactions.free_places,
)
"""What may wait a little: followed by a process of its own that gives way to the others (`worker`)."""


AFTER: Mapping[Reaction, Collection[Reaction]] = {
    visit_reactions.attest_judged: (immunization.rejudge, visit_reactions.rejudge_arrived),
}
"""Who takes an entry only when these have read past it, in whichever process they are."""


class Follower(msgspec.Struct, frozen=True, kw_only=True):
    """One reaction with the kinds of entries it hears; `name` is room and function, and names its place and turn.

    `after` names the reactions that go before it.
    """

    name: str
    react: Reaction
    kinds: frozenset[str]
    after: frozenset[str] = frozenset()


def followers(reactions: Mapping[type[Event], Sequence[Reaction]] = REACTIONS) -> list[Follower]:
    """Return every reaction once, by name, with all it listens to."""
    heard: dict[Reaction, set[str]] = {}
    for event, listeners in reactions.items():
        for react in listeners:
            heard.setdefault(react, set()).add(event.kind())
    found = [
        Follower(
            name=name_of(react),
            react=react,
            kinds=frozenset(kinds),
            after=frozenset(name_of(one) for one in AFTER.get(react, ())),
        )
        for react, kinds in heard.items()
    ]
    return sorted(found, key=lambda follower: follower.name)


def name_of(reaction: Reaction) -> str:
    """Return a reaction's name, `figures.count` for the function `count` of the room `figures`."""
    name = getattr(reaction, "__name__", type(reaction).__name__)
    return f"{reaction.__module__.split('.')[-2]}.{name}"
