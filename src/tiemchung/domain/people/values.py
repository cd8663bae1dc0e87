"""What is told of a person, and what is shown of one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

import msgspec

from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.events import Code
from tiemchung.kernel.register import Answered, Change, Field, What


class IdentifierTold(msgspec.Struct, frozen=True, kw_only=True):
    """An identity number as it was read or typed; `kind` is a code of `identifier_rules.csv`."""

    kind: Code
    value: str


class PersonBlock(msgspec.Struct, frozen=True, kw_only=True):
    """Who arrived, told by a device that does not know the person (PROTOCOL, `arrived`). This is what creates a person.

    `born` is a year, a year and month, or a day; `sex` is FHIR's administrative gender; `commune` is a code of either era.
    """

    name: str
    born: str
    sex: str
    identifiers: list[IdentifierTold] = []
    phone: str | None = None
    commune: Code | None = None
    target_group: Code | None = None


class Step(StrEnum):
    """By what somebody was found: a number with the year, or the very day of birth with a phone or a commune; all by name."""

    NUMBER = "number"
    PHONE = "phone"
    COMMUNE = "commune"


class LookedUp(msgspec.Struct, frozen=True, kw_only=True):
    """Who on record a block tells of: one person, found by a step; else, if anybody, all who are alike (`alike`).

    `here`: the session that asked reaches the person's row. `alike` may be one row alone that is in doubt.
    """

    person: UUID | None = None
    step: Step | None = None
    here: bool = False
    alike: tuple[UUID, ...] = ()


class Doubt(StrEnum):
    """Why nobody can be said to be whom a block tells of, though somebody is alike."""

    LIKE = "like-known"
    ANOTHER = "number-of-another"
    """The number that is told belongs to somebody of another name or year."""
    SEVERAL = "number-of-several"
    """Several people fit the number that is told."""
    DEAD = "known-dead"
    """Who fits the number that is told has died by the register's word."""


class FoundHere(msgspec.Struct, frozen=True, kw_only=True):
    """Who of those whom a session reaches a block tells of: one person, found by a step; else who is alike, and the doubt."""

    person: UUID | None = None
    step: Step | None = None
    alike: tuple[UUID, ...] = ()
    doubt: Doubt = Doubt.LIKE


class PersonTold(msgspec.Struct, frozen=True, kw_only=True):
    """A person block with the person it makes, the entry that told it, the row's site and the center's instant."""

    entry: UUID
    person: UUID
    block: PersonBlock
    site: str
    recorded_at: datetime


class PersonFacts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What rules and counters need of a person, and no name: residence, birth, sex, target group.

    The person was born on a day from `born_from` to `born_to`; both are None where nothing is known.
    """

    person: UUID
    commune: str
    sex: str
    born_from: date | None
    born_to: date | None
    target_group: str

    @property
    def born(self) -> PartialDate | None:
        """Return the birth date as it was told."""
        return PartialDate.between(self.born_from, self.born_to)


class IdentifierShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A number by its last digits. `valid_to` is the first day on which it held no more, None while it holds."""

    kind: str
    value: str
    valid_from: date | None = None
    valid_to: date | None = None


class Verification(IntEnum):
    """What the population register says of a person, as far as it was asked. No state stands in anybody's way."""

    NOT_YET = 0
    RIGHT = 1
    WRONG = 2
    NO_NUMBER = 3


FIELDS = tuple(Field)
"""The fields that the register compares; the place in this tuple is the bit under which one that differs is stored."""


def fields_of(bits: int) -> list[Field]:
    """Return the fields of stored bits, in their order."""
    return [field for place, field in enumerate(FIELDS) if bits >> place & 1]


def bits_of(fields: Iterable[Field]) -> int:
    """Return the bits under which fields are stored."""
    return sum(1 << FIELDS.index(field) for field in set(fields))


