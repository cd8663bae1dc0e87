"""Every row of PROTOCOL's table of answers, and what must never happen: a fact lost, a fact doubled, a stranger's word stored."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Thread
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connections

from tests.domain.intake.chair import (
    LEAD,
    LOT,
    NOW,
    OTHER_SITE,
    SITE,
    VACCINATOR,
    TestTablet,
    arrived,
    block,
    dose,
    id_of,
)
from tiemchung.domain.access import actions as access
from tiemchung.domain.access import queries as access_queries
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake import engine, jobs
from tiemchung.domain.intake.errors import BatchTooLarge, BatchUnreadable, BrokenChain, UnknownSender, WrongSignature
from tiemchung.domain.intake.values import Answer, Outcome
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.journal.actions import aside as journal_aside
from tiemchung.domain.journal.errors import SetAsideQuotaSpent
from tiemchung.domain.movement import actions as movement
from tiemchung.domain.movement.events import Passed
from tiemchung.kernel import wire
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.rowsecurity import reaching

KEPT, KNOWN, ASIDE = Outcome.KEPT, Outcome.KNOWN, Outcome.SET_ASIDE


def outcomes(answers: list[Answer]) -> list[str]:
    return [f"{one.outcome} {one.reason}" if one.reason else str(one.outcome) for one in answers]


def send(batch: bytes) -> list[Answer]:
    return intake.receive(batch, now=NOW).answers


def count(owner: psycopg.Connection, table: str) -> int:
    found = owner.execute(f"select count(*) from {table}").fetchone()
    assert found is not None
    return int(found[0])


def waits_for_a_lock(owner: psycopg.Connection) -> bool:
    found = owner.execute("select count(*) from pg_locks where not granted").fetchone()
    return found is not None and found[0] > 0


def test_a_batch_that_waits_while_its_device_is_cut_off_is_judged_after_the_wait(
    tablet: TestTablet, owner_connection: psycopg.Connection
) -> None:
    assert outcomes(send(tablet.batch(arrived(tablet, uuid7(), uuid7())))) == ["kept"]
    waiting, answers = tablet.batch(arrived(tablet, uuid7(), uuid7())), []

    def send_meanwhile() -> None:
        try:
            answers.extend(send(waiting))
        finally:
            connections.close_all()

    sender = Thread(target=send_meanwhile)
    with owner_connection.transaction():
        owner_connection.execute("select from journal_chain where device = %s for update", [tablet.device])
        sender.start()
        while sender.is_alive() and not waits_for_a_lock(owner_connection):
            pass
        assert sender.is_alive()
        access.revoke(tablet.device, reason="mất máy", actor=SYSTEM, now=NOW)
    sender.join()
    assert outcomes(answers) == ["set-aside device-revoked"]


def test_a_signed_and_readable_batch_is_kept_and_folded(
    tablet: TestTablet, owner_connection: psycopg.Connection
) -> None:
    person, visit = uuid7(), uuid7()
    receipt = intake.receive(tablet.batch(arrived(tablet, person, visit), dose(tablet, person, visit)), now=NOW)
    assert outcomes(receipt.answers) == ["kept", "kept"]
    assert receipt.answers[1].findings == []
    assert (receipt.last_sequence, receipt.head) == (2, tablet.head)
    assert count(owner_connection, "journal_entry") == 2 + count_own_facts(owner_connection)
    assert [(word.site, word.at) for word in access_queries.last_words()] == [(SITE, NOW)]
    assert count(owner_connection, "immunization_dose") == 1
    assert count(owner_connection, "people_person") == 1


def count_own_facts(owner: psycopg.Connection) -> int:
    found = owner.execute("select count(*) from journal_entry where kind not in ('arrived', 'dose-given')").fetchone()
    assert found is not None
    return int(found[0])


def test_a_batch_sent_again_is_known_and_counts_once(tablet: TestTablet, owner_connection: psycopg.Connection) -> None:
    batch = tablet.batch(dose(tablet, uuid7()), dose(tablet, uuid7()))
    send(batch)
    assert outcomes(send(batch)) == ["known", "known"]
    assert count(owner_connection, "immunization_dose") == 2


def test_entries_batched_anew_after_a_lost_answer_are_known_and_the_rest_kept(tablet: TestTablet) -> None:
    start, first = tablet.head, [dose(tablet, uuid7()) for _ in range(3)]
    send(tablet.batch(*first))
    more = [dose(tablet, uuid7()) for _ in range(2)]
    again = wire.encode_batch([*first, *more], device=tablet.device, first=1, previous=start, private_key=tablet.key)
    assert outcomes(send(again)) == ["known"] * 3 + ["kept"] * 2


def test_part_of_a_batch_sent_again_is_known(tablet: TestTablet) -> None:
    start, lines = tablet.head, [dose(tablet, uuid7()) for _ in range(4)]
    send(tablet.batch(*lines))
    part = wire.encode_batch(lines[:2], device=tablet.device, first=1, previous=start, private_key=tablet.key)
    assert outcomes(send(part)) == ["known", "known"]


def test_a_stranger_stores_nothing(tablet: TestTablet, owner_connection: psycopg.Connection) -> None:
    stranger = TestTablet(uuid7(), ec.generate_private_key(ec.SECP256R1()))
    before = count(owner_connection, "journal_entry")
    with pytest.raises(UnknownSender):
        send(stranger.batch(dose(stranger, uuid7())))
    thief = TestTablet(tablet.device, ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(WrongSignature):
        send(thief.batch(dose(thief, uuid7())))
    assert count(owner_connection, "journal_entry") == before
    assert count(owner_connection, "journal_set_aside") == 0
    assert count(owner_connection, "journal_chain") == count_server_chains(owner_connection)


def count_server_chains(owner: psycopg.Connection) -> int:
    found = owner.execute("select count(distinct device) from journal_batch").fetchone()
    assert found is not None
    return int(found[0])


def test_a_tablet_that_waits_for_its_lead_is_a_stranger(new_tablet: Callable[..., TestTablet]) -> None:
    code = access.open_enrollment(site=SITE, name="Máy 9", kinds=None, actor=SYSTEM, now=NOW)
    key = ec.generate_private_key(ec.SECP256R1())
    waiting = access.enroll(code, public_key=wire.dump_public_key(key.public_key()), name="Máy 9", now=NOW)
    early = TestTablet(waiting.device, key)
    with pytest.raises(UnknownSender):
        send(early.batch(dose(early, uuid7())))


def test_a_changed_byte_breaks_the_chain_and_nothing_is_stored(
    tablet: TestTablet, owner_connection: psycopg.Connection
) -> None:
    batch = tablet.batch(dose(tablet, uuid7()))
    with pytest.raises(BrokenChain):
        send(batch.replace(b'"left"', b'"LEFT"'))
    assert count(owner_connection, "immunization_dose") == 0
    assert outcomes(send(batch)) == ["kept"]


def test_a_gap_is_refused_with_the_place_to_go_on_from(tablet: TestTablet) -> None:
    send(tablet.batch(dose(tablet, uuid7())))
    held = tablet.head
    tablet.batch(dose(tablet, uuid7()))
    with pytest.raises(BrokenChain) as refused:
        send(tablet.batch(dose(tablet, uuid7())))
    assert refused.value.facts == {"last_sequence": 1, "head": held}


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (lambda batch: b"not a batch\n" + batch, BatchUnreadable),
        (lambda batch: batch[:-5], BatchUnreadable),
        (lambda batch: batch + b"{}\n", BatchUnreadable),
        (lambda batch: batch + b" " * wire.MAX_BATCH_BYTES, BatchTooLarge),
        (lambda _batch: b"", BatchUnreadable),
    ],
    ids=["a first line too many", "cut off", "a line too many", "too large", "nothing"],
)
def test_what_is_no_batch_is_refused_precisely(
    tablet: TestTablet, spoil: Callable[[bytes], bytes], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        send(spoil(tablet.batch(dose(tablet, uuid7()))))


def test_an_entry_too_large_is_refused_with_its_batch(tablet: TestTablet) -> None:
    with pytest.raises(BatchTooLarge):
        send(tablet.batch(dose(tablet, uuid7(), lot="x" * wire.MAX_ENTRY_BYTES)))


def unreadable_lines(tablet: TestTablet) -> dict[str, bytes]:
    good = dose(tablet, uuid7())
    return {
        "unreadable": b"\xff\xfe not JSON",
        "kind-unknown": good.replace(b"dose-given", b"dose-taken"),
        "schema-unknown": good.replace(b'"schema":1', b'"schema":7'),
        "sequence-differs": good.replace(b'"seq":1', b'"seq":99'),
    }


@pytest.mark.parametrize("reason", ["unreadable", "kind-unknown", "schema-unknown", "sequence-differs"])
def test_what_cannot_be_read_is_set_aside_whole_and_spoils_nothing_else(
    tablet: TestTablet, owner_connection: psycopg.Connection, reason: str
) -> None:
    bad = unreadable_lines(tablet)[reason]
    good = dose(tablet, uuid7())
    batch = tablet.batch(bad, good)
    assert outcomes(send(batch)) == [f"set-aside {reason}", "kept"]
    assert count(owner_connection, "journal_set_aside") == 1
    assert outcomes(send(batch)) == [f"set-aside {reason}", "known"]
    assert count(owner_connection, "journal_set_aside") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"at": "2021-09-13T02:55:00"},
        {"volume_ml": "half"},
        {"arm": "tail"},
        {"vaccinator": "nobody"},
        {"id": "017bddcf-0000-4000-8000-000000000001"},
    ],
    ids=["an instant without zone", "a word for a number", "no arm", "no id", "an id of another version"],
)
def test_a_field_of_the_wrong_shape_is_set_aside(tablet: TestTablet, change: dict[str, Any]) -> None:
    assert outcomes(send(tablet.batch(dose(tablet, uuid7(), **change)))) == ["set-aside unreadable"]


def test_decomposed_unicode_is_read_and_its_bytes_are_kept(tablet: TestTablet) -> None:
    person = uuid7()
    name = "Nguye\u0302\u0303n Thi\u0323 Ho\u0300a"
    line = arrived(tablet, person, uuid7(), block=block(name=name))
    assert outcomes(send(tablet.batch(line))) == ["kept"]


def test_a_used_id_with_other_content_is_set_aside_whichever_device_came_first(
    new_tablet: Callable[..., TestTablet], owner_connection: psycopg.Connection
) -> None:
    here, there = new_tablet(), new_tablet(OTHER_SITE)
    line = dose(here, uuid7())
    send(here.batch(line))
    other = dose(there, uuid7(), id=id_of(line))
    assert outcomes(send(there.batch(other))) == ["set-aside id-reused"]
    assert count(owner_connection, "immunization_dose") == 1


def test_a_kind_that_the_device_may_not_send_is_set_aside(new_tablet: Callable[..., TestTablet]) -> None:
    desk = new_tablet(kinds=["arrived"])
    person = uuid7()
    answers = send(desk.batch(arrived(desk, person, uuid7()), dose(desk, person)))
    assert outcomes(answers) == ["kept", "set-aside kind-not-allowed"]


def test_a_tablet_restored_from_a_backup_forks_and_is_stopped(
    new_tablet: Callable[..., TestTablet], owner_connection: psycopg.Connection
) -> None:
    tablet = new_tablet()
    start = tablet.head
    first = dose(tablet, uuid7())
    send(tablet.batch(first, dose(tablet, uuid7())))
    restored = TestTablet(tablet.device, tablet.key)
    restored.head, restored.sequence = wire.chain(start, 1, [first]), 1
    answers = send(restored.batch(dose(restored, uuid7())))
    assert outcomes(answers) == ["set-aside fork"]
    assert count(owner_connection, "immunization_dose") == 2
    # The device is stopped: what continues the good chain is set aside too, until it is enrolled again.
    assert outcomes(send(tablet.batch(dose(tablet, uuid7())))) == ["set-aside fork"]


def test_all_that_a_forked_tablet_still_holds_comes_into_the_lead_s_hands_once(
    tablet: TestTablet, owner_connection: psycopg.Connection
) -> None:
    start, first = tablet.head, dose(tablet, uuid7())
    send(tablet.batch(first, dose(tablet, uuid7())))
    restored = TestTablet(tablet.device, tablet.key)
    restored.head, restored.sequence = wire.chain(start, 1, [first]), 1
    assert outcomes(send(restored.batch(dose(restored, uuid7())))) == ["set-aside fork"]
    # It goes on where the center knows nothing before it, and again when the answer got lost.
    for held in [
        restored.batch(dose(restored, uuid7())),
        restored.batch(dose(restored, uuid7()), dose(restored, uuid7())),
    ]:
        for _ in range(2):
            assert set(outcomes(send(held))) == {"set-aside fork"}
    assert count(owner_connection, "journal_set_aside") == 4
    assert count(owner_connection, "immunization_dose") == 2


def test_what_comes_after_a_revocation_is_set_aside_whatever_its_date(
    tablet: TestTablet, owner_connection: psycopg.Connection
) -> None:
    before = tablet.batch(dose(tablet, uuid7()))
    send(before)
    access.revoke(tablet.device, reason="mất máy", actor=SYSTEM, now=NOW)
    late = tablet.batch(dose(tablet, uuid7(), at=NOW - timedelta(hours=2)))
    assert outcomes(send(late)) == ["set-aside device-revoked"]
    assert outcomes(send(before)) == ["known"]
    assert count(owner_connection, "immunization_dose") == 1


def test_what_comes_after_the_device_s_term_is_set_aside_until_the_lead_lets_it_in(
    tablet: TestTablet, owner_connection: psycopg.Connection
) -> None:
    before = tablet.batch(dose(tablet, uuid7()))
    assert outcomes(send(before)) == ["kept"]
    owner_connection.execute("update access_device set expires_at = %s", [NOW])
    assert outcomes(send(tablet.batch(dose(tablet, uuid7())))) == ["set-aside device-expired"]
    assert outcomes(send(before)) == ["known"]
    assert count(owner_connection, "immunization_dose") == 1


def test_a_device_has_a_quota_of_what_may_be_set_aside(
    tablet: TestTablet, monkeypatch: pytest.MonkeyPatch, owner_connection: psycopg.Connection
) -> None:
    monkeypatch.setattr(journal_aside, "SET_ASIDE_QUOTA", 2)

    def garbage() -> bytes:
        tablet.sequence += 1
        return b"garbage"

    send(tablet.batch(garbage(), garbage()))
    head, sequence = tablet.head, tablet.sequence
    with pytest.raises(SetAsideQuotaSpent):
        send(tablet.batch(garbage(), dose(tablet, uuid7())))
    assert count(owner_connection, "journal_set_aside") == 2
    # Refused whole: the tablet still holds both and may send the good one by itself in this sequence.
    tablet.head, tablet.sequence = head, sequence
    assert outcomes(send(tablet.batch(dose(tablet, uuid7())))) == ["kept"]


def test_what_the_lead_let_in_or_closed_makes_room_in_the_quota(
    tablet: TestTablet, monkeypatch: pytest.MonkeyPatch, owner_connection: psycopg.Connection
) -> None:
    monkeypatch.setattr(journal_aside, "SET_ASIDE_QUOTA", 2)

    def garbage(*lines: bytes) -> bytes:
        tablet.sequence += len(lines)
        return tablet.batch(*lines)

    assert outcomes(send(garbage(b"first", b"second"))) == ["set-aside unreadable"] * 2
    waiting = [one for (one,) in owner_connection.execute("select id from journal_set_aside order by device_sequence")]
    with reaching(Reach(sites=frozenset({SITE}))):
        journal.close_aside(waiting[:1], why="đã ghi lại trên giấy", by=uuid7(), now=NOW)
        journal.mark_released(waiting[1:], by=uuid7(), now=NOW)
    assert outcomes(send(garbage(b"third", b"fourth"))) == ["set-aside unreadable"] * 2
    with pytest.raises(SetAsideQuotaSpent):
        send(garbage(b"fifth"))


@pytest.fixture
def room_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the room of passages be one that has not arrived."""
    monkeypatch.setattr(engine, "NOT_YET_FOLDED", frozenset({Passed}))
    monkeypatch.setattr(movement, "fold", lambda _kept: [])


