"""A platform of its own to measure, with enrolled tablets and, beside its database, a bare one for the control."""

from __future__ import annotations

import http.client
import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from tests.bench import bare, material, replayed
from tests.bench.measure import Sample, cpu_of_tree
from tiemchung.plumbing import leash
from tiemchung.project.platform import Child, Platform
from tiemchung_world.center import NDJSON, Center
from tiemchung_world.tablet import Tablet
from tiemchung_world.uplink import BATCHES, enroll

if TYPE_CHECKING:
    from tiemchung.plumbing.database import Sent

BARE_DATABASE = "bare"

WATCHED_EVERY_S = 0.2
"""How often it is looked whether the worker still runs."""


class MeasuredPlatform(Platform):
    """A platform whose worker runs only when it is asked to, so that reactions wait in the journal meanwhile."""

    def __init__(
        self, *, data: Path, workers: int, threads: int, say: Callable[[str], None], hub_domain: str = ""
    ) -> None:
        super().__init__(data=data, demo=True, say=say)
        self._chosen = {"TIEMCHUNG_WEB_WORKERS": str(workers), "TIEMCHUNG_WEB_THREADS": str(threads)}
        if hub_domain:
            self._chosen["TIEMCHUNG_HUB_DOMAIN"] = hub_domain
        self.reviving = threading.Lock()
        """Held by a test while it has killed the database and not yet started it again."""

    def _common_environment(self) -> dict[str, str]:
        return {**super()._common_environment(), **self._chosen}

    def _keep(self, name: str, chosen: Callable[[], Mapping[str, str]], words: Sequence[str] = ()) -> None:
        if name != "worker":
            super()._keep(name, chosen, words)

    @contextmanager
    def worker(self) -> Iterator[int]:
        """Run the worker for a while, started again whenever it ends, as `watch` does; yields its first process id."""

        def start() -> subprocess.Popen[bytes]:
            return self._launch(["worker"], self._worker_environment(), log="worker")

        child = Child(name="worker", start=start, process=start())
        leave = threading.Event()

        def watch() -> None:
            while not leave.wait(WATCHED_EVERY_S):
                if child.process.poll() is not None:
                    # As `watch` does, which first has the database back and then looks after the others.
                    with self.reviving:
                        self._replace(child)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield child.process.pid
        finally:
            leave.set()
            watcher.join()
            leash.stop(child.process, wait_s=15)

    @property
    def web_pid(self) -> int:
        """Return the web's process."""
        return self._children[0].process.pid

    def web_environment(self) -> dict[str, str]:
        """Return the settings of a process that meets the database as the web does."""
        return self._web_environment()

    def worker_environment(self) -> dict[str, str]:
        """Return the settings of a process that meets the database as the worker does."""
        return self._worker_environment()


