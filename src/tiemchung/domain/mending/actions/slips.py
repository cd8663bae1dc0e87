"""Photos of paper slips: drawn anew before anything of them is kept, sealed, and on the desk of their case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tiemchung.domain.mending.errors import SlipTooLarge, SlipUnreadable
from tiemchung.domain.mending.values import MOST_SLIP_BYTES
from tiemchung.kernel.ids import beside
from tiemchung.plumbing import database, pictures, sealing

_KEEP = """
insert into mending_slip (id, of_case, kept_at, size, site, commune, sealed)
select %s, c.id, %s, %s, c.site, c.commune, %b from mending_case c where c.id = %s on conflict do nothing
"""
_SLIP = 0x5110
"""Where the ids of a case's photos begin beside its own."""


def drawn(content: bytes) -> bytes:
    """Return a photo as it is kept. Refuses one above 5 MB (`slip-too-large`) and what is none (`slip-unreadable`)."""
    if len(content) > MOST_SLIP_BYTES:
        raise SlipTooLarge(most=MOST_SLIP_BYTES // 1024 // 1024)
    try:
        return pictures.drawn_anew(content)
    except pictures.PictureError as fault:
        raise SlipUnreadable from fault


def keep(case: UUID, contents: Sequence[bytes], *, now: datetime) -> None:
    """Keep photos, drawn anew already, with a case that the session reaches."""
    for place, content in enumerate(contents):
        slip = beside(case, _SLIP + place)
        sealed = sealing.seal("health", now.date(), content, slip.bytes)
        database.run(_KEEP, [slip, now, len(content), sealed, case])
