"""Campaign sessions: planned, filled, made known, printed for those without a phone, called off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices import queries as notices_queries
from tiemchung.domain.notices.values import State
from tiemchung.domain.people import queries as people
from tiemchung.domain.scheduling import actions, queries
from tiemchung.domain.scheduling.errors import SlotFull
from tiemchung.domain.scheduling.values import (
    FARTHEST,
    Appointment,
    AppointmentState,
    CampaignSession,
    SessionCounts,
    SessionState,
    SessionTold,
)
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.shared import papers
from tiemchung.faces.shared.divisions import names_apart, read_today
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.numbers import count_in, moment_in
from tiemchung.faces.shared.words import t
from tiemchung.faces.workbench.views import call_lists, frame
from tiemchung.faces.workbench.views.frame import office_of, page
from tiemchung.faces.workbench.views.rows import born_shown
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.time import clock

ASKED = Purpose.REGISTRATION
BACK = timedelta(days=7)
"""Days of past sessions on the page. Ours."""
LETTERS, LETTERS_AT_ONCE = 500, 200
"""Appointments read at once for the printed list, and letters on one page where those of several wards are printed. Ours."""
SHOWN = (AppointmentState.BOOKED, AppointmentState.FULFILLED, AppointmentState.MISSED)
"""Who stands in the session's list: those who are called, and what became of it. Cancelled places are other people's."""


@staff_only(Power.PLAN)
@require_http_methods(["GET", "POST"])
def index(request: StaffRequest) -> HttpResponse:
    """List the sessions of this officer's sites, and open one. The form's id makes a second click the same session."""
    office, now = office_of(request), clock().now()
    wrong, status = None, 200
    if request.method == "POST":
        told = _told(request, campaign=office.campaign.code if office.campaign else "")
        if told is None:
            wrong, status = t("Xem lại ngày, giờ và số chỗ.", "Look at day, hours and places again."), 422
        else:
            try:
                actions.open_session(told, actor=request.actor, now=now)
            except Refusal as refusal:
                wrong, status = frame.refused(refusal)[0], 422
            else:
                return redirect("workbench:session", identifier=told.id)
    today, sites = business_day(now), frame.sites_of(request)
    reached, last = [site.code for site in sites], frame.uuid_or_none(request.GET.get("sau"))
    after = queries.campaign_session(last, sites=reached) if last else None
    found = queries.sessions_at(reached, first=today - BACK, last=today + FARTHEST, after=after, limit=queries.SESSIONS)
    context = {
        "office": office,
        "sessions": found,
        "counts": queries.counts_of([one.id for one in found]),
        "to_decide": queries.with_lists_to_decide(found),
        "next": found[-1].id if len(found) == queries.SESSIONS else None,
        "sites": sites,
        "site_names": {site.code: site.name for site in sites},
        "products": {code: product.name_vi for code, product in vaccines.products().items()},
        "today": today,
        "id": uuid7(now),
        "form": request.POST,
        "wrong": wrong,
    }
    return page(request, "workbench/sessions.html", context, here="sessions", status=status)


def _told(request: StaffRequest, *, campaign: str) -> SessionTold | None:
    form = request.POST
    identifier, day = frame.uuid_or_none(form.get("id")), frame.day_or_none(form.get("ngay"))
    try:
        starts, ends = time.fromisoformat(form.get("tu", "")), time.fromisoformat(form.get("den", ""))
        capacity = int(form.get("cho", ""))
    except ValueError:
        return None
    if identifier is None or day is None or capacity < 1:
        return None
    return SessionTold(
        id=identifier,
        campaign=campaign,
        site=form.get("diem", ""),
        day=day,
        product=form.get("vac-xin", ""),
        starts=starts.replace(tzinfo=None),
        ends=ends.replace(tzinfo=None),
        capacity=capacity,
    )


@staff_only(Power.PLAN)
@require_GET
def show(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Show a session: its slots with what is taken, who is called, and how their invitations stand."""
    return _show(request, identifier)


def _show(request: StaffRequest, identifier: UUID, *, wrong: str | None = None) -> HttpResponse:
    office, now = office_of(request), clock().now()
    found = queries.campaign_session(identifier, sites=request.actor.reach.sites)
    skip = count_in(request.GET.get("tu"))
    called = queries.appointments_in(identifier, purpose=ASKED, states=SHOWN, skip=skip)
    slots = queries.slots_of(identifier, site=found.site)
    context = {
        "office": office,
        "session": found,
        "counts": queries.counts_of([found.id]).get(found.id, SessionCounts()),
        "open": found.state is SessionState.OPEN and found.day >= business_day(now),
        "called_off": found.state is SessionState.CLOSED,
        "slots": slots,
        "free": sum(slot.free for slot in slots if slot.starts_at >= now),
        "others": _others(request, found, now),
        "site_names": {site.code: site.name for site in frame.sites_of(request)},
        "rows": _named(request, called),
        "standings": notices_queries.states_of([one.message for one in called]),
        "site_name": next((site.name for site in frame.sites_of(request) if site.code == found.site), found.site),
        "product": vaccines.products()[found.product].name_vi
        if found.product in vaccines.products()
        else found.product,
        "next": skip + len(called) if len(called) == queries.PAGE else None,
        "wrong": wrong,
        **call_lists.shown(found),
        "going_on": _going_on(frame.place_told(request.GET), request.GET.get("phuong", "")),
    }
    return page(request, "workbench/session.html", context, here="sessions", status=422 if wrong else 200)