@dataclass(kw_only=True)
class Lab:
    """A running platform, its tablets, and the bare database beside it."""

    platform: MeasuredPlatform
    center: Center
    pens: list[material.Pen] = field(default_factory=list)
    shadows: list[material.Pen] = field(default_factory=list)
    persons: int = 0
    bare_url: str = ""
    twin: tuple[str, str] = ("", "")

    def cpu(self) -> dict[str, float]:
        """Return the processor seconds spent so far by the web and by PostgreSQL."""
        return {
            "web": cpu_of_tree(self.platform.web_pid),
            "postgres": cpu_of_tree(self.platform.cluster.pid),
        }

    def reconnect(self) -> None:
        """Ask the web so often, over a new connection each time, that none of its processes holds a cut one to the database."""
        for _ in range(100):
            asked = http.client.HTTPConnection("127.0.0.1", self.platform.port)
            asked.request("GET", "/healthz")
            asked.getresponse().read()
            asked.close()

    def visits(self, count: int) -> list[material.Visit]:
        """Return visits of persons whom nobody has seen before."""
        self.persons += count
        return material.visits(count, first=self.persons - count)

    def send(self, queues: Sequence[Iterable[bytes]], *, records: int, rate: float | None = None) -> Sample:
        """Send each queue of batches over a connection of its own, all at once; every entry must be kept.

        With `rate` (batches a second, all connections together) batches leave by the clock, ready or not, and a wait
        is counted from the instant at which its batch was due.
        """
        waits: list[list[float]] = [[] for _ in queues]
        faults: list[str] = []
        began = threading.Barrier(len(queues) + 1)

        def work(number: int) -> None:
            began.wait()
            started = time.perf_counter()
            for turn, batch in enumerate(queues[number]):
                due = time.perf_counter()
                if rate is not None:
                    due = started + (turn * len(queues) + number) / rate
                    time.sleep(max(0.0, due - time.perf_counter()))
                answer = self.center.request("POST", BATCHES, batch, headers={"Content-Type": NDJSON})
                waits[number].append(1000 * (time.perf_counter() - due))
                if answer.status != http.client.OK or b'"set-aside"' in answer.body or b'"known"' in answer.body:
                    faults.append(f"{answer.status} {answer.body[:300]!r}")
                    return

        threads = [threading.Thread(target=work, args=(number,)) for number in range(len(queues))]
        for thread in threads:
            thread.start()
        before = self.cpu()
        began.wait()
        started = time.perf_counter()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - started
        after = self.cpu()
        if faults:
            raise RuntimeError(f"{len(faults)} batches failed, the first: {faults[0]}")
        return Sample(
            records=records,
            seconds=seconds,
            cpu_s={part: after[part] - before[part] for part in after},
            waits_ms=[wait for some in waits for wait in some],
        )

    def write_bare(self, queues: Sequence[Sequence[bare.Batch]], *, records: int) -> Sample:
        """Have the raw client of the bare tables write each queue over a connection of its own, all at once."""
        clients = [bare.BareClient(self.bare_url, site=f"79-{number:04d}") for number in range(len(queues))]
        return self._raw(clients, queues, records=records)

    def replay(self, queues: Sequence[Sequence[Sequence[Sent]]], *, records: int) -> Sample:
        """Have the raw client send what the platform sent, each queue over a connection of its own, all at once."""
        clients = [replayed.RawClient(*self.twin) for _ in queues]
        return self._raw(clients, queues, records=records)

    def _raw(self, clients: Sequence[Any], queues: Sequence[Sequence[Any]], *, records: int) -> Sample:
        began = threading.Barrier(len(queues) + 1)
        faults: list[Exception] = []

        def work(number: int) -> None:
            began.wait()
            try:
                for batch in queues[number]:
                    clients[number].write(batch)
            except (psycopg.Error, RuntimeError) as error:
                faults.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(len(queues))]
        for thread in threads:
            thread.start()
        before = self.cpu()["postgres"], time.process_time()
        began.wait()
        started = time.perf_counter()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - started
        after = self.cpu()["postgres"], time.process_time()
        for client in clients:
            client.close()
        if faults:
            raise faults[0]
        return Sample(
            records=records,
            seconds=seconds,
            cpu_s={"postgres": after[0] - before[0], "client": after[1] - before[1]},
        )


@contextmanager
def laboratory(*, connections: int, workers: int = 2, say: Callable[[str], None] = print) -> Iterator[Lab]:
    """Start a fresh platform with so many enrolled tablets, each at a site of its own, and stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="tiemchung-bench-") as folder:
        data = Path(folder)
        data.chmod(0o700)
        platform = MeasuredPlatform(data=data, workers=workers, threads=max(8, connections), say=say)
        try:
            platform.start()
            lab = Lab(platform=platform, center=Center(platform.url))
            lab.center.set_clock(material.NOON, factor=1.0)
            pens = _enroll(lab, material.desks(2 * connections), folder=data)
            lab.pens, lab.shadows = pens[:connections], pens[connections:]
            lab.bare_url = _bare_database(platform)
            yield lab
        finally:
            platform.stop()


def _enroll(lab: Lab, desks: list[material.Desk], *, folder: Path) -> list[material.Pen]:
    file = folder / "campaign.json"
    file.write_text(json.dumps(material.campaign(desks)), encoding="utf-8")
    lab.platform.command("load", "campaign", str(file))
    pens = []
    for desk in desks:
        told = enroll(lab.center, code=desk.code, name=desk.site, key=desk.key)
        tablet = Tablet(device=UUID(told["device"]), site=desk.site, key=desk.key)
        pens.append(material.Pen(tablet, desk))
    return pens


def _bare_database(platform: MeasuredPlatform) -> str:
    cluster = platform.cluster
    cluster.create_database(BARE_DATABASE)
    url = cluster.owner_url(BARE_DATABASE)
    with psycopg.connect(url) as connection:
        connection.execute(bare.TABLES)
    return url
