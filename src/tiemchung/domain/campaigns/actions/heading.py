"""Which column is what, as a ward's officers have said of a header: a list under the same header is read so from then on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import transaction

from tiemchung.domain.campaigns import policy
from tiemchung.domain.campaigns.engine.columns import FIELDS, NEEDED, header_key
from tiemchung.domain.campaigns.errors import ColumnsIncomplete
from tiemchung.domain.campaigns.queries.headings import MOST_HEADINGS, heading_mark
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel import cells
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import reaching

_PUT = """
insert into campaigns_listheading (site, mark, commune, said_by, said_at, sealed) values (%s, %b, %s, %s, %s, %b)
on conflict (site, mark) do update set said_by = excluded.said_by, said_at = excluded.said_at, sealed = excluded.sealed
"""
# What was said longest ago makes room: a ward that names a new header every day is read by the words of its headers.
_MAKE_ROOM = """
delete from campaigns_listheading where site = %s and mark in (
    select mark from campaigns_listheading where site = %s order by said_at desc, mark offset %s)
"""


def remember_columns(
    header: Sequence[str], columns: Mapping[str, int], *, commune: str, actor: Actor, now: datetime
) -> None:
    """Remember for this ward which column of a header is what; said again, the last word holds.

    Refuses columns without a name or a birth, a column that is two things, and one that the header has not
    (`columns-incomplete`), and who does not plan for this ward.
    """
    if actor.id is None or not policy.may_plan(actor, commune=commune):
        raise NotPermitted
    told = [cell.strip()[: cells.LONGEST_CELL] for cell in header]
    missing = [field for field in NEEDED if field not in columns]
    if missing or not any(told) or len(told) > cells.MOST_COLUMNS:
        raise ColumnsIncomplete(field=missing[0] if missing else "header")
    for field, place in columns.items():
        if field not in FIELDS or not 0 <= place < len(told) or list(columns.values()).count(place) > 1:
            raise ColumnsIncomplete(field=field)
    mark, ward = heading_mark(header_key(told)), ward_code(commune)
    clear = msgspec.json.encode({"header": told, "columns": dict(columns)})
    with transaction.atomic(), reaching(actor.reach):
        sealed = sealing.seal("identity", now.date(), clear, commune.encode() + mark)
        database.run(_PUT, [ward, mark, commune, actor.id, now, sealed])
        database.run(_MAKE_ROOM, [ward, ward, MOST_HEADINGS])


def forget_columns(mark: bytes, *, commune: str, actor: Actor) -> None:
    """Forget what was said of a header: it is read by its words again. Refuses who does not plan for this ward."""
    if not policy.may_plan(actor, commune=commune):
        raise NotPermitted
    with reaching(actor.reach):
        database.run("delete from campaigns_listheading where site = %s and mark = %b", [ward_code(commune), mark])
