"""Deciding on a ward's list: settle what is doubtful, keep what is certain, 5,000 rows at a time, or throw it away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.campaigns import policy
from tiemchung.domain.campaigns.actions.registering import register
from tiemchung.domain.campaigns.actions.regrouping import regroup
from tiemchung.domain.campaigns.actions.strides import go_through_each
from tiemchung.domain.campaigns.actions.taking import forget_taken
from tiemchung.domain.campaigns.errors import ListBeingRead, ListSettled, ListUnknown, RowSettled
from tiemchung.domain.campaigns.queries.lists import list_shown, persons_kept, read_part, sealed_part
from tiemchung.domain.campaigns.values import (
    Channel,
    Choice,
    ListRow,
    ListShown,
    ListState,
    Registration,
    Result,
)
from tiemchung.domain.people import actions as people
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, jobs
from tiemchung.plumbing.rowsecurity import reaching

PART = 200
"""Rows that lie sealed together."""
AT_ONCE = 5_000
"""Rows kept in one transaction, at most: fewer where the database has no time for them."""
WHILE_WAITING = 2_000
"""Rows read and kept while the officer waits; a longer list is read and kept by jobs, and the page says how far it is."""
ROWS_KEPT_FOR = timedelta(days=30)
"""How long the rows of a list lie here after it was decided, or brought and left undecided: time to settle doubts and to
mend what was refused. Ours; afterwards only what was put on record is left of them."""
KEEP = "campaigns.keep_lists"
_GONE = frozenset({ListState.DROPPED, ListState.FORGOTTEN, ListState.UNREADABLE, ListState.UNDOING, ListState.UNDONE})


@transaction.atomic
def settle_row(
    identifier: UUID, line: int, *, choice: Choice, person: UUID | None, actor: Actor, now: datetime
) -> None:
    """Decide on a row that can be read: somebody new, one of the persons it is like, or left out. The last decision holds.

    A row that matches is decided without it; it may still be left out, or kept beside whom it is like. In a part that was
    kept the row is kept at once, and a row that was kept stays. Refuses a person who was not offered.
    """
    shown = own_list(identifier, actor)
    _insist_read(shown)
    found = database.row(
        "select part, sealed, kept from campaigns_listpart where list = %s and last_line >= %s order by part limit 1 for update",
        [identifier, line],
    )
    rows = read_part(identifier, found[0], bytes(found[1])) if found else []
    place = next((place for place, row in enumerate(rows) if row.line == line), None)
    if found is None or place is None or rows[place].result is Result.UNUSABLE or choice is Choice.NONE:
        raise RowSettled
    before, part_kept = rows[place], bool(found[2])
    if (choice is Choice.PERSON) != (person is not None) or (person is not None and person not in before.candidates):
        raise RowSettled
    if before.certain and part_kept:
        raise RowSettled
    rows[place] = msgspec.structs.replace(before, choice=choice, person=person)
    database.run(
        "update campaigns_listpart set sealed = %b where list = %s and part = %s",
        [sealed_part(identifier, found[0], rows, day=now.date()), identifier, found[0]],
    )
    database.run(
        "update campaigns_list set settled = settled + %s where id = %s",
        [int(rows[place].certain) - int(before.certain), identifier],
    )
    if part_kept and rows[place].certain:
        _keep_rows([rows[place]], shown, owner=actor, now=now)


def keep_list(identifier: UUID, *, actor: Actor, now: datetime) -> ListShown:
    """Put the certain rows on record. A long list is kept by a job; told twice, each row is kept once."""
    with transaction.atomic():
        shown = own_list(identifier, actor)
        _insist_read(shown)
        if shown.state is ListState.OPEN:
            database.run(
                "update campaigns_list set state = 'keeping', decided_at = %s where id = %s and state = 'open'",
                [now, identifier],
            )
            if shown.rows > WHILE_WAITING:
                jobs.soon(KEEP)
            else:
                while _keep_next(identifier, AT_ONCE // PART, now=now):
                    pass
    return list_shown(identifier, actor=actor, purpose=Purpose.REGISTRATION)


def keep_waiting(*, now: datetime) -> int:
    """Keep the lists that were decided, 5,000 rows a transaction; returns how many lists it finished. A worker's work."""
    waiting = database.rows("select id from campaigns_list where state = 'keeping' order by decided_at, id")
    return go_through_each((row[0] for row in waiting), partial(_keep_next, now=now), most=AT_ONCE // PART)


def drop_list(identifier: UUID, *, actor: Actor, now: datetime) -> None:
    """Throw a list away before anything of it was kept; its rows are gone."""
    with transaction.atomic():
        if own_list(identifier, actor).state not in (ListState.OPEN, ListState.READING):
            raise ListSettled
        database.run(
            "update campaigns_list set state = 'dropped', decided_at = %s where id = %s and state in ('open', 'reading')",
            [now, identifier],
        )
        database.run("delete from campaigns_listfile where list = %s", [identifier])
        database.run("update campaigns_listpart set sealed = '' where list = %s", [identifier])


def check_list(identifier: UUID, *, actor: Actor, now: datetime) -> None:
    """Sign a kept list for the population register to say which fields differ. Whoever brought it signs it.

    Opens transactions of its own. Refuses a list that was not kept, or whose rows are gone, and what `people` refuses.
    """
    with reaching(actor.reach):
        shown = own_list(identifier, actor)
        if shown.state is not ListState.KEPT:
            raise ListSettled
        persons = list(persons_kept(identifier))
    people.send_list(identifier, persons, count=shown.kept, commune=shown.commune, actor=actor, now=now)


_FORGET = """
with old as (
    update campaigns_list set state = 'forgotten'
    where state in ('open', 'kept', 'dropped', 'reading', 'unreadable', 'undone')
      and coalesce(decided_at, uploaded_at) < %s returning site, id
)
update campaigns_listpart p set sealed = '' from old where p.site = old.site and p.list = old.id and p.sealed <> ''
"""


def forget_lists(*, now: datetime) -> None:
    """Erase the rows of lists that were decided, or left lying, longer ago than `ROWS_KEPT_FOR`. A worker's work."""
    database.run(_FORGET, [now - ROWS_KEPT_FOR])
    database.run("delete from campaigns_listfile f using campaigns_list l where l.id = f.list and l.state <> 'reading'")
    forget_taken(now=now)


def _insist_read(shown: ListShown) -> None:
    if shown.state in _GONE:
        raise ListSettled
    if shown.state is ListState.READING:
        raise ListBeingRead


def own_list(identifier: UUID, actor: Actor) -> ListShown:
    """Return a list of this actor's that they still plan for, locked until the transaction ends. Refuses any other."""
    found = database.row(
        "select commune from campaigns_list where id = %s and owner = %s for update", [identifier, actor.id]
    )
    if found is None:
        raise ListUnknown
    if not policy.may_plan(actor, commune=found[0]):
        raise NotPermitted
    return list_shown(identifier, actor=actor, purpose=Purpose.REGISTRATION)


@transaction.atomic
def _keep_next(identifier: UUID, parts: int, *, now: datetime) -> bool:
    """Keep the next parts of a list; False once none is left, and then the list is kept."""
    # The list before its parts, as whoever settles a row of it does.
    told = database.row("select owner, commune, campaign from campaigns_list where id = %s for update", [identifier])
    if told is None:
        return False
    owner, commune, campaign = told
    found = database.rows(
        "select part, sealed from campaigns_listpart where list = %s and not kept order by part limit %s for update",
        [identifier, parts],
    )
    if not found:
        database.run("update campaigns_list set state = 'kept' where id = %s and state = 'keeping'", [identifier])
        return False
    rows = [row for part, sealed in found for row in read_part(identifier, part, bytes(sealed)) if row.certain]
    _register(rows, campaign=campaign, commune=commune, owner=owner, now=now)
    database.run(
        "update campaigns_listpart set kept = true where list = %s and part = any(%b::int4[])",
        [identifier, arrays.integers([part for part, _ in found])],
    )
    database.run("update campaigns_list set kept = kept + %s where id = %s", [len(rows), identifier])
    return True


def _keep_rows(rows: Sequence[ListRow], shown: ListShown, *, owner: Actor, now: datetime) -> None:
    if owner.id is None:
        raise NotPermitted
    _register(rows, campaign=shown.campaign, commune=shown.commune, owner=owner.id, now=now)
    database.run("update campaigns_list set kept = kept + %s where id = %s", [len(rows), shown.id])


def _register(rows: Sequence[ListRow], *, campaign: str, commune: str, owner: UUID, now: datetime) -> None:
    """Register as whoever decided, in the reach of this ward alone."""
    reach = Reach(communes=frozenset({commune}), sites=frozenset({ward_code(commune)}))
    by = Actor(id=owner, kind=ActorKind.STAFF, powers=frozenset({Power.PLAN}), reach=reach)
    told = [
        Registration(
            id=row.id,
            campaign=campaign,
            person_told=row.block,
            commune=commune,
            person=row.person,
            target_group=row.target_group,
        )
        for row in rows
        if row.block is not None
    ]
    groups = [
        (row.of, row.target_group)
        for row in rows
        if row.of is not None and row.choice is not Choice.NEW and row.target_group != "unknown"
    ]
    with reaching(reach):
        register(told, actor=by, now=now, channel=Channel.LIST)
        regroup(groups, campaign=campaign, commune=commune, actor=by, now=now)
