"""The headers of which a ward's officers have said which column is what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tiemchung.domain.campaigns.engine.columns import fields_of, header_key
from tiemchung.domain.campaigns.values import Heading
from tiemchung.domain.places.values import ward_code
from tiemchung.plumbing import database, sealing

MOST_HEADINGS = 100
"""Headers that are remembered of one ward. Ours."""


class _Told(msgspec.Struct, frozen=True):
    header: list[str]
    columns: dict[str, int]


def headings_of(commune: str) -> list[Heading]:
    """Return what was said of headers of this ward's lists, the last word first; none of a ward out of reach."""
    found = database.rows(
        "select mark, said_at, sealed from campaigns_listheading where site = %s order by said_at desc, mark limit %s",
        [ward_code(commune), MOST_HEADINGS],
    )
    return [_heading(commune, bytes(mark), at, bytes(sealed)) for mark, at, sealed in found]


def columns_by_header(commune: str) -> dict[str, dict[str, int]]:
    """Return the columns of the headers that this ward's officers have spoken of, by what two spellings of one share."""
    return {header_key(one.header): one.columns for one in headings_of(commune)}


def columns_of(header: Sequence[str], *, commune: str) -> dict[str, int]:
    """Return which column of a header is what for a list of this ward: as its officers have said, else by its words."""
    said = columns_by_header(commune).get(header_key(header))
    return fields_of(header) if said is None else said


def heading_mark(key: str) -> bytes:
    """Return the keyed hash under which a header is kept."""
    return sealing.lookup_hash("list-header", key)


def _heading(commune: str, mark: bytes, at: datetime, sealed: bytes) -> Heading:
    told = msgspec.json.decode(sealing.unseal(sealed, commune.encode() + mark), type=_Told)
    return Heading(mark=mark, header=told.header, columns=told.columns, said_at=at)
