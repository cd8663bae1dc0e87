"""How cases, their steps and the persons they are about are said in the office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.immunization.values import DoseShown, DoseStatus
from tiemchung.domain.mending import queries as mending
from tiemchung.domain.mending.queries import Candidate
from tiemchung.domain.mending.values import (
    CENTER,
    PAIRS,
    CaseListed,
    CaseShown,
    CaseState,
    Rung,
    StepKind,
    StepShown,
    ToldFacts,
)
from tiemchung.domain.people.values import PersonCorrection, PersonShown, Seen
from tiemchung.domain.places.values import Site
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.shared import identity, numbers
from tiemchung.faces.shared.divisions import read_today
from tiemchung.faces.shared.mending import ending_said, kind_said, level_said, outcome_said
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.workbench.sayings import LAST_DIGITS, SEXES
from tiemchung.kernel.dates import PartialDate

STEPS: Mapping[StepKind, Words] = {
    StepKind.OPENED: Words("Việc được mở", "The case was opened"),
    StepKind.TAKEN: Words("{by} nhận việc", "{by} took it"),
    StepKind.NOTED: Words("{by} ghi", "{by} wrote"),
    StepKind.HANDED_ON: Words("{by} chuyển đến {where}", "{by} handed it on to {where}"),
    StepKind.FOUND: Words("{by} tìm ra người và mũi tiêm", "{by} found the person and the dose"),
    StepKind.ESCALATED: Words("Quá hạn, đã báo lên {where}", "Overdue: {where} answers for it now"),
    StepKind.PROPOSED: Words("{by} đề nghị: {outcome}", "{by} proposed: {outcome}"),
    StepKind.OBJECTED: Words("Người giữ sổ báo: không phải một người", "Whoever holds the book says: not one person"),
    StepKind.DISAGREED: Words("{by} không đồng ý, việc mở lại", "{by} did not agree: open again"),
    StepKind.DECIDED: Words("{by} kết luận: {outcome}", "{by} decided: {outcome}"),
}


class CaseLine(NamedTuple):
    """A case as a row: what, with its shape, on whose desk, and where it stands."""

    shape: str
    title: str
    where: str
    state: str
    overdue: bool
    level: str = ""


class PersonLine(NamedTuple):
    """Somebody whom a case is about: name, birth and sex, documents by their last digits, and where they live."""

    name: str
    born: str
    sex: str
    numbers: str
    phone: str
    lives: str


def case_line(case: CaseListed, sites: Mapping[str, Site], *, now: datetime) -> CaseLine:
    """Return a case as a row. One that is overdue is to be looked at, whoever has it."""
    overdue = case.state is not CaseState.DECIDED and case.due_at < now
    shape = "twin" if case.kind in PAIRS else "half" if case.owner else "ring"
    if case.state is CaseState.DECIDED:
        shape = "done"
    return CaseLine(
        shape="tri" if overdue else shape,
        title=kind_said(case.kind),
        where=_where(case.site, case.commune, sites),
        state=ending_said(case.state, case.outcome, case.kind),
        overdue=overdue,
        level=level_said(case.level) if overdue and case.level else "",
    )


def case_step(step: StepShown, sites: Mapping[str, Site], *, kind: str) -> str:
    """Say what was done with a case, and by whom."""
    return said(
        STEPS[step.what],
        by=t("Hệ thống", "The platform") if step.by_name is None else step.by_name,
        where=level_said(Rung(int(step.site)))
        if step.what is StepKind.ESCALATED
        else _where("" if step.site == CENTER else step.site, "", sites),
        outcome=outcome_said(step.outcome, kind) if step.outcome else "",
    )


def person_line(person: PersonShown) -> PersonLine:
    """Return somebody as the page of a case shows them."""
    return PersonLine(
        name=person.name,
        born=_born(person.born),
        sex=said(SEXES[person.sex]) if person.sex in SEXES else t("không ghi", "not told"),
        numbers=", ".join(map(identity.number_held, person.identifiers)) or t("không có", "none"),
        phone=person.phone or t("không có", "none"),
        lives=_commune(person.commune) or t("chưa ghi", "not told"),
    )


class CandidateLine(NamedTuple):
    """Somebody whom a case may be about: how they are shown, their id, their doses by person and dose, and if it is their own."""

    person: PersonLine
    who: UUID
    doses: list[tuple[str, str]]
    is_theirs: bool


def candidate(one: Candidate) -> CandidateLine:
    """Return whom a case may be about; each dose is named by the record on which it lies, which may be another of theirs."""
    doses = [(f"{dose.person} {dose.id}", dose_line(dose)[1]) for dose in one.doses]
    return CandidateLine(person_line(one.person), one.person.person, doses, one.is_theirs)


def team_lines(shown: CaseShown) -> list[tuple[str, str]]:
    """Return the mobile teams that may have given a missing dose, by code and name; a session of the told day speaks for one."""
    planned = t("có buổi tiêm ngày ấy", "had a session that day")
    return [
        (one.site.code, " · ".join([one.site.name, _commune(one.site.commune_code), *([planned] * one.was_planned)]))
        for one in mending.teams_fitting(shown.facts)[: mending.MOST_TEAMS]
    ]


def dose_line(dose: DoseShown) -> tuple[UUID, str]:
    """Return a dose that a case may be about: its id, and what it is."""
    products = vaccines.products()
    product = products[dose.product].name_vi if dose.product in products else dose.product
    said_of = t("Mũi {n} · {product}", "Dose {n} · {product}", n=dose.dose_number, product=product)
    lot = t("lô {lot}", "lot {lot}", lot=dose.lot)
    voided = f" · {t('đã hủy', 'voided')}" if dose.status is DoseStatus.VOIDED else ""
    return dose.id, f"{said_of} · {numbers.moment(dose.occurred_at)} · {lot}{voided}"


def told_facts(facts: ToldFacts) -> list[tuple[str, str]]:
    """Return what a complaint tells of the dose, as it was written, with its words."""
    told = [
        (t("Người tiêm chủng", "Who was vaccinated"), facts.name),
        (t("Ngày sinh", "Born"), facts.born),
        (t("Ngày tiêm", "Day of the dose"), facts.day),
        (t("Tiêm ở đâu", "Where"), facts.place),
        (t("Đội lưu động", "Mobile team"), facts.team),
    ]
    return [(word, value) for word, value in told if value]


CORRECTED = ("name", "born", "sex", "number", "number_since", "phone", "commune")
"""The fields of the form that corrects a person, by name."""
SEEN: Mapping[Seen, Words] = {
    Seen.CARD: Words("Đã quét thẻ căn cước", "Their ID card was scanned"),
    Seen.DOCUMENT: Words("Đã xem giấy tờ có thông tin này", "A document that says so was seen"),
    Seen.CALLED: Words("Đã gọi số mới, chính người ấy nghe máy", "The new number was called and they answered"),
    Seen.PRESENT: Words("Người ấy có mặt và tự nói số này", "They were here and said this number themselves"),
    Seen.KNOWN: Words("Cán bộ phường biết rõ nơi ở", "The ward officer knows where they live"),
}
NUMBER_KINDS = {
    "personal-number": Words("Căn cước, mã định danh (12 số)", "ID card or personal number (12 digits)"),
    "old-identity-card": Words("CMND (9 số)", "Old ID card (9 digits)"),
    "passport-vn": Words("Hộ chiếu Việt Nam", "Vietnamese passport"),
    "passport-foreign": Words("Hộ chiếu nước ngoài", "Foreign passport"),
    "health-insurance-10": Words("Mã bảo hiểm (10 số)", "Insurance number (10 digits)"),
    "birth-certificate": Words("Giấy khai sinh", "Birth certificate"),
}
LAST_OF_PHONE = 3


def correction_lines(to: PersonCorrection | None) -> list[tuple[str, str]]:
    """Return what a proposal says of a person, for whoever is asked to agree. Of a number the last digits alone."""
    if to is None:
        return []
    number = _ends(to.number, LAST_DIGITS) if to.number else ""
    kind = said(NUMBER_KINDS[to.number_kind]) if to.number_kind in NUMBER_KINDS else ""
    told = [
        (t("Họ và tên mới", "New name"), to.name),
        (t("Ngày sinh mới", "New birth date"), to.born),
        (t("Giới tính mới", "New sex"), said(SEXES[to.sex]) if to.sex in SEXES else to.sex),
        (t("Giấy tờ mới", "New document"), f"{kind} {number}".strip() if number else ""),
        (t("Số cũ đúng đến trước ngày", "The old number was right until before"), _day(to.number_since)),
        (t("Điện thoại mới", "New phone"), _ends(to.phone, LAST_OF_PHONE) if to.phone else ""),
        (t("Nơi ở mới", "New residence"), _commune(to.commune)),
        (t("Đã xem", "What was seen"), "; ".join(said(SEEN[one]) for one in to.seen)),
    ]
    return [(word, value) for word, value in told if value]


def _ends(number: str, shown: int) -> str:
    return f"•••• {number[-shown:]}"


def _day(told: str) -> str:
    try:
        return numbers.day(date.fromisoformat(told))
    except ValueError:
        return told


def _where(site: str, commune: str, sites: Mapping[str, Site]) -> str:
    if site:
        return sites[site].name if site in sites else site
    return _commune(commune) if commune else t("Trung tâm đáp ứng", "Response center")


def _commune(code: str) -> str:
    path = read_today(code)
    return path[-1].display_name if path else code


def _born(told: str) -> str:
    try:
        born = PartialDate.parse(told)
    except ValueError:
        return t("chưa rõ", "not known")
    if born.is_exact:
        return numbers.day(born.earliest)
    return t("{year} (chỉ có năm)", "{year} (year only)", year=born.year)