class Differing(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of a list in one state; of whom the register calls wrong, the fields that differ."""

    person: UUID
    fields: list[Field]


class PresentSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What the register says of somebody who stands at a desk, and which fields differ."""

    state: Verification
    fields: list[Field]


class CheckedList(msgspec.Struct, frozen=True, kw_only=True):
    """A list that a ward sent to the register: who signed what when, its persons by state, and how many of them wait."""

    id: UUID
    commune: str
    sent_by: UUID
    sent_at: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    counts: dict[Verification, int]
    waiting: int

    @property
    def persons(self) -> int:
        """Return how many persons are on it."""
        return sum(self.counts.values())


class PersonToCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a person about which the register is asked; the numbers that hold stand first."""

    person: UUID
    name: str
    born: str
    sex: str
    numbers: list[IdentifierTold]


class Exchanged(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its answer, as both sides signed them: what is kept to show later what the register said.

    `asked_by` is the value of the Authorization header, `answered_by` the register's signature.
    """

    exchange: UUID
    question: bytes
    asked_by: str
    answer: bytes
    answered_by: str
    answers: list[Answered]


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the register's changes, asked for after `after`, as both sides signed it; see `Exchanged`."""

    exchange: UUID
    after: int
    question: bytes
    asked_by: str
    answer: bytes
    answered_by: str
    changes: list[Change]
    more: bool


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What the register told of a person: dead since a day, or living elsewhere. `commune` is where they moved to."""

    person: UUID
    sequence: int
    day: date
    what: What
    commune: str
    told_at: datetime


class PersonShown(msgspec.Struct, frozen=True, kw_only=True):
    """A person as a screen may show one: the name in full, identifiers and phone by their last digits only."""

    person: UUID
    name: str
    born: str
    sex: str
    identifiers: list[IdentifierShown]
    phone: str | None
    commune: str
    target_group: str


class PersonShort(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A person as a tablet takes one along: name, year, the last four of each number, and tokens that a scanned card meets."""

    person: UUID
    name: str
    born_year: int | None
    sex: str
    last_four: list[IdentifierTold]
    tokens: list[bytes]


class Seen(StrEnum):
    """What whoever decides went by when a number, a phone or a residence was corrected."""

    CARD = "card"
    DOCUMENT = "document"
    CALLED = "called"
    PRESENT = "present"
    KNOWN = "known"


EVIDENCE: Mapping[str, frozenset[Seen]] = {
    "number": frozenset({Seen.CARD, Seen.DOCUMENT}),
    "phone": frozenset({Seen.CALLED, Seen.PRESENT}),
    "commune": frozenset({Seen.CARD, Seen.DOCUMENT, Seen.KNOWN}),
}
"""What is enough for a field of a correction, each alone. Ours; a name, a birth and a sex go by the words of the decision."""


class PersonCorrection(msgspec.Struct, frozen=True, kw_only=True):
    """How a person is told from now on, as a decision says; what is empty stays as it was.

    `number` is an identity number of the kind `number_kind`, `phone` where they are reached, `commune` where they live.
    `number_since` is the day from which the number takes the place of one that was right until then; without it the one
    that stood was wrong.
    """

    name: str = ""
    born: str = ""
    sex: str = ""
    number_kind: str = ""
    number: str = ""
    number_since: str = ""
    phone: str = ""
    commune: str = ""
    seen: tuple[Seen, ...] = ()

    @property
    def wanting(self) -> list[str]:
        """Return the fields it changes without anything seen that is enough for them."""
        return [field for field, enough in EVIDENCE.items() if getattr(self, field) and enough.isdisjoint(self.seen)]


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """Two rows of one human being, the lower id first, and the case by whose decision they are, or are no more."""

    person: UUID
    other: UUID
    decision: UUID


class PersonNamed(msgspec.Struct, frozen=True, kw_only=True):
    """A person's name and birth (empty where nothing is known), to be signed or printed."""

    person: UUID
    name: str
    born: str


PERSONAL_NUMBER = "personal-number"
"""The kind of the number on an identity card, by `identifier_rules.csv`."""
OLD_CARD = "old-identity-card"
"""The kind of the nine digits of before the personal number."""
_CARD = re.compile(
    r"(?P<number>\d{12})\|(?P<old>\d{9})?\|(?P<name>[^|]+)\|(?P<born>\d{8})\|(?P<sex>Nam|Nữ)\|[^|]*(\|.*)?",
    re.DOTALL | re.ASCII,
)
_NUMBER = re.compile(r"\d{3}(?P<century_sex>[0-5])(?P<year>\d{2})\d{6}", re.ASCII)
_SHAPES = (
    (PERSONAL_NUMBER, re.compile(r"\d{12}", re.ASCII)),
    (OLD_CARD, re.compile(r"\d{9}", re.ASCII)),
    ("passport-vn", re.compile(r"[A-Z]\d{7,8}", re.ASCII)),
    ("health-insurance-15", re.compile(r"[A-Z]{2}\d{13}", re.ASCII)),
    ("health-insurance-10", re.compile(r"\d{10}", re.ASCII)),
    ("passport-foreign", re.compile(r"(?=.*\d)[A-Z0-9]{5,9}", re.ASCII)),
)


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What was read off a card or typed: a number with its kind, and of a card the name, birth and sex beside it.

    `old_number` is the nine digits of the holder's earlier card, where the code tells them. The text of a card is unsigned:
    it fills in a form, it proves nothing. A birth date that no calendar has is left out.
    """

    kind: str
    number: str
    name: str = ""
    born: str = ""
    sex: str = ""
    old_number: str = ""

    @classmethod
    def read(cls, text: str) -> Card | None:
        """Read what a scanner or a keyboard gave: the text of a card's QR code, or a number alone; None if neither."""
        scanned = _CARD.fullmatch(unicodedata.normalize("NFC", text).strip())
        if scanned:
            return cls(
                kind=PERSONAL_NUMBER,
                number=scanned["number"],
                name=scanned["name"].strip(),
                born=_card_day(scanned["born"]),
                sex="male" if scanned["sex"] == "Nam" else "female",
                old_number=scanned["old"] or "",
            )
        number = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
        kind = next((kind for kind, shape in _SHAPES if shape.fullmatch(number)), None)
        return None if kind is None else cls(kind=kind, number=number)


def _card_day(written: str) -> str:
    """Return ddmmyyyy as a day; 00 for day or month leaves it out, and nothing is told by what no calendar has."""
    day, month, year = written[:2], written[2:4], written[4:]
    known = [year] if month == "00" else [year, month] if day == "00" else [year, month, day]
    try:
        return str(PartialDate.parse("-".join(known)))
    except ValueError:
        return ""


class NumberFault(msgspec.Struct, frozen=True, kw_only=True):
    """Why an identity number cannot be right, or (`refuses` is false) why somebody should look at the document again.

    `start` and `end` say where in the number as it is compared; `facts` are for the sentence.
    """

    code: str
    facts: dict[str, str | int] = {}
    start: int = 0
    end: int = 0
    refuses: bool = True


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """What a personal number says of whoever holds it."""

    year: int
    sex: str

    @classmethod
    def of(cls, number: str) -> Holder | None:
        """Read the birth year and sex inside a personal number; None if it is none."""
        found = _NUMBER.fullmatch(number)
        if found is None:
            return None
        century, sex = divmod(int(found["century_sex"]), 2)
        return cls(year=1900 + 100 * century + int(found["year"]), sex="female" if sex else "male")
