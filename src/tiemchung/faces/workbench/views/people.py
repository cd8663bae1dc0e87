"""Who waits to be called: the ward's list, calling those who were ticked, and taking the list along with a purpose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Registered
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.people import queries as people
from tiemchung.domain.scheduling import actions as scheduling_actions
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import FARTHEST, CampaignSession, Wanted
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import t
from tiemchung.faces.workbench.views import frame
from tiemchung.faces.workbench.views.called import HOW_WORDS, SHAPES, WORDS, Call, How, called
from tiemchung.faces.workbench.views.frame import Office, office_of, page
from tiemchung.faces.workbench.views.rows import Filter, Row, born_shown, taken_row
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing import rowsecurity
from tiemchung.plumbing.time import clock

SHOWN = 50
SESSIONS_SHOWN = 100
"""Sessions of one choice; what comes later is found by its day. Ours."""
AT_ONCE = 2_000
"""Rows that are read together where the whole of a ward's list is needed. Ours."""
STEP, STEPS = 200, 10
"""Rows that are read together for a page, and how often before a page is shown with what was found. Ours."""
DUE, NOT_DUE = "den-han", "chua"


@staff_only(Power.PLAN)
@require_GET
def waiting(request: StaffRequest) -> HttpResponse:
    """Show who waits in the wards of this officer."""
    office, chosen = office_of(request), filter_of(request.GET)
    after = frame.place_told(request.GET)
    told, end = _chosen_after(office, chosen, after, limit=SHOWN)
    rows = _rows(request, told)
    return page(request, "workbench/waiting.html", _context(request, office, chosen, rows, end), here="waiting")


def _context(
    request: StaffRequest, office: Office, chosen: Filter, rows: list[Row], end: campaigns.Place | None
) -> dict[str, Any]:
    units = [(ward.era, ward.code) for ward in office.wards if ward.code in office.codes]
    demand = list(campaigns.demand(office.campaign.code, units).values()) if office.campaign else []
    today = business_day(clock().now())
    offered = _open_sessions(request, office, frame.day_or_none(request.GET.get("tu-ngay")))
    address = {
        "phuong": office.ward.code if office.ward else "",
        "nhom": chosen.group,
        "vac-xin": chosen.product,
        "den-han": chosen.due,
        "moi": chosen.call,
        "bang": chosen.how,
        "tu-ngay": offered.first.isoformat() if offered.first > today else "",
    }
    return {
        "office": office,
        "chosen": chosen,
        "rows": rows,
        "registered": sum(one.registered for one in demand),
        "due": sum(one.due for one in demand),
        "due_as_of": min(filter(None, (one.due_as_of for one in demand)), default=None),
        "groups": campaigns.target_groups(),
        "products": {code: product.name_vi for code, product in vaccines.products().items()},
        "offered": offered,
        "calls": WORDS,
        "shapes": SHAPES,
        "hows": HOW_WORDS,
        "most": SESSIONS_SHOWN,
        "site_names": {site.code: site.name for site in frame.sites_of(request)},
        "ward_names": dict(office.ward_names),
        "today": today,
        "address": {name: value for name, value in address.items() if value},
        "next": urlencode({**address, **frame.telling(end)}) if end else "",
        "batch": uuid7(clock().now()),
    }


def filter_of(told: Any) -> Filter:
    """Return what of the list is asked for; what names nothing known is not found."""
    group, product, due = told.get("nhom", ""), told.get("vac-xin", ""), told.get("den-han", "")
    if group and group != "unknown" and group not in campaigns.target_groups():
        raise Http404
    products = vaccines.products()
    call, how = told.get("moi", ""), told.get("bang", "")
    if (product and product not in products) or due not in ("", DUE, NOT_DUE) or call not in ("", *Call):
        raise Http404
    if how not in ("", *How):
        raise Http404
    return Filter(group, product or next(iter(products)), due, call, how)


class _Told(NamedTuple):
    """Somebody who waits, and whether they are due for the product that was chosen."""

    told: Registered
    due: bool


def _registered_after(
    office: Office, chosen: Filter, after: campaigns.Place | None, *, step: int
) -> Iterator[list[Registered]]:
    """Yield those who wait in the wards that were chosen, a step at a time to the end, whatever is due for them."""
    while office.campaign is not None and office.codes:
        told = campaigns.registered(
            office.campaign.code,
            office.codes,
            purpose=Purpose.REGISTRATION,
            group=chosen.group,
            after=after,
            limit=step,
        )
        yield told
        if len(told) < step:
            return
        after = campaigns.place_of(told[-1])


def _chosen_after(
    office: Office, chosen: Filter, after: campaigns.Place | None, *, limit: int
) -> tuple[list[_Told], campaigns.Place | None]:
    """Return the next of those whom the filter chooses, and the place behind which to look on; None at the end.

    So many are looked through at most: a page may come with fewer rows than it holds.
    """
    found: list[_Told] = []
    step = STEP if chosen.due or chosen.call or chosen.how else limit
    for looked, told in enumerate(_registered_after(office, chosen, after, step=step), start=1):
        for one in _chosen(office, chosen, told):
            found.append(one)
            if len(found) == limit:
                return found, campaigns.place_of(one.told)
        if len(told) < step:
            break
        if looked == STEPS:
            return found, campaigns.place_of(told[-1])
    return found, None


