"""The first desk: a card is scanned or a number looked up with a reason, and somebody says how it was made sure who came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tiemchung.domain.access import actions as access
from tiemchung.domain.access.errors import CodeSpent, PresenceRefused
from tiemchung.domain.access.policy import is_book_code
from tiemchung.domain.access.values import ShownHow
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import OLD_CARD, Card, PersonShown, Step
from tiemchung.domain.places import queries as places
from tiemchung.domain.safety import queries as safety
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import REFERENCE_LETTERS, Appointment
from tiemchung.domain.visits import actions as visits_actions
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import How
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.words import t
from tiemchung.faces.station.pages import desk as pages
from tiemchung.faces.station.pages import expected
from tiemchung.faces.station.pages.known import told_elsewhere
from tiemchung.faces.station.typed import uuid_in, words_in
from tiemchung.faces.station.views.alike import Met, mark_of, meet, of_this_desk
from tiemchung.faces.station.views.frame import page, required_site, say_next
from tiemchung.faces.station.views.joining import joined
from tiemchung.faces.station.views.onward import to_screening
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import opening
from tiemchung.plumbing.time import clock

IDS_SALT = "station.arrival"
CARD_LENGTH = 400
NO_CARD = "none"
AT_THE_DESK = "at-the-desk"
NEW = "new"
"""What the form sends where the desk has said that who came is none of those whom it was shown."""


@staff_only(Power.CHECK_IN)
@require_http_methods(["GET", "POST"])
def arrive(request: StaffRequest) -> HttpResponse:
    """Find whoever came by card or number, or write them down; the second form records the arrival, however often sent."""
    required_site(request.actor)
    step = request.POST.get("step", "")
    if request.method == "GET" or step == "again":
        return _find_page(request)
    if step == "arrive":
        return _arrive(request)
    return _found(request)


def _find_page(request: StaffRequest, *, wrong: dict[str, str] | None = None) -> HttpResponse:
    context = {"reasons": pages.REASONS, "wrong": wrong or {}, "typed": ""}
    return page(request, "station/arrive_find.html", context, status=422 if wrong else 200)


def _found(request: StaffRequest) -> HttpResponse:
    typed = words_in(request.POST.get("card"), longest=CARD_LENGTH)
    if is_book_code(typed):
        return _presented(request, typed)
    called = _called_by(request, typed)
    if called is not None:
        return redirect("station:receive", appointment=called)
    if request.POST.get("papers") == NO_CARD:
        return _form_page(request, fields={"how": str(int(How.TOLD))}, card=None, reason=AT_THE_DESK)
    reason = request.POST.get("reason", "")
    card = Card.read(typed)
    wrong = {}
    if card is None:
        wrong["card"] = t(
            "Chưa đọc được số này. Quét lại, hoặc gõ số trên giấy tờ.",
            "This is no number we can read. Scan again, or type the number on the document.",
        )
    if reason not in pages.REASONS:
        wrong["reason"] = t("Chọn lý do tra số này.", "Choose why you look this number up.")
    if wrong:
        return _find_page(request, wrong=wrong)
    return _form_page(request, fields=pages.prefilled(card), card=card, reason=reason)


def _presented(request: StaffRequest, code: str) -> HttpResponse:
    """Open the record of whoever showed their book's code, or say that it is no longer good."""
    now = clock().now()
    try:
        held = access.open_by_code(code, by=request.actor, site=required_site(request.actor), now=now)
    except (PresenceRefused, CodeSpent) as no:
        return _find_page(request, wrong={"card": sentence(no)})
    return redirect("station:present", grant=held.id)


def _called_by(request: StaffRequest, typed: str) -> UUID | None:
    """Return the appointment of today at this site whose reference was scanned or typed in place of a card, if it is one."""
    reference = expected.reference_in(typed)
    if len(reference) != REFERENCE_LETTERS:
        return None
    now = clock().now()
    found = scheduling.expected_at(
        required_site(request.actor),
        business_day(now),
        reference=reference,
        actor=request.actor,
        purpose=Purpose.CARE,
        viewed_at=now,
    )
    return found[0].appointment.id if len(found) == 1 else None


