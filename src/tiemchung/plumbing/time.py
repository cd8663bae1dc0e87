"""The domain's clock as this process knows it: the machine's, or the one a demo or a replay has set for everybody.

Faces, jobs and commands ask `clock()` and pass the instant on; nothing below them asks for the time itself.
A set clock lies in a file, so that web, worker and replay agree. The setting TIEMCHUNG_CLOCK_FILE is empty unless
the process runs with TIEMCHUNG_DEMO=1 (or in a test).
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings

from tiemchung.kernel.clock import Clock, RunningClock, SystemClock

_SYSTEM: Final = SystemClock()


class ClockNotSettable(Exception):  # noqa: N818 - it tells what the matter is
    """This process was started without a clock file: its time is the machine's."""


class _Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    starts_at: datetime
    factor: float
    real_start: datetime


_read: dict[tuple[str, int, int], RunningClock] = {}


def clock() -> Clock:
    """Return the clock that holds now; it may be another at the next call, so do not keep it."""
    path = settings.TIEMCHUNG_CLOCK_FILE
    if not path:
        return _SYSTEM
    try:
        facts = os.stat(path)  # noqa: PTH116 - asked at every request: one system call and no object
    except FileNotFoundError:
        return _SYSTEM
    version = (path, facts.st_ino, facts.st_mtime_ns)
    if version not in _read:
        _read.clear()
        _read[version] = _parse(Path(path))
    return _read[version]


def set_clock(*, starts_at: datetime, factor: float) -> Clock:
    """Let the domain's time start at this instant, now, and run `factor` times as fast (0: it stands still)."""
    if not settings.TIEMCHUNG_CLOCK_FILE:
        raise ClockNotSettable
    if starts_at.tzinfo is None or not 0 <= factor < float("inf"):
        raise ValueError("a clock starts at an aware instant and does not run backwards")
    told = _Told(starts_at=starts_at, factor=factor, real_start=datetime.now(tz=UTC))
    target = Path(settings.TIEMCHUNG_CLOCK_FILE)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".clock-", delete=False) as draft:
        draft.write(msgspec.json.encode(told))
    Path(draft.name).rename(target)
    return clock()


def _parse(path: Path) -> RunningClock:
    told = msgspec.json.decode(path.read_bytes(), type=_Told)
    return RunningClock(starts_at=told.starts_at, factor=told.factor, real_start=told.real_start)
