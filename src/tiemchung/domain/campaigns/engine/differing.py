"""What a row that comes back says otherwise than the record, field by field. Plain values in, differences out.

Three tellings meet: how the row was when the list was taken, what the file says now, and how the record stands. Only what
somebody wrote in the file is a difference; what the record has learned since is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from tiemchung.domain.campaigns.engine.listed import Read
from tiemchung.domain.campaigns.values import Difference
from tiemchung.domain.people.rules import identifier_key, last_digits, phone_key
from tiemchung.kernel.names import display_name

FIELDS = ("name", "born", "sex", "number", "phone", "group")
"""What is told of a person in a list, in the order of its columns; a row's version has a mark for each."""
UNKNOWN = {"sex": "unknown", "group": "unknown"}


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a row's fields: those that differ, and whether the record has changed since the list was taken."""

    differences: list[Difference]
    changed_since: bool


def compared(
    read: Read,
    *,
    stands: Mapping[str, str],
    was: Callable[[str, str], bool],
    own_number: bool,
    own_phone: bool,
) -> Compared:
    """Compare a row with the record as it `stands`; `was(field, value)` tells whether the list was taken with this value.

    An empty cell changes nothing, and so does a number that only shows its last digits, as it was given out. A whole number
    or phone is compared whole: `own_number` and `own_phone` tell whether the record has it.
    """
    told = said_in(read)
    whole = {"number": bool(read.block and read.block.identifiers), "phone": bool(read.block and read.block.phone)}
    own = {"number": own_number, "phone": own_phone}
    differences = []
    for field in FIELDS:
        if told[field] in ("", UNKNOWN.get(field, "")):
            continue
        untouched = own[field] if whole.get(field) else was(field, told[field])
        if not untouched and (whole.get(field) or not _same(field, told[field], stands[field])):
            differences.append(Difference(field=field, stands=stands[field], told=told[field]))
    changed = any(not was(field, stands[field]) for field in FIELDS)
    return Compared(differences=differences, changed_since=changed)


def said_in(read: Read) -> dict[str, str]:
    """Return what a row says of a person, by field, as a screen may show it."""
    block = read.block
    number = identifier_key(block.identifiers[0].value) if block and block.identifiers else ""
    phone = phone_key(block.phone) if block and block.phone else ""
    return {
        "name": display_name(block.name) if block else "",
        "born": block.born if block else "",
        "sex": block.sex if block else "unknown",
        "number": last_digits(number) if number else read.hidden.get("number", ""),
        "phone": last_digits(phone, 3) if phone else read.hidden.get("phone", ""),
        "group": read.target_group,
    }


def _same(field: str, told: str, stands: str) -> bool:
    return told.casefold() == stands.casefold() if field == "name" else told == stands