def test_a_kind_whose_room_is_still_to_come_is_kept_counted_and_folded_when_it_arrives(
    tablet: TestTablet,
    owner_connection: psycopg.Connection,
    as_worker: Callable[[], AbstractContextManager[None]],
    monkeypatch: pytest.MonkeyPatch,
    room_to_come: None,
) -> None:
    line = tablet.line("passed", checkpoint="CP-1", verdict="pass", rule="one-dose", bearer="t")
    assert outcomes(send(tablet.batch(line))) == ["kept"]
    assert owner_connection.execute("select kind, reason from journal_unfolded").fetchall() == [
        ("passed", "room-to-come")
    ]
    monkeypatch.undo()
    with as_worker():
        assert jobs.fold_arrived() == 1
        assert jobs.fold_arrived() == 0
    assert owner_connection.execute("select kind from journal_unfolded").fetchall() == []
    assert owner_connection.execute("select checkpoint, verdict from movement_passage").fetchall() == [("CP-1", "pass")]


@pytest.mark.parametrize(
    ("at", "finding"),
    [
        ("1900-01-01T00:00:00Z", "time-implausible"),
        ("2999-01-01T00:00:00Z", "time-implausible"),
        (NOW + timedelta(minutes=9), None),
        (NOW - timedelta(days=8), "late"),
    ],
)
def test_odd_clocks_are_findings_and_no_refusals(tablet: TestTablet, at: object, finding: str | None) -> None:
    line = tablet.line(
        "dose-given", at=NOW, person=uuid7(), product="az", lot=LOT, vial="V1", volume_ml=0.5, arm="left",
        vaccinator=VACCINATOR,
    )  # fmt: skip
    told = line.replace(b'"at":"2021-09-13T03:00:00Z"', b'"at":' + _json(at))
    (answer,) = send(tablet.batch(told))
    assert answer.outcome is KEPT
    assert ("time-implausible" in answer.findings) == (finding == "time-implausible")
    assert ("late" in answer.findings) == (finding == "late")


