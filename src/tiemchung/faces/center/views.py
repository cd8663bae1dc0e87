"""The duty officer's board: what changed, what waits, what is behind. One screen, refreshed by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tiemchung.domain.access import queries as access
from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.values import Clock, Delay, ReactionState
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Site
from tiemchung.faces.center.pages import (
    REACTIONS,
    SILENT_AFTER,
    Lag,
    SiteWord,
    Waiting,
    minutes,
    problems,
    sites_by_word,
)
from tiemchung.faces.shared.charts import spark
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.sentences import REASONS
from tiemchung.faces.shared.words import said
from tiemchung.kernel.actor import Power, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

MINUTE = timedelta(minutes=1)
PACE_SHOWN = timedelta(hours=1)
WORKER_SILENT_AFTER = timedelta(minutes=1)
"""A worker reports every few seconds, in real time; after this long it is taken for dead. A habit of ours."""


@staff_only(Power.SEE_BOARD)
@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """Show the board; asked again by the page itself, answer with the board alone."""
    now, real_now = clock().now(), datetime.now(tz=UTC)
    today = business_day(now)
    reach = request.actor.reach
    words = [word for word in access.last_words() if reach.covers_site(word.site)]
    known = places.sites_of([word.site for word in words])
    sites = sites_by_word(
        SiteWord(
            code=word.site,
            name=known[word.site].name if word.site in known else word.site,
            where=_where(known.get(word.site)),
            silent=max(now - word.at, timedelta(0)),
            pending=word.pending,
        )
        for word in words
    )
    set_aside, unfolded = _waiting_within(reach)
    lags = [_lag(state, real_now=real_now) for state in figures.reaction_states()]
    entered = figures.doses_by_delay(first=today, last=today)
    paced = minutes(
        figures.doses_by_minute(first=now - PACE_SHOWN - MINUTE, last=now), until=now, count=PACE_SHOWN // MINUTE
    )
    page = {
        "now": now,
        "today": today,
        "pace": paced,
        "sparks": {"wide": spark(paced, width=830, height=220), "narrow": spark(paced, width=330, height=200)},
        "pace_from": now - PACE_SHOWN,
        "doses_today": sum(each.doses for each in figures.doses_by_day(clock=Clock.DOSE, first=today, last=today)),
        "entered_today": sum(entered.values()),
        "late_today": entered[Delay.WITHIN_WEEK] + entered[Delay.LATER],
        "sites": sites,
        "set_aside": set_aside,
        "unfolded": unfolded,
        "ceiling": journal.COUNT_CEILING,
        "lags": lags,
        "horizon_age": journal.horizon().age,
        "problems": problems(sites=sites, set_aside=set_aside, lags=lags),
        "silent_after": SILENT_AFTER,
        "live": request.GET.get("live") != "off",
    }
    template = "center/_board.html" if request.headers.get("HX-Request") else "center/board.html"
    return render(request, template, page)


def _where(site: Site | None) -> str:
    if site is None:
        return ""
    above = places.unit_path(site.commune_code, site.era)[:-1]
    return ", ".join(unit.display_name if unit.parent else unit.name for unit in reversed(above))


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
