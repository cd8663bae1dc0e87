"""What the pages of the station show, as frozen values: the templates ask for nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tiemchung.domain.declarations.values import ScreeningShown
from tiemchung.domain.immunization.values import DoseShown, DoseStatus
from tiemchung.domain.supply.values import LotFacts, StockLine
from tiemchung.domain.visits.values import How, Identification, Stage, VisitListed
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.sentences import FINDINGS, UNNAMED
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.finding import Finding
from tiemchung.kernel.names import name_key

STAGES: dict[str, tuple[Words, tuple[Stage, ...]]] = {
    "waiting": (Words("Chờ sàng lọc", "To be screened"), (Stage.ARRIVED,)),
    "dose": (Words("Chờ tiêm", "For the dose"), (Stage.WAITING_FOR_DOSE,)),
    "observed": (Words("Theo dõi", "Observed"), (Stage.OBSERVED,)),
    "done": (Words("Xong", "Done"), (Stage.RELEASED,)),
    "none": (Words("Không tiêm", "No dose"), (Stage.DEFERRED, Stage.DECLINED, Stage.LEFT)),
}
"""The stages of the list, by the word of its address."""

STAGE_WORDS: dict[Stage, tuple[str, Words]] = {
    Stage.ARRIVED: ("half", Words("Đã đến, chờ sàng lọc", "Arrived, to be screened")),
    Stage.WAITING_FOR_DOSE: ("half", Words("Đã sàng lọc, chờ tiêm", "Screened, for the dose")),
    Stage.OBSERVED: ("done", Words("Đã tiêm", "Dose given")),
    Stage.RELEASED: ("done", Words("Đã tiêm, đã về", "Dose given, released")),
    Stage.DEFERRED: ("oct", Words("Hoãn", "Deferred")),
    Stage.DECLINED: ("oct", Words("Không đồng ý tiêm", "Declined")),
    Stage.LEFT: ("ring", Words("Đã về sớm", "Left early")),
}
"""Shape and word of a stage in the list."""

SEXES = {"male": Words("Nam", "Male"), "female": Words("Nữ", "Female"), "other": Words("Khác", "Other")}
HOW_WORDS = {
    How.CARD_SCANNED: Words("Quét thẻ và so mặt", "Card scanned, face compared"),
    How.DOCUMENT_SEEN: Words("Đã xem giấy tờ", "Document seen"),
    How.KNOWN_TO_OFFICER: Words("Cán bộ phường biết mặt", "Known to the ward officer"),
    How.TOLD: Words("Chỉ nghe nói, chưa xem giấy tờ", "Told only, no document seen"),
}
CONCLUSION_WORDS = {
    "eligible_now": ("done", Words("Đủ điều kiện tiêm", "Eligible today")),
    "caution": ("tri", Words("Tiêm thận trọng", "Eligible with caution")),
    "refer_hospital": ("oct", Words("Tiêm tại bệnh viện", "To be given in a hospital")),
    "defer": ("oct", Words("Hoãn tiêm", "Deferred")),
    "contraindicated": ("oct", Words("Chống chỉ định", "Contraindicated")),
}
SEVERITY_WORDS = {
    "mild": ("tri", Words("Phản ứng nhẹ sau tiêm", "A mild reaction after a dose")),
    "moderate": ("tri", Words("Phản ứng vừa sau tiêm", "A moderate reaction after a dose")),
    "severe": ("oct", Words("Phản ứng nặng sau tiêm", "A severe reaction after a dose")),
    "anaphylaxis": ("oct", Words("Phản vệ sau tiêm", "Anaphylaxis after a dose")),
}
"""Shape and title of an adverse event, by its severity as seen."""
IDENTIFIERS = {
    "personal-number": Words("căn cước", "ID card"),
    "identity-card-qr": Words("căn cước", "ID card"),
    "old-identity-card": Words("CMND", "old ID card"),
    "passport-vn": Words("hộ chiếu", "passport"),
    "passport-foreign": Words("hộ chiếu", "passport"),
}
"""Kinds of identity numbers by the code of `identifier_rules.csv`; any other is called a document."""
DECREE = re.compile(r"QD (\d+)/QD-BYT\b")
BETWEEN = "|"
"""What stands between lot and vial in a form. No lot number holds one."""
ARMS = {"left": Words("tay trái", "left arm"), "right": Words("tay phải", "right arm")}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A visit in the list."""

    visit: UUID
    ticket: str
    name: str
    facts: str
    shape: str
    status: str