def _json(at: object) -> bytes:
    return b'"' + (at if isinstance(at, str) else f"{at:%Y-%m-%dT%H:%M:%SZ}").encode() + b'"'


def test_an_offset_that_leaves_the_calendar_loses_nothing(tablet: TestTablet) -> None:
    assert outcomes(send(tablet.batch(dose(tablet, uuid7(), offset_ms=10**15)))) == ["kept"]


def test_unknown_lot_site_and_person_are_findings(tablet: TestTablet) -> None:
    (answer,) = send(tablet.batch(dose(tablet, uuid7(), lot="NOBODY-KNOWS", site="99-9999", vaccinator=uuid7())))
    assert answer.outcome is KEPT
    assert {"lot-unknown", "site-differs", "person-unknown", "vaccinator-not-on-roster"} <= set(answer.findings)


def test_an_implausible_dose_counts_in_no_day(tablet: TestTablet, owner_connection: psycopg.Connection) -> None:
    send(tablet.batch(dose(tablet, uuid7(), at="1900-01-01T00:00:00Z")))
    assert owner_connection.execute("select given_on from immunization_dose").fetchall() == [(None,)]


def test_the_country_counts_what_waits_without_seeing_a_row(tablet: TestTablet, room_to_come: None) -> None:
    tablet.sequence += 1
    passed = tablet.line("passed", checkpoint="CP-1", verdict="pass", rule="one-dose", bearer="t")
    send(tablet.batch(b"garbage", passed))
    aside, unfolded = journal_queries.waiting_everywhere()
    assert [(one.reason, one.entries) for one in aside] == [("unreadable", 1)]
    assert [(one.reason, one.entries) for one in unfolded] == [("room-to-come", 1)]
    assert journal_queries.set_aside_counts() == [], "the control: row by row this session sees nothing"


