"""What the lead's page shows of a dose that waits for a second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tiemchung.domain.immunization.values import HOLDS_UP, DoseShown, DoseWaiting, mask_of
from tiemchung.domain.vaccines.values import PairTrace
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.station.pages.chair import age_on, finding_words
from tiemchung.kernel.clock import business_day

STOOD = Words("Đã ghi: bạn xác nhận mũi này.", "Recorded: you stand for this dose.")
OWN = Words(
    "Chưa xác nhận được: mũi do chính bạn tiêm, nhập hoặc sửa, hoặc đang được xem ở mục Cần sửa. Cần người khác.",
    "Not attested: you gave, typed or mended this dose yourself, or its case is still open. Somebody else is needed.",
)
CHANGED = Words(
    "Chưa ghi gì: mũi này vừa đổi sau khi bạn xem. Xem lại rồi xác nhận.",
    "Nothing recorded: this dose changed after you looked. Look again, then attest.",
)
LEFT_OVER = Words(
    "Chưa được xác nhận cùng ngày tiêm: ngày đã đóng mà chưa ai xác nhận mũi này",
    "Not attested with its day: the day is closed, and nobody has stood for this dose",
)
SETTLED = Words("Mũi này không còn chờ ở điểm này.", "This dose no longer waits at this site.")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One dose on the page. `basis` says sentence by sentence what the rule book asks for beside each neighboring dose."""

    id: UUID
    name: str
    born: str
    title: str
    at: datetime
    lot: str
    vaccinator: str
    recorder: str
    findings: list[str]
    basis: list[str]
    told: str
    visit: UUID | None
    mine: bool
    disputed: bool


def row(waiting: DoseWaiting, *, me: UUID | None, names: Mapping[UUID, str], products: Mapping[str, str]) -> Row:
    """Return the row of one dose for the lead `me`."""
    dose, person = waiting.dose, waiting.person
    product = products.get(dose.product, dose.product)
    return Row(
        id=dose.id,
        name=person.name if person else t("Chưa rõ là ai", "Nobody has told who it is"),
        born=age_on(person.born, business_day(dose.occurred_at)) if person else "",
        title=t("Mũi {n} · {product}", "Dose {n} · {product}", n=dose.dose_number, product=product),
        at=dose.occurred_at,
        lot=dose.lot,
        vaccinator=names.get(dose.vaccinator, ""),
        recorder=names.get(dose.recorder, "") if dose.recorder else "",
        findings=_reasons(dose),
        basis=[_basis(pair, products) for pair in waiting.pairs],
        told=told(dose),
        visit=dose.visit,
        mine=me in hands(dose),
        disputed="disputed" in dose.findings,
    )


def _reasons(dose: DoseShown) -> list[str]:
    """Say why the dose waits: what was found, or that its day was closed without it."""
    found = finding_words(dose.findings)
    return found if mask_of(dose.findings) & HOLDS_UP else [said(LEFT_OVER), *found]


def hands(dose: DoseShown) -> set[UUID]:
    """Return who gave and who typed the dose."""
    return {dose.vaccinator} | ({dose.recorder} if dose.recorder else set())


def told(dose: DoseShown) -> str:
    """Return what the lead looked at, in short: another product, lot or finding makes another text."""
    return "|".join([dose.product, dose.lot, str(dose.dose_number), *dose.findings])


def _basis(pair: PairTrace, products: Mapping[str, str]) -> str:
    before, after = (products.get(each.product, each.product) for each in (pair.previous, pair.following))
    waited = t(
        "{before} {day} → {after} {later}: cách {n} ngày.",
        "{before} {day} → {after} {later}: {n} [day|days] apart.",
        before=before,
        after=after,
        day=numbers.day(pair.previous.given_on),
        later=numbers.day(pair.following.given_on),
        n=pair.waited_days,
    )
    if pair.rule:
        source = pair.rule.told_source
        needed = t(
            "Quy định {n} ngày: {source}.", "The rule asks for {n}: {source}.", n=pair.needed_days, source=source
        )
    elif pair.label_days is not None:
        needed = t("Nhãn vắc xin ghi {n} ngày.", "The product's label says {n}.", n=pair.label_days)
    else:
        needed = t("Không có quy định nào: bác sĩ quyết định.", "No rule speaks of it: a doctor decides.")
    return f"{waited} {needed}"
