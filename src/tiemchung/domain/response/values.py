"""What other storeys exchange with response: alerts, incidents with their steps, calls, cases of reactions, paper."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

SILENT_AFTER = timedelta(minutes=30)
"""How long a site with an open campaign session may say nothing before it is called silent. A habit of ours."""


class AlertKind(StrEnum):
    """What cannot be true, or must not wait."""

    ANAPHYLAXIS = "anaphylaxis"
    EXCURSION = "excursion"
    EXCURSION_LOGGED = "excursion-logged"
    STOCK_NEGATIVE = "stock-negative"
    PACE_IMPOSSIBLE = "pace-impossible"
    DEVICE_FORKED = "device-forked"
    SITE_SILENT = "site-silent"
    ENTRIES_SET_ASIDE = "entries-set-aside"


class Weight(StrEnum):
    """How much something weighs: `stop` opens an incident by itself, `look` waits for somebody to look."""

    STOP = "stop"
    LOOK = "look"


WEIGHTS: dict[AlertKind, Weight] = {
    AlertKind.ANAPHYLAXIS: Weight.STOP,
    AlertKind.EXCURSION: Weight.STOP,
    AlertKind.EXCURSION_LOGGED: Weight.STOP,
    AlertKind.STOCK_NEGATIVE: Weight.LOOK,
    AlertKind.PACE_IMPOSSIBLE: Weight.STOP,
    AlertKind.DEVICE_FORKED: Weight.STOP,
    AlertKind.SITE_SILENT: Weight.LOOK,
    AlertKind.ENTRIES_SET_ASIDE: Weight.LOOK,
}
"""What each kind weighs. Ours: a ledger below zero is mostly paper that comes late, a silent site mostly a network."""


ONCE = frozenset({AlertKind.ANAPHYLAXIS, AlertKind.EXCURSION_LOGGED, AlertKind.PACE_IMPOSSIBLE})
"""Kinds that tell of a single fact: they end with their incident and never come again. The others say what holds now."""


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The figures of an alert, for its sentence: those that its kind has. Nobody is named in it."""

    lot: str = ""
    doses: int = 0
    most: int = 0
    entries: int = 0
    pending: int = 0
    minutes: int = 0
    temp_c: float = 0.0
    reason: str = ""
    since: datetime | None = None


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found at a site; `key` tells one from another of its kind there: a lot, a device, an hour."""

    kind: AlertKind
    site: str
    key: str = ""
    facts: Facts = Facts()


class AlertShown(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that still holds, and the incident that was opened from it, if any."""

    id: UUID
    kind: AlertKind
    site: str
    facts: Facts
    raised_at: datetime
    incident: UUID | None
    paper_since: datetime | None = None

    @property
    def weight(self) -> Weight:
        """Return what it weighs."""
        return WEIGHTS[self.kind]


class Origin(StrEnum):
    """From where an incident came."""

    ALERT = "alert"
    CALL = "call"
    OFFICER = "officer"


class StepKind(StrEnum):
    """What was done with an incident."""

    OPENED = "opened"
    TAKEN = "taken"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    ESCALATED = "escalated"
    RESOLVED = "resolved"


class Outcome(StrEnum):
    """How an incident ended."""

    MENDED = "mended"
    EXPLAINED = "explained"
    HANDED_ON = "handed-on"
    FALSE_ALARM = "false-alarm"


class IncidentListed(msgspec.Struct, frozen=True, kw_only=True):
    """An incident in a list. `kind` and `facts` belong to one from an alert, `subject` to any other.

    `due_at` is until when it should be resolved; after that it is escalated.
    """

    id: UUID
    origin: Origin
    site: str
    weight: Weight
    opened_at: datetime
    due_at: datetime
    escalated_at: datetime | None = None
    kind: AlertKind | None = None
    facts: Facts = Facts()
    subject: str = ""
    owner: UUID | None = None
    owner_name: str = ""
    team: UUID | None = None
    team_name: str = ""
    resolved_at: datetime | None = None
    outcome: Outcome | None = None

    @property
    def heavy(self) -> bool:
        """Tell whether it must not wait: by its weight, or because its time has passed."""
        return self.weight is Weight.STOP or self.escalated_at is not None


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """A support team: people who see to incidents together; `members` are their names by id, in order of name."""

    id: UUID
    name: str
    members: dict[UUID, str]


