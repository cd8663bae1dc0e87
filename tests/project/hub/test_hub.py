"""A hub keeps what its site's tablets signed, brings it when it can, is believed by nobody, and reads nothing."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.project.hub.at_work import KEY, LATER, Hall
from tests.project.hub.hall import ORIGIN, Center, Tablet
from tiemchung.kernel import relay, wire
from tiemchung.project.hub import store as stores
from tiemchung.project.hub.carrier import AT_ONCE
from tiemchung.project.hub.door import BATCHES, HEALTH, RECEIPTS
from tiemchung.project.hub.store import KEPT_AFTER_ANSWER, LONGEST_PAUSE, Store


def test_a_hub_cut_from_the_center_for_a_day_brings_all_of_it_and_hands_out_receipts(hall: Hall) -> None:
    tablets = [hall.tablet() for _ in range(2)]
    hall.center.away = True
    for tablet in tablets:
        tablet.write("A", "B", "C")
        hall.leave(tablet.batch(1, 2))
        hall.leave(tablet.batch(3, 3))
        assert hall.receipt(tablet.header(3, 3)) is None
    for _ in range(24):
        assert not hall.later()
    assert hall.center.record == {}
    hall.center.away = False
    hall.later()
    assert hall.center.record == {tablet.device: tablet.lines for tablet in tablets}
    said = hall.receipt(tablets[0].header(1, 2))
    assert said is not None
    assert [one["outcome"] for one in said["answers"]] == ["kept", "kept"]
    assert hall.store.waiting() == 0
    assert hall.said[-1] == "The center answers."


def test_what_leaves_the_hub_is_what_came_byte_for_byte(hall: Hall) -> None:
    tablet = hall.tablet()
    tablet.write("A", "B")
    batch = tablet.batch(1, 2)
    hall.leave(batch)
    hall.later()
    assert hall.center.came == [batch]


def test_the_word_that_a_batch_is_held_is_the_hub_s_and_of_this_batch(hall: Hall) -> None:
    tablet = hall.tablet()
    tablet.write("A")
    batch = tablet.batch(1, 1)
    told = hall.leave(batch)
    header = wire.parse_header(batch.partition(b"\n")[0])
    assert wire.verify(KEY.public_key(), relay.held_message(header), wire.from_base64url(told["held"]))
    assert told["receipt"] is None


def test_a_batch_left_again_is_held_once(hall: Hall) -> None:
    tablet = hall.tablet()
    tablet.write("A")
    batch = tablet.batch(1, 1)
    for _ in range(3):
        hall.leave(batch)
    assert hall.store.waiting() == 1
    hall.later()
    assert hall.leave(batch)["receipt"] is not None
    assert hall.store.waiting() == 0


def test_an_answer_of_the_center_that_got_lost_is_asked_for_again_and_nothing_counts_twice(hall: Hall) -> None:
    tablet = hall.tablet()
    tablet.write("A", "B")
    hall.leave(tablet.batch(1, 2))
    hall.center.lose_answers = 1
    hall.later()
    assert hall.receipt(tablet.header(1, 2)) is None
    hall.later()
    said = hall.receipt(tablet.header(1, 2))
    assert said is not None
    assert [one["outcome"] for one in said["answers"]] == ["known", "known"]
    assert hall.center.record[tablet.device] == tablet.lines


def test_a_stretch_whose_beginning_goes_another_way_waits_for_it(hall: Hall) -> None:
    tablet, other = hall.tablet(), hall.tablet()
    for one in (tablet, other):
        one.write("A", "B", "C")
    hall.leave(tablet.batch(2, 3))
    hall.leave(other.batch(1, 3))
    hall.later()
    assert hall.center.record[other.device] == other.lines  # nobody waits for somebody else's beginning
    assert hall.store.waiting() == 1
    hall.center.receive(tablet.batch(1, 1))
    hall.later(LONGEST_PAUSE)
    assert hall.center.record[tablet.device] == tablet.lines


@settings(max_examples=25)
@given(st.data())
def test_model_based_any_cuts_by_either_way_in_any_order_end_in_one_record(data: st.DataObject) -> None:
    center = Center()
    tablet = center.tablet()
    tablet.write(*"ABCDEF")
    cuts = data.draw(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)).map(sorted), max_size=12))
    for first, last in [*cuts, (1, 6)]:
        center.receive(tablet.batch(first, last))
    assert center.record[tablet.device] == tablet.lines


def test_a_hub_that_was_killed_holds_what_it_said_it_held(hall: Hall) -> None:
    tablet = hall.tablet()
    hall.center.away = True
    tablet.write("A")
    hall.leave(tablet.batch(1, 1))
    hall.start_again()
    tablet.write("B")
    hall.leave(tablet.batch(2, 2))  # it knows its tablets though nobody told it again
    hall.center.away = False
    hall.later()
    assert hall.center.record[tablet.device] == tablet.lines


def test_strangers_and_forgers_leave_nothing(hall: Hall) -> None:
    tablet, stranger = hall.tablet(), Tablet(hall.center.sealing.public_key())
    for one in (tablet, stranger):
        one.write("A")
    assert hall.refuses(stranger.batch(1, 1)) == (401, "unknown-sender")
    stranger.device = tablet.device
    assert hall.refuses(stranger.batch(1, 1)) == (401, "wrong-signature")
    assert hall.refuses(b"no batch\n") == (400, "batch-unreadable")
    assert hall.refuses(tablet.batch(1, 1)[:-1]) == (400, "batch-unreadable")
    assert hall.refuses(b"", CONTENT_LENGTH=str(wire.MAX_BATCH_BYTES + 1)) == (413, "batch-too-large")
    assert hall.refuses(b"", CONTENT_LENGTH="") == (411, "length-missing")
    assert hall.ask(RECEIPTS, wire.frame(stranger.header(1, 1), []).rstrip(b"\n"))[0] == 401
    assert hall.ask(RECEIPTS, wire.frame(tablet.header(1, 1), []).rstrip(b"\n"))[1]["code"] == "not-held"
    assert hall.store.waiting() == 0


def test_what_somebody_could_read_is_not_taken(hall: Hall) -> None:
    tablet = hall.tablet()
    tablet.write("Nguyễn Thị Hòa")
    clear = wire.frame(tablet.header(1, 1), tablet.lines)
    assert hall.refuses(clear, CONTENT_TYPE="application/x-ndjson") == (415, "sealed-only")
    assert hall.refuses(clear) == (415, "sealed-only")
    assert hall.refuses(tablet.batch(1, 1), HTTP_CONTENT_ENCODING="deflate") == (415, "sealed-only")
    assert hall.store.waiting() == 0


def test_no_name_and_no_number_lies_on_the_hub_s_disk(hall: Hall, tables: tuple[str, str]) -> None:
    tablet = hall.tablet()
    tablet.write("Nguyễn Thị Hòa 079301004417")
    hall.leave(tablet.batch(1, 1))
    hall.later()
    with psycopg.connect(tables[1]) as connection:
        row = connection.execute("SELECT content, receipt, device FROM hub_batch").fetchone()
    assert row is not None
    lies = bytes(row[0]) + str(row[1]).encode()
    assert not any(word.encode() in lies for word in ("Hòa", "4417", "079301004417"))
    assert str(row[2]).encode() in lies  # the control: what does lie there is found


def test_one_tablet_cannot_fill_the_disk_of_all(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    greedy, modest = hall.tablet(), hall.tablet()
    for one in (greedy, modest):
        one.write("A", "B")
    monkeypatch.setattr(stores, "MOST_BYTES_OF_ONE", len(greedy.batch(1, 1)) + 100)
    hall.leave(greedy.batch(1, 1))
    assert hall.refuses(greedy.batch(2, 2)) == (507, "hub-full")
    hall.leave(modest.batch(1, 1))


def test_a_page_of_the_center_may_ask_and_no_other(hall: Hall) -> None:
    tablet = hall.tablet()
    tablet.write("A")
    status, told, headers = hall.ask(BATCHES, method="OPTIONS", HTTP_ORIGIN=ORIGIN)
    assert (status, told) == (204, None)
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert headers["Access-Control-Allow-Private-Network"] == "true"
    status, _, headers = hall.ask(BATCHES, tablet.batch(1, 1), HTTP_ORIGIN=ORIGIN)
    assert (status, headers["Access-Control-Allow-Origin"], headers["Vary"]) == (200, ORIGIN, "Origin")
    for origin in ("https://example.com", f"{ORIGIN}.example.com", "null", "http://tiemchung.example.vn"):
        for method in ("OPTIONS", "POST"):
            status, told, headers = hall.ask(BATCHES, tablet.batch(1, 1), method=method, HTTP_ORIGIN=origin)
            assert (status, told["code"]) == (403, "origin-unknown")
            assert "Access-Control-Allow-Origin" not in headers
    assert hall.store.waiting() == 1
    assert "Access-Control-Allow-Credentials" not in headers


def test_a_refusal_can_be_read_by_the_center_s_page_too(hall: Hall) -> None:
    _, told, headers = hall.ask(BATCHES, b"no batch\n", HTTP_ORIGIN=ORIGIN)
    assert (told["code"], headers["Access-Control-Allow-Origin"]) == ("batch-unreadable", ORIGIN)


def test_a_hub_that_was_cut_off_is_told_so_once_and_gives_up_nothing(hall: Hall) -> None:
    tablet = hall.tablet()
    tablet.write("A")
    hall.leave(tablet.batch(1, 1))
    hall.center.cut_off = True
    for _ in range(3):
        assert not hall.later()
    assert [words for words in hall.said if "refuses this hub" in words] == [hall.said[-1]]
    assert hall.store.waiting() == 1


def test_another_server_s_roster_and_receipts_are_not_believed(hall: Hall) -> None:
    tablet = hall.tablet()
    tablet.write("A")
    hall.leave(tablet.batch(1, 1))
    hall.center.forged = ec.generate_private_key(ec.SECP256R1())
    newcomer = hall.center.tablet()
    newcomer.write("A")
    hall.later()
    assert hall.refuses(newcomer.batch(1, 1)) == (401, "unknown-sender")
    hall.center.tablets.pop(newcomer.device)
    hall.center.forged = None
    hall.later()
    assert hall.receipt(tablet.header(1, 1)) is not None


def test_a_day_s_batches_are_brought_one_round_after_the_other(hall: Hall) -> None:
    tablet = hall.tablet()
    tablet.write(*(str(number) for number in range(AT_ONCE + 5)))
    for seq in range(1, AT_ONCE + 6):
        hall.leave(tablet.batch(seq, seq))
    assert hall.later()
    assert not hall.later(timedelta(0))
    assert hall.center.record[tablet.device] == tablet.lines


def test_what_was_answered_is_forgotten_after_three_days_and_not_before(hall: Hall) -> None:
    tablet = hall.tablet()
    tablet.write("A", "B")
    hall.leave(tablet.batch(1, 1))
    hall.later()
    hall.leave(tablet.batch(2, 2))
    hall.center.away = True
    hall.later(KEPT_AFTER_ANSWER)
    assert hall.receipt(tablet.header(1, 1)) is not None
    hall.center.away = False
    hall.later(LATER)
    assert hall.ask(RECEIPTS, wire.frame(tablet.header(1, 1), []).rstrip(b"\n"))[1]["code"] == "not-held"
    assert hall.receipt(tablet.header(2, 2)) is not None


def test_it_tells_how_much_waits_and_knows_no_other_address(hall: Hall) -> None:
    tablet = hall.tablet()
    tablet.write("A")
    hall.leave(tablet.batch(1, 1))
    assert hall.ask(HEALTH, method="GET")[1] == {"hub": str(hall.center.hub), "waiting": 1}
    assert hall.ask("/api/devices/bundle", method="GET")[0] == 404
    assert hall.ask(BATCHES, method="GET")[0] == 405


def test_a_database_that_cannot_now_asks_the_tablet_to_come_again(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("the connection is lost: Nguyễn Thị Hòa")

    tablet = hall.tablet()
    tablet.write("A")
    monkeypatch.setattr(Store, "keep", ended)
    status, told, headers = hall.ask(BATCHES, tablet.batch(1, 1))
    assert (status, told["code"], headers["Retry-After"]) == (503, "busy", "2")
    assert "Hòa" not in str(told)
