"""What is to be mended: the queue of a desk, one case with whom and what it is about, and each step as a form.

It stands in the office, not in the center: those who can look (the site's lead, the ward) work here. The center's officers
come here too, to the cases of no place, and see on their board how many wait in the country.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tiemchung.domain.immunization import actions as immunization_actions
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseShown, DoseStatus
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.mending import actions
from tiemchung.domain.mending import policy as mending_policy
from tiemchung.domain.mending import queries as mending
from tiemchung.domain.mending.errors import CaseUnknown, OutcomeUnknown
from tiemchung.domain.mending.values import (
    CENTER,
    OUTCOMES,
    OUTCOMES_OF_DOSES,
    PAIRS,
    CaseShown,
    CaseState,
    Outcome,
    StepKind,
    joins,
)
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonCorrection, Seen
from tiemchung.domain.places import queries as places
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.shared.divisions import commune_named, commune_shown
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.mending import kind_said, outcome_said, reason_said
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.workbench import cases, pairs
from tiemchung.faces.workbench.sayings import SEXES
from tiemchung.faces.workbench.views.frame import page, say_next, uuid_or_none
from tiemchung.kernel.actor import Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

DECIDED_SHOWN = 20
"""Decided cases under the queue. Ours."""
NOT_THEIRS = "not-this-person"
"""Why a dose is voided that two persons found not to be of the person under whom it stands."""
DONE: dict[str, Words] = {
    "take": Words("Bạn đang lo việc này.", "You own this case now."),
    "note": Words("Đã ghi.", "Written down."),
    "found": Words("Đã gắn người và mũi tiêm vào việc này.", "The person and the dose stand with this case now."),
    "pair": Words(
        "Là một người thì kết luận ở đây; mũi tiêm tự gắn vào phản ánh.",
        "If they are one person, decide it here; the dose is then tied to the report by itself.",
    ),
    "hand": Words("Đã chuyển.", "Handed on."),
    "decide": Words("Đã ghi kết luận.", "Your decision is written down."),
    "agree": Words("Đã ghi kết luận.", "Your decision is written down."),
    "disagree": Words("Việc này mở lại.", "The case is open again."),
}


@staff_only(Power.MEND)
@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """Show what waits on the desks of whoever asks, what is due first on top, and what was decided last."""
    now = clock().now()
    waiting = mending.cases_waiting(actor=request.actor)
    decided = mending.cases_decided(actor=request.actor, limit=DECIDED_SHOWN)
    names = places.sites_of({each.site for each in [*waiting, *decided] if each.site})
    context = {
        "waiting": [(each, cases.case_line(each, names, now=now)) for each in waiting],
        "decided": [(each, cases.case_line(each, names, now=now)) for each in decided],
        "overdue": sum(each.due_at < now for each in waiting),
    }
    return page(request, "workbench/mending.html", context, here="mending")


@staff_only(Power.MEND)
@require_safe
def show(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Show one case. Whoever it is about is told that somebody looked, and why."""
    return _case_page(request, identifier)


@staff_only(Power.MEND)
@require_POST
def step(request: StaffRequest, identifier: UUID, what: str) -> HttpResponse:
    """Take a step with a case. What is refused is said on its page, and what was written stays."""
    if what not in DONE:
        raise Http404
    now = clock().now()
    if what == "pair":
        return _ask_if_one(request, identifier, now=now)
    unsure = _unsure(request.POST) if what == "decide" else None
    if unsure is not None:
        return _case_page(request, identifier, unsure=unsure)
    try:
        decided = _take_step(request, identifier, what, now=now)
    except Refusal as refusal:
        return _case_page(request, identifier, fault=sentence(refusal), status=status_of(refusal))
    if decided is not None:
        # In the transaction of the decision: the one is not without the other.
        event = immunization_actions.voided(
            uuid7(now), dose=decided.void, reason=NOT_THEIRS, site=decided.site, actor=request.actor, now=now
        )
        intake.record([event], actor=request.actor, site=decided.site, now=now)
    say_next(request, said(DONE[what]))
    if what == "hand":
        return redirect("workbench:mending")
    if what in ("decide", "agree") and request.POST.get("go_on"):
        following = _next_doubt(request, after=identifier)
        return redirect("workbench:case", following) if following else redirect("workbench:mending")
    return redirect("workbench:case", identifier)


