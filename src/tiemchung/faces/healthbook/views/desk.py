"""The desk's side: a site's or ward's staff hold a claim beside the document, and register who has no phone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tiemchung.domain.access import actions, queries
from tiemchung.domain.access.policy import VOUCH, fault_of_birth, fault_of_name, fault_of_number, fault_of_phone
from tiemchung.domain.access.values import ClaimShown, Relation
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns import queries as campaigns_queries
from tiemchung.domain.campaigns.errors import RegistrationToldOtherwise
from tiemchung.domain.campaigns.values import Registration
from tiemchung.domain.people.values import IdentifierTold, PersonBlock
from tiemchung.domain.places import queries as places
from tiemchung.faces.healthbook import pages
from tiemchung.faces.shared.divisions import in_force, names_apart
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.vouching import vouching_place, wards_of
from tiemchung.faces.shared.words import said, t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted, Refusal
from tiemchung.plumbing.time import clock


@staff_only(*VOUCH)
@require_http_methods(["GET", "POST"])
def claims(request: StaffRequest) -> HttpResponse:
    """Find a claim by the code its holder shows, hold it beside the document, and confirm it."""
    site = _place(request)
    code = request.POST.get("code", "")
    claim: ClaimShown | None = None
    fault = ""
    if request.method == "POST":
        try:
            if request.POST.get("seen"):
                actions.prove_at_desk(code, person=None, by=request.actor, site=site, now=clock().now())
                return redirect(f"{request.path}?xong=1")
            if request.POST.get("confirm"):
                fault = t("Đánh dấu là đã xem giấy tờ.", "Tick that you have seen the document.")
            claim = queries.claims_at_desk(code, actor=request.actor, site=site, purpose=Purpose.REGISTRATION)
        except Refusal as no:
            fault = sentence(no)
    return _claims_page(request, code=code, claim=claim, fault=fault)


def _claims_page(
    request: StaffRequest, *, code: str = "", claim: ClaimShown | None = None, fault: str = "", **phone: str
) -> HttpResponse:
    """Show the desk's first page; `phone` and `phone_fault` are those of the form for codes."""
    page = {
        "code": code,
        "claim": claim,
        "birth": pages.birth(claim.born) if claim else "",
        "fault": fault,
        "done": "xong" in request.GET,
        "allowed": "gui" in request.GET,
        "sexes": pages.SEXES,
        "actor": request.actor,
        "phone": "",
        "phone_fault": "",
        **phone,
    }
    return render(request, "healthbook/desk.html", page, status=422 if fault or page["phone_fault"] else 200)


@staff_only(*VOUCH)
@require_POST
def allow_codes(request: StaffRequest) -> HttpResponse:
    """Let codes be sent again to the phone of whoever stands here, for which strangers asked too often today."""
    phone = request.POST.get("phone", "")
    try:
        actions.allow_codes(phone, by=request.actor, site=_place(request))
    except Refusal as no:
        return _claims_page(request, phone=phone, phone_fault=sentence(no))
    return redirect(f"{reverse('healthbook:desk')}?gui=1")


@staff_only(Power.CHECK_IN, Power.PLAN)
@require_http_methods(["GET", "POST"])
def register(request: StaffRequest) -> HttpResponse:
    """Register somebody who stands here and has no phone, or no hand for one. Nobody is turned away for lack of a number."""
    form, now = {name: str(value) for name, value in request.POST.items()}, clock().now()
    open_now = campaigns_queries.open_campaigns(business_day(now))
    communes = _communes(request)
    faults: dict[str, str] = {}
    if request.method == "POST":
        faults = _faults(form, communes={code for code, _name in communes}, today=business_day(now))
        if not faults:
            try:
                wish = _wish(form)
                campaigns.register_at_desk(wish, actor=request.actor, now=now)
                return redirect(f"{request.path}?xong={pages.reference(wish.id)}")
            except RegistrationToldOtherwise as no:
                # What was typed stands, under an id of its own: one more press registers this person too.
                faults["name"], form["id"] = sentence(no), str(uuid7())
            except Refusal as no:
                faults["name"] = sentence(no)
    groups = campaigns_queries.target_groups()
    page = {
        "actor": request.actor,
        "vouches": vouching_place(request.actor) is not None,
        "told": form,
        "faults": faults,
        "done": request.GET.get("xong", ""),
        "id": form.get("id") or uuid7(),
        "campaigns": [(each.code, each.name) for each in open_now],
        "communes": communes,
        "groups": [(code, t(group.label_vi, group.label_en)) for code, group in groups.items()],
        "sexes": [(code, said(pages.SEXES[code])) for code in ("female", "male", "other")],
        "kinds": [(kind, said(words)) for kind, words in pages.NUMBER_KINDS.items()],
    }
    return render(request, "healthbook/desk_register.html", page, status=422 if faults else 200)


def _faults(form: Mapping[str, str], *, communes: set[str], today: date) -> dict[str, str]:
    born = pages.typed_date(form.get("day", ""), form.get("month", ""), form.get("year", ""))
    faults = {}
    if fault_of_name(form.get("name", "")):
        faults["name"] = t("Nhập họ và tên như trên giấy tờ.", "Enter the full name as on the document.")
    if fault_of_birth(born, today=today, relation=Relation.SELF):
        faults["year"] = t("Ngày sinh chưa đúng. Ít nhất cần năm.", "That is no date. At least the year is needed.")
    if form.get("sex") not in pages.SEXES:
        faults["sex"] = t("Chọn giới tính.", "Choose the sex.")
    if form.get("commune") not in communes:
        faults["commune"] = t("Chọn xã, phường.", "Choose the commune.")
    if form.get("phone") and fault_of_phone(form["phone"]):
        faults["phone"] = t(
            "Số điện thoại này chưa đúng. Không có thì để trống.",
            "That is no phone number. Leave it empty if there is none.",
        )
    if form.get("number") and not faults:
        wrong = fault_of_number(form.get("kind", ""), form["number"], born=born, sex=form["sex"])
        if wrong:
            faults["number"] = pages.number_fault(*wrong)
    try:
        UUID(form.get("id", ""))
    except ValueError:
        faults["name"] = t("Trang này đã cũ. Tải lại rồi nhập.", "This page has grown old. Reload it and enter again.")
    return faults


def _wish(form: Mapping[str, str]) -> Registration:
    numbers = [IdentifierTold(kind=form.get("kind", ""), value=form["number"])] if form.get("number") else []
    told = PersonBlock(
        name=form["name"],
        born=pages.typed_date(form.get("day", ""), form.get("month", ""), form.get("year", "")),
        sex=form["sex"],
        identifiers=numbers,
        phone=form.get("phone") or None,
        commune=form["commune"],
    )
    group = form.get("group", "")
    return Registration(
        id=UUID(form["id"]),
        campaign=form.get("campaign", ""),
        person_told=told,
        commune=form["commune"],
        target_group=group if group in campaigns_queries.target_groups() else "unknown",
    )


def _communes(request: StaffRequest) -> list[tuple[str, str]]:
    """Return the communes somebody may register for: an officer's own, or those of the site's district."""
    if request.actor.can(Power.PLAN):
        found = wards_of(request.actor, in_force())
    else:
        site = places.site(_place(request))
        found = places.children(site.era, site.district_code or site.province_code) if site else []
    return names_apart(found)


def _place(request: StaffRequest) -> str:
    place = vouching_place(request.actor)
    if place is None:
        raise NotPermitted
    return place
