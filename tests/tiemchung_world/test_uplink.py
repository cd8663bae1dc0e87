from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.tiemchung_world.fake_center import FakeCenter
from tiemchung.kernel import wire
from tiemchung_world import mint
from tiemchung_world.center import Center, NoAnswerError
from tiemchung_world.line import Line
from tiemchung_world.phase import instant
from tiemchung_world.sent import SentFile
from tiemchung_world.tablet import Forked, Tablet
from tiemchung_world.uplink import Habits, RefusedError, Uplink

ENTRIES = 137


@pytest.fixture
def tablet() -> Tablet:
    stamps = mint.Mint("test")
    tablet = Tablet(device=stamps.uuid(1), site="79-0001", key=mint.private_key("test"))
    for number in range(ENTRIES):
        entry = {"kind": "counted", "id": stamps.id(number), "what": "slips", "lot": None, "quantity": number}
        tablet.write(entry, true_ms=number, staff=None, person=None, truth=None)
    return tablet


@pytest.fixture
def sent_path(tmp_path: Path) -> Path:
    return tmp_path / "sent.ndjson"


@pytest.fixture
def sent_file(sent_path: Path) -> Iterator[SentFile]:
    with SentFile(sent_path) as file:
        yield file


def sender(center: FakeCenter, sent_file: SentFile, **habits: Any) -> Uplink:
    usual: dict[str, Any] = {"batch_sizes": (40,), "patience_s": 5}
    return Uplink(Center(center.url, timeout_s=5), sent_file, habits=Habits(**(usual | habits)))


def sent_lines(sent_file: SentFile, path: Path) -> list[dict[str, Any]]:
    sent_file.flush()
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def assert_everything_is_there_once(center: FakeCenter, tablet: Tablet, lines: list[dict[str, Any]]) -> None:
    (chain,) = center.chains.values()
    assert sorted(chain.lines) == list(range(1, ENTRIES + 1))
    assert not tablet.outbox
    assert tablet.previous == chain.head
    assert [line["seq"] for line in lines] == list(range(1, ENTRIES + 1))
    assert all(line["sha256"] == sha256(chain.lines[line["seq"]]).hexdigest() for line in lines)
    assert all(line["entry"] == json.loads(chain.lines[line["seq"]]) for line in lines)


def test_an_outbox_arrives_whole(fake_center: FakeCenter, sent_file: SentFile, sent_path: Path, tablet: Tablet) -> None:
    uplink = sender(fake_center, sent_file)
    uplink.empty(tablet, rng=Random(1))
    assert_everything_is_there_once(fake_center, tablet, sent_lines(sent_file, sent_path))
    assert fake_center.seen == {"kept": ENTRIES}
    assert len(uplink.traffic.seconds) == 4


@pytest.mark.parametrize("mishaps", [["lost"], ["lost", "lost"], ["503", "lost"], ["", "lost", "503", "away", "lost"]])
def test_a_lost_answer_costs_a_repeat_and_no_entry(
    fake_center: FakeCenter, sent_file: SentFile, sent_path: Path, tablet: Tablet, mishaps: list[str]
) -> None:
    fake_center.mishaps = mishaps
    sender(fake_center, sent_file).empty(tablet, rng=Random(1))
    lines = sent_lines(sent_file, sent_path)
    assert_everything_is_there_once(fake_center, tablet, lines)
    assert fake_center.seen["kept"] == ENTRIES
    assert "known" in {line["answer"] for line in lines}


def test_a_tablet_that_hangs_up_itself_sends_again(
    fake_center: FakeCenter, sent_file: SentFile, sent_path: Path, tablet: Tablet
) -> None:
    uplink = sender(fake_center, sent_file, lost_answers=0.5, batch_sizes=(7, 40))
    uplink.empty(tablet, rng=Random(3))
    assert uplink.traffic.events["lost-answer"] > 3
    assert_everything_is_there_once(fake_center, tablet, sent_lines(sent_file, sent_path))


@pytest.mark.parametrize("deflates", [False, True], ids=["plain", "deflated"])
def test_an_outbox_arrives_whole_over_a_slow_line_that_breaks(
    fake_center: FakeCenter,
    sent_file: SentFile,
    sent_path: Path,
    tablet: Tablet,
    deflates: bool,  # noqa: FBT001 - pytest gives it by name
) -> None:
    # One batch of this size goes through before a connection breaks, and two do not.
    first = tablet.sign(tablet.next_batch(30))
    once = len(zlib.compress(first) if deflates else first) + 1000
    with Line(fake_center.url, bits_per_s=20_000_000, breaks_after=lambda: once) as line:
        habits = Habits(batch_sizes=(30,), patience_s=60, deflates=deflates)
        Uplink(Center(line.url, timeout_s=60), sent_file, habits=habits).empty(tablet, rng=Random(1))
    assert_everything_is_there_once(fake_center, tablet, sent_lines(sent_file, sent_path))
    assert line.breaks > 0
    assert (fake_center.seen["deflated"] > 0) == deflates


def test_what_goes_over_a_line_takes_its_time_and_is_counted(
    fake_center: FakeCenter, sent_file: SentFile, tablet: Tablet
) -> None:
    bits_per_s = 2_000_000
    started = time.monotonic()
    with Line(fake_center.url, bits_per_s=bits_per_s) as line:
        Uplink(Center(line.url, timeout_s=5), sent_file, habits=Habits()).empty(tablet, rng=Random(1))
    written = sum(len(entry) for chain in fake_center.chains.values() for entry in chain.lines.values())
    assert line.up.bytes > written
    assert time.monotonic() - started >= 8 * line.up.bytes / bits_per_s


