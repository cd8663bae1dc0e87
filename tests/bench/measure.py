"""Rates, processor time and quantiles, told the same way for every benchmark."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

PAIRS = 5
"""Subject and control run in turn at least so often (SPEED: ratios of medians in one interleaved run)."""

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One run: how many records in how many seconds, and the processor seconds that each part spent on them."""

    records: int
    seconds: float
    cpu_s: dict[str, float] = field(default_factory=dict)
    waits_ms: list[float] = field(default_factory=list, repr=False)

    @property
    def rate(self) -> float:
        """Return records per second."""
        return self.records / self.seconds

    @property
    def cpu_us(self) -> dict[str, float]:
        """Return processor microseconds per record, by part."""
        return {part: 1e6 * seconds / self.records for part, seconds in self.cpu_s.items()}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: a subject against its control, over runs in turn; `bare` is a second, barer control."""

    name: str
    unit: str
    subject: list[Sample]
    control: list[Sample]
    bare: list[Sample] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Return the subject's median rate over the control's."""
        return self._against(self.control)

    def _against(self, control: Sequence[Sample]) -> float:
        return self.rate_of(self.subject) / self.rate_of(control)

    @staticmethod
    def rate_of(samples: Sequence[Sample]) -> float:
        """Return the median rate."""
        return median(sample.rate for sample in samples)

    @staticmethod
    def cpu_of(samples: Sequence[Sample]) -> dict[str, float]:
        """Return the median processor microseconds per record, by part."""
        parts = samples[0].cpu_us
        return {part: median(sample.cpu_us[part] for sample in samples) for part in parts}

    def told(self) -> dict[str, Any]:
        """Return the row as JSON has it: every sample, and what is made of them."""
        return {
            "name": self.name,
            "unit": self.unit,
            "ratio": round(self.ratio, 3),
            "subject": self._side(self.subject),
            "control": self._side(self.control),
            **(
                {"bare": self._side(self.bare), "ratio_to_bare": round(self._against(self.bare), 3)}
                if self.bare
                else {}
            ),
            **self.notes,
        }

    def _side(self, samples: Sequence[Sample]) -> dict[str, Any]:
        waits = [wait for sample in samples for wait in sample.waits_ms]
        return {
            "rate": round(self.rate_of(samples), 1),
            "cpu_us": {part: round(us, 1) for part, us in self.cpu_of(samples).items()},
            **({"wait_ms": quantiles(waits)} if waits else {}),
            "samples": [
                {name: value for name, value in asdict(sample).items() if name != "waits_ms"} for sample in samples
            ],
        }

    def line(self) -> str:
        """Return the row as a person reads it."""
        told = self.told()
        subject, control = told["subject"], told["control"]
        cpu = " + ".join(f"{part} {us:.0f}" for part, us in subject["cpu_us"].items())
        waits = subject.get("wait_ms")
        tail = f"; p50 {waits['p50']:.1f} ms, p99 {waits['p99']:.1f} ms" if waits else ""
        barer = f"; bare tables {told['bare']['rate']:,.0f}, ratio {told['ratio_to_bare']:.2f}" if self.bare else ""
        return (
            f"{self.name}: {subject['rate']:,.0f} against {control['rate']:,.0f} {self.unit}/s, ratio {self.ratio:.2f}; "
            f"CPU us per record: {cpu}{tail}{barer}"
        )


def quantiles(values: Iterable[float]) -> dict[str, float]:
    """Return p50, p90, p99 and the worst."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return {
        name: round(ordered[min(last, int(share * len(ordered)))], 3)
        for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("worst", 1.0))
    }


def interleaved(
    subject: Callable[[int], Sample], control: Callable[[int], Sample], *, pairs: int = PAIRS
) -> tuple[list[Sample], list[Sample]]:
    """Run subject and control in turn; who begins changes from pair to pair."""
    subjects, controls = in_turn([subject, control], rounds=pairs)
    return subjects, controls


def in_turn(runs: Sequence[Callable[[int], Sample]], *, rounds: int = PAIRS) -> list[list[Sample]]:
    """Run all of them in each round; who begins changes from round to round."""
    samples: list[list[Sample]] = [[] for _ in runs]
    for turn in range(rounds):
        for place in range(len(runs)):
            number = (place + turn) % len(runs)
            samples[number].append(runs[number](turn))
    return samples


def cpu_of_tree(root: int) -> float:
    """Return the processor seconds that a process and its descendants have spent, ended children included."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            fields = text.rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
            # utime, stime, and those of children that have ended and been waited for.
            spent[int(folder.name)] = sum(map(int, fields[11:15]))
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        total += spent.get(process, 0)
        waiting += parents.get(process, [])
    return total / _TICKS


def cpu_of_process(pid: int) -> float:
    """Return the processor seconds that one process has spent, exact to less than a millisecond."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next((line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")), "")
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "kernel": os.uname().release,
        "load_before": [round(load, 2) for load in os.getloadavg()],
    }