class StepShown(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an incident: what, when, who; `to_name` of an assignment, `text` of what was written. None: the platform."""

    id: UUID
    what: StepKind
    at: datetime
    by_name: str | None
    to_name: str = ""
    text: str = ""


CODE_TRIES = 5
"""How often a code may be read out wrongly before it is worth nothing (DESIGN: five tries)."""
CODE_MINUTES = 10
"""How long a code stands, in real time. Ours: the caller is on the line."""
CODES_A_DAY = 5
"""Codes that one number is sent in a day, whatever number of calls came in its name (issue 3, as for sign-in)."""


class CallHow(StrEnum):
    """How somebody made sure that the caller holds the number they call from."""

    CALLED_BACK = "called-back"
    CODE_READ = "code-read"


class CallShown(msgspec.Struct, frozen=True, kw_only=True):
    """A citizen's call that was noted: what they said, and whether they have shown that the number is in their hands."""

    id: UUID
    site: str
    noted_at: datetime
    number_shown: str
    words: str
    dialed: bool
    code_sent: bool
    tries_left: int
    how: CallHow | None = None
    incident: UUID | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An adverse event as the center follows it: where, how severe, of which lot. It names nobody."""

    id: UUID
    site: str
    severity: str
    onset: datetime
    recorded_at: datetime
    product: str
    lot: str


class PaperKept(msgspec.Struct, frozen=True, kw_only=True):
    """A site of which somebody knows that it writes on paper for now, since when and why."""

    site: str
    since: datetime
    reason: str


class SiteTold(msgspec.Struct, frozen=True, kw_only=True):
    """How one site stands: doses issued to it, entered by it, lying there and on the road, and who is called there.

    `called` counts appointments from the day of counting on; `daily` None is not known; `products` are what was issued and
    what lies there, by product.
    """

    site: str
    province: str
    district: str
    spoke: bool
    issued: int
    entered: int
    usable: int = 0
    on_road: int = 0
    called: int = 0
    daily: float | None = None
    products: dict[str, tuple[int, int]] = {}

    @property
    def days(self) -> float | None:
        """Return for how many days its usable doses last; None where nothing tells how fast it goes."""
        return self.usable / self.daily if self.daily else None


class AreaStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How the sites of one unit stand together, and their adverse events. `days` is of sites alone whose daily use is known."""

    code: str
    sites: int
    spoke: int
    silent: int
    issued: int
    entered: int
    usable: int
    on_road: int
    days: float | None
    cases: int
    counted_at: datetime


class ProductStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of one product in a unit: allocated to its sites so far, and lying there now. A lot nobody knows has no product."""

    product: str
    allocated: int
    on_hand: int


class UnitStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Doses and demand of one unit: allocated to its sites so far, lying there now, on the road to them; persons who want one.

    Persons are counted where they live; of a site, by whether they wish for it. `listed` counts those of the registered
    who came by a target list; `due` those whose next dose is due; `called` appointments at its sites from that day on.
    """

    unit: str
    allocated: int = 0
    on_hand: int = 0
    on_road: int = 0
    registered: int = 0
    listed: int = 0
    due: int = 0
    called: int = 0


class DemandShown(msgspec.Struct, frozen=True, kw_only=True):
    """The demand of one unit as anybody may see it: None is hidden, because so few persons are in it."""

    registered: int | None = 0
    listed: int | None = 0
    due: int | None = 0
    called: int | None = 0


class UnitDemand(msgspec.Struct, frozen=True, kw_only=True):
    """How many residents of one unit want a dose; of a site, how many want it there."""

    era: str
    level: str
    unit: str
    parent: str
    registered: int
    listed: int
    due: int


class CountedAt(msgspec.Struct, frozen=True, kw_only=True):
    """When stock was counted, and when it was computed who is due; None before the first time."""

    stock: datetime | None
    due: datetime | None
