"""Registering for a campaign: target group, place and times, one question a page; later moving it, or taking it back."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tiemchung.domain.access import actions as access_actions
from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Link
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns import queries as campaigns_queries
from tiemchung.domain.campaigns.values import TIMES, Registration, RegistrationShown, Standing
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Site, Unit
from tiemchung.domain.scheduling import actions as scheduling
from tiemchung.faces.healthbook import pages
from tiemchung.faces.healthbook.views.homes import take_commune, units_page
from tiemchung.faces.shared.citizens import CitizenRequest, citizen_only
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.sites import open_to_people
from tiemchung.faces.shared.words import language, t
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

STEPS = ("chien-dich", "noi-o", "nhom", "diem", "gio", "xem-lai")
MOST_SITES = 25
"""Sites to choose from on one page: those of the ward and then of its district."""
STANDING = frozenset({Standing.REGISTERED})
Told = dict[str, str]


@citizen_only
@require_GET
def begin(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Begin with what is known: the only open campaign, and where this account said that the person lives."""
    flow, account = _flow(link), request.signed.account
    before = access.draft(account, flow)
    open_now = campaigns_queries.open_campaigns(business_day(clock().now()))
    told: Told = {"id": before.get("id") or str(uuid7())}
    if len(open_now) == 1:
        told["campaign"] = open_now[0].code
    commune = _known_commune(request)
    if places.commune_era(commune, on=business_day(clock().now())):
        told["commune"] = commune
    access_actions.keep_draft(account, flow, told)
    return redirect("healthbook:register-step", link=link, step=_next(told, ""))


@citizen_only
@require_http_methods(["GET", "POST"])
def step(request: CitizenRequest, link: UUID, step: str) -> HttpResponse:
    """Ask one question, keep its answer, go on; the last page shows all and asks once."""
    if step not in STEPS:
        raise Http404
    told = access.draft(request.signed.account, _flow(link))
    if not told:
        return redirect("healthbook:register", link=link)
    if step == "xem-lai" and _next(told, "") != step:
        return redirect("healthbook:register-step", link=link, step=_next(told, ""))
    if request.method == "GET":
        return _page(request, step, told)
    return _finish(request, told) if step == "xem-lai" else _answered(request, step, told)


def _answered(request: CitizenRequest, step: str, told: Told) -> HttpResponse:
    link = request.link.id
    answers, fault = _taken(request, step, told)
    if fault:
        return _page(request, step, told, fault=fault)
    told |= answers
    access_actions.keep_draft(request.signed.account, _flow(link), told)
    if step == "noi-o" and not told.get("commune"):
        return redirect("healthbook:register-step", link=link, step=step)
    return redirect("healthbook:register-step", link=link, step=_next(told, step))


@citizen_only
@require_GET
def done(request: CitizenRequest, link: UUID, registration: UUID) -> HttpResponse:
    """Say that it is done, under which reference, and what comes next."""
    del link
    found = _own(request, registration)
    return render(request, "healthbook/registered.html", {"link": request.link, "code": pages.reference(found.id)})


@citizen_only
@require_http_methods(["GET", "POST"])
def change(request: CitizenRequest, link: UUID, registration: UUID) -> HttpResponse:
    """Wish for another place or other times."""
    found, fault = _own(request, registration), ""
    if request.method == "POST":
        try:
            campaigns.move(
                registration,
                preferred_site=request.POST.get("site") or None,
                times=_times(request.POST.getlist("times")),
                actor=request.actor,
                now=clock().now(),
            )
            return redirect("healthbook:person", link=link)
        except Refusal as no:
            fault = sentence(no)
    page = {
        "link": request.link,
        "found": found,
        "code": pages.reference(found.id),
        "fault": fault,
        "sites": _sites(found.commune),
        "times": pages.TIME_WORDS,
        "chosen": found.times,
        "site": found.preferred_site or "",
    }
    return render(request, "healthbook/change.html", page, status=422 if fault else 200)


@citizen_only
@require_http_methods(["GET", "POST"])
def cancel(request: CitizenRequest, link: UUID, registration: UUID) -> HttpResponse:
    """Ask once, then take the registration back; taken back twice, it is taken back once."""
    if request.method == "POST":
        _own(request, registration, states=frozenset(Standing))
        campaigns.withdraw(registration, actor=request.actor, now=clock().now())
        return redirect("healthbook:person", link=link)
    found = _own(request, registration)
    return render(request, "healthbook/cancel.html", {"link": request.link, "code": pages.reference(found.id)})


