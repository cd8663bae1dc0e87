"""The power goes while tablets send. What was acknowledged is there afterwards, once; with the commit's wait off, it is not.

Every process of PostgreSQL is killed by SIGKILL, so that nothing it holds in memory is written any more. What its
processes had handed to the kernel survives, as it would not in a real power cut: the disk's word is fsync's.
"""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import psycopg
import pytest

from tests.bench import material
from tests.bench.lab import Lab, laboratory
from tests.faults.processes import children_of, kill_all
from tiemchung.project.platform import DATABASE
from tiemchung_world import sent
from tiemchung_world.uplink import Habits, Uplink

pytestmark = pytest.mark.proof

TABLETS = 4
VISITS_A_TABLET = 750
CUTS = 3
ENTRIES_A_VISIT = 4
ANSWER_TO_CUT_S = 0.05
"""The control is cut off within this time of an answer."""
CONTROL_ROUNDS = 10

Told = Callable[..., None]


def cut(lab: Lab) -> float:
    """Kill every process of the database at once, and start it again; return the seconds that the killing took."""
    started = time.perf_counter()
    server = lab.platform.cluster.pid
    with lab.platform.reviving:
        kill_all([server, *children_of(server)])
        seconds = time.perf_counter() - started
        lab.platform.cluster.revive()
    return seconds


def test_what_was_acknowledged_is_there_once_after_every_cut(tmp_path: Path, tell_figures: Told) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    rng = random.Random(seed)
    with laboratory(connections=TABLETS) as lab, lab.platform.worker():
        with sent.SentFile(tmp_path / "sent.ndjson") as file:
            uplink = Uplink(lab.center, file, habits=Habits(lost_answers=0.05, repeats=0.05, batch_sizes=(20, 50, 120)))
            faults: list[BaseException] = []
            senders = [
                threading.Thread(target=send_all, args=(lab, uplink, number, seed, faults)) for number in range(TABLETS)
            ]
            for sender in senders:
                sender.start()
            cuts = cut_in_between(lab, uplink, senders, rng)
            for sender in senders:
                sender.join()
        assert faults == []
        acknowledged = [msgspec.json.decode(line) for line in (tmp_path / "sent.ndjson").read_bytes().splitlines()]
        found = await_figures(lab, doses=TABLETS * VISITS_A_TABLET)
        entries = journal_of(lab)
    tell_figures(seed=seed, cuts=cuts, entries=len(acknowledged), **uplink.traffic.events)
    assert cuts == CUTS
    # The web stood and said that it could not: by its own word, or where the fault met it outside the batch.
    assert uplink.traffic.events["retry-503"] + uplink.traffic.events["retry-500"] > 0
    assert len(acknowledged) == TABLETS * VISITS_A_TABLET * ENTRIES_A_VISIT
    assert {one["answer"] for one in acknowledged} <= {sent.KEPT, sent.KNOWN}
    assert lost_or_altered(acknowledged, entries) == []
    assert found == dict.fromkeys(found, TABLETS * VISITS_A_TABLET)


def send_all(lab: Lab, uplink: Uplink, number: int, seed: int, faults: list[BaseException]) -> None:
    """Write a tablet's visits and send them, whatever happens meanwhile."""
    pen = lab.pens[number]
    first = number * VISITS_A_TABLET
    pen.visits(material.visits(VISITS_A_TABLET, first=first), whole=True)
    try:
        uplink.empty(pen.tablet, rng=random.Random(f"{seed} {number}"))
    except BaseException as fault:  # noqa: BLE001 - told to the test's own thread
        faults.append(fault)


def cut_in_between(lab: Lab, uplink: Uplink, senders: list[threading.Thread], rng: random.Random) -> int:
    """Cut the power at chance moments while there is something left to send, and return how often."""
    whole = TABLETS * VISITS_A_TABLET * ENTRIES_A_VISIT
    cuts = 0
    for share in sorted(rng.uniform(0.05, 0.8) for _ in range(CUTS)):
        while uplink.traffic.entries < share * whole and any(sender.is_alive() for sender in senders):
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.05))
        if any(sender.is_alive() for sender in senders):
            cut(lab)
            cuts += 1
    return cuts


