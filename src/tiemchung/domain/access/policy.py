"""Who may enroll and cut off devices, who may vouch for a person at a desk, what may be claimed, whose numbers get codes."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from tiemchung.domain.access.rules import phones
from tiemchung.domain.access.rules.claims import fault_of_birth, fault_of_name, fault_of_number
from tiemchung.domain.access.rules.presence import is_code as is_book_code
from tiemchung.domain.access.values import ADULT_AT_YEARS
from tiemchung.domain.people import rules as people
from tiemchung.kernel.actor import Actor, ActorKind, Power

VOUCH = frozenset({Power.CHECK_IN, Power.RECORD_DOSE, Power.SCREEN, Power.ATTEST, Power.PLAN})
"""Who meets people face to face with their document: at the desk, at the chair, in the ward."""


SERVE = frozenset({Power.CHECK_IN, Power.SCREEN, Power.RECORD_DOSE, Power.OBSERVE})
"""Who serves the one person before them, wherever that person comes from."""


UNASKED = "1900"
"""A birth year that stands in where only the shape of a number is asked."""
SHORTEST_PHONE, LONGEST_PHONE = 10, 11
"""Digits of a number of Viet Nam with its leading 0; eleven are lines of some provinces and mobiles before 2018."""


def read_phone(typed: str) -> tuple[phones.Phone | None, str]:
    """Return the number that was typed, of a country whose numbers get codes here (`TIEMCHUNG_PHONE_COUNTRIES`), or why not."""
    return phones.read(typed, countries=settings.TIEMCHUNG_PHONE_COUNTRIES)


def misshapen(kind: str, number: str) -> bool:
    """Tell whether an identity number of this kind cannot be: too short, no digits. What it says of its holder is not asked."""
    fault = fault_of_number(kind, number, born=UNASKED, sex="unknown") if number else ("empty", {})
    return fault is not None and fault[0] != "contradicts"


def takes_numbers_abroad() -> bool:
    """Tell whether numbers of other countries than Viet Nam get codes here."""
    return bool(settings.TIEMCHUNG_PHONE_COUNTRIES - phones.HOME_ALONE)


def fault_of_phone(typed: str) -> str:
    """Return why a text is no number of ours (`empty`, `foreign`, `no-number`), or nothing."""
    return read_phone(typed)[1]


def told_phone(typed: str) -> str:
    """Return a number that somebody tells us to be called at, as it is compared; "" if it can be none.

    Of a number of Viet Nam the length alone is looked at, for a person with a rare number is not turned away.
    """
    number = people.phone_key(typed)
    if number.startswith("+"):
        found, _ = read_phone(number)
        return found.national if found else ""
    is_ours = number.startswith("0") and SHORTEST_PHONE <= len(number) <= LONGEST_PHONE
    return number if is_ours else ""


def may_enroll_devices(actor: Actor, *, site: str) -> bool:
    """Tell whether the actor may open enrollments, compare fingerprints and cut off devices of this site."""
    return actor.can(Power.ENROLL_DEVICE) and actor.reaches(site)


def may_hand_unlock_code(actor: Actor, *, staff: UUID, site: str) -> bool:
    """Tell whether the actor may let this member of the staff unlock a tablet of the site: its lead, or the member."""
    return may_enroll_devices(actor, site=site) or (
        actor.kind is ActorKind.STAFF and actor.id == staff and actor.reaches(site)
    )


def may_load(actor: Actor) -> bool:
    """Tell whether the actor may load a campaign's staff and enrollment codes."""
    return actor.can(Power.LOAD)


def may_vouch(actor: Actor, *, site: str) -> bool:
    """Tell whether the actor, as a person at this site's or ward's desk, may confirm who somebody is or hand out a code."""
    return actor.kind is ActorKind.STAFF and actor.reaches(site) and bool(actor.powers & VOUCH)


def may_serve(actor: Actor, *, site: str) -> bool:
    """Tell whether the actor serves whoever stands at this site: receives, screens, gives doses or observes."""
    return actor.kind is ActorKind.STAFF and actor.reaches(site) and bool(actor.powers & SERVE)


__all__ = [
    "ADULT_AT_YEARS",
    "SERVE",
    "VOUCH",
    "fault_of_birth",
    "fault_of_name",
    "fault_of_number",
    "fault_of_phone",
    "is_book_code",
    "may_enroll_devices",
    "may_hand_unlock_code",
    "may_load",
    "may_serve",
    "may_vouch",
    "misshapen",
    "read_phone",
    "takes_numbers_abroad",
    "told_phone",
]