def _others(request: StaffRequest, found: CampaignSession, now: datetime) -> list[CampaignSession]:
    """Return the officer's other sessions of the campaign that have a free place, to which somebody may be moved."""
    today, sites = business_day(now), [site.code for site in frame.sites_of(request)]
    ahead = queries.sessions_with_room(
        sites, first=today, last=today + FARTHEST, campaign=found.campaign, limit=queries.INSTEAD + 1
    )
    return [one for one in ahead if one.id != found.id][: queries.INSTEAD]


def _named(request: StaffRequest, called: list[Appointment]) -> list[dict[str, Any]]:
    persons = people.persons(
        [one.person for one in called], purpose=ASKED, actor=request.actor, viewed_at=clock().now()
    )
    return [{"appointment": one, "person": persons.get(one.person)} for one in called]


@staff_only(Power.PLAN, in_one=False)
@require_POST
def act(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Fill the session, have its list approved, invite those called, or call it off."""
    what, going_on = request.POST.get("viec", ""), dict[str, str]()
    if what not in ("xep", "moi", "dong", *call_lists.ACTIONS):
        raise Http404
    with reaching(request.actor.reach):
        office, now = office_of(request), clock().now()
        found = queries.campaign_session(identifier, sites=request.actor.reach.sites)
    try:
        if what == "xep":
            filled = _filled(request, found, office.codes, now)
            frame.say_next(request, _words_of(filled))
            going_on = _going_on(filled.after, request.POST.get("phuong", ""))
        else:
            with reaching(request.actor.reach):
                frame.say_next(request, _done(request, found, what, now))
    except Refusal as refusal:
        with reaching(request.actor.reach):
            return _show(request, identifier, wrong=frame.refused(refusal)[0])
    here = reverse("workbench:session", kwargs={"identifier": identifier})
    return redirect(f"{here}?{urlencode(going_on)}" if going_on else here)


def _filled(request: StaffRequest, found: CampaignSession, wards: list[str], now: datetime) -> actions.Filled:
    """Fill the session from the beginning of the line, or behind the place that the form tells."""
    return actions.fill(
        found.id,
        communes=wards,
        but=partial(visits.not_to_be_called, today=business_day(now), on=found.day),
        after=frame.place_told(request.POST),
        site=found.site,
        actor=request.actor,
        now=now,
    )


def _going_on(after: campaigns.Place | None, ward: str) -> dict[str, str]:
    """Return the fields by which a fill goes on behind a place in line, in the ward that was chosen if one was."""
    return frame.telling(after) | ({"phuong": ward} if after and ward else {})


def _words_of(filled: actions.Filled) -> str:
    placed = t(
        "Đã xếp chỗ cho {n} người đến hạn.",
        "{n} [person who is due has|people who are due have] a place.",
        n=filled.placed,
    )
    if filled.after is None:
        return placed
    return f"{placed} " + t(
        "Danh sách chờ dài, chưa xét hết: bấm Xếp tiếp để xét những người đứng sau.",
        "The line is long and was not read to its end: press Go on filling for those who stand behind.",
    )


def _done(request: StaffRequest, found: CampaignSession, what: str, now: datetime) -> str:
    by: dict[str, Any] = {"site": found.site, "actor": request.actor, "now": now}
    if what == "moi":
        return _invited(found, by)
    if what in call_lists.ACTIONS:
        return call_lists.ACTIONS[what](request, found, by)
    reason = request.POST.get("ly-do", "").strip()
    count = actions.call_off(found.id, reason=reason, **by)
    return t(
        "Đã đóng buổi tiêm, hủy {n} lịch hẹn.",
        "The session is closed; {n} [appointment is|appointments are] cancelled.",
        n=count,
    )


def _invited(found: CampaignSession, by: dict[str, Any]) -> str:
    messages, letters = actions.invite(found.id, **by)
    said = t(
        "Đã gửi {n} tin nhắn; {m} người không có điện thoại cần giấy mời.",
        "{n} [message is on its|messages are on their] way; {m} "
        "[person without a phone needs|people without a phone need] a letter.",
        n=messages,
        m=letters,
    )
    left = call_lists.shown(found)["held_back"]
    if not left:
        return said
    return f"{said} " + t(
        "{n} người chưa được mời vì chưa có trong danh sách được duyệt.",
        "{n} [person was|people were] not invited: no list that is approved has them.",
        n=left,
    )


@staff_only(Power.PLAN)
@require_POST
def change(request: StaffRequest, identifier: UUID, appointment: UUID) -> HttpResponse:
    """Move, cancel, or mark as missed one appointment."""
    now, what = clock().now(), request.POST.get("viec", "")
    try:
        if what == "doi":
            _move(request, appointment, to=request.POST.get("luc", ""), now=now)
        elif what == "huy":
            actions.cancel(appointment, actor=request.actor, now=now)
        elif what == "vang":
            actions.miss(appointment, actor=request.actor, now=now)
        else:
            raise Http404
    except Refusal as refusal:
        return _show(request, identifier, wrong=frame.refused(refusal)[0])
    except ValueError:
        return _show(request, identifier, wrong=t("Chọn một khung giờ.", "Choose a time."))
    return redirect("workbench:session", identifier=identifier)


def _move(request: StaffRequest, appointment: UUID, *, to: str, now: datetime) -> None:
    """Move to a time of the same session, or to the first free one of another that the officer plans."""
    other = frame.uuid_or_none(to)
    if other is None:
        starts_at = moment_in(to)
        if starts_at is None:
            raise ValueError
        actions.move(appointment, starts_at=starts_at, actor=request.actor, now=now)
        return
    target = queries.campaign_session(other, sites=request.actor.reach.sites)
    slots = queries.slots_of(other, site=target.site)
    first = next((slot.starts_at for slot in slots if slot.free > 0 and slot.starts_at >= now), None)
    if first is None:
        raise SlotFull
    actions.move_to(appointment, session=other, site=target.site, starts_at=first, actor=request.actor, now=now)


@staff_only(Power.PLAN)
@require_http_methods(["GET", "POST"])
def letters(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Print the list of those without a phone, to be carried by the ward; a POST notes that they were given out.

    Of a session that was called off these are whom no message can tell: somebody goes there. Many letters of many wards are
    printed ward by ward, for so they are carried.
    """
    found = queries.campaign_session(identifier, sites=request.actor.reach.sites)
    called_off = found.state is SessionState.CLOSED
    invited = [one for one in _all_called(identifier, called_off=called_off) if one.invited_at]
    by_phone = people.with_phone([one.person for one in invited])
    without = [one for one in invited if one.person not in by_phone]
    wards, ward = Counter(one.commune for one in without), request.GET.get("phuong", "")
    if ward and ward not in wards:
        raise Http404
    parted = len(wards) > 1 and len(without) > LETTERS_AT_ONCE
    rounds = _rounds(without) if parted and not ward else []
    if ward or parted:
        without = [one for one in without if one.commune == ward]
    if request.method == "POST" and not called_off:
        printed = moment_told(request.POST.get("den", ""))
        given = notices.mark_printed([one.message for one in without if one.invited_at and one.invited_at <= printed])
        frame.say_next(
            request, t("Đã ghi: {n} giấy mời đã phát.", "Noted: {n} [letter was|letters were] given out.", n=given)
        )
        back = "workbench:letters" if parted else "workbench:session"
        return redirect(back, identifier=identifier)
    context = {
        "session": found,
        "called_off": called_off,
        "printed": max((one.invited_at for one in without if one.invited_at), default=None),
        "rows": [slip(row) for row in _named(request, without)],
        "ward": _ward_names([ward]).get(ward, ward),
        "rounds": rounds,
        "site_name": next((site.name for site in frame.sites_of(request) if site.code == found.site), found.site),
    }
    return page(request, "workbench/letters.html", context, here="sessions")


class Round(NamedTuple):
    """The letters that one ward carries."""

    name: str
    code: str
    letters: int
    left: int
    """How many of them nobody has noted as given out."""


def _rounds(without: list[Appointment]) -> list[Round]:
    """Return what each ward has to carry, by the wards' names."""
    standings = notices_queries.states_of([one.message for one in without])
    left = Counter(
        one.commune for one in without if one.message in standings and standings[one.message].state is State.QUEUED
    )
    wards = Counter(one.commune for one in without)
    names = _ward_names(wards)
    return sorted(Round(names.get(code, code), code, count, left[code]) for code, count in wards.items())


def _ward_names(codes: Iterable[str]) -> dict[str, str]:
    paths = [read_today(code) for code in codes]
    return dict(names_apart([path[-1] for path in paths if path]))


def slip(row: dict[str, Any]) -> dict[str, Any]:
    """Add what a slip carries: the birth as staff read it, and the reference as a code that the reception scans."""
    person, held = row["person"], row["appointment"]
    code = papers.qr_svg(held.reference, label=t("Mã QR của lịch hẹn", "The appointment's QR code"))
    return {**row, "born": born_shown(person.born) if person else "", "qr": code}


def moment_told(told: str) -> datetime:
    """Return up to which invitation a printed list reaches: who was invited after it has no letter yet."""
    found = moment_in(told)
    if found is None:
        raise Http404
    return found


def _all_called(identifier: UUID, *, called_off: bool) -> list[Appointment]:
    """Return everybody who is called to a session, or was, page by page: a letter that is not printed reaches nobody."""
    states = [AppointmentState.CANCELLED if called_off else AppointmentState.BOOKED]
    called: list[Appointment] = []
    while more := queries.appointments_in(identifier, purpose=ASKED, states=states, limit=LETTERS, skip=len(called)):
        called += more
    return called
