"""After the dose: the board, what is seen, release, and anaphylaxis in one tap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Role
from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseShown, DoseStatus
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.safety import actions as safety_actions
from tiemchung.domain.safety import queries as safety
from tiemchung.domain.safety.values import Reaction
from tiemchung.domain.supply import actions as supply_actions
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import actions as visits_actions
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import Stage, VisitListed
from tiemchung.faces.shared.aftermath import ACTIONS, SIGNS, TEAM, VITALS
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import t
from tiemchung.faces.station.pages import board as pages
from tiemchung.faces.station.pages import chair
from tiemchung.faces.station.pages.screening import MEASURED_ALWAYS, measured
from tiemchung.faces.station.typed import uuid_in, words_in
from tiemchung.faces.station.views.frame import NOTE_LENGTH, SAID, frame_of, page, person_line, required_site, say_next
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import beside, uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock

Severity = Literal["mild", "moderate", "severe", "anaphylaxis"]
ANAPHYLAXIS = "anaphylaxis"
MEASURED_THEN = tuple(code for code in SIGNS if code != MEASURED_ALWAYS)
"""What is measured of somebody who reacts."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Somebody who had a dose at this site, with what is known of it."""

    site: str
    now: datetime
    listed: VisitListed
    dosed_at: datetime
    dose: DoseShown | None
    reactions: list[Reaction]

    @property
    def minutes(self) -> int:
        """Return the whole minutes since the dose."""
        return pages.minutes_since(self.dosed_at, self.now)

    def shared(self, request: StaffRequest) -> dict[str, Any]:
        """Return what every fact told here carries."""
        return {
            "visit": self.listed.id,
            "person": self.listed.person,
            "site": self.site,
            "actor": request.actor,
            "now": self.now,
        }


@staff_only(Power.OBSERVE)
@require_GET
def board(request: StaffRequest) -> HttpResponse:
    """Show everybody who is watched; the page asks for itself again."""
    site, now = required_site(request.actor), clock().now()
    day = business_day(now)
    asking: dict[str, Any] = {"actor": request.actor, "purpose": Purpose.CARE, "viewed_at": now}
    listed = visits.visits_at([Stage.OBSERVED], site=site, day=day, **asking)
    history = immunization.history([visit.person for visit in listed], site=site, **asking)
    told: dict[UUID, list[Any]] = {}
    for event in safety.events_of([visit.person for visit in listed], site=site, **asking):
        if event.visit is not None:
            told.setdefault(event.visit, []).append(event)
    context = {
        "board": pages.board_of(
            listed,
            doses={visit.id: dose for visit in listed if (dose := _dose_of(visit, history.get(visit.person, [])))},
            reactions={visit: safety.reactions_in(events)[-1] for visit, events in told.items()},
            products=_products(),
            minutes=declarations.observation_minutes(day),
            now=now,
        ),
        "minutes": declarations.observation_minutes(day),
        "live": request.GET.get("live") != "off",
        "said_before": request.session.pop(SAID, None),
    }
    if request.headers.get("HX-Request"):
        return render(request, "station/_observed.html", {**frame_of(request), **context})
    return page(request, "station/board.html", context)