def registrations(
    request: CitizenRequest, person: UUID, *, states: Collection[Standing] = STANDING
) -> list[RegistrationShown]:
    """Return what this account registered for a person: what it did not take back, or whatever stands so."""
    found = campaigns_queries.registrations_of(request.signed.account, purpose=Purpose.OWN)
    return [each for each in found if each.person == person and each.standing in states]


def carry_over(request: CitizenRequest, claimed: Link, proved: Link) -> None:
    """Let what was registered on a claim, and the place it was called to, go on for the person it was proved to be."""
    now = clock().now()
    open_now = {each.code for each in campaigns_queries.open_campaigns(business_day(now))}
    request.link = proved
    for held in registrations(request, claimed.person):
        if held.campaign not in open_now:
            continue
        wish = Registration(
            id=uuid7(now),
            campaign=held.campaign,
            person_told=_block(request),
            commune=held.commune,
            account=request.signed.account,
            person=proved.person,
            target_group=held.target_group,
            preferred_site=held.preferred_site,
            times=held.times,
        )
        campaigns.register([wish], actor=request.actor, now=now)
        scheduling.hand_over(claimed.person, after=proved.person, actor=request.actor, now=now)
        campaigns.withdraw(held.id, actor=request.actor, now=now)


def _flow(link: UUID) -> str:
    return f"register:{link}"


def _own(request: CitizenRequest, registration: UUID, *, states: Collection[Standing] = STANDING) -> RegistrationShown:
    held = registrations(request, request.link.person, states=states)
    found = next((each for each in held if each.id == registration), None)
    if found is None:
        raise Http404
    return found


def _next(told: Told, step: str) -> str:
    """Return the page of the first question that has no answer yet, after this one.

    A place that is not offered any more is no answer: somebody lives elsewhere now, or it was closed meanwhile.
    """
    site = told.get("site")
    answered = {
        "chien-dich": bool(told.get("campaign")),
        "noi-o": bool(told.get("commune")),
        "nhom": bool(told.get("group")),
        "diem": site == "" or (site is not None and site in _offered(told)),
        "gio": "times" in told,
    }
    after = STEPS[STEPS.index(step) + 1 :] if step else STEPS
    return next((each for each in after if not answered.get(each, False)), "xem-lai")


def _taken(request: CitizenRequest, step: str, told: Told) -> tuple[Told, str]:
    form = request.POST
    if step == "noi-o":
        answers, faults = take_commune(request, told)
        return answers, next(iter(faults.values()), "")
    if step == "chien-dich":
        open_now = {each.code for each in campaigns_queries.open_campaigns(business_day(clock().now()))}
        code = form.get("campaign", "")
        return ({"campaign": code}, "") if code in open_now else ({}, t("Chọn một đợt tiêm.", "Choose a campaign."))
    if step == "nhom":
        group = form.get("group", "")
        known = {*campaigns_queries.target_groups(), "unknown"}
        return ({"group": group}, "") if group in known else ({}, t("Chọn một nhóm.", "Choose a group."))
    if step == "diem":
        site = form.get("site", "")
        if site == "" or site in _offered(told):
            return {"site": site}, ""
        return {}, t(
            "Nơi này không còn nhận đăng ký. Chọn nơi khác.", "This place takes nobody any more. Choose another."
        )
    return {"times": ",".join(_times(form.getlist("times")))}, ""


def _times(told: Sequence[str]) -> list[str]:
    return [each for each in TIMES if each in told]


def _finish(request: CitizenRequest, told: Told) -> HttpResponse:
    account, link, now = request.signed.account, request.link, clock().now()
    wish = Registration(
        id=UUID(told["id"]),
        campaign=told["campaign"],
        person_told=_block(request),
        commune=told["commune"],
        account=account,
        person=link.person,
        target_group=told["group"],
        preferred_site=told.get("site") or None,
        times=[each for each in told["times"].split(",") if each],
    )
    try:
        campaigns.register([wish], actor=request.actor, now=now)
    except Refusal as no:
        return _page(request, "xem-lai", told, fault=sentence(no))
    access_actions.drop_draft(account, _flow(link.id))
    if wish.id not in {each.id for each in registrations(request, link.person)}:
        # They wait already: registered here before, or by their ward's list. A second wish is none.
        return render(request, "healthbook/waiting.html", {"link": link})
    return redirect("healthbook:register-done", link=link.id, registration=wish.id)


