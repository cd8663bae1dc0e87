"""The dose that was just given: three proofs, one question, one confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Role
from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.declarations.values import ScreeningShown
from tiemchung.domain.immunization import actions as immunization_actions
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseShown, DoseStatus, HistoryDose
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.values import Outcome
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.places import queries as places
from tiemchung.domain.safety import queries as safety
from tiemchung.domain.safety.values import Reaction
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.vaccines.values import Prior, Proposed
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import Identification, Stage, VisitListed
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.station.pages import chair as pages
from tiemchung.faces.station.pages.board import reaction_proof
from tiemchung.faces.station.pages.products import of_screening, stopped
from tiemchung.faces.station.typed import uuid_in, words_in
from tiemchung.faces.station.views.frame import CODE_LENGTH, RECORDED, page, site_of
from tiemchung.faces.station.views.present import opened_record, same_number_of
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import opening
from tiemchung.plumbing.time import clock

NUMBER_DIGITS = 2
LAST_LOT = "lot"
"""Under which key the session remembers the lot and vial that were used last at this machine."""


@staff_only(Power.RECORD_DOSE)
@require_http_methods(["GET", "POST"])
def dose(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Show the three proofs and record the dose that was given. The form's id makes a second click the same dose."""
    site = site_of(request.actor)
    if site is None:
        return redirect("station:posts")
    now = clock().now()
    found = visits.visit(visit, site=site, actor=request.actor, purpose=Purpose.CARE, viewed_at=now)
    if found is None:
        raise Http404
    listed, identification = found
    wrong: dict[str, str] = {}
    if request.method == "POST":
        told = _read(request, site)
        if isinstance(told, DoseTyped):
            return _record(request, told, listed=listed, site=site)
        wrong = told
    return _dose_page(request, _chair(request, listed, identification, site=site, now=now), wrong=wrong)


@dataclass(frozen=True, kw_only=True)
class Chair:
    """What the page at the chair stands on: who sits there, what is on record of them, and what may be in the hand."""

    site: str
    now: datetime
    listed: VisitListed
    identification: Identification | None
    person: PersonShown | None
    history: Sequence[DoseShown]
    anywhere: Sequence[HistoryDose]
    same_number: Sequence[HistoryDose]
    reactions: Sequence[Reaction]
    screening: ScreeningShown | None
    products: Mapping[str, str]
    lots: Sequence[pages.LotChoice]

    @property
    def day(self) -> date:
        """Return the business day."""
        return business_day(self.now)

    @property
    def number(self) -> int:
        """Return which dose of the person's this would be, by those told anywhere."""
        return 1 + sum(dose.status is not DoseStatus.VOIDED for dose in self.anywhere)

    @property
    def given(self) -> list[DoseShown]:
        """Return the dose that this visit has already."""
        at = self.listed.dosed_at
        return [dose for dose in pages.counted(self.history) if at and dose.occurred_at == at]

    @property
    def before(self) -> list[DoseShown]:
        """Return the doses that count and are not of this visit."""
        given = {dose.id for dose in self.given}
        return [dose for dose in pages.counted(self.history) if dose.id not in given]

    @property
    def prior(self) -> list[Prior]:
        """Return the doses that a next one is judged by, wherever they were given."""
        return prior_to([*self.anywhere, *self.same_number], self.given)


def _chair(
    request: StaffRequest, listed: VisitListed, identification: Identification | None, *, site: str, now: datetime
) -> Chair:
    asking: dict[str, Any] = {"purpose": Purpose.CARE, "actor": request.actor, "viewed_at": now, "site": site}
    # The visit is here, so its person is named here, whoever wrote them down first.
    with opening([listed.person]):
        person = people.persons([listed.person], **asking).get(listed.person)
    with opened_record(request, listed.person, site=site):
        history = immunization.history([listed.person], **asking).get(listed.person, [])
        screenings = declarations.screenings([listed.person], **asking)
        reactions = safety.reactions_in(safety.events_of(sorted(people.ids_of(listed.person)), **asking))
    day, names = business_day(now), {code: product.name_vi for code, product in vaccines.products().items()}
    return Chair(
        site=site,
        now=now,
        listed=listed,
        identification=identification,
        person=person,
        history=history,
        anywhere=immunization.told_anywhere([listed.person], **asking)[listed.person],
        same_number=same_number_of(request, listed.id, site=site).doses,
        reactions=reactions,
        screening=next((each for each in screenings if each.visit == listed.id), None),
        products=names,
        lots=pages.lot_choices(supply.stock_of(site), _vials_in_use(site, day), names, day),
    )


