"""What linkage found: certain pairs become one by themselves, likely ones go to a clerk. Either way there is a case.

Certain is not enough: a pair whose doses could not be one person's, that somebody has said to be two, or of which one came to
a site without showing who they are, is for a clerk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from tiemchung.domain.immunization import queries as record
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import queries, rules
from tiemchung.domain.mending.actions.opening import Opening, open_case
from tiemchung.domain.mending.events import CaseDecided
from tiemchung.domain.mending.values import LIKELY, CaseState, Origin, Outcome, StepKind
from tiemchung.domain.people import actions as people_actions
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.queries import LikelyPair
from tiemchung.domain.people.values import Joined
from tiemchung.domain.visits import queries as visits
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database

_ASKED = """
select c.person, c.other from mending_case c join unnest(%b::uuid[], %b::uuid[]) as x(person, other)
on c.person = x.person and c.other = x.other
"""
# Open, proposed, or decided otherwise: whatever is not "one person" stands between two records.
_APART = """
select person, other from mending_case where person = any(%b::uuid[]) and other = any(%b::uuid[])
and (state <> 'decided' or outcome <> 'not-upheld')
"""
_DECIDE = "update mending_case set state = %s, outcome = %s, decided_at = %s where id = %s returning site, commune"
_DECIDED = """
insert into mending_step (id, of_case, by, at, what, site, commune, to_site, outcome)
values (%s, %s, null, %s, %s, %s, %s, '', %s)
"""


class Kept(NamedTuple):
    """What became of pairs: how many were joined, and how many a clerk is asked about."""

    joined: int
    asked: int


@transaction.atomic
def keep_pairs(pairs: Sequence[LikelyPair], *, met: Mapping[UUID, str], now: datetime) -> Kept:
    """Join the certain ones of these pairs, and open a case of each other one. Told again, nothing more is done.

    `met` tells where a person was told, for the desk of the case. For a worker's session.
    """
    known = set(
        database.rows(
            _ASKED, [arrays.uuids([pair.person for pair in pairs]), arrays.uuids([pair.other for pair in pairs])]
        )
    )
    fresh = [pair for pair in pairs if (pair.person, pair.other) not in known]
    told = _Told({person for pair in fresh for person in pair[:2]}, met=met, now=now)
    waiting, doubtful = [pair for pair in fresh if pair.certain], [pair for pair in fresh if not pair.certain]
    joined = 0
    while waiting:
        part, waiting = _of_different_humans(waiting)
        certain = _possible(part)
        joined += len(certain)
        for pair in certain:
            _join(pair, told=told)
        doubtful += [pair for pair in part if pair not in certain]
    same = people.ids_of_many({pair.person for pair in doubtful})
    asked = [pair for pair in doubtful if pair.other not in same[pair.person]]
    for pair in asked:
        open_case(told.opening(pair), actor=SYSTEM, now=now)
    return Kept(joined=joined, asked=len(asked))


def _of_different_humans(pairs: Sequence[LikelyPair]) -> tuple[list[LikelyPair], list[LikelyPair]]:
    """Return pairs of which no two touch one human being, and those that wait for these; who is one already is in neither."""
    humans = people.ids_of_many({person for pair in pairs for person in pair[:2]})
    part, later, touched = list[LikelyPair](), list[LikelyPair](), set[UUID]()
    for pair in pairs:
        both = humans[pair.person] | humans[pair.other]
        if pair.other in humans[pair.person]:
            continue
        if both & touched:
            later.append(pair)
        else:
            part.append(pair)
            touched |= both
    return part, later


def _possible(pairs: Sequence[LikelyPair]) -> set[LikelyPair]:
    """Return those whose rows nobody says to be two, whose doses may be one person's, and who proved at sites who they are."""
    worse = record.worse_if_joined([(pair.person, pair.other) for pair in pairs])
    humans = people.ids_of_many({person for pair in pairs for person in pair[:2]})
    rows = sorted({row for human in humans.values() for row in human})
    apart = database.rows(_APART, [arrays.uuids(rows), arrays.uuids(rows)])
    # Who says a stranger's number at a desk would open the stranger's record by the slip of their own dose; and under the
    # number of somebody who has died nobody goes on living without a human having looked.
    in_question = visits.told_alone(rows) | people.dead(rows).keys()
    return {
        pair
        for pair, is_worse in zip(pairs, worse, strict=True)
        if not is_worse
        and in_question.isdisjoint(humans[pair.person] | humans[pair.other])
        and not _parted(humans[pair.person] | humans[pair.other], apart)
    }


def _parted(human: Collection[UUID], apart: Sequence[tuple[UUID, UUID]]) -> bool:
    return any(person in human and other in human for person, other in apart)


class _Told:
    """What the cases of these persons begin with."""

    def __init__(self, persons: set[UUID], *, met: Mapping[UUID, str], now: datetime) -> None:
        self._facts = people.facts(persons)
        self._met = met
        self.now = now
        self._kind = queries.complaint_kinds()[LIKELY]

    def opening(self, pair: LikelyPair) -> Opening:
        """Return the case of a pair, on the desk where the one who is new was told."""
        person = pair.person if pair.person in self._met else pair.other
        return Opening(
            id=uuid7(self.now),
            kind=self._kind,
            origin=Origin.PLATFORM,
            number=rules.new_number(),
            due_at=self.now + self._kind.answered_within,
            site=self._met.get(person, ""),
            commune=self._facts[person].commune if person in self._facts else "",
            person=pair.person,
            other=pair.other,
        )


def _join(pair: LikelyPair, *, told: _Told) -> None:
    """Let a case say that the two are one, decided as it is opened: a clerk parts them as any other two."""
    now, opening = told.now, told.opening(pair)
    if not open_case(opening, actor=SYSTEM, now=now):
        return
    desk = database.row(_DECIDE, [CaseState.DECIDED, Outcome.NOT_UPHELD, now, opening.id])
    step = uuid7(now)
    site, commune = desk or ("", "")
    database.run(_DECIDED, [step, opening.id, now, StepKind.DECIDED, site, commune, Outcome.NOT_UPHELD])
    fact = CaseDecided(id=step, at=now, case=opening.id, topic=LIKELY, outcome=Outcome.NOT_UPHELD)
    journal.append([fact], actor=SYSTEM, recorded_at=now, site=opening.site, persons={step: pair.person})
    people_actions.join([Joined(person=pair.person, other=pair.other, decision=opening.id)], now=now)
