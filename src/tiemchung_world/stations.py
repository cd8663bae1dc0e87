"""Sites whose tablets are the station's app itself: its core runs in Node, and the simulated day tells it what to write.

Store, seals, chain, batches, what is fetched and how a visit is folded are the app's own (`frontend/station/headless.mjs`);
ids, people and instants are the world's. It needs a source tree with the frontend's packages, and Node.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Self

from tiemchung.kernel import wire
from tiemchung.kernel.clock import business_day
from tiemchung_world.tablet import Entry, Tablet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from cryptography.hazmat.primitives.asymmetric import ec

FRONTEND: Final = Path(__file__).parents[2] / "frontend"
_CORE: Final = Path("station") / "headless.mjs"
_COMPILER: Final = Path("node_modules") / "typescript" / "bin" / "tsc"
_ENDS_WITHIN_S: Final = 10
SETTLES_WITHIN_S: Final = 120.0
"""How long what all have sent may take to be handed on to the others; a transaction of the center ends long before. Ours."""
_AGAIN_AFTER_S: Final = 0.5
_SCALAR_BYTES: Final = 32


class NoStationsError(Exception):
    """The app's core cannot run here; the text says what is missing."""


class StationFaultError(Exception):
    """The app's core failed at what it was told."""


def find_node(frontend: Path) -> str:
    """Return where Node is; raise NoStationsError naming what the app's core lacks here."""
    if not (frontend / _CORE).is_file():
        raise NoStationsError(f"--station-clients needs a source tree: {frontend / _CORE} is not there")
    if not (frontend / _COMPILER).is_file():
        raise NoStationsError(f"--station-clients needs the frontend's packages: run `npm ci` in {frontend}")
    if (node := shutil.which("node")) is None:
        raise NoStationsError("--station-clients needs Node 20 or newer: no `node` is on the PATH")
    return node


class Stations:
    """One Node process with the tablets of one site. Asked by one thread at a time; the others wait."""

    def __init__(self) -> None:
        self._frontend = FRONTEND
        self._node = find_node(FRONTEND)
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        subprocess.run(
            [self._node, str(_COMPILER), "-p", "tsconfig.station.json"], cwd=self._frontend, check=True, timeout=600
        )
        self._process = subprocess.Popen(
            [self._node, str(_CORE)],
            cwd=self._frontend,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close its input, at which it ends."""
        if self._process is not None:
            self._process.communicate(timeout=_ENDS_WITHIN_S)

    def ask(self, what: str, device: str, **told: Any) -> dict[str, Any]:
        """Tell a device what to do, and return what came of it; raise StationFaultError when it could not."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise StationFaultError("the app's core does not run")
        with self._lock:
            process.stdin.write(json.dumps({"do": what, "device": device, **told}, ensure_ascii=False) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        if not line:
            raise StationFaultError(f"the app's core ended at {what!r}")
        answer: dict[str, Any] = json.loads(line)
        if "fault" in answer:
            raise StationFaultError(answer["fault"])
        return answer


@dataclass(frozen=True, kw_only=True)
class DosesSeen:
    """What a tablet shows of its day: the day by its own clock, as it was corrected, and the doses that count."""

    day: str
    doses: frozenset[str]


@dataclass(kw_only=True)
class StationTablet(Tablet):
    """A tablet that is the app: what it is told to write lies in the app's store, which numbers, seals and sends it."""

    stations: Stations = field(repr=False)
    given: dict[str, date] = field(default_factory=dict, repr=False)
    """The doses that it wrote down, with their days."""
    voided: set[str] = field(default_factory=set, repr=False)
    """Those that it voided."""

    def begin(self, receipt: dict[str, Any], *, origin: str, staff: str, at_ms: int) -> None:
        """Take up its work as the center enrolled it."""
        self.stations.ask(
            "begin",
            str(self.device),
            site=self.site,
            key=_jwk(self.key),
            server_key=receipt["server_key"],
            sealing_key=receipt["sealing_key"],
            origin=origin,
            staff=staff,
            at_ms=at_ms,
            seed=_seed(self.key),
        )

    def write(
        self, entry: dict[str, Any], *, true_ms: int, staff: str | None, person: str | None, truth: str | None
    ) -> None:
        """Have the app append an entry to its chain."""
        told = self.stations.ask(
            "append", str(self.device), entry=entry, staff=staff, at_ms=true_ms, error_ms=self.clock_error_ms
        )
        line = told["line"].encode()
        self.write_line(line, id_=entry["id"], kind=entry["kind"], person=person, truth=truth)
        if entry["kind"] == "dose-given":
            self.given[entry["id"]] = business_day(datetime.fromtimestamp(true_ms / 1000, UTC))
        if entry["kind"] == "voided":
            self.voided.add(entry["entry"])

    def send(self, *, loses: float = 0.0, fetches_all: bool = False) -> tuple[list[Entry], list[dict[str, Any]]]:
        """Have the app send all that waits and fetch what is due, or all; return the entries and the answer to each.

        An entry whose answer got lost was answered for by the end of the chain: it is known.
        """
        answer = self.stations.ask("send", str(self.device), loses=loses, all=fetches_all)
        told = {one["seq"]: one for one in answer["answers"]}
        sent, self.outbox = list(self.outbox), deque()
        return sent, [told.get(entry.seq, {"id": entry.id, "seq": entry.seq, "outcome": "known"}) for entry in sent]

    def doses_seen(self) -> DosesSeen:
        """Return the doses of its day that count, as the app's own fold has them."""
        told = self.stations.ask("doses", str(self.device))
        return DosesSeen(day=told["day"], doses=frozenset(told["doses"]))


class DesksDifferError(Exception):
    """The tablets of a site do not see the same day."""


def compare_desks(tablets: Sequence[StationTablet], day: date, *, within_s: float = SETTLES_WITHIN_S) -> int:
    """Have tablets that have all sent fetch what the others wrote, and hold each one's own fold of the day against it.

    The center hands on what has settled: what no transaction older than it can still come before. Whoever does not see all
    yet asks again. Return how many doses all of them see; raise DesksDifferError when one sees others than were written.
    """
    voided = set[str]().union(*(tablet.voided for tablet in tablets))
    given = {dose for tablet in tablets for dose, on in tablet.given.items() if on == day} - voided
    gives_up_at = time.monotonic() + within_s
    for tablet in tablets:
        tablet.send(fetches_all=True)
        while (told := tablet.doses_seen()).doses != given and time.monotonic() < gives_up_at:
            time.sleep(_AGAIN_AFTER_S)
            tablet.send(fetches_all=True)
        if told.doses != given:
            missed, more = given - told.doses, told.doses - given
            raise DesksDifferError(f"{tablet.device} on {day}: its day is {told.day}, missed {missed}, and sees {more}")
    return len(given)


def _seed(key: ec.EllipticCurvePrivateKey) -> int:
    """Return what a tablet's lost answers are drawn from. Its key comes from the run's seed, and its id from the center."""
    return zlib.crc32(key.private_numbers().private_value.to_bytes(_SCALAR_BYTES, "big"))


def _jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    point = wire.dump_public_key(key.public_key())
    half = len(point) // 2
    secret = key.private_numbers().private_value.to_bytes(half, "big")
    x, y, d = (wire.to_base64url(part) for part in (point[1 : 1 + half], point[1 + half :], secret))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": d}
