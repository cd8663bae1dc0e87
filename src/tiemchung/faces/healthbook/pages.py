"""What the pages of the book show, made ready from what the rooms tell: people in the switcher, doses, who looked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpRequest

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Link, Relation
from tiemchung.domain.immunization.values import DoseShown, DoseStatus
from tiemchung.domain.journal.queries import Look
from tiemchung.domain.people.values import NumberFault, PersonBlock, PersonShown
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Site
from tiemchung.faces.shared import identity
from tiemchung.faces.shared.numbers import day as day_text
from tiemchung.faces.shared.numbers import time as time_text
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.kernel.clock import VIET_NAM, business_day
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.names import display_name
from tiemchung.plumbing.time import clock

SEXES = {
    "female": Words("Nữ", "Female"),
    "male": Words("Nam", "Male"),
    "other": Words("Khác", "Other"),
    "unknown": Words("Không ghi", "Not told"),
}
RELATIONS = {
    Relation.SELF: Words("tôi", "me"),
    Relation.CHILD: Words("con", "child"),
    Relation.HELPED: Words("người tôi giúp", "somebody I help"),
}
HELD_BY = {
    Relation.SELF: Words("nói đây là sổ của mình", "says that this is their own book"),
    Relation.CHILD: Words("nói là cha, mẹ", "says to be a parent"),
    Relation.HELPED: Words("nói là người giúp", "says to be somebody who helps"),
}
"""What the holder of another phone said when it opened this book."""
UNNAMED = "?"
"""What is kept of a browser that does not say what it is."""
PURPOSES = {
    "care": Words("để khám và tiêm", "to examine and vaccinate"),
    "own": Words("bạn xem sổ của mình", "you looked at your own book"),
    "registration": Words("để đăng ký hoặc xác minh", "for registration or to confirm who it is"),
    "correction": Words("để sửa thông tin", "to mend an error"),
    "safety": Words("để theo dõi sau tiêm", "to follow up after a dose"),
    "movement": Words("để kiểm tra đi lại", "for a travel check"),
    "oversight": Words("để giám sát", "for oversight"),
    "system": Words("máy chủ xử lý", "processing by the system"),
}
_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


class Tab(NamedTuple):
    """One person in the switcher."""

    link: UUID
    name: str
    letter: str
    relation: str
    current: bool
    proved: bool


class DoseLine(NamedTuple):
    """One dose as the book shows it."""

    id: UUID
    state: str
    title: str
    when: str
    where: str
    lot: str
    site: str
    voided: bool
    note: str


def name_of(link: Link, persons: Mapping[UUID, PersonShown]) -> str:
    """Return whom a link is called: what was confirmed where it is proved, else what the account typed."""
    if link.proved and link.person in persons:
        return persons[link.person].name
    return display_name(link.told.name) if link.told else t("Chưa rõ tên", "Name not known")


def tabs(links: Sequence[Link], persons: Mapping[UUID, PersonShown], *, current: UUID | None) -> list[Tab]:
    """Return the switcher: everybody whom the account holds."""
    shown = []
    for link in links:
        given = name_of(link, persons).split()[-1]
        shown.append(
            Tab(
                link=link.id,
                name=given,
                letter=given[:1].upper(),
                relation=said(RELATIONS[link.relation]) if link.relation is not Relation.HELPED else "",
                current=link.id == current,
                proved=link.proved,
            )
        )
    return shown


def birth(told: str) -> str:
    """Return a birth date in words: the day, the month, or the year alone and marked so."""
    try:
        born = PartialDate.parse(told)
    except ValueError:
        return t("chưa rõ", "not known")
    if born.is_exact:
        return day_text(born.earliest)
    if born.month is not None:
        return t(f"{born.month:02}/{born.year}", f"{born.year}-{born.month:02}")
    return t("{year} (chỉ có năm)", "{year} (year only)", year=born.year)


def dose_lines(doses: Sequence[DoseShown], products: Mapping[str, str], sites: Mapping[str, Site]) -> list[DoseLine]:
    """Return the doses of a book, oldest first, the voided ones still readable."""
    lines = []
    for dose in doses:
        site = sites.get(dose.site)
        voided = dose.status is DoseStatus.VOIDED
        title = t(
            "Mũi {n} · {product}",
            "Dose {n} · {product}",
            n=dose.dose_number,
            product=products.get(dose.product, dose.product),
        )
        lines.append(
            DoseLine(
                id=dose.id,
                state={DoseStatus.ATTESTED: "attested", DoseStatus.WAITING: "waiting"}.get(dose.status, "voided"),
                title=title,
                when=_when(dose),
                where=site.name if site else t("Điểm tiêm {code}", "Site {code}", code=dose.site),
                lot=dose.lot,
                site=dose.site,
                voided=voided,
                note=_note(dose),
            )
        )
    return lines


def _when(dose: DoseShown) -> str:
    if dose.given_on is None:
        return t("chưa rõ ngày", "day not known")
    return t("{day} lúc {time}", "{day} at {time}", day=day_text(dose.given_on), time=time_text(dose.occurred_at))


def _note(dose: DoseShown) -> str:
    if "disputed" in dose.findings and dose.status is not DoseStatus.VOIDED:
        return t("Đang xem lại theo lời báo “không phải tôi”", "Being looked at: somebody said “this was not me”")
    if dose.status is DoseStatus.ATTESTED:
        return t("Điểm tiêm đã xác nhận", "Confirmed by the site")
    if dose.status is DoseStatus.VOIDED:
        return t("Mục này đã được hủy, không tính nữa", "This entry was voided and no longer counts")
    return t("Chờ điểm tiêm chốt ngày", "Waits for the site to close its day")


def browser_name(request: HttpRequest) -> str:
    """Return a browser in two words, for its owner to recognize: no version and nothing else of it is kept."""
    agent = request.headers.get("User-Agent", "")
    found = [next((name for mark, name in known if mark in agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found)) or UNNAMED


def phone_shown(number: str) -> str:
    """Return a phone as its owner may be shown it before signing in: first four, last three."""
    return f"{number[:4]} ••• {number[-3:]}"


def local(at: datetime) -> date:
    """Return the day of an instant in Viet Nam."""
    return at.astimezone(VIET_NAM).date()


def typed_date(day: str, month: str, year: str) -> str:
    """Return what three fields tell as year, year-month or year-month-day; unreadable text stays so and is refused."""
    parts = [part.strip() for part in (year, month, day)]
    if not all(re.fullmatch(r"\d*", part, re.ASCII) for part in parts) or len(parts[0]) != len("1980"):
        return "?"
    if parts[2] and not parts[1]:
        return "?"
    return "-".join([parts[0], *(part.zfill(2) for part in parts[1:] if part)])


class LookLine(NamedTuple):
    """One look at somebody's data, in words."""

    when: datetime
    who: str
    why: str
    own: bool