def _vials_in_use(site: str, day: date) -> list[tuple[str, str, int]]:
    """Return lot, label and doses left of the day's vials, without those that were set aside after anaphylaxis."""
    aside = {(held.lot, held.vial) for held in supply.held_vials(site)}
    return [row for row in supply.vials_left(site, day) if row[:2] not in aside]


def _dose_page(request: StaffRequest, chair: Chair, *, wrong: dict[str, str]) -> HttpResponse:
    of_products = of_screening(chair.screening, sex=chair.listed.sex, before={prior.product for prior in chair.prior})
    intended = [lot for lot in chair.lots if lot.product not in stopped(of_products)]
    chosen = request.POST.get("lot") or pages.default_lot(intended, request.session.get(LAST_LOT))
    context = {
        **_proofs(chair),
        "visit": chair.listed,
        "number": chair.number,
        "lots": pages.chosen_first(chair.lots, chosen),
        "chosen_lot": chosen,
        "of_products": of_products,
        "intervals": _intervals(chair),
        "product_names": chair.products,
        "products": sorted(chair.products.items(), key=lambda product: product[1]),
        "vaccinators": _vaccinators(request.actor, chair.site),
        "entry": request.POST.get("entry") or uuid7(chair.now),
        "session_over": _session_over(chair.listed, chair.site),
        "may_be_given": chair.listed.stage is Stage.WAITING_FOR_DOSE,
        "now": chair.now,
        "wrong": wrong,
        "other_lot": request.POST.get("other_lot", ""),
        "chosen_product": request.POST.get("product", ""),
        "vial": request.POST.get("vial", ""),
        "arm": request.POST.get("arm", "left"),
    }
    return page(request, "station/dose.html", context, status=422 if wrong else 200)


def _proofs(chair: Chair) -> dict[str, Any]:
    """Return who sits there, what the screening said, and what went wrong before: each to be looked at before the dose."""
    listed, person, screening = chair.listed, chair.person, chair.screening
    form = declarations.form(screening.form) if screening else None
    facts = [
        pages.age_on(listed.born, chair.day),
        *([said(pages.SEXES[listed.sex])] if listed.sex in pages.SEXES else []),
        *([pages.number_shown(each.kind, each.value) for each in person.identifiers[:1]] if person else []),
    ]
    return {
        "name": pages.row_of(listed).name,
        "facts": " · ".join(facts),
        "person_proof": pages.person_proof(listed, chair.identification),
        "screening_proof": pages.screening_proof(
            listed, screening, pages.form_name(form.decree) if form else "", chair.before, chair.day
        ),
        "reaction_proofs": [reaction_proof(event) for event in chair.reactions],
        "given": chair.given,
    }


def _session_over(listed: VisitListed, site: str) -> str:
    """Say that the visit's campaign session was stopped or closed meanwhile; empty while it goes on."""
    session = visits.session_of(listed.id, site=site)
    if session is None:
        return ""
    if session.stopped_at is not None:
        return t(
            "Buổi tiêm đã dừng lúc {time}.", "The session was stopped at {time}.", time=numbers.time(session.stopped_at)
        )
    if session.closed_at is not None:
        return t(
            "Buổi tiêm đã đóng lúc {time}.", "The session was closed at {time}.", time=numbers.time(session.closed_at)
        )
    return ""


def prior_to(doses: Sequence[HistoryDose], given: Sequence[DoseShown]) -> list[Prior]:
    """Return the doses that count before the one of this visit, wherever they were given, by day."""
    now_given = {dose.id for dose in given}
    standing = [dose for dose in doses if dose.status is not DoseStatus.VOIDED and dose.id not in now_given]
    dated = [(dose.given_on, dose.product) for dose in standing if dose.given_on]
    return [Prior(product=product, given_on=day) for day, product in sorted(dated)]


def _intervals(chair: Chair) -> dict[str, str]:
    """Say of each product what the rules find in a dose of it today: a dose not yet given can wait."""
    products = sorted({lot.product for lot in chair.lots})
    place = places.site(chair.site)
    born = PartialDate.parse(chair.person.born) if chair.person and chair.person.born else None
    proposed = [
        Proposed(
            product=product,
            given_on=chair.day,
            born_earliest=born.earliest if born else None,
            born_latest=born.latest if born else None,
            province=place.province_code if place else None,
            prior=chair.prior,
        )
        for product in products
    ]
    judged = zip(products, vaccines.judged(proposed, on=chair.day), strict=True)
    return {product: said for product, findings in judged if (said := pages.warned(findings, chair.day))}


