"""What is asked to be mended, how such a request stands, and how it ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from uuid import UUID

import msgspec

from tiemchung.domain.people.values import PersonCorrection

LONGEST_STORY = 2_000
"""Letters of a complaint's own words, and of each step's. Ours: about a page, far below the 16 KB of an entry."""

MOST_SLIP_BYTES, MOST_SLIPS = 5 * 1024 * 1024, 3
"""Bytes of a photo as it is sent, and photos of one complaint."""
LONGEST_FACT = 120
"""Letters of a name, a place or a team. Ours."""
CENTER = "*"
"""The desk of what is of no place: the response center's. No site has this code."""
NO_SITE = "-"
"""In the place of a site, or of a commune, where a case has none. No unit has this code."""


class AskedIn(StrEnum):
    """Where somebody can ask for a kind of mending: on the portal, in a book, or nowhere, for the platform finds it."""

    PORTAL = "portal"
    BOOK = "book"
    NOWHERE = "nowhere"


class ComplaintKind(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be mended, with how long an answer may take and how many persons decide; a row of `complaint_kinds.csv`."""

    code: str
    label_vi: str
    label_en: str
    answered_within: timedelta
    asked_in: AskedIn = AskedIn.PORTAL
    deciders: int = 1
    needs_photo: bool = False


class RejectReason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a correction is turned down, in the words of the dispatch; a row of `reject_reasons.csv`."""

    code: str
    label_vi: str
    label_en: str
    source: str


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    ANSWERED = "answered"


class CaseState(StrEnum):
    """Where a case stands: waiting, proposed by one person while another has yet to agree, or decided."""

    OPEN = "open"
    PROPOSED = "proposed"
    DECIDED = "decided"


class Origin(StrEnum):
    """Who asks: somebody on the portal, an account about a person of its book, or the platform that found a doubt.

    `account` is a complaint filed by whoever is signed in to a book, and `desk` one that the staff wrote down for somebody.
    """

    PORTAL = "portal"
    BOOK = "book"
    PLATFORM = "platform"
    DESK = "desk"
    ACCOUNT = "account"


LETTERS = frozenset({Origin.PORTAL, Origin.DESK, Origin.ACCOUNT})
"""Those whose words lie in a complaint of their own, and whose answer goes to the phone that was left."""


class Outcome(StrEnum):
    """How a case ends. Whoever holds its number reads this and nothing else."""

    UPHELD = "upheld"
    NOT_UPHELD = "not-upheld"
    COME_IN_PERSON = "come-in-person"


NOT_ME, WITHDRAW = "not-me", "withdraw-status"
"""The kinds of cases that, upheld, void the dose they are about; of the first it is in dispute meanwhile."""
MISSING = frozenset({"missing-dose", "mobile-session"})
"""The kinds of cases about a dose that is not in the record. Upheld, it is there: the case is tied to it."""
DOUBT = "identity-doubt"
"""The kind of a case in which two persons of different names or births were told with one identity number."""
LIKELY = "identity-likely"
"""The kind of a case in which two records are likely one person; one that was certain is decided by the platform itself."""
LINK = "mending.link_persons"
"""The job that finds who is on record twice."""
PAIRS = frozenset({DOUBT, LIKELY})
"""The kinds of cases that ask whether two records are one person."""
CORRECT, RESTRICT = "correct-person", "restrict-data"
"""The kinds of cases that, upheld, let a person be told otherwise, and let their data serve care and the law alone."""
AFTER_DEATH = "dose-after-death"
"""The kind of a case about a dose later than the death that the register told; upheld, the person is alive."""
OUTCOMES = tuple(Outcome)
OUTCOMES_OF_DOSES = (Outcome.UPHELD, Outcome.NOT_UPHELD)
"""A dose is somebody's or it is not: while nobody can tell, its case stays open, and nothing is signed for it."""


def joins(kind: str, outcome: Outcome | None) -> bool:
    """Tell whether a case that ends so makes its two persons one."""
    return kind in PAIRS and outcome is Outcome.NOT_UPHELD


class StepKind(StrEnum):
    """What was done with a case."""

    OPENED = "opened"
    TAKEN = "taken"
    NOTED = "noted"
    HANDED_ON = "handed-on"
    FOUND = "found"
    ESCALATED = "escalated"
    PROPOSED = "proposed"
    DISAGREED = "disagreed"
    OBJECTED = "objected"
    DECIDED = "decided"


class JoinProposed(msgspec.Struct, frozen=True, kw_only=True):
    """That a record of somebody's book is to be one with another record, as the book tells it before it is so.

    Of the other record, which may yet be a stranger's, nothing but how many doses it has and in which months (their first day).
    """

    case: UUID
    proposal: UUID
    proposed_at: datetime
    doses: int
    others: int
    months: list[date]


class Rung(IntEnum):
    """Whose a case is to answer for: its desk's, and overdue the district's above it, then the province's."""

    DESK = 0
    DISTRICT = 1
    PROVINCE = 2


ESCALATES_AFTER = {Rung.DISTRICT: timedelta(0), Rung.PROVINCE: timedelta(hours=48)}
"""How long after its answer was due a case goes up. The first is the target of dispatch 9458/BYT-CNTT, the second ours."""


class ComplaintTold(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint as somebody writes it: `id` is made where it is written, so that sending it twice files one.

    `site` is the code of the site it is about, empty if not known; `phone` is where the answer goes, if anywhere. The rest
    helps to find the dose, each as it was written: who got it, born when, on which day, where, by which team. `slips` are
    photos of the paper as they were sent. `account_phone` is the number of whoever is signed in: then it is theirs already.
    `person`, `dose` and `commune` are of the book it was filed in.
    """

    id: UUID
    kind: str
    story: str
    site: str = ""
    phone: str = ""
    name: str = ""
    born: str = ""
    day: str = ""
    place: str = ""
    team: str = ""
    slips: tuple[bytes, ...] = ()
    account_phone: str = ""
    person: UUID | None = None
    dose: UUID | None = None
    commune: str = ""


class ComplaintFiled(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt: the number to ask by, and until when an answer is due."""

    number: str
    due_at: datetime


class ComplaintStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How a complaint stands, for whoever holds its number. Nothing of what was told is in it, nor of what was answered.

    `reason` is the code of the listed reason by which it was turned down, "" if none was named. `has_phone`: the answer in
    words is for whoever signs in by that phone.
    """

    number: str
    kind: str
    filed_at: datetime
    due_at: datetime
    state: CaseState
    outcome: Outcome | None
    reason: str = ""
    has_phone: bool = False
    level: Rung = Rung.DESK


class OwnComplaint(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint for whoever holds the phone that was left; its answer is told once they said that they asked."""

    id: UUID
    standing: ComplaintStanding
    confirmed: bool
    answer: str = ""


class ToldFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a complaint tells of the dose, as it was written: who got it, born when, which day, where, by which team."""

    name: str = ""
    born: str = ""
    day: str = ""
    place: str = ""
    team: str = ""


class SpeedShown(msgspec.Struct, frozen=True, kw_only=True):
    """How fast a province answers: complaints filed in a month, answered, answered in time, and overdue now.

    `province` is "" for those of the response center; `median_minutes` is None while none is answered.
    """

    province: str
    as_of: datetime
    filed: int
    decided: int
    in_time: int
    overdue: int
    median_minutes: int | None


class CaseListed(msgspec.Struct, frozen=True, kw_only=True):
    """A case in the queue. It names nobody; `site` and `commune` are empty where it has none."""

    id: UUID
    origin: Origin
    kind: str
    site: str
    commune: str
    filed_at: datetime
    due_at: datetime
    state: CaseState
    owner: UUID | None = None
    owner_name: str = ""
    outcome: Outcome | None = None
    proposed_by: UUID | None = None
    decided_at: datetime | None = None
    level: Rung = Rung.DESK


class CaseShown(msgspec.Struct, frozen=True, kw_only=True):
    """One case as whoever decides it sees it: its number, what was told, and the persons and the dose it is about."""

    listed: CaseListed
    number: str
    story: str
    phone_shown: str
    person: UUID | None
    other: UUID | None
    dose: UUID | None
    proposed: PersonCorrection | None = None
    reason: str = ""
    facts: ToldFacts = ToldFacts()
    slips: tuple[UUID, ...] = ()
    confirmed: bool = False

    @property
    def disputes(self) -> bool:
        """Tell whether it is about whose a dose is: while it is open nothing is signed for that dose, and upheld it is voided."""
        return self.dose is not None and self.listed.kind in (NOT_ME, WITHDRAW)

    @property
    def misses(self) -> bool:
        """Tell whether it is about a dose that is not in the record: it is mended once the case is tied to one that stands."""
        return self.listed.kind in MISSING

    @property
    def corrects(self) -> bool:
        """Tell whether a decision that upholds it says how a person is to be told."""
        return self.person is not None and self.listed.kind == CORRECT


class MissingShown(msgspec.Struct, frozen=True, kw_only=True):
    """A missing dose for whoever enters it from the site's papers: whose, what was told of it, and the photos that came along."""

    id: UUID
    person: UUID
    filed_at: datetime
    due_at: datetime
    story: str
    facts: ToldFacts
    slips: tuple[UUID, ...]


class StepShown(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a case: what, when, by whom (None: the platform); where it went, how it was to end, what was written."""

    id: UUID
    what: StepKind
    at: datetime
    by_name: str | None
    site: str = ""
    outcome: Outcome | None = None
    text: str = ""


class CaseStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How the case of a request stands, for the account that asked in its book."""

    number: str
    due_at: datetime
    state: CaseState
    outcome: Outcome | None


REPAIRED = "one-error-many"
"""The reason of each correction that a repair makes."""
MOST_REPAIRED = 1_000
"""Doses of one repair: each is an entry, and they are kept in one transaction of less than five seconds. Ours."""


class RepairState(StrEnum):
    """Where a repair stands: proposed by one person, done because a second agreed, or dropped."""

    PROPOSED = "proposed"
    DONE = "done"
    DROPPED = "dropped"


class RepairTold(msgspec.Struct, frozen=True, kw_only=True):
    """A repair as somebody proposes it: doses of a site's day that were told with one lot, and what they were in truth.

    `id` is made by the form, so that sending it twice proposes one; `to_product` is empty where the product was told right.
    """

    id: UUID
    site: str
    given_on: date
    lot: str
    to_lot: str
    to_product: str
    doses: tuple[UUID, ...]
    words: str


class RepairShown(msgspec.Struct, frozen=True, kw_only=True):
    """A repair with who proposed and who decided; it names nobody who was vaccinated."""

    id: UUID
    site: str
    given_on: date
    lot: str
    to_lot: str
    to_product: str
    takes_back: UUID | None
    state: RepairState
    words: str
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    doses: int
    taken_back: bool


class RepairedShown(msgspec.Struct, frozen=True, kw_only=True):
    """A dose of a repair: the id of its correction, and the products before and after."""

    id: UUID
    dose: UUID
    product: str
    to_product: str


class ScanState(StrEnum):
    """How a scanned paper slip stands on the bench: in the queue, in somebody's hands, or done with, and how."""

    WAITING = "waiting"
    TYPING = "typing"
    ENTERED = "entered"
    UNREADABLE = "unreadable"
    DUPLICATE = "duplicate"


class UnreadableWhy(StrEnum):
    """Why nobody can type a scan, for whoever goes back to the paper."""

    BLURRED = "blurred"
    CUT_OFF = "cut-off"
    HANDWRITING = "handwriting"
    NO_SLIP = "no-slip"


class ScanListed(msgspec.Struct, frozen=True, kw_only=True):
    """A scan in the queue of its site's day. It tells nobody's name: what is on the slip is on its picture alone.

    `reason` is why it is unreadable; `has_picture` is false once the picture was erased.
    """

    id: UUID
    site: str
    given_on: date
    number: int
    state: ScanState
    by: UUID
    kept_at: datetime
    typist: UUID | None
    taken_at: datetime | None
    settled_at: datetime | None
    reason: UnreadableWhy | None
    visit: UUID | None
    has_picture: bool
