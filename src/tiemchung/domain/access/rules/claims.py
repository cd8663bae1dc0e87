"""What somebody types about a person: when it cannot be taken, and where it contradicts itself."""

from __future__ import annotations

from datetime import date
from typing import Final

from tiemchung.domain.access.values import ADULT_AT_YEARS, Relation
from tiemchung.domain.people.engine.identifiers import faults_of_number
from tiemchung.domain.people.rules import SEXES
from tiemchung.domain.people.values import PersonBlock
from tiemchung.kernel import names
from tiemchung.kernel.dates import PartialDate

OLDEST_YEARS: Final = 125


def fault_of_name(told: str) -> str | None:
    """Return what is wrong with a name: `empty`, `long`, `letters`, or nothing. One letter is a name; so are eighty."""
    return names.fault_of_name(names.display_name(told))


def fault_of_birth(told: str, *, today: date, relation: Relation) -> str | None:
    """Return what is wrong with a birth date: `unreadable`, `future`, `old`, `no-minor`, or nothing. A year is enough."""
    try:
        born = PartialDate.parse(told)
    except ValueError:
        return "unreadable"
    if born.earliest > today:
        return "future"
    if today.year - born.year > OLDEST_YEARS:
        return "old"
    if relation is Relation.CHILD and is_adult(born, today):
        return "no-minor"
    return None


def is_adult(born: PartialDate, today: date) -> bool:
    """Tell whether somebody has surely come of age; who may still be a minor counts as one."""
    last = born.latest
    birthday_come = (today.month, today.day) >= (last.month, last.day)
    return today.year - last.year - (not birthday_come) >= ADULT_AT_YEARS


def fault_of_number(kind: str, value: str, *, born: str, sex: str) -> tuple[str, dict[str, object]] | None:
    """Return why an identity number cannot be right, with the facts for the sentence; None if nothing speaks against it.

    The 12-digit number holds century, sex and two digits of the birth year (identifier_rules.csv). Only digits that
    cannot be are a fault; where the birth year is not known here, nothing is compared.
    """
    fault = next((fault for fault in faults_of_number(kind, value, born=born, sex=sex) if fault.refuses), None)
    return None if fault is None else (fault.code, dict(fault.facts))


def fault_of_claim(told: PersonBlock, *, today: date, relation: Relation) -> str | None:
    """Return the field of a whole claim that cannot be taken, or None. The pages ask the same, field by field."""
    if fault_of_name(told.name):
        return "name"
    if fault_of_birth(told.born, today=today, relation=relation):
        return "born"
    if told.sex not in SEXES:
        return "sex"
    numbers = told.identifiers
    return "number" if any(fault_of_number(n.kind, n.value, born=told.born, sex=told.sex) for n in numbers) else None