def _ask_if_one(request: StaffRequest, case: UUID, *, now: datetime) -> HttpResponse:
    """Lead whoever looks for a missing dose to the case that decides whether its record is the same person's."""
    person, _, lies = request.POST.get("about", "").partition(" ")
    other, dose = uuid_or_none(person), uuid_or_none(lies)
    try:
        if other is None or dose is None:
            raise CaseUnknown(case=case)
        pair = actions.ask_if_one(
            case,
            step=uuid_or_none(request.POST.get("step")) or uuid7(now),
            other=other,
            dose=dose,
            text=t(
                "Mũi có thể nằm ở hồ sơ khác: mở việc xem hai hồ sơ.",
                "It may lie on another record: both are compared.",
            ),
            actor=request.actor,
            now=now,
        )
    except Refusal as refusal:
        return _case_page(request, case, fault=sentence(refusal), status=status_of(refusal))
    say_next(request, said(DONE["pair"]))
    return redirect("workbench:case", pair)


def _next_doubt(request: StaffRequest, *, after: UUID) -> UUID | None:
    """Return the doubt that is due next and that nobody else works on; None where none waits."""
    return next(
        (
            each.id
            for each in mending.cases_waiting(actor=request.actor)
            if each.kind in PAIRS
            and each.id != after
            and each.state is CaseState.OPEN
            and each.owner in (None, request.actor.id)
        ),
        None,
    )


def _take_step(request: StaffRequest, case: UUID, what: str, *, now: datetime) -> actions.Decided | None:
    form = request.POST
    shared: dict[str, Any] = {
        "step": uuid_or_none(form.get("step")) or uuid7(now),
        "actor": request.actor,
        "now": now,
    }
    text, outcome = form.get("text", ""), next((end for end in Outcome if end == form.get("outcome")), None)
    if what == "take":
        actions.take(case, **shared)
    elif what == "note":
        actions.note(case, text=text, **shared)
    elif what == "found":
        person, _, dose = form.get("about", "").partition(" ")
        whom = uuid_or_none(person)
        if whom is None:
            raise CaseUnknown(case=case)
        actions.found(case, person=whom, dose=uuid_or_none(dose), **shared)
    elif what == "hand":
        actions.hand_on(case, to_site=form.get("site", "").strip() or form.get("team", ""), text=text, **shared)
    elif what == "disagree":
        actions.disagree(case, text=text, **shared)
    elif what == "agree":
        return actions.agree(case, proposal=uuid_or_none(form.get("proposal")), text=text, **shared)
    elif outcome is None:
        raise OutcomeUnknown(outcome=form.get("outcome", ""))
    else:
        reason = form.get("reason", "")
        return actions.decide(case, outcome=outcome, text=text, correction=_correction(form), reason=reason, **shared)
    return None


def _correction(form: QueryDict) -> PersonCorrection | None:
    """Return how the person is to be told, as the form has it: a birth date is a day, a month or a year."""
    told = {field: form.get(field, "").strip() for field in cases.CORRECTED}
    if not any(told.values()):
        return None
    told["commune"] = commune_named(told["commune"]).code
    seen = tuple(one for one in Seen if one in form.getlist("seen"))
    return PersonCorrection(number_kind=form.get("number_kind", ""), seen=seen, **told)


class _Unsure(NamedTuple):
    """A residence that is not written yet: the commune as it would be read, or how many have the name."""

    code: str
    shown: str
    fitting: int


def _unsure(form: QueryDict) -> _Unsure | None:
    """Return the residence that whoever decides has not seen yet as it would be written; None if nothing is to be looked at.

    Who is written into a ward elsewhere leaves the reach of whoever could mend it: the commune is shown with its province
    first, and the second press carries its code. A text that names none is refused with the decision.
    """
    typed = form.get("commune", "").strip()
    if not typed or form.get("outcome") != Outcome.UPHELD:
        return None
    found = commune_named(typed)
    shown = commune_shown(found.code) if found.fitting == 1 else ""
    if found.fitting > 1:
        return _Unsure("", "", found.fitting)
    return _Unsure(found.code, shown, 1) if shown and form.get("commune_seen") != found.code else None


