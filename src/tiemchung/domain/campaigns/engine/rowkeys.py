"""The key of a row in a list that somebody takes along: which list, which row of it, and a seal over both.

Letters and digits that no spreadsheet takes for a number, a day or a formula. The seal is made where the secret is; here
a key is only written and read.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final, NamedTuple
from uuid import UUID

SEAL_BYTES: Final = 11
"""88 bits of an HMAC: nobody guesses one, for each guess is a row that a human looks at."""
MOST_PLACES: Final = (1 << 24) - 1
_PREFIX: Final = "TC"
_SHAPE: Final = re.compile(r"TC[A-Z2-7]{48}", re.ASCII)
_LIST_END: Final = 16
_PLACE_END: Final = _LIST_END + 3


class RowKey(NamedTuple):
    """What a key says: the list that was taken, the row's place in it (the first is 1), and the seal."""

    list: UUID
    place: int
    seal: bytes


def written(key: RowKey) -> str:
    """Return a key as it stands in a cell."""
    told = key.list.bytes + key.place.to_bytes(3, "big") + key.seal
    return _PREFIX + base64.b32encode(told).decode("ascii")


def read(cell: str) -> RowKey | None:
    """Return what a cell says; None if it is no key. Spaces and small letters change nothing."""
    text = "".join(cell.split()).upper()
    if not _SHAPE.fullmatch(text):
        return None
    try:
        told = base64.b32decode(text.removeprefix(_PREFIX))
    except binascii.Error:
        return None
    return RowKey(UUID(bytes=told[:_LIST_END]), int.from_bytes(told[_LIST_END:_PLACE_END], "big"), told[_PLACE_END:])
