"""The world's own account of what happened outside the tablets, kept apart from the platform for the audit to compare."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Self

import msgspec

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class TruthFile:
    """Writes one line a happening, from many threads; `what` names its kind, and the kinds are counted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self._lock = Lock()
        self._encoder = msgspec.json.Encoder()
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def note(self, what: str, **facts: str | int | None) -> None:
        """Write down that something happened."""
        line = self._encoder.encode({"what": what, **facts}) + b"\n"
        with self._lock:
            self._file.write(line)
            self.counts[what] += 1

    def flush(self) -> None:
        """Push what was written to the file, so that an audit may read it."""
        with self._lock:
            self._file.flush()
