"""A hall of 9,000 persons works a day with its uplink cut: its twelve tablets leave all of it with the hub, and speak to nobody else.

When the line is back the hub brings it, in batches that it cannot read, and each tablet forgets an entry at the center's receipt and
not before. What was written is in the journal once, byte for byte, and every dose is in the record.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench import material
from tests.bench.lab import Lab
from tests.faults.test_power_cut import ENTRIES_A_VISIT, journal_of, lost_or_altered
from tests.faults.test_slow_line import HUB_CODE, TABLETS, VISITS, doses_of, hall
from tiemchung.kernel import wire
from tiemchung.plumbing import postgres
from tiemchung.project.hub import identity
from tiemchung_world import sent
from tiemchung_world.center import Center, insist
from tiemchung_world.line import Line
from tiemchung_world.relayed import ByHub

pytestmark = pytest.mark.proof

DOMAIN = "hub.example.vn"
BATCH = 250
BITS_PER_S = 100_000_000
"""Both lines carry as much as a wire does: this proof counts bytes, the slow line has its own."""
WITHIN_S = 900.0
LOOKS_EVERY_S = 1.0


def free_port() -> int:
    """Return a port on loopback that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def hub_of(folder: Path, *, port: int, enroll: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `tiemchung hub` as the hall's laptop does, its door on loopback."""
    told = ["--data", str(folder), "--bind", f"127.0.0.1:{port}"]
    told += ["--address", f"https://hall.{DOMAIN}:8443", "--enroll", enroll]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIEMCHUNG_")}
    process = subprocess.Popen([sys.executable, "-m", "tiemchung.project.cli", "hub", *told], env=kept)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=WITHIN_S)


def ways(lab: Lab, hub: Center, file: sent.SentFile) -> list[ByHub]:
    """Return each tablet's way by the hub, with the center's keys as its enrollment told them."""
    found = []
    for pen in lab.pens:
        told = lab.center.request("GET", f"/api/devices/enrollments/{pen.tablet.device}").json()
        sealing_key, server_key = (wire.from_base64url(told[name]) for name in ("sealing_key", "server_key"))
        found.append(ByHub(hub=hub, tablet=pen.tablet, sent_file=file, sealing_key=sealing_key, server_key=server_key))
    return found


def hub_knows(found: list[ByHub], hub: Center) -> int:
    """Wait until the hub has the roster of its site, and return how many of these tablets it then believes."""
    give_up_at = time.monotonic() + WITHIN_S
    while time.monotonic() < give_up_at:
        known = sum(way.asks_for_nothing().code == "not-held" for way in found)
        if known:
            return known
        time.sleep(LOOKS_EVERY_S)
    raise AssertionError("the hub knows no tablet")


def at_once(each: list[Callable[[], None]]) -> list[BaseException]:
    """Do all of these at once, and return what stopped one."""
    stopped: list[BaseException] = []

    def work(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as fault:  # noqa: BLE001 - told to the test's own thread
            stopped.append(fault)

    threads = [threading.Thread(target=work, args=(one,)) for one in each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return stopped


def collect_all(found: list[ByHub], hub: subprocess.Popen[bytes]) -> None:
    """Ask the hub for receipts until every tablet has all of its own."""
    give_up_at = time.monotonic() + WITHIN_S
    while any(way.left for way in found):
        assert hub.poll() is None, "the hub has ended"
        assert time.monotonic() < give_up_at, "the hub does not bring it home"
        time.sleep(LOOKS_EVERY_S)
        assert at_once([way.collect for way in found]) == []


def test_a_hall_of_9000_doses_passes_through_its_hub_with_the_uplink_cut(
    tmp_path: Path, tell_figures: Callable[..., None]
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    folder = tmp_path / "hub"
    folder.mkdir(mode=0o700)
    point = wire.dump_public_key(identity.key_of(folder).public_key())
    with hall(seed, hub_domain=DOMAIN, hub_key=point) as lab, sent.SentFile(tmp_path / "sent.ndjson") as file:
        port = free_port()
        with (
            Line(lab.platform.url, bits_per_s=BITS_PER_S) as uplink,
            Line(f"http://127.0.0.1:{port}", bits_per_s=BITS_PER_S) as wireless,
        ):
            hub = Center(wireless.url)
            found = ways(lab, hub, file)
            pin = wire.to_base64url(hashlib.sha256(found[0].server_key).digest())
            enroll = f"{uplink.url}/station/app/#enroll={HUB_CODE}.{pin}"
            with hub_of(folder, port=port, enroll=enroll) as process:
                insist(lambda: hub.request("GET", "/healthz"), patience_s=WITHIN_S)
                known = hub_knows(found, hub)
                uplink.cut()
                before, journal_before = uplink.up.bytes, len(journal_of(lab))
                for number, pen in enumerate(lab.pens):
                    share = VISITS // TABLETS
                    pen.visits(material.visits(share, first=number * share), whole=True)
                written = [entry for pen in lab.pens for entry in pen.tablet.outbox]
                assert at_once([lambda way=way: way.leave(BATCH) for way in found]) == []  # type: ignore[misc]  # a default binds it
                assert at_once([way.collect for way in found]) == []
                batches = sum(len(way.left) for way in found)
                held = int(hub.request("GET", "/healthz").json()["waiting"])
                carried_while_cut = uplink.up.bytes - before
                kept_by_tablets = sum(len(pen.tablet.outbox) for pen in lab.pens)
                journal_while_cut = len(journal_of(lab)) - journal_before
                left_up = wireless.up.bytes
                uplink.mend()
                started = time.monotonic()
                collect_all(found, process)
                seconds = time.monotonic() - started
        told = [json.loads(one) for one in (tmp_path / "sent.ndjson").read_bytes().splitlines()]
        journal, doses = journal_of(lab), doses_of(lab)
    postgres.erase(folder)
    tell_figures(
        seed=seed,
        entries=len(written),
        tablets=TABLETS,
        batches=batches,
        seconds_home=round(seconds, 1),
        bytes_an_entry_written=round(sum(len(entry.line) for entry in written) / len(written), 1),
        bytes_an_entry_left_with_hub=round(left_up / len(written), 1),
        bytes_an_entry_hub_up=round((uplink.up.bytes - before) / len(written), 1),
        bytes_an_entry_hub_down=round(uplink.down.bytes / len(written), 1),
        bytes_an_entry_receipts=round(wireless.down.bytes / len(written), 1),
    )
    assert known == TABLETS
    assert (held, kept_by_tablets, journal_while_cut, carried_while_cut) == (batches, len(written), 0, 0)
    assert len(written) == len(told) == VISITS * ENTRIES_A_VISIT
    assert {one["answer"] for one in told} <= {sent.KEPT, sent.KNOWN}
    assert sorted(one["sha256"] for one in told) == sorted(hashlib.sha256(entry.line).hexdigest() for entry in written)
    assert lost_or_altered(told, journal) == []
    assert doses == VISITS
