"""What each stage of a replay takes: seconds, CPU of the world, and CPU of the platform by what it is part of.

A stage is a kind of work, done again on each day of the campaign; each time is a turn, and told by itself too: what costs
more on the last day than on the first grows with the tables.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tiemchung_world import host
from tiemchung_world.uplink import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SAID_EVERY_S: Final = 60.0
"""How often it is told how far the stages are."""


@dataclass(kw_only=True)
class Stage:
    """One stage, summed over its turns."""

    seconds: float = 0.0
    doses: int = 0
    entries: int = 0
    batches: int = 0
    world_cpu_s: float = 0.0
    platform_cpu_s: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    turns: list[Stage] = field(default_factory=list)

    @property
    def cpu_s(self) -> float:
        """Return the CPU seconds of world and platform together."""
        return self.world_cpu_s + sum(self.platform_cpu_s.values())

    def add(self, turn: Stage) -> None:
        """Count one more turn."""
        self.turns.append(turn)
        self.seconds += turn.seconds
        self.doses += turn.doses
        self.entries += turn.entries
        self.batches += turn.batches
        self.world_cpu_s += turn.world_cpu_s
        for part, spent in turn.platform_cpu_s.items():
            self.platform_cpu_s[part] += spent

    def told(self) -> dict[str, Any]:
        """Return the stage as the report shows it."""
        told: dict[str, Any] = {
            "seconds": round(self.seconds, 1),
            "world_cpu_s": round(self.world_cpu_s, 1),
            "platform_cpu_s": {part: round(spent, 1) for part, spent in sorted(self.platform_cpu_s.items())},
        }
        if self.doses:
            told |= {"doses": self.doses, "doses_per_s": round(self.doses / max(self.seconds, 0.001), 1)}
            told["turns"] = [
                {
                    "doses": turn.doses,
                    "seconds": round(turn.seconds, 1),
                    "cpu_us_per_dose": round(turn.cpu_s * 1e6 / max(1, turn.doses), 1),
                }
                for turn in self.turns
            ]
        return told

    def line(self, name: str) -> str:
        """Return the stage in one line."""
        doses = f", {self.doses} doses, {self.doses / max(self.seconds, 0.001):.0f} doses/s" if self.doses else ""
        cpu = f", {self.cpu_s * 1e6 / self.doses:.0f} us a dose" if self.doses else ""
        return f"{name}: {self.seconds:.0f} s, CPU {self.cpu_s:.0f} s{doses}{cpu}"


class Stages:
    """Measures stages by name. Reactions go on behind: their CPU is counted in the stage during which they used it."""

    def __init__(self, platform: Sequence[int], *, traffic: Traffic | None = None) -> None:
        self._platform = platform
        self._traffic = Traffic() if traffic is None else traffic
        self._began = time.monotonic()
        self._running = ""
        self.stages: defaultdict[str, Stage] = defaultdict(Stage)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Measure what is done inside as part of a stage."""
        traffic, self._running = self._traffic, name
        started, own, before = time.monotonic(), time.process_time(), host.cpu_by_part(self._platform)
        doses, entries, batches = traffic.doses, traffic.entries, len(traffic.seconds)
        turn = Stage()
        try:
            yield
        finally:
            turn.seconds = time.monotonic() - started
            turn.world_cpu_s = time.process_time() - own
            turn.doses, turn.entries = traffic.doses - doses, traffic.entries - entries
            turn.batches = len(traffic.seconds) - batches
            for part, spent in host.cpu_by_part(self._platform).items():
                # A database that was killed begins again at nothing: what it had used is not counted.
                turn.platform_cpu_s[part] = max(0.0, spent - before.get(part, 0.0))
            self.stages[name].add(turn)
            self._running = ""

    def lines(self) -> list[str]:
        """Return every stage in one line each."""
        return [stage.line(name) for name, stage in list(self.stages.items())]

    @contextmanager
    def spoken(self, say: Callable[[str], None], *, every_s: float = SAID_EVERY_S) -> Iterator[None]:
        """Say now and then which stage runs and what the others have taken, whoever works meanwhile."""
        ended = threading.Event()

        def speak() -> None:
            while not ended.wait(every_s):
                minutes = (time.monotonic() - self._began) / 60
                say(f"Minute {minutes:.0f}, at {self._running or 'the audit'}. " + "; ".join(self.lines()))

        speaker = threading.Thread(target=speak, name="speaker", daemon=True)
        speaker.start()
        try:
            yield
        finally:
            ended.set()
            speaker.join()

    def told(self) -> dict[str, Any]:
        """Return every stage by name."""
        return {name: stage.told() for name, stage in self.stages.items()}
