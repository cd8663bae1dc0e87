"""What reception shows of those who are called today: by slot, each with name, reference and whether they came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.scheduling.values import Appointment, AppointmentState, CampaignSession, Expected
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.station.pages import chair

LATE_AFTER = timedelta(minutes=30)
"""From when on somebody is past their hour: two slots later. A screen habit of ours; they are received all the same."""
REFERENCE_LENGTH = 40
"""Letters that the field takes: a reader may give blanks and hyphens along."""
STATES = {
    "came": ("done", Words("Đã đến", "Came")),
    "missed": ("void", Words("Vắng", "Missed")),
    "late": ("tri", Words("Quá giờ hẹn", "Past the hour")),
    "waited-for": ("ring", Words("Chưa đến", "Not yet here")),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """Somebody who is called."""

    appointment: UUID
    name: str
    facts: str
    reference: str
    shape: str
    status: str


@dataclass(frozen=True, kw_only=True)
class SlotRows:
    """Those who are called for one time."""

    starts_at: datetime
    rows: Sequence[Row]


def reference_in(typed: str | None) -> str:
    """Return the reference that was typed or scanned: letters and digits, capitals."""
    return "".join(letter for letter in (typed or "").upper() if letter.isalnum())[:REFERENCE_LENGTH]


def by_slot(found: Sequence[Expected], *, came: Collection[UUID], now: datetime) -> list[SlotRows]:
    """Return the rows by slot, in their order."""
    slots = groupby(found, key=lambda one: one.appointment.starts_at)
    return [
        SlotRows(starts_at=starts_at, rows=[_row(one, came=came, now=now) for one in members])
        for starts_at, members in slots
    ]


def _row(one: Expected, *, came: Collection[UUID], now: datetime) -> Row:
    shape, words = STATES[_state(one.appointment, came=came, now=now)]
    return Row(
        appointment=one.appointment.id,
        name=name_of(one.person),
        facts=facts_of(one.person, day=one.appointment.day),
        reference=one.appointment.reference,
        shape=shape,
        status=said(words),
    )


def _state(appointment: Appointment, *, came: Collection[UUID], now: datetime) -> str:
    if appointment.person in came or appointment.state is AppointmentState.FULFILLED:
        return "came"
    if appointment.state is AppointmentState.MISSED:
        return "missed"
    return "late" if appointment.starts_at + LATE_AFTER < now else "waited-for"


def name_of(person: PersonShown | None) -> str:
    """Return a name, or that nobody has told it."""
    return person.name if person else t("Chưa rõ tên", "Name not known")


def facts_of(person: PersonShown | None, *, day: date) -> str:
    """Return age, sex and the last digits of a document in one line."""
    if person is None:
        return ""
    sex = [said(chair.SEXES[person.sex])] if person.sex in chair.SEXES else []
    numbers_shown = [chair.number_shown(each.kind, each.value) for each in person.identifiers[:1]]
    return " · ".join([chair.age_on(person.born, day), *sex, *numbers_shown])


def called_note(appointment: Appointment, session: CampaignSession) -> str:
    """Say for when and for what somebody is called."""
    product = vaccines.products().get(session.product)
    return t(
        "Hẹn {time} · {product} · mã {reference}",
        "Called for {time} · {product} · reference {reference}",
        time=numbers.time(appointment.starts_at),
        product=product.name_vi if product else session.product,
        reference=appointment.reference,
    )