def test_a_fork_sent_again_is_held_once_and_the_good_chain_stays_known(
    tablet: TestTablet, owner_connection: psycopg.Connection
) -> None:
    start, first = tablet.head, dose(tablet, uuid7())
    good = tablet.batch(first, dose(tablet, uuid7()))
    send(good)
    restored = TestTablet(tablet.device, tablet.key)
    restored.head, restored.sequence = wire.chain(start, 1, [first]), 1
    forked = restored.batch(dose(restored, uuid7()))
    for _ in range(2):
        assert outcomes(send(forked)) == ["set-aside fork"]
        assert outcomes(send(good)) == ["known", "known"]
    assert count(owner_connection, "journal_set_aside") == 1


def test_what_was_released_is_known_when_it_comes_again(tablet: TestTablet) -> None:
    access.revoke(tablet.device, reason="mất máy", actor=SYSTEM, now=NOW)
    tablet.sequence += 1
    batch = tablet.batch(b"garbage", dose(tablet, uuid7()))
    assert outcomes(send(batch)) == ["set-aside device-revoked"] * 2
    lead = Actor(id=LEAD, kind=ActorKind.STAFF, powers=frozenset({Power.ATTEST}), reach=Reach(sites=frozenset({SITE})))
    intake.release(SITE, actor=lead, now=NOW)
    assert outcomes(send(batch)) == ["set-aside device-revoked", "known"]