def _case_page(
    request: StaffRequest, identifier: UUID, *, fault: str = "", unsure: _Unsure | None = None, status: int = 200
) -> HttpResponse:
    actor, now = request.actor, clock().now()
    found = mending.case(identifier, actor=actor, purpose=Purpose.CORRECTION)
    listed = found.listed
    steps = mending.steps_of(identifier, actor=actor, purpose=Purpose.CORRECTION)
    names = places.sites_of(
        {code for code in [listed.site, *(each.site for each in steps)] if code not in ("", CENTER)}
    )
    persons, dose, beside = _about(request, found)
    missing = found.misses and (found.dose is None or (dose is not None and dose.status is DoseStatus.VOIDED))
    context = {
        "case": found,
        "listed": listed,
        "line": cases.case_line(listed, names, now=now),
        "kind": kind_said(listed.kind),
        "steps": [(each, cases.case_step(each, names, kind=listed.kind)) for each in steps],
        "persons": persons,
        "beside": beside,
        "following": _next_doubt(request, after=identifier) if found.other else None,
        "joined": listed.state is CaseState.DECIDED and joins(listed.kind, listed.outcome),
        "dose": dose,
        "dose_product": vaccines.products()[dose.product].name_vi
        if dose and dose.product in vaccines.products()
        else "",
        "outcomes": [
            (end.value, outcome_said(end, listed.kind))
            for end in (OUTCOMES_OF_DOSES if found.disputes else OUTCOMES)
            if not (missing and end is Outcome.UPHELD)
        ],
        "missing": missing,
        "teams": cases.team_lines(found) if missing and not listed.site else [],
        "may_enter": mending_policy.may_enter_missing(actor, listed.site) if missing and listed.site else False,
        "may_stand_for": bool(dose) and actor.can(Power.ATTEST) and actor.reaches(listed.site),
        "two": mending.complaint_kinds()[listed.kind].deciders > 1,
        "proposed": outcome_said(listed.outcome, listed.kind) if listed.outcome else "",
        "mine": listed.owner is not None and listed.owner == actor.id,
        "candidates": [
            cases.candidate(one)
            for one in mending.candidates_of(found, actor=actor, purpose=Purpose.CORRECTION, viewed_at=now)
        ]
        if listed.state is CaseState.OPEN and (missing or found.person is None)
        else [],
        "proposal": next((each.id for each in reversed(steps) if each.what is StepKind.PROPOSED), None),
        "proposed_by_me": listed.proposed_by is not None and listed.proposed_by == actor.id,
        "text": request.POST.get("text", ""),
        "told": {field: request.POST.get(field, "") for field in (*cases.CORRECTED, "number_kind")},
        "seen": request.POST.getlist("seen"),
        "ended": request.POST.get("outcome", ""),
        "unsure": unsure,
        "facts": cases.told_facts(found.facts),
        "visit": dose.visit if dose and request.actor.can(Power.ATTEST) and request.actor.reaches(dose.site) else None,
        "reasons": [(code, reason_said(code)) for code in mending.reject_reasons()],
        "reason": request.POST.get("reason", ""),
        "reason_said": reason_said(found.reason),
        "number_kinds": {code: said(words) for code, words in cases.NUMBER_KINDS.items()},
        "evidence": {code: said(words) for code, words in cases.SEEN.items()},
        "proposed_lines": cases.correction_lines(found.proposed),
        "sexes": {code: said(words) for code, words in SEXES.items()},
        "new_step": uuid7,
        "wrong": fault or None,
    }
    return page(request, "workbench/case.html", context, here="mending", status=status)


class _Beside(NamedTuple):
    """Two records side by side, and the doses of both on one line."""

    names: tuple[str, str]
    fields: list[pairs.Field]
    doses: list[pairs.DoseOnLine]
    drawn: pairs.TimeLine | None


def _about(request: StaffRequest, found: CaseShown) -> tuple[list[Any], DoseShown | None, _Beside | None]:
    """Return the persons whom a case is about, as far as they are within reach, and the dose; each look is logged.

    Two who are both within reach stand side by side.
    """
    asking: dict[str, Any] = {
        "purpose": Purpose.CORRECTION,
        "actor": request.actor,
        "viewed_at": clock().now(),
        "site": found.listed.site,
    }
    wanted = [person for person in (found.person, found.other) if person is not None]
    if not wanted:
        return [], None, None
    shown = people.persons(wanted, **asking)
    dose = None
    if found.person is not None and found.dose is not None:
        history = immunization.history([found.person], **asking)[found.person]
        dose = next((each for each in history if each.id == found.dose), None)
    both = [shown[person] for person in wanted if person in shown]
    if len(both) > 1:
        doses = immunization.if_joined(wanted, **asking)
        line = pairs.on_one_line(doses, first=wanted[0], products=vaccines.products())
        return [], dose, _Beside((both[0].name, both[1].name), pairs.fields(both[0], both[1]), line, pairs.drawn(line))
    return [cases.person_line(one) for one in both], dose, None
