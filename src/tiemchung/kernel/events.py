"""Facts that happened. Class and kind are one-to-one: `DoseGiven` is `dose-given` on the wire and in the journal.

An event class is at once the shape of its entry on the wire (PROTOCOL, Kinds): it is decoded from an entry's line and
encoded to one. Its fields say what tables can hold; a line beyond that cannot be read, and intake sets it aside. A new
shape gets a new `schema` number and stands beside the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Generic, TypeVar, cast
from uuid import UUID

import msgspec

_HUMP = re.compile(r"(?<!^)(?=[A-Z])")

Code = Annotated[str, msgspec.Meta(max_length=200)]
"""A text that tables look up by: a lot, a label, a product. An index holds no longer ones; a GS1 scan has under 100."""
Small = Annotated[int, msgspec.Meta(ge=-(2**15), le=2**15 - 1)]
"""A number or a count of minutes that somebody told; tables give it two bytes."""
Amount = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
"""Doses, vials or slips at one site. The bound is ours, far above any site's stock, and keeps sums within four bytes."""
Volume = Annotated[float, msgspec.Meta(ge=0, le=1_000)]
"""Milliliters of one dose; the bound is ours."""
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""An instant that tells its zone."""


def kind_of(class_name: str) -> str:
    """Return the kind that an event class of this name has on the wire: small words joined by hyphens."""
    return _HUMP.sub("-", class_name).lower()


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=kind_of):
    """One fact: the id under which it is kept once and for ever, and what every entry carries besides its own fields.

    `at` is the instant told by the clock of whoever was there; `offset_ms` is that clock's error as last measured
    against the server, or None. `seq` is the place in the device's chain; for a room's own fact the journal gives it.
    """

    id: UUID
    at: Instant
    schema: int = 1
    seq: int = 0
    offset_ms: int | None = None
    site: str | None = None
    staff: UUID | None = None

    @classmethod
    def kind(cls) -> str:
        """Return the kind of this class on the wire."""
        return cast("str", cls.__struct_config__.tag)


E_co = TypeVar("E_co", bound=Event, covariant=True)


class Kept(msgspec.Struct, Generic[E_co], frozen=True, kw_only=True):
    """An event that the journal holds, as handed to the room that folds it.

    `site` is the code of the site the device is enrolled at, whatever the event says; `occurred_at` is `at` plus the
    measured offset; `recorded_at` is the center's clock when the batch was taken. `plausible` is False when the instant
    lies outside [campaign start, recorded_at + 10 min]. `late` and `backdated` are told by PROTOCOL, Time.
    """

    event: E_co
    site: str | None
    device: UUID
    occurred_at: datetime
    recorded_at: datetime
    plausible: bool = True
    late: bool = False
    backdated: bool = False


E = TypeVar("E", bound=Event)


def of_class(kept: Iterable[Kept[Event]], wanted: type[E]) -> list[Kept[E]]:
    """Return those kept events that are of this class, in the order given."""
    return [cast("Kept[E]", one) for one in kept if isinstance(one.event, wanted)]