@dataclass(frozen=True, kw_only=True)
class LotChoice:
    """A lot that may be in the hand, of an open vial if there is one: the product, the expiry, what holds it back.

    `doses` are those left in the vial, or in the ledger for a lot of which no vial is open.
    """

    number: str
    vial: str
    product: str
    product_name: str
    expires_on: date | None
    doses: int
    held_since: datetime | None
    usable: bool

    @property
    def key(self) -> str:
        """Return what the form sends for this choice."""
        return f"{self.number}{BETWEEN}{self.vial}"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One of the proofs before a dose: shape, title, and its facts as pairs."""

    shape: str
    title: str
    facts: list[tuple[str, str]]


def row_of(visit: VisitListed) -> Row:
    """Return a visit as the list shows it. A name not told yet is on another tablet."""
    shape, word = STAGE_WORDS[visit.stage]
    when = visit.dosed_at if visit.stage in (Stage.OBSERVED, Stage.RELEASED) else None
    facts = [_year(visit.born), said(SEXES[visit.sex]) if visit.sex in SEXES else ""]
    return Row(
        visit=visit.id,
        ticket=visit.ticket,
        name=visit.name or t("Chưa rõ tên: còn ở máy khác", "Name not here yet: on another tablet"),
        facts=" · ".join(filter(None, facts)),
        shape=shape,
        status=f"{said(word)} {numbers.time(when)}" if when else said(word),
    )


_DOORS: dict[Stage, tuple[tuple[Power, str], ...]] = {
    Stage.ARRIVED: ((Power.SCREEN, "screening"), (Power.CHECK_IN, "identity")),
    Stage.WAITING_FOR_DOSE: ((Power.RECORD_DOSE, "dose"), (Power.SCREEN, "screening"), (Power.CHECK_IN, "identity")),
    Stage.OBSERVED: ((Power.OBSERVE, "observation"), (Power.RECORD_DOSE, "dose")),
    Stage.RELEASED: ((Power.OBSERVE, "slip"), (Power.RECORD_DOSE, "dose")),
    Stage.LEFT: ((Power.SCREEN, "screening"), (Power.RECORD_DOSE, "dose"), (Power.CHECK_IN, "identity")),
    Stage.DEFERRED: ((Power.SCREEN, "screening"), (Power.RECORD_DOSE, "dose"), (Power.CHECK_IN, "identity")),
    Stage.DECLINED: ((Power.SCREEN, "screening"), (Power.RECORD_DOSE, "dose"), (Power.CHECK_IN, "identity")),
}


def first_stage(powers: frozenset[Power]) -> str:
    """Return the stage of the list at which somebody of these powers works: the chair, the desks before it, or after."""
    if Power.RECORD_DOSE in powers:
        return "dose"
    return "waiting" if powers & {Power.SCREEN, Power.CHECK_IN} else "observed" if Power.OBSERVE in powers else "dose"


def door_of(stage: Stage, powers: Collection[Power]) -> str:
    """Return the name of the page that a visit at this stage leads to for somebody of these powers; empty for none."""
    return next((f"station:{page}" for power, page in _DOORS[stage] if power in powers), "")


def matching(visits: Sequence[VisitListed], asked: str) -> list[VisitListed]:
    """Return the visits whose ticket is what was asked, or whose name holds every word of it, accents aside."""
    words = name_key(asked).split()
    return [
        visit
        for visit in visits
        if visit.ticket == asked.strip()
        or (words and all(word in name_key(visit.name or "").split() for word in words))
    ]


def age_on(born: str, day: date) -> str:
    """Tell birth and age: the day and full years, or the year alone where nobody knows more."""
    if not born:
        return t("chưa rõ ngày sinh", "birth date unknown")
    parts = [int(part) for part in born.split("-")]
    if len(parts) < 3:  # noqa: PLR2004 - year, month and day
        return t("{year} (chỉ có năm)", "{year} (year only)", year=parts[0])
    year, month, first = parts
    years = day.year - year - ((day.month, day.day) < (month, first))
    return f"{numbers.day(date(year, month, first))} · {t('{n} tuổi', '{n} [year|years]', n=years)}"


def number_shown(kind: str, value: str) -> str:
    """Name an identity number by its kind; only its last digits are here."""
    return f"{said(IDENTIFIERS[kind]) if kind in IDENTIFIERS else t('giấy tờ', 'document')} {value}"


def person_proof(visit: VisitListed, identification: Identification | None) -> Proof:
    """Say how it was made sure who sits here."""
    if identification is None:
        return Proof(
            shape="tri",
            title=t("Chưa ai nhận diện", "Nobody has identified them"),
            facts=[(t("Làm gì", "What to do"), t("Hỏi lại tên và ngày sinh.", "Ask for name and birth date."))],
        )
    weak = identification.how is How.TOLD
    return Proof(
        shape="tri" if weak else "done",
        title=t("Đúng người", "The right person") if not weak else t("Mới nghe nói", "Told only"),
        facts=[
            (t("Cách nhận", "How"), said(HOW_WORDS[identification.how])),
            (t("Lúc", "At"), numbers.time(identification.at)),
            (t("Số thứ tự", "Ticket"), visit.ticket or "–"),
        ],
    )


def screening_proof(
    visit: VisitListed, screening: ScreeningShown | None, form_name: str, doses: Sequence[DoseShown], day: date
) -> Proof:
    """Say what the screening concluded, what was measured, and how long ago the last dose was."""
    facts = []
    shape, title = CONCLUSION_WORDS.get(visit.conclusion or "", ("ring", Words("Chưa sàng lọc", "Not screened yet")))
    if screening is not None:
        facts.append(
            (t("Khám sàng lọc", "Screened"), " · ".join(filter(None, [numbers.time(screening.occurred_at), form_name])))
        )
        if measured := _measured(screening):
            facts.append((t("Đo được", "Measured"), measured))
    elif visit.screened_at is not None:
        facts.append((t("Khám sàng lọc", "Screened"), numbers.time(visit.screened_at)))
    facts.append((t("Khoảng cách", "Interval"), _interval(doses, day)))
    consent = {
        True: t("Đã đồng ý", "Agreed"),
        False: t("Không đồng ý", "Declined"),
        None: t("Chưa ghi", "Not recorded"),
    }
    facts.append((t("Đồng ý tiêm", "Consent"), consent[visit.consented]))
    if visit.consented is False:
        shape = "oct"
    return Proof(shape=shape, title=said(title), facts=facts)


def counted(doses: Sequence[DoseShown]) -> list[DoseShown]:
    """Return the doses that count, oldest first."""
    return [dose for dose in doses if dose.status is not DoseStatus.VOIDED]


def lot_choices(
    stock: Sequence[StockLine], open_vials: Sequence[tuple[str, str, int]], names: Mapping[str, str], day: date
) -> list[LotChoice]:
    """Return the open vials with doses left, then the lots in stock; what may be used and expires first comes first.

    `open_vials` are lot, label and doses left.
    """
    opened: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for lot, vial, doses in open_vials:
        opened[lot].append((vial, doses))
    choices = [
        LotChoice(
            number=line.lot,
            vial=vial,
            product=line.product,
            product_name=names.get(line.product, line.product),
            expires_on=line.expires_on,
            doses=doses,
            held_since=line.held_since,
            usable=line.held_since is None and doses > 0 and (line.expires_on is None or line.expires_on >= day),
        )
        for line in stock
        if line.product is not None
        for vial, doses in [*opened[line.lot], ("", line.doses)]
    ]
    return sorted(
        choices, key=lambda lot: (not lot.usable, not lot.vial, lot.expires_on or date.max, lot.number, lot.vial)
    )


def default_lot(choices: Sequence[LotChoice], last_used: str | None) -> str | None:
    """Return the key of what is probably in the hand: what was used last at this machine, else the first usable."""
    usable = [choice.key for choice in choices if choice.usable]
    return last_used if last_used in usable else next(iter(usable), None)


def chosen_first(choices: Sequence[LotChoice], chosen: str | None) -> list[LotChoice]:
    """Return the choices with the one in the hand first: the others are a tap away."""
    return sorted(choices, key=lambda choice: choice.key != chosen)


def form_name(decree: str) -> str:
    """Name a screening form by its decree's number, as the paper form does: mẫu 4355."""
    found = DECREE.match(decree)
    return t("mẫu {n}", "form {n}", n=found[1] if found else decree)


