"""Signed lines that no table can hold: each is set aside or kept by itself, and never spoils the rest of its batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.domain.intake.chair import LOT, NOW, SITE, VACCINATOR, TestTablet, arrived, block, dose
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.values import Answer
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START
from tiemchung.domain.visits.events import Observed
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7

DEEP = b"[" * 7000 + b"]" * 7000
"""Deeper than any reader goes, and still within the 16 KB of an entry."""

SOMEBODY = uuid7()


def send(tablet: TestTablet, *lines: bytes) -> list[str]:
    answers = intake.receive(tablet.batch(*lines), now=NOW).answers
    return [f"{one.outcome} {one.reason}" if one.reason else str(one.outcome) for one in answers]


def odd(kind: str, **fields: Any) -> Callable[[TestTablet], bytes]:
    return lambda tablet: tablet.line(kind, **fields)


def odd_dose(**fields: Any) -> Callable[[TestTablet], bytes]:
    return lambda tablet: dose(tablet, uuid7(), **fields)


def odd_block(**fields: Any) -> Callable[[TestTablet], bytes]:
    return lambda tablet: arrived(tablet, uuid7(), uuid7(), block=block(**fields))


def spoiled(old: bytes, new: bytes) -> Callable[[TestTablet], bytes]:
    return lambda tablet: dose(tablet, uuid7()).replace(old, new)


UNREADABLE: dict[str, Callable[[TestTablet], bytes]] = {
    "a NUL in a lot": odd_dose(lot="ABX\0"),
    "a NUL in a name": odd_block(name="Lan\0"),
    "a NUL in a ticket": odd("arrived", visit=uuid7(), person=SOMEBODY, ticket="A\0"),
    "a NUL in a reason": odd("deferred", visit=uuid7(), person=SOMEBODY, reason="\0"),
    "a NUL in a form's name": odd("consented", visit=uuid7(), person=SOMEBODY, form="c\0", agreed=True),
    "a NUL in a lot held": odd("lot-held-here", lot="\0", reason="x"),
    "a NUL in a vial held": odd("lot-held-here", lot="L", reason="x", vial="\0"),
    "a lone surrogate": spoiled(b'"left"', b'"\\ud800"'),
    "a told number beyond two bytes": odd_dose(dose_number_told=99_999),
    "a told number beyond eight bytes": odd_dose(dose_number_told=2**63),
    "a volume beyond a float": spoiled(b"0.5", b"1e400"),
    "a volume beyond four bytes": odd_dose(volume_ml=1e300),
    "a volume that is no number": spoiled(b"0.5", b"NaN"),
    "huge minutes": odd("observed", visit=uuid7(), person=SOMEBODY, minutes=40_000, state="well"),
    "huge doses": odd("vial-opened", lot=LOT, vial="V", doses=2**31),
    "doses below nothing": odd("vial-wasted", lot=LOT, vial="V", doses=-5, reason="broken"),
    "a huge count": odd("counted", what="doses", quantity=2**31),
    "a lot longer than an index holds": odd_dose(lot="".join(str(uuid7()) for _ in range(300))),
    "a kind of identifier as long": odd_block(identifiers=[{"kind": "k" * 9000, "value": "1"}]),
    "a correction beyond two bytes": odd("corrected", entry=uuid7(), values={"dose_number_told": 99_999}, reason="x"),
    "an onset without zone": odd("aefi", onset="2021-09-13T02:00:00", severity="mild", signs=[]),
    "an onset at the calendar's end": odd("aefi", onset="9999-12-31T23:59:59Z", severity="mild", signs=[]),
    "the calendar's first day": odd_dose(at="0001-01-01T00:00:00+14:00"),
    "the calendar's last day": odd_dose(at="9999-12-31T23:59:59Z"),
    "an id stamped beyond the calendar": odd_dose(id=UUID("ffffffff-ffff-7fff-bfff-ffffffffffff")),
    "a field nested too deep": spoiled(b'"recorder":null', b'"recorder":null,"more":' + DEEP),
    "lines nested too deep": lambda tablet: tablet.line("session-closed", campaign_session=uuid7(), lines=0).replace(
        b'"lines":0', b'"lines":{"a":' + DEEP + b"}"
    ),
}


@pytest.mark.parametrize("odd_line", UNREADABLE.values(), ids=UNREADABLE)
def test_what_no_table_holds_is_set_aside_alone(tablet: TestTablet, odd_line: Callable[[TestTablet], bytes]) -> None:
    assert send(tablet, odd_line(tablet), dose(tablet, uuid7())) == ["set-aside unreadable", "kept"]


KEPT: dict[str, Callable[[TestTablet], bytes]] = {
    "a backslash before the letters of a NUL": odd_dose(lot="\\u0000"),
    "empty texts": odd_dose(lot="", vial="", product=""),
    "a person without a name": odd_block(name="", born="", sex="", phone="", commune="", identifiers=[]),
    "a name of 14 KB": odd_block(name="Lan " * 3500),
    "a birth in the last year": odd_block(born="9999"),
    "a birth in the first year": odd_block(born="0001"),
    "a second day of the calendar": odd_dose(at="0001-01-02T00:00:00Z"),
    "a last day but one": odd_dose(at="9999-12-30T00:00:00Z"),
    "an offset beyond any number": odd_dose(offset_ms=10**400),
    "an offset to the calendar's end": odd_dose(offset_ms=(datetime(9999, 12, 31, tzinfo=UTC) - NOW) // timedelta(milliseconds=1)),
    "a dose before year 1 by its offset": odd_dose(offset_ms=-(10**14)),
    "a lot counted twice, unnamed in two ways": odd("counted", what="slips", quantity=3, lot=""),
}  # fmt: skip


@pytest.mark.parametrize("odd_line", KEPT.values(), ids=KEPT)
def test_what_a_table_holds_is_kept_however_odd(tablet: TestTablet, odd_line: Callable[[TestTablet], bytes]) -> None:
    counted = tablet.line("counted", what="slips", quantity=3, lot=None)
    assert send(tablet, counted, odd_line(tablet), dose(tablet, uuid7())) == ["kept"] * 3
    # What was kept can be read again, by the next batch and by those who follow the journal.
    assert send(tablet, dose(tablet, uuid7())) == ["kept"]
    assert journal.settled_after(START, limit=1000) is not None


def test_a_person_born_in_the_future_gets_a_dose(tablet: TestTablet) -> None:
    person = uuid7()
    assert (
        send(tablet, arrived(tablet, person, uuid7(), block=block(born="9999")), dose(tablet, person)) == ["kept"] * 2
    )


def test_a_page_that_tells_what_no_table_holds_is_answered(tablet: TestTablet) -> None:
    del tablet
    told = Observed(id=uuid7(NOW), at=NOW, visit=uuid7(), person=uuid7(), minutes=10**6, state="well", staff=VACCINATOR)
    (answer,) = intake.record([told], actor=SYSTEM, site=SITE, now=NOW)
    assert isinstance(answer, Answer)
    assert answer.reason == "unreadable"
