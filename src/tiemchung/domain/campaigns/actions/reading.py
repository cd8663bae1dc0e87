"""Taking in a ward's list: read the file and answer each of its rows, at once or by a job, 5,000 rows a transaction.

A job that ends in the middle goes on behind the last row that was answered. Nothing is on record before `keep_list`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from tiemchung.domain.access import queries as staff
from tiemchung.domain.campaigns import policy
from tiemchung.domain.campaigns.actions.likeness import Likeness
from tiemchung.domain.campaigns.actions.lists import AT_ONCE, PART, WHILE_WAITING
from tiemchung.domain.campaigns.engine import listed
from tiemchung.domain.campaigns.engine.columns import TEMPLATE, Table, fields_of, table_of
from tiemchung.domain.campaigns.errors import CampaignUnknown, ListUnreadable
from tiemchung.domain.campaigns.queries import wishes
from tiemchung.domain.campaigns.queries.lists import Head, list_shown, sealed_part
from tiemchung.domain.campaigns.values import ListRow, ListShown, ListState, Remark, Result
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel import cells
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.cells import Unreadable
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, jobs, sealing
from tiemchung.plumbing.rowsecurity import reaching

MOST_ROWS = 100_000
"""Rows of one file: more than any ward has people. A longer list is brought in parts. Ours."""
SMALL, SMALL_UNPACKED = 512 * 1024, 8 * 1024 * 1024
"""Bytes of a file that is read while the officer waits, as it was brought and as it unpacks; a larger one is read by a
job. Ours."""
STEPS = 6
"""Transactions of 5,000 rows that a job writes before it lets others go on. Ours."""
READ = "campaigns.read_lists"
_ASKED_AT_ONCE = 2_000
_PACKED = b"PK"


def examine_list(
    identifier: UUID, *, name: str, content: bytes, campaign: str, commune: str, actor: Actor, now: datetime
) -> ListShown:
    """Take a file and answer each of its rows: a short one at once, a long one by a job. Told twice, it is one list.

    Refuses what cannot be read as a list (`list-unreadable`), and who does not plan for this ward. What only reading to
    the end can tell is told of the list itself (`ListState.UNREADABLE`).
    """
    if (
        actor.id is None
        or not policy.may_plan(actor, commune=commune)
        or places.commune_era(commune, on=business_day(now)) is None
    ):
        raise NotPermitted
    if wishes.campaign(campaign) is None:
        raise CampaignUnknown(campaign=campaign)
    of_list = _OfList(id=identifier, owner=actor.id, campaign=campaign, commune=commune, brought_at=now, read_to=0)
    try:
        table, rows = _read_now(content, of_list, actor.reach)
    except Unreadable as fault:
        raise ListUnreadable(reason=fault.reason) from None
    head = Head(name=name[:120], header=[], columns={}, typed="unicode")
    with transaction.atomic():
        if not _insert_list(of_list, head, expected=cells.lines_in(content)):
            return list_shown(identifier, actor=actor, purpose=Purpose.REGISTRATION)
        if table is None or rows is None:
            _put_file(of_list, content)
            jobs.soon(READ)
        else:
            _name_columns(of_list, head, table)
            _put(of_list, rows, upto=rows[-1].line)
            _end(of_list, ListState.OPEN)
    return list_shown(identifier, actor=actor, purpose=Purpose.REGISTRATION)


def pasted_file(text: str) -> bytes:
    """Return rows that somebody pasted as a file, to be examined; rows without a header have the template's columns."""
    lines = text.lstrip("\r\n").splitlines()
    separator = "\t" if "\t" in text else ";" if ";" in text else ","
    head = lines[0].split(separator) if lines else []
    if lines and "name" not in fields_of(head):
        lines.insert(0, separator.join(TEMPLATE["vi"]))
    return "\n".join(lines).encode()


class _OfList(NamedTuple):
    """A list whose file is read: `read_to` is the last line that was answered, `taken` the list it is a copy of."""

    id: UUID
    owner: UUID
    campaign: str
    commune: str
    brought_at: datetime
    read_to: int
    taken: UUID | None = None


def _read_now(content: bytes, of_list: _OfList, reach: Reach) -> tuple[Table | None, list[ListRow] | None]:
    """Return the table with its answered rows, or neither for a file that is read by a job. Refuses what is no list."""
    source = cells.rows_of(content)
    if len(content) > SMALL or cells.unpacked_bytes(content) > SMALL_UNPACKED:
        if not content.startswith(_PACKED):
            table_of(source)
        return None, None
    table = table_of(source)
    # Counted before any of them is answered: what is too long for now is answered once, by the job.
    lines = list(islice(((line, row) for line, row in table.rows if any(row)), WHILE_WAITING + 1))
    if len(lines) > WHILE_WAITING:
        return None, None
    table = msgspec.structs.replace(table, rows=iter(lines))
    return table, [row for answered in _answered(table, of_list, reach) for row in answered]


