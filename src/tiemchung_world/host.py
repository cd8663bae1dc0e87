"""The platform as the world meets it from outside: its commands, its processes, and a start of our own."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

START_S: Final = 300.0
"""How long a platform may take to make its database and to answer; the first start on a slow disk is the longest."""
STOP_S: Final = 60.0
_PR_SET_PDEATHSIG: Final = 1
"""prctl(2)."""
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class CommandError(Exception):
    """A command of the platform ended badly."""


class Commands:
    """Runs `tiemchung` commands against one platform, in the environment its processes have."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = {**os.environ, **(environment or {})}

    def run(self, *words: str | Path) -> str:
        """Run a command to its end and return what it printed; raise CommandError when it fails."""
        done = self.attempt(*words)
        if done.returncode != 0:
            said = (done.stderr or done.stdout)[-2000:]
            raise CommandError(f"tiemchung {' '.join(map(str, words))} ended with {done.returncode}: {said}")
        return done.stdout

    def attempt(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, however it ends."""
        return subprocess.run(
            [*command(), *map(str, words)],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def command() -> list[str]:
    """Return the words that start the platform's command line in this environment."""
    beside = Path(sys.executable).with_name("tiemchung")
    return [str(beside)] if beside.exists() else [sys.executable, "-m", "tiemchung.project.cli"]


@contextmanager
def own_platform(*, folder: Path | None = None) -> Iterator[dict[str, Any]]:
    """Start a platform on a fresh database, hand out what its ready file says, and stop it however this ends."""
    home = Path(tempfile.mkdtemp(prefix="tiemchung-world-")) if folder is None else folder
    ready_file = home / "ready.json"
    log = home / "serve.log"
    words = ["serve", "--fresh", "--demo", "--data", str(home / "data"), "--ready-file", str(ready_file)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command(), *words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - no thread of ours runs yet
        )
    try:
        yield _wait_ready(process, ready_file, log)
    finally:
        _stop(process)
        if folder is None:
            shutil.rmtree(home, ignore_errors=True)


def _end_with_parent() -> None:
    """Have the kernel tell this process to stop when the replay dies, even by SIGKILL."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_ready(process: subprocess.Popen[bytes], ready_file: Path, log: Path) -> dict[str, Any]:
    give_up_at = time.monotonic() + START_S
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            break
        if ready_file.exists():
            told: dict[str, Any] = json.loads(ready_file.read_text(encoding="utf-8"))
            return told
        time.sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace")[-3000:]
    raise CommandError(f"the platform did not come up (status {process.poll()}):\n{said}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def cpu_seconds(processes: Sequence[int]) -> float:
    """Return the CPU time that these processes and all their descendants have used, those already gone included."""
    return sum(_stat(process)[1] for process in _with_descendants(processes)) / _TICKS


def cpu_by_part(processes: Sequence[int]) -> dict[str, float]:
    """Return the CPU seconds of these processes and their descendants that still live, by what they are part of."""
    parts: dict[str, float] = {}
    for process in _with_descendants(processes):
        part = _part(process)
        parts[part] = parts.get(part, 0.0) + _stat(process)[2] / _TICKS
    return parts


_PARTS: Final = (
    ("postgres: tiemchung_web", "database for the web"),
    ("postgres: tiemchung_work", "database for the worker"),
    ("postgres", "database beside"),
    (" worker --behind", "worker behind"),
    (" worker", "worker"),
    (" web", "web"),
)
"""What a process is part of, by words of its command line, the first that fits."""


def _part(process: int) -> str:
    try:
        told = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "gone"
    return next((part for words, part in _PARTS if words in told), "other")


def _with_descendants(processes: Sequence[int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            parent = _stat(int(entry.name))[0]
            children.setdefault(parent, []).append(int(entry.name))
    found: set[int] = set()
    waiting = list(processes)
    while waiting:
        process = waiting.pop()
        if process not in found:
            found.add(process)
            waiting += children.get(process, [])
    return found


def _stat(process: int) -> tuple[int, int, int]:
    """Return a process's parent, its ticks with those of its dead children, and its own; nothing for one that has gone."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0, 0, 0
    fields = told.rpartition(")")[2].split()
    return int(fields[1]), sum(map(int, fields[11:15])), sum(map(int, fields[11:13]))
