"""What the book shows of an appointment: when, where, for what, and the code that reception scans."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from markupsafe import Markup

from tiemchung.domain.places import queries as places
from tiemchung.domain.scheduling.values import SLOT, Appointment, AppointmentState, CampaignSession
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.shared import numbers, papers
from tiemchung.faces.shared.words import Words, said, t

STATES = {
    AppointmentState.BOOKED: ("half", Words("Đã có lịch", "Called")),
    AppointmentState.FULFILLED: ("done", Words("Đã đến tiêm", "Kept")),
    AppointmentState.MISSED: ("ring", Words("Đã qua, không đến", "Past, not kept")),
    AppointmentState.CANCELLED: ("void", Words("Đã hủy", "Cancelled")),
}


CONFIRMED = ("done", Words("Bạn đã báo sẽ đến", "You said that you come"))


class CalledLine(NamedTuple):
    """An appointment in words."""

    id: UUID
    title: str
    day: str
    hours: str
    where: str
    unit: str
    product: str
    reference: str
    shape: str
    status: str
    qr: Markup
    starts_at: str
    """As the answer to it tells it back."""
    confirmed: bool


def line(held: Appointment, *, today: date) -> CalledLine:
    """Return an appointment as the book shows it. The code holds the reference and nothing else."""
    site, product = places.site(held.site), vaccines.products().get(held.product)
    shape, status = STATES[held.state]
    confirmed = held.state is AppointmentState.BOOKED and held.confirmed_at is not None
    if confirmed:
        shape, status = CONFIRMED
    weekday = numbers.weekday(held.day)
    return CalledLine(
        id=held.id,
        title=_title((held.day - today).days),
        day=f"{weekday[:1].upper()}{weekday[1:]}, {numbers.day(held.day)}",
        hours=_hours(held.starts_at),
        where=site.name if site else t("Điểm tiêm {code}", "Site {code}", code=held.site),
        unit=", ".join(unit.display_name for unit in reversed(places.unit_path(site.commune_code, site.era)))
        if site
        else "",
        product=product.name_vi if product else held.product,
        reference=held.reference,
        shape=shape,
        status=said(status),
        qr=papers.qr_svg(held.reference, label=t("Mã QR của lịch hẹn", "The appointment's QR code")),
        starts_at=held.starts_at.isoformat(),
        confirmed=confirmed,
    )


class SessionLine(NamedTuple):
    """A session to which an appointment may go instead, in words."""

    id: UUID
    day: str
    where: str
    product: str
    free: int


def session_line(one: CampaignSession) -> SessionLine:
    """Return a session as the page offers it."""
    site, product = places.site(one.site), vaccines.products().get(one.product)
    weekday = numbers.weekday(one.day)
    return SessionLine(
        id=one.id,
        day=f"{weekday[:1].upper()}{weekday[1:]}, {numbers.day(one.day)}",
        where=site.name if site else t("Điểm tiêm {code}", "Site {code}", code=one.site),
        product=product.name_vi if product else one.product,
        free=one.places - one.taken,
    )


def _title(days: int) -> str:
    if days < 0:
        return t("Lịch tiêm", "Appointment")
    if days == 0:
        return t("Lịch tiêm · hôm nay", "Appointment · today")
    return t("Lịch tiêm · còn {n} ngày", "Appointment · in {n} [day|days]", n=days)


def _hours(starts_at: datetime) -> str:
    return t(
        "từ {first} đến {last}", "{first} to {last}", first=numbers.time(starts_at), last=numbers.time(starts_at + SLOT)
    )
