"""What the lead's page shows of a visit that came to stand otherwise than its desk knew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tiemchung.domain.immunization.values import DoseStatus, HistoryDose
from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.visits.values import Change, ChangeKey, ChangeShown
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.words import Words, t
from tiemchung.faces.station.pages.chair import age_on, number_shown
from tiemchung.faces.station.typed import uuid_in

SETTLED = Words("Đã ghi: bạn đã xem {n} lượt.", "Recorded: you have looked at {n} [visit|visits].")
PARTED = Words(
    "Đã ghi: không phải một người. Hai hồ sơ được tách ra, và có người xem lại ở mục Cần sửa.",
    "Recorded: not one person. The two records are parted, and somebody looks at them again under To be mended.",
)
GONE = Words("Mục này không còn chờ ở điểm này.", "This no longer waits at this site.")


@dataclass(frozen=True, kw_only=True)
class Told:
    """A record as the lead compares it: name, birth, the last digits of its numbers, phone."""

    name: str
    about: str


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A visit whose person was found to be one with another record; `doses` are those that this brought along."""

    key: str
    visit: UUID
    ticket: str
    came_at: datetime
    changed_at: datetime | None
    here: Told
    other: Told
    doses: list[str]


@dataclass(frozen=True, kw_only=True)
class Called:
    """A visit by an appointment that had been given back or moved; `now` says how it stands."""

    key: str
    visit: UUID
    ticket: str
    came_at: datetime
    name: str
    now: str


def key_in(text: str) -> ChangeKey | None:
    """Return the change that a field of the form names; None for anything else."""
    parts = text.split(".")
    if len(parts) != len(ChangeKey._fields) or parts[1] not in set(Change):
        return None
    visit, other = uuid_in(parts[0]), uuid_in(parts[2])
    return None if visit is None or other is None else ChangeKey(visit=visit, change=Change(parts[1]), other=other)


def linked(
    one: ChangeShown, *, persons: Mapping[UUID, PersonShown], doses: Sequence[HistoryDose], products: Mapping[str, str]
) -> Linked:
    """Return the card of a link."""
    brought = [dose for dose in doses if dose.person != one.person and dose.status is not DoseStatus.VOIDED]
    return Linked(
        key=_key(one),
        visit=one.key.visit,
        ticket=one.ticket,
        came_at=one.came_at,
        changed_at=one.changed_at,
        here=_told(persons.get(one.person), one.day),
        other=_told(persons.get(one.key.other), one.day),
        doses=[
            f"{products.get(dose.product, dose.product)}, {numbers.day(dose.given_on) if dose.given_on else '–'}"
            for dose in brought
        ],
    )


def called(one: ChangeShown, *, persons: Mapping[UUID, PersonShown], sites: Mapping[str, str]) -> Called:
    """Return the line of an arrival by an appointment that stood otherwise."""
    shown = persons.get(one.person)
    if one.key.change is Change.CANCELLED or one.moved_at is None:
        now = t("Lịch hẹn đã hủy", "The appointment had been cancelled")
    else:
        where, when = sites.get(one.moved_site, one.moved_site), numbers.moment(one.moved_at)
        now = t("Lịch hẹn nay là {when}, {site}", "The appointment is now {when}, {site}", when=when, site=where)
    return Called(
        key=_key(one),
        visit=one.key.visit,
        ticket=one.ticket,
        came_at=one.came_at,
        name=_name(shown),
        now=now,
    )


def _key(one: ChangeShown) -> str:
    return f"{one.key.visit}.{one.key.change}.{one.key.other}"


def _told(shown: PersonShown | None, day: date) -> Told:
    if shown is None:
        return Told(name=_name(None), about="")
    numbers_shown = [number_shown(one.kind, one.value) for one in shown.identifiers]
    phone = [t("điện thoại {end}", "phone {end}", end=shown.phone)] if shown.phone else []
    return Told(name=shown.name, about=" · ".join([age_on(shown.born, day), *numbers_shown, *phone]))


def _name(shown: PersonShown | None) -> str:
    return shown.name if shown else t("Chưa rõ là ai", "Nobody has told who it is")
