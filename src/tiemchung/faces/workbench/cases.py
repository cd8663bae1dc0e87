"""How cases, their steps and the persons they are about are said in the office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from tiemchung.domain.mending.values import CENTER, DOUBT, CaseListed, CaseState, StepKind, StepShown
from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Site
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.mending import ending_said, kind_said, outcome_said
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.workbench.sayings import SEXES
from tiemchung.kernel.dates import PartialDate

STEPS: Mapping[StepKind, Words] = {
    StepKind.OPENED: Words("Việc được mở", "The case was opened"),
    StepKind.TAKEN: Words("{by} nhận việc", "{by} took it"),
    StepKind.NOTED: Words("{by} ghi", "{by} wrote"),
    StepKind.HANDED_ON: Words("{by} chuyển đến {where}", "{by} handed it on to {where}"),
    StepKind.PROPOSED: Words("{by} đề nghị: {outcome}", "{by} proposed: {outcome}"),
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
    shape = "twin" if case.kind == DOUBT else "half" if case.owner else "ring"
    if case.state is CaseState.DECIDED:
        shape = "done"
    return CaseLine(
        shape="tri" if overdue else shape,
        title=kind_said(case.kind),
        where=_where(case.site, case.commune, sites),
        state=ending_said(case.state, case.outcome, case.kind),
        overdue=overdue,
    )


def case_step(step: StepShown, sites: Mapping[str, Site], *, kind: str) -> str:
    """Say what was done with a case, and by whom."""
    return said(
        STEPS[step.what],
        by=t("Hệ thống", "The platform") if step.by_name is None else step.by_name,
        where=_where("" if step.site == CENTER else step.site, "", sites),
        outcome=outcome_said(step.outcome, kind) if step.outcome else "",
    )


def person_line(person: PersonShown) -> PersonLine:
    """Return somebody as the page of a case shows them."""
    return PersonLine(
        name=person.name,
        born=_born(person.born),
        sex=said(SEXES[person.sex]) if person.sex in SEXES else t("không ghi", "not told"),
        numbers=", ".join(number.value for number in person.identifiers) or t("không có", "none"),
        phone=person.phone or t("không có", "none"),
        lives=_commune(person.commune) or t("chưa ghi", "not told"),
    )


def _where(site: str, commune: str, sites: Mapping[str, Site]) -> str:
    if site:
        return sites[site].name if site in sites else site
    return _commune(commune) if commune else t("Trung tâm đáp ứng", "Response center")


def _commune(code: str) -> str:
    unit = places.unit("2021", code) or places.unit("2025", code) if code else None
    return unit.display_name if unit else code


def _born(told: str) -> str:
    try:
        born = PartialDate.parse(told)
    except ValueError:
        return t("chưa rõ", "not known")
    if born.is_exact:
        return numbers.day(born.earliest)
    return t("{year} (chỉ có năm)", "{year} (year only)", year=born.year)