def test_of_two_devices_with_one_id_in_one_place_only_the_one_let_in_waits_no_more(
    new_tablet: Callable[..., TestTablet], owner_connection: psycopg.Connection
) -> None:
    first, second = new_tablet(), new_tablet()
    used = uuid7(NOW)
    batches = [one.batch(dose(one, uuid7(), id=used)) for one in (first, second)]
    for one, batch in zip((first, second), batches, strict=True):
        access.revoke(one.device, reason="mất máy", actor=SYSTEM, now=NOW)
        assert outcomes(send(batch)) == ["set-aside device-revoked"]
    lead = Actor(id=LEAD, kind=ActorKind.STAFF, powers=frozenset({Power.ATTEST}), reach=Reach(sites=frozenset({SITE})))
    assert sorted(outcomes(intake.release(SITE, actor=lead, now=NOW))) == ["kept", "set-aside id-reused"]
    assert sorted(outcomes(send(batch))[0] for batch in batches) == ["known", "set-aside device-revoked"]
    waiting = owner_connection.execute("select count(*) from journal_set_aside where released_at is null").fetchone()
    assert waiting == (1,)


def test_an_impossible_instant_does_not_make_the_next_entry_back_dated(tablet: TestTablet) -> None:
    send(tablet.batch(dose(tablet, uuid7()), dose(tablet, uuid7(), at="2999-01-01T00:00:00Z")))
    (answer,) = send(tablet.batch(dose(tablet, uuid7())))
    assert "backdated" not in answer.findings
    send(tablet.batch(dose(tablet, uuid7(), at="1900-01-01T00:00:00Z")))
    (answer,) = send(tablet.batch(dose(tablet, uuid7(), at=NOW - timedelta(days=2))))
    assert "backdated" in answer.findings