def lot_and_vial(key: str, *, other_lot: str, typed_vial: str) -> tuple[str, str | None]:
    """Return the lot and the vial's label that a form tells: those of the choice, else what was typed."""
    lot, _, vial = key.rpartition(BETWEEN) if BETWEEN in key else (key, "", "")
    return lot or other_lot.strip(), vial or typed_vial.strip() or None


def finding_words(codes: Sequence[str]) -> list[str]:
    """Say what was found beside a dose that is recorded."""
    return [said(FINDINGS.get(code, UNNAMED)) for code in codes]


def warned(findings: Sequence[Finding], day: date) -> str:
    """Say what the rules find in a dose that is not given yet; a short interval with the days that are missing."""
    said_of = []
    for finding in findings:
        if finding.code == "interval-too-short" and finding.days_missing:
            earliest = numbers.day(day + timedelta(days=finding.days_missing))
            said_of.append(
                t(
                    "Còn {n} ngày nữa mới đủ khoảng cách (sớm nhất {day}).",
                    "{n} more [day|days] to the interval (earliest {day}).",
                    n=finding.days_missing,
                    day=earliest,
                )
            )
        elif finding.code != "told-number-differs":
            said_of += [f"{text}." for text in finding_words([finding.code])]
    return " ".join(said_of)


