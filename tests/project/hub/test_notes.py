"""The desks of a hall hear each other through its hub, which reads nothing of it; a stranger and whoever was cut off hear nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.project.hub.at_work import Hall
from tests.project.hub.hall import Tablet
from tiemchung.kernel import notes, wire
from tiemchung.kernel.ids import uuid7
from tiemchung.project.hub import door as doors
from tiemchung.project.hub import store as stores
from tiemchung.project.hub.carrier import ROSTER_AT_ONCE, ROSTER_EVERY
from tiemchung.project.hub.door import BATCHES, NOTES
from tiemchung.project.hub.store import NOTES_KEPT
from tiemchung.project.hub.uplink import Answer


def heard(told: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return whose entries these notes are of, and their places."""
    return [(one["device"], one["seq"]) for one in told["notes"]]


def of(tablet: Tablet, *places: int) -> list[tuple[str, int]]:
    return [(str(tablet.device), place) for place in places]


def test_each_desk_hears_what_the_others_left_and_nothing_of_its_own(hall: Hall) -> None:
    first, second = hall.tablet(), hall.tablet()
    hall.center.away = True
    first.write("A", "B")
    second.write("C")
    assert heard(hall.tell(first)) == []
    told = hall.tell(second)
    assert heard(told) == of(first, 1, 2)
    assert [one["note"] for one in told["notes"]] == [wire.to_base64url(first.note(place)) for place in (1, 2)]
    assert heard(hall.tell(first, first=3)) == of(second, 1)


def test_what_was_heard_is_not_told_again_and_what_was_left_twice_is_there_once(hall: Hall) -> None:
    first, second = hall.tablet(), hall.tablet()
    first.write("A", "B")
    hall.tell(first)
    after = hall.tell(second)["after"]
    assert heard(hall.tell(first)) == []
    first.write("C")
    hall.tell(first)
    told = hall.tell(second, after=after)
    assert (heard(told), told["more"]) == (of(first, 3), False)
    assert hall.tell(second, after=told["after"]) == {"after": told["after"], "more": False, "notes": []}


def test_a_long_day_is_heard_stretch_by_stretch(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "NOTES_AT_ONCE", 2)
    first, second = hall.tablet(), hall.tablet()
    first.write("A", "B", "C")
    hall.tell(first)
    told = hall.tell(second)
    assert (heard(told), told["more"]) == (of(first, 1, 2), True)
    told = hall.tell(second, after=told["after"])
    assert (heard(told), told["more"]) == (of(first, 3), False)


def test_strangers_and_forgers_hear_nobody_and_leave_nothing(hall: Hall) -> None:
    tablet, stranger = hall.tablet(), Tablet(hall.center.sealing.public_key())
    tablet.write("A")
    stranger.write("A")
    hall.tell(tablet)
    hub = hall.center.hub

    def answer(body: bytes) -> tuple[int, str]:
        status, told, _ = hall.ask(NOTES, body)
        return status, told["code"]

    assert answer(stranger.notes(1, after="", hub=hub)) == (401, "unknown-sender")
    stranger.device = tablet.device
    assert answer(stranger.notes(1, after="", hub=hub)) == (401, "wrong-signature")
    honest = tablet.notes(1, after="", hub=hub)
    assert answer(tablet.notes(1, after="", hub=uuid7())) == (401, "wrong-signature")  # what another hub was asked
    assert answer(honest.replace(b'"after": ""', b'"after": "0"')) == (401, "wrong-signature")
    assert answer(honest[:-3] + b"AA\n") == (401, "wrong-signature")
    listener = hall.tablet()
    assert heard(hall.tell(listener)) == of(tablet, 1)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"no notes\n",
        b'{"device": "?", "after": "", "count": 0, "signature": ""}\n',
        b"1.AAAA\n",
        b"\xff\n",
    ],
)
def test_what_is_no_note_is_refused(hall: Hall, broken: bytes) -> None:
    assert hall.ask(NOTES, broken)[0] == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"count": 2},
        {"count": -1},
        {"count": wire.MAX_ENTRIES + 1},
        {"after": "-1"},
        {"after": "1" * 19 + "0"},
        {"after": str(notes.MAX_AFTER + 1)},
        {"signature": "?"},
        {"more": 1},
    ],
)
def test_a_header_that_says_what_cannot_be_is_refused(hall: Hall, changed: dict[str, object]) -> None:
    tablet = hall.tablet()
    tablet.write("A")
    line, _, rest = tablet.notes(1, after="", hub=hall.center.hub).partition(b"\n")
    status, told, _ = hall.ask(NOTES, json.dumps(json.loads(line) | changed).encode() + b"\n" + rest)
    assert (status, told["code"]) == (400, "notes-unreadable")