_KINDS = {
    "staff": Words("Nhân viên y tế", "Health staff"),
    "device": Words("Máy ở điểm tiêm", "A device at a site"),
    "citizen": Words("Người giữ sổ khác", "Another holder of this book"),
    "partner": Words("Hệ thống của cơ sở y tế khác", "The system of another health facility"),
    "system": Words("Máy chủ Tiêm Chủng", "The Tiem Chung server"),
}


def look_line(look: Look, sites_of: Callable[[set[str]], Mapping[str, Site]]) -> LookLine:
    """Return a look in words: the site by its name, the actor by kind, the purpose as a sentence."""
    site = sites_of({look.site}).get(look.site) if look.site else None
    who = t("Bạn", "You") if look.own else said(_KINDS.get(look.actor_kind, _KINDS["system"]))
    if look.partner is not None:
        who = next((each.actor.name for each in access.partners() if each.actor.id == look.partner), who)
    return LookLine(
        when=look.viewed_at,
        who=f"{who}, {site.name}" if site else who,
        why=said(PURPOSES.get(look.purpose, PURPOSES["system"])),
        own=look.own,
    )


NUMBER_KINDS = {
    "personal-number": Words("Căn cước", "ID number"),
    "old-identity-card": Words("CMND", "Old ID card"),
    "passport-vn": Words("Hộ chiếu", "Passport"),
    "passport-foreign": Words("Hộ chiếu nước ngoài", "Foreign passport"),
    "birth-certificate": Words("Giấy khai sinh", "Birth certificate"),
    "health-insurance-10": Words("Mã số bảo hiểm y tế, 10 số", "Health insurance number, 10 digits"),
    "health-insurance-15": Words(
        "Thẻ bảo hiểm y tế cũ, 15 chữ và số", "Older health insurance card, 15 letters and digits"
    ),
}


def commune_name(code: str | None) -> str:
    """Return a commune with what lies above it, in the division in force if that has the code."""
    if not code:
        return t("chưa ghi", "not told")
    era = places.commune_era(code, on=business_day(clock().now()))
    path = places.unit_path(code, era) if era else []
    return ", ".join(unit.display_name for unit in reversed(path)) or code


def claim_lines(told: PersonBlock) -> list[tuple[str, str]]:
    """Return what an account typed of somebody, numbers by their last digits."""
    numbers = [
        (said(NUMBER_KINDS.get(kind, Words("Giấy tờ", "Document"))), masked)
        for kind, masked in access.masked_numbers(told)
    ]
    return [
        (t("Họ và tên", "Full name"), display_name(told.name)),
        (t("Ngày sinh", "Born"), birth(told.born)),
        (t("Giới tính", "Sex"), said(SEXES.get(told.sex, SEXES["unknown"]))),
        *(numbers or [(t("Giấy tờ", "Document"), t("không có", "none"))]),
        (t("Nơi ở", "Lives in"), commune_name(told.commune)),
    ]


ABOUT = {
    "correct": Words("Sửa thông tin", "Correct something"),
    "restrict": Words("Hạn chế việc dùng", "Restrict the use"),
    "not-me": Words("Không phải tôi", "This was not me"),
}


TIME_WORDS = {
    "morning": Words("Buổi sáng", "Mornings"),
    "afternoon": Words("Buổi chiều", "Afternoons"),
    "evening": Words("Buổi tối", "Evenings"),
    "weekend": Words("Cuối tuần", "Weekends"),
}
_REFERENCE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def times_said(times: Sequence[str]) -> str:
    """Return the wished times in words; none chosen is any time."""
    chosen = [said(TIME_WORDS[each]) for each in times if each in TIME_WORDS]
    return ", ".join(chosen) or t("Lúc nào cũng được", "Any time")


def reference(identifier: UUID) -> str:
    """Return a short code by which people speak of a registration. It opens nothing."""
    return "".join(_REFERENCE[identifier.int >> 5 * place & 31] for place in range(7))


def number_fault(code: str, facts: dict[str, Any]) -> str:
    """Say why an identity number cannot be right."""
    return identity.number_fault(NumberFault(code=code, facts=facts))