@dataclass(frozen=True, kw_only=True)
class DoseTyped:
    """What the form tells of the dose."""

    entry: UUID
    product: str
    lot: str
    vial: str | None
    arm: Literal["left", "right"]
    vaccinator: UUID


def _read(request: StaffRequest, site: str) -> DoseTyped | dict[str, str]:
    """Return what the form tells, or say by field what is missing in it."""
    form, wrong = request.POST, {}
    entry, arm = uuid_in(form.get("entry")), form.get("arm")
    lot, vial = pages.lot_and_vial(
        form.get("lot", ""),
        other_lot=words_in(form.get("other_lot"), longest=CODE_LENGTH + 1),
        typed_vial=words_in(form.get("vial"), longest=CODE_LENGTH + 1),
    )
    product = pages.told_lot(lot, supply.lots_known([lot], site=site)) or form.get("product", "")
    known = {str(member.id): member.id for member in _vaccinators(request.actor, site)}
    vaccinator = known.get(form.get("vaccinator", ""))
    if len(lot) > CODE_LENGTH or len(vial or "") > CODE_LENGTH:
        wrong["lot"] = t("Số lô hoặc mã lọ này quá dài. Gõ lại.", "This lot or label is too long. Type it again.")
    elif not lot:
        wrong["lot"] = t("Chọn lô, hoặc gõ số lô trên lọ.", "Choose the lot, or type the number on the vial.")
    elif product not in vaccines.products():
        wrong["product"] = t(
            "Lô này chưa có trong sổ kho. Chọn loại vắc xin ghi trên lọ.",
            "This lot is in no stock ledger yet. Choose the product named on the vial.",
        )
    if arm not in pages.ARMS:
        wrong["arm"] = t("Chọn tay đã tiêm.", "Choose the arm.")
    if vaccinator is None:
        wrong["vaccinator"] = t("Chọn người đã tiêm.", "Choose who gave the dose.")
    if entry is None:
        raise Http404
    if wrong or vaccinator is None:
        return wrong
    side = cast('Literal["left", "right"]', arm)
    return DoseTyped(entry=entry, product=product, lot=lot, vial=vial, arm=side, vaccinator=vaccinator)


def _record(request: StaffRequest, told: DoseTyped, *, listed: VisitListed, site: str) -> HttpResponse:
    if listed.dosed_at is not None and not _is_dose_of(listed, told.entry, request.actor, site):
        return redirect("station:dose", visit=listed.id)
    now = clock().now()
    event = immunization_actions.dose_given(
        told.entry,
        visit=listed.id,
        person=listed.person,
        product=told.product,
        lot=told.lot,
        vial=told.vial,
        arm=told.arm,
        number_told=_number_told(request.POST.get("number", "")),
        vaccinator=told.vaccinator,
        site=site,
        actor=request.actor,
        now=now,
    )
    (answer,) = intake.record([event], actor=request.actor, site=site, now=now)
    request.session[LAST_LOT] = request.POST.get("lot", "")
    request.session[RECORDED] = {
        "kept": answer.outcome is not Outcome.SET_ASIDE,
        "number": event.dose_number_told,
        "product": vaccines.products()[told.product].name_vi,
        "lot": told.lot,
        "findings": answer.findings,
    }
    return redirect("station:today")


def _number_told(text: str) -> int:
    """Return the dose number that the form showed; what no form of ours showed is the first."""
    return int(text) if text.isdecimal() and len(text) <= NUMBER_DIGITS else 1


def _is_dose_of(listed: VisitListed, entry: UUID, actor: Actor, site: str) -> bool:
    """Tell whether this very entry is the dose that the visit has already."""
    now = clock().now()
    doses = immunization.history([listed.person], purpose=Purpose.CARE, actor=actor, viewed_at=now, site=site)
    return any(dose.id == entry for dose in doses.get(listed.person, []))


def _vaccinators(actor: Actor, site: str) -> list[Any]:
    """Return who may have given the dose: the signed-in vaccinator, or, for whoever types for others, all of the site."""
    members = [member for member in access.staff_of_site(site) if Role.VACCINATOR in member.roles]
    own = [member for member in members if member.id == actor.id]
    return own or members
