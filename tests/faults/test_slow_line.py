"""A hall of 9,000 persons works a day without a network, and its twelve tablets bring all of it home over one slow line.

The line carries 1 Mbit/s each way, for all tablets together, and every connection breaks after a while. What was written
is in the journal once, byte for byte, and every dose is in the record. What each entry cost on the line is told.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from tests.bench import material
from tests.bench.lab import Lab, MeasuredPlatform
from tests.faults.test_power_cut import ENTRIES_A_VISIT, journal_of, lost_or_altered
from tiemchung.kernel import wire
from tiemchung.project.platform import DATABASE
from tiemchung_world import mint, sent
from tiemchung_world.center import Center
from tiemchung_world.line import Line
from tiemchung_world.tablet import Tablet
from tiemchung_world.uplink import Habits, Uplink, enroll, signed_request

pytestmark = pytest.mark.proof

TABLETS, VISITS = 12, 9_000
BITS_PER_S = 1_000_000
BATCH = 250
"""Entries of a batch: some 13 KB deflated, so that twelve of them are through within the patience of a connection."""
LEAST_BEFORE_A_BREAK = 32 * 1024
"""How much a connection carries at least: more than a batch, so that no batch is too long for the line for ever."""
BREAKS_AFTER_BYTES = 16 * 1024
"""How much more it carries on average before it breaks: ours, for every tablet to lose the line several times."""
TIMEOUT_S = 120
HUB_CODE = "hall-hub"


@contextmanager
def hall(seed: int, *, hub_domain: str = "", hub_key: bytes = b"") -> Iterator[Lab]:
    """Start a platform with one site, and enroll the hall's tablets while there is a network. A hub is vouched for by its key."""
    with tempfile.TemporaryDirectory(prefix="tiemchung-hall-") as folder:
        data = Path(folder)
        data.chmod(0o700)
        platform = MeasuredPlatform(data=data, workers=2, threads=TABLETS, say=print, hub_domain=hub_domain)
        try:
            platform.start()
            lab = Lab(platform=platform, center=Center(platform.url))
            lab.center.set_clock(material.NOON + timedelta(hours=7), factor=1.0)
            (desk,) = material.desks(1)
            keys = [mint.private_key("hall", seed, number) for number in range(TABLETS)]
            points = [wire.dump_public_key(key.public_key()) for key in keys]
            campaign = material.campaign([desk])
            (row,) = campaign["enrollments"]
            campaign["enrollments"] = [
                row | {"code": f"hall-{number}", "public_key_sha256": hashlib.sha256(point).hexdigest()}
                for number, point in enumerate(points)
            ]
            if hub_key:
                vouched = {"device": "hub", "public_key_sha256": hashlib.sha256(hub_key).hexdigest()}
                campaign["enrollments"].append(row | {"code": HUB_CODE} | vouched)
            (data / "campaign.json").write_text(json.dumps(campaign), encoding="utf-8")
            platform.command("load", "campaign", str(data / "campaign.json"))
            for number, key in enumerate(keys):
                told = enroll(lab.center, code=f"hall-{number}", name=f"Máy {number + 1:02d}", key=key)
                tablet = Tablet(device=UUID(told["device"]), site=desk.site, key=key)
                lab.pens.append(material.Pen(tablet, desk))
            yield lab
        finally:
            platform.stop()


def bring_home(lab: Lab, uplink: Uplink, seed: int) -> list[BaseException]:
    """Have all tablets send at once until none holds anything; return what stopped one."""
    stopped: list[BaseException] = []

    def send(number: int) -> None:
        try:
            uplink.empty(lab.pens[number].tablet, rng=random.Random(f"{seed} {number}"))
        except BaseException as fault:  # noqa: BLE001 - told to the test's own thread
            stopped.append(fault)

    senders = [threading.Thread(target=send, args=(number,)) for number in range(TABLETS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return stopped


def first_stretch(lab: Lab, line: Line) -> tuple[int, int]:
    """Have one tablet pull the first stretch of what the others wrote; return its entries, and the bytes of the answer."""
    before, tablet = line.down.bytes, lab.pens[0].tablet
    answer = signed_request(
        Center(line.url, timeout_s=TIMEOUT_S), "GET", "/api/devices/entries", device=tablet.device, key=tablet.key
    )
    assert answer.status == http.client.OK, answer.body[:300]
    return len(answer.json()["entries"]) + len(answer.json()["own"]), line.down.bytes - before


def doses_of(lab: Lab) -> int:
    """Return how many doses are in the record."""
    with psycopg.connect(lab.platform.cluster.owner_url(DATABASE)) as connection:
        found = connection.execute("select count(*) from immunization_dose").fetchone()
    assert found is not None
    return int(found[0])


def test_a_day_offline_of_9000_doses_comes_home_over_a_slow_line_that_breaks(
    tmp_path: Path, tell_figures: Callable[..., None]
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    rng = random.Random(seed)
    with hall(seed) as lab:
        for number, pen in enumerate(lab.pens):
            share = VISITS // TABLETS
            pen.visits(material.visits(share, first=number * share), whole=True)
        written = [entry for pen in lab.pens for entry in pen.tablet.outbox]
        with (
            sent.SentFile(tmp_path / "sent.ndjson") as file,
            Line(
                lab.platform.url,
                bits_per_s=BITS_PER_S,
                breaks_after=lambda: LEAST_BEFORE_A_BREAK + int(rng.expovariate(1 / BREAKS_AFTER_BYTES)),
            ) as line,
        ):
            habits = Habits(batch_sizes=(BATCH,), repeats=0.02, deflates=True)
            uplink = Uplink(Center(line.url, timeout_s=TIMEOUT_S), file, habits=habits)
            started = time.monotonic()
            stopped = bring_home(lab, uplink, seed)
            seconds = time.monotonic() - started
            up, down = line.up.bytes, line.down.bytes
            entries_pulled, bytes_pulled = first_stretch(lab, line)
        assert stopped == []
        told = [json.loads(one) for one in (tmp_path / "sent.ndjson").read_bytes().splitlines()]
        journal = journal_of(lab)
        doses = doses_of(lab)
    tell_figures(
        seed=seed,
        entries=len(written),
        tablets=TABLETS,
        bits_per_s=BITS_PER_S,
        seconds=round(seconds, 1),
        bytes_an_entry_written=round(sum(len(entry.line) for entry in written) / len(written), 1),
        bytes_an_entry_up=round(up / len(written), 1),
        bytes_an_entry_down=round(down / len(written), 1),
        bytes_an_entry_pulled=round(bytes_pulled / max(entries_pulled, 1), 1),
        breaks=line.breaks,
        **uplink.traffic.events,
    )
    assert len(written) == len(told) == VISITS * ENTRIES_A_VISIT
    assert {one["answer"] for one in told} <= {sent.KEPT, sent.KNOWN}
    assert sorted(one["sha256"] for one in told) == sorted(hashlib.sha256(entry.line).hexdigest() for entry in written)
    assert lost_or_altered(told, journal) == []
    assert doses == VISITS
    assert line.breaks >= TABLETS
    # The control of the line: nothing overtook it.
    assert seconds >= 8 * up / BITS_PER_S
