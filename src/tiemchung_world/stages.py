"""What each stage of a replay takes: seconds, CPU of the world, and CPU of the platform by what it is part of."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tiemchung_world import host

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(kw_only=True)
class Stage:
    """One stage, summed over every time that it ran."""

    seconds: float = 0.0
    world_cpu_s: float = 0.0
    platform_cpu_s: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def told(self) -> dict[str, Any]:
        """Return the stage as the report shows it."""
        return {
            "seconds": round(self.seconds, 1),
            "world_cpu_s": round(self.world_cpu_s, 1),
            "platform_cpu_s": {part: round(spent, 1) for part, spent in sorted(self.platform_cpu_s.items())},
        }


class Stages:
    """Measures stages by name. Reactions go on behind: their CPU is counted in the stage during which they used it."""

    def __init__(self, platform: Sequence[int]) -> None:
        self._platform = platform
        self.stages: defaultdict[str, Stage] = defaultdict(Stage)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Measure what is done inside as part of a stage."""
        stage = self.stages[name]
        started, own, before = time.monotonic(), time.process_time(), host.cpu_by_part(self._platform)
        try:
            yield
        finally:
            stage.seconds += time.monotonic() - started
            stage.world_cpu_s += time.process_time() - own
            for part, spent in host.cpu_by_part(self._platform).items():
                # A database that was killed begins again at nothing: what it had used is not counted.
                stage.platform_cpu_s[part] += max(0.0, spent - before.get(part, 0.0))

    def told(self) -> dict[str, Any]:
        """Return every stage by name."""
        return {name: stage.told() for name, stage in self.stages.items()}