def lost_or_altered(acknowledged: list[dict[str, str]], entries: Mapping[str, list[str]]) -> list[str]:
    """Return the acknowledged entries that the journal has not, has twice, or has with other bytes."""
    return [one["id"] for one in acknowledged if entries.get(one["id"]) != [one["sha256"]]]


def test_a_lost_a_doubled_and_an_altered_entry_are_noticed() -> None:
    acknowledged = [{"id": "a", "sha256": "1"}, {"id": "b", "sha256": "2"}, {"id": "c", "sha256": "3"}]
    assert lost_or_altered(acknowledged, {"a": ["1"], "b": ["2"], "c": ["3"]}) == []
    assert lost_or_altered(acknowledged, {"a": ["1"], "b": ["2", "2"], "c": ["4"]}) == ["b", "c"]
    assert lost_or_altered(acknowledged, {"b": ["2"], "c": ["3"]}) == ["a"]


def journal_of(lab: Lab) -> dict[str, list[str]]:
    """Return the digests under each id of the journal."""
    found: dict[str, list[str]] = {}
    with psycopg.connect(lab.platform.cluster.owner_url(DATABASE)) as connection:
        for identifier, digest in connection.execute("select id::text, digest from journal_entry"):
            found.setdefault(identifier, []).append(bytes(digest).hex())
    return found


STANDS_STILL_S = 60
"""How long the figures may stand still before nobody waits for them: a busy machine is slow, a broken one stops."""


def await_figures(lab: Lab, *, doses: int) -> dict[str, int]:
    """Wait until the figures have counted so many doses (or no more come), and return what each ledger says."""
    ledgers = {
        "record": "select count(*) from immunization_dose",
        "stock": "select -coalesce(sum(doses), 0) from supply_movement where doses < 0 and site <> '79-9999'",
        "figures": "select coalesce(sum(doses), 0) from figures_unit_total where level = 'country' and era = '2021'",
    }
    counted, moved_at = -1, time.monotonic()
    while True:
        with psycopg.connect(lab.platform.cluster.owner_url(DATABASE)) as connection:
            rows = {name: connection.execute(query).fetchone() for name, query in ledgers.items()}
        found = {name: int(row[0]) for name, row in rows.items() if row}
        if found["figures"] != counted:
            counted, moved_at = found["figures"], time.monotonic()
        if counted >= doses or time.monotonic() - moved_at > STANDS_STILL_S:
            return found
        time.sleep(0.2)


def test_without_the_wait_for_the_disk_acknowledged_entries_are_lost(tmp_path: Path, tell_figures: Told) -> None:
    with laboratory(connections=CONTROL_ROUNDS) as lab, sent.SentFile(tmp_path / "sent.ndjson") as file:
        uplink = Uplink(lab.center, file, habits=Habits())
        with psycopg.connect(lab.platform.cluster.superuser_url(DATABASE), autocommit=True) as connection:
            connection.execute("alter role all set synchronous_commit = off")
            connection.execute("alter system set wal_writer_delay = '10s'")
        cut(lab)  # connections begin anew, with the role's setting
        rounds, lost, seconds = 0, 0, 0.0
        for pen in lab.pens:
            rounds += 1
            pen.visits(lab.visits(10), whole=True)
            lines = {str(entry.id): hashlib.sha256(entry.line).hexdigest() for entry in pen.tablet.outbox}
            answers = uplink.deliver(pen.tablet)
            assert {one["outcome"] for one in answers} == {sent.KEPT}
            seconds = cut(lab)
            kept = journal_of(lab)
            lost = sum(kept.get(identifier) != [digest] for identifier, digest in lines.items())
            if lost:
                break
    tell_figures(seed=0, rounds=rounds, lost=lost, acknowledged=len(lines), cut_after_ms=round(1000 * seconds, 1))
    assert seconds < ANSWER_TO_CUT_S
    assert lost > 0