def _block(request: CitizenRequest) -> PersonBlock:
    """Return who wishes to be called, with the phone of this account as the way to reach them."""
    link, phone = request.link, access.phone_of(request.signed.account)
    told = link.told
    if told is None:
        asking: Any = {"purpose": Purpose.OWN, "actor": request.actor, "viewed_at": clock().now()}
        shown = people.persons([link.person], **asking)[link.person]
        return PersonBlock(name=shown.name, born=shown.born, sex=shown.sex, commune=shown.commune or None, phone=phone)
    return PersonBlock(
        name=told.name, born=told.born, sex=told.sex, identifiers=told.identifiers, commune=told.commune, phone=phone
    )


def _known_commune(request: CitizenRequest) -> str:
    if request.link.told is not None:
        return request.link.told.commune or ""
    return _block(request).commune or ""


def _offered(told: Told) -> dict[str, str]:
    """Return the names of the sites among which somebody chooses who lives where the draft tells."""
    return {site.code: site.name for site in _sites(told["commune"])} if told.get("commune") else {}


def _sites(commune: str) -> list[Site]:
    """Return the sites of a ward first, then of its district, as many as a page can ask about; no store is among them.

    Where there are no districts, those of the province follow, the nearest first.
    """
    era = places.commune_era(commune, on=business_day(clock().now()))
    path = places.unit_path(commune, era) if era else []
    found: dict[str, Site] = {}
    for unit in reversed(path[1:]):
        found |= {site.code: site for site in places.sites_under(unit.era, unit.code) if site.active}
    if era is Era.Y2025:
        found |= {site.code: site for site in _nearest(path) if site.code not in found}
    return open_to_people(found.values())[:MOST_SITES]


def _nearest(path: Sequence[Unit]) -> list[Site]:
    province, commune = path
    # A degree of longitude is shorter than one of latitude; within a province that changes little.
    here = (commune.lon or 0.0, commune.lat or 0.0)
    sites = [site for site in places.sites_under(province.era, province.code) if site.active and site.lon and site.lat]
    return sorted(sites, key=lambda site: (math.dist(here, (site.lon or 0.0, site.lat or 0.0)), site.code))


def _page(request: CitizenRequest, step: str, told: Told, *, fault: str = "") -> HttpResponse:
    groups = campaigns_queries.target_groups()
    names = {code: group.label_en if language() == "en" else group.label_vi for code, group in groups.items()}
    open_now = campaigns_queries.open_campaigns(business_day(clock().now()))
    sites = _offered(told)
    page: dict[str, Any] = {
        "link": request.link,
        "name": pages.name_of(request.link, {}) if request.link.told else t("bạn", "you"),
        "step": step,
        "place": STEPS.index(step) + 1,
        "places": len(STEPS),
        "told": told,
        "fault": fault,
        "campaigns": [(each.code, each.name) for each in open_now],
        "groups": [*names.items(), ("unknown", t("Tôi không rõ", "I do not know"))],
        "sites": [("", t("Nơi nào cũng được", "Any place")), *sites.items()],
        "times": pages.TIME_WORDS,
    }
    if step == "noi-o":
        page |= units_page(told)
    if step == "xem-lai":
        page["lines"] = [
            (t("Đợt tiêm", "Campaign"), dict(page["campaigns"]).get(told.get("campaign", ""), ""), "chien-dich"),
            (t("Người được tiêm", "For"), _block(request).name, ""),
            (t("Nơi ở", "Lives in"), pages.commune_name(told.get("commune")), "noi-o"),
            (t("Nhóm", "Group"), dict(page["groups"]).get(told.get("group", ""), ""), "nhom"),
            (t("Điểm tiêm", "Site"), dict(page["sites"])[told.get("site", "")], "diem"),
            (t("Thời gian", "Times"), pages.times_said(told.get("times", "").split(",")), "gio"),
        ]
    return render(request, "healthbook/register.html", page, status=422 if fault else 200)
