"""The dose that was just given: three proofs, one question, one confirm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Role
from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.immunization import actions as immunization_actions
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseShown, DoseStatus, HistoryDose
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.values import Outcome
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.places import queries as places
from tiemchung.domain.safety import queries as safety
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.vaccines.values import Prior, Proposed
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import Stage, VisitListed
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.station.pages import chair as pages
from tiemchung.faces.station.pages.board import reaction_proof, reactions_in
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
        told = _told(request, listed=listed, site=site)
        if isinstance(told, dict):
            wrong = told
        else:
            return told
    return _dose_page(request, listed, identification=identification, site=site, now=now, wrong=wrong)


def _dose_page(
    request: StaffRequest, listed: VisitListed, *, identification: Any, site: str, now: datetime, wrong: dict[str, str]
) -> HttpResponse:
    actor, day = request.actor, business_day(now)
    asking: dict[str, Any] = {"purpose": Purpose.CARE, "actor": actor, "viewed_at": now, "site": site}
    # The visit is here, so its person is named here, whoever wrote them down first.
    with opening([listed.person]):
        person = people.persons([listed.person], **asking).get(listed.person)
    with opened_record(request, listed.person, site=site):
        history = immunization.history([listed.person], **asking).get(listed.person, [])
        screenings = declarations.screenings([listed.person], **asking)
        reactions = reactions_in(safety.events_of(sorted(people.ids_of(listed.person)), **asking))
    own = immunization.told_anywhere([listed.person], **asking)[listed.person]
    same_number = same_number_of(request, listed.id, site=site)
    screening = next((each for each in screenings if each.visit == listed.id), None)
    names = {code: product.name_vi for code, product in vaccines.products().items()}
    lots = pages.lot_choices(supply.stock_of(site), supply.vials_left(site, day), names, day)
    counted = pages.counted(history)
    given = [each for each in counted if listed.dosed_at and each.occurred_at == listed.dosed_at]
    before = [each for each in counted if each not in given]
    form = declarations.form(screening.form) if screening else None
    number = 1 + sum(dose.status is not DoseStatus.VOIDED for dose in own)
    chosen = request.POST.get("lot") or pages.default_lot(lots, request.session.get(LAST_LOT))
    return page(
        request,
        "station/dose.html",
        {
            "visit": listed,
            "name": pages.row_of(listed).name,
            "facts": " · ".join(
                [
                    pages.age_on(listed.born, day),
                    *([said(pages.SEXES[listed.sex])] if listed.sex in pages.SEXES else []),
                    *([pages.number_shown(each.kind, each.value) for each in person.identifiers[:1]] if person else []),
                ]
            ),
            "number": number,
            "person_proof": pages.person_proof(listed, identification),
            "screening_proof": pages.screening_proof(
                listed, screening, pages.form_name(form.decree) if form else "", before, day
            ),
            "reaction_proofs": [reaction_proof(event) for event in reactions],
            "lots": pages.chosen_first(lots, chosen),
            "chosen_lot": chosen,
            "other_lot": request.POST.get("other_lot", ""),
            "product_names": names,
            "products": sorted(names.items(), key=lambda product: product[1]),
            "chosen_product": request.POST.get("product", ""),
            "vial": request.POST.get("vial", ""),
            "arm": request.POST.get("arm", "left"),
            "vaccinators": _vaccinators(actor, site),
            "entry": request.POST.get("entry") or uuid7(now),
            "given": given,
            "session_over": _session_over(listed, site),
            "intervals": _intervals(lots, prior_to([*own, *same_number.doses], given), person, site=site, day=day),
            "may_be_given": listed.stage is Stage.WAITING_FOR_DOSE,
            "now": now,
            "wrong": wrong,
        },
        status=422 if wrong else 200,
    )


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


def _intervals(
    lots: Sequence[pages.LotChoice], prior: Sequence[Prior], person: PersonShown | None, *, site: str, day: date
) -> dict[str, str]:
    """Say of each product what the rules find in a dose of it today: a dose not yet given can wait."""
    products = sorted({lot.product for lot in lots})
    place = places.site(site)
    born = PartialDate.parse(person.born) if person and person.born else None
    proposed = [
        Proposed(
            product=product,
            given_on=day,
            born_earliest=born.earliest if born else None,
            born_latest=born.latest if born else None,
            province=place.province_code if place else None,
            prior=list(prior),
        )
        for product in products
    ]
    judged = zip(products, vaccines.judged(proposed, on=day), strict=True)
    return {product: said for product, findings in judged if (said := pages.warned(findings, day))}


def _told(request: StaffRequest, *, listed: VisitListed, site: str) -> HttpResponse | dict[str, str]:
    """Record what the form tells, or say by field what is missing in it."""
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
    if listed.dosed_at is not None and not _is_dose_of(listed, entry, request.actor, site):
        return redirect("station:dose", visit=listed.id)
    now = clock().now()
    event = immunization_actions.dose_given(
        entry,
        visit=listed.id,
        person=listed.person,
        product=product,
        lot=lot,
        vial=vial,
        arm=cast('Literal["left", "right"]', arm),
        number_told=_number_told(form.get("number", "")),
        vaccinator=vaccinator,
        site=site,
        actor=request.actor,
        now=now,
    )
    (answer,) = intake.record([event], actor=request.actor, site=site, now=now)
    request.session[LAST_LOT] = form.get("lot", "")
    request.session[RECORDED] = {
        "kept": answer.outcome is not Outcome.SET_ASIDE,
        "number": event.dose_number_told,
        "product": vaccines.products()[product].name_vi,
        "lot": lot,
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