def _form_page(
    request: StaffRequest,
    *,
    fields: dict[str, str],
    card: Card | None,
    reason: str,
    wrong: dict[str, str] | None = None,
    ids: str = "",
    alike: Mapping[UUID, PersonShown] | None = None,
) -> HttpResponse:
    site, now = required_site(request.actor), clock().now()
    new_ids = {name: str(uuid7(now)) for name in ("visit", "person", "first", "second")}
    known = _known(request.actor, site, card=card, reason=reason, visit=None if ids else UUID(new_ids["visit"]))
    ticket = sum(visits.stage_counts(site, business_day(now)).values()) + 1
    return page(
        request,
        "station/arrive.html",
        {
            "fields": defaultdict(str, {"ticket": str(ticket), **fields}),
            "card": "" if card is None else card.number,
            "old_number": "" if card is None else card.old_number,
            "card_kind": "" if card is None else card.kind,
            "reason": reason,
            "known": [*_named(alike or {}), *(one for one in known["here"] if one["id"] not in (alike or {}))],
            "alike": bool(alike),
            "elsewhere": known["elsewhere"],
            "kinds": pages.KINDS,
            "sexes": pages.SEXES,
            "hows": {str(int(how)): words for how, words in pages.HOW.items()},
            "communes": _communes(site),
            "ids": ids or signing.dumps(new_ids | mark_of(card), salt=IDS_SALT),
            "wrong": wrong or {},
        },
        status=422 if wrong else 200,
    )


def _known(actor: Actor, site: str, *, card: Card | None, reason: str, visit: UUID | None) -> dict[str, Any]:
    """Return who has the card's number: those whom this site knows by name, and doses and warnings of those it does not.

    On the first look these are opened for the `visit` that begins, so that the desks after this one are warned too.
    """
    if card is None or reason not in pages.REASONS:
        return {"here": [], "elsewhere": []}
    purpose, now = pages.REASONS[reason][0], clock().now()
    by_number, by_earlier = _holders(card, purpose=purpose, actor=actor, viewed_at=now, site=site)
    # A code that anybody can write: who finds two people by it has looked for two.
    looks = 2 if by_earlier - by_number else 1
    holders = by_number | by_earlier
    shown = of_this_desk(holders, site=site, actor=actor, purpose=purpose)
    strangers = sorted(holders - shown.keys())
    if visit is not None:
        for _look in range(looks):
            access.count_look_up(actor)
        how = ShownHow.CARD if card.name else ShownHow.NUMBER
        access.open_as_told(strangers, how=how, visit=visit, by=actor, site=site, now=now)
    with opening(strangers):
        warned = safety.warnings_of(strangers, purpose=purpose, actor=actor, viewed_at=now, site=site)
    lines = immunization.told_anywhere(strangers, purpose=purpose, actor=actor, viewed_at=now, site=site)
    return {
        "here": _named(shown),
        "elsewhere": told_elsewhere([dose for line in lines.values() for dose in line], warned),
    }


def _named(shown: Mapping[UUID, PersonShown]) -> list[dict[str, Any]]:
    return [
        {"id": person, "name": one.name, "born": one.born, "sex": one.sex, "ends": pages.ends_of(one)}
        for person, one in sorted(shown.items())
    ]


