"""The file of a list while a job reads it: in sealed pieces, so that nobody holds a long one in memory as a whole.

An XLSX file is unpacked once, into lines of text; from there on every file is read alike, from the byte at which the
reading before stopped. Whatever lies here is gone as soon as the last row is answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.places.values import ward_code
from tiemchung.kernel import cells
from tiemchung.kernel.actor import Reach
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import reaching

PIECE = 4 * 1024 * 1024
"""Bytes of a file that are sealed and read together. Ours."""


class Kept(StrEnum):
    """What a piece is of: the file as it was brought, its lines if it was a packed one, or what its rows so far are known by."""

    BROUGHT = "brought"
    LINES = "lines"
    SEEN = "seen"


class Place(NamedTuple):
    """Where the pieces of a list's file belong: the list, its ward, and the day by whose key they are sealed."""

    list: UUID
    commune: str
    day: date


_PUT = """
insert into campaigns_listfile (site, list, commune, kind, place, sealed)
select l.site, l.id, l.commune, %s, %s, %b from campaigns_list l where l.site = %s and l.id = %s and l.state = 'reading'
on conflict do nothing
"""
_PIECE = """
select place, sealed from campaigns_listfile where list = %s and kind = %s and place <= %s order by place desc limit 1
"""


def put_piece(of: Place, kind: Kept, *, place: int, clear: bytes) -> None:
    """Seal a piece and put it beside its list, once; of a list that is read no more nothing is put."""
    sealed = sealing.seal("identity", of.day, clear, _aad(of.list, kind, place))
    database.run(_PUT, [kind.value, place, sealed, ward_code(of.commune), of.list])


def put_file(of: Place, content: bytes) -> None:
    """Put a file as it was brought, in the caller's transaction."""
    for first in range(0, len(content), PIECE):
        put_piece(of, Kept.BROUGHT, place=first, clear=content[first : first + PIECE])


def source_of(of: Place, kind: Kept, reach: Reach) -> cells.Source:
    """Return the file as a source of its bytes, a piece at a time; each look is a transaction of its own."""

    def pieces(offset: int) -> Iterator[bytes]:
        while True:
            with reaching(reach):
                found = database.row(_PIECE, [of.list, kind.value, offset])
            if found is None:
                return
            clear = sealing.unseal(bytes(found[1]), _aad(of.list, kind, found[0]))[offset - found[0] :]
            if not clear:
                return
            yield clear
            offset += len(clear)

    return pieces


def unpack(of: Place, reach: Reach) -> None:
    """Put the lines of a packed file beside it, piece by piece. Done twice, the second changes nothing."""
    content = b"".join(source_of(of, Kept.BROUGHT, reach)(0))
    place = 0
    for some in cells.written(cells.unpacked_rows(content), size=PIECE):
        with reaching(reach):
            put_piece(of, Kept.LINES, place=place, clear=some)
        place += len(some)


def drop_brought(identifier: UUID) -> None:
    """Drop a packed file whose lines are there."""
    database.run("delete from campaigns_listfile where list = %s and kind = 'brought'", [identifier])


def pieces_of(of: Place, kind: Kept, reach: Reach) -> Iterator[bytes]:
    """Yield what is kept of a kind in its order, where each piece stands for itself."""
    with reaching(reach):
        found = database.rows(
            "select place, sealed from campaigns_listfile where list = %s and kind = %s order by place",
            [of.list, kind.value],
        )
    for place, sealed in found:
        yield sealing.unseal(bytes(sealed), _aad(of.list, kind, place))


def _aad(identifier: UUID, kind: Kept, place: int) -> bytes:
    # A file that was brought before there were pieces is one, sealed to its list alone.
    if kind is Kept.BROUGHT and place == 0:
        return identifier.bytes
    return identifier.bytes + kind.encode() + place.to_bytes(8, "big")