def _chosen(office: Office, chosen: Filter, told: Sequence[Registered]) -> list[_Told]:
    """Return those of them whom the filter chooses, and whether they are due."""
    province = office.wards[0].province if office.wards else None
    on = business_day(clock().now())
    due = immunization.due([one.person for one in told], product=chosen.product, on=on, province=province)
    every = [_Told(one, one.person in due) for one in told]
    found = [one for one in every if not chosen.due or one.due is (chosen.due == DUE)]
    if not chosen.call and not chosen.how:
        return found
    standing = called([one.told.person for one in found])
    return [
        one
        for one in found
        if chosen.call in ("", standing[one.told.person].call) and chosen.how in ("", standing[one.told.person].how)
    ]


def selected(office: Office, chosen: Filter, *, ticked: set[UUID] | None, most: int) -> list[Registered]:
    """Return those who were ticked, or without ticks all whom the filter chooses, so many at most. Ids, no names."""
    if ticked is not None:
        return _ticked(office, chosen, ticked)[:most]
    found: list[Registered] = []
    for told in _registered_after(office, chosen, None, step=AT_ONCE):
        found += [one.told for one in _chosen(office, chosen, told)]
        if len(found) >= most:
            break
    return found[:most]


def _rows(request: StaffRequest, told: Sequence[_Told]) -> list[Row]:
    """Name these persons; that they are looked at is logged."""
    now, persons = clock().now(), [one.told.person for one in told]
    shown = people.persons(persons, purpose=Purpose.REGISTRATION, actor=request.actor, viewed_at=now)
    standing = called(persons)
    rows = []
    for one, is_due in told:
        person = shown.get(one.person)
        rows.append(
            Row(
                told=one,
                name=person.name if person else t("(chưa xem được)", "(not shown)"),
                born=born_shown(person.born) if person else "",
                number=person.identifiers[0].value if person and person.identifiers else "",
                phone=person.phone or "" if person else "",
                due=is_due,
                called=standing[one.person],
                taken=taken_row(one, person),
            )
        )
    return rows


def every_row(request: StaffRequest, office: Office, chosen: Filter) -> Iterator[Row]:
    """Yield the rows of the whole list that the filter chooses; that they are looked at is logged.

    Each step of it is read in a transaction of its own, for a ward's list may be longer than one transaction lasts.
    """
    steps = _registered_after(office, chosen, None, step=AT_ONCE)
    while True:
        with rowsecurity.reaching(request.actor.reach):
            told = next(steps, None)
            rows = [] if told is None else _rows(request, _chosen(office, chosen, told))
        yield from rows
        if told is None:
            return


class _Offered(NamedTuple):
    """The sessions among which is chosen, from which day on, and whether there are more than are shown."""

    sessions: list[CampaignSession]
    first: date
    more: bool


def _open_sessions(request: StaffRequest, office: Office, first: date | None) -> _Offered:
    """Return the sessions with a free place, those of the chosen ward's district before all others, so many at most."""
    today = business_day(clock().now())
    first = max(today, first or today)
    if office.campaign is None:
        return _Offered([], first, more=False)
    sites = frame.sites_of(request)
    near = {
        site.code for site in sites if office.ward and office.ward.parent in (site.district_code, site.province_code)
    }
    found: list[CampaignSession] = []
    for codes in (near, {site.code for site in sites} - near):
        found += scheduling.sessions_with_room(
            codes,
            first=first,
            last=today + FARTHEST,
            campaign=office.campaign.code,
            limit=SESSIONS_SHOWN + 1 - len(found),
        )
    return _Offered(found[:SESSIONS_SHOWN], first, more=len(found) > SESSIONS_SHOWN)


@staff_only(Power.PLAN)
@require_POST
def call(request: StaffRequest) -> HttpResponse:
    """Give those who were ticked a place in a session, once however often it is clicked."""
    office, chosen = office_of(request), filter_of(request.POST)
    session = frame.uuid_or_none(request.POST.get("buoi"))
    batch = frame.uuid_or_none(request.POST.get("batch"))
    ticked = set(frame.uuids(request.POST.getlist("nguoi")))
    back = redirect("workbench:waiting")
    back["Location"] += "?" + urlencode({"phuong": office.ward.code} if office.ward else {})
    if session is None or batch is None or office.campaign is None or not ticked:
        frame.say_next(
            request,
            t("Chưa mời ai. Chọn người và một buổi tiêm.", "Nobody was called. Tick people and choose a session."),
        )
        return back
    site = scheduling.campaign_session(session, sites=request.actor.reach.sites).site
    told = _ticked(office, chosen, ticked)
    wanted = [
        Wanted(id=_appointment(batch, one.registration), person=one.person, commune=one.commune, times=one.times)
        for one in told
    ]
    try:
        given = scheduling_actions.book(session, wanted, site=site, actor=request.actor, now=clock().now())
    except Refusal as refusal:
        frame.say_next(request, frame.refused(refusal)[0])
        return back
    placed = sum(place is not None for place in given.values())
    frame.say_next(
        request,
        t(
            "Đã xếp chỗ cho {n} người, {m} người chưa có chỗ. Mở buổi tiêm để gửi lời mời.",
            "{n} [person has|people have] a place, {m} [has|have] none. Open the session to send the invitations.",
            n=placed,
            m=len(ticked) - placed,
        ),
    )
    return redirect("workbench:session", identifier=session)


def _ticked(office: Office, chosen: Filter, ticked: set[UUID]) -> list[Registered]:
    """Return those of the ticked who wait in this officer's wards; others are not there."""
    found: list[Registered] = []
    for told in _registered_after(office, chosen, None, step=AT_ONCE):
        found += [one for one in told if one.registration in ticked]
        if len(found) == len(ticked):
            break
    return found


def _appointment(batch: UUID, registration: UUID) -> UUID:
    """Return the appointment's id that this very form makes for a registration: sent twice, it is the same."""
    mixed = batch.int ^ (registration.int & ((1 << 60) - 1))
    return UUID(int=mixed)