def waiting_to_be_read() -> list[tuple[UUID, str]]:
    """Return the lists whose files are to be read, with their wards, in the order in which they were brought. For a job."""
    return database.rows("select id, commune from campaigns_list where state = 'reading' order by uploaded_at, id")


def read_list(identifier: UUID, *, commune: str) -> bool:
    """Answer the next rows of a file; returns whether more of them wait. Told twice at once, each row is answered once."""
    alone = Reach(communes=frozenset({commune}), sites=frozenset({ward_code(commune)}))
    with reaching(alone):
        found = _waiting(identifier)
    if found is None:
        return False
    of_list, head, content = found
    reach = _reach_of(of_list) or alone
    try:
        table = table_of(cells.rows_of(content))
        with reaching(alone):
            _name_columns(of_list, head, table)
        for step, rows in enumerate(_answered(table, of_list, reach), start=1):
            with reaching(alone):
                if not _put(of_list, rows, upto=rows[-1].line):
                    return False
            of_list = of_list._replace(read_to=rows[-1].line)
            if step == STEPS:
                return True
    except Unreadable as fault:
        with reaching(alone):
            _end(of_list, ListState.UNREADABLE, fault=fault.reason)
    else:
        with reaching(alone):
            _end(of_list, ListState.OPEN)
    return False


def _waiting(identifier: UUID) -> tuple[_OfList, Head, bytes] | None:
    found = database.row(
        "select l.owner, l.campaign, l.commune, l.uploaded_at, l.read_to, l.taken, l.sealed, f.sealed from campaigns_list l "
        "join campaigns_listfile f on f.list = l.id where l.id = %s and l.state = 'reading'",
        [identifier],
    )
    if found is None:
        return None
    head = msgspec.json.decode(sealing.unseal(bytes(found[6]), identifier.bytes), type=Head)
    return _OfList(identifier, *found[:6]), head, sealing.unseal(bytes(found[7]), identifier.bytes)


def _reach_of(of_list: _OfList) -> Reach | None:
    """Return what whoever brought the list reaches at the post that plans for its ward; None if they hold it no more."""
    posts = staff.posts_of(of_list.owner)
    actors = (staff.actor_of_staff(of_list.owner, post=post.key) for post in posts)
    return next((actor.reach for actor in actors if policy.may_plan(actor, commune=of_list.commune)), None)


def _answered(table: Table, of_list: _OfList, reach: Reach) -> Iterator[list[ListRow]]:
    """Yield the rows with their answers, 5,000 at a time, from behind the last that was answered.

    Those answered before are read again all the same: a row below may be like one of them. Refuses one that is too long
    or has no rows.
    """
    today, groups, width = business_day(of_list.brought_at), tuple(wishes.target_groups()), len(table.header)
    with reaching(reach):
        like = Likeness(
            campaign=of_list.campaign,
            commune=of_list.commune,
            reach=reach,
            owner=of_list.owner,
            taken=of_list.taken,
        )
    waiting, rows, count = list[tuple[int, listed.Read]](), list[ListRow](), 0
    for line, row in table.rows:
        read = listed.read_row(
            row,
            table.columns,
            typed=table.typed,
            today=today,
            groups=groups,
            width=width,
            countries=settings.TIEMCHUNG_PHONE_COUNTRIES,
        )
        if read is None:
            continue
        count += 1
        if count > MOST_ROWS:
            raise Unreadable("too-long")
        if line <= of_list.read_to:
            like.remember(line, read)
            continue
        waiting.append((line, read))
        if len(waiting) + len(rows) == AT_ONCE or len(waiting) == _ASKED_AT_ONCE:
            with reaching(reach):
                rows += like.answer(waiting, now=of_list.brought_at)
            waiting.clear()
        if len(rows) == AT_ONCE:
            yield rows
            rows = []
    if count == 0:
        raise Unreadable("no-rows")
    if waiting:
        with reaching(reach):
            rows += like.answer(waiting, now=of_list.brought_at)
    if rows:
        yield rows


def _insert_list(of_list: _OfList, head: Head, *, expected: int) -> int:
    return database.run(
        "insert into campaigns_list (site, id, owner, uploaded_at, rows, matching, fresh, doubtful, unusable, settled, "
        "kept, commune, campaign, state, sealed, read_to, fault, expected) "
        "values (%s, %s, %s, %s, 0, 0, 0, 0, 0, 0, 0, %s, %s, 'reading', %b, 0, '', %s) on conflict do nothing",
        [
            ward_code(of_list.commune),
            of_list.id,
            of_list.owner,
            of_list.brought_at,
            of_list.commune,
            of_list.campaign,
            _sealed_head(of_list, head),
            expected,
        ],
    )


