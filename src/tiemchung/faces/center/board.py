"""The duty officer's board: what changed, what waits, what is behind. One screen, refreshed by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.values import Clock, Delay, ReactionState
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.mending import queries as mending
from tiemchung.domain.response import queries as response
from tiemchung.domain.response.values import SILENT_AFTER, AlertKind
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.center import sayings
from tiemchung.faces.center.pages import REACTIONS, Lag, Waiting, minutes
from tiemchung.faces.shared.charts import spark
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.sentences import REASONS
from tiemchung.faces.shared.words import said
from tiemchung.kernel.actor import Actor, Power, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.time import clock

MINUTE = timedelta(minutes=1)
PACE_SHOWN = timedelta(hours=1)
CASES_SHOWN = timedelta(hours=24)
WORKER_SILENT_AFTER = timedelta(minutes=1)
"""A worker reports every few seconds, in real time; after this long it is taken for dead. A habit of ours."""
SHOWN = 6
"""Rows of one panel; its heading counts all, and its link leads to them."""
_LOOK = (AlertKind.STOCK_NEGATIVE, AlertKind.ENTRIES_SET_ASIDE)


@staff_only(Power.SEE_BOARD)
@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """Show the board; asked again by the page itself, answer with the board alone."""
    actor = request.actor
    now, real_now = clock().now(), datetime.now(tz=UTC)
    today = business_day(now)
    incidents = response.incidents_open(actor=actor)
    silent = response.alerts([AlertKind.SITE_SILENT], actor=actor)
    alerts = response.alerts(_LOOK, actor=actor)
    cases = response.cases(since=now - CASES_SHOWN, actor=actor)
    calls = response.calls_waiting(actor=actor)
    sites = sayings.sites_of(incidents, silent, alerts, cases)
    working = response.sites_working(now, actor=actor)
    page = {
        "now": now,
        "today": today,
        **_pace(now),
        **_records(actor, today=today, real_now=real_now),
        "incidents": sayings.incident_lines(incidents[:SHOWN], now=now, sites=sites),
        "open_count": len(incidents),
        "heavy_count": sum(incident.heavy for incident in incidents),
        "ownerless_count": sum(incident.owner is None and incident.team is None for incident in incidents),
        "may_respond": actor.can(Power.RESPOND),
        "silent": sayings.alert_lines(silent[:SHOWN], now=now, sites=sites),
        "silent_count": len(silent),
        "working_count": working,
        "speaking_count": max(0, working - len(silent)),
        "alerts": sayings.alert_lines(alerts[:SHOWN], now=now, sites=sites),
        "alert_count": len(alerts),
        "cases": sayings.case_lines(
            cases[:SHOWN],
            now=now,
            sites=sites,
            products={code: product.name_vi for code, product in vaccines.products().items()},
        ),
        "case_count": len(cases),
        "call_count": len(calls),
        "longest_call": now - calls[0].noted_at if calls else None,
        "mending": _to_mend(actor, now=now),
        "may_mend": actor.can(Power.MEND),
        "silent_after": SILENT_AFTER,
        "new_step": uuid7,
        "stream": settings.TIEMCHUNG_STREAM_URL,
        "live": request.GET.get("live") != "off",
    }
    template = "center/_board.html" if request.headers.get("HX-Request") else "center/board.html"
    return render(request, template, page)


def _pace(now: datetime) -> dict[str, object]:
    """Return the doses of each minute of the last hour, drawn twice."""
    paced = minutes(
        figures.doses_by_minute(first=now - PACE_SHOWN - MINUTE, last=now), until=now, count=PACE_SHOWN // MINUTE
    )
    sparks = {"wide": spark(paced, width=830, height=220), "narrow": spark(paced, width=330, height=200)}
    return {"pace": paced, "sparks": sparks, "pace_from": now - PACE_SHOWN}


def _records(actor: Actor, *, today: date, real_now: datetime) -> dict[str, object]:
    """Return what came in today, what waits for a human, and how far behind the reactions are."""
    entered = figures.doses_by_delay(first=today, last=today)
    set_aside, unfolded = _waiting_within(actor.reach)
    return {
        "doses_today": sum(each.doses for each in figures.doses_by_day(clock=Clock.DOSE, first=today, last=today)),
        "entered_today": sum(entered.values()),
        "late_today": entered[Delay.WITHIN_WEEK] + entered[Delay.LATER],
        "set_aside": set_aside,
        "unfolded": unfolded,
        "ceiling": journal.COUNT_CEILING,
        "lags": [_lag(state, real_now=real_now) for state in figures.reaction_states()],
        "horizon_age": journal.horizon().age,
    }


def _to_mend(actor: Actor, *, now: datetime) -> tuple[int, int]:
    """Return how many cases wait, and how many of them are overdue: of the whole country, or on the actor's desks."""
    if actor.reach.everywhere:
        return mending.open_complaints(now=now)
    waiting = mending.cases_waiting(actor=actor)
    return len(waiting), sum(each.due_at < now for each in waiting)


def _waiting_within(reach: Reach) -> tuple[list[Waiting], list[Waiting]]:
    """Return what is set aside and what is not yet folded, by reason, within reach: numbers, whoever looks."""
    aside, unfolded = (
        journal.waiting_everywhere() if reach.everywhere else (journal.set_aside_counts(), journal.unfolded_counts())
    )
    return [_waiting(told) for told in aside], [_waiting(told) for told in unfolded]


def _waiting(told: journal.Waiting) -> Waiting:
    words = REASONS.get(told.reason)
    return Waiting(reason=said(words) if words else told.reason, entries=told.entries)


def _lag(state: ReactionState, *, real_now: datetime) -> Lag:
    silent = real_now - state.seen_at
    words = REACTIONS.get(state.name)
    return Lag(
        name=said(words) if words else state.name,
        lag=max(state.lag, state.last_lag),
        p50=state.p50_lag,
        p99=state.p99_lag,
        failing=real_now - state.failing_since if state.failing_since else None,
        worker_silent=silent if silent > WORKER_SILENT_AFTER else None,
    )
