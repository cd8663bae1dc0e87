"""What the population register says of a ward's people: the four states, and by name those with whom somebody must speak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tiemchung.domain.access import queries as access
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.mending import actions as mending
from tiemchung.domain.people import actions as people_actions
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import CheckedList, Differing, Verification
from tiemchung.faces.shared import identity
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.register import FIELDS, STATES
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.workbench.views.frame import office_of, page, refused, say_next, uuid_or_none
from tiemchung.faces.workbench.views.rows import born_shown
from tiemchung.kernel.actor import Power
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

SHOWN = 50
TO_SPEAK_WITH = (Verification.WRONG, Verification.NO_NUMBER)


class State(NamedTuple):
    """One state of the ward's people, with how many they are; `code` is empty where nobody is to be spoken with."""

    code: str
    shape: str
    words: str
    persons: int
    more: bool = False


class Row(NamedTuple):
    """Somebody with whom the ward must speak, as their document is compared; `differs` says what, where that is known."""

    person: UUID
    name: str
    born: str
    number: str
    phone: str
    differs: str


class Brought(NamedTuple):
    """A list that was sent to the register: its counts by state, and who signed what when."""

    told: CheckedList
    states: list[State]
    sent_by: str
    signed_by: str


@staff_only(Power.PLAN)
@require_safe
def checked(request: StaffRequest) -> HttpResponse:
    """Show how the people of a ward stand with the register, and those with whom somebody must speak."""
    office = office_of(request)
    chosen = _chosen(request.GET.get("trang-thai", ""))
    persons = people.in_state(office.codes, chosen, after=uuid_or_none(request.GET.get("sau")), limit=SHOWN + 1)
    code = STATES[chosen][0]
    address = {"phuong": office.ward.code} if office.ward else {}
    context = {
        "office": office,
        "states": _states(people.verified_in(office.codes), most=people.MOST_COUNTED),
        "chosen": code,
        "rows": _rows(request, [Differing(person=person, fields=[]) for person in persons[:SHOWN]]),
        "address": address,
        "next": urlencode({**address, "trang-thai": code, "sau": persons[SHOWN - 1]}) if len(persons) > SHOWN else "",
        "line": people.register_line(),
        "lists": _brought(people.checked_lists(office.codes)),
    }
    return page(request, "workbench/checked.html", context, here="checked")


@staff_only(Power.PLAN)
@require_safe
def checked_list(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Show a list that was sent to the register: its four states, and of whom something differs, what."""
    return _list_page(request, identifier)


@staff_only(Power.PLAN, in_one=False)
@require_POST
def send(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Sign a kept list for the register, and lead to what comes back."""
    try:
        campaigns.check_list(identifier, actor=request.actor, now=clock().now())
    except Refusal as refusal:
        say_next(request, refused(refusal)[0])
        return redirect("workbench:review", identifier=identifier)
    say_next(
        request,
        t("Đã ký gửi đối chiếu. Kết quả hiện dần ở đây.", "Signed and sent. What comes back appears here by and by."),
    )
    return redirect("workbench:checked_list", identifier=identifier)


@staff_only(Power.PLAN)
@require_POST
def sign(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Sign a list as checked and mended, as the ward."""
    try:
        people_actions.sign_list(identifier, actor=request.actor, now=clock().now())
    except Refusal as refusal:
        return _list_page(request, identifier, refusal=refusal)
    say_next(request, t("Đã ký xác nhận danh sách.", "The list is signed."))
    return redirect("workbench:checked_list", identifier=identifier)


@staff_only(Power.MEND)
@require_POST
def correct(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Lead to the case in which somebody of a list is told otherwise; one is opened where there is none."""
    person = uuid_or_none(request.POST.get("ai"))
    if person is None:
        raise Http404
    try:
        case = mending.open_correction(person, actor=request.actor, now=clock().now())
    except Refusal as refusal:
        return _list_page(request, identifier, refusal=refusal)
    return redirect("workbench:case", identifier=case)


def _list_page(request: StaffRequest, identifier: UUID, *, refusal: Refusal | None = None) -> HttpResponse:
    told, chosen = people.checked_list(identifier), _chosen(request.GET.get("trang-thai", ""))
    if told is None:
        raise Http404
    after = uuid_or_none(request.GET.get("sau"))
    found = people.of_list(identifier, chosen, purpose=Purpose.CORRECTION, after=after, limit=SHOWN + 1)
    code = STATES[chosen][0]
    context = {
        "list": _brought([told])[0],
        "chosen": code,
        "rows": _rows(request, found[:SHOWN]),
        "next": urlencode({"trang-thai": code, "sau": found[SHOWN - 1].person}) if len(found) > SHOWN else "",
        "line": people.register_line(),
        "wrong": refused(refusal)[0] if refusal else None,
    }
    return page(request, "workbench/checked_list.html", context, here="checked", status=422 if refusal else 200)


def _brought(lists: Sequence[CheckedList]) -> list[Brought]:
    names = access.staff_names(sorted({who for one in lists for who in (one.sent_by, one.signed_by) if who}))
    return [
        Brought(
            told=one,
            states=_states(one.counts),
            sent_by=names.get(one.sent_by, ""),
            signed_by=names.get(one.signed_by, "") if one.signed_by else "",
        )
        for one in lists
    ]


def _states(counted: Mapping[Verification, int], *, most: int = 0) -> list[State]:
    return [
        State(
            code=code if state in TO_SPEAK_WITH else "",
            shape=shape,
            words=said(words),
            persons=counted[state],
            more=most > 0 and counted[state] == most,
        )
        for state, (code, shape, words) in STATES.items()
    ]


def _chosen(code: str) -> Verification:
    if not code:
        return Verification.WRONG
    found = next((state for state in TO_SPEAK_WITH if STATES[state][0] == code), None)
    if found is None:
        raise Http404
    return found


def _rows(request: StaffRequest, found: Sequence[Differing]) -> list[Row]:
    """Name these persons; that they are looked at is logged."""
    persons = [one.person for one in found]
    shown = people.persons(persons, purpose=Purpose.CORRECTION, actor=request.actor, viewed_at=clock().now())
    return [
        Row(
            person=one.person,
            name=shown[one.person].name,
            born=born_shown(shown[one.person].born) or t("chưa rõ", "not known"),
            number=", ".join(map(identity.number_held, shown[one.person].identifiers)) or t("chưa có", "none"),
            phone=shown[one.person].phone or t("không có", "none"),
            differs=", ".join(said(FIELDS[field]) for field in one.fields),
        )
        for one in found
        if one.person in shown
    ]