def _arrive(request: StaffRequest) -> HttpResponse:
    site, now, form = required_site(request.actor), clock().now(), request.POST
    try:
        ids = {name: UUID(told) for name, told in signing.loads(form.get("ids", ""), salt=IDS_SALT).items()}
    except signing.BadSignature:
        raise Http404 from None
    reason = form.get("reason", "")
    card = pages.card_again(form)
    told = pages.read_arrival(form, today=business_day(now), communes=_communes(site))
    chosen = uuid_in(form.get("known"))
    if isinstance(told, dict):
        return _form_page(request, fields=_typed(form), card=card, reason=reason, wrong=told, ids=form.get("ids", ""))
    met = _met(request, told, card=card, ids=ids, site=site)
    if chosen is not None and chosen not in met.shown and chosen not in _holders_here(request.actor, site, card):
        raise Http404
    chosen = chosen or met.person
    if chosen is None and met.shown:
        ask = {
            "known": t(
                "Có người giống vậy trong sổ. Chọn người đó, hoặc chọn người khác.",
                "Somebody like this is on record. Choose them, or somebody else.",
            )
        }
        return _form_page(
            request, fields=_typed(form), card=card, reason=reason, wrong=ask, ids=form.get("ids", ""), alike=met.shown
        )
    person = chosen or ids["person"]
    appointment = _appointment_of(request.actor, chosen, site=site) if chosen else None
    shared: dict[str, Any] = {"visit": ids["visit"], "person": person, "site": site, "actor": request.actor, "now": now}
    session, opening_it = joined(appointment.session if appointment else None, actor=request.actor, site=site, now=now)
    events = [
        *opening_it,
        visits_actions.arrived(
            ids["first"],
            ticket=told.ticket,
            block=None if chosen else told.block,
            campaign_session=session,
            appointment=appointment.id if appointment else None,
            **shared,
        ),
        visits_actions.identified(
            ids["second"],
            how=told.how,
            document=told.block.identifiers[0].kind if told.block.identifiers else None,
            **shared,
        ),
    ]
    answers = intake.record(events, actor=request.actor, site=site, now=now)
    # Two people of one name, day and commune are rare, and no reason to open one's book by the other's phone.
    own_phone = bool(form.get("own_phone")) and met.step is not Step.COMMUNE
    if own_phone and told.block.phone and told.block.born and told.how is not How.TOLD:
        year = int(told.block.born[:4])
        access.confirm_phone(person, told.block.phone, born_year=year, by=request.actor, site=site, now=now)
    findings = sorted({code for answer in answers for code in answer.findings})
    recorded = " ".join(
        [t("Đã ghi. Số thứ tự {n}.", "Recorded. Ticket {n}.", n=told.ticket or "–"), *pages.found_by(met.step)]
    )
    asks = str(ids["visit"]) if people.register_is_set() else ""
    say_next(request, recorded, findings=findings, register=asks, **to_screening(request.actor, ids["visit"]))
    return redirect("station:today")


def _typed(form: Mapping[str, str]) -> dict[str, str]:
    return {name: words_in(form.get(name), longest=CARD_LENGTH) for name in form}


def _met(request: StaffRequest, told: pages.Arrival, *, card: Card | None, ids: Mapping[str, UUID], site: str) -> Met:
    """Return whom the form's words fit, unless the desk has said who it is; a form sent again is asked about once."""
    form = request.POST
    chosen = uuid_in(form.get("known"))
    if form.get("known") == NEW or people.known([ids["person"]]):
        return Met()
    if chosen is not None and chosen in _holders_here(request.actor, site, card):
        return Met()
    return meet(told, ids=ids, reason=form.get("reason", ""), actor=request.actor, site=site)


def _appointment_of(actor: Actor, person: UUID, *, site: str) -> Appointment | None:
    """Return for which appointment of today somebody comes who is known here by the card."""
    now = clock().now()
    called = scheduling.expected_among(
        [person], site=site, day=business_day(now), actor=actor, purpose=Purpose.CARE, viewed_at=now
    )
    return next((one.appointment for one in called), None)


def _holders_here(actor: Actor, site: str, card: Card | None) -> set[UUID]:
    """Return those who have this number and whom this site knows: nobody else can be chosen, whatever a form says."""
    if card is None:
        return set()
    now = clock().now()
    by_number, by_earlier = _holders(card, purpose=Purpose.CARE, actor=actor, viewed_at=now, site=site)
    return set(of_this_desk(by_number | by_earlier, site=site, actor=actor, purpose=Purpose.CARE))


def _holders(card: Card, **asking: Any) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Return who has the card's number, and who has the earlier one: doses of before were written down under that."""
    by_number = people.holders_of(card.kind, card.number, **asking)
    by_earlier = people.holders_of(OLD_CARD, card.old_number, **asking) if card.old_number else frozenset[UUID]()
    return by_number, by_earlier


def _communes(site: str) -> dict[str, str]:
    """Return the communes around the site by code, of its district or, since 2025, its province: where nearly all live."""
    known = places.site(site)
    if known is None:
        return {}
    return {unit.code: unit.name for unit in places.children(known.era, known.district_code or known.province_code)}