def test_a_line_without_a_center_at_its_end_is_no_answer(sent_file: SentFile, tablet: Tablet) -> None:
    with Line("http://127.0.0.1:9", bits_per_s=1_000_000) as line, pytest.raises(NoAnswerError):
        Uplink(Center(line.url), sent_file, habits=Habits(patience_s=0.2)).empty(tablet, rng=Random(1))
    assert len(tablet.outbox) == ENTRIES


def test_a_repeat_is_known_and_not_written_twice(
    fake_center: FakeCenter, sent_file: SentFile, sent_path: Path, tablet: Tablet
) -> None:
    sender(fake_center, sent_file, repeats=1.0).empty(tablet, rng=Random(1))
    assert_everything_is_there_once(fake_center, tablet, sent_lines(sent_file, sent_path))
    assert fake_center.seen["kept"] == fake_center.seen["known"] == ENTRIES


def test_what_is_set_aside_is_told_so(
    fake_center: FakeCenter, sent_file: SentFile, sent_path: Path, tablet: Tablet
) -> None:
    fake_center.aside = {5, 99}
    sender(fake_center, sent_file).empty(tablet, rng=Random(1))
    lines = sent_lines(sent_file, sent_path)
    assert {line["seq"] for line in lines if line["answer"] == "set-aside"} == {5, 99}


def test_a_batch_too_large_is_halved(
    fake_center: FakeCenter, sent_file: SentFile, sent_path: Path, tablet: Tablet
) -> None:
    fake_center.mishaps = ["413", "413"]
    uplink = sender(fake_center, sent_file)
    uplink.empty(tablet, rng=Random(1))
    assert uplink.traffic.events["too-large"] == 2
    assert_everything_is_there_once(fake_center, tablet, sent_lines(sent_file, sent_path))


def test_a_conflict_is_settled_by_the_chain_itself(
    fake_center: FakeCenter, sent_file: SentFile, sent_path: Path, tablet: Tablet
) -> None:
    first = tablet.next_batch(60)
    fake_center.take(tablet.sign(first))  # taken, but the tablet never heard of it
    fake_center.mishaps = []
    uplink = sender(fake_center, sent_file)
    real_take = fake_center.take
    refused_once: list[int] = []

    def stubborn(raw: bytes) -> tuple[int, dict[str, Any]]:
        """Refuse an overlap, as a center may that holds no bytes any more but its head."""
        header, _lines = wire.parse_batch(raw)
        (chain,) = fake_center.chains.values()
        if header.first <= chain.last and not refused_once:
            refused_once.append(header.first)
            return 409, {
                "code": "broken-chain",
                "last_sequence": chain.last,
                "head": wire.to_base64url(chain.head),
            }
        return real_take(raw)

    fake_center.take = stubborn  # type: ignore[method-assign]  # the fake is bent for this test
    uplink.empty(tablet, rng=Random(1))
    assert refused_once == [1]
    assert uplink.traffic.events["compared-chains"] == 1
    lines = sent_lines(sent_file, sent_path)
    assert_everything_is_there_once(fake_center, tablet, lines)
    assert {line["answer"] for line in lines[:60]} == {"known"}
    assert {line["answer"] for line in lines[60:]} == {"kept"}


def test_a_center_that_knows_another_chain_stops_the_tablet(
    fake_center: FakeCenter, sent_file: SentFile, sent_path: Path, tablet: Tablet
) -> None:
    other = Tablet(device=tablet.device, site=tablet.site, key=tablet.key)
    other.write({"kind": "counted", "id": "another"}, true_ms=5, staff=None, person=None, truth=None)
    fake_center.take(other.sign(other.next_batch(1)))
    with pytest.raises(Forked):
        sender(fake_center, sent_file).empty(tablet, rng=Random(1))
    assert len(tablet.outbox) == ENTRIES
    assert not sent_lines(sent_file, sent_path)


@pytest.mark.parametrize("status", ["400", "401", "403"])
def test_a_refusal_for_good_stops_and_loses_nothing(
    fake_center: FakeCenter, sent_file: SentFile, tablet: Tablet, status: str
) -> None:
    fake_center.mishaps = ["", status]
    with pytest.raises(RefusedError) as refusal:
        sender(fake_center, sent_file).empty(tablet, rng=Random(1))
    assert refusal.value.status == int(status)
    assert tablet.outbox[0].seq == 41
    assert len(tablet.outbox) == ENTRIES - 40


def test_a_connection_that_the_center_has_closed_meanwhile_is_opened_again(fake_center: FakeCenter) -> None:
    center = Center(fake_center.url)
    fake_center.close_after_answer = True
    for hour in ("07:30", "09:30"):
        center.set_clock(instant(date(2021, 9, 13), hour), factor=1.0)
    assert len(fake_center.clock) == 2


def test_patience_ends(sent_file: SentFile, tablet: Tablet) -> None:
    nobody = Uplink(Center("http://127.0.0.1:9"), sent_file, habits=Habits(patience_s=0.2))
    with pytest.raises(NoAnswerError):
        nobody.empty(tablet, rng=Random(1))
    assert len(tablet.outbox) == ENTRIES


def test_a_batch_stays_under_the_size_limit(tablet: Tablet) -> None:
    for number in range(100):
        entry = {"kind": "counted", "id": str(number), "what": "x" * 15_000}
        tablet.write(entry, true_ms=number, staff=None, person=None, truth=None)
    while tablet.outbox:
        batch = tablet.next_batch(500)
        assert len(tablet.sign(batch)) <= wire.MAX_BATCH_BYTES
        tablet.forget(batch)


def test_a_clock_is_set_in_utc(fake_center: FakeCenter) -> None:
    Center(fake_center.url).set_clock(instant(date(2021, 9, 13), "07:30"), factor=1.0)
    assert fake_center.clock == [{"starts_at": "2021-09-13T00:30:00Z", "factor": 1.0}]