@staff_only(Power.OBSERVE)
@require_http_methods(["GET", "POST"])
def observation(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Show one who is watched; write down what is seen, let them go when the time is over, or note that they went."""
    watched = _watched(request, visit)
    wrong: dict[str, str] = {}
    if request.method == "POST" and watched.listed.stage in (Stage.RELEASED, Stage.LEFT):
        return redirect("station:slip", visit=visit)
    if request.method == "POST":
        told = _told(request, watched)
        if isinstance(told, dict):
            wrong = told
        else:
            intake.record([told], actor=request.actor, site=watched.site, now=watched.now)
            what = request.POST.get("what")
            say_next(request, t("Đã ghi. Số {n}.", "Recorded. Ticket {n}.", n=watched.listed.ticket or "–"))
            return redirect("station:slip", visit=visit) if what == "release" else redirect("station:board")
    return _observation_page(request, watched, wrong=wrong)


def _told(request: StaffRequest, watched: Watched) -> Event | dict[str, str]:
    form = request.POST
    entry, what, state = uuid_in(form.get("entry")), form.get("what", ""), form.get("state", "")
    if entry is None or what not in {"observe", "release", "leave"}:
        raise Http404
    shared = {**watched.shared(request), "minutes": watched.minutes}
    if what == "leave":
        reason = form.get("reason", "")
        if reason not in pages.LEFT_REASONS:
            return {"reason": t("Chọn vì sao về sớm.", "Choose why they leave early.")}
        return visits_actions.left(entry, reason=reason, **shared)
    fault = _fault(watched, what=what, state=state)
    if fault:
        return {"state": fault}
    tell = visits_actions.released if what == "release" else visits_actions.observed
    return tell(entry, state=state, **shared)


def _fault(watched: Watched, *, what: str, state: str) -> str:
    """Say what speaks against writing this down; empty if nothing does."""
    if state not in pages.STATES:
        return t("Hỏi: trong người thấy thế nào?", "Ask: how do you feel?")
    if what == "release" and state == pages.WATCHED_LONGER:
        return t("Cần theo dõi thêm thì chưa cho về.", "Who is to be watched longer does not go yet.")
    if what == "release" and not _may_go(watched):
        return t("Chưa đủ giờ, hoặc đang có phản ứng. Chưa cho về.", "Not yet time, or a reaction is open.")
    return ""


@staff_only(Power.OBSERVE, Power.RECORD_DOSE)
@require_POST
def reaction(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Write down a reaction, or what is done about it. Anaphylaxis is one tap: it also holds the lot and stops the session."""
    watched = _watched(request, visit)
    entry, what = uuid_in(request.POST.get("entry")), request.POST.get("what", "")
    if entry is None:
        raise Http404
    if what == ANAPHYLAXIS:
        events = _anaphylaxis(request, watched, entry)
    elif what in pages.REPORTED:
        signs = words_in(request.POST.get("signs"), longest=NOTE_LENGTH)
        events = [_reported(request, watched, entry, onset=watched.now, severity=what, signs=[signs] if signs else [])]
    else:
        followed = _followed(request, watched, entry, what)
        if isinstance(followed, dict):
            return _observation_page(request, watched, wrong=followed)
        events = [followed]
    intake.record(events, actor=request.actor, site=watched.site, now=watched.now)
    return redirect("station:observation", visit=visit)


def _anaphylaxis(request: StaffRequest, watched: Watched, entry: UUID) -> list[Event]:
    open_one = _open(watched)
    if open_one is not None and open_one.severity == ANAPHYLAXIS:
        return [_reported(request, watched, entry, onset=open_one.onset, severity=ANAPHYLAXIS, signs=[])]
    onset = open_one.onset if open_one is not None else watched.now
    events: list[Event] = [_reported(request, watched, entry, onset=onset, severity=ANAPHYLAXIS, signs=[])]
    now = watched.now
    if watched.dose is not None:
        events.append(
            supply_actions.lot_held_here(
                beside(entry, 1),
                lot=watched.dose.lot,
                reason=ANAPHYLAXIS,
                vial=watched.dose.vial or None,
                site=watched.site,
                actor=request.actor,
                now=now,
            )
        )
    session = _session_to_stop(watched)
    if session is not None:
        events.append(
            visits_actions.session_stopped(
                beside(entry, 2),
                campaign_session=session,
                reason=ANAPHYLAXIS,
                site=watched.site,
                actor=request.actor,
                now=now,
            )
        )
    return events


def _session_to_stop(watched: Watched) -> UUID | None:
    """Return the visit's own campaign session, or for a walk-in of none the one that runs here; None if it is over."""
    own = visits.session_of(watched.listed.id, site=watched.site)
    if own is None:
        return visits.open_session(watched.site, business_day(watched.now))
    return None if own.over else own.campaign_session


def _stop_told(watched: Watched, latest: Reaction | None) -> dict[str, Any]:
    """Say whether a campaign session was stopped for a reaction; if none was, the leads who are to be called."""
    own = visits.session_of(watched.listed.id, site=watched.site)
    since = latest is not None and visits.stopped_since(watched.site, latest.onset)
    stands = own.stopped_at is not None if own else since and bool(visits.stopped_sessions(watched.site))
    leads = [member.name for member in access.staff_of_site(watched.site) if Role.LEAD in member.roles]
    return {"stopped": stands, "none_stopped": not (stands or since), "leads": leads}


def _followed(request: StaffRequest, watched: Watched, entry: UUID, what: str) -> Event | dict[str, str]:
    open_one = _open(watched)
    if open_one is None:
        raise Http404
    if what == VITALS:
        wrong: dict[str, str] = {}
        signs = {code: measured(request.POST, code, wrong) for code in MEASURED_THEN}
        found = [f"{code} {value:g}" for code, value in signs.items() if value is not None]
        if not (found or wrong):
            wrong[MEASURED_THEN[0]] = t(
                "Chưa có số nào: ghi ít nhất một dấu hiệu.", "No number yet: enter one at least."
            )
        if wrong:
            return wrong
        told = f"{VITALS}: {', '.join(found)}"
    elif what == TEAM:
        names = words_in(request.POST.get(TEAM), longest=NOTE_LENGTH)
        if not names:
            return {TEAM: t("Ghi tên những người xử trí.", "Enter the names of those who treat.")}
        told = f"{TEAM}: {names}"
    elif what in ACTIONS:
        told = what
    else:
        raise Http404
    return _reported(
        request,
        watched,
        entry,
        onset=open_one.onset,
        severity=open_one.severity,
        signs=[],
        actions=[(watched.now, told)],
    )


def _reported(
    request: StaffRequest,
    watched: Watched,
    entry: UUID,
    *,
    onset: datetime,
    severity: str,
    signs: list[str],
    actions: list[tuple[datetime, str]] | None = None,
) -> Event:
    return safety_actions.reported(
        entry,
        onset=onset,
        severity=cast("Severity", severity),
        signs=signs,
        actions=actions or [],
        **watched.shared(request),
    )


def _observation_page(request: StaffRequest, watched: Watched, *, wrong: dict[str, str]) -> HttpResponse:
    latest = watched.reactions[-1] if watched.reactions else None
    minutes = declarations.observation_minutes(business_day(watched.now))
    return page(
        request,
        "station/observation.html",
        {
            "visit": watched.listed,
            "name": chair.row_of(watched.listed).name,
            "facts": person_line(watched.listed, business_day(watched.now)),
            "dose": watched.dose,
            "product": _products().get(watched.dose.product, watched.dose.product) if watched.dose else "",
            "gone": watched.minutes,
            "minutes": minutes,
            "may_go": _may_go(watched),
            "ended": watched.listed.stage in (Stage.RELEASED, Stage.LEFT),
            "reaction": latest,
            "reaction_told": pages.reaction_told(latest, dosed_at=watched.dosed_at) if latest else "",
            "done": pages.actions_told(latest) if latest else [],
            "since": pages.clock_of(watched.now - latest.onset) if latest else "",
            **_stop_told(watched, latest),
            "states": pages.STATES,
            "left_reasons": pages.LEFT_REASONS,
            "actions": ACTIONS,
            "reported": pages.REPORTED,
            "signs": {code: SIGNS[code][0] for code in MEASURED_THEN},
            "typed": {code: request.POST.get(code, "") for code in (TEAM, *MEASURED_THEN)},
            "fresh_id": lambda: uuid7(watched.now),
            "state": request.POST.get("state", ""),
            "wrong": wrong,
        },
        status=422 if wrong else 200,
    )


def _watched(request: StaffRequest, visit: UUID) -> Watched:
    site, now = required_site(request.actor), clock().now()
    asking: dict[str, Any] = {"actor": request.actor, "purpose": Purpose.CARE, "viewed_at": now, "site": site}
    found = visits.visit(visit, **asking)
    if found is None or found[0].dosed_at is None:
        raise Http404
    listed, dosed_at = found[0], found[0].dosed_at
    history = immunization.history([listed.person], **asking).get(listed.person, [])
    events = [event for event in safety.events_of([listed.person], **asking) if event.visit == visit]
    return Watched(
        site=site,
        now=now,
        listed=listed,
        dosed_at=dosed_at,
        dose=_dose_of(listed, history),
        reactions=safety.reactions_in(events),
    )


def _dose_of(visit: VisitListed, doses: list[DoseShown]) -> DoseShown | None:
    found = [dose for dose in doses if dose.occurred_at == visit.dosed_at and dose.status is not DoseStatus.VOIDED]
    return found[0] if found else None


def _open(watched: Watched) -> Reaction | None:
    latest = watched.reactions[-1] if watched.reactions else None
    return latest if latest is not None and not latest.over else None


def _may_go(watched: Watched) -> bool:
    """Tell whether the time is over and nothing is open; where no source gives a time, the observer decides."""
    minutes = declarations.observation_minutes(business_day(watched.now))
    return _open(watched) is None and (minutes is None or watched.now - watched.dosed_at >= timedelta(minutes=minutes))


def _products() -> dict[str, str]:
    return {code: product.name_vi for code, product in vaccines.products().items()}
