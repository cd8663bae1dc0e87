"""Consent and screening by the dated form: what is known stands above it, its rows conclude, a doctor decides the rest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tiemchung.domain.declarations import actions as declarations_actions
from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.declarations.values import Evaluation, Form, FormKind, Outcome, Question
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.safety import queries as safety
from tiemchung.domain.visits import actions as visits_actions
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import VisitListed
from tiemchung.faces.shared.aftermath import SIGNS
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import t
from tiemchung.faces.station.pages import chair
from tiemchung.faces.station.pages import screening as pages
from tiemchung.faces.station.pages.known import Known, Names, Record, known_of
from tiemchung.faces.station.pages.products import said_of
from tiemchung.faces.station.typed import day_in, uuid_in, words_in
from tiemchung.faces.station.views.frame import page, person_line, required_site, say_next
from tiemchung.faces.station.views.present import opened_record, same_number_of
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock

IDS = ("consent_id", "screened_id", "deferred_id")
"""The facts that a conclusion records, by the field that carries the id of each."""
GUARDIAN = "guardian_name"
"""The field by which a form of consent is one that a guardian signs."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every step of one screening stands on."""

    site: str
    now: datetime
    listed: VisitListed
    forms: tuple[Form, ...]
    form: Form | None
    questions: tuple[Question, ...]
    minor: bool

    @property
    def day(self) -> date:
        """Return the business day."""
        return business_day(self.now)