def told_lot(number: str, facts: dict[str, LotFacts]) -> str | None:
    """Return the product that a registered lot holds."""
    return facts[number].product if number in facts else None


def _measured(screening: ScreeningShown) -> str:
    vitals = screening.vitals
    parts = []
    if vitals.temp_c is not None:
        parts.append(numbers.with_unit(vitals.temp_c, "°C"))
    if vitals.systolic_mmhg is not None and vitals.diastolic_mmhg is not None:
        parts.append(f"{vitals.systolic_mmhg:.0f}/{vitals.diastolic_mmhg:.0f}{numbers.NO_BREAK}mmHg")
    if vitals.spo2_percent is not None:
        parts.append(f"SpO₂ {numbers.with_unit(vitals.spo2_percent, '%', digits=0)}")
    return " · ".join(parts)


def _interval(doses: Sequence[DoseShown], day: date) -> str:
    given = [dose for dose in counted(doses) if dose.given_on is not None]
    if not given:
        return t("Chưa có mũi nào trong sổ", "No dose on record yet")
    last = given[-1]
    assert last.given_on is not None  # noqa: S101 - filtered above
    return t(
        "{days} ngày sau mũi {n} ({on})",
        "{days} [day|days] after dose {n} ({on})",
        days=(day - last.given_on).days,
        n=last.dose_number,
        on=numbers.day(last.given_on),
    )


def _year(born: str) -> str:
    return born[:4]
