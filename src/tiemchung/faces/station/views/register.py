"""The population register asked at the desk about whoever stands there. Nobody waits for it, and no answer stops a dose."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tiemchung.domain.people import actions as people
from tiemchung.domain.people import queries
from tiemchung.domain.people.values import PresentSaid, Verification
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.numbers import moment
from tiemchung.faces.shared.register import FIELDS, STATES
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.station.views.frame import required_site, say_next
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.time import clock


@staff_only(Power.CHECK_IN, in_one=False)
@require_POST
def ask(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Ask about the person of a visit of today, for at most half a second, and say what came back."""
    site, now = required_site(request.actor), clock().now()
    with reaching(request.actor.reach):
        found = visits.visit(visit, site=site, actor=request.actor, purpose=Purpose.CARE, viewed_at=now)
    if found is None or business_day(found[0].first_at) != business_day(now):
        raise Http404
    answer = people.ask_present(found[0].person, visit=visit, site=site, actor=request.actor, now=now)
    _, shape, word = STATES[answer.state]
    if request.headers.get("HX-Request"):
        context = {"shape": shape, "word": said(word), "sentence": _sentence(answer)}
        return render(request, "station/_register.html", context)
    say_next(request, f"{t('Dữ liệu dân cư', 'Population register')}: {said(word)}. {_sentence(answer)}")
    return redirect("station:today")


def _sentence(answer: PresentSaid) -> str:
    """Say what the desk does with an answer; it never is to send somebody away."""
    if answer.state is Verification.WRONG:
        fields = ", ".join(said(FIELDS[field]) for field in answer.fields)
        return t(
            "Khác ở: {fields}. Hỏi lại và so với giấy tờ. Vẫn tiêm như thường.",
            "Differs in: {fields}. Ask again and compare with the document. The dose goes on as usual.",
            fields=fields or t("chưa rõ mục nào", "not known which"),
        )
    if answer.state is Verification.NO_NUMBER:
        return t("Không ai bị từ chối vì thiếu số.", "Nobody is turned away for lack of a number.")
    if answer.state is Verification.NOT_YET:
        at = queries.register_line().answered_at
        said_at = t(" Lần trả lời gần nhất: {at}.", " Last answer: {at}.", at=moment(at)) if at else ""
        return t("Cứ tiêm như thường; hệ thống tự hỏi lại.", "Go on as usual; the platform asks again.") + said_at
    return ""