@staff_only(Power.SCREEN)
@require_http_methods(["GET", "POST"])
def screening(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Ask, show what the rows say, and record what was concluded: three steps, each of which goes back."""
    desk = _desk(request, visit)
    step = request.POST.get("step", "")
    if desk.listed.dosed_at is not None:
        return redirect("station:today")
    if request.method == "GET" or step == "again":
        return _ask_page(request, desk)
    told = pages.read_screening(request.POST, desk.questions, minor=desk.minor)
    if isinstance(told, dict):
        return _ask_page(request, desk, wrong=told)
    evaluation = None
    if told.agreed and desk.form is not None:
        answers = declarations.completed(desk.form, told.answers, told.vitals, sex=desk.listed.sex)
        evaluation = declarations.evaluated(desk.form, answers, told.vitals)
    if step == "conclude" or not told.agreed:
        return _conclude(request, desk, told, evaluation)
    return _conclusion_page(request, desk, told, evaluation)


def _desk(request: StaffRequest, visit: UUID) -> Desk:
    site, now = required_site(request.actor), clock().now()
    found = visits.visit(visit, site=site, actor=request.actor, purpose=Purpose.CARE, viewed_at=now)
    if found is None:
        raise Http404
    listed, day = found[0], business_day(now)
    born = PartialDate.parse(listed.born) if listed.born else None
    forms = _forms(born, day)
    chosen = next((form for form in forms if form.code == request.POST.get("form")), next(iter(forms), None))
    return Desk(
        site=site,
        now=now,
        listed=listed,
        forms=forms,
        form=chosen,
        questions=declarations.questions_for(chosen, listed.sex) if chosen else (),
        minor=pages.is_minor(born, day),
    )


def _forms(born: PartialDate | None, day: date) -> tuple[Form, ...]:
    """Return the forms that may be the person's, the one for the youngest age they can have first."""
    if born is None:
        return tuple(form for form in declarations.forms_on(day) if form.kind is FormKind.SCREENING)
    ages = [pages.years_between(birth, day) for birth in (born.latest, born.earliest)]
    found = [declarations.form_on(day, age_years=age) for age in ages]
    return tuple(dict.fromkeys(form for form in found if form is not None))


def _ask_page(request: StaffRequest, desk: Desk, *, wrong: dict[str, str] | None = None) -> HttpResponse:
    limits = {limit.sign: limit for limit in desk.form.limits} if desk.form else {}
    signs = [
        {
            "name": sign,
            "label": words,
            "of_whom": pages.MEASURES.get(limits[sign].measure) if sign in limits else None,
            "limits": limits.get(sign),
        }
        for sign, (words, _low, _high) in SIGNS.items()
    ]
    return page(
        request,
        "station/screening.html",
        {
            **_head(desk),
            "known": _known(request, desk),
            "asked": pages.asked(desk.questions),
            "signs": signs,
            "taken": pages.measures_of(desk.form) if desk.form else [],
            "typed": defaultdict(
                str, {name: words_in(request.POST.get(name), longest=pages.NOTE_LENGTH) for name in request.POST}
            ),
            "forms": {form.code: chair.form_name(form.decree) for form in desk.forms},
            "wrong": wrong or {},
        },
        status=422 if wrong else 200,
    )


def _head(desk: Desk) -> dict[str, Any]:
    return {
        "visit": desk.listed,
        "name": chair.row_of(desk.listed).name,
        "facts": person_line(desk.listed, desk.day),
        "form": desk.form,
        "form_name": chair.form_name(desk.form.decree) if desk.form else "",
        "minor": desk.minor,
    }


def _known(request: StaffRequest, desk: Desk) -> list[Known]:
    person = desk.listed.person
    asking: dict[str, Any] = {
        "purpose": Purpose.CARE,
        "actor": request.actor,
        "viewed_at": desk.now,
        "site": desk.site,
    }
    with opened_record(request, person, site=desk.site):
        doses = immunization.history([person], **asking).get(person, [])
        rows = sorted(people.ids_of(person))
        reactions = safety.reactions_in(safety.events_of(rows, **asking))
        told = declarations.screenings(rows, **asking)
    here = {dose.id for dose in doses}
    same_number = same_number_of(request, desk.listed.id, site=desk.site)
    wanted = {desk.site, *(d.site for d in doses), *(r.site for r in reactions), *(s.site for s in told)}
    record = Record(
        doses=doses,
        elsewhere=[
            *(dose for dose in immunization.told_anywhere([person], **asking)[person] if dose.id not in here),
            *same_number.doses,
        ],
        warned=same_number.warned,
        reactions=reactions,
        screenings=[one for one in told if one.visit != desk.listed.id],
    )
    names = Names(
        forms={one.form: declarations.form(one.form) for one in told},
        sites={code: site.name for code, site in places.sites_of(wanted).items()},
    )
    return known_of(record, names)


def _conclusion_page(
    request: StaffRequest,
    desk: Desk,
    told: pages.Told,
    evaluation: Evaluation | None,
    *,
    wrong: dict[str, str] | None = None,
) -> HttpResponse:
    doctor = _doctor_decides(desk, told, evaluation)
    suggested = evaluation.outcome.value if evaluation and evaluation.outcome and not doctor else ""
    fired = {row.question for row in evaluation.fired} if evaluation else set()
    return page(
        request,
        "station/conclusion.html",
        {
            **_head(desk),
            "rows": pages.fired_rows(evaluation, desk.form) if evaluation and desk.form else [],
            "doctor_decides": doctor,
            "for_the_doctor": pages.for_the_doctor(desk.form, told.vitals) if desk.form else [],
            "of_products": said_of(desk.form, fired, sex=desk.listed.sex),
            "outcomes": pages.OUTCOMES,
            "chosen": request.POST.get("conclusion") or suggested,
            "carried": [
                (name, value)
                for name, value in request.POST.items()
                if name not in {"step", "csrfmiddlewaretoken", "conclusion", "note", "until", *IDS}
            ],
            "ids": {name: _id(request, desk, name) for name in IDS},
            "note": words_in(request.POST.get("note"), longest=pages.NOTE_LENGTH),
            "until": words_in(request.POST.get("until"), longest=10),
            "wrong": wrong or {},
        },
        status=422 if wrong else 200,
    )


def _doctor_decides(desk: Desk, told: pages.Told, evaluation: Evaluation | None) -> bool:
    """Tell whether the form's rows do not conclude by themselves, or leave signs it has taken to a doctor."""
    left = desk.form is not None and pages.for_the_doctor(desk.form, told.vitals)
    return evaluation is None or evaluation.doctor_decides or bool(left)


def _conclude(request: StaffRequest, desk: Desk, told: pages.Told, evaluation: Evaluation | None) -> HttpResponse:
    form = request.POST
    conclusion = form.get("conclusion", "")
    note = words_in(form.get("note"), longest=pages.NOTE_LENGTH)
    if told.agreed:
        wrong = {}
        doctor = _doctor_decides(desk, told, evaluation)
        if conclusion not in pages.OUTCOMES:
            wrong["conclusion"] = t("Chọn kết luận.", "Choose the conclusion.")
        elif form.get("until") and day_in(form.get("until")) is None:
            wrong["until"] = t("Không có ngày này. Ghi ngày/tháng/năm.", "There is no such day. Enter day/month/year.")
        elif not note and (doctor or (evaluation is not None and conclusion != evaluation.outcome)):
            wrong["note"] = t(
                "Ghi ai quyết định và vì sao: các dòng của mẫu không tự kết luận như vậy.",
                "Enter who decides and why: the form's own rows do not conclude this.",
            )
        if wrong:
            return _conclusion_page(request, desk, told, evaluation, wrong=wrong)
    events = _events(request, desk, told, evaluation, conclusion=conclusion, note=note)
    answers = intake.record(events, actor=request.actor, site=desk.site, now=desk.now)
    may_be_given = told.agreed and conclusion in (Outcome.ELIGIBLE_NOW, Outcome.CAUTION)
    to_dose = may_be_given and request.actor.can(Power.RECORD_DOSE)
    say_next(
        request,
        t("Đã ghi. Chuyển sang bàn tiêm.", "Recorded. On to the dose.")
        if may_be_given
        else t("Đã ghi. Hôm nay không tiêm.", "Recorded. No dose today."),
        findings=sorted({code for answer in answers for code in answer.findings}),
        href=reverse("station:dose", kwargs={"visit": desk.listed.id}) if to_dose else "",
        link=t("Tiêm luôn cho số {n}", "Give the dose to ticket {n}", n=desk.listed.ticket) if to_dose else "",
    )
    return redirect("station:today")


def _consent_form(desk: Desk) -> str:
    """Return the dated form of consent: for a minor the one that a guardian signs, where one is in force."""
    forms = [form for form in declarations.forms_on(desk.day) if form.kind is FormKind.CONSENT]
    of_guardians = [form for form in forms if GUARDIAN in form.fields]
    wanted = (of_guardians if desk.minor else []) or [form for form in forms if form not in of_guardians]
    return wanted[-1].code if wanted else pages.NO_FORM


def _events(
    request: StaffRequest,
    desk: Desk,
    told: pages.Told,
    evaluation: Evaluation | None,
    *,
    conclusion: str,
    note: str,
) -> list[Event]:
    shared: dict[str, Any] = {
        "visit": desk.listed.id,
        "person": desk.listed.person,
        "site": desk.site,
        "actor": request.actor,
        "now": desk.now,
    }
    consented = declarations_actions.consented(
        _id(request, desk, "consent_id"),
        form=_consent_form(desk),
        agreed=told.agreed,
        guardian_name=told.guardian_name,
        guardian_phone=told.guardian_phone,
        **shared,
    )
    if not told.agreed:
        return [consented]
    reasons = pages.reasons_of(evaluation, note)
    screened = declarations_actions.screened(
        _id(request, desk, "screened_id"),
        form=desk.form.code if desk.form else pages.NO_FORM,
        answers=declarations.completed(desk.form, told.answers, told.vitals, sex=desk.listed.sex) if desk.form else {},
        vitals=told.vitals,
        conclusion=Outcome(conclusion),
        reasons=reasons,
        **shared,
    )
    if conclusion in (Outcome.ELIGIBLE_NOW, Outcome.CAUTION):
        return [consented, screened]
    deferred = visits_actions.deferred(
        _id(request, desk, "deferred_id"),
        reason=f"screening:{','.join(reasons)}"[:200],
        until=day_in(request.POST.get("until")),
        **shared,
    )
    return [consented, screened, deferred]


def _id(request: StaffRequest, desk: Desk, name: str) -> UUID:
    """Return the id of a fact as the form carries it: sent twice, it is one fact."""
    return uuid_in(request.POST.get(name)) or uuid7(desk.now)