def test_who_was_cut_off_hears_nobody_and_is_still_believed_for_what_it_wrote(hall: Hall) -> None:
    lost, other = hall.tablet(), hall.tablet()
    for one in (lost, other):
        one.write("A")
    hall.tell(other)
    hall.center.revoked.add(lost.device)
    hall.later(ROSTER_EVERY)
    status, told, _ = hall.ask(NOTES, lost.notes(1, after="", hub=hall.center.hub))
    assert (status, told["code"]) == (403, "cut-off")
    assert heard(hall.tell(other)) == []
    assert hall.leave(lost.batch(1, 1))["held"]  # before the lead, who decides what of it counts


def test_no_word_of_a_note_lies_readable_on_the_hub_s_disk(hall: Hall, tables: tuple[str, str]) -> None:
    tablet = hall.tablet()
    tablet.write("Nguyễn Thị Hòa 079301004417")
    hall.tell(tablet)
    with psycopg.connect(tables[1]) as connection:
        row = connection.execute("SELECT note, device FROM hub_note").fetchone()
    assert row is not None
    lies = wire.from_base64url(row[0])
    assert not any(word.encode() in lies for word in ("Hòa", "4417", "079301004417"))
    assert row[1] == tablet.device  # the control: what does lie there is found


def test_one_tablet_s_notes_cannot_fill_the_disk_of_all(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    greedy, modest = hall.tablet(), hall.tablet()
    for one in (greedy, modest):
        one.write("A", "B")
    monkeypatch.setattr(stores, "MOST_BYTES_OF_ONE", 2 * len(wire.to_base64url(greedy.note(1))) + 10)
    hall.tell(greedy)
    greedy.write("C")
    status, told, _ = hall.ask(NOTES, greedy.notes(3, after="", hub=hall.center.hub))
    assert (status, told["code"]) == (507, "hub-full")
    assert heard(hall.tell(modest)) == of(greedy, 1, 2)


def test_notes_go_with_their_day_though_the_center_is_away(hall: Hall) -> None:
    first, second = hall.tablet(), hall.tablet()
    first.write("A")
    hall.tell(first)
    hall.center.away = True
    hall.later(NOTES_KEPT / 2)
    assert heard(hall.tell(second)) == of(first, 1)
    hall.later(NOTES_KEPT)
    assert heard(hall.tell(second)) == []


def test_a_tablet_that_was_just_let_in_is_known_at_once_and_not_in_a_minute(hall: Hall) -> None:
    hall.later(timedelta(0))
    newcomer = hall.center.tablet()
    newcomer.write("A")
    hall.later(ROSTER_AT_ONCE)
    assert hall.refuses(newcomer.batch(1, 1)) == (401, "unknown-sender")  # nobody unknown had asked
    hall.later(ROSTER_AT_ONCE)
    assert hall.ask(BATCHES, newcomer.batch(1, 1))[0] == 200


def test_a_stranger_who_knocks_without_end_has_the_center_asked_every_few_seconds_at_most(hall: Hall) -> None:
    asked: list[str] = []
    ask = hall.center.ask

    def counted(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        asked.append(path)
        return ask(method, path, body, headers)

    hall.center.ask = counted  # type: ignore[method-assign]  # counts, and answers as before
    hall.start_again()
    hall.later(timedelta(0))
    stranger = Tablet(hall.center.sealing.public_key())
    stranger.write("A")
    for _ in range(10):
        assert hall.refuses(stranger.batch(1, 1)) == (401, "unknown-sender")
        hall.later(ROSTER_AT_ONCE / 10)
    assert [path for path in asked if path.endswith("/roster")] == ["/api/devices/roster"] * 2


def test_what_a_note_s_signature_covers_tells_everything_apart() -> None:
    one, other = UUID(int=1), UUID(int=2)
    told = [
        notes.message(hub, device, after="1", count=1, digest=b"") for hub in (one, other) for device in (one, other)
    ]
    told += [
        notes.message(one, one, after=after, count=3, digest=digest) for after, digest in [("12", b""), ("1", b"2")]
    ]
    assert len(set(told)) == len(told)
