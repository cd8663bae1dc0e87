"""Taking in a ward's list: read the file and answer each of its rows, at once or by a job, 5,000 rows a transaction.

A job goes on behind the last row that was answered, at the byte at which it stands, and reads none above it again. Nothing
is on record before `keep_list`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from tiemchung.domain.access import queries as staff
from tiemchung.domain.campaigns import policy
from tiemchung.domain.campaigns.actions import filing
from tiemchung.domain.campaigns.actions.likeness import Likeness
from tiemchung.domain.campaigns.actions.lists import AT_ONCE, PART, WHILE_WAITING
from tiemchung.domain.campaigns.actions.seen import Seen
from tiemchung.domain.campaigns.actions.strides import go_through
from tiemchung.domain.campaigns.engine import listed
from tiemchung.domain.campaigns.engine.columns import LOOKED_AT, TEMPLATE, Table, fields_of, table_of
from tiemchung.domain.campaigns.errors import CampaignUnknown, ListUnreadable
from tiemchung.domain.campaigns.queries import wishes
from tiemchung.domain.campaigns.queries.headings import columns_by_header
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

MOST_ROWS = 1_048_576
"""Rows of one file: as many as a sheet has. A longer list is brought in parts."""
SMALL, SMALL_UNPACKED = 512 * 1024, 8 * 1024 * 1024
"""Bytes of a file that is read while the officer waits, as it was brought and as it unpacks; a larger one is read by a
job. Ours."""
STEPS = 20
"""Transactions of 5,000 rows that a job writes before it lets others go on. Ours."""
READ = "campaigns.read_lists"


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
    of_list = _OfList(id=identifier, owner=actor.id, campaign=campaign, commune=commune, brought_at=now)
    try:
        table, rows = _read_now(content, of_list, actor.reach)
    except Unreadable as fault:
        raise ListUnreadable(reason=fault.reason) from None
    head = Head(name=name[:120], header=[], columns={}, typed="unicode")
    with transaction.atomic():
        if not _insert_list(of_list, head, expected=cells.lines_in(content)):
            return list_shown(identifier, actor=actor, purpose=Purpose.REGISTRATION)
        if table is None or rows is None:
            filing.put_file(of_list.place, content)
            jobs.soon(READ)
        else:
            _name_columns(of_list, _head_of(head, table), upto=0, behind=0)
            _put(of_list, rows, upto=rows[-1].line, behind=0)
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
    """A list whose file is read, and how far.

    `read_to` is the last line that was answered and `read_bytes` the byte behind it, `rows` how many were answered, `taken`
    the list that this is a copy of.
    """

    id: UUID
    owner: UUID
    campaign: str
    commune: str
    brought_at: datetime
    read_to: int = 0
    read_bytes: int = 0
    rows: int = 0
    taken: UUID | None = None

    @property
    def place(self) -> filing.Place:
        """Where the pieces of its file lie."""
        return filing.Place(list=self.id, commune=self.commune, day=self.brought_at.date())


def _read_now(content: bytes, of_list: _OfList, reach: Reach) -> tuple[Table | None, list[ListRow] | None]:
    """Return the table with its answered rows, or neither for a file that is read by a job. Refuses what is no list."""
    with reaching(reach):
        said = columns_by_header(of_list.commune)
    source = cells.rows_of(content)
    if len(content) > SMALL or cells.unpacked_bytes(content) > SMALL_UNPACKED:
        if not cells.is_packed(content):
            table_of(source, said=said)
        return None, None
    table = table_of(source, said=said)
    # Counted before any of them is answered: what is too long for now is answered once, by the job.
    lines = list(islice(((line, row) for line, row in table.rows if any(row)), WHILE_WAITING + 1))
    if len(lines) > WHILE_WAITING:
        return None, None
    reader = _reader(_head_of(None, table), of_list)
    read = [(line, told) for line, row in lines if (told := reader(row)) is not None]
    if not read:
        raise Unreadable("no-rows")
    with reaching(reach):
        return table, _likeness(of_list, Seen()).answer(read, now=of_list.brought_at)


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
    try:
        opened = found if found[1].form else _opened(*found, alone)
        if opened is None:
            return False
        answering = _Answering(*opened, alone)
        go_through(answering.go_on, most=AT_ONCE)
    except Unreadable as fault:
        with reaching(alone):
            _end(found[0], ListState.UNREADABLE, fault=fault.reason)
        return False
    if answering.is_read:
        with reaching(alone):
            _end(found[0], ListState.OPEN)
    return answering.waits


def _waiting(identifier: UUID) -> tuple[_OfList, Head] | None:
    found = database.row(
        "select owner, campaign, commune, uploaded_at, read_to, read_bytes, rows, taken, sealed from campaigns_list "
        "where id = %s and state = 'reading'",
        [identifier],
    )
    if found is None:
        return None
    head = msgspec.json.decode(sealing.unseal(bytes(found[8]), identifier.bytes), type=Head)
    return _OfList(identifier, *found[:8]), head


def _opened(of_list: _OfList, head: Head, alone: Reach) -> tuple[_OfList, Head] | None:
    """Find how a file was saved and which column is what, and keep it beside the list; a packed file is unpacked first.

    None if somebody else went on with it or threw it away. Refuses what is no list.
    """
    source, is_packed = filing.source_of(of_list.place, filing.Kept.BROUGHT, alone), False
    for some in source(0):
        is_packed = cells.is_packed(some)
        break
    if is_packed:
        filing.unpack(of_list.place, alone)
        source = filing.source_of(of_list.place, filing.Kept.LINES, alone)
    form = cells.LINES if is_packed else cells.form_of(source)
    first = list(islice(cells.rows_from(source, form), LOOKED_AT * 8))
    with reaching(alone):
        said = columns_by_header(of_list.commune)
    table = table_of([row for row, _ in first], said=said)
    behind = first[table.line - 1][1]
    head = msgspec.structs.replace(_head_of(head, table), form=form, unpacked=is_packed)
    with reaching(alone):
        if not _name_columns(of_list, head, upto=table.line, behind=behind):
            return None
        if is_packed:
            filing.drop_brought(of_list.id)
    return of_list._replace(read_to=table.line, read_bytes=behind), head


def _reach_of(of_list: _OfList) -> Reach | None:
    """Return what whoever brought the list reaches at the post that plans for its ward; None if they hold it no more."""
    posts = staff.posts_of(of_list.owner)
    actors = (staff.actor_of_staff(of_list.owner, post=post.key) for post in posts)
    return next((actor.reach for actor in actors if policy.may_plan(actor, commune=of_list.commune)), None)


def _reader(head: Head, of_list: _OfList) -> Callable[[cells.Row], listed.Read | None]:
    """Return what reads the rows of a file, each by itself."""
    return partial(
        listed.read_row,
        columns=head.columns,
        typed=head.typed,
        today=business_day(of_list.brought_at),
        groups=frozenset(wishes.target_groups()),
        width=len(head.header),
        countries=settings.TIEMCHUNG_PHONE_COUNTRIES,
    )


def _likeness(of_list: _OfList, seen: Seen) -> Likeness:
    return Likeness(
        campaign=of_list.campaign,
        commune=of_list.commune,
        owner=of_list.owner,
        taken=of_list.taken,
        seen=seen,
    )


class _Answering:
    """Answers the rows of a file behind the last that was answered, and puts them beside their list.

    Each step begins where the list says that it is read to, so that one that failed can be taken again, shorter.
    """

    def __init__(self, of_list: _OfList, head: Head, alone: Reach) -> None:
        self._of_list, self._head, self._alone = of_list, head, alone
        self._reach = _reach_of(of_list) or alone
        self._seen = Seen(filing.pieces_of(of_list.place, filing.Kept.SEEN, alone))
        self._likeness = _likeness(of_list, self._seen)
        self._steps = 0
        self._rows: Iterator[tuple[int, listed.Read, int]] | None = None
        self.is_read = self.waits = False
        """Whether the last row is answered, and whether others have their turn before the next ones."""

    def go_on(self, most: int) -> bool:
        """Answer so many rows at most; returns whether to go on at once. Refuses a file that is too long or has none."""
        rows, self._rows = self._rows or self._read_on(), None
        some = list(islice(rows, most))
        if not some:
            if self._of_list.rows == 0:
                raise Unreadable("no-rows")
            self.is_read = True
            return False
        with reaching(self._reach):
            answered = self._likeness.answer([(line, read) for line, read, _ in some], now=self._of_list.brought_at)
        upto, _, behind = some[-1]
        with reaching(self._alone):
            if not _put(self._of_list, answered, upto=upto, behind=behind, seen=self._seen.fresh()):
                return False
        count = self._of_list.rows + len(some)
        self._of_list, self._rows = self._of_list._replace(read_to=upto, read_bytes=behind, rows=count), rows
        self._steps += 1
        self.waits = self._steps >= STEPS
        return not self.waits

    def _read_on(self) -> Iterator[tuple[int, listed.Read, int]]:
        """Yield the rows that are not answered, each with its line and the byte behind it."""
        of_list, head = self._of_list, self._head
        if head.form is None:
            raise LookupError("a file that nobody has opened")
        source = filing.source_of(
            of_list.place, filing.Kept.LINES if head.unpacked else filing.Kept.BROUGHT, self._alone
        )
        reader, count = _reader(head, of_list), of_list.rows
        rows = cells.rows_from(source, head.form, offset=of_list.read_bytes)
        for line, (row, behind) in enumerate(rows, start=of_list.read_to + 1):
            if (read := reader(row)) is not None:
                count += 1
                if count > MOST_ROWS:
                    raise Unreadable("too-long")
                yield line, read, behind


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


def _head_of(head: Head | None, table: Table) -> Head:
    """Return what lies beside a list with the columns of its table."""
    name = head.name if head else ""
    return Head(name=name, header=table.header, columns=table.columns, typed=table.typed)


def _name_columns(of_list: _OfList, head: Head, *, upto: int, behind: int) -> bool:
    """Say which column is what, and where the rows begin; False if somebody else went on or threw the list away."""
    told = database.run(
        "update campaigns_list set sealed = %b, read_to = %s, read_bytes = %s "
        "where id = %s and state = 'reading' and read_to = %s",
        [_sealed_head(of_list, head), upto, behind, of_list.id, of_list.read_to],
    )
    return bool(told)


def _sealed_head(of_list: _OfList, head: Head) -> bytes:
    return sealing.seal("identity", of_list.brought_at.date(), msgspec.json.encode(head), of_list.id.bytes)


def _put(of_list: _OfList, rows: list[ListRow], *, upto: int, behind: int, seen: bytes = b"") -> bool:
    """Put answered rows beside their list with what they are known by, and say how far it is read.

    False if somebody else went on or threw it away.
    """
    counts = Counter(row.result for row in rows)
    remarks = Counter(row.reason for row in rows)
    moved = database.run(
        "update campaigns_list set rows = rows + %s, matching = matching + %s, fresh = fresh + %s, "
        "doubtful = doubtful + %s, unusable = unusable + %s, above = above + %s, listed = listed + %s, "
        "vaccinated = vaccinated + %s, read_to = %s, read_bytes = %s, taken = coalesce(taken, %s) "
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
            behind,
            next((row.taken for row in rows if row.taken), None),
            of_list.id,
            of_list.read_to,
        ],
    )
    if moved:
        _insert_parts(of_list, rows)
        if seen:
            filing.put_piece(of_list.place, filing.Kept.SEEN, place=upto, clear=seen)
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
