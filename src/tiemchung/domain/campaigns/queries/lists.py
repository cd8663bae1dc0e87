"""Lists that wait for a decision. Only whoever brought one may look into it, and each look is logged."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.campaigns.errors import ListUnknown
from tiemchung.domain.campaigns.values import Choice, ListRow, ListShown, ListState, Missing, Remark, Result
from tiemchung.kernel import cells
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database, sealing

PAGE = 50
DOUBTS = 500
"""Open doubts that are counted one by one; beyond them a list says that there are more. Ours."""
LISTS_SHOWN = 20
COUNTED = {
    Result.MATCH: "matching",
    Result.NEW: "fresh",
    Result.DOUBT: "doubtful",
    Result.UNUSABLE: "unusable",
}
"""The column in which the rows of each result are counted."""
_LIST = """
select id, campaign, commune, state, uploaded_at, rows, matching, fresh, doubtful, unusable, settled, kept, sealed, fault,
  above, listed, vaccinated, undone, expected, taken
from campaigns_list
"""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What lies sealed beside a list: its file's name, its header, and how it was typed."""

    name: str
    header: list[str]
    columns: dict[str, int]
    typed: str
    form: cells.Form | None = None
    """How the text of the file was saved, once a job has opened it."""
    unpacked: bool = False
    """Whether the file was a packed one, whose lines lie beside it."""


def lists_of(actor: Actor, *, purpose: Purpose) -> list[ListShown]:
    """Return the lists that this actor has brought, the newest first."""
    del purpose
    found = database.rows(f"{_LIST} where owner = %s order by uploaded_at desc limit %s", [actor.id, LISTS_SHOWN])
    return [_shown(row) for row in found]


def list_shown(identifier: UUID, *, actor: Actor, purpose: Purpose) -> ListShown:
    """Return a list that this actor has brought. Refuses any other as unknown, whoever it belongs to."""
    del purpose
    row = database.row(f"{_LIST} where id = %s and owner = %s", [identifier, actor.id])
    if row is None:
        raise ListUnknown
    return _shown(row)


def list_rows(
    identifier: UUID,
    *,
    actor: Actor,
    purpose: Purpose,
    result: Result | Remark | None = None,
    after: int = 0,
    limit: int = PAGE,
) -> list[ListRow]:
    """Return rows of a list in the order of the file, all or those of one answer, from behind the line `after`."""
    list_shown(identifier, actor=actor, purpose=purpose)
    if isinstance(result, Remark):
        within = Result.DOUBT if result is Remark.ABOVE else Result.MATCH
        return list(islice((row for row in _rows(identifier, within, after) if row.reason == result), limit))
    return list(islice(_rows(identifier, result, after), limit))


def row_shown(identifier: UUID, line: int, *, actor: Actor, purpose: Purpose) -> ListRow | None:
    """Return one row of a list by its line; None if the list has none there."""
    found = list_rows(identifier, actor=actor, purpose=purpose, after=line - 1, limit=1)
    return found[0] if found and found[0].line == line else None


def doubts_of(
    identifier: UUID, *, actor: Actor, purpose: Purpose, after: int = 0, limit: int = DOUBTS
) -> list[ListRow]:
    """Return the doubtful rows that nobody has decided yet, in the order of the file, from behind the line `after`."""
    list_shown(identifier, actor=actor, purpose=purpose)
    return list(islice((row for row in _rows(identifier, Result.DOUBT, after) if row.choice is Choice.NONE), limit))


def rows_to_mend(identifier: UUID, *, actor: Actor, purpose: Purpose) -> Iterator[ListRow]:
    """Yield the rows that were not taken, to be mended in the file and brought again."""
    list_shown(identifier, actor=actor, purpose=purpose)
    return _rows(identifier, Result.UNUSABLE, 0)


def persons_kept(identifier: UUID) -> Iterator[UUID]:
    """Yield the persons of a list's rows that were kept, in the order of the file; each part is read as it is reached."""
    after = 0
    while True:
        found = database.row(
            "select part, last_line, sealed from campaigns_listpart "
            "where list = %s and last_line > %s and kept order by part limit 1",
            [identifier, after],
        )
        if found is None or not found[2]:
            return
        part, after, sealed = found
        for row in read_part(identifier, part, bytes(sealed)):
            if row.certain:
                yield row.person or row.id


_MISSING = """
with given as (
    select x.id, x.place from campaigns_takenlist t, unnest(t.registrations) with ordinality as x(id, place)
    where t.id = %s and x.place not in (select unnest(p.returned) from campaigns_listpart p where p.list = %s)
)
select r.id, r.person_id, count(*) over () from given join campaigns_registration r on r.id = given.id
where r.withdrawn_at is null order by given.place limit %s
"""


def missing_rows(identifier: UUID, *, actor: Actor, purpose: Purpose, limit: int = PAGE) -> Missing:
    """Return whose rows of the list that was taken along a file did not bring back, and who are on the list still.

    Registrations with their persons: whoever asks for names logs the view.
    """
    shown = list_shown(identifier, actor=actor, purpose=purpose)
    if shown.taken is None or shown.state is ListState.READING:
        return Missing(rows=0, persons={})
    found = database.rows(_MISSING, [shown.taken, identifier, limit])
    return Missing(rows=found[0][2] if found else 0, persons={row[0]: row[1] for row in found})


def read_part(list_id: UUID, part: int, sealed: bytes) -> list[ListRow]:
    """Return the rows of a part."""
    return msgspec.json.decode(sealing.unseal(sealed, _place(list_id, part)), type=list[ListRow])


def sealed_part(list_id: UUID, part: int, rows: list[ListRow], *, day: Any) -> bytes:
    """Return the rows of a part as they are stored."""
    return sealing.seal("identity", day, msgspec.json.encode(rows), _place(list_id, part))


def _place(list_id: UUID, part: int) -> bytes:
    return list_id.bytes + part.to_bytes(4, "big")


def _rows(identifier: UUID, result: Result | None, after: int) -> Iterator[ListRow]:
    counted = f"and {COUNTED[result]} > 0" if result else ""
    while True:
        found = database.row(
            "select part, last_line, sealed from campaigns_listpart "
            f"where list = %s and last_line > %s {counted} order by part limit 1",
            [identifier, after],
        )
        if found is None or not found[2]:
            return
        part, last, sealed = found
        for row in read_part(identifier, part, bytes(sealed)):
            if row.line > after and (result is None or row.result is result):
                yield row
        after = last


def _shown(row: tuple[Any, ...]) -> ListShown:
    (
        identifier,
        campaign,
        commune,
        state,
        at,
        rows,
        matching,
        fresh,
        doubtful,
        unusable,
        settled,
        kept,
        sealed,
        fault,
        above,
        listed,
        vaccinated,
        undone,
        expected,
        taken,
    ) = row
    head = msgspec.json.decode(sealing.unseal(bytes(sealed), identifier.bytes), type=Head)
    return ListShown(
        id=identifier,
        name=head.name,
        campaign=campaign,
        commune=commune,
        state=ListState(state),
        uploaded_at=at,
        header=head.header,
        columns=head.columns,
        typed=head.typed,
        rows=rows,
        counts={
            Result.NEW: fresh,
            Result.MATCH: matching,
            Result.DOUBT: doubtful,
            Result.UNUSABLE: unusable,
        },
        certain=matching + fresh + settled,
        kept=kept,
        remarks={Remark.ABOVE: above, Remark.LISTED: listed, Remark.VACCINATED: vaccinated},
        undone=undone,
        expected=expected,
        fault=fault,
        taken=taken,
    )
