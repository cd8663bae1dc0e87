"""Who somebody is that a desk, a registration or a list tells of: one on record, one of several who may be, or nobody known.

Step by step, the surest fact first, and only ever one human being: whom two rows fit is a doubt, for a person to settle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.people.values import Doubt, FoundHere, LookedUp, Step


class Alike(NamedTuple):
    """A row that shares a number, or name, birth and phone or commune, with whom is told of; and what else agrees.

    `human` stands for all rows of one human being. `here`: the session reaches the row. `ended`: by a number that holds no
    more. `other_number`: another number of a kind that is told. `restricted`: its data serve care and the law alone.
    """

    person: UUID
    human: UUID
    here: bool
    by_number: bool
    ended: bool
    named: bool
    same_year: bool
    same_day: bool
    by_phone: bool
    by_commune: bool
    other_number: bool
    other_sex: bool
    restricted: bool
    dead: bool


NOBODY = LookedUp()
NOBODY_HERE = FoundHere()


def _has_number(row: Alike) -> bool:
    return row.by_number and row.same_year


def _has_phone_or_commune(row: Alike) -> bool:
    return row.same_day and (row.by_phone or row.by_commune)


def decide(found: Sequence[Alike], *, for_care: bool) -> LookedUp:
    """Return who it is, if one human being fits a step and nothing told contradicts; else everybody alike, whom nobody is.

    The first step asks for the number and the birth year, the second for the very day and the phone or the commune; the
    name, in whatever order, is asked for by both, for a number tells the year by itself and may be a stranger's. Whom a
    number belongs to under another name or year leaves no second step: two facts point to two people. Nobody is one who
    has died by the register's word. Restricted rows exist for care alone.
    """
    rows = [row for row in found if for_care or not row.restricted]
    steps: list[Callable[[Alike], bool]] = [_has_number]
    if not any(row.by_number for row in rows):
        steps.append(_has_phone_or_commune)
    for fits in steps:
        fitting = [row for row in rows if fits(row) and row.named and not (row.other_number or row.other_sex)]
        humans = {row.human for row in fitting}
        if len(humans) == 1 and not any(row.dead for row in fitting):
            best = min(fitting, key=lambda row: (not row.here, row.ended, row.person))
            return LookedUp(person=best.person, step=_step(best, fitting), here=best.here)
        if humans:
            break
    return LookedUp(alike=tuple(sorted({row.person for row in rows})))


def _step(best: Alike, fitting: Sequence[Alike]) -> Step:
    if best.by_number:
        return Step.NUMBER
    return Step.PHONE if any(row.by_phone for row in fitting) else Step.COMMUNE


def found_here(found: Sequence[Alike], *, for_care: bool) -> FoundHere:
    """Return who it is of those whom the session reaches, as `decide` decides among all; else those here who are alike.

    Another number of a kind that is told makes another person, unless the day of birth is the same too.
    """
    here = [
        row
        for row in found
        if row.here and (for_care or not row.restricted) and (row.by_number or row.same_day or not row.other_number)
    ]
    if not here:
        return NOBODY_HERE
    decided = decide(found, for_care=for_care)
    if decided.person is not None:
        return FoundHere(person=decided.person, step=decided.step) if decided.here else NOBODY_HERE
    first = [row for row in here if _has_number(row) and row.named] or [row for row in here if row.by_number] or here
    return FoundHere(alike=tuple(sorted({row.person for row in first})), doubt=_doubt(first))


def _doubt(rows: Sequence[Alike]) -> Doubt:
    if not any(row.by_number for row in rows):
        return Doubt.LIKE
    fitting = [row for row in rows if _has_number(row) and row.named]
    if not fitting:
        return Doubt.ANOTHER
    if any(row.dead for row in fitting):
        return Doubt.DEAD
    return Doubt.SEVERAL if len({row.human for row in fitting}) > 1 else Doubt.LIKE
