"""The session sheet, the last resort on paper: the lead takes it along beforehand, a recorder brings it back filled."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.utils import OperationalError
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Role
from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.errors import ToldOtherwiseBefore
from tiemchung.domain.intake.values import Outcome
from tiemchung.domain.people import queries as people
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import AppointmentState
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import actions as visits_actions
from tiemchung.domain.visits import policy as visits_policy
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.spreadsheets import file_answer, why_unreadable
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.station.pages import paper
from tiemchung.faces.station.pages import sheet as pages
from tiemchung.faces.station.typed import day_in, words_in
from tiemchung.faces.station.views.frame import page, required_site
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.cells import Unreadable
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import beside
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import rowsecurity
from tiemchung.plumbing.time import clock

log = logging.getLogger(__name__)

DAYS_BACK, DAYS_AHEAD = 7, 7
"""For which days around today a sheet may be taken along. Ours."""
AT_ONCE = 100
"""Rows of one batch: five entries each at most, and a batch has 500 at most (PROTOCOL)."""
SHORTEST_PURPOSE, LONGEST_PURPOSE = 8, 200
REJECTED_SALT, REJECTED_S = "station.sheet", 2 * 3600
"""The rows that were not taken travel in the page that names them, signed, and nowhere else."""


@staff_only(Power.ATTEST, in_one=False)
@require_http_methods(["GET", "POST"])
def take_along(request: StaffRequest) -> HttpResponse:
    """Give the sheet of a day at the lead's site, for a purpose that stands on top of it; the views are logged."""
    with rowsecurity.reaching(request.actor.reach):
        site = required_site(request.actor)
    today = business_day(clock().now())
    day, purpose, wrong = today, "", ""
    if request.method == "POST":
        asked, purpose = day_in(request.POST.get("day")), words_in(request.POST.get("purpose"), longest=LONGEST_PURPOSE)
        day = asked or today
        if asked is None or not -DAYS_BACK <= (asked - today).days <= DAYS_AHEAD:
            wrong = t("Chọn một ngày trong tuần này hoặc tuần tới.", "Choose a day of the last or the next seven.")
        elif len(purpose) < SHORTEST_PURPOSE:
            wrong = t("Ghi rõ vì sao cần phiếu giấy.", "Say what the sheet is for.")
        else:
            return _sheet(request, site, day, purpose)
    context = {"day": day, "purpose": purpose, "wrong": wrong, "first": today - timedelta(DAYS_BACK)}
    context["last"] = today + timedelta(DAYS_AHEAD)
    return _page(request, "station/sheet.html", context, status=422 if wrong else 200)


def _sheet(request: StaffRequest, site: str, day: date, purpose: str) -> HttpResponse:
    now = clock().now()
    with rowsecurity.reaching(request.actor.reach):
        called = scheduling.called_to(site, day, purpose=Purpose.CARE)
        shown = rowsecurity.opened(
            [one.person for one in called],
            lambda wanted: people.persons(wanted, purpose=Purpose.CARE, actor=request.actor, viewed_at=now, site=site),
        )
    told = [
        (t("Mục đích", "Purpose"), purpose),
        (t("Người lấy", "Taken by"), request.actor.name),
        (t("Lúc", "At"), numbers.moment(now)),
    ]
    rows = pages.rows_for(called, shown, products=product_names(), now=now)
    return file_answer([*pages.head(site=site, day=day, told=told), *rows], name=f"phieu-{site}-{day}", kind="xlsx")


@staff_only(Power.RECORD_DOSE, in_one=False)
@require_http_methods(["GET", "POST"])
def bring_back(request: StaffRequest) -> HttpResponse:
    """Take in a filled sheet: each row with an answer is recorded as typed from paper, or says why it is not.

    A batch of rows is a transaction of its own: what was taken stands, and the same sheet brought again brings the rest.
    """
    site = _typing_at(request)
    if request.method == "GET":
        return _page(request, "station/sheet_back.html", {"told": None, "wrong": ""})
    file = request.FILES.get("file")
    if file is None or not file.size:
        return _not_taken(request, t("Chọn tệp phiếu đã điền.", "Choose the filled sheet."))
    try:
        told = _checked(pages.read(file.read(pages.MOST_BYTES + 1)), site=site)
    except Unreadable as fault:
        return _not_taken(request, _why(fault.reason))
    taken = _taken(told, site=site, actor=request.actor)
    context = {"told": taken, "wrong": taken.broke_off, "day": told.day, "rejected": _rejected(taken, told.day)}
    return _page(request, "station/sheet_back.html", context, status=503 if taken.broke_off else 200)


