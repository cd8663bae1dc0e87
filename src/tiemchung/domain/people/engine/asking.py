"""What the population register is asked about a person, and of whom it cannot be asked."""

from __future__ import annotations

from tiemchung.domain.people.engine.identifiers import faults_of_number
from tiemchung.domain.people.values import OLD_CARD, PERSONAL_NUMBER, Holder, PersonToCheck, Verification
from tiemchung.kernel.register import Asked

_KINDS = (PERSONAL_NUMBER, OLD_CARD)
_SEXES = ("female", "male")


def question_of(person: PersonToCheck, *, ref: str) -> Asked | Verification:
    """Return the question about a person, or the state of one about whom nothing can be asked.

    Without a number that the register knows, or with one that cannot be, it is `NO_NUMBER`. Who told no birth date stays
    `NOT_YET`, and so does who told no sex, unless their number tells it.
    """
    number = next((number for number in person.numbers if number.kind in _KINDS), None)
    if number is None or any(fault.refuses for fault in faults_of_number(number.kind, number.value)):
        return Verification.NO_NUMBER
    sex = person.sex
    if sex not in _SEXES and number.kind == PERSONAL_NUMBER and (holder := Holder.of(number.value)) is not None:
        sex = holder.sex
    if sex not in _SEXES or not person.born:
        return Verification.NOT_YET
    return Asked(ref=ref, number=number.value, name=person.name, born=person.born, sex=sex)


def told(question: Asked) -> str:
    """Return the fields of a question as one text: two persons of one text are one question."""
    return f"{question.number}|{question.name}|{question.born}|{question.sex}"