def _put_file(of_list: _OfList, content: bytes) -> None:
    sealed = sealing.seal("identity", of_list.brought_at.date(), content, of_list.id.bytes)
    database.run(
        "insert into campaigns_listfile (site, list, commune, sealed) values (%s, %s, %s, %b)",
        [ward_code(of_list.commune), of_list.id, of_list.commune, sealed],
    )


def _name_columns(of_list: _OfList, head: Head, table: Table) -> None:
    told = Head(name=head.name, header=table.header, columns=table.columns, typed=table.typed)
    database.run(
        "update campaigns_list set sealed = %b where id = %s and state = 'reading'",
        [_sealed_head(of_list, told), of_list.id],
    )


def _sealed_head(of_list: _OfList, head: Head) -> bytes:
    return sealing.seal("identity", of_list.brought_at.date(), msgspec.json.encode(head), of_list.id.bytes)


def _put(of_list: _OfList, rows: list[ListRow], *, upto: int) -> bool:
    """Put answered rows beside their list, and say how far it is read; False if somebody else went on or threw it away."""
    counts = Counter(row.result for row in rows)
    remarks = Counter(row.reason for row in rows)
    moved = database.run(
        "update campaigns_list set rows = rows + %s, matching = matching + %s, fresh = fresh + %s, "
        "doubtful = doubtful + %s, unusable = unusable + %s, above = above + %s, listed = listed + %s, "
        "vaccinated = vaccinated + %s, read_to = %s, taken = coalesce(taken, %s) "
        "where id = %s and state = 'reading' and read_to = %s",
        [
            len(rows),
            counts[Result.MATCH],
            counts[Result.NEW],
            counts[Result.DOUBT],
            counts[Result.UNUSABLE],
            remarks[Remark.ABOVE],
            remarks[Remark.LISTED],
            remarks[Remark.VACCINATED],
            upto,
            next((row.taken for row in rows if row.taken), None),
            of_list.id,
            of_list.read_to,
        ],
    )
    if moved:
        _insert_parts(of_list, rows)
    return bool(moved)


def _insert_parts(of_list: _OfList, rows: list[ListRow]) -> None:
    parts = [rows[first : first + PART] for first in range(0, len(rows), PART)]
    counts = [Counter(row.result for row in part) for part in parts]
    (before,) = database.rows(
        "select coalesce(max(part) + 1, 0) from campaigns_listpart where list = %s", [of_list.id]
    )[0]
    places, day = [before + place for place in range(len(parts))], of_list.brought_at.date()
    database.run(
        "insert into campaigns_listpart (site, commune, list, part, last_line, matching, fresh, doubtful, unusable, kept, "
        "sealed, returned) select %s, %s, %s, x.p, x.l, x.m, x.f, x.d, x.u, false, x.s, string_to_array(x.r, ',')::int4[] "
        "from unnest(%b::int4[], %b::int4[], %b::int2[], %b::int2[], %b::int2[], %b::int2[], %b::bytea[], %b::text[]) "
        "as x(p, l, m, f, d, u, s, r)",
        [
            ward_code(of_list.commune),
            of_list.commune,
            of_list.id,
            arrays.integers(places),
            arrays.integers([part[-1].line for part in parts]),
            arrays.smallints([count[Result.MATCH] for count in counts]),
            arrays.smallints([count[Result.NEW] for count in counts]),
            arrays.smallints([count[Result.DOUBT] for count in counts]),
            arrays.smallints([count[Result.UNUSABLE] for count in counts]),
            arrays.binaries(
                [sealed_part(of_list.id, place, part, day=day) for place, part in zip(places, parts, strict=True)]
            ),
            arrays.texts([",".join(str(row.place) for row in part if row.place) for part in parts]),
        ],
    )


def _end(of_list: _OfList, state: ListState, *, fault: str = "") -> None:
    """Let the reading end; of a file that turned out to be no list nothing is left but why."""
    ended = database.run(
        "update campaigns_list set state = %s, fault = %s where id = %s and state = 'reading'",
        [state.value, fault, of_list.id],
    )
    if not ended:
        return
    database.run("delete from campaigns_listfile where list = %s", [of_list.id])
    if state is ListState.UNREADABLE:
        database.run("update campaigns_listpart set sealed = '' where list = %s", [of_list.id])