@staff_only(Power.RECORD_DOSE, in_one=False)
@require_http_methods(["POST"])
def rejected(request: StaffRequest) -> HttpResponse:
    """Give the rows that were not taken as a file of the same columns, with the reasons: mended, it is brought again."""
    site = _typing_at(request)
    try:
        told = signing.loads(request.POST.get("rows", ""), salt=REJECTED_SALT, max_age=REJECTED_S)
    except signing.BadSignature:
        raise Http404 from None
    day = date.fromisoformat(told["day"])
    head = pages.head(site=site, day=day, told=[], why=True)
    return file_answer([*head, *told["rows"]], name=f"phieu-sua-{site}-{day}", kind="xlsx")


@dataclass(kw_only=True)
class Taken:
    """What became of the rows of a sheet: how many of each, those that were not taken, with the reason, and what ended it."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[pages.Line, str]] = field(default_factory=list)
    broke_off: str = ""


def _typing_at(request: StaffRequest) -> str:
    with rowsecurity.reaching(request.actor.reach):
        site = required_site(request.actor)
    if not visits_policy.may_type_from_paper(request.actor, site):
        raise NotPermitted(site=site)
    return site


def _checked(told: pages.Sheet, *, site: str) -> pages.Sheet:
    if told.site != site:
        raise Unreadable("other-site")
    if told.day > business_day(clock().now()):
        raise Unreadable("day-to-come")
    return told


def _why(reason: str) -> str:
    if reason in pages.FAULTS:
        return said(pages.FAULTS[reason])
    return why_unreadable(reason) or said(pages.FAULTS["not-a-sheet"])


def _not_taken(request: StaffRequest, wrong: str) -> HttpResponse:
    return _page(request, "station/sheet_back.html", {"told": None, "wrong": wrong}, status=422)


def _page(request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    with rowsecurity.reaching(request.actor.reach):
        return page(request, template, context, status=status)


def _rejected(taken: Taken, day: date) -> str:
    if not taken.refused:
        return ""
    now = clock().now()
    rows = [[*pages.cells_of(line, now=now), why] for line, why in taken.refused]
    return signing.dumps({"day": day.isoformat(), "rows": rows}, salt=REJECTED_SALT, compress=True)


def _taken(told: pages.Sheet, *, site: str, actor: Actor) -> Taken:
    now, taken = clock().now(), Taken()
    with rowsecurity.reaching(actor.reach):
        known = _known(told, site=site, actor=actor, now=now)
    found: dict[UUID, paper.Typed | None] = {}
    for line in told.lines:
        if line.is_open:
            taken.counts["open"] += 1
            continue
        try:
            row = paper.typed(line, known, taken=found.keys())
        except paper.Wrong as wrong:
            taken.refused.append((line, wrong.sentence))
            continue
        code = pages.code_of(line)
        if code is not None:
            found[code] = row
        taken.counts["absent"] += row is None
    _keep([row for row in found.values() if row is not None], taken, site=site, actor=actor, now=now)
    taken.refused.sort(key=lambda one: one[0].line)
    return taken


def _keep(rows: Sequence[paper.Typed], taken: Taken, *, site: str, actor: Actor, now: datetime) -> None:
    """Record batch after batch and count; what cannot be recorded now ends it, and the page says what to do."""
    try:
        for start in range(0, len(rows), AT_ONCE):
            for row, outcome in _recorded(rows[start : start + AT_ONCE], site=site, actor=actor, now=now):
                if outcome is None:
                    taken.refused.append((row.line, said(paper.WRONG["otherwise"])))
                else:
                    taken.counts[outcome] += 1
    except OperationalError as error:
        log.warning("a sheet could not be taken whole now: %s", type(error).__name__)
        taken.broke_off = t(
            "Hệ thống đang bận. Những dòng báo ở trên đã vào sổ; ít phút nữa tải lại chính phiếu này để nhận phần còn lại.",
            "The system is busy. The rows told above are kept; bring the same sheet again in some minutes for the rest.",
        )


def _known(told: pages.Sheet, *, site: str, actor: Actor, now: datetime) -> paper.Known:
    codes = [code for line in told.lines if not line.is_open and (code := pages.code_of(line))]
    appointments = scheduling.appointments_at(site, told.day, codes, actor=actor, purpose=Purpose.CARE)
    persons = {one.person for one in appointments.values()}
    return paper.Known(
        day=told.day,
        now=now,
        appointments=appointments,
        received=visits.received_on(persons, site=site, day=told.day),
        products=product_names(),
        lots=supply.lots_known({line.told["lot"] for line in told.lines if line.told["lot"]}, site=site),
        vaccinators=[member for member in access.staff_of_site(site) if Role.VACCINATOR in member.roles],
    )


def _recorded(
    rows: Sequence[paper.Typed], *, site: str, actor: Actor, now: datetime
) -> Iterator[tuple[paper.Typed, str | None]]:
    """Record these rows and tell of each whether it is `kept` or was `known`; None for one that said otherwise before.

    One such row refuses whatever is recorded with it, so the rest is tried again in halves.
    """
    if not rows:
        return
    events = {row.code: events_of(row, site=site, actor=actor) for row in rows}
    try:
        answers = intake.record_from_paper(
            [event for told in events.values() for event in told], actor=actor, site=site, now=now
        )
    except ToldOtherwiseBefore:
        if len(rows) == 1:
            yield rows[0], None
            return
        middle = len(rows) // 2
        for part in (rows[:middle], rows[middle:]):
            yield from _recorded(part, site=site, actor=actor, now=now)
        return
    known = {answer.id for answer in answers if answer.outcome is Outcome.KNOWN and answer.id is not None}
    for row in rows:
        yield row, _outcome(events[row.code], known)


def _outcome(events: Sequence[Event], known: Collection[UUID]) -> str:
    return "known" if all(event.id in known for event in events) else "kept"


def events_of(row: paper.Typed, *, site: str, actor: Actor) -> list[Event]:
    """Return the facts of a row, each at the time that was written on it."""
    shared: dict[str, Any] = {"visit": row.visit, "person": row.person, "site": site, "actor": actor, "now": row.at}
    appointment = row.appointment
    stands = appointment is not None and appointment.state is not AppointmentState.CANCELLED
    events: list[Event] = [
        visits_actions.arrived(
            beside(row.code, paper.ARRIVED),
            ticket=row.ticket,
            block=row.block,
            campaign_session=appointment.session if appointment else None,
            appointment=appointment.id if appointment and stands else None,
            **shared,
        ),
        visits_actions.identified(beside(row.code, paper.IDENTIFIED), how=row.how, document=None, **shared),
    ]
    if row.dose is None:
        deferred = visits_actions.deferred(beside(row.code, paper.ENDED), reason=row.reason, until=None, **shared)
        return [*events, deferred]
    dose = row.dose
    events.append(
        immunization.dose_given(
            beside(row.code, paper.DOSED),
            product=dose.product,
            lot=dose.lot,
            vial=dose.vial,
            arm=dose.arm,
            number_told=dose.number,
            vaccinator=dose.vaccinator,
            **shared,
        )
    )
    if dose.watched is not None:
        minutes, state = dose.watched
        ended = {**shared, "now": row.at + timedelta(minutes=minutes)}
        released = visits_actions.released_on_paper(
            beside(row.code, paper.ENDED), minutes=minutes, state=state, **ended
        )
        events.append(released)
    return events


def product_names() -> dict[str, str]:
    """Return the products by code, as they are called on paper."""
    return {code: product.name_vi for code, product in vaccines.products().items()}
